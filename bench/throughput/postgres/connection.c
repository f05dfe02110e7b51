/* SPDX-License-Identifier: MIT */
#include "throughput/postgres/write.h"

#include "server.h"

#include <stdio.h>
#include <stdlib.h>

#define USER_COLUMNS "\"id\", \"email\", \"name\", \"is_active\", \"created_at\""
#define GIVEN_COLUMNS "\"title\", \"description\", \"completed\", \"priority\", " \
	"\"owner_id\", \"created_at\""
#define TASK_COLUMNS "\"id\", " GIVEN_COLUMNS
#define INSERT_TASK "INSERT INTO \"tasks\" (" GIVEN_COLUMNS ") "
#define INSERT_TASKS INSERT_TASK "SELECT v.* FROM unnest($1::text[], $2::text[], $3::bool[], " \
	"$4::int4[], $5::int8[], $6::timestamptz[]) AS v"

/* Keys are told in the order of the rows only if that is the order they go in. */
#define INSERT_TASKS_NUMBERED INSERT_TASK "SELECT a, b, c, d, e, f FROM " \
	"unnest($1::text[], $2::text[], $3::bool[], $4::int4[], $5::int8[], $6::timestamptz[]) " \
	"WITH ORDINALITY AS v(a, b, c, d, e, f, n) ORDER BY n RETURNING \"id\""

#define UPDATE_TASKS "UPDATE \"tasks\" AS t SET \"priority\" = v.p " \
	"FROM unnest($1::int4[], $2::int8[]) AS v(p, id) WHERE t.\"id\" = v.id"

static const char *const texts[PQ_STATEMENTS] = {
	[PQ_BEGIN] = "BEGIN",
	[PQ_COMMIT] = "COMMIT",
	[PQ_INSERT_TASK] = INSERT_TASK "VALUES ($1, $2, $3, $4, $5, $6) RETURNING \"id\"",
	[PQ_INSERT_TASKS] = INSERT_TASKS_NUMBERED,
	[PQ_INSERT_TASKS_ARRAY] = "WITH written AS (" INSERT_TASKS_NUMBERED ") "
		"SELECT array_agg(\"id\") FROM written",
	[PQ_INSERT_TASKS_BULK] = INSERT_TASKS,
	[PQ_GET_TASK] = "SELECT " TASK_COLUMNS " FROM \"tasks\" WHERE \"id\" = $1",
	[PQ_ALL_TASKS] = "SELECT " TASK_COLUMNS " FROM \"tasks\"",
	[PQ_FIRST_TASKS] = "SELECT " TASK_COLUMNS " FROM \"tasks\" WHERE \"id\" <= $1 "
		"ORDER BY \"id\"",
	[PQ_TASKS_AFTER] = "SELECT " TASK_COLUMNS " FROM \"tasks\" WHERE \"id\" > $1 "
		"ORDER BY \"id\"",
	[PQ_LIST_TASKS] = "SELECT " TASK_COLUMNS " FROM \"tasks\" WHERE \"owner_id\" >= $1 "
		"AND \"owner_id\" < $2 AND \"completed\" = $3 "
		"ORDER BY \"created_at\" DESC, \"id\" LIMIT $4",
	[PQ_USERS] = "SELECT " USER_COLUMNS " FROM \"users\" WHERE \"id\" <= $1 ORDER BY \"id\"",
	[PQ_TASKS_OF] = "SELECT " TASK_COLUMNS " FROM \"tasks\" WHERE \"owner_id\" = $1",
	[PQ_TASKS_OF_ALL] = "SELECT " TASK_COLUMNS " FROM \"tasks\" "
		"WHERE \"owner_id\" = ANY($1::int8[])",
	[PQ_USERS_AND_TASKS] =
		"SELECT u.\"id\", u.\"email\", u.\"name\", u.\"is_active\", u.\"created_at\", "
		"t.\"id\", t.\"title\", t.\"description\", t.\"completed\", t.\"priority\", "
		"t.\"owner_id\", t.\"created_at\" "
		"FROM \"users\" AS u LEFT JOIN \"tasks\" AS t ON t.\"owner_id\" = u.\"id\" "
		"WHERE u.\"id\" <= $1 ORDER BY u.\"id\"",
	[PQ_UPDATE_TASK] = "UPDATE \"tasks\" SET \"priority\" = $1 WHERE \"id\" = $2",
	[PQ_UPDATE_TASKS] = UPDATE_TASKS,
	[PQ_DELETE_TASK] = "DELETE FROM \"tasks\" WHERE \"id\" = $1",
	[PQ_DELETE_TASKS] = "DELETE FROM \"tasks\" WHERE \"id\" = ANY($1::int8[])",
};

const char *pq_text(enum pq_statement which)
{
	return texts[which];
}

const char *pq_name(enum pq_statement which)
{
	static char names[PQ_STATEMENTS][8];

	if (!names[which][0])
		snprintf(names[which], sizeof(names[which]), "twin%d", (int)which);
	return names[which];
}

