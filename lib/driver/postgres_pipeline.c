/* SPDX-License-Identifier: MIT */
#include "base/alloc.h"
#include "base/error.h"
#include "driver/postgres.h"

#include <stdio.h>
#include <string.h>

/*
 * Sending through the pipeline.
 *
 * Each part that libpq took is noted, for the server will answer each in turn.  A
 * full socket blocks us, but while libpq waits to write it reads what the server
 * has to say, so the two never wait for each other.
 */

#define OTHER_PARTS 8	/* of one statement, beside what was deferred and is closed */

void *postgres_grow(void *items, size_t *capacity, size_t wanted, size_t size)
{
	size_t room = *capacity ? *capacity : 16;
	void *grown;

	if (wanted <= *capacity)
		return items;
	while (room < wanted)
		room *= 2;
	grown = mem_resize(items, room * size);
	if (grown)
		*capacity = room;
	return grown;
}

/* ---- what goes with the next statement --------------------------------------------- */

static int add_deferred(struct driver_connection *connection, const char *sql,
			struct rowan_error *error)
{
	char **deferred = postgres_grow(connection->deferred, &connection->deferred_capacity,
					connection->deferred_count + 1, sizeof(*deferred));
	char *copy = deferred ? mem_text(sql) : NULL;

	if (deferred)
		connection->deferred = deferred;
	if (!copy)
		return error_no_memory(error);
	connection->deferred[connection->deferred_count++] = copy;
	return ROWAN_OK;
}

/* Behind a pooler the time-out is the transaction's. */
int postgres_begun(struct driver_connection *connection, struct rowan_error *error)
{
	char sql[TIMEOUT_SIZE];

	if (!connection->pooled || connection->statement_timeout_ms == 0)
		return ROWAN_OK;
	postgres_timeout_sql(connection, sql);
	return add_deferred(connection, sql, error);
}

int postgres_defer(struct driver_connection *connection, const char *sql,
		   struct rowan_error *error)
{
	int status = add_deferred(connection, sql, error);

	if (status == ROWAN_OK && verb_of(sql) == VERB_BEGIN)
		status = postgres_begun(connection, error);
	return status;
}

void postgres_drop_deferred(struct driver_connection *connection)
{
	while (connection->deferred_count > 0)
		mem_free(connection->deferred[--connection->deferred_count]);
}

bool postgres_begin_deferred(const struct driver_connection *connection)
{
	return connection->deferred_count > 0 &&
	       verb_of(connection->deferred[0]) == VERB_BEGIN;
}

bool postgres_is_empty_transaction(const struct driver_connection *connection, enum verb verb)
{
	return (verb == VERB_COMMIT || verb == VERB_ROLLBACK) &&
	       connection->pipeline.count == 0 && postgres_begin_deferred(connection);
}

/* Without memory the server keeps it, until the connection ends. */
void postgres_close_later(struct driver_connection *connection, unsigned number)
{
	unsigned *closing = postgres_grow(connection->closing, &connection->closing_capacity,
					  connection->closing_count + 1, sizeof(*closing));

	if (!closing)
		return;
	connection->closing = closing;
	connection->closing[connection->closing_count++] = number;
}

/* ---- parts ------------------------------------------------------------------------- */

/* Room for all that a statement brings, so that nothing can fail half way. */
static bool make_room(struct driver_connection *connection)
{
	struct pipeline *pipeline = &connection->pipeline;
	struct answer *answers = postgres_grow(pipeline->answers, &pipeline->answer_capacity,
					       pipeline->answer_count + pipeline->posted + 1,
					       sizeof(*answers));
	struct part *parts = postgres_grow(pipeline->parts, &pipeline->capacity,
					   pipeline->count + OTHER_PARTS +
					   connection->deferred_count + connection->closing_count,
					   sizeof(*parts));

	if (answers)
		pipeline->answers = answers;
	if (parts)
		pipeline->parts = parts;
	return answers && parts;
}

int postgres_answer_done(struct driver_connection *connection, struct rowan_error *error)
{
	struct pipeline *pipeline = &connection->pipeline;

	if (!make_room(connection))
		return error_no_memory(error);
	pipeline->answers[pipeline->answer_count++] = (struct answer){ .what = ANSWER_DONE };
	return ROWAN_OK;
}

/* libpq took it. */
static void add_part(struct driver_connection *connection, struct part part)
{
	struct pipeline *pipeline = &connection->pipeline;
	bool wrapping = pipeline->wrapped && !part.statement;	/* .. commits what it is around */
	bool commits = !wrapping &&
		       verb_may_commit(part.verb, connection->open && !pipeline->wrapped);

	if (commits && part.verb == VERB_WRITE)
		pipeline->autocommit = true;
	part.commits = commits || pipeline->autocommit;
	if (part.kind == PART_SYNC)
		pipeline->autocommit = false;
	if (part.verb == VERB_BEGIN)
		connection->open = true;
	else if (part.verb == VERB_COMMIT || part.verb == VERB_ROLLBACK)
		connection->open = false;
	if (part.statement)
		part.statement->queued++;
	pipeline->parts[pipeline->count++] = part;
}

