/* SPDX-License-Identifier: MIT */
#include "work.h"

#include "engine/internal.h"

#include <pthread.h>
#include <time.h>

/*
 * A server that can be told to die: SQLite's driver, whose connections are said to be
 * lost or not by the script below.
 */
#define MOST_CONNECTIONS 256

static struct script {
	pthread_mutex_t lock;
	struct driver_connection *opened[MOST_CONNECTIONS];
	int count;		/* opened so far */
	int dead;		/* the first so many are dead */
	int refusals;		/* still to come; < 0 = for ever */
	int attempts, refusing, most_refusing;
	int looks, pings;
	int last_timeout_ms;
} script = { .lock = PTHREAD_MUTEX_INITIALIZER };

static struct driver stub;

static void nap(long ns)
{
	nanosleep(&(struct timespec){ .tv_nsec = ns }, NULL);
}

static int refuse(struct rowan_error *open_error)
{
	pthread_mutex_lock(&script.lock);
	script.refusing++;
	if (script.refusing > script.most_refusing)
		script.most_refusing = script.refusing;
	pthread_mutex_unlock(&script.lock);
	nap(1000000);	/* so that two at a time would meet */
	pthread_mutex_lock(&script.lock);
	script.refusing--;
	pthread_mutex_unlock(&script.lock);

	*open_error = (struct rowan_error){ .code = ROWAN_OPERATIONAL,
					    .message = "nobody is there" };
	return ROWAN_OPERATIONAL;
}

static int open_scripted(const struct driver_target *target, struct driver_connection **out,
			 struct rowan_error *open_error)
{
	bool refused;
	int status;

	pthread_mutex_lock(&script.lock);
	script.attempts++;
	script.last_timeout_ms = target->postgres.connect_timeout_ms;
	refused = script.refusals != 0;
	script.refusals -= script.refusals > 0;
	pthread_mutex_unlock(&script.lock);
	if (refused) {
		*out = NULL;
		return refuse(open_error);
	}
	status = driver_sqlite.open(target, out, open_error);
	pthread_mutex_lock(&script.lock);
	cr_assert(script.count < MOST_CONNECTIONS);
	script.opened[script.count++] = *out;
	pthread_mutex_unlock(&script.lock);
	return status;
}

static int open_without_memory(const struct driver_target *target,
			       struct driver_connection **out, struct rowan_error *open_error)
{
	(void)target;
	*out = NULL;
	*open_error = (struct rowan_error){ .code = ROWAN_NO_MEMORY };
	return ROWAN_NO_MEMORY;
}

/* The latest, since an address may be used again. */
static bool is_lost(struct driver_connection *connection)
{
	int i;

	pthread_mutex_lock(&script.lock);
	for (i = script.count - 1; i >= 0 && script.opened[i] != connection; i--)
		;
	pthread_mutex_unlock(&script.lock);
	return i >= 0 && i < script.dead;
}

static bool is_alive(struct driver_connection *connection, bool ping)
{
	script.looks++;
	script.pings += ping;
	return !is_lost(connection);
}

static struct rowan_engine *engine;
static struct rowan_error error;

static void open_with(struct rowan_engine_options options)
{
	options.error = &error;
	engine = rowan_engine_open_(scratch_url(""), options);
	cr_assert(engine, "%s", error.message);
	stub = driver_sqlite;
	stub.open = open_scripted;
	stub.alive = is_alive;
	stub.lost = is_lost;
	engine->driver = &stub;
	/* It was made for a driver that has nothing to look at. */
	if (options.check != ROWAN_CHECK_NONE)
		engine->pool.check_after_ns = (int64_t)engine->options.check_after_ms * NS_PER_MS;
}

#define open_engine(...) open_with((struct rowan_engine_options){ __VA_ARGS__ })

static void kill_all(void)
{
	script.dead = script.count;
}

/* Make the idle ones older than they are. */
static void age_idle(int64_t ns)
{
	for (struct connection *idle = engine->pool.idle; idle; idle = idle->next)
		idle->since_ns -= ns;
}

static void borrow(int count)
{
	struct connection *held[16];

	for (int i = 0; i < count; i++)
		held[i] = checkout(engine, ROWAN_HERE);
	for (int i = 0; i < count; i++)
		engine_checkin(held[i]);
}

TestSuite(health, .init = make_scratch, .fini = remove_scratch, .timeout = 60);

