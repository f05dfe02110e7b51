/* SPDX-License-Identifier: MIT */
#include "session/order.h"

#include "model/types.h"

#include <stdlib.h>

/*
 * The order of sending.
 *
 * Rows that are inserted come after those they refer to, rows that are deleted
 * before.  Tables have ranks for that; among the rows of tables that refer to each
 * other in a circle, or to themselves, the levels decide.
 *
 * Where many rows are locked by one statement, and many flushes run at once, all
 * must lock in the same order or they wait for each other in a circle: rows of a
 * table go by their key.
 */

/* ---- levels ------------------------------------------------------------------- */

/* One more than the deepest row of the same rank that must be there before. */
static int insert_level(struct rowan_session *session, struct change *change)
{
	if (change->visiting)
		return session_fail(session, ROWAN_MISUSE, change->site,
				    "rows of %s that were never stored refer to each other in a circle",
				    change->plan->table);
	change->visiting = true;
	change->level = 0;
	for (struct key_link *link = change->links; link; link = link->next) {
		struct change *parent = link->parent;
		int status;

		if (parent->state != CHANGE_INSERT || parent->plan->rank != change->plan->rank)
			continue;
		if ((status = insert_level(session, parent)) < 0)
			return status;
		if (parent->level >= change->level)
			change->level = parent->level + 1;
	}
	change->visiting = false;
	return ROWAN_OK;
}

/* The deeper below other deleted rows of the same rank, the sooner. */
static int delete_level(struct rowan_session *session, struct change *change)
{
	const struct plan *plan = change->plan;

	if (change->visiting)	/* a circle of stored rows: let the database judge */
		return ROWAN_OK;
	change->level = 0;
	if (!plan->circular)
		return ROWAN_OK;
	change->visiting = true;
	for (size_t i = 0; i < plan->foreign_key_count; i++) {
		const struct foreign_key *key = &plan->foreign_keys[i];
		struct change *parent;
		void *row;

		if (key->target->rank != plan->rank)
			continue;
		row = held_row(session, &key->references, &key->columns, change->flushed);
		if (session_ready(session))
			return session_ready(session);
		parent = row ? unit_find(&session->unit, row) : NULL;
		if (!parent || parent == change || parent->state != CHANGE_DELETE)
			continue;
		if (delete_level(session, parent) < 0)
			return session_ready(session);
		if (parent->level >= change->level)
			change->level = parent->level + 1;
	}
	change->visiting = false;
	return ROWAN_OK;
}

/* ---- sorting ------------------------------------------------------------------ */

static int three_way(uint32_t a, uint32_t b)
{
	return (a > b) - (a < b);
}

static int by_insert_order(const void *left, const void *right)
{
	const struct change *a = *(struct change *const *)left, *b = *(struct change *const *)right;
	int order = three_way(a->plan->rank, b->plan->rank);

	if (!order)
		order = three_way(a->level, b->level);
	if (!order)
		order = three_way(a->plan->id, b->plan->id);
	return order ? order : three_way(a->order, b->order);
}

static int by_key(const struct change *a, const struct change *b)
{
	const struct plan *plan = a->plan;
	int order = 0;

	for (size_t i = 0; i < plan->key_count && !order; i++)
		order = slot_order(&plan->slots[plan->keys[i]->index], a->flushed, b->flushed);
	return order;
}

static int by_update_order(const void *left, const void *right)
{
	const struct change *a = *(struct change *const *)left, *b = *(struct change *const *)right;
	int order = three_way(a->plan->rank, b->plan->rank);

	if (!order)
		order = three_way(a->plan->id, b->plan->id);
	return order ? order : by_key(a, b);
}

static int by_level(const struct change *a, const struct change *b)
{
	int order = three_way(b->plan->rank, a->plan->rank);

	if (!order)
		order = three_way(b->level, a->level);
	return order ? order : three_way(a->plan->id, b->plan->id);
}

static int by_delete_order(const void *left, const void *right)
{
	const struct change *a = *(struct change *const *)left, *b = *(struct change *const *)right;
	int order = by_level(a, b);

	return order ? order : three_way(a->order, b->order);
}

static int by_delete_key(const void *left, const void *right)
{
	const struct change *a = *(struct change *const *)left, *b = *(struct change *const *)right;
	int order = by_level(a, b);

	return order ? order : by_key(a, b);
}

static void sort(struct vector *list, int (*compare)(const void *, const void *))
{
	bool sorted = true;

	for (size_t i = 1; i < list->count && sorted; i++)
		sorted = compare(&list->items[i - 1], &list->items[i]) <= 0;
	if (!sorted)
		qsort(list->items, list->count, sizeof(*list->items), compare);
}

int put_in_order(struct rowan_session *session, struct work *work)
{
	int status = ROWAN_OK;

	for (size_t i = 0; i < work->inserts.count && status == ROWAN_OK; i++)
		status = insert_level(session, work->inserts.items[i]);
	for (size_t i = 0; i < work->deletes.count && status == ROWAN_OK; i++)
		status = delete_level(session, work->deletes.items[i]);
	if (status < 0)
		return status;
	sort(&work->inserts, by_insert_order);
	sort(&work->deletes, session->dialect->row_sets ? by_delete_key : by_delete_order);
	if (session->dialect->row_sets)
		sort(&work->updates, by_update_order);
	return ROWAN_OK;
}

/* A failure may have left the marks of the walk behind. */
static void clear_list(const struct vector *list)
{
	for (size_t i = 0; i < list->count; i++)
		((struct change *)list->items[i])->visiting = false;
}

void clear_marks(const struct work *work)
{
	clear_list(&work->inserts);
	clear_list(&work->deletes);
}
