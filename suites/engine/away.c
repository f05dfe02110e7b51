/* SPDX-License-Identifier: MIT */
#include "own.h"

#include "engine/internal.h"

#include <pthread.h>
#include <rowan/fixtures/proxy.h>
#include <stdio.h>
#include <stdlib.h>

/* A server that many want: it is away for a while, or has no room, or all come back at once. */

enum { POOLS = 4, THREADS = 25, ALL = POOLS * THREADS };

static struct rowan_engine *admin;

static void open_admin(void)
{
	need_own_server();
	admin = rowan_engine_open(own_url("/postgres"), .pool = ROWAN_POOL_NULL);
	cr_assert(admin);
}

static void close_admin(void)
{
	rowan_engine_close(admin);
}

TestSuite(away, .init = open_admin, .fini = close_admin, .timeout = 120);

static void nap(int ms)
{
	struct timespec time = clock_time((int64_t)ms * NS_PER_MS);

	nanosleep(&time, NULL);
}

/* ---- who wants it ------------------------------------------------------------------ */

struct user {
	struct rowan_engine *engine;
	pthread_t thread;
	int served;		/* statements that went well */
	int lost;		/* .. and whose connection was lost under them */
	int refused;		/* no connection was to be had */
	struct rowan_error error;
};

static bool stop;

static void *use(void *argument)
{
	struct user *user = argument;

	for (; !__atomic_load_n(&stop, __ATOMIC_RELAXED); nap(5)) {
		struct connection *held;
		int status = engine_checkout(user->engine, ROWAN_HERE, &held, &user->error);

		if (status < 0) {
			user->refused++;
			continue;
		}
		status = run_sql(held, "SELECT pg_sleep(0.005)", ROWAN_HERE, &user->error);
		engine_checkin(held);
		user->lost += status < 0;
		if (status == ROWAN_OK)
			__atomic_fetch_add(&user->served, 1, __ATOMIC_RELAXED);
	}
	return NULL;
}

static void start(struct user *users, int count, struct rowan_engine *const *engines, int pools)
{
	stop = false;
	for (int i = 0; i < count; i++) {
		users[i] = (struct user){ .engine = engines[i % pools] };
		assert_int(pthread_create(&users[i].thread, NULL, use, &users[i]), 0);
	}
}

/* From now on, each of them; a test that waits too long is ended. */
static void await_service(struct user *users, int count)
{
	int before[ALL];

	for (int i = 0; i < count; i++)
		before[i] = __atomic_load_n(&users[i].served, __ATOMIC_RELAXED);
	for (int i = 0; i < count; i++)
		while (__atomic_load_n(&users[i].served, __ATOMIC_RELAXED) == before[i])
			nap(5);
}

static void end(struct user *users, int count)
{
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	for (int i = 0; i < count; i++)
		pthread_join(users[i].thread, NULL);
}

/* ---- what the pauses promise --------------------------------------------------------- */

/*
 * How often one pool may try within that time: at first all of its threads, since none
 * knows; then one at a time, after half of 10 ms at least, of twice that .. of a second.
 */
static long most_attempts(int64_t ns)
{
	long attempts = THREADS;

	for (int64_t pause = 10 * (int64_t)NS_PER_MS; ns > 0; attempts++) {
		ns -= pause / 2;
		pause = pause * 2 < NS_PER_S ? pause * 2 : NS_PER_S;
	}
	return attempts;
}

static void assert_given_back(struct rowan_engine *engine)
{
	assert_int(rowan_engine_stats(engine).in_use, 0);
	assert_int(rowan_engine_stats(engine).waiting, 0);
}

