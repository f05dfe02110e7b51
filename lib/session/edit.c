/* SPDX-License-Identifier: MIT */
#include "session/session.h"

/*
 * Rows become writable here, and only here.  A copy is kept beside each, which
 * the flush compares with and a rollback goes back to.
 */

bool session_tracks(struct rowan_session *session, const struct plan *plan, const void *row)
{
	struct session_model *model = session_model(session, plan);
	struct identity_entry *entry;

	if (!model)
		return false;
	entry = identity_find(&model->map, identity_hash(plan, row), row);
	return entry && entry->row == row;
}

static struct change *start_change(struct rowan_session *session, const struct plan *plan,
				   const void *row, struct rowan_site site)
{
	struct change *change = arena_alloc(&session->arena, sizeof(*change));
	void *copy = arena_copy(&session->arena, row, plan->model->size);

	if (!change || !copy)
		goto no_memory;
	/* The row is the session's own memory: it was const for others only. */
	*change = (struct change){ .plan = plan, .row = (void *)(uintptr_t)row, .flushed = copy,
				   .saved = copy, .site = site, .state = CHANGE_STORED };
	if (unit_add(&session->unit, change))
		return change;
no_memory:
	session_no_memory(session, site);
	return NULL;
}

struct change *change_of_stored(struct rowan_session *session, const struct rowan_model *model,
				const void *row, const char *verb, struct rowan_site site)
{
	const struct plan *plan;
	struct change *change;
	int status;

	if ((status = table_plan_of(model, &plan, &session->error)) < 0) {
		session_failed_at(session, status, site);
		return NULL;
	}
	if (!row) {
		session_fail(session, ROWAN_MISUSE, site, "%s: the row of %s is NULL", verb,
			     plan->table);
		return NULL;
	}
	change = unit_find(&session->unit, row);
	if (!change) {
		if (session_tracks(session, plan, row))
			return start_change(session, plan, row, site);
		session_fail(session, ROWAN_MISUSE, site,
			     "%s: not a row of %s that this session handed out", verb, plan->table);
		return NULL;
	}
	if (change->plan != plan) {
		session_fail(session, ROWAN_MISUSE, site, "%s: a row of %s, not of %s", verb,
			     change->plan->table, plan->table);
		return NULL;
	}
	return change;
}

void *rowan_edit_(struct rowan_session *session, const struct rowan_model *model,
		  const void *row, struct rowan_site site)
{
	struct change *change;

	if (session_ready(session))
		return NULL;
	change = change_of_stored(session, model, row, "rowan_edit", site);
	if (!change)
		return NULL;
	if (change->state == CHANGE_DELETE || change->state == CHANGE_GONE) {
		session_fail(session, ROWAN_MISUSE, site, "rowan_edit: this row of %s was deleted",
			     change->plan->table);
		return NULL;
	}
	return change->row;
}

int rowan_delete_(struct rowan_session *session, const struct rowan_model *model,
		  const void *row, struct rowan_site site)
{
	struct change *change;

	if (session_ready(session))
		return session_ready(session);
	change = change_of_stored(session, model, row, "rowan_delete", site);
	if (!change)
		return session_ready(session);
	switch (change->state) {
	case CHANGE_STORED:
		change->state = CHANGE_DELETE;
		session->unit.deletes_wait = true;
		return ROWAN_OK;
	case CHANGE_DELETE:
	case CHANGE_GONE:
		return ROWAN_OK;
	default:
		return session_fail(session, ROWAN_MISUSE, site,
				    "rowan_delete: this row of %s was never stored",
				    change->plan->table);
	}
}

int rowan_refresh_(struct rowan_session *session, const struct rowan_model *model,
		   const void *row, struct rowan_site site)
{
	struct execution run;
	struct reader reader;
	struct change *change;
	void *read;
	int status;

	if (session_ready(session))
		return session_ready(session);
	change = change_of_stored(session, model, row, "rowan_refresh", site);
	if (!change)
		return session_ready(session);
	if (change->state != CHANGE_STORED)
		return session_fail(session, ROWAN_MISUSE, site, "rowan_refresh: this row of %s is %s",
				    change->plan->table,
				    change->flushed ? "deleted" : "not stored yet");
	/* By the key it was stored with: the edits are about to go. */
	if ((status = get_begin(session, change->plan, change->flushed, site, &run)) < 0)
		return status;
	status = reader_init(&reader, session, change->plan,
			     session_model(session, change->plan)->alone, 0);
	reader.again = reader.refresh = true;
	if (status == ROWAN_OK)
		status = execution_step(&run);
	if (status == DRIVER_ROW)
		status = reader_read(&reader, &run, &read);
	else if (status == DRIVER_DONE)
		status = session_fail(session, ROWAN_STALE, site,
				      "rowan_refresh: the row of %s is gone", change->plan->table);
	status = execution_end(&run, status);
	arena_clear(&session->scratch);
	return status < 0 ? session_failed_at(session, status, site) : ROWAN_OK;
}
