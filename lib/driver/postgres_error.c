/* SPDX-License-Identifier: MIT */
#include "base/error.h"
#include "driver/postgres.h"
#include "driver/sqlstate.h"

#include <string.h>

/* ---- what kind of failure ---------------------------------------------------- */

bool postgres_failed(const PGresult *result)
{
	switch (PQresultStatus(result)) {
	case PGRES_EMPTY_QUERY:
	case PGRES_COMMAND_OK:
	case PGRES_TUPLES_OK:
	case PGRES_SINGLE_TUPLE:
	case PGRES_PIPELINE_SYNC:
		return false;
	default:
		return true;
	}
}

static const char *field(const PGresult *result, int code)
{
	const char *text = PQresultErrorField(result, code);

	return text ? text : "";
}

const char *postgres_sqlstate(const PGresult *result)
{
	return field(result, PG_DIAG_SQLSTATE);
}

static bool is_copy(const PGresult *result)
{
	ExecStatusType status = PQresultStatus(result);

	return status == PGRES_COPY_IN || status == PGRES_COPY_OUT || status == PGRES_COPY_BOTH;
}

bool postgres_is_silent(const PGresult *result)
{
	return postgres_failed(result) && !is_copy(result) && !postgres_sqlstate(result)[0] &&
	       PQresultStatus(result) != PGRES_PIPELINE_ABORTED;
}

/*
 * When a connection dies libpq makes up a failure without an SQLSTATE; its own status may
 * still be fine then.  Out of a COPY there is no way in a pipeline.
 */
bool postgres_is_fatal(const PGresult *result)
{
	const char *severity = field(result, PG_DIAG_SEVERITY_NONLOCALIZED);

	return is_copy(result) || postgres_is_silent(result) ||
	       strcmp(severity, "FATAL") == 0 || strcmp(severity, "PANIC") == 0;
}

bool postgres_refused(const PGresult *result)
{
	return postgres_failed(result) && !postgres_is_fatal(result);
}

bool postgres_rolled_back(enum verb verb, PGresult *result)
{
	return verb == VERB_COMMIT && strcmp(PQcmdStatus(result), "COMMIT") != 0;
}

int postgres_fail_rolled_back(struct rowan_error *error)
{
	return error_set(error, ROWAN_OPERATIONAL,
			 "the transaction was rolled back instead of committed: "
			 "a statement in it had failed");
}

int postgres_fail_reading(struct rowan_error *error)
{
	return error_set(error, ROWAN_MISUSE,
			 "another statement's rows have not been read to their end");
}

/* ---- names from the detail ------------------------------------------------------- */

static void add_column(struct rowan_error *error, const char *name, size_t length)
{
	size_t used = strlen(error->columns);

	if (used && used + 2 < sizeof(error->columns)) {
		memcpy(error->columns + used, ", ", 3);
		used += 2;
	}
	error_copy(error->columns + used, sizeof(error->columns) - used, name, length);
}

/*
 * A name in front of ", " or ")=(", quoted if it has to be.  Returns what follows
 * it, or NULL for an expression.
 */
static const char *take_name(const char *at, struct rowan_error *error)
{
	char name[sizeof(error->columns)];
	size_t length = 0;
	bool quoted = *at == '"';

	for (at += quoted; *at; at++) {
		if (quoted && *at == '"') {
			if (at[1] != '"')
				break;
			at++;
		} else if (!quoted && strchr(",()", *at)) {
			break;
		}
		if (length < sizeof(name))
			name[length++] = *at;
	}
	if (quoted && *at++ != '"')
		return NULL;
	if (*at != ',' && *at != ')')
		return NULL;
	add_column(error, name, length);
	return at;
}

/*
 * "Key (owner_id, title)=(1, Write) already exists.": the names, in any language.
 * An index may be on an expression, which is no column.
 */
