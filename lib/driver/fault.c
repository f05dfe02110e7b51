/* SPDX-License-Identifier: MIT */
#include "driver/fault_parts.h"

#include "base/error.h"
#include "driver/sqlstate.h"
#include "driver/verb.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

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

int fault_gone(const struct driver_connection *connection, bool unknown,
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
	return fault_gone(connection, unknown, error);
}

int fault_run(const struct errand *errand, struct rowan_error *error)
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
		fault_run(errand, error);
		driver->in_transaction(connection->inner);
		return lose(connection, unknown, error);
	}
	if (!driver->cut)
		return lose(connection, unknown, error);
	driver->cut(connection->inner);
	connection->cut = true;
	return fault_run(errand, error);
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
	return fault_run(errand, error);
}

int fault_hand_over(const struct errand *errand, struct rowan_error *error)
{
	const struct driver_connection *connection = errand->connection;

	if (connection->lost)
		return fault_gone(connection, false, error);
	if (!strikes(connection->fault, errand->sql))
		return fault_run(errand, error);
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
