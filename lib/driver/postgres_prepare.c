/* SPDX-License-Identifier: MIT */
#include "base/alloc.h"
#include "base/error.h"
#include "driver/postgres.h"

#include <stdio.h>
#include <string.h>

/*
 * Statements: their text, and their name on the server.  Preparing says nothing to the
 * server: it is told with the first execution.
 */

int postgres_prepare(struct driver_connection *connection, const char *sql, size_t length,
		     struct driver_statement **out, struct rowan_error *error)
{
	struct driver_statement *statement;
	int status;

	*out = NULL;
	if (memchr(sql, '\0', length))
		return error_set(error, ROWAN_MISUSE, "there is a NUL in the statement");
	statement = mem_alloc(sizeof(*statement));
	if (!statement)
		return error_no_memory(error);
	statement->connection = connection;
	statement->sql = mem_alloc(length + 1);
	if (statement->sql) {
		memcpy(statement->sql, sql, length);
		statement->verb = verb_of(statement->sql);
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
static void leave_queue(struct driver_statement *statement)
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
	leave_queue(statement);
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

void postgres_note_result(struct driver_statement *statement, const PGresult *result)
{
	const char *sqlstate = postgres_sqlstate(result);

	if (strcmp(sqlstate, "0A000") == 0)		/* its columns have changed */
		statement->again = true;
	else if (strcmp(sqlstate, "26000") == 0)	/* somebody deallocated it */
		statement->state = UNPREPARED;
}
