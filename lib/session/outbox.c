/* SPDX-License-Identifier: MIT */
#include "session/outbox.h"

#include "base/error.h"

#include <string.h>

/* So many may wait: their parameters wait in memory with them. */
#define MOST_POSTED 256

struct posted *posted_make(struct rowan_session *session, struct rowan_site site)
{
	struct outbox *outbox = &session->outbox;
	struct posted *posted = outbox->spare;

	if (posted)
		outbox->spare = posted->next;
	else
		posted = arena_alloc(&session->scratch, sizeof(*posted));
	if (!posted) {
		session_no_memory(session, site);
		return NULL;
	}
	memset(posted, 0, offsetof(struct posted, run));
	return posted;
}

static void put_back(struct outbox *outbox, struct posted *posted)
{
	posted->next = outbox->spare;
	outbox->spare = posted;
}

/* What the server sees by itself, before it commits: see dialect.h. */
static void name_misfit(struct rowan_session *session, const struct posted *posted)
{
	struct rowan_error *error = &session->error;
	struct rowan_site site = error->site;
	bool missing = strstr(error->database, DIALECT_ROWS_MISSING);

	if (!missing && !strstr(error->database, DIALECT_KEYS_UNORDERED))
		return;
	*error = (struct rowan_error){ 0 };
	if (missing)
		rows_missing(session, posted, site);
	else
		session_fail(session, ROWAN_DATA, site,
			     "%s: the keys of %zu new rows do not ascend, so it is not known "
			     "which is whose", posted->changes[0]->plan->table, posted->count);
}

static int failed(struct rowan_session *session, const struct posted *posted, int status)
{
	if (posted->count > 0) {
		diagnose(session, posted->changes, posted->count, posted->deletes);
		name_misfit(session, posted);
	}
	return session_failed_at(session, session->error.code ? session->error.code : status,
				 posted->run.site);
}

int post(struct rowan_session *session, struct posted *posted)
{
	struct outbox *outbox = &session->outbox;
	int status = execution_send(&posted->run);

	if (status < 0) {
		status = failed(session, posted, execution_end(&posted->run, status));
		put_back(outbox, posted);
		return collect(session, status);
	}
	posted->next = NULL;
	*(outbox->first ? &outbox->last->next : &outbox->first) = posted;
	outbox->last = posted;
	outbox->count++;
	if (!session->connection->driver->pipelines || outbox->count == MOST_POSTED)
		return collect(session, ROWAN_OK);
	return ROWAN_OK;
}

int post_reading(struct rowan_session *session, struct posted *posted,
		 const struct written *written)
{
	struct driver_outcome outcome = { 0 };
	size_t rows = 0;
	int status;

	execution_expect_few(&posted->run);
	while ((status = execution_step(&posted->run)) == DRIVER_ROW) {
		if (rows == posted->count)
			status = rows_missing(session, posted, posted->run.site);
		else
			status = posted->row(session, posted, written, rows++);
		if (status < 0)
			break;
	}
	outcome.changed = (int64_t)rows;
	if (status == DRIVER_DONE)
		status = posted->arrived(session, posted, &outcome);
	status = execution_end(&posted->run, status);
	if (status < 0)
		status = failed(session, posted, status);
	put_back(&session->outbox, posted);
	return status;
}

static int receive(struct rowan_session *session, struct posted *posted)
{
	struct driver_outcome outcome;
	int status = execution_receive(&posted->run, &outcome);

	if (status == ROWAN_OK)
		status = posted->arrived(session, posted, &outcome);
	if (posted->counted)
		posted->run.rows = (int64_t)posted->count;	/* of the rows, not of their count */
	return execution_end(&posted->run, status);
}

/*
 * What comes after a failure was not executed, and says so.  Except for a COMMIT of
 * which nobody knows whether it was.
 */
static void drop(struct rowan_session *session, struct posted *posted)
{
	struct driver_outcome outcome;
	struct rowan_error error = { 0 };
	int status;

	posted->run.error = &error;
	status = execution_end(&posted->run, execution_receive(&posted->run, &outcome));
	if (posted->commits && status == ROWAN_UNKNOWN_OUTCOME)
		session->error = error;
	if (posted->commits && status == ROWAN_OK) {
		session->in_transaction = false;
		session->error.code = ROWAN_UNKNOWN_OUTCOME;
		error_more(&session->error, "; what was sent is committed all the same");
	}
}

int collect(struct rowan_session *session, int status)
{
	struct outbox *outbox = &session->outbox;

	while (outbox->first) {
		struct posted *posted = outbox->first;

		outbox->first = posted->next;
		outbox->count--;
		if (status < 0)
			drop(session, posted);
		else if ((status = receive(session, posted)) < 0)
			status = failed(session, posted, status);
		put_back(outbox, posted);
	}
	if (status < 0 && session->error.code == ROWAN_UNKNOWN_OUTCOME)
		status = ROWAN_UNKNOWN_OUTCOME;
	return status;
}

static int committed(struct rowan_session *session, struct posted *posted,
		     const struct driver_outcome *outcome)
{
	(void)posted;
	(void)outcome;
	session->in_transaction = false;
	return ROWAN_OK;
}

int post_commit(struct rowan_session *session, struct rowan_site site)
{
	struct posted *posted;
	int status = session->outbox.uncounted ? collect(session, ROWAN_OK) : ROWAN_OK;

	if (status < 0)
		return status;
	posted = posted_make(session, site);
	if (!posted)
		return ROWAN_NO_MEMORY;
	status = connection_command_begin(session->connection, session->connection->words->commit,
					  site, &posted->run, &session->error);
	if (status < 0) {
		put_back(&session->outbox, posted);
		return session_failed_at(session, status, site);
	}
	posted->arrived = committed;
	posted->commits = true;
	return post(session, posted);
}
