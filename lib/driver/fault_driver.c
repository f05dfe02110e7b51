/* SPDX-License-Identifier: MIT */
#include "driver/fault_parts.h"

#include "base/alloc.h"
#include "base/error.h"

#include <string.h>

/* The wrapper's functions: what hands a statement over, and all the others. */

/* ---- what may be struck ----------------------------------------------------------------- */

static int execute(struct driver_connection *connection, const char *sql,
		   struct rowan_error *error)
{
	const struct errand errand = { EXECUTED, connection, NULL, sql };

	return fault_hand_over(&errand, error);
}

static int defer(struct driver_connection *connection, const char *sql, struct rowan_error *error)
{
	const struct errand errand = { DEFERRED, connection, NULL, sql };

	return fault_hand_over(&errand, error);
}

static int step(struct driver_statement *statement, struct rowan_error *error)
{
	const struct errand errand = { STEPPED, statement->connection, statement, statement->sql };

	if (statement->begun && !statement->connection->lost)
		return fault_run(&errand, error);
	statement->begun = true;
	return fault_hand_over(&errand, error);
}

static int send(struct driver_statement *statement, struct rowan_error *error)
{
	const struct errand errand = { SENT, statement->connection, statement, statement->sql };

	return fault_hand_over(&errand, error);
}

/* ---- what goes through ------------------------------------------------------------------- */

static void close_connection(struct driver_connection *connection)
{
	if (!connection)
		return;
	connection->driver->close(connection->inner);
	mem_free(connection);
}

static int open_connection(const struct driver_target *target, struct driver_connection **out,
			   struct rowan_error *error)
{
	struct driver_connection *connection = mem_alloc(sizeof(*connection));
	int status;

	*out = NULL;
	if (!connection)
		return error_no_memory(error);
	connection->fault = target->fault;
	connection->driver = target->fault->driver;
	status = connection->driver->open(target, &connection->inner, error);
	if (status < 0)
		mem_free(connection);
	else
		*out = connection;
	return status;
}

static void *raw(struct driver_connection *connection)
{
	return connection->driver->raw(connection->inner);
}

static void finalize(struct driver_statement *statement)
{
	statement->connection->driver->finalize(statement->inner);
	mem_free(statement->sql);
	mem_free(statement);
}

static int prepare(struct driver_connection *connection, const char *sql, size_t length,
		   struct driver_statement **out, struct rowan_error *error)
{
	struct driver_statement *statement;
	int status;

	*out = NULL;
	if (connection->lost)
		return fault_gone(connection, false, error);
	statement = mem_alloc(sizeof(*statement));
	if (!statement)
		return error_no_memory(error);
	statement->connection = connection;
	statement->sql = mem_alloc(length + 1);
	if (statement->sql) {
		memcpy(statement->sql, sql, length);
		status = connection->driver->prepare(connection->inner, sql, length,
						     &statement->inner, error);
	} else {
		status = error_no_memory(error);
	}
	if (status < 0) {
		finalize(statement);
		return status;
	}
	*out = statement;
	return ROWAN_OK;
}

static int bind_row(struct driver_statement *statement, int first, const struct slot *slots,
		    size_t count, const void *row, struct rowan_error *error)
{
	return statement->connection->driver->bind_row(statement->inner, first, slots, count, row,
						       error);
}

static int bind_value(struct driver_statement *statement, int index, enum rowan_type type,
		      const void *value, struct rowan_error *error)
{
	return statement->connection->driver->bind_value(statement->inner, index, type, value,
							 error);
}

static int bind_list(struct driver_statement *statement, int index, enum rowan_type type,
		     const void *items, size_t count, struct rowan_error *error)
{
	return statement->connection->driver->bind_list(statement->inner, index, type, items,
							count, error);
}

static int bind_rows(struct driver_statement *statement, int first, const struct slot *slots,
		     size_t count, const void *const *rows, size_t row_count,
		     struct rowan_error *error)
{
	return statement->connection->driver->bind_rows(statement->inner, first, slots, count,
							rows, row_count, error);
}

static void expect_few(struct driver_statement *statement)
{
	statement->connection->driver->expect_few(statement->inner);
}

static int receive(struct driver_connection *connection, struct driver_outcome *outcome,
		   struct rowan_error *error)
{
	return connection->driver->receive(connection->inner, outcome, error);
}

static int read_row(struct driver_statement *statement, int first, const struct slot *slots,
		    size_t count, struct arena *arena, void *row, struct rowan_error *error)
{
	return statement->connection->driver->read_row(statement->inner, first, slots, count,
						       arena, row, error);
}

static int column_count(struct driver_statement *statement)
{
	return statement->connection->driver->column_count(statement->inner);
}

static bool is_null(struct driver_statement *statement, int column)
{
	return statement->connection->driver->is_null(statement->inner, column);
}

static int64_t read_int(struct driver_statement *statement, int column)
{
	return statement->connection->driver->read_int(statement->inner, column);
}

static void reset(struct driver_statement *statement)
{
	statement->begun = false;
	statement->connection->driver->reset(statement->inner);
}

static int64_t changes(struct driver_connection *connection)
{
	return connection->driver->changes(connection->inner);
}

static int contiguous_keys(struct driver_connection *connection, const char *table, bool *out,
			   struct rowan_error *error)
{
	return connection->driver->contiguous_keys(connection->inner, table, out, error);
}

static bool in_transaction(struct driver_connection *connection)
{
	return !connection->lost && connection->driver->in_transaction(connection->inner);
}

static int max_params(struct driver_connection *connection)
{
	return connection->driver->max_params(connection->inner);
}

static bool alive(struct driver_connection *connection, bool ping)
{
	return connection->driver->alive(connection->inner, ping);
}

static bool lost(struct driver_connection *connection)
{
	const struct driver *driver = connection->driver;

	return connection->cut || connection->lost ||
	       (driver->lost && driver->lost(connection->inner));
}

static bool pooled(struct driver_connection *connection)
{
	return connection->driver->pooled(connection->inner);
}

static int discard(struct driver_connection *connection, struct rowan_error *error)
{
	return connection->driver->discard(connection->inner, error);
}

static void abandon(struct driver_connection *connection)
{
	connection->driver->abandon(connection->inner);
}

/* ---- the driver -------------------------------------------------------------------------- */

void fault_wrap(struct fault *fault, const struct driver *driver)
{
	const bool drops = fault->kind == FAULT_DROP || fault->kind == FAULT_DROP_AFTER;

	fault->driver = driver;
	fault->wrapper = (struct driver){
		.name = driver->name,
		.open = open_connection,
		.close = close_connection,
		.raw = raw,
		.prepare = prepare,
		.finalize = finalize,
		.bind_row = bind_row,
		.bind_value = bind_value,
		.bind_list = bind_list,
		.bind_rows = bind_rows,
		.expect_few = driver->expect_few ? expect_few : NULL,
		.step = step,
		.pipelines = driver->pipelines,
		.send = send,
		.receive = receive,
		.defer = driver->defer ? defer : NULL,
		.read_row = read_row,
		.column_count = column_count,
		.is_null = is_null,
		.read_int = read_int,
		.reset = reset,
		.changes = changes,
		.contiguous_keys = driver->contiguous_keys ? contiguous_keys : NULL,
		.execute = execute,
		.in_transaction = in_transaction,
		.max_params = max_params,
		.alive = driver->alive ? alive : NULL,
		.lost = driver->lost || drops ? lost : NULL,
		.pooled = driver->pooled ? pooled : NULL,
		.discard = driver->discard ? discard : NULL,
		.abandon = driver->abandon ? abandon : NULL,
	};
}