/* ---- before it is lent --------------------------------------------------------- */

Test(health, p05_a_dead_connection_is_replaced_unseen_and_its_siblings_with_it)
{
	open_engine(.check_after_ms = -1);
	borrow(4);
	assert_int(rowan_engine_stats(engine).idle, 4);
	kill_all();
	run_alone(engine, "CREATE TABLE t (id INTEGER)");
	assert_int(rowan_engine_stats(engine).lost, 1);
	assert_int(rowan_engine_stats(engine).connects, 5);
	assert_int(rowan_engine_stats(engine).idle, 1);
	assert_int(rowan_engine_stats(engine).size, 1);
	assert_int(rowan_engine_stats(engine).checkouts, 5);
	rowan_engine_close(engine);
}

Test(health, only_what_was_idle_for_long_is_looked_at)
{
	open_engine(.check_after_ms = 1000);
	borrow(1);
	borrow(1);
	assert_int(script.looks, 0);
	age_idle(NS_PER_S);
	borrow(1);
	assert_int(script.looks, 1);
	assert_int(script.pings, 0);
	borrow(1);
	assert_int(script.looks, 1);
	rowan_engine_close(engine);
}

Test(health, a_ping_is_asked_for_by_name)
{
	open_engine(.check = ROWAN_CHECK_PING, .check_after_ms = -1);
	borrow(1);
	borrow(1);
	assert_int(script.pings, 1);
	rowan_engine_close(engine);
}

Test(health, who_wants_no_look_gets_none)
{
	open_engine(.check = ROWAN_CHECK_NONE, .check_after_ms = -1);
	borrow(1);
	kill_all();
	age_idle(NS_PER_S);
	borrow(1);
	assert_int(script.looks, 0);
	rowan_engine_close(engine);
}

Test(health, p04_an_old_connection_is_replaced_and_its_siblings_are_not)
{
	open_engine(.recycle_s = 300);
	borrow(2);
	engine->pool.idle->opened_ns -= 300 * (int64_t)NS_PER_S;
	borrow(1);
	assert_int(rowan_engine_stats(engine).connects, 3);
	assert_int(rowan_engine_stats(engine).lost, 0);
	assert_int(rowan_engine_stats(engine).idle, 2);
	borrow(2);
	assert_int(rowan_engine_stats(engine).connects, 3);
	rowan_engine_close(engine);
}

static void *borrow_one(void *unused)
{
	(void)unused;
	borrow(1);
	return NULL;
}

Test(health, p04_under_load_old_connections_go_as_well)
{
	struct connection *held;
	pthread_t waiting;

	open_engine(.recycle_s = 300, .pool_size = 1, .max_overflow = -1);
	held = checkout(engine, ROWAN_HERE);
	held->opened_ns -= 300 * (int64_t)NS_PER_S;
	assert_int(pthread_create(&waiting, NULL, borrow_one, NULL), 0);
	while (rowan_engine_stats(engine).waiting == 0)
		nap(100000);
	engine_checkin(held);
	pthread_join(waiting, NULL);
	assert_int(rowan_engine_stats(engine).connects, 2);
	rowan_engine_close(engine);
}

/* ---- in use -------------------------------------------------------------------- */

Test(health, pool_7_one_lost_in_use_takes_those_of_its_age_along_and_no_younger_one)
{
	struct connection *lost, *older, *younger;

	open_engine(.check_after_ms = -1);
	lost = checkout(engine, ROWAN_HERE);
	older = checkout(engine, ROWAN_HERE);
	borrow(3);
	kill_all();
	assert_code(run_sql(lost, "SELECT * FROM nowhere", ROWAN_HERE, &error), ROWAN_OPERATIONAL);
	assert_int(lost->broken, true);
	engine_checkin(lost);
	assert_int(rowan_engine_stats(engine).idle, 0);

	younger = checkout(engine, ROWAN_HERE);
	engine_checkin(older);	/* nobody noticed yet that it is dead, too */
	assert_int(rowan_engine_stats(engine).idle, 0);
	engine_checkin(younger);
	assert_int(rowan_engine_stats(engine).idle, 1);
	assert_int(rowan_engine_stats(engine).size, 1);
	rowan_engine_close(engine);
}