Test(away, pool_9_a_server_that_is_down_is_asked_seldom_and_then_serves_everybody)
{
	const char *seconds = getenv("ROWAN_AWAY_SECONDS");
	const int away_ms = 1000 * (seconds && *seconds ? atoi(seconds) : 3);
	struct rowan_proxy *proxy = rowan_proxy_open(own_url("/postgres"));
	struct rowan_engine *engines[POOLS];
	static struct user users[ALL];
	uint64_t attempts;
	int64_t ns, back_ns;
	int lost = 0;
	char figure[160];

	cr_assert(proxy);
	for (int i = 0; i < POOLS; i++)
		engines[i] = rowan_engine_open(rowan_proxy_url(proxy, own_url("/postgres?sslmode=disable")),
					       .pool_size = THREADS, .max_overflow = -1,
					       .pool_timeout_ms = 100000, .check_after_ms = -1);
	start(users, ALL, engines, POOLS);
	await_service(users, ALL);

	attempts = rowan_proxy_counts(proxy).connections;
	ns = -clock_ns();
	own_server("kill");
	nap(away_ms);
	attempts = rowan_proxy_counts(proxy).connections - attempts;
	ns += clock_ns();
	cr_expect_gt(attempts, POOLS);
	cr_expect(attempts <= (uint64_t)(POOLS * most_attempts(ns)), "%d attempts in %.1f s",
		  (int)attempts, (double)ns / NS_PER_S);

	own_server("restart");
	back_ns = -clock_ns();
	await_service(users, ALL);
	back_ns += clock_ns();
	end(users, ALL);
	for (int i = 0; i < ALL; i++) {
		/* One statement of each may have been under way. */
		cr_expect(users[i].lost <= 1, "%s", users[i].error.message);
		cr_expect(users[i].refused == 0, "%s", users[i].error.message);
		lost += users[i].lost;
	}
	for (int i = 0; i < POOLS; i++) {
		assert_given_back(engines[i]);
		assert_int(engines[i]->pool.backoff.failures, 0);
		rowan_engine_close(engines[i]);
	}
	rowan_proxy_close(proxy);
	snprintf(figure, sizeof(figure), "%d attempts in %.1f s, of %ld that the pauses allow; all "
		 "served %.1f s after; %d statements lost", (int)attempts, (double)ns / NS_PER_S,
		 POOLS * most_attempts(ns), (double)back_ns / NS_PER_S, lost);
	record_fault("pool-9", .injections = ALL, .survived = ALL, .engine = "postgresql",
		     .figure = figure);
}

/* ---- old age --------------------------------------------------------------------------- */

enum { LIFE_S = 300 };

static int count_old(struct connection *const *held, int age_s)
{
	int old = 0;

	for (int i = 0; i < ALL; i++) {
		held[i]->since_ns = held[i]->opened_ns + age_s * (int64_t)NS_PER_S;
		old += health_of(held[i]) == HEALTH_OLD;
	}
	return old;
}

Test(away, pool_9_connections_of_one_age_are_not_replaced_together)
{
	struct rowan_engine *engine = rowan_engine_open(own_url("/postgres"), .pool_size = ALL,
							.recycle_s = LIFE_S);
	struct connection *held[ALL];
	int before = 0, first_s = 0, last_s = 0, most = 0;
	char figure[128];

	for (int i = 0; i < ALL; i++)
		held[i] = checkout(engine, ROWAN_HERE);
	for (int age_s = 0; age_s <= LIFE_S; age_s++) {
		int old = count_old(held, age_s);

		first_s = first_s == 0 && old > 0 ? age_s : first_s;
		last_s = old > before ? age_s : last_s;
		most = old - before > most ? old - before : most;
		before = old;
	}
	assert_int(before, ALL);
	cr_assert_gt(first_s, LIFE_S * 9 / 10);
	/* By chance it is nearly always less than ten in one of thirty seconds. */
	cr_assert_leq(most, ALL / 4);
	for (int i = 0; i < ALL; i++)
		engine_checkin(held[i]);
	rowan_engine_close(engine);
	snprintf(figure, sizeof(figure), "opened together for %d s, %d connections expire after %d to %d "
		 "s, %d within one at most", LIFE_S, ALL, first_s, last_s, most);
	record_fault("pool-9", .injections = ALL, .survived = ALL, .engine = "postgresql",
		     .figure = figure);
}

/* ---- what is told ---------------------------------------------------------------------- */

/* The attempt that the end of the waiting cuts short knows nothing of the server. */
Test(away, e06_who_waited_is_told_what_the_server_said)
{
	struct rowan_proxy *proxy = rowan_proxy_open(own_url("/postgres"));
	struct rowan_engine *engine =
		rowan_engine_open(rowan_proxy_url(proxy, own_url("/postgres?sslmode=disable")),
				  .pool_timeout_ms = 500, .check_after_ms = -1);
	static struct user user;

	run_alone(engine, "SELECT 1");
	rowan_proxy_refuse(proxy, true);
	rowan_proxy_cut(proxy, ROWAN_PROXY_CLOSE);
	start(&user, 1, &engine, 1);
	while (__atomic_load_n(&engine->pool.backoff.failures, __ATOMIC_RELAXED) == 0)
		nap(1);
	rowan_proxy_stall(proxy, ROWAN_PROXY_UP, true);
	rowan_proxy_refuse(proxy, false);
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	pthread_join(user.thread, NULL);
	assert_int(user.refused, 1);
	assert_int(user.error.code, ROWAN_OPERATIONAL);
	assert_contains(user.error.message, "refused");
	rowan_engine_close(engine);
	rowan_proxy_close(proxy);
}

