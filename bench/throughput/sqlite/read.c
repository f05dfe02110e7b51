/* SPDX-License-Identifier: MIT */
/* On sqlite3: rows of one table. */
#include "throughput/sqlite/connection.h"

/* ---- get ------------------------------------------------------------------ */

static uint64_t get_rows(void *context, long count)
{
	struct world *world = context;
	struct raw_sqlite *raw = world->sqlite;
	sqlite3_stmt *statement = raw->statements[RAW_GET_TASK];
	uint64_t sum = 0;

	for (long i = 0; i < count; i++) {
		sqlite3_bind_int64(statement, 1, world->keys[i % TASKS]);
		if (!raw_step(raw, statement))
			die("twin: no task %lld", (long long)world->keys[i % TASKS]);
		sum = mix_raw_task(sum, raw_read_task(&world->arena, statement, 0));
		sqlite3_reset(statement);
	}
	return sum;
}

const struct twin sqlite_get[] = {
	{ "prepared", { .run = get_rows, .finish = raw_forget } }, { 0 },
};

/* ---- load ----------------------------------------------------------------- */

static uint64_t load_tasks(void *context, long count)
{
	struct world *world = context;
	uint64_t sum = 0;

	for (long done = 0; done < count; done += TASKS)
		sum = mix_raw_tasks(world, raw_read_tasks(world,
				    world->sqlite->statements[RAW_ALL_TASKS]));
	return sum;
}

const struct twin sqlite_load[] = {
	{ "prepared", { .run = load_tasks, .finish = raw_forget } }, { 0 },
};

/* ---- list ----------------------------------------------------------------- */

static uint64_t list(void *context, long count)
{
	struct world *world = context;
	sqlite3_stmt *statement = world->sqlite->statements[RAW_LIST_TASKS];
	uint64_t sum = 0;

	for (long i = 0; i < count; i++) {
		sqlite3_bind_int64(statement, 1, list_owner(i));
		sqlite3_bind_int64(statement, 2, list_owner(i) + LIST_OWNERS);
		sqlite3_bind_int(statement, 3, false);
		sqlite3_bind_int(statement, 4, LIST_ROWS);
		for (const struct raw_task *task = raw_read_tasks(world, statement); task;
		     task = task->next)
			sum = mix_raw_task(sum, task);
		raw_clear(&world->arena);
	}
	return sum;
}

const struct twin sqlite_list[] = {
	{ "prepared", { .run = list } }, { 0 },
};
