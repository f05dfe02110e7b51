/* SPDX-License-Identifier: MIT */
#include "scripted.h"

/* What an engine thinks of its connections: which it lends, and what it does about the lost. */

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

static int open_without_memory(const struct driver_target *target,
			       struct driver_connection **out, struct rowan_error *open_error)
{
	(void)target;
	*out = NULL;
	*open_error = (struct rowan_error){ .code = ROWAN_NO_MEMORY };
	return ROWAN_NO_MEMORY;
}

Test(health, what_no_second_attempt_mends_is_told_at_once)
{
	struct connection *none;

	open_engine(.pool_timeout_ms = 60000, .check_after_ms = -1);
	borrow(1);
	kill_all();
	scripted.open = open_without_memory;
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
