/* SPDX-License-Identifier: MIT */
#include "session/session.h"

#include "base/error.h"

#include <stdio.h>

static int64_t delete_rows(struct rowan_session *session, const struct select *select)
{
	struct rowan_site site = select->query->site;
	int64_t deleted = 0;
	struct execution run;
	int status = begin_transaction(session, true, site);

	if (status == ROWAN_OK)
		status = select_begin(session, select, &session->scratch, &run);
	if (status < 0)
		return status;
	status = execution_step(&run);
	if (status == DRIVER_DONE)
		deleted = run.driver->changes(session->connection->handle);
	status = execution_end(&run, status);
	if (status == ROWAN_OK)
		return deleted;
	if (rowan_is_integrity(status)) {
		snprintf(session->error.table, sizeof(session->error.table), "%s",
			 select->plan->table);
		error_describe(&session->error);
	}
	return status;
}

int64_t rowan_delete_where_(struct rowan_session *session, const struct rowan_query *query)
{
	struct select select = { 0 };
	int64_t deleted;

	if (session_ready(session))
		return session_ready(session);
	deleted = select_check(&select, SELECT_DELETE, query, &session->error);
	if (deleted == ROWAN_OK) {
		deleted = delete_rows(session, &select);
		if (deleted >= 0) {
			doubt_rows(session, select.plan);
			doubt_dependents(session, select.plan);
		} else if (!session->savepoints) {
			rollback_transaction(session);
		}
	}
	if (deleted < 0)
		session_failed_at(session, (int)deleted, query->site);
	arena_clear(&session->scratch);
	return deleted;
}
