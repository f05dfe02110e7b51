/* SPDX-License-Identifier: MIT */
#include "database.h"

#include "engine/internal.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

TestSuite(pool, .init = open_database, .fini = close_database, .timeout = 60);

static void assert_pool(struct rowan_engine *engine, int idle, int in_use)
{
	struct rowan_engine_stats stats = rowan_engine_stats(engine);

	assert_int(stats.idle, idle);
	assert_int(stats.in_use, in_use);
	assert_int(stats.size, idle + in_use);
}

/* Wait until `count` threads stand in line. */
static void await_line(struct rowan_engine *engine, int count)
{
	while (rowan_engine_stats(engine).waiting != count)
		nanosleep(&(struct timespec){ .tv_nsec = 100000 }, NULL);
}

Test(pool, p01_keeps_its_size_after_a_burst)
{
	struct rowan_engine *engine = rowan_engine_open(database_url(""), .pool_size = 5);
	struct connection *held[5];

	cr_assert(engine);
	assert_pool(engine, 0, 0);
	for (int i = 0; i < 5; i++)
		held[i] = checkout(engine, ROWAN_HERE);
	assert_pool(engine, 0, 5);
	for (int i = 0; i < 5; i++)
		engine_checkin(held[i]);
	assert_pool(engine, 5, 0);

	for (int i = 0; i < 100; i++)
		engine_checkin(checkout(engine, ROWAN_HERE));
	assert_int(rowan_engine_stats(engine).connects, 5);
	assert_int(rowan_engine_stats(engine).checkouts, 105);
	assert_int(rowan_engine_stats(engine).waits, 0);
	rowan_engine_close(engine);
}

Test(pool, p02_overflow_is_closed_on_return)
{
	struct rowan_engine *engine =
		rowan_engine_open(database_url(""), .pool_size = 5, .max_overflow = 10);
	struct connection *held[15];

	cr_assert(engine);
	for (int i = 0; i < 15; i++)
		held[i] = checkout(engine, ROWAN_HERE);
	assert_pool(engine, 0, 15);
	for (int i = 0; i < 15; i++)
		engine_checkin(held[i]);
	assert_pool(engine, 5, 0);
	rowan_engine_close(engine);
}

Test(pool, p03_exhaustion_names_size_users_waiters_and_the_longest_holder)
{
	struct rowan_engine *engine =
		rowan_engine_open(database_url(""), .pool_size = 2, .max_overflow = 1,
				  .pool_timeout_ms = 20);
	struct rowan_site sites[] = { { "first.c", 1 }, { "second.c", 2 }, { "third.c", 3 } };
	struct connection *held[3], *fourth;
	struct rowan_error error;

	cr_assert(engine);
	for (int i = 0; i < 3; i++) {
		held[i] = checkout(engine, sites[i]);
		/* Longer than the coarse clock's step. */
		nanosleep(&(struct timespec){ .tv_nsec = 20000000 }, NULL);
	}
	assert_code(engine_checkout(engine, ROWAN_HERE, &fourth, &error), ROWAN_TIMEOUT);
	cr_assert(!fourth);
	assert_contains(error.message, "no connection after 20 ms: pool_size 2, max_overflow 1, "
				       "3 in use, 1 waiting; held longest by first.c:1, for ");
	assert_text(error.site.file, __FILE__);
	assert_int(rowan_engine_stats(engine).timeouts, 1);
	assert_int(rowan_engine_stats(engine).waiting, 0);
	for (int i = 0; i < 3; i++)
		engine_checkin(held[i]);
	rowan_engine_close(engine);
}

Test(pool, p03_who_does_not_want_to_wait_does_not)
{
	struct rowan_engine *engine =
		rowan_engine_open(database_url(""), .pool_size = 1, .max_overflow = -1,
				  .pool_timeout_ms = -1);
	struct connection *held = checkout(engine, ROWAN_HERE), *other;
	struct rowan_error error;

	assert_code(engine_checkout(engine, ROWAN_HERE, &other, &error), ROWAN_TIMEOUT);
	assert_contains(error.message, "pool_size 1, max_overflow 0");
	assert_int(rowan_engine_stats(engine).waits, 0);
	engine_checkin(held);
	rowan_engine_close(engine);
}

