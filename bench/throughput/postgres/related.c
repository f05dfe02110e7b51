/* SPDX-License-Identifier: MIT */
/* On libpq: 1,000 users with 10 tasks each. */
#include "throughput/postgres/connection.h"

static struct raw_user *read_users(struct world *world, enum pq_way way)
{
	struct raw_user *first = NULL, **end = &first;
	struct pq_params params = { .way = way };
	PGresult *result;
	int count;

	pq_add_int64(&params, PARENTS);
	result = pq_run(world->postgres, PQ_USERS, &params, PGRES_TUPLES_OK);
	count = PQntuples(result);
	for (int row = 0; row < count; row++) {
		*end = pq_read_user(&world->arena, result, row, way);
		end = &(*end)->next;
	}
	PQclear(result);
	return first;
}

/* As many runs as it takes for `count` parents; the last one's checksum. */
static uint64_t repeat(struct world *world, long count,
		       struct raw_user *load(struct world *world))
{
	uint64_t sum = 0;

	for (long done = 0; done < count; done += PARENTS) {
		sum = mix_raw_users(load(world));
		raw_clear(&world->arena);
	}
	return sum;
}

/* ---- one query each ------------------------------------------------------- */

static struct raw_user *load_each(struct world *world, enum pq_way way)
{
	struct raw_user *users = read_users(world, way);

	for (struct raw_user *user = users; user; user = user->next) {
		struct pq_params params = { .way = way };
		PGresult *result;

		pq_add_int64(&params, user->id);
		result = pq_run(world->postgres, PQ_TASKS_OF, &params, PGRES_TUPLES_OK);
		user->tasks = pq_read_tasks(world, result, way);
	}
	return users;
}

static struct raw_user *each_prepared(struct world *world)
{
	return load_each(world, PQ_PREPARED);
}

static struct raw_user *each_text(struct world *world)
{
	return load_each(world, PQ_TEXT);
}

/* ---- select-in ------------------------------------------------------------ */

/* The users, by key, and their keys as a parameter. */
static struct raw_user *read_parents(struct world *world, struct raw_users *by_key,
				     struct pq_params *params)
{
	struct raw_user *users = read_users(world, PQ_PREPARED);
	struct pq_bytes *keys = &world->postgres->bytes[0];

	pq_start_array(keys, PQ_INT8, false, PARENTS);
	for (struct raw_user *user = users; user; user = user->next) {
		pq_put_int64(keys, user->id);
		raw_remember(by_key, user);
	}
	pq_add_bytes(params, keys);
	return users;
}

static struct raw_user *selectin_whole(struct world *world)
{
	struct pq_params params = { .way = PQ_PREPARED };
	struct raw_users by_key = { 0 };
	struct raw_user *users = read_parents(world, &by_key, &params);
	PGresult *result = pq_run(world->postgres, PQ_TASKS_OF_ALL, &params, PGRES_TUPLES_OK);
	int count = PQntuples(result);

	for (int row = 0; row < count; row++)
		raw_append_to_owner(&by_key,
				    pq_read_task(&world->arena, result, row, 0, PQ_PREPARED));
	PQclear(result);
	return users;
}

static struct raw_user *selectin_single_row(struct world *world)
{
	struct pq_params params = { .way = PQ_PREPARED };
	struct raw_users by_key = { 0 };
	struct raw_user *users = read_parents(world, &by_key, &params);
	PGresult *result;

	pq_stream(world->postgres, PQ_TASKS_OF_ALL, &params);
	while ((result = pq_next_row(world->postgres)) != NULL) {
		raw_append_to_owner(&by_key,
				    pq_read_task(&world->arena, result, 0, 0, PQ_PREPARED));
		PQclear(result);
	}
	return users;
}

/* ---- joined --------------------------------------------------------------- */

struct joining {
	struct raw_user *first, **end, *latest;
};

/* The user's columns are read once, not for each task. */
static void join_row(struct world *world, struct joining *joining, const PGresult *result, int row)
{
	if (!joining->latest || joining->latest->id != pq_int64(result, row, 0)) {
		joining->latest = *joining->end = pq_read_user(&world->arena, result, row,
							       PQ_PREPARED);
		joining->end = &joining->latest->next;
	}
	if (!PQgetisnull(result, row, 5))
		raw_append(joining->latest, pq_read_task(&world->arena, result, row, 5,
							 PQ_PREPARED));
}

static struct raw_user *joined_whole(struct world *world)
{
	struct pq_params params = { .way = PQ_PREPARED };
	struct joining joining = { .end = &joining.first };
	PGresult *result;
	int count;

	pq_add_int64(&params, PARENTS);
	result = pq_run(world->postgres, PQ_USERS_AND_TASKS, &params, PGRES_TUPLES_OK);
	count = PQntuples(result);
	for (int row = 0; row < count; row++)
		join_row(world, &joining, result, row);
	PQclear(result);
	return joining.first;
}

static struct raw_user *joined_single_row(struct world *world)
{
	struct pq_params params = { .way = PQ_PREPARED };
	struct joining joining = { .end = &joining.first };
	PGresult *result;

	pq_add_int64(&params, PARENTS);
	pq_stream(world->postgres, PQ_USERS_AND_TASKS, &params);
	while ((result = pq_next_row(world->postgres)) != NULL) {
		join_row(world, &joining, result, 0);
		PQclear(result);
	}
	return joining.first;
}

/* ---- as sides ------------------------------------------------------------- */

#define SIDE(load_) \
	static uint64_t run_##load_(void *context, long count) \
	{ \
		return repeat(context, count, load_); \
	}

SIDE(each_prepared)
SIDE(each_text)
SIDE(selectin_whole)
SIDE(selectin_single_row)
SIDE(joined_whole)
SIDE(joined_single_row)

const struct twin postgres_each[] = {
	{ "prepared", { .run = run_each_prepared } }, { "text", { .run = run_each_text } }, { 0 },
};

const struct twin postgres_selectin[] = {
	{ "= ANY, single-row", { .run = run_selectin_single_row } },
	{ "= ANY, whole result", { .run = run_selectin_whole } },
	{ 0 },
};

const struct twin postgres_joined[] = {
	{ "single-row", { .run = run_joined_single_row } },
	{ "whole result", { .run = run_joined_whole } },
	{ 0 },
};
