/* SPDX-License-Identifier: MIT */
/* On libpq: updates and deletes, and how rows are written one by one. */
#include "throughput/postgres/write.h"

/* Statements between two syncs. */
#define SEGMENT 250

static const struct pq_params no_params = { .way = PQ_PREPARED };

static void command(struct world *world, enum pq_statement which)
{
	PQclear(pq_run(world->postgres, which, &no_params, PGRES_COMMAND_OK));
}

static void take(struct world *world, const struct writing *writing, long i, PGresult *result,
		 enum pq_way way)
{
	if (writing->take)
		writing->take(world, i, result, way);
	PQclear(result);
}

void write_rows(struct world *world, const struct writing *writing, long count, enum pq_way way)
{
	command(world, PQ_BEGIN);
	for (long i = 0; i < count; i++) {
		struct pq_params params = { .way = way };

		writing->give(world, i, &params);
		take(world, writing, i, pq_run(world->postgres, writing->statement, &params,
					       writing->status), way);
	}
	command(world, PQ_COMMIT);
}

static void send_segment(struct world *world, const struct writing *writing, long first, long end)
{
	for (long i = first; i < end; i++) {
		struct pq_params params = { .way = PQ_PREPARED };

		writing->give(world, i, &params);
		pq_send(world->postgres, writing->statement, &params);
	}
	pq_check(world->postgres->pg, PQpipelineSync(world->postgres->pg));
}

static void receive_segment(struct world *world, const struct writing *writing, long first,
			    long end)
{
	for (long i = first; i < end; i++)
		take(world, writing, i, pq_receive(world->postgres, writing->status),
		     PQ_PREPARED);
	PQclear(pq_receive(world->postgres, PGRES_PIPELINE_SYNC));
}

static long segment_end(long first, long count)
{
	return first + SEGMENT < count ? first + SEGMENT : count;
}

/* While the server works on a segment, the next is on its way. */
void write_pipelined(struct world *world, const struct writing *writing, long count)
{
	struct raw_postgres *pq = world->postgres;

	pq_check(pq->pg, PQenterPipelineMode(pq->pg));
	pq_send(pq, PQ_BEGIN, &no_params);
	send_segment(world, writing, 0, segment_end(0, count));
	PQclear(pq_receive(pq, PGRES_COMMAND_OK));
	for (long first = 0; first < count; first += SEGMENT) {
		long end = segment_end(first, count);

		if (end < count)
			send_segment(world, writing, end, segment_end(end, count));
		receive_segment(world, writing, first, end);
	}
	pq_send(pq, PQ_COMMIT, &no_params);
	pq_check(pq->pg, PQpipelineSync(pq->pg));
	PQclear(pq_receive(pq, PGRES_COMMAND_OK));
	PQclear(pq_receive(pq, PGRES_PIPELINE_SYNC));
	pq_check(pq->pg, PQexitPipelineMode(pq->pg));
}

/* ---- update --------------------------------------------------------------- */

static void load_rows(void *context, long count)
{
	struct world *world = context;
	struct pq_params params = { .way = PQ_PREPARED };
	struct raw_task *task;

	pq_add_int64(&params, count);
	task = pq_read_tasks(world, pq_run(world->postgres, PQ_FIRST_TASKS, &params,
					   PGRES_TUPLES_OK), PQ_PREPARED);
	for (long i = 0; task; task = task->next)
		world->raw_rows[i++] = task;
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

static void give_update(struct world *world, long i, struct pq_params *params)
{
	struct raw_task *task = world->raw_rows[i];

	task->priority += 1;
	pq_add_int32(params, task->priority);
	pq_add_int64(params, task->id);
}

static const struct writing updates = {
	PQ_UPDATE_TASK, PGRES_COMMAND_OK, .give = give_update,
};

static uint64_t update_unnest(void *context, long count)
{
	struct world *world = context;
	struct pq_bytes *bytes = world->postgres->bytes;
	struct pq_params params = { .way = PQ_PREPARED };

	pq_start_array(&bytes[0], PQ_INT4, false, count);
	pq_start_array(&bytes[1], PQ_INT8, false, count);
	for (long i = 0; i < count; i++) {
		struct raw_task *task = world->raw_rows[i];

		task->priority += 1;
		pq_put_int32(&bytes[0], task->priority);
		pq_put_int64(&bytes[1], task->id);
	}
	pq_add_bytes(&params, &bytes[0]);
	pq_add_bytes(&params, &bytes[1]);
	PQclear(pq_run(world->postgres, PQ_UPDATE_TASKS, &params, PGRES_COMMAND_OK));
	return 0;
}

static uint64_t update_pipelined(void *context, long count)
{
	write_pipelined(context, &updates, count);
	return 0;
}

static uint64_t update_prepared(void *context, long count)
{
	write_rows(context, &updates, count, PQ_PREPARED);
	return 0;
}

static uint64_t update_text(void *context, long count)
{
	write_rows(context, &updates, count, PQ_TEXT);
	return 0;
}

#define UPDATE(run_) { load_rows, run_, postgres_tidy, look_at_updated }

const struct twin postgres_update[] = {
	{ "unnest", UPDATE(update_unnest) },
	{ "pipeline", UPDATE(update_pipelined) },
	{ "prepared", UPDATE(update_prepared) },
	{ "text", UPDATE(update_text) },
	{ 0 },
};

/* ---- delete --------------------------------------------------------------- */

static void insert_first(void *context, long count)
{
	postgres_insert[0].side.run(context, count);
}

static uint64_t look_at_deleted(void *context, long count)
{
	struct world *world = context;
	struct pq_params params = { .way = PQ_PREPARED };
	PGresult *result;
	int left;

	pq_add_int64(&params, TASKS);
	result = pq_run(world->postgres, PQ_TASKS_AFTER, &params, PGRES_TUPLES_OK);
	left = PQntuples(result);
	PQclear(result);
	return (uint64_t)(count - left);
}

static void give_delete(struct world *world, long i, struct pq_params *params)
{
	pq_add_int64(params, world->raw_rows[i]->id);
}

static const struct writing deletes = {
	PQ_DELETE_TASK, PGRES_COMMAND_OK, .give = give_delete,
};

static uint64_t delete_any(void *context, long count)
{
	struct world *world = context;
	struct pq_bytes *keys = &world->postgres->bytes[0];
	struct pq_params params = { .way = PQ_PREPARED };

	pq_start_array(keys, PQ_INT8, false, count);
	for (long i = 0; i < count; i++)
		pq_put_int64(keys, world->raw_rows[i]->id);
	pq_add_bytes(&params, keys);
	PQclear(pq_run(world->postgres, PQ_DELETE_TASKS, &params, PGRES_COMMAND_OK));
	return 0;
}

static uint64_t delete_pipelined(void *context, long count)
{
	write_pipelined(context, &deletes, count);
	return 0;
}

static uint64_t delete_prepared(void *context, long count)
{
	write_rows(context, &deletes, count, PQ_PREPARED);
	return 0;
}

static uint64_t delete_text(void *context, long count)
{
	write_rows(context, &deletes, count, PQ_TEXT);
	return 0;
}

#define DELETE(run_) { insert_first, run_, postgres_tidy, look_at_deleted }

const struct twin postgres_delete[] = {
	{ "= ANY", DELETE(delete_any) },
	{ "pipeline", DELETE(delete_pipelined) },
	{ "prepared", DELETE(delete_prepared) },
	{ "text", DELETE(delete_text) },
	{ 0 },
};