Test(health, a_second_of_the_same_age_does_not_take_younger_ones_along)
{
	struct connection *first, *second;

	open_engine(.check_after_ms = -1);
	first = checkout(engine, ROWAN_HERE);
	second = checkout(engine, ROWAN_HERE);
	kill_all();
	first->broken = second->broken = true;
	engine_checkin(first);
	borrow(2);
	engine_checkin(second);
	assert_int(rowan_engine_stats(engine).idle, 2);
	assert_int(rowan_engine_stats(engine).lost, 2);
	rowan_engine_close(engine);
}

Test(health, a_failure_that_is_not_the_connections_leaves_it)
{
	struct connection *held;

	open_engine(.check_after_ms = -1);
	held = checkout(engine, ROWAN_HERE);
	assert_code(run_sql(held, "SELECT * FROM nowhere", ROWAN_HERE, &error), ROWAN_OPERATIONAL);
	assert_code(connection_execute(held, "COMMIT", ROWAN_HERE, &error), ROWAN_OPERATIONAL);
	assert_int(held->broken, false);
	engine_checkin(held);
	assert_int(rowan_engine_stats(engine).idle, 1);
	rowan_engine_close(engine);
}

Test(health, each_kind_of_failure_asks_whether_it_is_the_connections)
{
	struct connection *held;
	struct statement *statement;
	struct execution run;

	open_engine(.check_after_ms = -1);
	for (int kind = 0; kind < 3; kind++) {
		held = checkout(engine, ROWAN_HERE);
		assert_ok(statement_of(held, "SELECT abs(-9223372036854775807 - 1)", &statement,
				       &error));
		kill_all();
		if (kind == 0) {
			cr_assert(connection_execute(held, "COMMIT", ROWAN_HERE, &error) < 0);
		} else if (kind == 1) {
			cr_assert(statement_of(held, "SELECT * FROM nowhere", &statement, &error) < 0);
		} else {
			execution_begin(&run, held, statement, ROWAN_HERE, &error);
			cr_assert(execution_step(&run) < 0);
			cr_assert(execution_end(&run, ROWAN_OK) < 0);
		}
		assert_int(held->broken, true);
		engine_checkin(held);
	}
	assert_int(rowan_engine_stats(engine).lost, 3);
	rowan_engine_close(engine);
}

/* ---- the way back -------------------------------------------------------------- */

Test(health, a_server_that_never_was_there_is_told_of_at_once)
{
	struct connection *none;

	open_engine(.pool_timeout_ms = 60000);
	script.refusals = -1;
	assert_code(engine_checkout(engine, ROWAN_HERE, &none, &error), ROWAN_OPERATIONAL);
	assert_null(none);
	assert_text(error.message, "nobody is there");
	assert_text(error.site.file, __FILE__);
	assert_int(script.attempts, 1);
	assert_int(rowan_engine_stats(engine).size, 0);
	rowan_engine_close(engine);
}

Test(health, one_that_was_there_is_waited_for)
{
	struct connection *held;

	open_engine(.pool_timeout_ms = 60000, .check_after_ms = -1);
	borrow(1);
	kill_all();
	script.refusals = 5;
	error = (struct rowan_error){ 0 };
	assert_ok(engine_checkout(engine, ROWAN_HERE, &held, &error));
	engine_checkin(held);
	/* What failed on the way is no error of who asked. */
	assert_int(error.code, ROWAN_OK);
	assert_text(error.message, "");
	assert_int(script.attempts, 7);
	assert_int(rowan_engine_stats(engine).connects, 2);
	/* All is forgotten, and the next may try at once. */
	assert_int(engine->pool.backoff.failures, 0);
	rowan_engine_close(engine);
}

Test(health, it_is_not_waited_for_beyond_the_pools_time_out)
{
	struct connection *none;

	open_engine(.pool_timeout_ms = 100, .connect_timeout_ms = 5000, .check_after_ms = -1);
	borrow(1);
	assert_int(script.last_timeout_ms, 5000);
	kill_all();
	script.refusals = -1;
	assert_code(engine_checkout(engine, ROWAN_HERE, &none, &error), ROWAN_OPERATIONAL);
	assert_text(error.message, "nobody is there");
	cr_assert_gt(script.attempts, 2);
	/* Another attempt has no more time than is left. */
	cr_assert_leq(script.last_timeout_ms, 100);
	assert_int(rowan_engine_stats(engine).size, 0);
	rowan_engine_close(engine);
}

