/* SPDX-License-Identifier: MIT */
#include "session/session.h"

#include "base/error.h"

#include <stdio.h>

/* Rows that are written by a condition: the session does not know which of its own are. */

static int64_t execute(struct rowan_session *session, const struct select *select)
{
	struct rowan_site site = select->query->site;
	int64_t changed = 0;
	struct execution run;
	int status = begin_transaction(session, true, site);

	if (status == ROWAN_OK)
		status = select_begin(session, select, &session->scratch, &run);
	if (status < 0)
		return status;
	status = execution_step(&run);
	if (status == DRIVER_DONE)
		changed = run.driver->changes(session->connection->handle);
	status = execution_end(&run, status);
	if (status == ROWAN_OK)
		return changed;
	if (rowan_is_integrity(status)) {
		snprintf(session->error.table, sizeof(session->error.table), "%s",
			 select->plan->table);
		error_describe(&session->error);
	}
	return status;
}

int64_t write_where(struct rowan_session *session, const struct select *select)
{
	int64_t changed = execute(session, select);

	if (changed >= 0)
		doubt_rows(session, select->plan);
	else if (!session->savepoints)
		rollback_transaction(session);
	return changed;
}
