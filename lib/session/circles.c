/* SPDX-License-Identifier: MIT */
#include "session/changes.h"
#include "session/order.h"

#include "model/key.h"

/*
 * Rows that refer to each other in a circle.
 *
 * None of them can be the first to be inserted, nor the first to be deleted, as it is.  So one
 * is cut: it is inserted with NULL in that key, which is filled in when all rows are there; or
 * its key becomes NULL before any row is deleted.  What is cut takes two statements, and a row
 * with a version counts both.
 */

/* In the list once, however many of its keys are cut. */
static bool note_cut(struct rowan_session *session, struct vector *list, struct change *change)
{
	if (!change->cut && !vector_push(list, change)) {
		session_no_memory(session, change->site);
		return false;
	}
	change->cut = true;
	return true;
}

/* ---- inserted ------------------------------------------------------------------------ */

/* Of a key that is NULL in part at first, the rest must be what it will be. */
static bool can_come_late(const struct change *change, const struct key *key)
{
	bool nullable = false;

	for (const struct key_link *link = change->links; link; link = link->next) {
		if (link->key != key)
			continue;
		if (slot_of(link->column)->nullable && !link->column->omittable)
			nullable = true;	/* for what is left out the database has a value */
		else if (!link_is_known(link, change->plan->rank))
			return false;
	}
	return nullable;
}

bool cut_insert(struct rowan_session *session, struct work *work, struct change *change,
		const struct key *key)
{
	if (!can_come_late(change, key) || !note_cut(session, &work->cut_inserts, change))
		return false;
	for (struct key_link *link = change->links; link; link = link->next)
		if (link->key == key)
			link->late = true;
	return true;
}

static void links_in_time(const struct vector *list)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct change *change = list->items[i];

		for (struct key_link *link = change->links; link; link = link->next)
			link->late = false;
	}
}

/* Other rows may follow the keys that came late. */
static int find_incomplete(struct rowan_session *session, struct work *work,
			   struct rowan_site site)
{
	for (size_t i = 0; i < work->inserts.count; i++) {
		struct change *change = work->inserts.items[i];

		if (!change->links)
			continue;
		change_follow_keys(change);
		if (!change_compare(change))
			continue;
		change_count_update(change);
		if (!vector_push(&work->incomplete, change))
			return session_no_memory(session, site);
	}
	return ROWAN_OK;
}

int flush_cut_inserts(struct rowan_session *session, struct work *work, struct rowan_site site)
{
	int status;

	if (work->cut_inserts.count == 0)
		return ROWAN_OK;
	status = collect(session, ROWAN_OK);
	links_in_time(&work->cut_inserts);
	if (status == ROWAN_OK)
		status = find_incomplete(session, work, site);
	if (status == ROWAN_OK)
		status = flush_updates(session, (struct change **)work->incomplete.items,
				       work->incomplete.count, site);
	return status;
}

/* ---- deleted -------------------------------------------------------------------------- */

/* The row as it will be in the database when it is deleted. */
bool cut_delete(struct rowan_session *session, struct work *work, struct change *change,
		const struct key *key)
{
	const struct plan *plan = change->plan;
	void *copy = change->flushed;

	if (!key_can_be_null(key))
		return false;
	if (!change->cut) {
		copy = arena_copy(&session->arena, copy, plan->model->size);
		if (!copy)
			session_no_memory(session, change->site);
		if (!copy || !note_cut(session, &work->cut_deletes, change))
			return false;
		row_count_update(plan, copy, copy);
		change->flushed = copy;
	}
	key_set_null(key, copy);
	return true;
}

/* All keys within the rank, cut or not: rows of a table share the statement. */
static void add_keys(struct written *written)
{
	const struct plan *plan = written->plan;

	for (size_t i = 0; i < plan->foreign_key_count; i++) {
		const struct foreign_key *key = &plan->foreign_keys[i];

		for (size_t c = 0; key->target->rank == plan->rank && c < key->columns.count; c++)
			if (key->columns.slots[c].nullable)
				written_add_once(written, key->columns.columns[c]);
	}
	if (plan->version)
		written_add_once(written, plan->version);
}

static int empty_keys(struct rowan_session *session, struct change **changes, size_t count,
		      struct rowan_site site)
{
	struct written written;
	int status = written_init(session, &written, STATEMENT_UPDATE, changes[0]->plan, site);

	if (status < 0)
		return status;
	add_keys(&written);
	written_add_key(&written);
	return flush_stored(session, &written, changes, count, posted_check_count);
}

int flush_cut_deletes(struct rowan_session *session, struct work *work, struct rowan_site site)
{
	struct change **changes = (struct change **)work->cut_deletes.items;
	size_t count = work->cut_deletes.count;
	int status = ROWAN_OK;

	for (size_t begin = 0, end; begin < count && status == ROWAN_OK; begin = end) {
		for (end = begin + 1; end < count && changes[end]->plan == changes[begin]->plan;
		     end++)
			;
		status = empty_keys(session, changes + begin, end - begin, site);
	}
	return status;
}

/* ---- afterwards ------------------------------------------------------------------------ */

static void clear_list(const struct vector *list)
{
	for (size_t i = 0; i < list->count; i++) {
		struct change *change = list->items[i];

		change->visiting = change->cut = false;
	}
}

void clear_marks(const struct work *work)
{
	links_in_time(&work->cut_inserts);
	clear_list(&work->inserts);
	clear_list(&work->deletes);
}
