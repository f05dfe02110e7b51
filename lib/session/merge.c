/* SPDX-License-Identifier: MIT */
#include "session/session.h"

/* Rows that come from elsewhere, and rows that are let go. */

static void assign_all(const struct plan *plan, void *row, const void *values)
{
	for (size_t i = 0; i < plan->column_count; i++)
		slot_assign(&plan->slots[i], row, &plan->slots[i], values);
}

static void *merge_stored(struct rowan_session *session, const struct plan *plan, const void *row,
			  const void *values, struct rowan_site site)
{
	struct change *change = change_of_stored(session, plan->model, row, "rowan_merge", site);
	const struct slot *version = plan->version ? slot_of(plan->version) : NULL;

	if (!change)
		return NULL;
	if (version && !slot_equal(version, values, change->row)) {
		session_fail(session, ROWAN_STALE, site,
			     "rowan_merge: the row of %s was changed by another: its version is "
			     "not the one given", plan->table);
		return NULL;
	}
	assign_all(plan, change->row, values);
	return change->row;
}

static void *merge_new(struct rowan_session *session, const struct plan *plan, const void *values,
		       struct rowan_site site)
{
	struct change *change = new_row(session, plan, site);

	if (!change)
		return NULL;
	assign_all(plan, change->row, values);
	change->state = CHANGE_INSERT;
	return change->row;
}

static void *merge(struct rowan_session *session, const struct plan *plan, const void *values,
		   struct rowan_site site)
{
	struct session_model *model = session_model(session, plan);
	const void *row = NULL;

	if (!model) {
		session_no_memory(session, site);
		return NULL;
	}
	if (row_has_key(plan, values))
		row = find_row(session, model, values, site);
	if (session_ready(session))
		return NULL;
	return row ? merge_stored(session, plan, row, values, site)
		   : merge_new(session, plan, values, site);
}

void *rowan_merge_(struct rowan_session *session, const struct rowan_model *model,
		   const void *values, struct rowan_site site)
{
	const struct plan *plan;
	void *row;
	int status;

	if (session_ready(session))
		return NULL;
	if ((status = table_plan_of(model, &plan, &session->error)) < 0) {
		session_failed_at(session, status, site);
		return NULL;
	}
	if (!values) {
		session_fail(session, ROWAN_MISUSE, site, "rowan_merge: the struct of %s is NULL",
			     plan->table);
		return NULL;
	}
	row = merge(session, plan, values, site);
	arena_clear(&session->scratch);
	return row;
}

int rowan_expunge_(struct rowan_session *session, const struct rowan_model *model,
		   const void *row, struct rowan_site site)
{
	struct identity_entry *entry;
	struct identity_map *map;
	struct change *change;

	if (session_ready(session))
		return session_ready(session);
	if (session->in_transaction)
		return session_fail(session, ROWAN_MISUSE, site,
				    "rowan_expunge: a transaction is open: commit or roll back first");
	change = change_of_stored(session, model, row, "rowan_expunge", site);
	if (!change)
		return session_ready(session);
	if (change->state <= CHANGE_INSERT) {
		leave_behind(change, NULL);
		change->state = CHANGE_NEW;
		return ROWAN_OK;
	}
	map = &session_model(session, change->plan)->map;
	entry = identity_find(map, identity_hash(change->plan, change->flushed), change->flushed);
	if (entry && entry->row == change->row)
		identity_remove(map, entry);
	unit_remove(&session->unit, change);
	return ROWAN_OK;
}
