/* SPDX-License-Identifier: MIT */
#include "session/order.h"

#include "model/types.h"

#include <stdlib.h>

/*
 * The order of sending.
 *
 * Rows that are inserted come after those they refer to, rows that are deleted
 * before.  Tables have ranks for that; among the rows of tables that refer to each
 * other in a circle, or to themselves, the levels decide: see levels.c.
 *
 * Where many rows are locked by one statement, and many flushes run at once, all
 * must lock in the same order or they wait for each other in a circle: rows of a
 * table go by their key.
 */

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
	int status = find_levels(session, work);

	if (status < 0)
		return status;
	/* Rows that supply the same columns go together: what is NULL at first must show. */
	for (size_t i = 0; work->cut_inserts.count > 0 && i < work->inserts.count; i++)
		change_follow_keys(work->inserts.items[i]);
	sort(&work->inserts, by_insert_order);
	sort(&work->deletes, session->dialect->row_sets ? by_delete_key : by_delete_order);
	sort(&work->cut_deletes, by_update_order);
	if (session->dialect->row_sets)
		sort(&work->updates, by_update_order);
	return ROWAN_OK;
}
