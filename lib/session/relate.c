/* SPDX-License-Identifier: MIT */
#include "session/relate.h"

#include <string.h>

/*
 * Changing relations.  A foreign key is set at once if the row it follows has its
 * key, else when that row was inserted: see struct key_link.  Slots that are
 * loaded, on both sides, are kept in step: see steps.c.
 */

/* ---- foreign keys ----------------------------------------------------------- */

/* A savepoint may need the old list: what comes before the link is copied. */
static int unlink_key(struct rowan_session *session, struct change *child,
		      const struct column *column, struct rowan_site site)
{
	struct key_link *link = change_link_of(child, column), *links, **end = &links;

	if (!link)
		return ROWAN_OK;
	for (const struct key_link *before = child->links; before != link; before = before->next) {
		*end = arena_copy(&session->arena, before, sizeof(*before));
		if (!*end)
			return session_no_memory(session, site);
		end = &(*end)->next;
	}
	*end = link->next;
	child->links = links;
	return ROWAN_OK;
}

static int follow_column(struct rowan_session *session, struct change *child,
			 const struct key *key, size_t i, struct change *parent,
			 const struct key *parent_key, struct rowan_site site)
{
	struct key_link *link = arena_alloc(&session->arena, sizeof(*link));

	if (!link)
		return session_no_memory(session, site);
	*link = (struct key_link){ .next = child->links, .key = key, .column = key->columns[i],
				   .parent = parent, .parent_column = parent_key->columns[i] };
	child->links = link;
	session->unit.some_linked = true;
	return ROWAN_OK;
}

int follow_key(struct rowan_session *session, struct change *child, const struct key *key,
	       const void *parent_row, const struct key *parent_key, struct rowan_site site)
{
	struct change *parent = unit_find(&session->unit, parent_row);
	bool known = !parent || parent->state >= CHANGE_STORED;
	int status = ROWAN_OK;

	for (size_t i = 0; i < key->count && status == ROWAN_OK; i++) {
		/* Of two keys that share a column: it goes on to follow what it follows. */
		if (!known && leads_back(parent, parent_key->columns[i], child, key->columns[i]))
			continue;
		status = unlink_key(session, child, key->columns[i], site);
		if (status == ROWAN_OK && !known)
			status = follow_column(session, child, key, i, parent, parent_key, site);
		slot_assign(&key->slots[i], child->row, &parent_key->slots[i], parent_row);
	}
	if (status == ROWAN_OK)
		child->orphaned = false;
	return status;
}

/*
 * A key with NULL in it refers to nothing: those of its columns that can be, are.  An orphan
 * is not stored any more: what its key was to follow does not matter.
 */
static int clear_key(struct rowan_session *session, struct change *child, const struct key *key,
		     struct rowan_site site)
{
	bool nullable = key_can_be_null(key);
	int status = ROWAN_OK;

	key_set_null(key, child->row);
	leave_behind(child, key);
	for (size_t i = 0; i < key->count && status == ROWAN_OK; i++)
		if (!nullable || key->slots[i].nullable)
			status = unlink_key(session, child, key->columns[i], site);
	return status;
}

/* Out of a relation: its rows may be no longer wanted without it. */
static int leave(struct rowan_session *session, const struct relation *relation,
		 struct change *child, const struct key *key, const char *verb,
		 struct rowan_site site)
{
	bool orphaned = relation && relation->declared->cascade == ROWAN_CASCADE_DELETE_ORPHAN;

	child->orphaned = orphaned;
	session->unit.some_orphaned |= orphaned;
	if (!orphaned && !key_can_be_null(key))
		return session_fail(session, ROWAN_MISUSE, site, "%s: %s can't be NULL", verb,
				    key->slots[key->count - 1].name);
	return clear_key(session, child, key, site);
}

/* ---- who is who -------------------------------------------------------------- */

/*
 * Whether this session made or read the row, which is of the plan's model: any of
 * its slots tells.  A row without slots must be known by its address.
 */
static bool is_ours(struct rowan_session *session, const struct plan *plan, const void *row)
{
	const struct peers *peers;

	if (plan->relation_count == 0)
		return unit_find(&session->unit, row) || session_tracks(session, plan, row);
	peers = (const struct peers *)(slot_state(&plan->relations[0], row) & ~SLOT_FLAGS);
	return peers && peers->session == session;
}

/* The relation at the slot of a row that this session handed out, by its slot's peers. */
static int find_ends(struct ends *ends, struct rowan_session *session, const char *verb,
		     const void *row, size_t slot, const void *target, struct rowan_site site)
{
	const struct change *change;
	struct peers *peers = NULL;
	uintptr_t state;

	*ends = (struct ends){ .session = session, .verb = verb, .target = target, .site = site,
			       .row = (void *)(uintptr_t)row };
	if (session_ready(session))
		return session_ready(session);
	if (!row)
		return session_fail(session, ROWAN_MISUSE, site, "%s: the row is NULL", verb);
	change = unit_find(&session->unit, row);
	if (change) {
		ends->relation = plan_relation_at(change->plan, (uint32_t)slot);
	} else {
		/* A to-many slot: only those are changed on rows that are not writable. */
		memcpy(&state, (const char *)row + slot + 2 * sizeof(void *), sizeof(state));
		peers = (struct peers *)(state & ~SLOT_FLAGS);
		if (peers && peers->session == session)
			ends->relation = plan_relation_at(peers->plan, (uint32_t)slot);
	}
	if (!ends->relation)
		return session_fail(session, ROWAN_MISUSE, site,
				    "%s: the row was not handed out by this session", verb);
	if (target && !is_ours(session, ends->relation->target, target))
		return session_fail(session, ROWAN_MISUSE, site,
				    "%s: the row of %s for %s was not handed out by this session",
				    verb, ends->relation->target->table,
				    ends->relation->declared->name);
	return ROWAN_OK;
}

