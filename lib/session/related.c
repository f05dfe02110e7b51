/* SPDX-License-Identifier: MIT */
#include "session/edges.h"
#include "session/pairs.h"

#include "base/hash.h"

#include <string.h>

/*
 * Loading a relation for any number of rows with one statement: their keys go
 * as a list (one alone as a value), the rows that come back are told apart by
 * the key that they carry.
 */

struct related {
	struct rowan_session *session;
	const struct relation *relation;
	struct rowan_site site;
	struct peers *children;		/* the rows found */
	void **parents;			/* those whose slot is not loaded yet */
	size_t parent_count;
	/* keys to ask for, each once: the parent or target that has it */
	struct key_entry { uint64_t hash; void *row; uint32_t parent; } *keys;
	size_t key_capacity, key_count;
	char *items;			/* the same keys as a list to bind */
};

/* ---- a table of keys ------------------------------------------------------- */

static bool keys_init(struct related *load, size_t count)
{
	load->key_capacity = 16;
	while (load->key_capacity < count * 2)
		load->key_capacity *= 2;
	load->key_count = 0;
	load->keys = arena_zalloc(&load->session->scratch,
				  load->key_capacity * sizeof(*load->keys));
	return load->keys;
}

/* The entry for the value that `row` has at `slot`; its row is NULL if it is new. */
static struct key_entry *key_entry(const struct related *load, const struct slot *stored,
				   const struct slot *slot, const void *row)
{
	uint64_t hash = slot_hash(slot, row);
	size_t at = hash_int(hash) & (load->key_capacity - 1);

	for (;; at = (at + 1) & (load->key_capacity - 1)) {
		struct key_entry *entry = &load->keys[at];

		if (!entry->row) {
			entry->hash = hash;
			return entry;
		}
		if (entry->hash == hash && slot_same(stored, entry->row, slot, row))
			return entry;
	}
}

static const struct slot *slot_of(const struct column *column)
{
	return &column->plan->slots[column->index];
}

/* ---- the statement --------------------------------------------------------- */

struct related_context {
	const struct dialect *dialect;
	const struct relation *relation;
	bool list;
};

static int render(void *context, struct text *sql, struct rowan_error *error)
{
	const struct related_context *with = context;

	(void)error;
	render_related(with->dialect, with->relation, with->list, sql);
	return ROWAN_OK;
}

static enum rowan_type list_type(enum rowan_type type)
{
	return type == ROWAN_TYPE_INT16 || type == ROWAN_TYPE_INT32 ? ROWAN_TYPE_INT64 : type;
}

/* The value as a list holds it: integers are 64 bits wide. */
static void put_item(const struct slot *slot, const void *row, void *item)
{
	const void *value = slot_value(slot, row);

	if (slot->type == ROWAN_TYPE_INT16)
		*(int64_t *)item = *(const int16_t *)value;
	else if (slot->type == ROWAN_TYPE_INT32)
		*(int64_t *)item = *(const int32_t *)value;
	else
		memcpy(item, value, type_size((enum rowan_type)slot->type));
}

/* One more key to ask for. */
static void add_key(struct related *load, struct key_entry *entry, void *parent)
{
	const struct slot *local = slot_of(load->relation->local);
	size_t size = type_size(list_type((enum rowan_type)local->type));

	entry->row = parent;
	put_item(local, parent, load->items + load->key_count++ * size);
}

static void bind_keys(const struct related *load, struct execution *run)
{
	const struct slot *local = slot_of(load->relation->local);
	enum rowan_type type = list_type((enum rowan_type)local->type);

	if (load->key_count == 1)
		execution_bind_value(run, type, load->items, local->secret);
	else
		execution_bind_list(run, type, load->items, load->key_count, local->secret);
}

static int related_begin(struct related *load, struct execution *run)
{
	struct rowan_session *session = load->session;
	struct related_context context = { session->dialect, load->relation, load->key_count > 1 };
	struct statement *statement;
	struct shape shape;
	int status;

	shape_start(&shape);
	shape_add(&shape, &(unsigned char[]){ STATEMENT_RELATED, context.list }, 2);
	shape_add(&shape, &load->relation, sizeof(load->relation));
	if ((status = session_connect(session, load->site)) < 0)
		return status;
	status = connection_statement(session->connection, &shape, render, &context, &statement,
				      &session->error);
	if (status < 0)
		return session_failed_at(session, status, load->site);
	execution_begin(run, session->connection, statement, load->site, &session->error);
	bind_keys(load, run);
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
	slot_assign(slot_of(relation->remote), key, slot_of(relation->local), parent);
	entry = identity_find(&model->map, identity_hash(relation->target, key), key);
	return entry && entry->epoch == load->session->epoch ? entry->row : NULL;
}

