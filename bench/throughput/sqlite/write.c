/* SPDX-License-Identifier: MIT */
/* On sqlite3: inserts, updates and deletes in one transaction. */
#include "throughput/sqlite/connection.h"

static void tidy(void *context, long count)
{
	struct world *world = context;

	sqlite3_bind_int64(world->sqlite->statements[RAW_DELETE_TASKS_AFTER], 1, TASKS);
	raw_run(world->sqlite, RAW_DELETE_TASKS_AFTER);
	raw_forget(context, count);
}

/* ---- insert --------------------------------------------------------------- */

static void insert_many(struct world *world, struct raw_task **rows)
{
	sqlite3_stmt *statement = world->sqlite->statements[RAW_INSERT_TASKS];

	for (int row = 0; row < RAW_INSERT_ROWS; row++)
		raw_bind_task(statement, 1 + row * 6, rows[row]);
	raw_run(world->sqlite, RAW_INSERT_TASKS);
}

static void insert_one(struct world *world, const struct raw_task *task)
{
	raw_bind_task(world->sqlite->statements[RAW_INSERT_TASK], 1, task);
	raw_run(world->sqlite, RAW_INSERT_TASK);
}

static uint64_t insert(void *context, long count)
{
	struct world *world = context;
	sqlite3 *db = world->sqlite->db;
	uint64_t sum = 0;
	long i = 0;

	raw_run(world->sqlite, RAW_BEGIN);
	while (count - i >= RAW_INSERT_ROWS) {
		struct raw_task **rows = &world->raw_rows[i];
		int64_t last;

		for (int row = 0; row < RAW_INSERT_ROWS; row++)
			rows[row] = raw_new_task(&world->arena, &world->inputs[i++]);
		insert_many(world, rows);
		/* Numbered one after another: no trigger, no explicit key. */
		last = sqlite3_last_insert_rowid(db);
		for (int row = 0; row < RAW_INSERT_ROWS; row++)
			rows[row]->id = last - (RAW_INSERT_ROWS - 1) + row;
	}
	for (; i < count; i++) {
		world->raw_rows[i] = raw_new_task(&world->arena, &world->inputs[i]);
		insert_one(world, world->raw_rows[i]);
		world->raw_rows[i]->id = sqlite3_last_insert_rowid(db);
	}
	raw_run(world->sqlite, RAW_COMMIT);
	for (i = 0; i < count; i++)
		sum = mix_raw_task(sum, world->raw_rows[i]);
	return sum;
}

const struct twin sqlite_insert[] = {
	{ "50 a statement", { .run = insert, .finish = tidy } }, { 0 },
};

/* ---- bulk ----------------------------------------------------------------- */

/* Straight from the array, and no key is asked for. */
static uint64_t insert_bulk(void *context, long count)
{
	struct world *world = context;
	struct raw_task *rows[RAW_INSERT_ROWS];
	long i = 0;

	raw_run(world->sqlite, RAW_BEGIN);
	while (count - i >= RAW_INSERT_ROWS) {
		for (int row = 0; row < RAW_INSERT_ROWS; row++)
			rows[row] = &world->inputs[i++];
		insert_many(world, rows);
	}
	for (; i < count; i++)
		insert_one(world, &world->inputs[i]);
	raw_run(world->sqlite, RAW_COMMIT);
	return 0;
}

static struct raw_task *read_inserted(struct world *world)
{
	sqlite3_stmt *statement = world->sqlite->statements[RAW_TASKS_AFTER];

	sqlite3_bind_int64(statement, 1, TASKS);
	return raw_read_tasks(world, statement);
}

static uint64_t look_at_inserted(void *context, long count)
{
	uint64_t sum = 0;

	(void)count;
	for (const struct raw_task *task = read_inserted(context); task; task = task->next)
		sum = mix_raw_task(sum, task);
	return sum;
}

const struct twin sqlite_insert_bulk[] = {
	{ "50 a statement",
	  { .run = insert_bulk, .look = look_at_inserted, .finish = tidy } }, { 0 },
};

/* ---- update --------------------------------------------------------------- */

static void load_rows(void *context, long count)
{
	struct world *world = context;
	sqlite3_stmt *statement = world->sqlite->statements[RAW_FIRST_TASKS];

	sqlite3_bind_int64(statement, 1, count);
	for (long i = 0; raw_step(world->sqlite, statement); i++)
		world->raw_rows[i] = raw_read_task(&world->arena, statement, 0);
}

static uint64_t look_at_updated(void *context, long count)
{
	struct world *world = context;
	uint64_t sum = 0;

	raw_forget(context, count);
	load_rows(context, count);
	for (long i = 0; i < count; i++)
		sum = mix(sum, (uint64_t)world->raw_rows[i]->priority);
	return sum;
}

static uint64_t update(void *context, long count)
{
	struct world *world = context;
	sqlite3_stmt *statement = world->sqlite->statements[RAW_UPDATE_TASK];

	raw_run(world->sqlite, RAW_BEGIN);
	for (long i = 0; i < count; i++) {
		struct raw_task *task = world->raw_rows[i];

		task->priority += 1;
		sqlite3_bind_int(statement, 1, task->priority);
		sqlite3_bind_int64(statement, 2, task->id);
		raw_run(world->sqlite, RAW_UPDATE_TASK);
	}
	raw_run(world->sqlite, RAW_COMMIT);
	return 0;
}

const struct twin sqlite_update[] = {
	{ "prepared", { load_rows, update, raw_forget, look_at_updated } }, { 0 },
};

/* ---- delete --------------------------------------------------------------- */

static void insert_first(void *context, long count)
{
	insert(context, count);
}

static uint64_t delete_rows(void *context, long count)
{
	struct world *world = context;
	sqlite3_stmt *statement = world->sqlite->statements[RAW_DELETE_TASK];

	raw_run(world->sqlite, RAW_BEGIN);
	for (long i = 0; i < count; i++) {
		sqlite3_bind_int64(statement, 1, world->raw_rows[i]->id);
		raw_run(world->sqlite, RAW_DELETE_TASK);
	}
	raw_run(world->sqlite, RAW_COMMIT);
	return 0;
}

/* As many as were to be deleted, if none is left. */
static uint64_t look_at_deleted(void *context, long count)
{
	for (const struct raw_task *task = read_inserted(context); task; task = task->next)
		count--;
	return (uint64_t)count;
}

const struct twin sqlite_delete[] = {
	{ "prepared", { insert_first, delete_rows, raw_forget, look_at_deleted } }, { 0 },
};
