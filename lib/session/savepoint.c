/* SPDX-License-Identifier: MIT */
#include "session/savepoint.h"

#include "base/error.h"

#include <stdio.h>

/*
 * Savepoints: a stack of what the unit of work was when each was opened.
 *
 * Opening and releasing travel with the next statement where the driver can defer
 * them.  Going back does not: it must be known whether there was anything to go
 * back to.
 */

#define COMMAND_SIZE 48

static const char *command(char sql[COMMAND_SIZE], const char *verb, unsigned depth)
{
	snprintf(sql, COMMAND_SIZE, "%s rowan_%u", verb, depth);
	return sql;
}

static int run_later(struct rowan_session *session, const char *verb, unsigned depth,
		     struct rowan_site site)
{
	char sql[COMMAND_SIZE];
	int status = connection_command_later(session->connection, command(sql, verb, depth),
					      site, &session->error);

	return status < 0 ? session_failed_at(session, status, site) : ROWAN_OK;
}

static struct savepoint *make(struct rowan_session *session)
{
	const struct vector *changes = &session->unit.changes;
	struct savepoint *savepoint =
		mem_resize(NULL, sizeof(*savepoint) + changes->count * sizeof(struct kept));

	if (!savepoint)
		return NULL;
	savepoint->outer = session->savepoints;
	savepoint->depth = savepoint->outer ? savepoint->outer->depth + 1 : 1;
	savepoint->count = changes->count;
	for (size_t i = 0; i < changes->count; i++) {
		const struct change *change = changes->items[i];

		savepoint->kept[i] = (struct kept){ change->flushed, change->links, change->state };
	}
	return savepoint;
}

static void drop_innermost(struct rowan_session *session)
{
	struct savepoint *savepoint = session->savepoints;

	session->savepoints = savepoint->outer;
	mem_free(savepoint);
}

void savepoints_end(struct rowan_session *session)
{
	while (session->savepoints)
		drop_innermost(session);
}

int rowan_savepoint_(struct rowan_session *session, struct rowan_site site)
{
	struct savepoint *savepoint;
	int status;

	if (session_ready(session))
		return session_ready(session);
	status = rowan_flush_(session, site);
	if (status == ROWAN_OK && !session->in_transaction)
		status = begin_transaction(session, true, site);
	if (status < 0)
		return status;
	savepoint = make(session);
	if (!savepoint)
		return session_no_memory(session, site);
	status = run_later(session, "SAVEPOINT", savepoint->depth, site);
	if (status < 0) {
		mem_free(savepoint);
		return status;
	}
	session->savepoints = savepoint;
	return ROWAN_OK;
}

int rowan_release_(struct rowan_session *session, struct rowan_site site)
{
	int status = session_may_end(session, "rowan_release", site);

	if (status < 0)
		return status;
	if (!session->savepoints)
		return session_fail(session, ROWAN_MISUSE, site,
				    "rowan_release: no savepoint is open");
	status = run_later(session, "RELEASE", session->savepoints->depth, site);
	if (status == ROWAN_OK)
		drop_innermost(session);
	return status;
}

/* In the database; an error that waits is not touched. */
static int go_back(struct rowan_session *session, struct rowan_site site,
		   struct rowan_error *error)
{
	struct connection *connection = session->connection;
	unsigned depth = session->savepoints->depth;
	char sql[COMMAND_SIZE];
	int status;

	/* Some errors end the transaction by themselves, and a failed COMMIT does. */
	if (!session->in_transaction || !connection->driver->in_transaction(connection->handle))
		return error_set(error, ROWAN_OPERATIONAL, "the transaction has ended");
	status = connection_command(connection, command(sql, "ROLLBACK TO", depth), site, error);
	if (status < 0)
		return status;
	return connection_command_later(connection, command(sql, "RELEASE", depth), site, error);
}

/* The first cause is kept: why there is nothing to go back to follows from it. */
static int fail_to_go_back(struct rowan_session *session, const struct rowan_error *error,
			   struct rowan_site site)
{
	savepoints_end(session);
	if (session->error.code == ROWAN_OK)
		session->error = *error;
	error_more(&session->error, "; rowan_rollback_to: its savepoint is gone with the "
				    "transaction: only rowan_rollback() helps");
	return session_failed_at(session, session->error.code, site);
}

int rowan_rollback_to_(struct rowan_session *session, struct rowan_site site)
{
	struct rowan_error error = { 0 };

	if (!session || !session->engine)
		return ROWAN_MISUSE;
	if (session->in_hook)
		return session_may_end(session, "rowan_rollback_to", site);
	if (!session->savepoints)
		return session_ready(session) ? session_ready(session)
			: session_fail(session, ROWAN_MISUSE, site,
				       "rowan_rollback_to: no savepoint is open");
	stream_end(session);
	if (go_back(session, site, &error) < 0)
		return fail_to_go_back(session, &error, site);
	unit_rollback_to(session, session->savepoints);
	unit_settle(&session->unit);
	session->epoch++;
	session->error = (struct rowan_error){ 0 };
	drop_innermost(session);
	return ROWAN_OK;
}