/* Settle what needs no statement; the rest of the parents, and their keys, remain. */
static int ask_for_targets(struct related *load)
{
	const struct relation *relation = load->relation;
	const struct slot *local = slot_of(relation->local);
	size_t remaining = 0;
	void *key = NULL;

	if (!load->children->untracked && relation->target->key_count == 1 &&
	    relation->remote == relation->target->keys[0]) {
		key = arena_zalloc(&load->session->scratch, relation->target->model->size);
		if (!key)
			return session_no_memory(load->session, load->site);
	}
	for (size_t i = 0; i < load->parent_count; i++) {
		void *parent = load->parents[i], *target;
		struct key_entry *entry;

		if (!slot_value(local, parent)) {
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
		entry = key_entry(load, local, local, parent);
		if (!entry->row)
			add_key(load, entry, parent);
		load->parents[remaining++] = parent;
	}
	load->parent_count = remaining;
	return ROWAN_OK;
}

static int read_targets(struct related *load, struct execution *run)
{
	const struct slot *remote = slot_of(load->relation->remote);
	size_t key_count = load->key_count;
	struct reader reader;
	int status = reader_init(&reader, load->session, load->relation->target, load->children, 0);

	/* From here on the table leads from keys to targets. */
	if (status == ROWAN_OK && !keys_init(load, key_count))
		status = session_no_memory(load->session, load->site);
	if (status < 0)
		return status;
	while ((status = execution_step(run)) == DRIVER_ROW) {
		void *row;

		if ((status = reader_read(&reader, run, &row)) < 0)
			return status;
		key_entry(load, remote, remote, row)->row = row;
		if (!vector_push(&load->session->rows, row))
			return session_no_memory(load->session, load->site);
	}
	return status;
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
		struct key_entry *entry = key_entry(load, slot_of(relation->remote),
						    slot_of(relation->local), load->parents[i]);

		slot_load_one(relation, load->parents[i], entry->row);
	}
	return ROWAN_OK;
}

/* ---- to-many, and to-one by the other's foreign key -------------------------- */

static void ask_for_children(struct related *load)
{
	const struct slot *local = slot_of(load->relation->local);

	for (size_t i = 0; i < load->parent_count; i++) {
		struct key_entry *entry = key_entry(load, local, local, load->parents[i]);

		if (entry->row)
			continue;
		entry->parent = (uint32_t)i;
		add_key(load, entry, load->parents[i]);
	}
}

/* Reads the row that a child refers to its parent by: itself, or a link's column. */
struct child_reader {
	struct reader rows;
	struct identity_map seen;	/* MANY_TO_MANY: a child comes once per parent .. */
	struct pairs pairs;		/* .. or more often, where links say more than the pair */
	bool pairs_repeat;
	void *link;
};

/* Whether two links may join the same two rows. */
static bool links_repeat(const struct relation *relation)
{
	for (size_t i = 0; i < relation->link->key_count; i++)
		if (relation->link->keys[i] != relation->link_local &&
		    relation->link->keys[i] != relation->link_remote)
			return true;
	return false;
}

static int child_reader_init(struct child_reader *reader, struct related *load)
{
	const struct relation *relation = load->relation;
	int status = reader_init(&reader->rows, load->session, relation->target, load->children, 0);

	reader->seen = (struct identity_map){ 0 };
	reader->pairs = (struct pairs){ 0 };
	reader->pairs_repeat = false;
	reader->link = NULL;
	if (status < 0 || relation->kind != RELATION_MANY_TO_MANY)
		return status;
	identity_init(&reader->seen, relation->target);
	reader->pairs_repeat = links_repeat(relation);
	reader->link = arena_zalloc(&load->session->scratch, relation->link->model->size);
	return reader->link ? ROWAN_OK : session_no_memory(load->session, load->site);
}

/* A child that several parents share is one row, and one of the children, once. */
static int read_shared(struct child_reader *reader, struct related *load, struct execution *run,
		       void **row)
{
	struct rowan_session *session = load->session;
	struct identity_entry *entry;
	uint64_t hash;
	int status = reader_key(&reader->rows, run, &hash);

	if (status < 0)
		return status;
	entry = identity_find(&reader->seen, hash, reader->rows.key);
	if (entry) {
		*row = entry->row;
		return ROWAN_OK;
	}
	if ((status = reader_take(&reader->rows, run, hash, row)) < 0)
		return status;
	if (!identity_put(&reader->seen, hash, *row, 0) || !vector_push(&session->rows, *row))
		return session_no_memory(session, load->site);
	return ROWAN_OK;
}

