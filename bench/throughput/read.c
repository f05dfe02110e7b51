/* SPDX-License-Identifier: MIT */
/* Rows of one table: by key, all of them, and a page of a filtered list. */
#include "throughput/workload.h"

#include <stdlib.h>

/* ---- get ------------------------------------------------------------------ */

static uint64_t get_rows(void *context, long count)
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

const struct workload get_workload = {
	.name = "get", .title = "get by key, cold", .unit = "row",
	.rowan = { .run = get_rows, .finish = rowan_forget },
	.contests = {
		[ON_SQLITE] = { .count = 20000, .target = 1.25, .twins = sqlite_get },
		POSTGRES_CONTEST(.count = 4000, .target = 1.05, .twins = postgres_get),
	},
};

/* ---- load ----------------------------------------------------------------- */

static uint64_t load_tasks(struct world *world, long count, bool untracked)
{
	const struct task *task;
	uint64_t sum = 0;

	for (long done = 0; done < count; done += TASKS) {
		struct rowan_result *result = rowan_exec(world->session,
			rowan_select(task, .untracked = untracked));
		long rows = 0;

		must(world->session, rowan_error(world->session)->code);
		for (; (task = rowan_next(result)) != NULL; rows++)
			world->rows[task->id - 1] = task;
		sum = 0;
		for (long i = 0; i < rows; i++)
			sum = mix_task(sum, world->rows[i]);
	}
	return sum;
}

static uint64_t load_untracked(void *context, long count)
{
	return load_tasks(context, count, true);
}

static uint64_t load_tracked(void *context, long count)
{
	return load_tasks(context, count, false);
}

const struct workload load_untracked_workload = {
	.name = "load-untracked", .title = "load 100,000 rows, untracked", .unit = "row",
	.load = true, .memory_target = 1.3,
	.rowan = { .run = load_untracked, .finish = rowan_forget },
	.contests = {
		[ON_SQLITE] = { .count = TASKS, .target = 1.15, .twins = sqlite_load },
		POSTGRES_CONTEST(.count = TASKS, .target = 1.1, .twins = postgres_load),
	},
};

const struct workload load_tracked_workload = {
	.name = "load-tracked", .title = "load 100,000 rows, tracked", .unit = "row",
	.load = true,
	.rowan = { .run = load_tracked, .finish = rowan_forget },
	.contests = {
		[ON_SQLITE] = { .count = TASKS, .target = 1.4, .twins = sqlite_load },
		POSTGRES_CONTEST(.count = TASKS, .target = 1.3, .twins = postgres_load),
	},
};

/* ---- list ----------------------------------------------------------------- */

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
static uint64_t list(struct world *world, const struct rowan_query *query, uint64_t sum)
{
	struct rowan_result *result = rowan_exec(world->session, *query);
	const struct task *task;

	while ((task = rowan_next(result)) != NULL)
		sum = mix_task(sum, task);
	must(world->session, rowan_clear(world->session));
	return sum;
}

static uint64_t list_kept(void *context, long count)
{
	struct world *world = context;
	uint64_t sum = 0;

	for (long i = 0; i < count; i++)
		sum = list(world, &world->lists[i % LISTS], sum);
	return sum;
}

static uint64_t list_built(void *context, long count)
{
	uint64_t sum = 0;

	for (long i = 0; i < count; i++) {
		struct rowan_query query = list_query(list_owner(i));

		sum = list(context, &query, sum);
	}
	return sum;
}

const struct workload list_kept_workload = {
	.name = "list-kept", .title = "filtered list of 20, query kept", .unit = "list",
	.rowan = { .run = list_kept },
	.contests = {
		[ON_SQLITE] = { .count = 1000, .target = 1.1, .twins = sqlite_list },
		POSTGRES_CONTEST(.count = 500, .target = 1.05, .twins = postgres_list),
	},
};

const struct workload list_built_workload = {
	.name = "list-built", .title = "filtered list of 20, query built", .unit = "list",
	.rowan = { .run = list_built },
	.contests = {
		[ON_SQLITE] = { .count = 1000, .target = 1.2, .twins = sqlite_list },
		POSTGRES_CONTEST(.count = 500, .target = 1.1, .twins = postgres_list),
	},
};
