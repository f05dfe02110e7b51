/* SPDX-License-Identifier: MIT */
#include "session/order.h"
#include "session/outbox.h"

/*
 * A flush: what waits is gathered, validated as a whole, put in order and sent:
 * first what is inserted, then updated, then deleted.
 */

static void work_release(struct work *work)
{
	vector_release(&work->inserts);
	vector_release(&work->updates);
	vector_release(&work->deletes);
}

/* ---- gathering --------------------------------------------------------------- */

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

static int gather(struct rowan_session *session, struct work *work, struct rowan_site site)
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
		if (list == &work->updates && stamp_change(session, change) < 0)
			return session_ready(session);
		if (list && !vector_push(list, change))
			return session_no_memory(session, site);
	}
	return ROWAN_OK;
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

static int post_all(struct rowan_session *session, struct work *work, struct rowan_site site)
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
	if (status == ROWAN_OK && session->committing)
		status = post_commit(session, site);
	return status;
}

/*
 * Rows that were deleted leave the identity map, unless another has their key by now.
 * The last first: rows of neighbouring keys lie side by side, and nothing moves up.
 */
static void leave_identity(struct rowan_session *session, const struct vector *deletes)
{
	for (size_t i = deletes->count; i-- > 0;) {
		const struct change *change = deletes->items[i];
		struct identity_map *map = &session_model(session, change->plan)->map;
		struct identity_entry *entry =
			identity_find(map, identity_hash(change->plan, change->flushed),
				      change->flushed);

		if (entry && entry->row == change->row)
			identity_remove(map, entry);
	}
}

static int send(struct rowan_session *session, struct work *work, struct rowan_site site)
{
	int status = ROWAN_OK;

	for (size_t i = 0; i < work->deletes.count && status == ROWAN_OK; i++)
		status = leave_relations(session, work->deletes.items[i], site);
	if (status == ROWAN_OK)
		status = post_all(session, work, site);
	status = collect(session, status);
	if (status == ROWAN_OK)
		leave_identity(session, &work->deletes);
	/*
	 * Nothing half-done stays, and no lock is held while the error waits; except
	 * that with a savepoint only what came after it is given up.
	 */
	if (status < 0 && !session->savepoints)
		rollback_transaction(session);
	return status;
}

static int flush(struct rowan_session *session, struct work *work, struct rowan_site site)
{
	int status = gather(session, work, site);

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
	clear_marks(&work);
	if (status == ROWAN_OK && session->unit.some_linked) {
		note_followed(&work.inserts);
		note_followed(&work.updates);
	}
	if (status == ROWAN_OK)
		unit_settle(&session->unit);
	work_release(&work);
	session->outbox = (struct outbox){ 0 };
	arena_clear(&session->scratch);
	return status;
}