Test(health, who_does_not_wait_for_connections_does_not_wait_for_the_server)
{
	struct connection *none;

	open_engine(.pool_timeout_ms = -1, .check_after_ms = -1);
	borrow(1);
	kill_all();
	script.refusals = -1;
	assert_code(engine_checkout(engine, ROWAN_HERE, &none, &error), ROWAN_OPERATIONAL);
	assert_int(script.attempts, 2);
	rowan_engine_close(engine);
}

Test(health, what_no_second_attempt_mends_is_told_at_once)
{
	struct connection *none;

	open_engine(.pool_timeout_ms = 60000, .check_after_ms = -1);
	borrow(1);
	kill_all();
	stub.open = open_without_memory;
	assert_code(engine_checkout(engine, ROWAN_HERE, &none, &error), ROWAN_NO_MEMORY);
	assert_int(engine->pool.backoff.failures, 0);
	rowan_engine_close(engine);
}

Test(health, pool_9_one_at_a_time_tries_again)
{
	enum { THREADS = 12 };
	pthread_t threads[THREADS];
	struct connection *none;

	open_engine(.pool_timeout_ms = 60000, .pool_size = THREADS, .check_after_ms = -1);
	borrow(1);
	kill_all();
	/* A first failure, so that all of them know. */
	script.refusals = 1;
	engine->pool.timeout_ms = 0;
	cr_assert(engine_checkout(engine, ROWAN_HERE, &none, &error) < 0);
	engine->pool.timeout_ms = 60000;

	script.refusals = 5;
	script.most_refusing = 0;
	for (int i = 0; i < THREADS; i++)
		assert_int(pthread_create(&threads[i], NULL, borrow_one, NULL), 0);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	assert_int(script.most_refusing, 1);
	/* 1 + 1 from above, the 5 that were refused, and no more than one success each. */
	cr_assert_leq(script.attempts, 7 + THREADS);
	assert_int(engine->pool.backoff.failures, 0);
	assert_int(rowan_engine_stats(engine).in_use, 0);
	record_fault("pool-9", .injections = 5, .survived = 5, .engine = "postgresql",
		     .figure = "of 12 that want a server one at a time tries");
	rowan_engine_close(engine);
}

Test(health, pool_9_pauses_grow_to_a_second_and_differ)
{
	struct connection *none;
	int64_t before = 0, most = 0;
	bool differ = false;

	open_engine(.pool_timeout_ms = -1, .check_after_ms = -1);
	borrow(1);
	kill_all();
	script.refusals = -1;
	for (int i = 0; i < 12; i++) {
		int64_t from = clock_ns(), pause;

		engine->pool.backoff.next_ns = 0;
		cr_assert(engine_checkout(engine, ROWAN_HERE, &none, &error) < 0);
		pause = engine->pool.backoff.next_ns - clock_ns();
		/* At least half of 10 ms doubled each time, less what this loop itself took. */
		most = (int64_t)10 * NS_PER_MS << i;
		most = most < NS_PER_S ? most : NS_PER_S;
		cr_assert_leq(pause, most);
		cr_assert_geq(pause, most / 2 - (clock_ns() - from));
		differ |= i > 8 && pause / 1000 != before / 1000;
		before = pause;
	}
	assert_int(script.attempts, 13);
	cr_assert(differ);
	record_fault("pool-9", .injections = 12, .survived = 12, .engine = "postgresql",
		     .figure = "pauses grow to a second: 2 attempts a second at most, per pool");
	rowan_engine_close(engine);
}

/* ---- what comes back while a server is away -------------------------------------- */

/* Somebody who wants a connection, holds it until told to let go, and notes when. */
struct guest {
	pthread_t thread;
	int status, turn;		/* -1: not served yet */
	bool let_go;
};
static int turns;

static void *be_served(void *self)
{
	struct guest *guest = self;
	struct connection *connection;
	struct rowan_error ignored;

	guest->status = engine_checkout(engine, ROWAN_HERE, &connection, &ignored);
	__atomic_store_n(&guest->turn, __atomic_fetch_add(&turns, 1, __ATOMIC_SEQ_CST),
			 __ATOMIC_SEQ_CST);
	while (!__atomic_load_n(&guest->let_go, __ATOMIC_SEQ_CST))
		nap(1000000);
	if (guest->status == ROWAN_OK)
		engine_checkin(connection);
	return NULL;
}

static void invite(struct guest *guest)
{
	*guest = (struct guest){ .turn = -1 };
	assert_int(pthread_create(&guest->thread, NULL, be_served, guest), 0);
}

