/* SPDX-License-Identifier: MIT */
#include "session/session.h"

/*
 * Deleted rows leave the relations that were loaded with them.  Their memory
 * stays, so a pointer from elsewhere does not dangle.
 */

static bool is_gone(struct rowan_session *session, const void *row)
{
	const struct change *change = unit_find(&session->unit, row);

	return change && (change->state == CHANGE_DELETE || change->state == CHANGE_GONE);
}

/* All deleted rows at once: the next of them finds nothing left to do. */
static int leave_many(struct rowan_session *session, const struct relation *relation, void *owner,
		      struct rowan_site site)
{
	size_t count, kept = 0;
	const void *const *old = slot_many(relation, owner, &count);
	const void **rows = arena_alloc(&session->arena, count * sizeof(*rows));

	if (!rows)
		return session_no_memory(session, site);
	for (size_t i = 0; i < count; i++)
		if (!is_gone(session, old[i]))
			rows[kept++] = old[i];
	slot_load_many(relation, owner, rows, kept, 0);
	return ROWAN_OK;
}

int leave_relations(struct rowan_session *session, const struct change *change,
		    struct rowan_site site)
{
	for (size_t i = 0; i < change->plan->relation_count; i++) {
		const struct relation *relation = &change->plan->relations[i], *back = relation->back;
		void *owner;

		if (relation->kind != RELATION_BELONGS_TO || !back)
			continue;
		owner = (void *)(uintptr_t)parent_of(session, relation, change->row);
		if (!owner || !slot_holds(back, owner, change->row))
			continue;
		if (!back->declared->many)
			slot_load_one(back, owner, NULL);
		else if (leave_many(session, back, owner, site) < 0)
			return session_ready(session);
	}
	return session_ready(session);
}
