/* SPDX-License-Identifier: MIT */
#include "throughput/raw.h"

#include "harness.h"

#include <stdio.h>
#include <stdlib.h>

#define USER_COLUMNS "\"id\", \"email\", \"name\", \"is_active\", \"created_at\""
#define TASK_COLUMNS "\"id\", \"title\", \"description\", \"completed\", \"priority\", " \
	"\"owner_id\", \"created_at\""
#define INSERT_TASK "INSERT INTO \"tasks\" (\"title\", \"description\", \"completed\", " \
	"\"priority\", \"owner_id\", \"created_at\") VALUES "
#define TASK_VALUES "(?, ?, ?, ?, ?, ?)"
#define TEN_TIMES(x_) x_ ", " x_ ", " x_ ", " x_ ", " x_ ", " x_ ", " x_ ", " x_ ", " x_ ", " x_

static const char *const texts[RAW_STATEMENTS] = {
	[RAW_BEGIN] = "BEGIN IMMEDIATE",
	[RAW_COMMIT] = "COMMIT",
	[RAW_INSERT_USER] = "INSERT INTO \"users\" (\"email\", \"name\", \"is_active\", "
		"\"created_at\") VALUES (?, ?, ?, ?)",
	[RAW_INSERT_TASK] = INSERT_TASK TASK_VALUES,
	[RAW_INSERT_TASKS] = INSERT_TASK TEN_TIMES(TASK_VALUES) ", " TEN_TIMES(TASK_VALUES) ", "
		TEN_TIMES(TASK_VALUES) ", " TEN_TIMES(TASK_VALUES) ", " TEN_TIMES(TASK_VALUES),
	[RAW_GET_TASK] = "SELECT " TASK_COLUMNS " FROM \"tasks\" WHERE \"id\" = ?",
	[RAW_ALL_TASKS] = "SELECT " TASK_COLUMNS " FROM \"tasks\"",
	[RAW_FIRST_TASKS] = "SELECT " TASK_COLUMNS " FROM \"tasks\" WHERE \"id\" <= ?",
	[RAW_LIST_TASKS] = "SELECT " TASK_COLUMNS " FROM \"tasks\" WHERE \"owner_id\" >= ? "
		"AND \"owner_id\" < ? AND \"completed\" = ? "
		"ORDER BY \"created_at\" DESC, \"id\" LIMIT ?",
	[RAW_USERS] = "SELECT " USER_COLUMNS " FROM \"users\" WHERE \"id\" <= ? ORDER BY \"id\"",
	[RAW_TASKS_OF] = "SELECT " TASK_COLUMNS " FROM \"tasks\" WHERE \"owner_id\" = ?",
	[RAW_TASKS_OF_ALL] = "SELECT " TASK_COLUMNS " FROM \"tasks\" "
		"WHERE \"owner_id\" IN (SELECT \"value\" FROM json_each(?))",
	[RAW_USERS_AND_TASKS] =
		"SELECT u.\"id\", u.\"email\", u.\"name\", u.\"is_active\", u.\"created_at\", "
		"t.\"id\", t.\"title\", t.\"description\", t.\"completed\", t.\"priority\", "
		"t.\"owner_id\", t.\"created_at\" "
		"FROM \"users\" AS u LEFT JOIN \"tasks\" AS t ON t.\"owner_id\" = u.\"id\" "
		"WHERE u.\"id\" <= ? ORDER BY u.\"id\"",
	[RAW_UPDATE_TASK] = "UPDATE \"tasks\" SET \"priority\" = ? WHERE \"id\" = ?",
	[RAW_DELETE_TASK] = "DELETE FROM \"tasks\" WHERE \"id\" = ?",
	[RAW_DELETE_TASKS_AFTER] = "DELETE FROM \"tasks\" WHERE \"id\" > ?",
};

static void check(const struct raw *raw, int status)
{
	if (status != SQLITE_OK && status != SQLITE_DONE && status != SQLITE_ROW)
		die("twin: %s", sqlite3_errmsg(raw->db));
}

void raw_execute(struct raw *raw, const char *sql)
{
	check(raw, sqlite3_exec(raw->db, sql, NULL, NULL, NULL));
}

struct raw *raw_open(const char *ddl)
{
	struct raw *raw = calloc(1, sizeof(*raw));

