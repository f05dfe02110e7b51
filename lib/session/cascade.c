/* SPDX-License-Identifier: MIT */
#include "session/related.h"

/*
 * Rows that are deleted with others: those of relations that say so, and orphans.
 *
 * This is done when a flush begins, for all rows of a model at once, so that however
 * many are deleted each relation takes one statement to find what goes with them.
 */

/* It is to be deleted, or not to be stored after all. */
static void take_along(struct rowan_session *session, struct change *change)
{
	leave_behind(change, NULL);
	if (change->state == CHANGE_INSERT)
		change->state = CHANGE_NEW;
	if (change->state != CHANGE_STORED)
		return;
	change->state = CHANGE_DELETE;
	session->unit.deletes_wait = true;
}

static void take_orphans(struct rowan_session *session)
{
	for (size_t i = 0; i < session->unit.changes.count; i++) {
		struct change *change = session->unit.changes.items[i];

		if (change->orphaned)
			take_along(session, change);
		change->orphaned = false;
	}
	session->unit.some_orphaned = false;
}

/* ---- rows with a foreign key ------------------------------------------------------ */

/* One that was given to another row meanwhile stays. */
static int take_child(struct rowan_session *session, const struct relation *relation,
		      const void *owner, const void *row, struct rowan_site site)
{
	struct change *change;

	if (!key_same(&relation->remote, row, &relation->local, owner))
		return ROWAN_OK;
	change = change_of_stored(session, relation->target->model, row, "rowan_delete", site);
	if (!change)
		return session_ready(session);
	take_along(session, change);
	return ROWAN_OK;
}

static int take_children(struct rowan_session *session, const struct relation *relation,
			 const void *owner, struct rowan_site site)
{
	const void *one = NULL, *const *rows = &one;
	size_t count = 1;
	int status = ROWAN_OK;

	if (relation->declared->many)
		rows = slot_many(relation, owner, &count);
	else
		one = slot_one(relation, owner);
	for (size_t i = 0; i < count && status == ROWAN_OK; i++)
		if (rows[i])
			status = take_child(session, relation, owner, rows[i], site);
	return status;
}

/* As the database has them now, and as they were changed since. */
static int cascade_children(struct rowan_session *session, const struct relation *relation,
			    struct peers *owners, struct rowan_site site)
{
	int status;

	for (size_t i = 0; i < owners->count; i++)
		slot_unload(relation, owners->rows[i], owners);
	if (!load_related(session, owners, relation, NULL, site))
		return session_ready(session);
	status = steps_repeat(session, NULL, site);
	for (size_t i = 0; i < owners->count && status == ROWAN_OK; i++)
		status = take_children(session, relation, owners->rows[i], site);
	return status;
}

/* ---- rows of links ------------------------------------------------------------------ */

/* Links that wait to be stored. */
static int drop_new_links(struct rowan_session *session, const struct relation *relation)
{
	for (size_t i = 0; i < session->unit.changes.count; i++) {
		struct change *link = session->unit.changes.items[i], *owner;
		void *row;

		if (link->plan != relation->link || link->state > CHANGE_INSERT)
			continue;
		row = held_row(session, &relation->local, &relation->link_local, link->row);
		if (session_ready(session))
			return session_ready(session);
		owner = row ? unit_find(&session->unit, row) : NULL;
		if (owner && owner->state == CHANGE_DELETE)
			take_along(session, link);
	}
	return ROWAN_OK;
}

/* And all that are stored, whether the session holds them or not. */
static int cascade_links(struct rowan_session *session, const struct relation *relation,
			 const struct peers *owners, struct rowan_site site)
{
	int status = drop_new_links(session, relation);

	if (status == ROWAN_OK)
		status = load_links(session, relation, owners, site);
	for (size_t i = 0; i < session->rows.count && status == ROWAN_OK; i++) {
		struct change *link = change_of_stored(session, relation->link->model,
						       session->rows.items[i], "rowan_delete", site);

		if (!link)
			return session_ready(session);
		take_along(session, link);
	}
	return status;
}

/* ---- all of them ---------------------------------------------------------------------- */

/* The rows of one model that are to be deleted and were not looked at yet, or NULL. */
static struct peers *next_owners(struct rowan_session *session, struct rowan_site site)
{
	const struct vector *changes = &session->unit.changes;
	struct peers *owners = NULL;
	void **rows = NULL;

	for (size_t i = 0; i < changes->count; i++) {
		struct change *change = changes->items[i];

		if (change->state != CHANGE_DELETE || change->cascaded || !change->plan->cascades ||
		    (owners && owners->plan != change->plan))
			continue;
		if (!owners) {
			owners = peers_make(session, change->plan, site);
			rows = arena_alloc(&session->arena, (changes->count - i) * sizeof(*rows));
			if (!owners || !rows) {
				session_no_memory(session, site);
				return NULL;
			}
			owners->rows = rows;
		}
		change->cascaded = true;
		rows[owners->count++] = change->row;
	}
	return owners;
}

static int cascade_from(struct rowan_session *session, struct peers *owners,
			struct rowan_site site)
{
	int status = ROWAN_OK;

	for (size_t i = 0; i < owners->plan->relation_count && status == ROWAN_OK; i++) {
		const struct relation *relation = &owners->plan->relations[i];

		if (!relation->declared->cascade)
			continue;
		status = relation->kind == RELATION_MANY_TO_MANY
			? cascade_links(session, relation, owners, site)
			: cascade_children(session, relation, owners, site);
	}
	return status;
}

int cascade_deletes(struct rowan_session *session, struct rowan_site site)
{
	struct peers *owners;
	int status;

	if (session->unit.some_orphaned)
		take_orphans(session);
	if (!session->unit.deletes_wait)
		return ROWAN_OK;
	while ((owners = next_owners(session, site)) != NULL) {
		status = begin_transaction(session, true, site);
		if (status == ROWAN_OK)
			status = cascade_from(session, owners, site);
		if (status < 0)
			return status;
	}
	return session_ready(session);
}