/* ---- running -------------------------------------------------------------- */

void pq_check(PGconn *pg, bool done)
{
	if (!done)
		die("twin: %s", PQerrorMessage(pg));
}

PGresult *pq_expect(PGconn *pg, PGresult *result, ExecStatusType status)
{
	pq_check(pg, PQresultStatus(result) == status);
	return result;
}

PGresult *pq_run(struct raw_postgres *pq, enum pq_statement which,
		 const struct pq_params *params, ExecStatusType status)
{
	PGresult *result = params->way == PQ_TEXT
		? PQexecParams(pq->pg, texts[which], params->count, NULL, params->values, NULL,
			       NULL, 0)
		: PQexecPrepared(pq->pg, pq_name(which), params->count, params->values,
				 params->lengths, params->formats, 1);

	return pq_expect(pq->pg, result, status);
}

void pq_send(struct raw_postgres *pq, enum pq_statement which, const struct pq_params *params)
{
	pq_check(pq->pg, PQsendQueryPrepared(pq->pg, pq_name(which), params->count,
					     params->values, params->lengths, params->formats, 1));
}

void pq_stream(struct raw_postgres *pq, enum pq_statement which, const struct pq_params *params)
{
	pq_send(pq, which, params);
	pq_check(pq->pg, PQsetSingleRowMode(pq->pg));
}

PGresult *pq_next_row(struct raw_postgres *pq)
{
	PGresult *result = PQgetResult(pq->pg);

	if (PQresultStatus(result) == PGRES_SINGLE_TUPLE)
		return result;
	PQclear(pq_expect(pq->pg, result, PGRES_TUPLES_OK));
	pq_check(pq->pg, !PQgetResult(pq->pg));
	return NULL;
}

PGresult *pq_receive(struct raw_postgres *pq, ExecStatusType status)
{
	PGresult *result = pq_expect(pq->pg, PQgetResult(pq->pg), status);

	/* What ends a segment stands alone; the results of a statement end with none. */
	if (status != PGRES_PIPELINE_SYNC)
		pq_check(pq->pg, !PQgetResult(pq->pg));
	return result;
}

/* ---- databases ------------------------------------------------------------ */

/*
 * What rows were written is gone, and what they left behind: later runs find tables,
 * indexes and the next key as the first did.
 */
static void tidy(PGconn *pg)
{
	char sql[320];

	snprintf(sql, sizeof(sql),
		 "DELETE FROM tasks WHERE id > %ld; "
		 "UPDATE tasks SET priority = id %% 5 WHERE priority <> id %% 5; "
		 "SELECT setval(pg_get_serial_sequence('tasks', 'id'), %ld)", TASKS, TASKS);
	server_execute(pg, sql);
	server_execute(pg, "VACUUM tasks");
}

static void tidy_rowan(struct world *world)
{
	tidy(world->postgres->rowans);
}

void postgres_tidy(void *context, long count)
{
	struct world *world = context;

	tidy(world->postgres->pg);
	raw_forget(context, count);
}

/* Rowan makes and fills the tables; the twin's are a copy, page by page. */
static void make_databases(struct world *world, const char *server)
{
	struct raw_postgres *pq = world->postgres;
	const char *copy;

	world->url = server_database(server, "rowan", NULL);
	world->engine = dataset_engine(world->url);
	dataset_create(world->engine, world_size);
	rowan_engine_dispose(world->engine);
	server_settle(world->url);

	copy = server_database(server, "twin", server_database_name(world->url));
	pq->rowans = server_connect(world->url);
	pq->pg = server_connect(copy);
	server_execute(pq->pg, "SET timezone TO 'UTC'");
}

static void open_database(struct world *world, const char *url, bool with_rowan, bool with_twin)
{
	struct raw_postgres *pq = world->postgres = calloc(1, sizeof(*pq));

	(void)with_rowan, (void)with_twin;
	if (!pq)
		die("out of memory");
	server_title(url, world->title, sizeof(world->title));
	make_databases(world, url);
	for (int i = PQ_BEGIN; i < PQ_STATEMENTS; i++) {
		const char *name = pq_name((enum pq_statement)i);

		PQclear(pq_expect(pq->pg, PQprepare(pq->pg, name, texts[i], 0, NULL),
				  PGRES_COMMAND_OK));
	}
	world->idle_socket = PQsocket(pq->pg);
}

static void close_database(struct world *world)
{
	struct raw_postgres *pq = world->postgres;

	rowan_engine_close(world->engine);
	PQfinish(pq->pg);
	PQfinish(pq->rowans);
	for (int i = 0; i < MOST_PARAMS; i++)
		free(pq->bytes[i].data);
	free(pq);
}

const struct database postgres_database = {
	.number = ON_POSTGRES,
	.open = open_database,
	.close = close_database,
	.tidy_rowan = tidy_rowan,
};