Test(pool, p06_a_null_pool_connects_for_each_use)
{
	struct rowan_engine *engine = rowan_engine_open(database_url(""), .pool = ROWAN_POOL_NULL);
	struct connection *held[20];

	cr_assert(engine);
	for (int i = 0; i < 20; i++)
		held[i] = checkout(engine, ROWAN_HERE);
	for (int i = 0; i < 20; i++)
		engine_checkin(held[i]);
	assert_pool(engine, 0, 0);
	assert_int(rowan_engine_stats(engine).connects, 20);
	rowan_engine_close(engine);
}

Test(pool, p06_a_null_pool_keeps_what_is_in_memory)
{
	struct rowan_engine *engine = rowan_engine_open("sqlite://", .pool = ROWAN_POOL_NULL);

	cr_assert(engine);
	run_alone(engine, "CREATE TABLE tasks (id INTEGER)");
	run_alone(engine, "INSERT INTO tasks VALUES (7)");
	assert_int(read_alone(engine, "SELECT id FROM tasks"), 7);
	assert_int(rowan_engine_stats(engine).connects, 3);
	rowan_engine_close(engine);
}

Test(pool, p06_a_static_pool_is_one_connection)
{
	struct rowan_engine *engine = rowan_engine_open(database_url(""), .pool = ROWAN_POOL_STATIC);

	cr_assert(engine);
	assert_pool(engine, 1, 0);
	run_alone(engine, "CREATE TEMP TABLE mine (id INTEGER)");
	for (int i = 0; i < 10; i++)
		assert_int(read_alone(engine, "SELECT count(*) FROM mine"), 0);
	assert_int(rowan_engine_stats(engine).connects, 1);
	rowan_engine_close(engine);
}

Test(pool, p06_a_second_holder_of_a_static_pool_in_one_thread_is_told_at_once)
{
	struct rowan_engine *engine = rowan_engine_open(database_url(""), .pool = ROWAN_POOL_STATIC);
	struct connection *held = checkout(engine, (struct rowan_site){ "first.c", 12 }), *second;
	struct rowan_error error;

	assert_code(engine_checkout(engine, ROWAN_HERE, &second, &error), ROWAN_MISUSE);
	assert_contains(error.message, "first.c:12");
	cr_assert(!second);
	engine_checkin(held);
	engine_checkin(checkout(engine, ROWAN_HERE));
	rowan_engine_close(engine);
}

/* ---- threads --------------------------------------------------------------- */

struct worker {
	struct rowan_engine *engine;
	pthread_t thread;
	int number, done, failed;
	pthread_mutex_t *order_lock;
	int *order, *order_count;
};

static void *use_once(void *argument)
{
	struct worker *worker = argument;
	struct connection *connection;
	struct rowan_error error;

	if (engine_checkout(worker->engine, ROWAN_HERE, &connection, &error) < 0) {
		worker->failed = error.code;
		return NULL;
	}
	if (worker->order) {
		pthread_mutex_lock(worker->order_lock);
		worker->order[(*worker->order_count)++] = worker->number;
		pthread_mutex_unlock(worker->order_lock);
	}
	worker->done = run_sql(connection, "SELECT 1", ROWAN_HERE, &error) == ROWAN_OK;
	engine_checkin(connection);
	return NULL;
}

static void start(struct worker *worker, void *(*work)(void *))
{
	assert_int(pthread_create(&worker->thread, NULL, work, worker), 0);
}

Test(pool, another_thread_waits_for_a_static_pool)
{
	struct rowan_engine *engine = rowan_engine_open(database_url(""), .pool = ROWAN_POOL_STATIC);
	struct worker worker = { .engine = engine };
	struct connection *held = checkout(engine, ROWAN_HERE);

	start(&worker, use_once);
	await_line(engine, 1);
	engine_checkin(held);
	pthread_join(worker.thread, NULL);
	assert_int(worker.done, 1);
	assert_int(rowan_engine_stats(engine).connects, 1);
	rowan_engine_close(engine);
}

