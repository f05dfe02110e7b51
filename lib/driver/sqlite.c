/* SPDX-License-Identifier: MIT */
#include "driver/sqlite.h"

#include "base/alloc.h"
#include "base/error.h"

#include <limits.h>
#include <string.h>
#include <time.h>

static int run(struct driver_connection *connection, const char *sql, struct rowan_error *error)
{
	int status = sqlite3_exec(connection->db, sql, NULL, NULL, NULL);

	return status == SQLITE_OK ? ROWAN_OK : sqlite_fail(connection->db, status, error);
}

/*
 * Run a statement whose only column of its only row must be `want`: PRAGMA does
 * not complain about a setting that it does not know or cannot have now.
 */
static int expect(struct driver_connection *connection, const char *sql, const char *want,
		  const char *what, struct rowan_error *error)
{
	sqlite3_stmt *handle;
	int status = sqlite3_prepare_v2(connection->db, sql, -1, &handle, NULL);
	const char *got = NULL;

	if (status != SQLITE_OK)
		return sqlite_fail(connection->db, status, error);
	status = sqlite3_step(handle);
	if (status == SQLITE_ROW)
		got = (const char *)sqlite3_column_text(handle, 0);

	if (status != SQLITE_ROW && status != SQLITE_DONE)
		status = sqlite_fail(connection->db, status, error);
	else if (!got || sqlite3_stricmp(got, want) != 0)
		status = error_set(error, ROWAN_OPERATIONAL, "%s is %s, not %s", what,
				   got ? got : "unknown", want);
	else
		status = ROWAN_OK;
	sqlite3_finalize(handle);
	return status;
}

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

#define PAUSE_MS 2

/*
 * Of several that switch a new database to WAL at once, SQLite tells all but one that it
 * is locked, without waiting: they have begun to read.
 */
static int set_journal_mode(struct driver_connection *connection,
			    const struct sqlite_target *target, struct rowan_error *error)
{
	const int64_t deadline = now_ms() + target->busy_timeout_ms;
	struct rowan_error failure;
	char sql[64];
	int status;

	sqlite3_snprintf(sizeof(sql), sql, "PRAGMA journal_mode = %w", target->journal_mode);
	while ((status = expect(connection, sql, target->journal_mode, "journal_mode",
				&failure)) == ROWAN_TIMEOUT && now_ms() < deadline)
		sqlite3_sleep(PAUSE_MS);
	if (status < 0)
		*error = failure;
	return status;
}

static int set_synchronous(struct driver_connection *connection, const char *level,
			   struct rowan_error *error)
{
	static const char *const levels[] = { "off", "normal", "full", "extra" };
	char sql[64], number[] = "?";
	int status;

	for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++)
		if (strcmp(levels[i], level) == 0)
			number[0] = (char)('0' + i);
	sqlite3_snprintf(sizeof(sql), sql, "PRAGMA synchronous = %w", level);
	status = run(connection, sql, error);
	return status < 0 ? status
			  : expect(connection, "PRAGMA synchronous", number, "synchronous", error);
}

/* Everything that is off in SQLite for the sake of programs older than it. */
static int configure(struct driver_connection *connection, const struct sqlite_target *target,
		     struct rowan_error *error)
{
	sqlite3 *db = connection->db;
	int status;

	sqlite3_busy_timeout(db, target->busy_timeout_ms);

	/* "nosuchcolumn" is an error and not a string. */
	status = sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	if (status == SQLITE_OK)
		status = sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
	if (status != SQLITE_OK)
		return sqlite_fail(db, status, error);

	status = run(connection, "PRAGMA foreign_keys = ON; PRAGMA case_sensitive_like = ON", error);
	if (status == ROWAN_OK)
		status = expect(connection, "PRAGMA foreign_keys", "1", "foreign_keys", error);
	if (status == ROWAN_OK)
		status = expect(connection, "SELECT 'a' LIKE 'A'", "0", "'a' LIKE 'A'", error);
	if (status == ROWAN_OK && target->journal_mode)
		status = set_journal_mode(connection, target, error);
	if (status == ROWAN_OK && target->synchronous)
		status = set_synchronous(connection, target->synchronous, error);
	return status;
}

static void close_connection(struct driver_connection *connection)
{
	if (!connection)
		return;
	sqlite_free_keys(connection);
	/* If a statement was forgotten, this waits for its end instead of failing. */
	sqlite3_close_v2(connection->db);
	mem_free(connection);
}

static int open_flags(const struct sqlite_target *target)
{
	int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;

	if (target->memory)
		flags |= SQLITE_OPEN_URI;
	if (!target->mode || strcmp(target->mode, "rwc") == 0)
		return flags | SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
	if (strcmp(target->mode, "rw") == 0)
		return flags | SQLITE_OPEN_READWRITE;
	return flags | SQLITE_OPEN_READONLY;
}

/* SQLite may be built to take a file name that begins so for a URI. */
static char *file_name(const struct sqlite_target *target)
{
	bool looks_like_uri = !target->memory && strncmp(target->path, "file:", 5) == 0;

	return sqlite3_mprintf("%s%s", looks_like_uri ? "./" : "", target->path);
}

/* Which file it is about. */
static void name_file(const char *path, struct rowan_error *error)
{
	struct rowan_error cause = *error;

	error->message[0] = '\0';
	error_more(error, "cannot open %s: %s", path, cause.message);
}

static int open_file(struct driver_connection *connection, const struct sqlite_target *target,
		     struct rowan_error *error)
{
	char *name = file_name(target);
	int status;

