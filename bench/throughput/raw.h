/* SPDX-License-Identifier: MIT */
#ifndef THROUGHPUT_RAW_H
#define THROUGHPUT_RAW_H

/*
 * The twin's side: what a careful C programmer writes on sqlite3 alone.  One
 * connection without mutexes, every statement prepared once and kept, rows and
 * their text in an arena that is freed at once.
 */

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum raw_statement {
	RAW_BEGIN, RAW_COMMIT,
	RAW_INSERT_USER, RAW_INSERT_TASK, RAW_INSERT_TASKS,
	RAW_GET_TASK, RAW_ALL_TASKS, RAW_FIRST_TASKS, RAW_LIST_TASKS,
	RAW_USERS, RAW_TASKS_OF, RAW_TASKS_OF_ALL, RAW_USERS_AND_TASKS,
	RAW_UPDATE_TASK, RAW_DELETE_TASK, RAW_DELETE_TASKS_AFTER,
	RAW_STATEMENTS
};

/* Rows of one multi-row INSERT: more do not make it faster. */
#define RAW_INSERT_ROWS 50

struct raw_task {
	int64_t id;
	const char *title;
	const char *description;
	int64_t owner_id;
	int64_t created_at;
	int32_t priority;
	bool completed;
	struct raw_task *next;	/* of the same owner, or of the same result */
};

struct raw_user {
	int64_t id;
	const char *email;
	const char *name;
	int64_t created_at;
	bool is_active;
	struct raw_task *tasks, *last_task;
	struct raw_user *next;
};

struct raw_chunk {
	struct raw_chunk *next;
	size_t size;
};

struct raw {
	sqlite3 *db;
	sqlite3_stmt *statements[RAW_STATEMENTS];
	struct {
		char *next, *end;
		struct raw_chunk *chunks;
	} arena;
};

/* An in-memory database with these tables, empty; `ddl` may be several statements. */
struct raw *raw_open(const char *ddl);
void raw_close(struct raw *raw);

/* What must not fail. */
void raw_execute(struct raw *raw, const char *sql);
/* Steps a statement that returns no rows, and resets it. */
void raw_run(struct raw *raw, enum raw_statement which);

/* Forget all rows; one chunk is kept for those to come. */
void raw_clear(struct raw *raw);
void *raw_grow_(struct raw *raw, size_t size);

static inline void *raw_alloc(struct raw *raw, size_t size)
{
	size = (size + 7) & ~(size_t)7;
	if (size <= (size_t)(raw->arena.end - raw->arena.next)) {
		void *memory = raw->arena.next;

		raw->arena.next += size;
		return memory;
	}
	return raw_grow_(raw, size);
}

static inline const char *raw_copy(struct raw *raw, const char *text)
{
	return text ? memcpy(raw_alloc(raw, strlen(text) + 1), text, strlen(text) + 1) : NULL;
}

/* The next row; false after the last, with the statement reset. */
bool raw_step(struct raw *raw, sqlite3_stmt *statement);

/* Rows of the present step, columns first, first + 1, .. */
struct raw_task *raw_read_task(struct raw *raw, sqlite3_stmt *statement, int first);
struct raw_user *raw_read_user(struct raw *raw, sqlite3_stmt *statement, int first);
void raw_bind_task(sqlite3_stmt *statement, int first, const struct raw_task *task);

#endif