Test(pool, p07_first_come_first_served)
{
	enum { THREADS = 12 };
	struct rowan_engine *engine =
		rowan_engine_open(database_url(""), .pool_size = 1, .max_overflow = -1);
	struct connection *held = checkout(engine, ROWAN_HERE);
	struct worker workers[THREADS];
	pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	int order[THREADS], count = 0;

	for (int i = 0; i < THREADS; i++) {
		workers[i] = (struct worker){ .engine = engine, .number = i, .order_lock = &lock,
					      .order = order, .order_count = &count };
		start(&workers[i], use_once);
		await_line(engine, i + 1);
	}
	engine_checkin(held);
	for (int i = 0; i < THREADS; i++) {
		pthread_join(workers[i].thread, NULL);
		assert_int(workers[i].done, 1);
	}
	for (int i = 0; i < THREADS; i++)
		assert_int(order[i], i);
	assert_int(rowan_engine_stats(engine).connects, 1);
	assert_int(rowan_engine_stats(engine).waits, THREADS);
	rowan_engine_close(engine);
}

/* Who gave it back and asks again stands behind those who wait. */
Test(pool, p07_nobody_comes_in_between)
{
	struct rowan_engine *engine =
		rowan_engine_open(database_url(""), .pool_size = 1, .max_overflow = -1);
	struct connection *held = checkout(engine, ROWAN_HERE);

	for (int i = 0; i < 50; i++) {
		struct worker worker = { .engine = engine };

		start(&worker, use_once);
		await_line(engine, 1);
		engine_checkin(held);
		held = checkout(engine, ROWAN_HERE);
		/* The other one had it before us, or we could not hold it now. */
		pthread_join(worker.thread, NULL);
		assert_int(worker.done, 1);
		assert_int(rowan_engine_stats(engine).checkouts, 2 * i + 3);
	}
	engine_checkin(held);
	rowan_engine_close(engine);
}

Test(pool, a_timed_out_thread_leaves_the_line_in_order)
{
	struct rowan_engine *engine =
		rowan_engine_open(database_url(""), .pool_size = 1, .max_overflow = -1,
				  .pool_timeout_ms = 50);
	struct connection *held = checkout(engine, ROWAN_HERE);
	struct worker workers[3];

	for (int i = 0; i < 3; i++) {
		workers[i] = (struct worker){ .engine = engine };
		start(&workers[i], use_once);
	}
	for (int i = 0; i < 3; i++) {
		pthread_join(workers[i].thread, NULL);
		assert_int(workers[i].failed, ROWAN_TIMEOUT);
	}
	assert_int(rowan_engine_stats(engine).waiting, 0);
	assert_int(rowan_engine_stats(engine).timeouts, 3);
	engine_checkin(held);
	assert_pool(engine, 1, 0);
	engine_checkin(checkout(engine, ROWAN_HERE));
	rowan_engine_close(engine);
}

static void *use_often(void *argument)
{
	struct worker *worker = argument;

	for (int i = 0; i < 50; i++) {
		bool fails = (worker->number + i) % 10 == 0;
		struct connection *connection;
		struct rowan_error error;

		if (engine_checkout(worker->engine, ROWAN_HERE, &connection, &error) < 0) {
			worker->failed++;
			continue;
		}
		if (run_sql(connection, fails ? "SELECT * FROM nowhere" : "SELECT 1", ROWAN_HERE,
			    &error) == (fails ? ROWAN_OPERATIONAL : ROWAN_OK))
			worker->done++;
		if (i % 25 == 7)
			connection->broken = true;
		engine_checkin(connection);
	}
	return NULL;
}

