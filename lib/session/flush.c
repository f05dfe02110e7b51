/* SPDX-License-Identifier: MIT */
#include "session/hooks.h"
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
	vector_release(&work->cut_inserts);
	vector_release(&work->cut_deletes);
	vector_release(&work->incomplete);
}

/* ---- gathering --------------------------------------------------------------- */

static struct vector *list_for(struct work *work, struct change *change)
{
	switch (change->state) {
	case CHANGE_INSERT:
		change->dirty = UINT64_MAX;
		return &work->inserts;
	case CHANGE_DELETE:
		return &work->deletes;
	case CHANGE_STORED:
		if (!change_compare(change) && !change_waits_for_key(change))
			return NULL;
		change_count_update(change);
		return &work->updates;
	default:
		return NULL;
	}
}

static int gather(struct rowan_session *session, struct work *work, struct rowan_site site)
{
	const struct vector *changes = &session->unit.changes;
	int status = add_others(session, site);

	if (status < 0)
		return status;
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
		status = flush_cut_inserts(session, work, site);
	if (status == ROWAN_OK)
		status = flush_updates(session, (struct change **)work->updates.items,
				       work->updates.count, site);
	if (status == ROWAN_OK)
		status = flush_cut_deletes(session, work, site);
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

static void forget_deleted(struct rowan_session *session, const struct vector *deletes)
{
	const struct plan *last = NULL;

	leave_identity(session, deletes);
	for (size_t i = 0; i < deletes->count; i++) {
		const struct change *change = deletes->items[i];

		if (change->plan != last)
			doubt_dependents(session, change->plan);
		last = change->plan;
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
		forget_deleted(session, &work->deletes);
	return status;
}

static int flush(struct rowan_session *session, struct work *work, struct rowan_site site)
{
	int status = session->hooks ? hooks_before(session, site) : ROWAN_OK;

	if (status < 0 || (status = cascade_deletes(session, site)) < 0)
		return status;
	if ((status = gather(session, work, site)) < 0 ||
	    (status = validate(session, work)) < 0)
		return session_failed_at(session, status, site);
	if (work->inserts.count + work->updates.count + work->deletes.count == 0)
		return ROWAN_OK;
	if ((status = put_in_order(session, work)) < 0)
		return status;
	return send(session, work, site);
}

/* Everything once; *sent says whether there was anything. */
static int flush_once(struct rowan_session *session, bool *sent, struct rowan_site site)
{
	struct work work = { 0 };
	int status = flush(session, &work, site);

	*sent = work.inserts.count + work.updates.count + work.deletes.count > 0;
	clear_marks(&work);
	if (status == ROWAN_OK && session->unit.some_linked) {
		keys_followed(&work.inserts);
		keys_followed(&work.updates);
	}
	if (status == ROWAN_OK)
		unit_settle(&session->unit);
	session->outbox = (struct outbox){ 0 };
	arena_clear(&session->scratch);
	if (status == ROWAN_OK && session->hooks && session->hooks->after_write)
		status = hooks_after(session, &work, site);
	work_release(&work);
	return status;
}

int rowan_flush_(struct rowan_session *session, struct rowan_site site)
{
	bool sent = true;
	int status = session_may_end(session, "rowan_flush", site);

	if (status < 0)
		return status;
	status = flush_once(session, &sent, site);
	/* What a hook did afterwards is part of it. */
	for (int round = 1; status == ROWAN_OK && sent && session->hooks &&
	     session->hooks->after_write; round++)
		status = round < HOOK_ROUNDS ? flush_once(session, &sent, site)
					     : hooks_endless(session, "after_write", site);
	/*
	 * Nothing half-done stays, and no lock is held while the error waits; except
	 * that with a savepoint only what came after it is given up.
	 */
	if (status < 0 && !session->savepoints)
		rollback_transaction(session);
	return status;
}
