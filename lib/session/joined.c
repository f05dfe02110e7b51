/* SPDX-License-Identifier: MIT */
#include "session/joined.h"

#include "session/edges.h"
#include "session/pairs.h"

/* The root, or one joined relation. */
struct level {
	const struct relation *relation;	/* NULL: the root */
	struct level *parent;
	struct reader reader;
	struct peers *peers;
	bool once;			/* no row of it comes twice */
	struct identity_map seen;	/* else: rows of this result; `epoch` is their number */
	struct vector rows;
	struct edges edges;
	struct pairs pairs;		/* MANY_TO_MANY only */
	/* the current row */
	void *row;			/* NULL: nothing joined */
	size_t number;
	uint64_t hash;
	bool fresh;			/* it comes for the first time */
};

struct joined {
	struct rowan_session *session;
	size_t level_count;
	struct level levels[SELECT_JOINS + 1];
};

/* ---- levels ---------------------------------------------------------------- */

static int level_init(struct joined *joined, struct level *level, const struct plan *plan,
		      int first)
{
	identity_init(&level->seen, plan);
	return reader_init(&level->reader, joined->session, plan, level->peers, first);
}

/* Where one relation alone multiplies rows, the rows that it leads to come once. */
static void mark_once(struct joined *joined)
{
	struct level *many = NULL;

	for (size_t i = 1; i < joined->level_count; i++) {
		const struct relation *relation = joined->levels[i].relation;

		if (!relation->declared->many)
			continue;
		if (many)
			return;
		many = &joined->levels[i];
	}
	if (many && many->relation->kind == RELATION_HAS_MANY)
		many->once = true;
}

/* The node of a join, for the way its own relations load. */
static struct eager *node_of_join(struct eager *eager, int join)
{
	for (struct eager *child = eager->children; child; child = child->next) {
		struct eager *found = child->join == join ? child : node_of_join(child, join);

		if (found)
			return found;
	}
	return NULL;
}

int joined_make(struct rowan_session *session, const struct select *select,
		const struct eager *eager, struct peers *root, struct joined **out)
{
	struct joined *joined = arena_zalloc(&session->scratch, sizeof(*joined));
	int first = (int)select->plan->column_count;
	int status;

	*out = joined;
	if (!joined)
		return session_no_memory(session, root->site);
	joined->session = session;
	joined->level_count = select->join_count + 1;
	joined->levels[0].peers = root;
	status = level_init(joined, &joined->levels[0], select->plan, 0);
	for (size_t i = 0; i < select->join_count && status == ROWAN_OK; i++) {
		struct level *level = &joined->levels[i + 1];
		struct eager *node = node_of_join((struct eager *)(uintptr_t)eager, (int)i);

		level->relation = select->joins[i].relation;
		level->parent = &joined->levels[select->joins[i].from + 1];
		level->peers = peers_make(session, level->relation->target, root->site);
		if (!level->peers)
			return session_no_memory(session, root->site);
		level->peers->untracked = root->untracked;
		eager_follow(node, level->peers);
		node->peers = level->peers;
		status = level_init(joined, level, level->relation->target, first);
		first += (int)level->relation->target->column_count;
	}
	if (status == ROWAN_OK)
		mark_once(joined);
	return status;
}

/*
 * The key of the level's part of the current row; false if nothing is joined there.
 * A key that is not 0 is not NULL, and asking costs as much as reading.
 */
static int read_key(struct level *level, struct execution *run, bool *joined, uint64_t *hash)
{
	int column = level->reader.first + (int)level->reader.plan->keys[0]->index;
	int status;

	*joined = false;
	if (level->relation && !level->parent->row)
		return ROWAN_OK;
	if (level->relation && !level->seen.exact &&
	    run->driver->is_null(run->statement->handle, column))
		return ROWAN_OK;
	if ((status = reader_key(&level->reader, run, hash)) < 0)
		return status;
	*joined = *hash != 0 || !level->relation || !level->seen.exact ||
		  !run->driver->is_null(run->statement->handle, column);
	return ROWAN_OK;
}

/* The level's part of the current row: the same as before, seen before, or new. */
static int read_level(struct joined *joined, struct level *level, struct execution *run)
{
	void *previous = level->row;
	struct identity_entry *entry;
	uint64_t hash = 0;
	bool is_joined;
	int status;

	level->fresh = false;
	level->row = NULL;
	if ((status = read_key(level, run, &is_joined, &hash)) < 0 || !is_joined)
		return status;
	if (previous && hash == level->hash && level->seen.exact) {
		level->row = previous;
		return ROWAN_OK;
	}
	level->hash = hash;
	entry = level->once ? NULL : identity_find(&level->seen, hash, level->reader.key);
	if (entry) {
		level->row = entry->row;
		level->number = entry->epoch;
		return ROWAN_OK;
	}
	if ((status = reader_take(&level->reader, run, hash, &level->row)) < 0)
		return status;
	level->fresh = true;
	level->number = level->rows.count;
	if (!vector_push(&level->rows, level->row) ||
	    (!level->once && !identity_put(&level->seen, hash, level->row, (uint32_t)level->number)))
		return session_no_memory(joined->session, run->site);
	return ROWAN_OK;
}

/* Whether the current rows of a level and its parent were not yet seen together. */
static int is_new_edge(struct level *level)
{
	if (!level->row)
		return 0;
	switch (level->relation->kind) {
	case RELATION_BELONGS_TO:
		return level->parent->fresh;
	case RELATION_MANY_TO_MANY:
		return pairs_add(&level->pairs, level->parent->row, level->row);
	default:	/* a child has one parent */
		return level->fresh;
	}
}

int joined_read(struct joined *joined, struct execution *run)
{
	int status = read_level(joined, &joined->levels[0], run);

	for (size_t i = 1; i < joined->level_count && status == ROWAN_OK; i++) {
		struct level *level = &joined->levels[i];
		int is_new;

		if ((status = read_level(joined, level, run)) < 0)
			break;
		is_new = is_new_edge(level);
		if (is_new < 0 ||
		    (is_new && !edges_push(&level->edges, level->parent->number, level->row)))
			status = session_no_memory(joined->session, run->site);
	}
	return status;
}

static int finish_level(struct joined *joined, struct level *level)
{
	struct rowan_session *session = joined->session;

	level->peers->rows = arena_copy(&session->arena, level->rows.items,
					level->rows.count * sizeof(void *));
	level->peers->count = level->rows.count;
	if (!level->peers->rows && level->rows.count > 0)
		return session_no_memory(session, level->peers->site);
	return edges_attach(session, level->relation, level->parent->rows.items,
			    level->parent->rows.count, &level->edges, NULL);
}

int joined_finish(struct joined *joined)
{
	struct vector *rows = &joined->levels[0].rows;

	for (size_t i = 1; i < joined->level_count; i++) {
		int status = finish_level(joined, &joined->levels[i]);

		if (status < 0)
			return status;
	}
	for (size_t i = 0; i < rows->count; i++)
		if (!vector_push(&joined->session->rows, rows->items[i]))
			return session_no_memory(joined->session, joined->levels[0].peers->site);
	return ROWAN_OK;
}

void joined_release(struct joined *joined)
{
	for (size_t i = 0; joined && i < joined->level_count; i++) {
		struct level *level = &joined->levels[i];

		identity_release(&level->seen);
		vector_release(&level->rows);
		edges_release(&level->edges);
		pairs_release(&level->pairs);
	}
}