	if (!raw)
		die("out of memory");
	/* The same kind of storage as an engine's "sqlite://". */
	check(raw, sqlite3_open_v2("file:/bench-twin?vfs=memdb", &raw->db,
				   SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE |
				   SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX, NULL));
	raw_execute(raw, "PRAGMA foreign_keys = ON");
	raw_execute(raw, "PRAGMA case_sensitive_like = ON");
	raw_execute(raw, ddl);
	for (int i = 0; i < RAW_STATEMENTS; i++)
		check(raw, sqlite3_prepare_v3(raw->db, texts[i], -1, SQLITE_PREPARE_PERSISTENT,
					      &raw->statements[i], NULL));
	return raw;
}

void raw_close(struct raw *raw)
{
	for (int i = 0; i < RAW_STATEMENTS; i++)
		sqlite3_finalize(raw->statements[i]);
	check(raw, sqlite3_close(raw->db));
	raw_clear(raw);
	free(raw->arena.chunks);
	free(raw);
}

bool raw_step(struct raw *raw, sqlite3_stmt *statement)
{
	int status = sqlite3_step(statement);

	if (status == SQLITE_ROW)
		return true;
	check(raw, status);
	check(raw, sqlite3_reset(statement));
	return false;
}

void raw_run(struct raw *raw, enum raw_statement which)
{
	while (raw_step(raw, raw->statements[which]))
		;
}

/* ---- memory --------------------------------------------------------------- */

#define FIRST_CHUNK ((size_t)4096)
#define LAST_CHUNK ((size_t)1 << 20)

void *raw_grow_(struct raw *raw, size_t size)
{
	struct raw_chunk *newest = raw->arena.chunks, *chunk;
	size_t want = newest ? newest->size * 2 : FIRST_CHUNK;

	if (want > LAST_CHUNK)
		want = LAST_CHUNK;
	if (want < size + sizeof(*chunk))
		want = size + sizeof(*chunk);
	chunk = malloc(want);
	if (!chunk)
		die("out of memory");
	*chunk = (struct raw_chunk){ newest, want };
	raw->arena.chunks = chunk;
	raw->arena.next = (char *)(chunk + 1);
	raw->arena.end = (char *)chunk + want;
	return raw_alloc(raw, size);
}

void raw_clear(struct raw *raw)
{
	struct raw_chunk *kept = raw->arena.chunks;

	if (!kept)
		return;
	while (kept->next) {
		struct raw_chunk *chunk = kept->next;

		kept->next = chunk->next;
		free(chunk);
	}
	raw->arena.next = (char *)(kept + 1);
}

/* ---- rows ----------------------------------------------------------------- */

static inline const char *read_text(struct raw *raw, sqlite3_stmt *statement, int column)
{
	const unsigned char *text = sqlite3_column_text(statement, column);
	size_t size;

	if (!text)
		return NULL;
	size = (size_t)sqlite3_column_bytes(statement, column) + 1;
	return memcpy(raw_alloc(raw, size), text, size);
}

struct raw_task *raw_read_task(struct raw *raw, sqlite3_stmt *statement, int first)
{
	struct raw_task *task = raw_alloc(raw, sizeof(*task));

	task->id = sqlite3_column_int64(statement, first);
	task->title = read_text(raw, statement, first + 1);
	task->description = read_text(raw, statement, first + 2);
	task->completed = sqlite3_column_int(statement, first + 3) != 0;
	task->priority = sqlite3_column_int(statement, first + 4);
	task->owner_id = sqlite3_column_int64(statement, first + 5);
	task->created_at = sqlite3_column_int64(statement, first + 6);
	task->next = NULL;
	return task;
}

struct raw_user *raw_read_user(struct raw *raw, sqlite3_stmt *statement, int first)
{
	struct raw_user *user = raw_alloc(raw, sizeof(*user));

	user->id = sqlite3_column_int64(statement, first);
	user->email = read_text(raw, statement, first + 1);
	user->name = read_text(raw, statement, first + 2);
	user->is_active = sqlite3_column_int(statement, first + 3) != 0;
	user->created_at = sqlite3_column_int64(statement, first + 4);
	user->tasks = user->last_task = NULL;
	user->next = NULL;
	return user;
}

void raw_bind_task(sqlite3_stmt *statement, int first, const struct raw_task *task)
{
	sqlite3_bind_text(statement, first, task->title, -1, SQLITE_STATIC);
	sqlite3_bind_text(statement, first + 1, task->description, -1, SQLITE_STATIC);
	sqlite3_bind_int(statement, first + 2, task->completed);
	sqlite3_bind_int(statement, first + 3, task->priority);
	sqlite3_bind_int64(statement, first + 4, task->owner_id);
	sqlite3_bind_int64(statement, first + 5, task->created_at);
}
