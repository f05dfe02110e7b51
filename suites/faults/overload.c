/* SPDX-License-Identifier: MIT */
/* Ten times more work than connections: all of it is served, in turn. */
#include "work.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { CONNECTIONS = 10, THREADS = 10 * CONNECTIONS, MOST_WAITS = 4096 };

static const char *database;

static void open_server(void)
{
	need_engine();
	database = rowan_test_database(NULL);
	cr_assert(database);
}

static void close_server(void)
{
	rowan_test_database_drop(database);
}

TestSuite(overload, .init = open_server, .fini = close_server, .timeout = 120);

struct client {
	struct rowan_engine *engine;
	pthread_t thread;
	int served, failed;
	int64_t waits_us[MOST_WAITS];
	struct rowan_error error;
};

static bool stop;

static void *ask(void *argument)
{
	struct client *client = argument;

	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED) && client->served < MOST_WAITS) {
		int64_t began = rowan_now().us;
		struct connection *connection;
		int status = engine_checkout(client->engine, ROWAN_HERE, &connection,
					     &client->error);

		client->waits_us[client->served] = rowan_now().us - began;
		if (status == ROWAN_OK)
			status = run_sql(connection, "SELECT pg_sleep(0.01)", ROWAN_HERE,
					 &client->error);
		client->served += status == ROWAN_OK;
		client->failed += status != ROWAN_OK;
		engine_checkin(connection);
	}
	return NULL;
}

static struct client clients[THREADS];

/* How many requests per second so many clients got served. */
static double serve(struct rowan_engine *engine, int threads, int seconds)
{
	int64_t began = rowan_now().us;
	int served = 0;

	stop = false;
	for (int i = 0; i < threads; i++) {
		clients[i] = (struct client){ .engine = engine };
		assert_int(pthread_create(&clients[i].thread, NULL, ask, &clients[i]), 0);
	}
	nanosleep(&(struct timespec){ .tv_sec = seconds }, NULL);
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	for (int i = 0; i < threads; i++) {
		pthread_join(clients[i].thread, NULL);
		cr_assert(clients[i].failed == 0, "%s", clients[i].error.message);
		served += clients[i].served;
	}
	assert_int(rowan_engine_stats(engine).in_use, 0);
	assert_int(rowan_engine_stats(engine).waiting, 0);
	return served / ((double)(rowan_now().us - began) / 1e6);
}

static int by_size(const void *a, const void *b)
{
	const int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;

	return (left > right) - (left < right);
}

/* The wait that 99 in 100 did not exceed. */
static double p99_ms(int served)
{
	int64_t *waits = calloc((size_t)served, sizeof(*waits));
	double ms;
	int count = 0;

	cr_assert(waits);
	for (int i = 0; i < THREADS; i++)
		for (int j = 0; j < clients[i].served; j++)
			waits[count++] = clients[i].waits_us[j];
	qsort(waits, (size_t)count, sizeof(*waits), by_size);
	ms = (double)waits[count - 1 - count / 100] / 1000;
	free(waits);
	return ms;
}

Test(overload, pool_3_ten_times_more_than_there_is_room_for)
{
	struct rowan_engine *engine = rowan_engine_open(database, .pool_size = CONNECTIONS,
							.max_overflow = -1);
	int served = 0, least = MOST_WAITS, most = 0;
	double capacity, goodput;
	char figure[160];

	serve(engine, CONNECTIONS, 1);		/* connections, caches */
	capacity = serve(engine, CONNECTIONS, 1);
	goodput = serve(engine, THREADS, 3);
	for (int i = 0; i < THREADS; i++) {
		served += clients[i].served;
		least = clients[i].served < least ? clients[i].served : least;
		most = clients[i].served > most ? clients[i].served : most;
	}
	cr_assert_gt(least, 0);
	assert_int(rowan_engine_stats(engine).connects, CONNECTIONS);
	assert_int(rowan_engine_stats(engine).timeouts, 0);
	rowan_engine_close(engine);
	snprintf(figure, sizeof(figure), "goodput %.0f %% of %.0f/s, p99 of waits %.0f ms, %d to %d "
		 "served per thread", 100 * goodput / capacity, capacity, p99_ms(served), least, most);
	record_fault("pool-3", .injections = served, .survived = served, .figure = figure);
}
