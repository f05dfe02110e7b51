/* SPDX-License-Identifier: MIT */
#include "own.h"

#include "engine/internal.h"

#include <dirent.h>
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Servers that restart, crash and freeze while engines are connected to them. */

static void mend(void)
{
	own_server("unpause");
	own_server("restart");
}

TestSuite(death, .init = need_own_server, .fini = mend, .timeout = 120);

static struct rowan_engine *open_with(struct rowan_engine_options options)
{
	struct rowan_error error = { 0 };
	struct rowan_engine *engine;

	options.error = &error;
	engine = rowan_engine_open_(own_url("/postgres"), options);
	cr_assert(engine, "%s", error.message);
	return engine;
}

#define open_own(...) open_with((struct rowan_engine_options){ __VA_ARGS__ })

static void nap(int ms)
{
	struct timespec time = clock_time((int64_t)ms * NS_PER_MS);

	nanosleep(&time, NULL);
}

/* Have so many connections idle. */
static void fill(struct rowan_engine *engine, int count)
{
	struct connection *held[16];

	for (int i = 0; i < count; i++)
		held[i] = checkout(engine, ROWAN_HERE);
	for (int i = 0; i < count; i++)
		engine_checkin(held[i]);
	assert_int(rowan_engine_stats(engine).idle, count);
}

/* One statement of a user's: whether it went well. */
static bool use(struct rowan_engine *engine, const char *sql, struct rowan_error *error)
{
	struct connection *held;
	int status = engine_checkout(engine, ROWAN_HERE, &held, error);

	if (status < 0)
		return false;
	status = run_sql(held, sql, ROWAN_HERE, error);
	engine_checkin(held);
	return status == ROWAN_OK;
}

static void record(const char *id, long injections, const char *figure)
{
	record_fault(id, .injections = injections, .survived = injections, .figure = figure,
		     .engine = "postgresql");
}

/* ---- pool-4: a restart between two uses ------------------------------------------ */

Test(death, pool_4_after_a_restart_nobody_notices_where_each_connection_is_looked_at)
{
	static const enum rowan_check checks[] = { ROWAN_CHECK_SOCKET, ROWAN_CHECK_PING };
	static const int ages_ms[] = { 0, 1, 100, 1000 };

	for (size_t i = 0; i < 8; i++) {
		struct rowan_engine *engine = open_own(.check = checks[i % 2], .check_after_ms = -1);
		struct rowan_error error = { 0 };

		fill(engine, 5);
		own_server("restart");
		nap(ages_ms[i / 2]);
		for (int k = 0; k < 10; k++)
			cr_assert(use(engine, "SELECT 1", &error), "%s", error.message);
		assert_int(rowan_engine_stats(engine).lost, 1);
		assert_int(rowan_engine_stats(engine).connects, 6);
		rowan_engine_close(engine);
	}
	record("pool-4", 8, "0 errors seen by users, looked at 0 to 1000 ms after a restart");
}

Test(death, pool_4_otherwise_one_user_does)
{
	static const struct { enum rowan_check check; int after_ms, failures; } cases[] = {
		{ ROWAN_CHECK_NONE, 0, 1 },
		{ ROWAN_CHECK_SOCKET, 600000, 1 },
	};

	for (size_t i = 0; i < 2; i++) {
		struct rowan_engine *engine = open_own(.check = cases[i].check,
						       .check_after_ms = cases[i].after_ms);
		struct rowan_error error;
		int failures = 0;

		fill(engine, 5);
		own_server("restart");
		for (int k = 0; k < 10; k++)
			failures += !use(engine, "SELECT 1", &error);
		assert_int(failures, cases[i].failures);
		rowan_engine_close(engine);
	}
	record("pool-4", 2, "1 error seen by users where nobody looks");
}

/* ---- pool-7: crashes ------------------------------------------------------------- */

static int64_t backend_of(struct connection *connection)
{
	return read_number(connection, "SELECT pg_backend_pid()::bigint");
}

