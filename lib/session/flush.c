/* SPDX-License-Identifier: MIT */
#include "session/session.h"

#include "base/error.h"

#include <stdlib.h>

/*
 * A flush: what waits is collected, validated as a whole, put in order and sent.
 *
 * Inserts go first, referred tables before those that refer to them; then
 * updates; then deletes, the other way round.  Tables that refer to each other
 * (or a table to itself) share a rank; among their rows the levels decide.
 */

struct work {
	struct vector inserts, updates, deletes;	/* struct change * */
};

static void work_release(struct work *work)
{
	vector_release(&work->inserts);
	vector_release(&work->updates);
	vector_release(&work->deletes);
}

/* ---- collecting -------------------------------------------------------------- */

/* Rows that a foreign key of an added row follows are added along. */
static void add_parents(struct change *change)
{
	for (struct key_link *link = change->links; link; link = link->next)
		if (link->parent->state == CHANGE_NEW) {
			link->parent->state = CHANGE_INSERT;
			add_parents(link->parent);
		}
}

void change_follow_keys(struct change *change)
{
	for (struct key_link *link = change->links; link; link = link->next) {
		/* Whatever is there now was written after the parent's key was. */
		if (link->followed && change->state == CHANGE_STORED)
			continue;
		slot_assign(&change->plan->slots[link->column->index], change->row,
			    &link->parent->plan->slots[link->parent_column->index],
			    link->parent->row);
	}
}

static void note_followed(const struct vector *list)
{
	for (size_t i = 0; i < list->count; i++) {
		struct change *change = list->items[i];

		for (struct key_link *link = change->links; link; link = link->next)
			link->followed = true;
	}
}

static bool waits_for_key(const struct change *change)
{
	for (const struct key_link *link = change->links; link; link = link->next)
		if (link->parent->state == CHANGE_INSERT)
			return true;
	return false;
}

static struct vector *list_for(struct work *work, struct change *change)
{
	switch (change->state) {
	case CHANGE_INSERT:
		change->dirty = UINT64_MAX;
		return &work->inserts;
	case CHANGE_DELETE:
		return &work->deletes;
	case CHANGE_STORED:
		return change_compare(change) || waits_for_key(change) ? &work->updates : NULL;
	default:
		return NULL;
	}
}

static int collect(struct rowan_session *session, struct work *work, struct rowan_site site)
{
	const struct vector *changes = &session->unit.changes;

	for (size_t i = 0; session->unit.some_linked && i < changes->count; i++) {
		struct change *change = changes->items[i];

		if (change->state == CHANGE_INSERT || change->state == CHANGE_STORED)
			add_parents(change);
	}
	for (size_t i = 0; i < changes->count; i++) {
		struct change *change = changes->items[i];
		struct vector *list;

		if (change->links)
			change_follow_keys(change);
		list = list_for(work, change);
		if (list && !vector_push(list, change))
			return session_no_memory(session, site);
	}
	return ROWAN_OK;
}

/* ---- order -------------------------------------------------------------------- */

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
	change->visiting = true;
	change->level = 0;
	for (size_t i = 0; i < plan->column_count; i++) {
		const struct column *to = plan->columns[i].references;
		struct change *parent;
		void *row;

		if (!to || to->plan->rank != plan->rank)
			continue;
		row = held_row(session, to, &plan->columns[i], change->flushed);
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

static int by_delete_order(const void *left, const void *right)
{
	const struct change *a = *(struct change *const *)left, *b = *(struct change *const *)right;
	int order = three_way(b->plan->rank, a->plan->rank);

	if (!order)
		order = three_way(b->level, a->level);
	if (!order)
		order = three_way(a->plan->id, b->plan->id);
	return order ? order : three_way(a->order, b->order);
}

static void sort(struct vector *list, int (*compare)(const void *, const void *))
{
	bool sorted = true;

	for (size_t i = 1; i < list->count && sorted; i++)
		sorted = compare(&list->items[i - 1], &list->items[i]) <= 0;
	if (!sorted)
		qsort(list->items, list->count, sizeof(*list->items), compare);
}

static int put_in_order(struct rowan_session *session, struct work *work)
{
	int status = ROWAN_OK;

	for (size_t i = 0; i < work->inserts.count && status == ROWAN_OK; i++)
		status = insert_level(session, work->inserts.items[i]);
	for (size_t i = 0; i < work->deletes.count && status == ROWAN_OK; i++)
		status = delete_level(session, work->deletes.items[i]);
	if (status < 0)
		return status;
	sort(&work->inserts, by_insert_order);
	sort(&work->deletes, by_delete_order);
	return ROWAN_OK;
}

/* A failure may have left the marks of the walk behind. */
static void clear_marks(const struct vector *list)
{
	for (size_t i = 0; i < list->count; i++)
		((struct change *)list->items[i])->visiting = false;
}

/* ---- sending ------------------------------------------------------------------- */

static int validate(struct rowan_session *session, const struct work *work)
{
	for (size_t i = 0; i < work->inserts.count; i++)
		validate_change(session, work->inserts.items[i]);
	for (size_t i = 0; i < work->updates.count; i++)
		validate_change(session, work->updates.items[i]);
	return session_ready(session);
}

static int send(struct rowan_session *session, struct work *work, struct rowan_site site)
{
	int status = begin_transaction(session, true, site);

	if (status == ROWAN_OK)
		status = flush_inserts(session, (struct change **)work->inserts.items,
				       work->inserts.count, site);
	if (status == ROWAN_OK)
		status = flush_updates(session, (struct change **)work->updates.items,
				       work->updates.count, site);
	if (status == ROWAN_OK)
		status = flush_deletes(session, (struct change **)work->deletes.items,
				       work->deletes.count, site);
	for (size_t i = 0; i < work->deletes.count && status == ROWAN_OK; i++)
		status = leave_relations(session, work->deletes.items[i], site);
	/* Nothing half-done stays, and no lock is held while the error waits. */
	if (status < 0)
		rollback_transaction(session);
	return status;
}

static int flush(struct rowan_session *session, struct work *work, struct rowan_site site)
{
	int status = collect(session, work, site);

	if (status < 0 || (status = validate(session, work)) < 0)
		return session_failed_at(session, status, site);
	if (work->inserts.count + work->updates.count + work->deletes.count == 0)
		return ROWAN_OK;
	if ((status = put_in_order(session, work)) < 0)
		return status;
	return send(session, work, site);
}

int rowan_flush_(struct rowan_session *session, struct rowan_site site)
{
	struct work work = { 0 };
	int status;

	if (session_ready(session))
		return session_ready(session);
	status = flush(session, &work, site);
	clear_marks(&work.inserts);
	clear_marks(&work.deletes);
	if (status == ROWAN_OK && session->unit.some_linked) {
		note_followed(&work.inserts);
		note_followed(&work.updates);
	}
	if (status == ROWAN_OK)
		unit_settle(&session->unit);
	work_release(&work);
	arena_clear(&session->scratch);
	return status;
}
