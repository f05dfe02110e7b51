/* SPDX-License-Identifier: MIT */
#include "session/edges.h"
#include "session/pairs.h"
#include "session/related.h"

/*
 * Relations whose rows carry the key of the row they belong to, or whose links do.
 */

static void ask_for_children(struct related *load)
{
	const struct key *local = &load->relation->local;

	for (size_t i = 0; i < load->parent_count; i++) {
		struct key_entry *entry;

		if (key_is_null(local, load->parents[i]))
			continue;
		entry = keys_entry(&load->keys, local, local, load->parents[i]);
		if (!entry->row)
			entry->number = (uint32_t)i;
		related_ask(load, entry, load->parents[i]);
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

bool links_repeat(const struct relation *relation)
{
	for (size_t i = 0; i < relation->link->key_count; i++)
		if (!key_has(&relation->link_local, relation->link->keys[i]) &&
		    !key_has(&relation->link_remote, relation->link->keys[i]))
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
		      void **row, const struct key **key, const void **key_row)
{
	const struct relation *relation = load->relation;
	int status;

	if (relation->kind != RELATION_MANY_TO_MANY) {
		status = reader_read(&reader->rows, run, row);
		if (status == ROWAN_OK && relation->kind == RELATION_HAS_ONE &&
		    !vector_push(&load->session->rows, *row))
			return session_no_memory(load->session, load->site);
		*key = &relation->remote;
		*key_row = *row;
		return status;
	}
	if ((status = read_shared(reader, load, run, row)) < 0)
		return status;
	*key = &relation->link_local;
	*key_row = reader->link;
	return run->driver->read_row(run->statement->handle, (int)relation->target->column_count,
				     (*key)->slots, (*key)->count, &load->session->scratch,
				     reader->link, run->error);
}

/* The number of the parent that has the key, or -1: an edited child may have moved. */
static int64_t number_of_parent(const struct related *load, const struct key *key,
				const void *key_row)
{
	const struct key_entry *entry;

	if (load->parent_count == 1)
		return 0;
	if (key_is_null(key, key_row))
		return -1;
	entry = keys_entry(&load->keys, &load->relation->local, key, key_row);
	return entry->row ? (int64_t)entry->number : -1;
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
	const struct key *local = &load->relation->local;
	int64_t parent = -1;
	int status;

	while ((status = execution_step(run)) == DRIVER_ROW) {
		const struct key *key = NULL;
		const void *key_row = NULL;
		void *row;

		if ((status = read_child(reader, load, run, &row, &key, &key_row)) < 0)
			return session_failed_at(load->session, status, load->site);
		/* Children of one parent mostly come one after another. */
		if (parent < 0 || !key_same(local, load->parents[parent], key, key_row))
			parent = number_of_parent(load, key, key_row);
		if (parent < 0)
			reader_leave_out(&reader->rows, row);
		else if ((status = add_child(reader, load, (size_t)parent, row)) < 0)
			return status;
	}
	return status;
}

/* Into session->edges. */
static int find_children(struct related *load)
{
	struct child_reader reader;
	struct execution run;
	int status;

	if ((status = child_reader_init(&reader, load)) < 0 ||
	    (status = related_begin(load, &run)) < 0)
		return status;
	status = execution_end(&run, read_children(load, &run, &reader));
	identity_release(&reader.seen);
	pairs_release(&reader.pairs);
	return status < 0 ? session_failed_at(load->session, status, load->site) : ROWAN_OK;
}

int load_children(struct related *load)
{
	int status = ROWAN_OK;

	load->session->edges.count = 0;
	ask_for_children(load);
	if (load->key_count > 0)
		status = find_children(load);
	if (status < 0 || load->parent_count == 0)
		return status;
	/* Each child of a to-many relation has one parent: the parents' array is all of them. */
	if (load->relation->kind == RELATION_HAS_MANY)
		load->children->count = load->session->edges.count;
	return edges_attach(load->session, load->relation, load->parents, load->parent_count,
			    &load->session->edges,
			    load->children->count ? &load->children->rows : NULL);
}
