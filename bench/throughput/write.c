/* SPDX-License-Identifier: MIT */
/* Inserts, updates and deletes: one transaction, row by row through the session. */
#include "throughput/workload.h"

/* ---- insert --------------------------------------------------------------- */

void rowan_insert_tasks(struct world *world, long count)
{
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

static uint64_t rowan_insert(void *context, long count)
{
	struct world *world = context;
	uint64_t sum = 0;

	rowan_insert_tasks(world, count);
	for (long i = 0; i < count; i++)
		sum = mix_task(sum, world->rows[i]);
	return sum;
}

static uint64_t rowan_delete_rows(void *context, long count)
{
	struct world *world = context;

	for (long i = 0; i < count; i++)
		rowan_delete(world->session, task, world->rows[i]);
	must(world->session, rowan_commit(world->session));
	return (uint64_t)count;
}

static void rowan_undo_insert(void *context, long count)
{
	rowan_delete_rows(context, count);
	rowan_forget(context, count);
}

/* A row that lives on, with text of its own, as the session's rows do. */
static struct raw_task *new_row(struct raw *raw, const struct raw_task *input)
{
	struct raw_task *task = raw_alloc(raw, sizeof(*task));

	*task = *input;
	task->title = raw_copy(raw, input->title);
	task->description = raw_copy(raw, input->description);
	return task;
}

void raw_insert_tasks(struct world *world, long count)
{
	struct raw *raw = world->raw;
	sqlite3_stmt *many = raw->statements[RAW_INSERT_TASKS];
	sqlite3_stmt *single = raw->statements[RAW_INSERT_TASK];
	long i = 0;

	raw_run(raw, RAW_BEGIN);
	while (count - i >= RAW_INSERT_ROWS) {
		struct raw_task **rows = &world->raw_rows[i];
		int64_t last;

		for (int row = 0; row < RAW_INSERT_ROWS; row++) {
			rows[row] = new_row(raw, &world->inputs[i++]);
			raw_bind_task(many, 1 + row * 6, rows[row]);
		}
		raw_run(raw, RAW_INSERT_TASKS);
		/* Numbered one after another: no trigger, no explicit key. */
		last = sqlite3_last_insert_rowid(raw->db);
		for (int row = 0; row < RAW_INSERT_ROWS; row++)
			rows[row]->id = last - (RAW_INSERT_ROWS - 1) + row;
	}
	for (; i < count; i++) {
		world->raw_rows[i] = new_row(raw, &world->inputs[i]);
		raw_bind_task(single, 1, world->raw_rows[i]);
		raw_run(raw, RAW_INSERT_TASK);
		world->raw_rows[i]->id = sqlite3_last_insert_rowid(raw->db);
	}
	raw_run(raw, RAW_COMMIT);
}

static uint64_t raw_insert(void *context, long count)
{
	struct world *world = context;
	uint64_t sum = 0;

	raw_insert_tasks(world, count);
	for (long i = 0; i < count; i++)
		sum = mix_raw_task(sum, world->raw_rows[i]);
	return sum;
}

static void raw_undo_insert(void *context, long count)
{
	struct world *world = context;

	sqlite3_bind_int64(world->raw->statements[RAW_DELETE_TASKS_AFTER], 1, TASKS);
	raw_run(world->raw, RAW_DELETE_TASKS_AFTER);
	raw_forget(context, count);
}

const struct workload insert_workload = {
	.name = "insert", .title = "insert, keys read back", .unit = "row",
	.count = 10000, .target = 1.25,
	.rowan = { .run = rowan_insert, .finish = rowan_undo_insert },
	.twin = { .run = raw_insert, .finish = raw_undo_insert },
};

/* ---- update --------------------------------------------------------------- */

static void rowan_load_rows(void *context, long count)
{
	struct world *world = context;
	struct rowan_result *result = rowan_exec(world->session,
		rowan_select(task, .where = rowan_le(TASK(id), count)));
	long i = 0;

	must(world->session, rowan_error(world->session)->code);
	while ((world->rows[i] = rowan_next(result)) != NULL)
		i++;
}

static uint64_t rowan_update(void *context, long count)
{
	struct world *world = context;
	uint64_t sum = 0;

	for (long i = 0; i < count; i++) {
		struct task *task = rowan_edit(world->session, task, world->rows[i]);

		task->priority += 1;
		sum = mix(sum, (uint64_t)task->priority);
	}
	must(world->session, rowan_commit(world->session));
	return sum;
}

static void raw_load_rows(void *context, long count)
{
	struct world *world = context;
	sqlite3_stmt *statement = world->raw->statements[RAW_FIRST_TASKS];

	sqlite3_bind_int64(statement, 1, count);
	for (long i = 0; raw_step(world->raw, statement); i++)
		world->raw_rows[i] = raw_read_task(world->raw, statement, 0);
}

static uint64_t raw_update(void *context, long count)
{
	struct world *world = context;
	struct raw *raw = world->raw;
	sqlite3_stmt *statement = raw->statements[RAW_UPDATE_TASK];
	uint64_t sum = 0;

	raw_run(raw, RAW_BEGIN);
	for (long i = 0; i < count; i++) {
		struct raw_task *task = world->raw_rows[i];

		task->priority += 1;
		sum = mix(sum, (uint64_t)task->priority);
		sqlite3_bind_int(statement, 1, task->priority);
		sqlite3_bind_int64(statement, 2, task->id);
		raw_run(raw, RAW_UPDATE_TASK);
	}
	raw_run(raw, RAW_COMMIT);
	return sum;
}

const struct workload update_workload = {
	.name = "update", .title = "update one column, row by row", .unit = "row",
	.count = 10000, .target = 1.3,
	.rowan = { rowan_load_rows, rowan_update, rowan_forget },
	.twin = { raw_load_rows, raw_update, raw_forget },
};

/* ---- delete --------------------------------------------------------------- */

static void rowan_insert_first(void *context, long count)
{
	rowan_insert_tasks(context, count);
}

static void raw_insert_first(void *context, long count)
{
	raw_insert_tasks(context, count);
}

static uint64_t raw_delete_rows(void *context, long count)
{
	struct world *world = context;
	struct raw *raw = world->raw;
	sqlite3_stmt *statement = raw->statements[RAW_DELETE_TASK];

	raw_run(raw, RAW_BEGIN);
	for (long i = 0; i < count; i++) {
		sqlite3_bind_int64(statement, 1, world->raw_rows[i]->id);
		raw_run(raw, RAW_DELETE_TASK);
	}
	raw_run(raw, RAW_COMMIT);
	return (uint64_t)count;
}

const struct workload delete_workload = {
	.name = "delete", .title = "delete, row by row", .unit = "row",
	.count = 10000, .target = 1.25,
	.rowan = { rowan_insert_first, rowan_delete_rows, rowan_forget },
	.twin = { raw_insert_first, raw_delete_rows, raw_forget },
};