/* A row whose foreign key is about to change must be writable. */
static struct change *writable(const struct ends *ends, const void *row)
{
	struct change *change = unit_find(&ends->session->unit, row);

	if (!change || change->state == CHANGE_DELETE || change->state == CHANGE_GONE) {
		session_fail(ends->session, ROWAN_MISUSE, ends->site,
			     "%s: the row that holds the foreign key is not writable: "
			     "rowan_edit() it first", ends->verb);
		return NULL;
	}
	return change;
}

/* ---- to-one ------------------------------------------------------------------ */

const void *parent_of(struct rowan_session *session, const struct relation *relation,
		      const void *row)
{
	if (slot_is_loaded(relation, row))
		return slot_one(relation, row);
	return held_row(session, &relation->remote, &relation->local, row);
}

/* `row` belongs to `target` from now on. */
static int belong_to(const struct ends *ends)
{
	const struct relation *relation = ends->relation;
	struct change *child = writable(ends, ends->row);
	const void *before = child ? parent_of(ends->session, relation, ends->row) : NULL;
	int status;

	if (session_ready(ends->session))
		return session_ready(ends->session);
	if (ends->target)
		status = follow_key(ends->session, child, &relation->local, ends->target,
				    &relation->remote, ends->site);
	else
		status = leave(ends->session, relation->back, child, &relation->local, ends->verb,
			       ends->site);
	if (status < 0)
		return status;
	if (before && before != ends->target)
		status = step(ends->session, relation->back, before, ends->row, false, ends->site);
	if (status < 0 || (status = step(ends->session, relation, ends->row, ends->target, true,
					 ends->site)) < 0)
		return status;
	return step(ends->session, relation->back, ends->target, ends->row, true, ends->site);
}

bool is_part_of_work(struct rowan_session *session, const void *row)
{
	const struct change *change = unit_find(&session->unit, row);

	return !change || change->state != CHANGE_NEW;
}

/* `child` belongs to `row` from now on, or no more. */
static int take_child(const struct ends *ends, const void *child_row, bool add)
{
	const struct relation *relation = ends->relation;
	struct change *child = writable(ends, child_row);
	const void *before = NULL;
	int status;

	if (child && add && relation->back)
		before = parent_of(ends->session, relation->back, child_row);
	if (session_ready(ends->session))
		return session_ready(ends->session);
	if (add && is_part_of_work(ends->session, ends->row) && child->state == CHANGE_NEW)
		child->state = CHANGE_INSERT;
	if (add)
		status = follow_key(ends->session, child, &relation->remote, ends->row,
				    &relation->local, ends->site);
	else
		status = leave(ends->session, relation, child, &relation->remote, ends->verb,
			       ends->site);
	if (status == ROWAN_OK && add)
		status = bring_along(ends->session, child, &relation->remote, ends->site);
	/* A child that another row takes leaves the one before. */
	if (status == ROWAN_OK && before && before != ends->row)
		status = step(ends->session, relation, before, child_row, false, ends->site);
	if (status < 0 || (status = step(ends->session, relation, ends->row, child_row, add,
					 ends->site)) < 0)
		return status;
	return step(ends->session, relation->back, child_row, ends->row, add, ends->site);
}

/* `row` has `target` from now on, whose foreign key says so. */
static int have_one(const struct ends *ends)
{
	const void *before = slot_one(ends->relation, ends->row);
	int status = ROWAN_OK;

	if (before && before != ends->target)
		status = take_child(ends, before, false);
	if (status == ROWAN_OK && ends->target)
		status = take_child(ends, ends->target, true);
	return status;
}

int rowan_set_one_(struct rowan_session *session, void *row, size_t slot, const void *target,
		   struct rowan_site site)
{
	struct ends ends;
	int status = find_ends(&ends, session, "rowan_set_one", row, slot, target, site);

	if (status == ROWAN_OK)
		status = ends.relation->kind == RELATION_BELONGS_TO ? belong_to(&ends)
								    : have_one(&ends);
	arena_clear(&session->scratch);
	return status;
}

/* ---- to-many ------------------------------------------------------------------ */

static int change_many(const struct ends *ends, bool add)
{
	int status;

	if (!ends->target)
		return session_fail(ends->session, ROWAN_MISUSE, ends->site,
				    "%s: the row to %s is NULL", ends->verb, add ? "add" : "take out");
	if (ends->relation->kind != RELATION_MANY_TO_MANY) {
		struct change *owner = unit_find(&ends->session->unit, ends->row);

		/* The slot of a row that is not stored is what is put into it. */
		if (owner && owner->state <= CHANGE_INSERT && (status = know_slot(ends)) < 0)
			return status;
		return take_child(ends, ends->target, add);
	}
	return change_link(ends, add);
}

int rowan_append_(struct rowan_session *session, const void *row, size_t slot,
		  const void *target, struct rowan_site site)
{
	struct ends ends;
	int status = find_ends(&ends, session, "rowan_append", row, slot, target, site);

	if (status == ROWAN_OK)
		status = change_many(&ends, true);
	arena_clear(&session->scratch);
	return status;
}

int rowan_remove_(struct rowan_session *session, const void *row, size_t slot,
		  const void *target, struct rowan_site site)
{
	struct ends ends;
	int status = find_ends(&ends, session, "rowan_remove", row, slot, target, site);

	if (status == ROWAN_OK)
		status = change_many(&ends, false);
	arena_clear(&session->scratch);
	return status;
}
