/* SPDX-License-Identifier: MIT */
#include "session/related.h"

#include <string.h>

/* ---- the statement --------------------------------------------------------- */

struct related_context {
	const struct dialect *dialect;
	const struct relation *relation;
	const struct select *filter;
	bool list;
};

static int render(void *context, struct text *sql, struct rowan_error *error)
{
	const struct related_context *with = context;

	(void)error;
	render_related(with->dialect, with->relation, with->filter, with->list, sql);
	return ROWAN_OK;
}

/* What a member is as an item of a list: integers are 64 bits wide. */
static enum rowan_type item_type(const struct slot *slot)
{
	return slot->type == ROWAN_TYPE_INT16 || slot->type == ROWAN_TYPE_INT32
		? ROWAN_TYPE_INT64 : (enum rowan_type)slot->type;
}

static size_t item_size(const struct slot *slot)
{
	return type_size(item_type(slot));
}

static void item_put(const struct slot *slot, const void *row, void *item)
{
	const void *value = slot_value(slot, row);

	if (slot->type == ROWAN_TYPE_INT16)
		*(int64_t *)item = *(const int16_t *)value;
	else if (slot->type == ROWAN_TYPE_INT32)
		*(int64_t *)item = *(const int32_t *)value;
	else
		memcpy(item, value, type_size((enum rowan_type)slot->type));
}

int related_init(struct related *load, size_t count)
{
	struct arena *scratch = &load->session->scratch;
	const struct key *local = &load->relation->local;

	for (size_t i = 0; i < local->count; i++) {
		load->items[i] = arena_alloc(scratch, (count + 1) * item_size(&local->slots[i]));
		if (!load->items[i])
			return session_no_memory(load->session, load->site);
	}
	return keys_init(&load->keys, scratch, count)
		? ROWAN_OK : session_no_memory(load->session, load->site);
}

void related_ask(struct related *load, struct key_entry *entry, void *parent)
{
	const struct key *local = &load->relation->local;

	if (entry->row)
		return;
	entry->row = parent;
	for (size_t i = 0; i < local->count; i++) {
		const struct slot *slot = &local->slots[i];

		item_put(slot, parent, load->items[i] + load->key_count * item_size(slot));
	}
	load->key_count++;
}

static void bind_keys(const struct related *load, struct execution *run)
{
	const struct key *local = &load->relation->local;

	for (size_t i = 0; i < local->count; i++) {
		enum rowan_type type = item_type(&local->slots[i]);
		bool secret = local->slots[i].secret;

		if (load->key_count > 1)
			execution_bind_list(run, type, load->items[i], load->key_count, secret);
		else
			execution_bind_value(run, type, load->items[i], secret);
	}
	if (load->key_count == 1)
		execution_expect_few(run);	/* what belongs to one row */
}

/* A limit and an offset as the first and the last row of each parent. */
static void bind_filter(struct related *load, struct execution *run)
{
	const struct rowan_query *query = load->filter->query;

	bind_where(load->session, run, &query->where, &load->session->scratch);
	if (!query->limit && !query->offset)
		return;
	load->first = query->offset;
	load->last = query->limit > INT64_MAX - query->offset ? INT64_MAX
							      : query->offset + query->limit;
	execution_bind_value(run, ROWAN_TYPE_INT64, &load->first, false);
	if (query->limit)
		execution_bind_value(run, ROWAN_TYPE_INT64, &load->last, false);
}

int related_begin(struct related *load, struct execution *run)
{
	struct rowan_session *session = load->session;
	struct related_context context = { session->dialect, load->relation, load->filter,
					   load->key_count > 1 };
	struct shape shape;
	int status;

	shape_start(&shape);
	shape_add(&shape, &(unsigned char[]){ STATEMENT_RELATED, context.list, !!load->filter }, 3);
	shape_add(&shape, &load->relation, sizeof(load->relation));
	if (load->filter)
		select_shape(load->filter, &shape);
	status = session_statement(session, &shape, render, &context, load->site, run);
	if (status < 0)
		return status;
	bind_keys(load, run);
	if (load->filter)
		bind_filter(load, run);
	return ROWAN_OK;
}

/* ---- to-one by our own foreign key ------------------------------------------ */

/* A target that the session has read in this epoch needs no statement. */
static void *known_target(struct related *load, void *key, const void *parent)
{
	const struct relation *relation = load->relation;
	struct session_model *model = session_model(load->session, relation->target);
	struct identity_entry *entry;

	if (!key || !model)
		return NULL;
	key_assign(&relation->remote, key, &relation->local, parent);
	entry = identity_find(&model->map, identity_hash(relation->target, key), key);
	return entry && entry->epoch == load->session->epoch ? entry->row : NULL;
}

/* Settle what needs no statement; the rest of the parents, and their keys, remain. */
static int ask_for_targets(struct related *load)
{
	const struct relation *relation = load->relation;
	const struct key *local = &relation->local;
	size_t remaining = 0;
	void *key = NULL;

	if (!load->children->untracked && key_is_primary(&relation->remote)) {
		key = arena_zalloc(&load->session->scratch, relation->target->model->size);
		if (!key)
			return session_no_memory(load->session, load->site);
	}
	for (size_t i = 0; i < load->parent_count; i++) {
		void *parent = load->parents[i], *target;

		if (key_is_null(local, parent)) {
			slot_load_one(relation, parent, NULL);
			continue;
		}
		target = known_target(load, key, parent);
		if (target) {
			slot_load_one(relation, parent, target);
			if (!vector_push(&load->session->rows, target))
				return session_no_memory(load->session, load->site);
			continue;
		}
		related_ask(load, keys_entry(&load->keys, local, local, parent), parent);
		load->parents[remaining++] = parent;
	}
	load->parent_count = remaining;
	return ROWAN_OK;
}

