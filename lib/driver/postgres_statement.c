/* SPDX-License-Identifier: MIT */
#include "base/error.h"
#include "driver/postgres.h"

#include <stdlib.h>

/*
 * Executing a statement.  One that the server has prepared, and that nothing has to go
 * with, takes the plain way; the others take the pipeline.
 */

/* ---- starting ------------------------------------------------------------------------ */

/* All parameters together must fit a message. */
static int check_size(const struct driver_statement *statement, struct rowan_error *error)
{
	const struct params *params = &statement->params;
	size_t size = 0;

	for (int i = 0; i < params->count; i++)
		size += (size_t)params->lengths[i];
	if (size > POSTGRES_VALUE_MAX)
		return error_set(error, ROWAN_VALIDATION,
				 "the statement's parameters are longer than 1 GiB together");
	return ROWAN_OK;
}

static int check_free(struct driver_statement *statement, struct rowan_error *error)
{
	struct driver_connection *connection = statement->connection;

	if (connection->lost)
		return postgres_gone(connection, false, error);
	if (connection->reading)
		return postgres_fail_reading(error);
	return check_size(statement, error);
}

static bool can_go_plain(const struct driver_statement *statement)
{
	const struct driver_connection *connection = statement->connection;

	if (connection->deferred_count > 0)
		return false;
	if (connection->pooled)
		return connection->open || connection->statement_timeout_ms == 0 ||
		       statement->verb == VERB_COMMIT || statement->verb == VERB_ROLLBACK ||
		       statement->verb == VERB_BEGIN;
	return statement->state == PREPARED && !statement->again &&
	       connection->closing_count < CLOSING_MANY;
}

static int start_plain(struct driver_statement *statement, struct rowan_error *error)
{
	statement->commits = verb_may_commit(statement->verb, statement->connection->open);
	if (!postgres_send_run(statement))
		return postgres_gone(statement->connection, statement->commits, error);
	return ROWAN_OK;
}

static int start_queued(struct driver_statement *statement, struct rowan_error *error)
{
	struct driver_connection *connection = statement->connection;
	int status = postgres_queue(statement, PART_RUN, error);

	if (status == ROWAN_OK)
		status = postgres_sync(connection, error);
	if (status < 0)
		return status;
	postgres_reach_run(connection);
	return ROWAN_OK;
}

static int start(struct driver_statement *statement, struct rowan_error *error)
{
	struct driver_connection *connection = statement->connection;
	int status;

	if (connection->pipeline.count > 0)
		postgres_settle(connection);
	if (statement->verb == VERB_ROLLBACK) {
		postgres_drop_answers(connection);
		postgres_drop_deferred(connection);
	}
	statement->column_count = 0;
	status = can_go_plain(statement) ? start_plain(statement, error)
					 : start_queued(statement, error);
	if (status < 0)
		return status;
	connection->reading = statement;
	statement->running = true;
	if (!statement->few)
		PQsetSingleRowMode(connection->pg);
	return ROWAN_OK;
}

/* ---- rows ------------------------------------------------------------------------------ */

static void drop_result(struct driver_statement *statement)
{
	PQclear(statement->result);
	statement->result = NULL;
	statement->row = statement->row_count = 0;
}

/*
 * The round trip's end: what comes behind the rows, such as the commit.  Returns why
 * the statement was not executed, or what failed after it.
 */
static PGresult *end_trip(struct driver_statement *statement)
{
	struct driver_connection *connection = statement->connection;
	struct pipeline *pipeline = &connection->pipeline;
	PGresult *failure = NULL, *result;

	while (!connection->lost && (result = PQgetResult(connection->pg))) {
		postgres_note_lost(connection, result);
		connection->told = false;	/* it was done by then, but perhaps not committed */
		if (!failure && postgres_failed(result))
			failure = result;
		else
			PQclear(result);
	}
	connection->reading = NULL;
	if (pipeline->count > 0) {
		postgres_leave_run(connection);
	} else if (connection->lost) {
		connection->unknown = !connection->told && statement->commits;
	} else {
		postgres_note_transaction(connection);
	}
	if (pipeline->cause) {
		PQclear(failure);
		failure = pipeline->cause;
		pipeline->cause = NULL;
	}
	return failure;
}

/* Its COMMIT was answered: what is lost behind that is no more than the connection. */
static bool has_committed(const struct driver_statement *statement)
{
	return statement->verb == VERB_COMMIT && !postgres_failed(statement->result) &&
	       !postgres_rolled_back(statement->verb, statement->result);
}

