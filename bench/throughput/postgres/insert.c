/* SPDX-License-Identifier: MIT */
/* On libpq: inserts, with keys and without. */
#include "throughput/postgres/write.h"

#include <stdio.h>
#include <stdlib.h>

/* ---- row by row ----------------------------------------------------------- */

static void give_task(struct world *world, long i, struct pq_params *params)
{
	world->raw_rows[i] = raw_new_task(&world->arena, &world->inputs[i]);
	pq_add_task(params, world->raw_rows[i]);
}

static void take_key(struct world *world, long i, const PGresult *result, enum pq_way way)
{
	world->raw_rows[i]->id = way == PQ_TEXT ? strtoll(PQgetvalue(result, 0, 0), NULL, 10)
						: pq_int64(result, 0, 0);
}

static const struct writing inserts = {
	PQ_INSERT_TASK, PGRES_TUPLES_OK, give_task, take_key,
};

static uint64_t sum_inserted(struct world *world, long count)
{
	uint64_t sum = 0;

	for (long i = 0; i < count; i++)
		sum = mix_raw_task(sum, world->raw_rows[i]);
	return sum;
}

static uint64_t insert_pipelined(void *context, long count)
{
	write_pipelined(context, &inserts, count);
	return sum_inserted(context, count);
}

static uint64_t insert_prepared(void *context, long count)
{
	write_rows(context, &inserts, count, PQ_PREPARED);
	return sum_inserted(context, count);
}

static uint64_t insert_text(void *context, long count)
{
	write_rows(context, &inserts, count, PQ_TEXT);
	return sum_inserted(context, count);
}

/* ---- arrays --------------------------------------------------------------- */

static void start_columns(struct pq_bytes *bytes, long count)
{
	static const enum pq_type types[] = {
		PQ_VARCHAR, PQ_VARCHAR, PQ_BOOL, PQ_INT4, PQ_INT8, PQ_TIME };

	for (int i = 0; i < 6; i++)
		pq_start_array(&bytes[i], types[i], i == 1, count);
}

static void put_columns(struct pq_bytes *bytes, const struct raw_task *task)
{
	pq_put_text(&bytes[0], task->title);
	pq_put_text(&bytes[1], task->description);
	pq_put_bool(&bytes[2], task->completed);
	pq_put_int32(&bytes[3], task->priority);
	pq_put_int64(&bytes[4], task->owner_id);
	pq_put_int64(&bytes[5], task->created_at - PQ_EPOCH_US);
}

static PGresult *run_columns(struct raw_postgres *pq, enum pq_statement which,
			     ExecStatusType status)
{
	struct pq_params params = { .way = PQ_PREPARED };

	for (int i = 0; i < 6; i++)
		pq_add_bytes(&params, &pq->bytes[i]);
	return pq_run(pq, which, &params, status);
}

/* One statement is a transaction of its own. */
static PGresult *insert_columns(struct world *world, long count, enum pq_statement which)
{
	struct pq_bytes *bytes = world->postgres->bytes;

	start_columns(bytes, count);
	for (long i = 0; i < count; i++) {
		world->raw_rows[i] = raw_new_task(&world->arena, &world->inputs[i]);
		put_columns(bytes, world->raw_rows[i]);
	}
	return run_columns(world->postgres, which, PGRES_TUPLES_OK);
}

static uint64_t insert_unnest(void *context, long count)
{
	struct world *world = context;
	PGresult *result = insert_columns(world, count, PQ_INSERT_TASKS);

	if (PQntuples(result) != count)
		die("twin: %d keys", PQntuples(result));
	for (long i = 0; i < count; i++)
		world->raw_rows[i]->id = pq_int64(result, (int)i, 0);
	PQclear(result);
	return sum_inserted(world, count);
}

