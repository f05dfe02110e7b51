/* SPDX-License-Identifier: MIT */
#include "session/hooks.h"

#include "base/error.h"

#include <string.h>

int session_execute(struct rowan_session *session, const char *sql, struct rowan_site site)
{
	int status = connection_command(session->connection, sql, site, &session->error);

	return status < 0 ? session_failed_at(session, status, site) : ROWAN_OK;
}

/* In the database only; the error that led here stays. */
void rollback_transaction(struct rowan_session *session)
{
	struct rowan_error ignored;

	stream_end(session);
	if (!session->in_transaction)
		return;
	session->in_transaction = false;
	/* Some errors end the transaction by themselves: ask, don't remember. */
	if (session->connection->driver->in_transaction(session->connection->handle))
		if (connection_command(session->connection, session->connection->words->rollback,
				       (struct rowan_site){ 0 }, &ignored) < 0)
			session->connection->broken = true;
}

/* Commit in the database; a failure leaves the transaction to be rolled back. */
static int commit_transaction(struct rowan_session *session, struct rowan_site site)
{
	int status;

	if (!session->in_transaction)
		return ROWAN_OK;
	status = session_execute(session, session->connection->words->commit, site);
	if (status < 0) {
		rollback_transaction(session);
		return status;
	}
	session->in_transaction = false;
	return ROWAN_OK;
}

/* What the database has now is what a later rollback goes back to. */
static void settle(struct change *change)
{
	if (change->sent) {
		memcpy(change->flushed, change->row, change->plan->model->size);
		change->sent = false;
	}
	if (change->state == CHANGE_STORED) {
		change->saved = change->flushed;
		change->key_generated = false;
		change->put_in = NULL;
		change->links = NULL;
		change->brought = NULL;
	}
}

static bool is_not_gone(const struct change *change)
{
	return change->state != CHANGE_GONE;
}

int rowan_commit_(struct rowan_session *session, struct rowan_commit_options options,
		  struct rowan_site site)
{
	int status;

	status = session_may_end(session, "rowan_commit", site);
	if (status < 0)
		return status;
	/* With a hook that comes after writing the COMMIT can't be sent along. */
	session->committing = !session->hooks || !session->hooks->after_write;
	status = rowan_flush_(session, site);
	session->committing = false;
	if (status < 0 || (status = commit_transaction(session, site)) < 0)
		return status;
	for (size_t i = 0; i < session->unit.changes.count; i++)
		settle(session->unit.changes.items[i]);
	if (session->unit.some_gone)
		unit_keep(&session->unit, is_not_gone);
	session->unit.some_gone = false;
	session->epoch += !session->options.keep_on_commit;
	session_disconnect(session);
	hooks_ended(session, true);
	if (options.clear)
		forget_rows(session);
	return ROWAN_OK;
}

int rowan_rollback(struct rowan_session *session)
{
	if (!session || !session->engine)
		return ROWAN_MISUSE;
	if (session->in_hook)
		return session_may_end(session, "rowan_rollback", (struct rowan_site){ 0 });
	rollback_transaction(session);
	unit_rollback(session);
	unit_settle(&session->unit);
	session->unit.some_gone = false;
	session->epoch++;
	session_disconnect(session);
	session->error = (struct rowan_error){ 0 };
	hooks_ended(session, false);
	return ROWAN_OK;
}