Test(pool, p07_sixty_four_threads_share_five_connections_to_the_end)
{
	enum { THREADS = 64 };
	struct rowan_engine *engine =
		rowan_engine_open(database_url(""), .pool_size = 5, .max_overflow = -1);
	static struct worker workers[THREADS];
	struct rowan_engine_stats stats;

	cr_assert(engine);
	for (int i = 0; i < THREADS; i++) {
		workers[i] = (struct worker){ .engine = engine, .number = i };
		start(&workers[i], use_often);
	}
	for (int i = 0; i < THREADS; i++) {
		pthread_join(workers[i].thread, NULL);
		assert_int(workers[i].failed, 0);
		assert_int(workers[i].done, 50);
	}
	stats = rowan_engine_stats(engine);
	assert_int(stats.in_use, 0);
	assert_int(stats.waiting, 0);
	assert_int(stats.timeouts, 0);
	cr_assert_leq(stats.idle, 5);
	assert_int(stats.checkouts, THREADS * 50);
	/* On SQLite one in ten could not be prepared, and so was not executed. */
	assert_int(stats.statements, runs_on("sqlite") ? THREADS * 45 : THREADS * 50);
	rowan_engine_close(engine);
}

Test(pool, a_failed_connect_hands_its_place_to_the_next)
{
	enum { THREADS = 8 };
	const char *nowhere = runs_on("sqlite") ? "sqlite:////nowhere/at/all.db"
						: "postgresql://127.0.0.1:1/nowhere";
	struct rowan_engine *engine =
		rowan_engine_open(nowhere, .pool_size = 1, .max_overflow = -1);
	struct worker workers[THREADS];

	cr_assert(engine);
	for (int i = 0; i < THREADS; i++) {
		workers[i] = (struct worker){ .engine = engine };
		start(&workers[i], use_once);
	}
	for (int i = 0; i < THREADS; i++) {
		pthread_join(workers[i].thread, NULL);
		assert_int(workers[i].failed, ROWAN_OPERATIONAL);
	}
	assert_pool(engine, 0, 0);
	assert_int(rowan_engine_stats(engine).waiting, 0);
	rowan_engine_close(engine);
}

Test(pool, a_broken_connection_makes_room_for_the_next_in_line)
{
	struct rowan_engine *engine =
		rowan_engine_open(database_url(""), .pool_size = 1, .max_overflow = -1);
	struct connection *held = checkout(engine, ROWAN_HERE);
	struct worker worker = { .engine = engine };

	start(&worker, use_once);
	await_line(engine, 1);
	held->broken = true;
	engine_checkin(held);
	pthread_join(worker.thread, NULL);
	assert_int(worker.done, 1);
	assert_int(rowan_engine_stats(engine).connects, 2);
	assert_pool(engine, 1, 0);
	rowan_engine_close(engine);
}

Test(pool, p04_an_old_connection_is_replaced)
{
	struct rowan_engine *engine = rowan_engine_open(database_url(""), .recycle_s = 300);

	cr_assert(engine);
	for (int i = 0; i < 3; i++)
		engine_checkin(checkout(engine, ROWAN_HERE));
	assert_int(rowan_engine_stats(engine).connects, 1);
	engine->pool.idle->opened_ns -= INT64_C(300000000000);
	for (int i = 0; i < 3; i++)
		assert_int(read_alone(engine, "SELECT 7"), 7);
	assert_int(rowan_engine_stats(engine).connects, 2);
	assert_pool(engine, 1, 0);
	rowan_engine_close(engine);
}

/* ---- what comes back ------------------------------------------------------- */

Test(pool, a_connection_comes_back_without_its_transaction)
{
	struct rowan_engine *engine = rowan_engine_open(database_url(""));
	struct connection *held = checkout(engine, ROWAN_HERE);
	struct rowan_error error;

	assert_ok(run_sql(held, "CREATE TABLE tasks (id INTEGER)", ROWAN_HERE, &error));
	assert_ok(run_sql(held, "BEGIN", ROWAN_HERE, &error));
	assert_ok(run_sql(held, "INSERT INTO tasks VALUES (1)", ROWAN_HERE, &error));
	engine_checkin(held);
	assert_pool(engine, 1, 0);
	assert_int(read_alone(engine, "SELECT count(*) FROM tasks"), 0);
	rowan_engine_close(engine);
}