static bool queue_command(struct driver_connection *connection, const char *sql)
{
	if (!PQsendQueryParams(connection->pg, sql, 0, NULL, NULL, NULL, NULL, 1))
		return false;
	add_part(connection, (struct part){ .kind = PART_COMMAND, .verb = verb_of(sql) });
	return true;
}

static bool queue_sync(struct driver_connection *connection)
{
	if (!PQpipelineSync(connection->pg))
		return false;
	add_part(connection, (struct part){ .kind = PART_SYNC, .verb = VERB_READ });
	return true;
}

static bool queue_close(struct driver_connection *connection, unsigned number)
{
	char sql[48];

	snprintf(sql, sizeof(sql), "DEALLOCATE " STATEMENT_NAME, number);
	if (!PQsendQueryParams(connection->pg, sql, 0, NULL, NULL, NULL, NULL, 1))
		return false;
	add_part(connection, (struct part){
		.kind = PART_CLOSE, .verb = VERB_READ, .number = number });
	return true;
}

/*
 * Statements that are not needed any more, in a segment of their own: should somebody
 * have deallocated one behind our back, nothing else is to fail.  A transaction would
 * be aborted by it, so inside of one they wait, unless they become many.
 */
static bool queue_closing(struct driver_connection *connection)
{
	if (connection->closing_count == 0 || connection->pipeline.count > 0 ||
	    (connection->open && connection->closing_count < CLOSING_MANY) ||
	    PQtransactionStatus(connection->pg) == PQTRANS_INERROR)
		return true;
	while (connection->closing_count > 0)
		if (!queue_close(connection, connection->closing[--connection->closing_count]))
			return false;
	return queue_sync(connection);
}

static bool queue_deferred(struct driver_connection *connection)
{
	for (size_t i = 0; i < connection->deferred_count; i++)
		if (!queue_command(connection, connection->deferred[i]))
			return false;
	postgres_drop_deferred(connection);
	return true;
}

/* .. and so there has to be one. */
static bool queue_wrapping(struct driver_connection *connection, enum verb verb)
{
	char sql[TIMEOUT_SIZE];

	if (!connection->pooled || connection->statement_timeout_ms == 0 || connection->open ||
	    connection->deferred_count > 0 || (verb != VERB_READ && verb != VERB_WRITE))
		return true;
	connection->pipeline.wrapped = true;
	postgres_timeout_sql(connection, sql);
	return queue_command(connection, "BEGIN") && queue_command(connection, sql);
}

static bool queue_parse(struct driver_statement *statement)
{
	struct driver_connection *connection = statement->connection;
	const struct params *params = &statement->params;

	if (connection->pooled || (statement->state != UNPREPARED && !statement->again))
		return true;
	postgres_rename(statement);
	if (!PQsendPrepare(connection->pg, statement->name, statement->sql, params->count,
			   params->types))
		return false;
	statement->state = PREPARING;
	statement->again = false;
	add_part(connection, (struct part){
		.kind = PART_PARSE, .verb = VERB_READ, .statement = statement });
	return true;
}

static bool queue_run(struct driver_statement *statement, enum part_kind kind)
{
	struct driver_connection *connection = statement->connection;

	if (!postgres_send_run(statement))
		return false;
	connection->pipeline.posted += kind == PART_POSTED;
	add_part(connection, (struct part){
		.kind = kind, .verb = statement->verb, .statement = statement });
	return true;
}

int postgres_queue(struct driver_statement *statement, enum part_kind kind,
		   struct rowan_error *error)
{
	struct driver_connection *connection = statement->connection;

	/* A transaction of the user's cannot begin inside of ours. */
	if (connection->pipeline.wrapped && connection->deferred_count > 0)
		postgres_settle(connection);
	if (!make_room(connection))
		return error_no_memory(error);
	if ((PQpipelineStatus(connection->pg) == PQ_PIPELINE_OFF &&
	     !PQenterPipelineMode(connection->pg)) ||
	    !queue_closing(connection) || !queue_wrapping(connection, statement->verb) ||
	    !queue_deferred(connection) || !queue_parse(statement) || !queue_run(statement, kind))
		return postgres_gone(connection, statement->verb == VERB_COMMIT, error);
	return ROWAN_OK;
}

int postgres_sync(struct driver_connection *connection, struct rowan_error *error)
{
	struct pipeline *pipeline = &connection->pipeline;

	if (pipeline->count == 0 || pipeline->parts[pipeline->count - 1].kind == PART_SYNC)
		return ROWAN_OK;
	if ((pipeline->wrapped && !queue_command(connection, "COMMIT")) ||
	    !queue_sync(connection))
		return postgres_gone(connection, postgres_commits(pipeline), error);
	return ROWAN_OK;
}
