/* SPDX-License-Identifier: MIT */
/* On libpq: rows of one table. */
#include "throughput/postgres/connection.h"

#include <stdio.h>

/* ---- get ------------------------------------------------------------------ */

static uint64_t get_rows(struct world *world, long count, enum pq_way way)
{
	uint64_t sum = 0;

	for (long i = 0; i < count; i++) {
		struct pq_params params = { .way = way };
		PGresult *result;

		pq_add_int64(&params, world->keys[i % TASKS]);
		result = pq_run(world->postgres, PQ_GET_TASK, &params, PGRES_TUPLES_OK);
		if (PQntuples(result) != 1)
			die("twin: no task %lld", (long long)world->keys[i % TASKS]);
		sum = mix_raw_task(sum, pq_read_task(&world->arena, result, 0, 0, way));
		PQclear(result);
	}
	return sum;
}

static uint64_t get_prepared(void *context, long count)
{
	return get_rows(context, count, PQ_PREPARED);
}

static uint64_t get_text(void *context, long count)
{
	return get_rows(context, count, PQ_TEXT);
}

const struct twin postgres_get[] = {
	{ "prepared", { .run = get_prepared, .finish = raw_forget } },
	{ "text", { .run = get_text, .finish = raw_forget } },
	{ 0 },
};

/* ---- load ----------------------------------------------------------------- */

static struct raw_task *load_single_row(struct world *world)
{
	struct pq_params none = { .way = PQ_PREPARED };
	struct raw_task *first = NULL, **end = &first;
	PGresult *result;

	pq_stream(world->postgres, PQ_ALL_TASKS, &none);
	while ((result = pq_next_row(world->postgres)) != NULL) {
		*end = pq_read_task(&world->arena, result, 0, 0, PQ_PREPARED);
		end = &(*end)->next;
		PQclear(result);
	}
	return first;
}

static struct raw_task *load_whole(struct world *world, enum pq_way way)
{
	struct pq_params none = { .way = way };

	return pq_read_tasks(world, pq_run(world->postgres, PQ_ALL_TASKS, &none,
					   PGRES_TUPLES_OK), way);
}

static struct raw_task *load_prepared(struct world *world)
{
	return load_whole(world, PQ_PREPARED);
}

static struct raw_task *load_text(struct world *world)
{
	return load_whole(world, PQ_TEXT);
}

/* The bytes of COPY's next column, of which there are `length`, or -1 for NULL. */
static const char *next_column(const char **at, int *length)
{
	const char *column = *at + 4;

	*length = (int)pq_get32(*at);
	*at = column + (*length > 0 ? *length : 0);
	return *length < 0 ? NULL : column;
}

static struct raw_task *read_copied(struct raw_arena *arena, const char *at)
{
	struct raw_task *task = raw_alloc(arena, sizeof(*task));
	const char *text;
	int length;

	at += 2;	/* the number of columns */
	task->id = (int64_t)pq_get64(next_column(&at, &length));
	text = next_column(&at, &length);
	task->title = raw_text(arena, text, (size_t)length);
	text = next_column(&at, &length);
	task->description = raw_text(arena, text, (size_t)length);
	task->completed = *next_column(&at, &length) != 0;
	task->priority = (int32_t)pq_get32(next_column(&at, &length));
	task->owner_id = (int64_t)pq_get64(next_column(&at, &length));
	task->created_at = (int64_t)pq_get64(next_column(&at, &length)) + PQ_EPOCH_US;
	task->next = NULL;
	return task;
}

#define COPY_HEADER 19	/* a signature, flags and the length of nothing more */
#define COPY_TRAILER 2	/* -1 in place of a number of columns */

static struct raw_task *load_copy(struct world *world)
{
	PGconn *pg = world->postgres->pg;
	struct raw_task *first = NULL, **end = &first;
	char sql[256], *bytes;
	long skip = COPY_HEADER;
	int length;

	snprintf(sql, sizeof(sql), "COPY (%s) TO STDOUT (FORMAT binary)", pq_text(PQ_ALL_TASKS));
	PQclear(pq_expect(pg, PQexec(pg, sql), PGRES_COPY_OUT));
	/* The header comes in front of the first row, or alone. */
	while ((length = PQgetCopyData(pg, &bytes, 0)) > 0) {
		if (length > skip + COPY_TRAILER) {
			*end = read_copied(&world->arena, bytes + skip);
			end = &(*end)->next;
		}
		skip = 0;
		PQfreemem(bytes);
	}
	pq_check(pg, length == -1);
	PQclear(pq_expect(pg, PQgetResult(pg), PGRES_COMMAND_OK));
	pq_check(pg, !PQgetResult(pg));
	return first;
}

static uint64_t load(struct world *world, long count, struct raw_task *way(struct world *world))
{
	uint64_t sum = 0;

	for (long done = 0; done < count; done += TASKS)
		sum = mix_raw_tasks(world, way(world));
	return sum;
}

static uint64_t run_single_row(void *context, long count)
{
	return load(context, count, load_single_row);
}

static uint64_t run_prepared(void *context, long count)
{
	return load(context, count, load_prepared);
}

static uint64_t run_text(void *context, long count)
{
	return load(context, count, load_text);
}

static uint64_t run_copy(void *context, long count)
{
	return load(context, count, load_copy);
}

const struct twin postgres_load[] = {
	{ "single-row", { .run = run_single_row, .finish = raw_forget } },
	{ "copy", { .run = run_copy, .finish = raw_forget } },
	{ "prepared", { .run = run_prepared, .finish = raw_forget } },
	{ "text", { .run = run_text, .finish = raw_forget } },
	{ 0 },
};

/* ---- list ----------------------------------------------------------------- */

static uint64_t list(struct world *world, long count, enum pq_way way)
{
	uint64_t sum = 0;

	for (long i = 0; i < count; i++) {
		struct pq_params params = { .way = way };
		PGresult *result;

		pq_add_int64(&params, list_owner(i));
		pq_add_int64(&params, list_owner(i) + LIST_OWNERS);
		pq_add_bool(&params, false);
		pq_add_int64(&params, LIST_ROWS);
		result = pq_run(world->postgres, PQ_LIST_TASKS, &params, PGRES_TUPLES_OK);
		for (const struct raw_task *task = pq_read_tasks(world, result, way); task;
		     task = task->next)
			sum = mix_raw_task(sum, task);
		raw_clear(&world->arena);
	}
	return sum;
}

static uint64_t list_prepared(void *context, long count)
{
	return list(context, count, PQ_PREPARED);
}

static uint64_t list_text(void *context, long count)
{
	return list(context, count, PQ_TEXT);
}

const struct twin postgres_list[] = {
	{ "prepared", { .run = list_prepared } }, { "text", { .run = list_text } }, { 0 },
};
