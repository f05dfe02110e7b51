/* SPDX-License-Identifier: MIT */
#include "driver/fault.h"

#include "base/alloc.h"
#include "base/error.h"
#include "driver/sqlstate.h"
#include "driver/verb.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

struct driver_connection {
	struct fault *fault;
	const struct driver *driver;		/* the one that does the work, .. */
	struct driver_connection *inner;	/* .. and its connection */
	bool lost;		/* by us: it need not know of it */
};

struct driver_statement {
	struct driver_connection *connection;
	struct driver_statement *inner;
	char *sql;
	bool begun;		/* stepped since it was last reset */
};

/* A statement that is handed over, and how. */
struct errand {
	enum { EXECUTED, DEFERRED, STEPPED, SENT } how;
	struct driver_connection *connection;
	struct driver_statement *statement;	/* of the last two */
	const char *sql;
};

/* ---- when ---------------------------------------------------------------------------- */

#define SQL_SHOWN 128

static void tell(const struct fault *fault, uint64_t number, const char *sql)
{
	char shown[SQL_SHOWN], text[2 * SQL_SHOWN];

	error_copy(shown, sizeof(shown), sql, strlen(sql));
	if (fault->at)
		snprintf(text, sizeof(text), "%s at statement %" PRIu64 ": %s", fault->name, number,
			 shown);
	else
		snprintf(text, sizeof(text), "%s at every statement", fault->name);
	fault->tell(fault->context, text);
}

/* Count a statement; whether it is the one. */
static bool strikes(struct fault *fault, const char *sql)
{
	uint64_t number = __atomic_add_fetch(&fault->statements, 1, __ATOMIC_RELAXED);

	if (fault->at && fault->at != number)
		return false;
	if (__atomic_fetch_add(&fault->injected, 1, __ATOMIC_RELAXED) == 0)
		tell(fault, number, sql);
	return true;
}

/* ---- what ---------------------------------------------------------------------------- */

static void name_fault(const struct fault *fault, struct rowan_error *error)
{
	snprintf(error->database, sizeof(error->database), "fault=%s", fault->name);
}

static int gone(const struct driver_connection *connection, bool unknown,
		struct rowan_error *error)
{
	error_set(error, unknown ? ROWAN_UNKNOWN_OUTCOME : ROWAN_OPERATIONAL,
		  "the connection was lost%s", unknown
			? " while committing: whether it did is not known" : "");
	name_fault(connection->fault, error);
	return error->code;
}

/* A transaction that is not committed by now is undone, as a server does it. */
static int lose(struct driver_connection *connection, bool unknown, struct rowan_error *error)
{
	const struct driver *driver = connection->driver;

	if (driver->cut)
		driver->cut(connection->inner);
	else if (driver->in_transaction(connection->inner))
		driver->execute(connection->inner, "ROLLBACK", error);
	connection->lost = true;
	return gone(connection, unknown, error);
}

static int run(const struct errand *errand, struct rowan_error *error)
{
	const struct driver *driver = errand->connection->driver;

	switch (errand->how) {
	case EXECUTED:
		return driver->execute(errand->connection->inner, errand->sql, error);
	case DEFERRED:
		return driver->defer(errand->connection->inner, errand->sql, error);
	case STEPPED:
		return driver->step(errand->statement->inner, error);
	case SENT:
		break;
	}
	return driver->send(errand->statement->inner, error);
}

/*
 * To ask whether a transaction is open has all answered that was sent before, so that it
 * is this statement that is lost.  A deferred one is not sent yet: for it there is no after.
 */
static int drop(const struct errand *errand, bool after, struct rowan_error *error)
{
	struct driver_connection *connection = errand->connection;
	const struct driver *driver = connection->driver;
	bool unknown = verb_may_commit(verb_of(errand->sql),
				       driver->in_transaction(connection->inner));

	if (after && errand->how != DEFERRED) {
		run(errand, error);
		driver->in_transaction(connection->inner);
		return lose(connection, unknown, error);
	}
	if (!driver->cut)
		return lose(connection, unknown, error);
	driver->cut(connection->inner);
	return run(errand, error);
}

static int fail(const struct fault *fault, struct rowan_error *error)
{
	const struct sqlstate *state = sqlstate_of(fault->name);

	error_set(error, state->code, "%s", state->message ? state->message : "");
	error_copy(error->sqlstate, sizeof(error->sqlstate), fault->name, strlen(fault->name));
	name_fault(fault, error);
	if (rowan_is_integrity(error->code))
		error_describe(error);
	else if (!state->message)
		error_more(error, "%s", error->database);
	return error->code;
}

/* In a transaction that has failed already the server says only that. */
static int fail_on_server(const struct errand *errand, const char *sql, struct rowan_error *error)
{
	const struct driver *driver = errand->connection->driver;
	struct driver_connection *connection = errand->connection->inner;
	struct driver_statement *statement;
	int status = driver->prepare(connection, sql, strlen(sql), &statement, error);

	if (status < 0)
		return status;
	status = errand->how == SENT ? driver->send(statement, error)
				     : driver->step(statement, error);
	driver->finalize(statement);
	if (status < 0 && strcmp(error->sqlstate, "25P02") == 0)
		return fail(errand->connection->fault, error);
	return status;
}

static int refuse(const struct errand *errand, struct rowan_error *error)
{
	const struct fault *fault = errand->connection->fault;
	const struct driver *driver = errand->connection->driver;
	char sql[DRIVER_FAILING_SIZE];

	if (!driver->failing_sql)
		return fail(fault, error);
	driver->failing_sql(fault->name, sql);
	if (errand->how == DEFERRED)
		return driver->defer(errand->connection->inner, sql, error);
	return fail_on_server(errand, sql, error);
}

static int wait_and_run(const struct errand *errand, struct rowan_error *error)
{
	const int ms = errand->connection->fault->delay_ms;
	struct timespec pause = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L };

	while (nanosleep(&pause, &pause) < 0 && errno == EINTR)
		;
	return run(errand, error);
}

static int hand_over(const struct errand *errand, struct rowan_error *error)
{
	const struct driver_connection *connection = errand->connection;

	if (connection->lost)
		return gone(connection, false, error);
	if (!strikes(connection->fault, errand->sql))
		return run(errand, error);
	switch (connection->fault->kind) {
	case FAULT_DROP:
		return drop(errand, false, error);
	case FAULT_DROP_AFTER:
		return drop(errand, true, error);
	case FAULT_SQLSTATE:
		return refuse(errand, error);
	case FAULT_DELAY:
		break;
	}
	return wait_and_run(errand, error);
}

/* ---- what may be struck ----------------------------------------------------------------- */

static int execute(struct driver_connection *connection, const char *sql,
		   struct rowan_error *error)
{
	const struct errand errand = { EXECUTED, connection, NULL, sql };

	return hand_over(&errand, error);
}

static int defer(struct driver_connection *connection, const char *sql, struct rowan_error *error)
{
	const struct errand errand = { DEFERRED, connection, NULL, sql };

	return hand_over(&errand, error);
}

static int step(struct driver_statement *statement, struct rowan_error *error)
{
	const struct errand errand = { STEPPED, statement->connection, statement, statement->sql };

	if (statement->begun && !statement->connection->lost)
		return run(&errand, error);
	statement->begun = true;
	return hand_over(&errand, error);
}

static int send(struct driver_statement *statement, struct rowan_error *error)
{
	const struct errand errand = { SENT, statement->connection, statement, statement->sql };

	return hand_over(&errand, error);
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
		return gone(connection, false, error);
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

	return connection->lost || (driver->lost && driver->lost(connection->inner));
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