/* ---- no room --------------------------------------------------------------------------- */

enum { ROOM = 8, WANTED = 20 };

/* Beside the three for superusers, as the administrator is. */
static void make_little_room(void)
{
	open_admin();
	run_alone(admin, "CREATE ROLE guest LOGIN");
	run_alone(admin, "ALTER SYSTEM SET max_connections = 11");
	own_server("restart");
}

static void make_room(void)
{
	run_alone(admin, "DROP ROLE guest");
	run_alone(admin, "ALTER SYSTEM RESET max_connections");
	own_server("restart");
	close_admin();
}

TestSuite(no_room, .init = make_little_room, .fini = make_room, .timeout = 120);

static struct rowan_engine *open_guest(int size, int timeout_ms)
{
	struct rowan_engine *engine =
		rowan_engine_open(own_url_as("guest", "/postgres"), .pool_size = size,
				  .max_overflow = -1, .pool_timeout_ms = timeout_ms);

	cr_assert(engine);
	return engine;
}

static const char no_room[] = "remaining connection slots are reserved";

/* It waits with what the server said, or did not fail. */
static int count_refused(const struct user *users)
{
	int refused = 0;

	for (int i = 0; i < WANTED; i++) {
		cr_assert(users[i].lost == 0, "%s", users[i].error.message);
		if (users[i].refused)
			assert_contains(users[i].error.message, no_room);
		refused += users[i].refused;
	}
	return refused;
}

/* Who never was connected is told at once, whatever time there is. */
static void assert_told_at_once(void)
{
	struct rowan_engine *engine = open_guest(1, 100000);
	struct connection *none;
	struct rowan_error error;

	assert_code(engine_checkout(engine, ROWAN_HERE, &none, &error), ROWAN_OPERATIONAL);
	assert_contains(error.message, no_room);
	assert_int(engine->pool.backoff.failures, 1);
	rowan_engine_close(engine);
}

Test(no_room, pool_9_who_was_connected_waits_for_it)
{
	struct rowan_engine *somebody = open_guest(ROOM, 0), *engine = open_guest(ROOM, 100000);
	struct connection *held[ROOM - 1];
	static struct user users[WANTED];

	run_alone(engine, "SELECT 1");
	for (int i = 0; i < ROOM - 1; i++)
		held[i] = checkout(somebody, ROWAN_HERE);
	assert_told_at_once();
	start(users, WANTED, &engine, 1);
	while (__atomic_load_n(&engine->pool.backoff.failures, __ATOMIC_RELAXED) < 5)
		nap(5);
	for (int i = 0; i < ROOM - 1; i++)
		engine_checkin(held[i]);
	rowan_engine_close(somebody);
	await_service(users, WANTED);
	end(users, WANTED);
	assert_int(count_refused(users), 0);
	assert_given_back(engine);
	assert_int(engine->pool.backoff.failures, 0);
	rowan_engine_close(engine);
	record_fault("pool-9", .injections = WANTED, .survived = WANTED, .engine = "postgresql",
		     .figure = "no room in the server (53300): told at once or waited for, all served");
}

/* A pool that is bigger than that will never have all that it may. */
Test(no_room, pool_9_who_waits_in_vain_is_told_and_others_are_served)
{
	struct rowan_engine *engine = open_guest(WANTED, 300);
	static struct user users[WANTED];
	char figure[96];

	run_alone(engine, "SELECT 1");
	start(users, WANTED, &engine, 1);
	await_service(users, WANTED);
	while (__atomic_load_n(&engine->pool.backoff.failures, __ATOMIC_RELAXED) < 5)
		nap(5);
	await_service(users, WANTED);
	end(users, WANTED);
	assert_given_back(engine);
	cr_assert_leq(rowan_engine_stats(engine).size, ROOM);
	run_alone(engine, "SELECT 1");
	rowan_engine_close(engine);
	snprintf(figure, sizeof(figure), "a pool of %d, room in the server for %d: %d times told so, all "
		 "served", WANTED, ROOM, count_refused(users));
	record_fault("pool-9", .injections = WANTED, .survived = WANTED, .engine = "postgresql",
		     .figure = figure);
}
