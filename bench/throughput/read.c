/* SPDX-License-Identifier: MIT */
/* Rows of one table: by key, all of them, and a page of a filtered list. */
#include "throughput/workload.h"

#include <stdlib.h>

/* ---- get ------------------------------------------------------------------ */

static uint64_t rowan_get_rows(void *context, long count)
{
	struct world *world = context;
	uint64_t sum = 0;

	for (long i = 0; i < count; i++) {
		const struct task *task = rowan_get(world->session, task, world->keys[i % TASKS]);

		if (!task)
			die("get: %s", rowan_error(world->session)->message);
		sum = mix_task(sum, task);
	}
	return sum;
}

static uint64_t raw_get_rows(void *context, long count)
{
	struct world *world = context;
	struct raw *raw = world->raw;
	sqlite3_stmt *statement = raw->statements[RAW_GET_TASK];
	uint64_t sum = 0;

	for (long i = 0; i < count; i++) {
		sqlite3_bind_int64(statement, 1, world->keys[i % TASKS]);
		if (!raw_step(raw, statement))
			die("twin: no task %lld", (long long)world->keys[i % TASKS]);
		sum = mix_raw_task(sum, raw_read_task(raw, statement, 0));
		sqlite3_reset(statement);
	}
	return sum;
}

const struct workload get_workload = {
	.name = "get", .title = "get by key, cold", .unit = "row",
	.count = 20000, .target = 1.25,
	.rowan = { .run = rowan_get_rows, .finish = rowan_forget },
	.twin = { .run = raw_get_rows, .finish = raw_forget },
};

/* ---- load ----------------------------------------------------------------- */

static uint64_t rowan_load_tasks(struct world *world, long count, bool untracked)
{
	const struct task *task;
	uint64_t sum = 0;

	for (long done = 0; done < count; done += TASKS) {
		struct rowan_result *result = rowan_exec(world->session,
			rowan_select(task, .untracked = untracked));

		must(world->session, rowan_error(world->session)->code);
		while ((task = rowan_next(result)) != NULL)
			sum = mix_task(sum, task);
	}
	return sum;
}

static uint64_t rowan_load_untracked(void *context, long count)
{
	return rowan_load_tasks(context, count, true);
}

static uint64_t rowan_load_tracked(void *context, long count)
{
	return rowan_load_tasks(context, count, false);
}

static uint64_t raw_load_tasks(void *context, long count)
{
	struct world *world = context;
	struct raw *raw = world->raw;
	sqlite3_stmt *statement = raw->statements[RAW_ALL_TASKS];
	uint64_t sum = 0;

	for (long done = 0; done < count; done += TASKS) {
		struct raw_task *first = NULL, **end = &first;

		while (raw_step(raw, statement)) {
			*end = raw_read_task(raw, statement, 0);
			end = &(*end)->next;
		}
		for (const struct raw_task *task = first; task; task = task->next)
			sum = mix_raw_task(sum, task);
	}
	return sum;
}

const struct workload load_untracked_workload = {
	.name = "load-untracked", .title = "load 100,000 rows, untracked", .unit = "row",
	.count = TASKS, .target = 1.15, .load = true,
	.rowan = { .run = rowan_load_untracked, .finish = rowan_forget },
	.twin = { .run = raw_load_tasks, .finish = raw_forget },
};

const struct workload load_tracked_workload = {
	.name = "load-tracked", .title = "load 100,000 rows, tracked", .unit = "row",
	.count = TASKS, .target = 1.4, .load = true,
	.rowan = { .run = rowan_load_tracked, .finish = rowan_forget },
	.twin = { .run = raw_load_tasks, .finish = raw_forget },
};

/* ---- list ----------------------------------------------------------------- */

/* Different pages in turn, so that no page is hot by chance. */
#define LISTS 16

static int64_t list_owner(long number)
{
	return number % LISTS * 617 + 1;
}

static struct rowan_query list_query(int64_t owner)
{
	return rowan_select(task,
		.where = rowan_and(rowan_ge(TASK(owner_id), owner),
				   rowan_lt(TASK(owner_id), owner + LIST_OWNERS),
				   rowan_eq(TASK(completed), false)),
		.order_by = { rowan_desc(TASK(created_at)), rowan_asc(TASK(id)) },
		.limit = LIST_ROWS);
}

void list_setup(struct world *world)
{
	world->lists = calloc(LISTS, sizeof(*world->lists));
	if (!world->lists)
		die("out of memory");
	for (long i = 0; i < LISTS; i++)
		world->lists[i] = list_query(list_owner(i));
}

/* As a server does it: a list per request, forgotten after the answer. */
static uint64_t rowan_list(struct world *world, const struct rowan_query *query, uint64_t sum)
{
	struct rowan_result *result = rowan_exec(world->session, *query);
	const struct task *task;

	while ((task = rowan_next(result)) != NULL)
		sum = mix_task(sum, task);
	must(world->session, rowan_clear(world->session));
	return sum;
}

static uint64_t rowan_list_kept(void *context, long count)
{
	struct world *world = context;
	uint64_t sum = 0;

	for (long i = 0; i < count; i++)
		sum = rowan_list(world, &world->lists[i % LISTS], sum);
	return sum;
}

static uint64_t rowan_list_built(void *context, long count)
{
	uint64_t sum = 0;

	for (long i = 0; i < count; i++) {
		struct rowan_query query = list_query(list_owner(i));

		sum = rowan_list(context, &query, sum);
	}
	return sum;
}

static uint64_t raw_list(void *context, long count)
{
	struct world *world = context;
	struct raw *raw = world->raw;
	sqlite3_stmt *statement = raw->statements[RAW_LIST_TASKS];
	uint64_t sum = 0;

	for (long i = 0; i < count; i++) {
		struct raw_task *first = NULL, **end = &first;

		sqlite3_bind_int64(statement, 1, list_owner(i));
		sqlite3_bind_int64(statement, 2, list_owner(i) + LIST_OWNERS);
		sqlite3_bind_int(statement, 3, false);
		sqlite3_bind_int(statement, 4, LIST_ROWS);
		while (raw_step(raw, statement)) {
			*end = raw_read_task(raw, statement, 0);
			end = &(*end)->next;
		}
		for (const struct raw_task *task = first; task; task = task->next)
			sum = mix_raw_task(sum, task);
		raw_clear(raw);
	}
	return sum;
}

const struct workload list_kept_workload = {
	.name = "list-kept", .title = "filtered list of 20, query kept", .unit = "list",
	.count = 1000, .target = 1.1,
	.rowan = { .run = rowan_list_kept },
	.twin = { .run = raw_list },
};

const struct workload list_built_workload = {
	.name = "list-built", .title = "filtered list of 20, query built", .unit = "list",
	.count = 1000, .target = 1.2,
	.rowan = { .run = rowan_list_built },
	.twin = { .run = raw_list },
};
