/* SPDX-License-Identifier: MIT */
#include "throughput/sqlite/connection.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

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
	[RAW_TASKS_AFTER] = "SELECT " TASK_COLUMNS " FROM \"tasks\" WHERE \"id\" > ? "
		"ORDER BY \"id\"",
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

static void check(const struct raw_sqlite *raw, int status)
{
	if (status != SQLITE_OK && status != SQLITE_DONE && status != SQLITE_ROW)
		die("twin: %s", sqlite3_errmsg(raw->db));
}

void raw_execute(struct raw_sqlite *raw, const char *sql)
{
	check(raw, sqlite3_exec(raw->db, sql, NULL, NULL, NULL));
}

bool raw_step(struct raw_sqlite *raw, sqlite3_stmt *statement)
{
	int status = sqlite3_step(statement);

	if (status == SQLITE_ROW)
		return true;
	check(raw, status);
	check(raw, sqlite3_reset(statement));
	return false;
}

void raw_run(struct raw_sqlite *raw, enum raw_statement which)
{
	while (raw_step(raw, raw->statements[which]))
		;
}

/* ---- rows ----------------------------------------------------------------- */

static inline const char *read_text(struct raw_arena *arena, sqlite3_stmt *statement,
				    int column)
{
	const char *text = (const char *)sqlite3_column_text(statement, column);

	return raw_text(arena, text, (size_t)sqlite3_column_bytes(statement, column));
}

struct raw_task *raw_read_task(struct raw_arena *arena, sqlite3_stmt *statement, int first)
{
	struct raw_task *task = raw_alloc(arena, sizeof(*task));

	task->id = sqlite3_column_int64(statement, first);
	task->title = read_text(arena, statement, first + 1);
	task->description = read_text(arena, statement, first + 2);
	task->completed = sqlite3_column_int(statement, first + 3) != 0;
	task->priority = sqlite3_column_int(statement, first + 4);
	task->owner_id = sqlite3_column_int64(statement, first + 5);
	task->created_at = sqlite3_column_int64(statement, first + 6);
	task->next = NULL;
	return task;
}

struct raw_user *raw_read_user(struct raw_arena *arena, sqlite3_stmt *statement, int first)
{
	struct raw_user *user = raw_alloc(arena, sizeof(*user));

	user->id = sqlite3_column_int64(statement, first);
	user->email = read_text(arena, statement, first + 1);
	user->name = read_text(arena, statement, first + 2);
	user->is_active = sqlite3_column_int(statement, first + 3) != 0;
	user->created_at = sqlite3_column_int64(statement, first + 4);
	user->tasks = user->last_task = NULL;
	user->next = NULL;
	return user;
}

struct raw_task *raw_read_tasks(struct world *world, sqlite3_stmt *statement)
{
	struct raw_task *first = NULL, **end = &first;

	while (raw_step(world->sqlite, statement)) {
		*end = raw_read_task(&world->arena, statement, 0);
		end = &(*end)->next;
	}
	return first;
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

/* ---- the database --------------------------------------------------------- */

/*
 * The statements that made Rowan's tables, so that the twin's are the same to
 * the letter.  An in-memory database can't be looked into, hence a file.
 */
static char *schema_of_rowan(void)
{
	char path[] = "/tmp/bench-schema-XXXXXX", url[64];
	struct rowan_engine *engine;
	struct rowan_error error;
	sqlite3_stmt *statement;
	sqlite3 *db;
	char *ddl = NULL;
	int file = mkstemp(path);

	if (file < 0)
		die("cannot make a file in /tmp");
	close(file);
	snprintf(url, sizeof(url), "sqlite:///%s", path);
	engine = dataset_engine(url);
	if (rowan_create_all(engine, ROWAN_MODELS(&user_model, &task_model), &error) != ROWAN_OK)
		die("%s", error.message);
	rowan_engine_close(engine);

	if (sqlite3_open(path, &db) != SQLITE_OK ||
	    sqlite3_prepare_v2(db, "SELECT group_concat(sql, ';') FROM sqlite_schema",
			       -1, &statement, NULL) != SQLITE_OK ||
	    sqlite3_step(statement) != SQLITE_ROW)
		die("%s", sqlite3_errmsg(db));
	ddl = strdup((const char *)sqlite3_column_text(statement, 0));
	sqlite3_finalize(statement);
	sqlite3_close(db);
	unlink(path);
	return ddl;
}

static void open_twin(struct world *world)
{
	struct raw_sqlite *raw = world->sqlite = calloc(1, sizeof(*raw));
	char *ddl = schema_of_rowan();

	if (!raw)
		die("out of memory");
	/* The same kind of storage as an engine's "sqlite://". */
	check(raw, sqlite3_open_v2("file:/bench-twin?vfs=memdb", &raw->db,
				   SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE |
				   SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX, NULL));
	raw_execute(raw, "PRAGMA foreign_keys = ON");
	raw_execute(raw, "PRAGMA case_sensitive_like = ON");
	raw_execute(raw, ddl);
	free(ddl);
	for (int i = 0; i < RAW_STATEMENTS; i++)
		check(raw, sqlite3_prepare_v3(raw->db, texts[i], -1, SQLITE_PREPARE_PERSISTENT,
					      &raw->statements[i], NULL));
}

static void fill_twin(struct world *world)
{
	struct raw_sqlite *raw = world->sqlite;
	sqlite3_stmt *statement = raw->statements[RAW_INSERT_USER];

	raw_run(raw, RAW_BEGIN);
	for (long i = 1; i <= USERS; i++) {
		struct user user;

		dataset_user(i, &user);
		sqlite3_bind_text(statement, 1, user.email, -1, SQLITE_STATIC);
		sqlite3_bind_text(statement, 2, user.name, -1, SQLITE_STATIC);
		sqlite3_bind_int(statement, 3, user.is_active);
		sqlite3_bind_int64(statement, 4, user.created_at.us);
		raw_run(raw, RAW_INSERT_USER);
	}
	raw_run(raw, RAW_COMMIT);
	sqlite_insert[0].side.run(world, TASKS);
	raw_clear(&world->arena);
}

static void open_database(struct world *world, const char *url, bool with_rowan, bool with_twin)
{
	snprintf(world->title, sizeof(world->title), "SQLite %s", sqlite3_libversion());
	world->url = url;
	world->engine = dataset_engine(url);
	if (with_rowan)
		dataset_create(world->engine, world_size);
	if (with_twin) {
		open_twin(world);
		fill_twin(world);
	}
}

static void close_database(struct world *world)
{
	struct raw_sqlite *raw = world->sqlite;

	rowan_engine_close(world->engine);
	if (!raw)
		return;
	for (int i = 0; i < RAW_STATEMENTS; i++)
		sqlite3_finalize(raw->statements[i]);
	check(raw, sqlite3_close(raw->db));
	free(raw);
}

static void tidy_rowan(struct world *world)
{
	struct rowan_session *session = world->session;
	int64_t deleted = rowan_delete_where(session,
		rowan_select(task, .where = rowan_gt(TASK(id), TASKS)));

	must(session, deleted < 0 ? (int)deleted : rowan_commit(session));
}

const struct database sqlite_database = {
	.number = ON_SQLITE,
	.open = open_database,
	.close = close_database,
	.tidy_rowan = tidy_rowan,
};
