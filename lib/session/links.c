/* SPDX-License-Identifier: MIT */
#include "session/related.h"
#include "session/relate.h"

/*
 * Many-to-many relations: a row of the link model is added or deleted.
 */

/* A link that waits for the flush may be known to the one side only. */
static bool is_linked(const struct ends *ends)
{
	const struct relation *relation = ends->relation;

	return slot_holds(relation, ends->row, ends->target) ||
	       (relation->back && slot_holds(relation->back, ends->target, ends->row));
}

int know_slot(const struct ends *ends)
{
	if (!slot_is_loaded(ends->relation, ends->row))
		rowan_load_(ends->session, ends->row, ends->relation->offset,
			    slot_state(ends->relation, ends->row), ends->site);
	return session_ready(ends->session);
}

static int add_link(const struct ends *ends)
{
	const struct relation *relation = ends->relation;
	struct change *link = new_row(ends->session, relation->link, ends->site);
	int status;

	if (!link)
		return session_ready(ends->session);
	if ((status = follow_key(ends->session, link, &relation->link_local, ends->row,
				 &relation->local, ends->site)) < 0 ||
	    (status = follow_key(ends->session, link, &relation->link_remote, ends->target,
				 &relation->remote, ends->site)) < 0)
		return status;
	if (is_part_of_work(ends->session, ends->row))
		link->state = CHANGE_INSERT;
	return bring_along(ends->session, link, &relation->link_local, ends->site);
}

/* Keys of rows that follow others say nothing: all those that are not stored have none. */
static bool column_leads_to(const struct change *link, const struct column *column,
			    const void *row, const struct slot *row_key)
{
	const struct key_link *follows = change_link_of(link, column);

	if (follows)
		return follows->parent->row == row;
	return slot_same(slot_of(column), link->row, row_key, row);
}

static bool leads_to(const struct change *link, const struct key *key, const void *row,
		     const struct key *row_key)
{
	for (size_t i = 0; i < key->count; i++)
		if (!column_leads_to(link, key->columns[i], row, &row_key->slots[i]))
			return false;
	return true;
}

static bool link_joins(const struct change *link, const struct ends *ends)
{
	const struct relation *relation = ends->relation;

	return leads_to(link, &relation->link_local, ends->row, &relation->local) &&
	       leads_to(link, &relation->link_remote, ends->target, &relation->remote);
}

/* Or it will be when the row is that it was appended to. */
static bool is_in_the_work(const struct change *link)
{
	return link->state == CHANGE_NEW ? change_is_brought(link) : link->state != CHANGE_GONE;
}

/* A link row that this unit holds: to be inserted, stored, or to be deleted. */
static struct change *find_link(const struct ends *ends)
{
	const struct vector *changes = &ends->session->unit.changes;

	for (size_t i = 0; i < changes->count; i++) {
		struct change *change = changes->items[i];

		if (change->plan == ends->relation->link && is_in_the_work(change) &&
		    link_joins(change, ends))
			return change;
	}
	return NULL;
}

/* A row with the pair's keys, whatever else it has. */
static void set_pair(const struct ends *ends, void *link)
{
	const struct relation *relation = ends->relation;

	key_assign(&relation->link_local, link, &relation->local, ends->row);
	key_assign(&relation->link_remote, link, &relation->remote, ends->target);
}

/* The link row of two stored rows as somebody has read it, or one that stands for it. */
static struct change *stored_link(const struct ends *ends)
{
	struct rowan_session *session = ends->session;
	const struct plan *plan = ends->relation->link;
	void *pair = arena_zalloc(&session->arena, plan->model->size);
	struct session_model *model = session_model(session, plan);
	struct identity_entry *read;
	struct change *link;

	if (!pair || !model) {
		session_no_memory(session, ends->site);
		return NULL;
	}
	set_pair(ends, pair);
	read = identity_find(&model->map, identity_hash(plan, pair), pair);
	if (read)
		return change_of_stored(session, plan->model, read->row, ends->verb, ends->site);
	link = new_row(session, plan, ends->site);
	if (link) {
		set_pair(ends, link->row);
		memcpy(pair, link->row, plan->model->size);
		link->flushed = link->saved = pair;
	}
	return link;
}

/* Delete the link row of two stored rows: by its key, which must be the pair. */
static int delete_link(const struct ends *ends)
{
	const struct relation *relation = ends->relation;
	const struct plan *plan = relation->link;
	struct change *link;

	if (links_repeat(relation))
		return session_fail(ends->session, ROWAN_MISUSE, ends->site,
				    "%s: the key of %s is more than the pair: "
				    "delete the row of %s itself",
				    ends->verb, plan->table, plan->table);
	link = stored_link(ends);
	if (!link)
		return session_ready(ends->session);
	link->state = CHANGE_DELETE;
	ends->session->unit.deletes_wait = true;
	return ROWAN_OK;
}

static int link_step(const struct ends *ends, bool add)
{
	int status = step(ends->session, ends->relation, ends->row, ends->target, add, ends->site);

	return status < 0 ? status : step(ends->session, ends->relation->back, ends->target,
					  ends->row, add, ends->site);
}

static int unlink_rows(const struct ends *ends)
{
	struct change *link = find_link(ends);
	int status = ROWAN_OK;

	if (!link) {
		status = delete_link(ends);
	} else if (link->state <= CHANGE_INSERT) {
		link->state = CHANGE_NEW;
		leave_behind(link, NULL);
	} else {
		link->state = CHANGE_DELETE;
		ends->session->unit.deletes_wait = true;
	}
	return status < 0 ? status : link_step(ends, false);
}

static int link_rows(const struct ends *ends)
{
	struct change *link = ends->session->unit.deletes_wait ? find_link(ends) : NULL;
	int status = ROWAN_OK;

	if (!link)
		status = add_link(ends);
	else if (link->state == CHANGE_DELETE)	/* it stays after all */
		link->state = CHANGE_STORED;
	return status < 0 ? status : link_step(ends, true);
}

int change_link(const struct ends *ends, bool add)
{
	int status = know_slot(ends);

	/* What is linked already must be known, or a link could be made twice. */
	if (status < 0 || is_linked(ends) == add)
		return status;
	return add ? link_rows(ends) : unlink_rows(ends);
}
