/* SPDX-License-Identifier: MIT */
#include "session/savepoint.h"

#include <string.h>

/*
 * Rolling back in memory: rows are as they were at the last commit, or at a
 * savepoint.
 *
 * Reading may have followed what the transaction did, so every relation of a
 * stored row is unloaded; a rollback may cost a walk over all rows.
 */

static void forget_identity(struct rowan_session *session, const struct change *change)
{
	struct session_model *model = session_model(session, change->plan);
	struct identity_entry *entry;

	if (!model)
		return;
	entry = identity_find(&model->map, identity_hash(change->plan, change->row), change->row);
	if (entry && entry->row == change->row)
		identity_remove(&model->map, entry);
}

/* Back into the identity map, where a delete took it out. */
static void restore_identity(struct rowan_session *session, const struct change *change)
{
	struct session_model *model = session_model(session, change->plan);

	/* Without memory it is merely read again, at another address. */
	if (model)
		identity_put(&model->map, identity_hash(change->plan, change->row), change->row, 0);
}

/* A row that is not in the database any more, nor was before. */
static void undo_insert(struct rowan_session *session, struct change *change)
{
	if (change->flushed)
		forget_identity(session, change);
	if (change->flushed && change->plan->version)
		slot_set(slot_of(change->plan->version), change->row, rowan_int_value(1));
	if (change->key_generated)
		slot_set(&change->plan->slots[change->plan->generated->index], change->row,
			 (struct rowan_value){ 0 });
	for (const struct column *const *column = change->put_in; column && *column; column++)
		slot_set(slot_of(*column), change->row, (struct rowan_value){ 0 });
	change->key_generated = change->awaited = change->orphaned = false;
	change->put_in = NULL;
	change->flushed = NULL;
	change->state = CHANGE_NEW;
	leave_behind(change, NULL);
	for (struct key_link *link = change->links; link; link = link->next)
		link->followed = false;
	/* What it was linked to is undone as well; what it belongs to it still follows. */
	for (size_t i = 0; i < change->plan->relation_count; i++)
		if (change->plan->relations[i].kind != RELATION_BELONGS_TO)
			slot_unload(&change->plan->relations[i], change->row,
				    session_model(session, change->plan)->alone);
}

static void restore_row(struct rowan_session *session, struct change *change,
			const struct kept *kept)
{
	bool was_gone = change->state == CHANGE_GONE;

	memcpy(change->row, kept->flushed, change->plan->model->size);
	slots_init(change->plan, change->row, session_model(session, change->plan)->alone);
	if (was_gone)
		restore_identity(session, change);
	change->flushed = kept->flushed;
	change->sent = change->orphaned = change->cascaded = false;
	change->links = kept->links;
	change->state = CHANGE_STORED;
}

static void unload_relations(const struct session_model *model)
{
	for (size_t i = 0; i < model->map.capacity; i++) {
		void *row = model->map.entries[i].row;

		for (size_t r = 0; row && r < model->map.plan->relation_count; r++) {
			const struct relation *relation = &model->map.plan->relations[r];

			if (slot_is_loaded(relation, row))
				slot_unload(relation, row, model->alone);
		}
	}
}

void unload_all_relations(struct rowan_session *session)
{
	for (size_t i = 0; i < session->model_count; i++)
		if (session->models[i].map.plan && session->models[i].map.plan->relation_count)
			unload_relations(&session->models[i]);
}

/* What the change was at the savepoint; before that, or without one, at the last commit. */
static struct kept kept_of(const struct savepoint *savepoint, const struct change *change,
			   size_t index)
{
	if (savepoint && index < savepoint->count)
		return savepoint->kept[index];
	return (struct kept){ .flushed = change->saved, .state = CHANGE_STORED };
}

void unit_rollback_to(struct rowan_session *session, const struct savepoint *savepoint)
{
	/* Latest first: an identity that moved between rows goes back to the first. */
	for (size_t i = session->unit.changes.count; i-- > 0;) {
		struct change *change = session->unit.changes.items[i];
		struct kept kept = kept_of(savepoint, change, i);

		if (kept.state == CHANGE_GONE)
			continue;
		if (kept.flushed)
			restore_row(session, change, &kept);
		else
			undo_insert(session, change);
	}
	unload_all_relations(session);
}

void unit_rollback(struct rowan_session *session)
{
	unit_rollback_to(session, NULL);
}
