/* SPDX-License-Identifier: MIT */
#include "session/session.h"

#include "base/error.h"

/*
 * Locking reads.  A lock lasts as long as its transaction, so there must be one.
 *
 * A database without row locks is locked as a whole: by a transaction that begins
 * as a writing one or, if it has begun already, by a statement that writes nothing.
 */

static int take_write_lock(struct rowan_session *session, const struct select *select)
{
	struct text sql = { 0 };
	int status;

	render_write_lock(select->plan, &sql);
	if (sql.broken)
		status = error_no_memory(&session->error);
	else
		status = connection_command(session->connection, sql.data, select->query->site,
					    &session->error);
	text_release(&sql);
	return status < 0 ? session_failed_at(session, status, select->query->site) : ROWAN_OK;
}

int lock_rows(struct rowan_session *session, const struct select *select)
{
	bool had_begun = session->in_transaction;
	int status;

	if (select->query->lock == ROWAN_LOCK_NONE)
		return ROWAN_OK;
	status = begin_transaction(session, true, select->query->site);
	if (status < 0 || !had_begun || session->dialect->row_locks)
		return status;
	return take_write_lock(session, select);
}
