/* SPDX-License-Identifier: MIT */
#include "session/edges.h"

bool edges_push(struct edges *edges, size_t parent, void *child)
{
	if (edges->count == edges->capacity) {
		size_t capacity = edges->capacity ? edges->capacity * 2 : 64;
		struct edge *items = mem_resize(edges->items, capacity * sizeof(*items));

		if (!items)
			return false;
		edges->items = items;
		edges->capacity = capacity;
	}
	edges->items[edges->count++] = (struct edge){ (uint32_t)parent, child };
	return true;
}

void edges_release(struct edges *edges)
{
	mem_free(edges->items);
	*edges = (struct edges){ 0 };
}

/* The mirror of a to-many relation is known now too: it costs no statement later. */
static void attach_back(const struct relation *relation, void *child, void *parent)
{
	const struct relation *back = relation->back;

	if (back && back->kind == RELATION_BELONGS_TO && !slot_is_loaded(back, child))
		slot_load_one(back, child, parent);
}

static void attach_ones(const struct relation *relation, void *const *parents, size_t count,
			const struct edges *edges)
{
	for (size_t i = 0; i < count; i++)
		if (!slot_is_loaded(relation, parents[i]))
			slot_load_one(relation, parents[i], NULL);
	for (size_t i = 0; i < edges->count; i++) {
		void *parent = parents[edges->items[i].parent];

		if (!slot_one(relation, parent))
			slot_load_one(relation, parent, edges->items[i].child);
		attach_back(relation, edges->items[i].child, parent);
	}
}

/* A counting sort: where each parent's children begin, then each to its place. */
static int attach_manies(struct rowan_session *session, const struct relation *relation,
			 void *const *parents, size_t parent_count, const struct edges *edges,
			 void *const **out)
{
	void **rows = arena_alloc(&session->arena, (edges->count + 1) * sizeof(*rows));
	size_t *ends = arena_zalloc(&session->scratch, (parent_count + 1) * sizeof(*ends));
	size_t begin = 0;

	if (!rows || !ends)
		return session_no_memory(session, (struct rowan_site){ 0 });
	for (size_t i = 0; i < edges->count; i++)
		ends[edges->items[i].parent + 1]++;
	for (size_t i = 0; i < parent_count; i++)
		ends[i + 1] += ends[i];
	for (size_t i = 0; i < edges->count; i++) {
		const struct edge *edge = &edges->items[i];

		rows[ends[edge->parent]++] = edge->child;
		attach_back(relation, edge->child, parents[edge->parent]);
	}
	/* Each place has moved on to the end of its parent's children. */
	for (size_t i = 0; i < parent_count; i++) {
		if (!slot_is_loaded(relation, parents[i]))
			slot_load_many(relation, parents[i], (const void *const *)rows + begin,
				       ends[i] - begin, 0);
		begin = ends[i];
	}
	if (out)
		*out = rows;
	return ROWAN_OK;
}

int edges_attach(struct rowan_session *session, const struct relation *relation,
		 void *const *parents, size_t parent_count, const struct edges *edges,
		 void *const **rows)
{
	if (relation->declared->many)
		return attach_manies(session, relation, parents, parent_count, edges, rows);
	attach_ones(relation, parents, parent_count, edges);
	return ROWAN_OK;
}
