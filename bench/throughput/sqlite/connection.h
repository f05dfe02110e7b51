/* SPDX-License-Identifier: MIT */
#ifndef THROUGHPUT_SQLITE_CONNECTION_H
#define THROUGHPUT_SQLITE_CONNECTION_H

/*
 * sqlite3 alone: one connection without mutexes, every statement prepared once and
 * kept.
 */

#include "throughput/workload.h"

#include <sqlite3.h>

enum raw_statement {
	RAW_BEGIN, RAW_COMMIT,
	RAW_INSERT_USER, RAW_INSERT_TASK, RAW_INSERT_TASKS,
	RAW_GET_TASK, RAW_ALL_TASKS, RAW_FIRST_TASKS, RAW_TASKS_AFTER, RAW_LIST_TASKS,
	RAW_USERS, RAW_TASKS_OF, RAW_TASKS_OF_ALL, RAW_USERS_AND_TASKS,
	RAW_UPDATE_TASK, RAW_DELETE_TASK, RAW_DELETE_TASKS_AFTER,
	RAW_STATEMENTS
};

/* Rows of one multi-row INSERT: more do not make it faster. */
#define RAW_INSERT_ROWS 50

struct raw_sqlite {
	sqlite3 *db;
	sqlite3_stmt *statements[RAW_STATEMENTS];
};

/* What must not fail. */
void raw_execute(struct raw_sqlite *raw, const char *sql);
/* The next row; false after the last, with the statement reset. */
bool raw_step(struct raw_sqlite *raw, sqlite3_stmt *statement);
/* Steps a statement that returns no rows, and resets it. */
void raw_run(struct raw_sqlite *raw, enum raw_statement which);

/* Rows of the present step, columns first, first + 1, .. */
struct raw_task *raw_read_task(struct raw_arena *arena, sqlite3_stmt *statement, int first);
struct raw_user *raw_read_user(struct raw_arena *arena, sqlite3_stmt *statement, int first);
/* All that are left, in a chain. */
struct raw_task *raw_read_tasks(struct world *world, sqlite3_stmt *statement);
void raw_bind_task(sqlite3_stmt *statement, int first, const struct raw_task *task);

#endif
