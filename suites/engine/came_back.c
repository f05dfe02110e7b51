/* SPDX-License-Identifier: MIT */
#include "scripted.h"

/* What is given back while a server is away, and who gets it. */

TestSuite(came_back, .init = make_scratch, .fini = remove_scratch, .timeout = 60);

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

Test(came_back, p06_who_waits_for_a_server_takes_what_comes_back)
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
Test(came_back, p07_who_waits_for_a_server_comes_before_the_line)
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

Test(came_back, p06_with_nothing_in_use_it_is_told_at_once)
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
Test(came_back, p05_what_came_back_is_looked_at)
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
