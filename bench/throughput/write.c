/* SPDX-License-Identifier: MIT */
/* Inserts, updates and deletes, in one transaction each. */
#include "throughput/workload.h"

/* ---- insert --------------------------------------------------------------- */

static void insert_rows(void *context, long count)
{
	struct world *world = context;
	struct rowan_session *session = world->session;

	for (long i = 0; i < count; i++) {
		const struct raw_task *input = &world->inputs[i];
		struct task *task = rowan_new(session, task);

		task->title = input->title;
		task->description = input->description;
		task->completed = input->completed;
		task->priority = input->priority;
		task->owner_id = input->owner_id;
		task->created_at.us = input->created_at;
		rowan_add(session, task);
		world->rows[i] = task;
	}
	must(session, rowan_commit(session));
}

static uint64_t insert(void *context, long count)
{
	struct world *world = context;
	uint64_t sum = 0;

	insert_rows(world, count);
	for (long i = 0; i < count; i++)
		sum = mix_task(sum, world->rows[i]);
	return sum;
}

const struct workload insert_workload = {
	.name = "insert", .title = "insert, keys read back", .unit = "row",
	.rowan = { .run = insert, .finish = rowan_tidy },
	.contests = {
		[ON_SQLITE] = { .count = 10000, .target = 1.25, .twins = sqlite_insert },
		POSTGRES_CONTEST(.count = 10000, .target = 1.2, .twins = postgres_insert),
	},
};

/* ---- bulk ----------------------------------------------------------------- */

static uint64_t insert_bulk(void *context, long count)
{
	struct world *world = context;
	struct rowan_session *session = world->session;

	must(session, rowan_insert_all(session, task, world->bulk, (size_t)count));
	must(session, rowan_commit(session));
	return 0;
}

static uint64_t look_at_inserted(void *context, long count)
{
	struct world *world = context;
	struct rowan_result *result = rowan_exec(world->session, rowan_select(task,
		.where = rowan_gt(TASK(id), TASKS), .order_by = { rowan_asc(TASK(id)) }));
	const struct task *task;
	uint64_t sum = 0;

	(void)count;
	while ((task = rowan_next(result)) != NULL)
		sum = mix_task(sum, task);
	must(world->session, rowan_error(world->session)->code);
	return sum;
}

const struct workload insert_bulk_workload = {
	.name = "insert-bulk", .title = "insert an array, no keys", .unit = "row",
	.rowan = { .run = insert_bulk, .look = look_at_inserted, .finish = rowan_tidy },
	.contests = {
		[ON_SQLITE] = { .count = 10000, .target = 1.15, .twins = sqlite_insert_bulk },
		POSTGRES_CONTEST(.count = 10000, .target = 1.1, .twins = postgres_insert_bulk),
	},
};

/* ---- update --------------------------------------------------------------- */

static void load_rows(void *context, long count)
{
	struct world *world = context;
	struct rowan_result *result = rowan_exec(world->session, rowan_select(task,
		.where = rowan_le(TASK(id), count), .order_by = { rowan_asc(TASK(id)) }));
	long i = 0;

	must(world->session, rowan_error(world->session)->code);
	while ((world->rows[i] = rowan_next(result)) != NULL)
		i++;
}

static uint64_t look_at_updated(void *context, long count)
{
	struct world *world = context;
	uint64_t sum = 0;

	rowan_forget(context, count);
	load_rows(context, count);
	for (long i = 0; i < count; i++)
		sum = mix(sum, (uint64_t)world->rows[i]->priority);
	return sum;
}

static uint64_t update(void *context, long count)
{
	struct world *world = context;

	for (long i = 0; i < count; i++) {
		struct task *task = rowan_edit(world->session, task, world->rows[i]);

		task->priority += 1;
	}
	must(world->session, rowan_commit(world->session));
	return 0;
}

const struct workload update_workload = {
	.name = "update", .title = "update one column of rows", .unit = "row",
	.rowan = { load_rows, update, rowan_tidy, look_at_updated },
	.contests = {
		[ON_SQLITE] = { .count = 10000, .target = 1.3, .twins = sqlite_update },
		POSTGRES_CONTEST(.count = 10000, .target = 1.25, .twins = postgres_update),
	},
};

/* ---- delete --------------------------------------------------------------- */

static uint64_t delete_rows(void *context, long count)
{
	struct world *world = context;

	for (long i = 0; i < count; i++)
		rowan_delete(world->session, task, world->rows[i]);
	must(world->session, rowan_commit(world->session));
	return 0;
}

/* As many as were to be deleted, if none is left. */
static uint64_t look_at_deleted(void *context, long count)
{
	struct world *world = context;

	return (uint64_t)(count - rowan_count(world->session,
		rowan_select(task, .where = rowan_gt(TASK(id), TASKS))));
}

const struct workload delete_workload = {
	.name = "delete", .title = "delete rows", .unit = "row",
	.rowan = { insert_rows, delete_rows, rowan_tidy, look_at_deleted },
	.contests = {
		[ON_SQLITE] = { .count = 10000, .target = 1.25, .twins = sqlite_delete },
		POSTGRES_CONTEST(.count = 10000, .target = 1.25, .twins = postgres_delete),
	},
};