static uint64_t insert_unnest_array(void *context, long count)
{
	struct world *world = context;
	PGresult *result = insert_columns(world, count, PQ_INSERT_TASKS_ARRAY);
	const char *keys = PQgetvalue(result, 0, 0);

	if (pq_get32(keys + 12) != (uint32_t)count)
		die("twin: %u keys", pq_get32(keys + 12));
	for (long i = 0; i < count; i++)
		world->raw_rows[i]->id = (int64_t)pq_get64(keys + 20 + i * 12 + 4);
	PQclear(result);
	return sum_inserted(world, count);
}

#define INSERT(run_) { .run = run_, .finish = postgres_tidy }

const struct twin postgres_insert[] = {
	{ "unnest, keys in an array", INSERT(insert_unnest_array) },
	{ "unnest", INSERT(insert_unnest) },
	{ "pipeline", INSERT(insert_pipelined) },
	{ "prepared", INSERT(insert_prepared) },
	{ "text", INSERT(insert_text) },
	{ 0 },
};

/* ---- bulk ----------------------------------------------------------------- */

static uint64_t bulk_unnest(void *context, long count)
{
	struct world *world = context;
	struct pq_bytes *bytes = world->postgres->bytes;

	start_columns(bytes, count);
	for (long i = 0; i < count; i++)
		put_columns(bytes, &world->inputs[i]);
	PQclear(run_columns(world->postgres, PQ_INSERT_TASKS_BULK, PGRES_COMMAND_OK));
	return 0;
}

/* What libpq sends at once, about. */
#define COPY_PIECE 65536

static void put_copied(struct pq_bytes *bytes, const struct raw_task *task)
{
	pq_put16(pq_extend(bytes, 2), 6);
	pq_put_text(bytes, task->title);
	pq_put_text(bytes, task->description);
	pq_put_bool(bytes, task->completed);
	pq_put_int32(bytes, task->priority);
	pq_put_int64(bytes, task->owner_id);
	pq_put_int64(bytes, task->created_at - PQ_EPOCH_US);
}

static uint64_t bulk_copy(void *context, long count)
{
	struct world *world = context;
	PGconn *pg = world->postgres->pg;
	struct pq_bytes *bytes = &world->postgres->bytes[0];

	PQclear(pq_expect(pg, PQexec(pg, "COPY tasks (title, description, completed, priority, "
				     "owner_id, created_at) FROM STDIN (FORMAT binary)"),
			  PGRES_COPY_IN));
	bytes->length = 0;
	memcpy(pq_extend(bytes, 19), "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0", 19);
	for (long i = 0; i < count; i++) {
		put_copied(bytes, &world->inputs[i]);
		if (bytes->length < COPY_PIECE)
			continue;
		pq_check(pg, PQputCopyData(pg, bytes->data, (int)bytes->length) == 1);
		bytes->length = 0;
	}
	pq_put16(pq_extend(bytes, 2), UINT16_MAX);
	pq_check(pg, PQputCopyData(pg, bytes->data, (int)bytes->length) == 1 &&
		     PQputCopyEnd(pg, NULL) == 1);
	PQclear(pq_receive(world->postgres, PGRES_COMMAND_OK));
	return 0;
}

static uint64_t look_at_inserted(void *context, long count)
{
	struct world *world = context;
	struct pq_params params = { .way = PQ_PREPARED };
	struct raw_task *task;
	uint64_t sum = 0;

	(void)count;
	pq_add_int64(&params, TASKS);
	task = pq_read_tasks(world, pq_run(world->postgres, PQ_TASKS_AFTER, &params,
					   PGRES_TUPLES_OK), PQ_PREPARED);
	for (; task; task = task->next)
		sum = mix_raw_task(sum, task);
	return sum;
}

#define BULK(run_) { .run = run_, .look = look_at_inserted, .finish = postgres_tidy }

const struct twin postgres_insert_bulk[] = {
	{ "copy", BULK(bulk_copy) }, { "unnest", BULK(bulk_unnest) }, { 0 },
};