Test(death, pool_7_a_killed_backend_takes_the_whole_pool_along_and_it_comes_back)
{
	struct rowan_engine *engine = open_own(.pool_size = 5);
	struct rowan_error error = { 0 };
	struct connection *held;
	char figure[64];
	int64_t us;

	fill(engine, 5);
	held = checkout(engine, ROWAN_HERE);
	assert_int(kill((pid_t)backend_of(held), SIGKILL), 0);
	while (run_sql(held, "SELECT pg_sleep(0.01)", ROWAN_HERE, &error) == ROWAN_OK)
		;
	assert_int(error.code, ROWAN_OPERATIONAL);
	assert_int(held->broken, true);
	engine_checkin(held);
	assert_int(rowan_engine_stats(engine).size, 0);

	/* The server recovers, and refuses everybody until it has. */
	us = -rowan_now().us;
	cr_assert(use(engine, "SELECT 1", &error), "%s", error.message);
	us += rowan_now().us;
	for (int i = 0; i < 10; i++)
		cr_assert(use(engine, "SELECT 1", &error), "%s", error.message);
	assert_int(rowan_engine_stats(engine).in_use, 0);
	rowan_engine_close(engine);
	snprintf(figure, sizeof(figure), "a backend killed; back after %.0f ms", (double)us / 1000);
	record("pool-7", 1, figure);
}

static void *restart_soon(void *unused)
{
	(void)unused;
	nap(300);
	own_server("restart");
	return NULL;
}

static int say_so(struct rowan_session *session, void *context)
{
	*(bool *)context = true;
	return rowan_error(session)->code;
}

Test(death, a_server_that_comes_back_in_time_was_only_slow)
{
	struct rowan_engine *engine = open_own(.check_after_ms = -1);
	struct rowan_error error = { 0 };
	bool worked = false;
	pthread_t thread;

	fill(engine, 3);
	own_server("kill");
	assert_int(pthread_create(&thread, NULL, restart_soon, NULL), 0);
	cr_assert(use(engine, "SELECT 1", &error), "%s", error.message);
	assert_int(error.code, ROWAN_OK);
	assert_int(rowan_engine_stats(engine).lost, 1);
	pthread_join(thread, NULL);

	own_server("kill");
	assert_int(pthread_create(&thread, NULL, restart_soon, NULL), 0);
	assert_ok(rowan_transaction(engine, say_so, &worked));
	assert_int(worked, true);
	pthread_join(thread, NULL);
	rowan_engine_close(engine);
}

Test(death, e06_a_frozen_server_is_given_up_in_time_and_found_again)
{
	struct rowan_engine *engine = open_own(.check = ROWAN_CHECK_PING, .check_after_ms = -1,
					       .connect_timeout_ms = 200, .pool_timeout_ms = 500);
	struct rowan_error error = { 0 };

	fill(engine, 2);
	own_server("pause");
	cr_assert(!use(engine, "SELECT 1", &error));
	assert_int(error.code, ROWAN_OPERATIONAL);
	assert_contains(error.message, "no answer within ");
	assert_int(rowan_engine_stats(engine).size, 0);
	own_server("unpause");
	cr_assert(use(engine, "SELECT 1", &error), "%s", error.message);
	rowan_engine_close(engine);
}

/* ---- pool-7: everything at once -------------------------------------------------- */

enum { THREADS = 8 };

struct worker {
	struct rowan_engine *engine;
	pthread_t thread;
	int number;
	int64_t acknowledged, failed, wrong;
	char why[512];
};

static bool stop;

/* Insert one row after another, and count those that the server said yes to. */
static void *work(void *argument)
{
	struct worker *worker = argument;

	for (int64_t i = 0; !__atomic_load_n(&stop, __ATOMIC_RELAXED); i++) {
		struct rowan_error error;
		char sql[96];

		snprintf(sql, sizeof(sql), "INSERT INTO rows VALUES (%d, %" PRId64 ")",
			 worker->number, i);
		if (use(worker->engine, sql, &error)) {
			worker->acknowledged++;
			continue;
		}
		worker->failed++;
		/* The connection was lost, or could not be had for long: nothing else may be. */
		if (error.code != ROWAN_OPERATIONAL && error.code != ROWAN_UNKNOWN_OUTCOME) {
			worker->wrong++;
			memcpy(worker->why, error.message, sizeof(worker->why));
		}
	}
	return NULL;
}

static int open_files(void)
{
	DIR *directory = opendir("/proc/self/fd");
	int count = 0;

	cr_assert(directory);
	while (readdir(directory))
		count++;
	closedir(directory);
	return count;
}

static void end_some(struct rowan_engine *admin, const char *how_many)
{
	char sql[160];
	struct rowan_error error;

	snprintf(sql, sizeof(sql), "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid"
				   " <> pg_backend_pid() AND backend_type = 'client backend' LIMIT %s",
		 how_many);
	use(admin, sql, &error);
}

