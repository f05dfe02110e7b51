/* SPDX-License-Identifier: MIT */
#include "driver/postgres.h"

#include "base/error.h"
#include "base/text.h"

#include <stdio.h>
#include <sys/socket.h>

/* What was deferred, and the statements, as one text. */
static PGresult *run(struct driver_connection *connection, const char *sql)
{
	struct text text = { 0 };
	PGresult *result = NULL;

	if (connection->deferred_count == 0)
		return PQexec(connection->pg, sql);
	for (size_t i = 0; i < connection->deferred_count; i++) {
		text_add(&text, connection->deferred[i]);
		text_add(&text, "; ");
	}
	text_add(&text, sql);
	if (!text.broken) {
		postgres_drop_deferred(connection);
		result = PQexec(connection->pg, text.data);
	}
	text_release(&text);
	return result;
}

static int outcome_of(struct driver_connection *connection, enum verb verb, PGresult *result,
		      struct rowan_error *error)
{
	bool commits = verb_may_commit(verb, connection->open);

	postgres_note_lost(connection, result);
	if (!result || postgres_is_silent(result))
		return postgres_gone(connection, commits, error);
	if (!connection->lost)
		postgres_note_transaction(connection);
	if (postgres_failed(result))
		return postgres_fail(connection, result, error);
	if (postgres_rolled_back(verb, result))
		return postgres_fail_rolled_back(error);
	connection->changed = 0;
	return verb == VERB_BEGIN ? postgres_begun(connection, error) : ROWAN_OK;
}

int postgres_execute(struct driver_connection *connection, const char *sql,
		     struct rowan_error *error)
{
	enum verb verb = verb_of(sql);
	PGresult *result;
	int status;

	if (connection->lost)
		return postgres_gone(connection, false, error);
	if (connection->reading && verb != VERB_ROLLBACK)
		return postgres_fail_reading(error);
	if (connection->reading)
		postgres_stop_reading(connection);
	postgres_settle(connection);
	postgres_drop_answers(connection);
	if (postgres_is_empty_transaction(connection, verb)) {
		postgres_drop_deferred(connection);
		return ROWAN_OK;
	}
	if (verb == VERB_ROLLBACK)
		postgres_drop_deferred(connection);
	result = run(connection, sql);
	status = outcome_of(connection, verb, result, error);
	PQclear(result);
	return status;
}

static void *raw(struct driver_connection *connection)
{
	return connection->pg;
}

static bool in_transaction(struct driver_connection *connection)
{
	if (connection->lost)
		return false;
	if (postgres_begin_deferred(connection))
		return true;
	if (connection->reading)
		return connection->open;
	postgres_settle(connection);
	return connection->transaction;
}

static bool lost(struct driver_connection *connection)
{
	return connection->lost || PQstatus(connection->pg) != CONNECTION_OK;
}

static bool pooled(struct driver_connection *connection)
{
	return connection->pooled;
}

static int column_count(struct driver_statement *statement)
{
	return statement->column_count;
}

static void expect_few(struct driver_statement *statement)
{
	statement->few = true;
}

static int64_t changes(struct driver_connection *connection)
{
	return connection->changed;
}

static int max_params(struct driver_connection *connection)
{
	(void)connection;
	return POSTGRES_PARAMS_MAX;
}

static void cut(struct driver_connection *connection)
{
	shutdown(PQsocket(connection->pg), SHUT_RDWR);
}

static void failing_sql(const char *sqlstate, char sql[DRIVER_FAILING_SIZE])
{
	snprintf(sql, DRIVER_FAILING_SIZE,
		 "DO $$BEGIN RAISE SQLSTATE '%s' USING MESSAGE = 'fault=%s'; END$$", sqlstate,
		 sqlstate);
}

const struct driver driver_postgres = {
	.name = "postgresql",
	.open = postgres_open,
	.close = postgres_close,
	.raw = raw,
	.prepare = postgres_prepare,
	.finalize = postgres_finalize,
	.bind_row = postgres_bind_row,
	.bind_value = postgres_bind_value,
	.bind_list = postgres_bind_list,
	.bind_rows = postgres_bind_rows,
	.expect_few = expect_few,
	.step = postgres_step,
	.pipelines = true,
	.send = postgres_send,
	.receive = postgres_receive,
	.defer = postgres_defer,
	.read_row = postgres_read_row,
	.column_count = column_count,
	.is_null = postgres_is_null,
	.read_int = postgres_read_int,
	.reset = postgres_reset,
	.changes = changes,
	.execute = postgres_execute,
	.in_transaction = in_transaction,
	.max_params = max_params,
	.alive = postgres_alive,
	.lost = lost,
	.pooled = pooled,
	.discard = postgres_discard,
	.abandon = postgres_abandon,
	.cut = cut,
	.failing_sql = failing_sql,
};