static void await_guest(struct guest *guest)
{
	while (__atomic_load_n(&guest->turn, __ATOMIC_SEQ_CST) < 0)
		nap(1000000);
}

static void dismiss(struct guest *guest)
{
	__atomic_store_n(&guest->let_go, true, __ATOMIC_SEQ_CST);
	pthread_join(guest->thread, NULL);
}

/* So many in the line, and so many who wait for the server. */
static void await_waiting(int in_line, int for_server)
{
	for (bool there = false; !there; nap(1000000)) {
		pthread_mutex_lock(&engine->pool.lock);
		there = engine->pool.waiting == in_line && engine->pool.backoff.waiting == for_server;
		pthread_mutex_unlock(&engine->pool.lock);
	}
}

/* The server is away, and nobody tries it again for a day. */
static void leave_alone(void)
{
	script.refusals = -1;
	engine->pool.backoff.failures = 1;
	engine->pool.backoff.next_ns = clock_after(86400 * 1000);
	engine->pool.backoff.last = (struct rowan_error){ .code = ROWAN_OPERATIONAL,
							  .message = "nobody is there" };
}

Test(health, p06_who_waits_for_a_server_takes_what_comes_back)
{
	struct connection *held;
	struct guest guest;

	open_engine(.pool_size = 4, .pool_timeout_ms = 60000);
	held = checkout(engine, ROWAN_HERE);
	leave_alone();
	invite(&guest);
	await_waiting(0, 1);
	engine_checkin(held);
	await_guest(&guest);
	assert_code(guest.status, ROWAN_OK);
	assert_int(rowan_engine_stats(engine).in_use, 1);
	assert_int(engine->pool.places, 1);
	assert_int(rowan_engine_stats(engine).connects, 1);
	assert_int(rowan_engine_stats(engine).checkouts, 2);
	dismiss(&guest);
	assert_int(rowan_engine_stats(engine).idle, 1);
	assert_int(script.attempts, 1);
	rowan_engine_close(engine);
}

/* Neither who waits for the server nor who waits in the line is passed over. */
Test(health, p07_who_waits_for_a_server_comes_before_the_line)
{
	struct connection *held;
	struct guest first, second;

	open_engine(.pool_size = 1, .max_overflow = 1, .pool_timeout_ms = 60000);
	held = checkout(engine, ROWAN_HERE);
	leave_alone();
	invite(&first);
	await_waiting(0, 1);
	invite(&second);
	await_waiting(1, 1);
	engine_checkin(held);
	await_guest(&first);
	await_waiting(0, 1);		/* its place went to the second */
	dismiss(&first);
	await_guest(&second);
	cr_assert(first.turn < second.turn);
	assert_int(first.status + second.status, ROWAN_OK);
	dismiss(&second);
	assert_int(engine->pool.places, 1);
	assert_int(rowan_engine_stats(engine).idle, 1);
	assert_int(script.count, 1);
	rowan_engine_close(engine);
}

Test(health, p06_with_nothing_in_use_it_is_told_at_once)
{
	struct connection *none;

	open_engine(.pool_size = 4, .pool_timeout_ms = 60000, .check_after_ms = -1);
	borrow(1);
	kill_all();
	leave_alone();
	assert_code(engine_checkout(engine, ROWAN_HERE, &none, &error), ROWAN_OPERATIONAL);
	assert_text(error.message, "nobody is there");
	assert_int(engine->pool.places, 0);
	rowan_engine_close(engine);
}

/* What came back may be lost by then: then it is as if it had not. */
Test(health, p05_what_came_back_is_looked_at)
{
	struct connection *held;
	struct guest guest;

	open_engine(.pool_size = 4, .pool_timeout_ms = 60000, .check_after_ms = -1);
	held = checkout(engine, ROWAN_HERE);
	leave_alone();
	invite(&guest);
	await_waiting(0, 1);
	kill_all();
	pthread_mutex_lock(&engine->pool.lock);
	engine->pool.timeout_ms = 0;
	pthread_mutex_unlock(&engine->pool.lock);
	engine_checkin(held);
	await_guest(&guest);
	assert_code(guest.status, ROWAN_OPERATIONAL);
	dismiss(&guest);
	assert_int(engine->pool.places, 0);
	assert_int(rowan_engine_stats(engine).size, 0);
	rowan_engine_close(engine);
}