static void kill_one(struct rowan_engine *admin)
{
	struct connection *held = checkout(admin, ROWAN_HERE);

	kill((pid_t)backend_of(held), SIGKILL);
	held->broken = true;
	engine_checkin(held);
}

Test(death, pool_7_terminated_killed_and_restarted_under_load_nothing_is_lost)
{
	struct rowan_engine *engine = open_own(.pool_size = 5, .max_overflow = -1,
					       .check_after_ms = -1);
	struct rowan_engine *admin = open_own(.pool = ROWAN_POOL_NULL);
	struct worker workers[THREADS];
	int64_t acknowledged = 0, failed = 0;
	struct rowan_error error;
	char figure[96];
	int files;

	cr_assert(use(admin, "CREATE TABLE IF NOT EXISTS rows (worker int, number bigint)", &error));
	cr_assert(use(admin, "TRUNCATE rows", &error));
	files = open_files();
	for (int i = 0; i < THREADS; i++) {
		workers[i] = (struct worker){ .engine = engine, .number = i };
		assert_int(pthread_create(&workers[i].thread, NULL, work, &workers[i]), 0);
	}
	for (int round = 0; round < 5; round++) {
		nap(50);
		end_some(admin, "1");
		nap(50);
		end_some(admin, "ALL");
		nap(50);
		kill_one(admin);
		nap(300);
		own_server(round % 2 ? "restart" : "kill");
		own_server("restart");
	}
	nap(200);
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	for (int i = 0; i < THREADS; i++) {
		pthread_join(workers[i].thread, NULL);
		cr_expect(workers[i].wrong == 0, "%s", workers[i].why);
		cr_expect_gt(workers[i].acknowledged, 0);
		acknowledged += workers[i].acknowledged;
		failed += workers[i].failed;
	}
	/* What failed may have been done nevertheless; what was acknowledged must have been. */
	cr_assert_geq(read_alone(admin, "SELECT count(*) FROM rows"), acknowledged);
	cr_assert_leq(read_alone(admin, "SELECT count(*) FROM rows"), acknowledged + failed);
	assert_int(read_alone(admin, "SELECT count(*) - count(DISTINCT (worker, number)) FROM rows"), 0);
	cr_assert_gt(failed, 0);

	assert_int(rowan_engine_stats(engine).in_use, 0);
	assert_int(rowan_engine_stats(engine).waiting, 0);
	rowan_engine_dispose(engine);
	assert_int(open_files(), files);
	rowan_engine_close(engine);
	rowan_engine_close(admin);
	snprintf(figure, sizeof(figure), "%" PRId64 " rows acknowledged, 0 lost; %" PRId64 " refused",
		 acknowledged, failed);
	record("pool-7", 5 * 5, figure);
}

/* ---- pool-11, with TLS ----------------------------------------------------------- */

Test(death, pool_11_a_childs_end_says_nothing_to_its_parents_server)
{
	struct rowan_engine *engine =
		rowan_engine_open(own_url("/postgres?sslmode=require"), .pool_size = 3);
	struct connection *held[3];
	int64_t backends[3];
	int status;
	pid_t child;

	for (int i = 0; i < 3; i++) {
		held[i] = checkout(engine, ROWAN_HERE);
		backends[i] = backend_of(held[i]);
	}
	engine_checkin(held[2]);
	for (int round = 0; round < 3; round++) {
		child = fork();
		if (child == 0) {
			struct rowan_error error;

			engine_checkin(held[0]);
			engine_checkin(held[1]);
			if (!use(engine, "SELECT 1", &error))
				_exit(1);
			rowan_engine_close(engine);
			_exit(0);
		}
		assert_int(waitpid(child, &status, 0), child);
		assert_int(WIFEXITED(status) ? WEXITSTATUS(status) : -1, 0);
		assert_int(backend_of(held[0]), backends[0]);
		assert_int(backend_of(held[1]), backends[1]);
	}
	held[2] = checkout(engine, ROWAN_HERE);
	assert_int(backend_of(held[2]), backends[2]);
	for (int i = 0; i < 3; i++)
		engine_checkin(held[i]);
	assert_int(rowan_engine_stats(engine).lost, 0);
	rowan_engine_close(engine);
	record("pool-11", 3, "with TLS: 0 of the parent's connections lost");
}
