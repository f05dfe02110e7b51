/* SPDX-License-Identifier: MIT */
#include "base/alloc.h"
#include "base/error.h"
#include "driver/postgres.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/*
 * A statement from its text to its rows.
 *
 * One that the server has prepared, and that nothing has to go with, is executed
 * without a pipeline.
 */

/* ---- text --------------------------------------------------------------------------- */

/* What follows a word and the blanks after it; NULL if the text does not begin with it. */
static const char *after_word(const char *sql, const char *word)
{
	size_t length = strlen(word);

	if (strncasecmp(sql, word, length) != 0 || isalnum((unsigned char)sql[length]) ||
	    sql[length] == '_')
		return NULL;
	sql += length;
	return sql + strspn(sql, " \t\r\n");
}

/* ROLLBACK TO stays in the transaction, COMMIT PREPARED is none of ours. */
static bool ends_transaction(const char *rest)
{
	if (!rest)
		return false;
	return !after_word(rest, "prepared") && !after_word(rest, "to") &&
	       !after_word(rest, "work to") && !after_word(rest, "transaction to");
}

enum verb postgres_verb(const char *sql)
{
	sql += strspn(sql, " \t\r\n(");
	if (after_word(sql, "select") || after_word(sql, "values") || after_word(sql, "show"))
		return VERB_READ;
	if (after_word(sql, "begin") || after_word(sql, "start"))
		return VERB_BEGIN;
	if (ends_transaction(after_word(sql, "commit")) || after_word(sql, "end"))
		return VERB_COMMIT;
	if (ends_transaction(after_word(sql, "rollback")) || after_word(sql, "abort"))
		return VERB_ROLLBACK;
	return VERB_WRITE;
}

int postgres_prepare(struct driver_connection *connection, const char *sql, size_t length,
		     struct driver_statement **out, struct rowan_error *error)
{
	struct driver_statement *statement = mem_alloc(sizeof(*statement));
	int status;

	*out = NULL;
	if (!statement)
		return error_no_memory(error);
	statement->connection = connection;
	statement->sql = mem_alloc(length + 1);
	if (statement->sql) {
		memcpy(statement->sql, sql, length);
		statement->verb = postgres_verb(statement->sql);
		status = postgres_make_params(statement, error);
	} else {
		status = error_no_memory(error);
	}
	if (status < 0) {
		postgres_finalize(statement);
		return status;
	}
	*out = statement;
	return ROWAN_OK;
}

/* Nothing that is still under way may point at it. */
static void leave_pipeline(struct driver_statement *statement)
{
	struct pipeline *pipeline = &statement->connection->pipeline;

	for (size_t i = pipeline->head; statement->queued > 0 && i < pipeline->count; i++) {
		struct part *part = &pipeline->parts[i];

		if (part->statement != statement)
			continue;
		part->statement = NULL;
		statement->queued--;
	}
}

void postgres_finalize(struct driver_statement *statement)
{
	if (!statement)
		return;
	postgres_reset(statement);
	leave_pipeline(statement);
	if (statement->state != UNPREPARED)
		postgres_close_later(statement->connection, statement->number);
	postgres_free_params(&statement->params);
	mem_free(statement->columns);
	mem_free(statement->sql);
	mem_free(statement);
}

void postgres_rename(struct driver_statement *statement)
{
	struct driver_connection *connection = statement->connection;

	if (statement->state != UNPREPARED)
		postgres_close_later(connection, statement->number);
	statement->number = ++connection->last_number;
	snprintf(statement->name, sizeof(statement->name), STATEMENT_NAME, statement->number);
}

bool postgres_send_run(const struct driver_statement *statement)
{
	const struct params *params = &statement->params;
	PGconn *pg = statement->connection->pg;

	if (statement->connection->pooled)
		return PQsendQueryParams(pg, statement->sql, params->count, params->types,
					 params->values, params->lengths, params->formats, 1);
	return PQsendQueryPrepared(pg, statement->name, params->count, params->values,
				   params->lengths, params->formats, 1);
}

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
	statement->commits = statement->verb == VERB_COMMIT ||
			     (statement->verb == VERB_WRITE && !statement->connection->open);
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

void postgres_note_result(struct driver_statement *statement, const PGresult *result)
{
	const char *sqlstate = postgres_sqlstate(result);

	if (strcmp(sqlstate, "0A000") == 0)		/* its columns have changed */
		statement->again = true;
	else if (strcmp(sqlstate, "26000") == 0)	/* somebody deallocated it */
		statement->state = UNPREPARED;
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

/* The result that ends a statement: without rows, with all of them, or its failure. */
static int end(struct driver_statement *statement, struct rowan_error *error)
{
	struct driver_connection *connection = statement->connection;
	PGresult *result = statement->result, *failure = end_trip(statement);
	int status = ROWAN_OK;

	if (!failure && result && postgres_failed(result) && !postgres_is_silent(result)) {
		failure = result;
		statement->result = NULL;
	}
	if (connection->lost && (!connection->told || !failure)) {
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

/* Take the next result: a row, or the last one. */
static int fetch(struct driver_statement *statement, struct rowan_error *error)
{
	struct driver_connection *connection = statement->connection;
	bool first = statement->column_count == 0;
	int status = ROWAN_OK;

	if (!connection->lost) {
		statement->result = PQgetResult(connection->pg);
		postgres_note_lost(connection, statement->result);
	}
	if (PQresultStatus(statement->result) != PGRES_SINGLE_TUPLE)
		status = end(statement, error);
	if (status == ROWAN_OK && first)
		status = postgres_describe(statement, error);
	statement->row_count = status == ROWAN_OK ? PQntuples(statement->result) : 0;
	if (statement->row_count > 0)
		return DRIVER_ROW;
	drop_result(statement);
	statement->running = connection->reading == statement;
	return status;
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