/* The result that ends a statement: without rows, with all of them, or its failure. */
static int end(struct driver_statement *statement, struct rowan_error *error)
{
	struct driver_connection *connection = statement->connection;
	PGresult *result = statement->result, *failure = end_trip(statement);
	int status = ROWAN_OK;

	if (postgres_failed(result) && !postgres_is_silent(result) && !postgres_refused(failure)) {
		PQclear(failure);
		failure = result;
		statement->result = NULL;
	}
	/* What was refused, or done, is not in doubt, whatever became of the connection. */
	if (has_committed(statement)) {
		connection->changed = 0;
	} else if (connection->lost && !postgres_refused(failure) && (!connection->told || !failure)) {
		status = postgres_gone(connection, connection->unknown, error);
	} else if (failure) {
		postgres_note_result(statement, failure);
		status = postgres_fail(connection, failure, error);
	} else if (postgres_rolled_back(statement->verb, result)) {
		status = postgres_fail_rolled_back(error);
	} else if (statement->verb != VERB_READ) {
		connection->changed = strtoll(PQcmdTuples(result), NULL, 10);
	}
	PQclear(failure);
	return status;
}

/* The last result, or the first: its columns are looked at, and what failed is told. */
static int take_result(struct driver_statement *statement, struct rowan_error *error)
{
	struct driver_connection *connection = statement->connection;
	int status = ROWAN_OK;

	if (!connection->lost)
		postgres_note_lost(connection, statement->result);
	if (PQresultStatus(statement->result) != PGRES_SINGLE_TUPLE)
		status = end(statement, error);
	if (status == ROWAN_OK && statement->column_count == 0)
		status = postgres_describe(statement, error);
	statement->row_count = status == ROWAN_OK ? PQntuples(statement->result) : 0;
	if (statement->row_count > 0)
		return DRIVER_ROW;
	drop_result(statement);
	statement->running = connection->reading == statement;
	return status;
}

static int fetch(struct driver_statement *statement, struct rowan_error *error)
{
	struct driver_connection *connection = statement->connection;

	if (!connection->lost)
		statement->result = PQgetResult(connection->pg);
	if (statement->column_count > 0 &&
	    PQresultStatus(statement->result) == PGRES_SINGLE_TUPLE) {
		statement->row_count = 1;
		return DRIVER_ROW;
	}
	return take_result(statement, error);
}

/* The first step.  A statement that has to be prepared anew is, unseen, where nothing was done. */
static int begin(struct driver_statement *statement, struct rowan_error *error)
{
	struct driver_connection *connection = statement->connection;
	bool retry = statement->state == PREPARED && !connection->open &&
		     connection->deferred_count == 0;
	int status = check_free(statement, error);

	if (status < 0)
		return status;
	if (postgres_is_empty_transaction(connection, statement->verb)) {
		postgres_drop_deferred(connection);
		return DRIVER_DONE;
	}
	for (;;) {
		status = start(statement, error);
		if (status == ROWAN_OK)
			status = fetch(statement, error);
		if (status >= 0 || !retry || connection->lost ||
		    (!statement->again && statement->state == PREPARED))
			break;
		retry = false;
		*error = (struct rowan_error){ 0 };
	}
	if (status >= 0 && statement->verb == VERB_BEGIN)
		return postgres_begun(connection, error);
	return status;
}

int postgres_step(struct driver_statement *statement, struct rowan_error *error)
{
	if (statement->row + 1 < statement->row_count) {
		statement->row++;
		return DRIVER_ROW;
	}
	if (!statement->running)
		return begin(statement, error);
	drop_result(statement);
	if (statement->connection->reading == statement)
		return fetch(statement, error);
	statement->running = false;
	return DRIVER_DONE;
}

/* ---- the end --------------------------------------------------------------------------- */

#define DRAINED 1000	/* rows that are read sooner than a cancel request is made */

static void cancel(struct driver_connection *connection)
{
	PGcancel *request = PQgetCancel(connection->pg);
	char ignored[256];

	if (request)
		PQcancel(request, ignored, sizeof(ignored));
	PQfreeCancel(request);
}

/* A cancelled statement would abort the transaction, so inside of one all rows are read. */
void postgres_stop_reading(struct driver_connection *connection)
{
	struct driver_statement *statement = connection->reading;
	bool more = true;

	for (size_t rows = 0; more && !connection->lost; rows++) {
		PGresult *result = PQgetResult(connection->pg);

		postgres_note_lost(connection, result);
		more = PQresultStatus(result) == PGRES_SINGLE_TUPLE;
		PQclear(result);
		if (more && rows == DRAINED && !connection->open)
			cancel(connection);
	}
	PQclear(end_trip(statement));
	drop_result(statement);
	statement->running = false;
}

void postgres_reset(struct driver_statement *statement)
{
	if (statement->connection->reading == statement)
		postgres_stop_reading(statement->connection);
	drop_result(statement);
	statement->running = statement->few = false;
	postgres_reset_params(&statement->params);
}

int postgres_send(struct driver_statement *statement, struct rowan_error *error)
{
	struct driver_connection *connection = statement->connection;
	int status = check_free(statement, error);

	if (status < 0)
		return status;
	if (postgres_is_empty_transaction(connection, statement->verb)) {
		postgres_drop_deferred(connection);
		return postgres_answer_done(connection, error);
	}
	status = postgres_queue(statement, PART_POSTED, error);
	postgres_reset_params(&statement->params);	/* libpq has copied them */
	return status;
}
