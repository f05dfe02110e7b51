/* SPDX-License-Identifier: MIT */
#include "session/session.h"

#include <string.h>

/*
 * Keeping loaded slots in step with what is done to relations.
 *
 * Each step is remembered until the flush: a slot that is loaded in between comes
 * from a database that knows nothing of it yet.
 */

/* Add to a loaded to-many slot; arrays of ours double, others are copied first. */
static int slot_push(struct rowan_session *session, const struct relation *relation, void *row,
		     const void *target, struct rowan_site site)
{
	size_t count;
	const void *const *old = slot_many(relation, row, &count);
	const void **rows = (const void **)(uintptr_t)old;
	bool full = count < 4 ? count == 0 : (count & (count - 1)) == 0;

	if (!slot_is_loaded(relation, row) || slot_holds(relation, row, target))
		return ROWAN_OK;
	if (full || !(slot_state(relation, row) & SLOT_GROWABLE)) {
		size_t capacity = 4;

		while (capacity <= count)
			capacity *= 2;
		rows = arena_alloc(&session->arena, capacity * sizeof(*rows));
		if (!rows)
			return session_no_memory(session, site);
		if (count)
			memcpy(rows, old, count * sizeof(*rows));
	}
	rows[count] = target;
	slot_load_many(relation, row, rows, count + 1, SLOT_GROWABLE);
	return ROWAN_OK;
}

/* Take out of a loaded to-many slot; a copy, for those who walk the old one. */
static int slot_pull(struct rowan_session *session, const struct relation *relation, void *row,
		     const void *target, struct rowan_site site)
{
	size_t count, kept = 0;
	const void *const *old = slot_many(relation, row, &count);
	const void **rows;

	if (!slot_is_loaded(relation, row) || !slot_holds(relation, row, target))
		return ROWAN_OK;
	rows = arena_alloc(&session->arena, count * sizeof(*rows));
	if (!rows)
		return session_no_memory(session, site);
	for (size_t i = 0; i < count; i++)
		if (old[i] != target)
			rows[kept++] = old[i];
	slot_load_many(relation, row, rows, kept, 0);
	return ROWAN_OK;
}

static int take(struct rowan_session *session, struct step step, struct rowan_site site)
{
	if (step.relation->declared->many)
		return step.add ? slot_push(session, step.relation, step.row, step.target, site)
				: slot_pull(session, step.relation, step.row, step.target, site);
	if (step.add)
		slot_load_one(step.relation, step.row, step.target);
	else if (slot_one(step.relation, step.row) == step.target)
		slot_load_one(step.relation, step.row, NULL);
	return ROWAN_OK;
}

int step(struct rowan_session *session, const struct relation *relation, const void *row,
	 const void *target, bool add, struct rowan_site site)
{
	struct step step = { relation, (void *)(uintptr_t)row, target, add };

	if (!relation || !row)
		return ROWAN_OK;
	if (!unit_note(&session->unit, step))
		return session_no_memory(session, site);
	return take(session, step, site);
}

int steps_repeat(struct rowan_session *session, const void *row, struct rowan_site site)
{
	int status = ROWAN_OK;

	for (size_t i = 0; i < session->unit.step_count && status == ROWAN_OK; i++)
		if (!row || session->unit.steps[i].row == row)
			status = take(session, session->unit.steps[i], site);
	return status;
}