Test(pool, a_connection_comes_back_without_statements_half_done)
{
	struct rowan_engine *engine = rowan_engine_open(database_url(""));
	struct connection *held = checkout(engine, ROWAN_HERE);
	struct statement *statement, *twin;
	struct execution run, other;
	struct rowan_error error;

	assert_ok(run_sql(held, "CREATE TABLE tasks (id INTEGER)", ROWAN_HERE, &error));
	assert_ok(run_sql(held, "INSERT INTO tasks VALUES (1), (2)", ROWAN_HERE, &error));
	assert_ok(statement_of(held, "SELECT id FROM tasks", &statement, &error));
	execution_begin(&run, held, statement, ROWAN_HERE, &error);
	assert_int(execution_step(&run), DRIVER_ROW);
	assert_ok(statement_of(held, "SELECT id FROM tasks", &twin, &error));
	execution_begin(&other, held, twin, ROWAN_HERE, &error);
	/* On PostgreSQL there is one at a time. */
	assert_int(execution_step(&other), runs_on("sqlite") ? DRIVER_ROW : ROWAN_MISUSE);
	engine_checkin(held);

	/* A statement half done would forbid this one. */
	run_alone(engine, "DROP TABLE tasks");
	rowan_engine_close(engine);
}

Test(pool, the_last_one_returned_is_the_first_one_lent)
{
	struct rowan_engine *engine = rowan_engine_open(database_url(""));
	struct connection *a = checkout(engine, ROWAN_HERE), *b = checkout(engine, ROWAN_HERE);

	engine_checkin(a);
	engine_checkin(b);
	cr_assert(checkout(engine, ROWAN_HERE) == b);
	cr_assert(checkout(engine, ROWAN_HERE) == a);
	engine_checkin(a);
	engine_checkin(b);
	engine_checkin(NULL);
	rowan_engine_close(engine);
}

/* ---- dispose --------------------------------------------------------------- */

Test(pool, e10_dispose_closes_what_is_idle_now_and_the_rest_on_return)
{
	struct rowan_engine *engine = rowan_engine_open(database_url(""));
	struct connection *held = checkout(engine, ROWAN_HERE), *idle = checkout(engine, ROWAN_HERE);

	engine_checkin(idle);
	assert_pool(engine, 1, 1);
	rowan_engine_dispose(engine);
	assert_pool(engine, 0, 1);
	engine_checkin(held);
	assert_pool(engine, 0, 0);

	run_alone(engine, "CREATE TABLE tasks (id INTEGER)");
	assert_pool(engine, 1, 0);
	assert_int(rowan_engine_stats(engine).connects, 3);
	rowan_engine_close(engine);
}

Test(pool, e10_in_memory_the_database_is_gone_and_starts_empty)
{
	static const enum rowan_pool_kind kinds[] = { ROWAN_POOL_QUEUE, ROWAN_POOL_NULL,
						      ROWAN_POOL_STATIC };

	for (size_t i = 0; i < 3; i++) {
		struct rowan_engine *engine = rowan_engine_open("sqlite://", .pool = kinds[i]);
		struct connection *held;

		run_alone(engine, "CREATE TABLE tasks (id INTEGER)");
		held = checkout(engine, ROWAN_HERE);
		rowan_engine_dispose(engine);
		engine_checkin(held);
		assert_int(read_alone(engine, "SELECT count(*) FROM sqlite_schema"), 0);
		run_alone(engine, "CREATE TABLE tasks (id INTEGER)");
		assert_int(read_alone(engine, "SELECT count(*) FROM sqlite_schema"), 1);
		rowan_engine_close(engine);
	}
}

Test(pool, e10_those_in_line_go_on_after_a_dispose)
{
	struct rowan_engine *engine =
		rowan_engine_open(database_url(""), .pool_size = 1, .max_overflow = -1);
	struct connection *held = checkout(engine, ROWAN_HERE);
	struct worker worker = { .engine = engine };

	start(&worker, use_once);
	await_line(engine, 1);
	rowan_engine_dispose(engine);
	engine_checkin(held);
	pthread_join(worker.thread, NULL);
	assert_int(worker.done, 1);
	assert_int(rowan_engine_stats(engine).connects, 2);
	rowan_engine_close(engine);
}