static void find_columns(const char *detail, struct rowan_error *error)
{
	const char *at = strchr(detail, '(');

	while (at) {
		at = take_name(at + 1, error);
		if (!at)
			break;
		if (strncmp(at, ")=(", 3) == 0)
			return;
		if (strncmp(at, ", ", 2) != 0)
			break;
		at++;
	}
	error->columns[0] = '\0';
}

/* 'relation "tasks" does not exist' in SQLite's words. */
static void explain_missing_table(struct rowan_error *error)
{
	const char *start = strchr(error->database, '"');
	const char *end = start ? strchr(start + 1, '"') : NULL;

	if (!end)
		return;
	error_copy(error->table, sizeof(error->table), start + 1, (size_t)(end - start - 1));
	error->message[0] = '\0';
	error_more(error, "no such table: %s", error->table);
}

/* ---- the error --------------------------------------------------------------------- */

static void copy_field(char *to, size_t size, const PGresult *result, int code)
{
	const char *text = field(result, code);

	error_copy(to, size, text, strlen(text));
}

static void copy_fields(const PGresult *result, struct rowan_error *error)
{
	copy_field(error->sqlstate, sizeof(error->sqlstate), result, PG_DIAG_SQLSTATE);
	copy_field(error->constraint, sizeof(error->constraint), result, PG_DIAG_CONSTRAINT_NAME);
	copy_field(error->table, sizeof(error->table), result, PG_DIAG_TABLE_NAME);
	copy_field(error->columns, sizeof(error->columns), result, PG_DIAG_COLUMN_NAME);
	copy_field(error->database, sizeof(error->database), result, PG_DIAG_MESSAGE_PRIMARY);
	copy_field(error->detail, sizeof(error->detail), result, PG_DIAG_MESSAGE_DETAIL);
}

static void explain(const PGresult *result, const char *message, struct rowan_error *error)
{
	const char *detail = field(result, PG_DIAG_MESSAGE_DETAIL);

	if (!rowan_is_integrity(error->code)) {
		error_more(error, "%s", message ? message : error->database);
		return;
	}
	/* Where a row is still referred to, the detail's columns are the other table's. */
	if (!error->columns[0] && error->code != ROWAN_CHECK && !strstr(detail, "still referenced"))
		find_columns(detail, error);
	error_describe(error);
}

static void add_transaction(const struct driver_connection *connection, struct rowan_error *error)
{
	error_more(error, "the connection to the server was lost%s",
		   connection->transaction || connection->open
			? ", and the transaction with it" : "");
}

int postgres_fail(const struct driver_connection *connection, const PGresult *result,
		  struct rowan_error *error)
{
	const struct sqlstate *state = sqlstate_of(postgres_sqlstate(result));

	if (is_copy(result))
		return error_set(error, ROWAN_MISUSE, "COPY cannot be run as a statement");
	error_set(error, state->code, "%s", "");
	copy_fields(result, error);
	if (postgres_is_fatal(result)) {
		add_transaction(connection, error);
		error_more(error, ": %s", error->database);
	} else {
		explain(result, state->message, error);
	}
	if (strcmp(error->sqlstate, "42P01") == 0)
		explain_missing_table(error);
	return error->code;
}

/* ---- libpq's own ------------------------------------------------------------------ */

void postgres_complaint(const PGconn *pg, struct rowan_error *error)
{
	const char *words = PQerrorMessage(pg);

	error_copy(error->database, sizeof(error->database), words, strcspn(words, "\n"));
}

int postgres_gone(struct driver_connection *connection, bool unknown, struct rowan_error *error)
{
	connection->lost = true;
	error_set(error, unknown ? ROWAN_UNKNOWN_OUTCOME : ROWAN_OPERATIONAL, "%s", "");
	if (unknown)
		error_more(error, "the connection to the server was lost while committing: "
				  "whether it did is not known");
	else
		add_transaction(connection, error);
	postgres_complaint(connection->pg, error);
	return error->code;
}