static int read_child(struct child_reader *reader, struct related *load, struct execution *run,
		      void **row, const struct slot **key, const void **key_row)
{
	const struct relation *relation = load->relation;
	int status;

	if (relation->kind != RELATION_MANY_TO_MANY) {
		status = reader_read(&reader->rows, run, row);
		if (status == ROWAN_OK && !vector_push(&load->session->rows, *row))
			return session_no_memory(load->session, load->site);
		*key = slot_of(relation->remote);
		*key_row = *row;
		return status;
	}
	if ((status = read_shared(reader, load, run, row)) < 0)
		return status;
	*key = slot_of(relation->link_local);
	*key_row = reader->link;
	return run->driver->read_row(run->statement->handle, (int)relation->target->column_count,
				     *key, 1, &load->session->scratch, reader->link, run->error);
}

/* The number of the parent that has the key, or -1: an edited child may have moved. */
static int64_t number_of_parent(const struct related *load, const struct slot *key, const void *key_row)
{
	const struct slot *local = slot_of(load->relation->local);
	const struct key_entry *entry;

	if (load->parent_count == 1)
		return 0;
	if (!slot_value(key, key_row))
		return -1;
	entry = key_entry(load, local, key, key_row);
	return entry->row ? (int64_t)entry->parent : -1;
}

/* One more child of a parent, unless another link led to it already. */
static int add_child(struct child_reader *reader, struct related *load, size_t parent, void *row)
{
	int is_new = reader->pairs_repeat
		? pairs_add(&reader->pairs, load->parents[parent], row) : 1;

	if (is_new < 0 || (is_new && !edges_push(&load->session->edges, parent, row)))
		return session_no_memory(load->session, load->site);
	return ROWAN_OK;
}

static int read_children(struct related *load, struct execution *run, struct child_reader *reader)
{
	const struct slot *local = slot_of(load->relation->local);
	int64_t parent = -1;
	int status;

	while ((status = execution_step(run)) == DRIVER_ROW) {
		const struct slot *key = NULL;
		const void *key_row = NULL;
		void *row;

		if ((status = read_child(reader, load, run, &row, &key, &key_row)) < 0)
			return session_failed_at(load->session, status, load->site);
		/* Children of one parent mostly come one after another. */
		if (parent < 0 || !slot_same(local, load->parents[parent], key, key_row))
			parent = number_of_parent(load, key, key_row);
		if (parent >= 0 && (status = add_child(reader, load, (size_t)parent, row)) < 0)
			return status;
	}
	return status;
}

static int load_children(struct related *load)
{
	struct child_reader reader;
	struct execution run;
	int status;

	load->session->edges.count = 0;
	ask_for_children(load);
	if (load->key_count == 0)
		return ROWAN_OK;
	if ((status = child_reader_init(&reader, load)) < 0 ||
	    (status = related_begin(load, &run)) < 0)
		return status;
	status = execution_end(&run, read_children(load, &run, &reader));
	identity_release(&reader.seen);
	pairs_release(&reader.pairs);
	if (status < 0)
		return session_failed_at(load->session, status, load->site);
	return edges_attach(load->session, load->relation, load->parents, load->parent_count,
			    &load->session->edges);
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
	load->items = arena_alloc(&load->session->scratch,
				  (load->parent_count + 1) * sizeof(struct rowan_uuid));
	if (!load->items || !keys_init(load, load->parent_count))
		return session_no_memory(load->session, load->site);
	return ROWAN_OK;
}

static int keep_children(struct related *load)
{
	struct vector *rows = &load->session->rows;

	load->children->rows = arena_copy(&load->session->arena, rows->items,
					  rows->count * sizeof(void *));
	load->children->count = rows->count;
	return load->children->rows || rows->count == 0
		? ROWAN_OK : session_no_memory(load->session, load->site);
}

static struct peers *load_for(struct rowan_session *session, struct peers *peers,
			      void *const *rows, size_t count, const struct relation *relation,
			      struct rowan_site site)
{
	struct related load = { .session = session, .relation = relation, .site = site };
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
			   const struct relation *relation, struct rowan_site site)
{
	return load_for(session, peers, peers->rows, peers->count, relation, site);
}

struct peers *load_alone(struct rowan_session *session, struct peers *peers, void *row,
			 const struct relation *relation, struct rowan_site site)
{
	return load_for(session, peers, &row, 1, relation, site);
}