/* Into session->rows, and into `found`, by their key, unless that is NULL. */
static int read_rows(struct related *load, struct execution *run, const struct keys *found)
{
	const struct key *remote = &load->relation->remote;
	struct reader reader;
	int status = reader_init(&reader, load->session, load->relation->target, load->children, 0);

	if (status < 0)
		return status;
	while ((status = execution_step(run)) == DRIVER_ROW) {
		void *row;

		if ((status = reader_read(&reader, run, &row)) < 0)
			return status;
		if (found)
			keys_entry(found, remote, remote, row)->row = row;
		if (!vector_push(&load->session->rows, row))
			return session_no_memory(load->session, load->site);
	}
	return status;
}

static int read_targets(struct related *load, struct execution *run)
{
	/* From here on the table leads from keys to targets. */
	if (!keys_init(&load->keys, &load->session->scratch, load->key_count))
		return session_no_memory(load->session, load->site);
	return read_rows(load, run, &load->keys);
}

static int load_targets(struct related *load)
{
	const struct relation *relation = load->relation;
	struct execution run;
	int status = ask_for_targets(load);

	if (status < 0 || load->key_count == 0)
		return status;
	if ((status = related_begin(load, &run)) < 0)
		return status;
	status = execution_end(&run, read_targets(load, &run));
	if (status < 0)
		return session_failed_at(load->session, status, load->site);
	for (size_t i = 0; i < load->parent_count; i++) {
		struct key_entry *entry = keys_entry(&load->keys, &relation->remote,
						    &relation->local, load->parents[i]);

		slot_load_one(relation, load->parents[i], entry->row);
	}
	return ROWAN_OK;
}

/* ---- links ------------------------------------------------------------------ */

int load_links(struct rowan_session *session, const struct relation *relation,
	       const struct peers *owners, struct rowan_site site)
{
	struct related load = { .session = session, .relation = relation->links, .site = site };
	const struct key *local = &relation->local;
	struct execution run;
	int status;

	session->rows.count = 0;
	load.children = peers_make(session, relation->link, site);
	if (!load.children)
		return session_no_memory(session, site);
	if ((status = related_init(&load, owners->count)) < 0)
		return status;
	for (size_t i = 0; i < owners->count; i++)
		if (!key_is_null(local, owners->rows[i]))
			related_ask(&load, keys_entry(&load.keys, local, local, owners->rows[i]),
				    owners->rows[i]);
	if (load.key_count == 0)
		return ROWAN_OK;
	if ((status = related_begin(&load, &run)) < 0)
		return status;
	status = execution_end(&run, read_rows(&load, &run, NULL));
	return status < 0 ? session_failed_at(session, status, site) : ROWAN_OK;
}

/* ---- both ------------------------------------------------------------------ */

static int collect_parents(struct related *load, void *const *rows, size_t count)
{
	load->parents = arena_alloc(&load->session->scratch, (count + 1) * sizeof(void *));
	if (!load->parents)
		return session_no_memory(load->session, load->site);
	for (size_t i = 0; i < count; i++)
		if (!slot_is_loaded(load->relation, rows[i]))
			load->parents[load->parent_count++] = rows[i];
	return related_init(load, load->parent_count);
}

/* The rows found, unless an array of them was made already. */
static int keep_children(struct related *load)
{
	struct vector *rows = &load->session->rows;

	if (load->children->rows)
		return ROWAN_OK;
	load->children->rows = arena_copy(&load->session->arena, rows->items,
					  rows->count * sizeof(void *));
	load->children->count = rows->count;
	return load->children->rows || rows->count == 0
		? ROWAN_OK : session_no_memory(load->session, load->site);
}

static struct peers *load_for(struct rowan_session *session, struct peers *peers,
			      void *const *rows, size_t count, const struct relation *relation,
			      const struct select *filter, struct rowan_site site)
{
	struct related load = { .session = session, .relation = relation, .filter = filter,
				.site = site };
	int status;

	load.children = peers_make(session, relation->target, site);
	if (!load.children) {
		session_no_memory(session, site);
		return NULL;
	}
	load.children->untracked = peers->untracked;
	eager_follow(eager_child(peers->eager, relation), load.children);
	session->rows.count = 0;
	if ((status = collect_parents(&load, rows, count)) < 0)
		return NULL;
	status = relation->kind == RELATION_BELONGS_TO ? load_targets(&load)
						       : load_children(&load);
	if (status < 0 || keep_children(&load) < 0)
		return NULL;
	return load.children;
}

struct peers *load_related(struct rowan_session *session, struct peers *peers,
			   const struct relation *relation, const struct select *filter,
			   struct rowan_site site)
{
	for (size_t i = 0; filter && i < peers->count; i++)
		slot_unload(relation, peers->rows[i], peers);
	return load_for(session, peers, peers->rows, peers->count, relation, filter, site);
}

struct peers *load_alone(struct rowan_session *session, struct peers *peers, void *row,
			 const struct relation *relation, struct rowan_site site)
{
	return load_for(session, peers, &row, 1, relation, NULL, site);
}