	if (!name)
		return error_no_memory(error);
	status = sqlite3_open_v2(name, &connection->db, open_flags(target), NULL);
	sqlite3_free(name);
	return status == SQLITE_OK ? ROWAN_OK : sqlite_fail(connection->db, status, error);
}

static int open_connection(const struct driver_target *where, struct driver_connection **out,
			   struct rowan_error *error)
{
	const struct sqlite_target *target = &where->sqlite;
	struct driver_connection *connection = mem_alloc(sizeof(*connection));
	int status;

	*out = NULL;
	if (!connection)
		return error_no_memory(error);
	status = open_file(connection, target, error);
	if (status == ROWAN_OK)
		status = configure(connection, target, error);
	if (status < 0) {
		if (status == ROWAN_OPERATIONAL)
			name_file(target->path, error);
		close_connection(connection);
		return status;
	}
	*out = connection;
	return ROWAN_OK;
}

/* Nothing after the statement but blanks, semicolons and comments. */
static bool ends_here(sqlite3 *db, const char *tail, const char *end)
{
	sqlite3_stmt *next = NULL;
	bool none;

	while (tail < end && strchr(" \t\r\n;", *tail))
		tail++;
	if (tail == end)
		return true;
	none = sqlite3_prepare_v2(db, tail, (int)(end - tail), &next, NULL) == SQLITE_OK && !next;
	sqlite3_finalize(next);
	return none;
}

static int check_prepared(sqlite3 *db, sqlite3_stmt *handle, const char *tail, const char *end,
			  struct rowan_error *error)
{
	if (!handle)
		return error_set(error, ROWAN_MISUSE, "there is no statement in the text");
	if (!ends_here(db, tail, end))
		return error_set(error, ROWAN_MISUSE, "there is more than one statement in the text");
	return ROWAN_OK;
}

static int prepare(struct driver_connection *connection, const char *sql, size_t length,
		   struct driver_statement **out, struct rowan_error *error)
{
	struct driver_statement *statement;
	sqlite3_stmt *handle;
	const char *tail;
	int status;

	*out = NULL;
	if (length > INT_MAX)
		return error_set(error, ROWAN_MISUSE, "the statement is too long");
	status = sqlite3_prepare_v3(connection->db, sql, (int)length, SQLITE_PREPARE_PERSISTENT,
				    &handle, &tail);
	if (status != SQLITE_OK)
		return sqlite_fail(connection->db, status, error);
	status = check_prepared(connection->db, handle, tail, sql + length, error);
	if (status < 0) {
		sqlite3_finalize(handle);
		return status;
	}

	statement = mem_alloc(sizeof(*statement));
	if (!statement) {
		sqlite3_finalize(handle);
		return error_no_memory(error);
	}
	statement->handle = handle;
	*out = statement;
	return ROWAN_OK;
}

static void finalize(struct driver_statement *statement)
{
	if (!statement)
		return;
	sqlite3_finalize(statement->handle);
	sqlite_free_lists(statement);
	mem_free(statement);
}

static int step(struct driver_statement *statement, struct rowan_error *error)
{
	int status = sqlite3_step(statement->handle);

	if (status == SQLITE_ROW)
		return DRIVER_ROW;
	if (status == SQLITE_DONE)
		return DRIVER_DONE;
	return sqlite_fail(sqlite3_db_handle(statement->handle), status, error);
}

static void reset(struct driver_statement *statement)
{
	sqlite3_reset(statement->handle);
	if (statement->lists)
		sqlite_trim_lists(statement);
}

static int column_count(struct driver_statement *statement)
{
	return sqlite3_column_count(statement->handle);
}

static bool is_null(struct driver_statement *statement, int column)
{
	return sqlite3_column_type(statement->handle, column) == SQLITE_NULL;
}

static int64_t read_int(struct driver_statement *statement, int column)
{
	return sqlite3_column_int64(statement->handle, column);
}

static int64_t changes(struct driver_connection *connection)
{
	return sqlite3_changes64(connection->db);
}

/* Executed at once. */
static int send(struct driver_statement *statement, struct rowan_error *error)
{
	int status;

	while ((status = step(statement, error)) == DRIVER_ROW)
		;
	return status;
}

static int receive(struct driver_connection *connection, struct driver_outcome *outcome,
		   struct rowan_error *error)
{
	(void)error;
	*outcome = (struct driver_outcome){
		.changed = sqlite3_changes64(connection->db),
		.last_key = sqlite3_last_insert_rowid(connection->db),
	};
	return ROWAN_OK;
}

static void *raw(struct driver_connection *connection)
{
	return connection->db;
}

static bool in_transaction(struct driver_connection *connection)
{
	return !sqlite3_get_autocommit(connection->db);
}

static int max_params(struct driver_connection *connection)
{
	return sqlite3_limit(connection->db, SQLITE_LIMIT_VARIABLE_NUMBER, -1);
}

const struct driver driver_sqlite = {
	.name = "sqlite",
	.open = open_connection,
	.close = close_connection,
	.raw = raw,
	.prepare = prepare,
	.finalize = finalize,
	.bind_row = sqlite_bind_row,
	.bind_value = sqlite_bind_value,
	.bind_list = sqlite_bind_list,
	.bind_rows = sqlite_bind_rows,
	.step = step,
	.send = send,
	.receive = receive,
	.read_row = sqlite_read_row,
	.column_count = column_count,
	.is_null = is_null,
	.read_int = read_int,
	.reset = reset,
	.changes = changes,
	.contiguous_keys = sqlite_contiguous_keys,
	.execute = run,
	.in_transaction = in_transaction,
	.max_params = max_params,
};
