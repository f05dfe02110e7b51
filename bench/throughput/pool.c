/* SPDX-License-Identifier: MIT */
/*
 * What a pool costs when nobody else wants a connection: out and in again, no
 * statement between.  A second thread is alive, as in any program that has use
 * for a pool: without one, the C library's locks are cheaper than they will be.
 */
#include "throughput/workload.h"

#include "engine/engine.h"

#include <poll.h>
#include <pthread.h>

static struct {
	pthread_mutex_t lock;
	pthread_cond_t wake;
	bool done;
	pthread_t thread;
} other = { .lock = PTHREAD_MUTEX_INITIALIZER, .wake = PTHREAD_COND_INITIALIZER };

static void *sleep_until_done(void *unused)
{
	(void)unused;
	pthread_mutex_lock(&other.lock);
	while (!other.done)
		pthread_cond_wait(&other.wake, &other.lock);
	pthread_mutex_unlock(&other.lock);
	return NULL;
}

void pool_setup(void)
{
	if (pthread_create(&other.thread, NULL, sleep_until_done, NULL))
		die("cannot start a thread");
}

void pool_teardown(void)
{
	pthread_mutex_lock(&other.lock);
	other.done = true;
	pthread_cond_signal(&other.wake);
	pthread_mutex_unlock(&other.lock);
	pthread_join(other.thread, NULL);
}

static uint64_t take_and_give(struct rowan_engine *engine, long count)
{
	struct rowan_error error;

	for (long i = 0; i < count; i++) {
		struct connection *connection;

		if (engine_checkout(engine, ROWAN_HERE, &connection, &error) != ROWAN_OK)
			die("pool: %s", error.message);
		engine_checkin(connection);
	}
	return (uint64_t)count;
}

static uint64_t rowan_pool(void *context, long count)
{
	return take_and_give(((struct world *)context)->engine, count);
}

/* The least that a pool can be: a locked stack that lets others wait. */
static struct {
	pthread_mutex_t lock;
	pthread_cond_t returned;
	int waiting, idle;
	void *stack[4];
} hand = {
	.lock = PTHREAD_MUTEX_INITIALIZER, .returned = PTHREAD_COND_INITIALIZER,
	.idle = 1, .stack = { &hand },
};

__attribute__((noinline)) static void *hand_checkout(void)
{
	void *connection;

	pthread_mutex_lock(&hand.lock);
	while (!hand.idle) {
		hand.waiting++;
		pthread_cond_wait(&hand.returned, &hand.lock);
		hand.waiting--;
	}
	connection = hand.stack[--hand.idle];
	pthread_mutex_unlock(&hand.lock);
	return connection;
}

__attribute__((noinline)) static void hand_checkin(void *connection)
{
	pthread_mutex_lock(&hand.lock);
	hand.stack[hand.idle++] = connection;
	if (hand.waiting)
		pthread_cond_signal(&hand.returned);
	pthread_mutex_unlock(&hand.lock);
}

static uint64_t hand_pool(void *context, long count)
{
	(void)context;
	for (long i = 0; i < count; i++)
		hand_checkin(hand_checkout());
	return (uint64_t)count;
}

static const struct twin hand_pools[] = {
	{ "mutex and stack", { .run = hand_pool } }, { 0 },
};

const struct workload pool_workload = {
	.name = "pool", .title = "checkout and checkin", .unit = "pair",
	.rowan = { .run = rowan_pool },
	.contests = {
		[ON_SQLITE] = { .count = 200000, .twins = hand_pools, .target_ns = 100 },
		POSTGRES_CONTEST(.count = 200000, .twins = hand_pools, .target_ns = 100),
	},
};

/* ---- with a look at the socket ---------------------------------------------- */

/* An engine of its own: the world's looks at what was idle for a second only. */
static struct rowan_engine *checking;

static void open_checking(void *context, long count)
{
	struct world *world = context;
	struct rowan_error error = { 0 };

	(void)count;
	checking = rowan_engine_open(world->url, .check_after_ms = -1, .error = &error);
	if (!checking)
		die("%s", error.message);
	take_and_give(checking, 1);
}

static void close_checking(void *context, long count)
{
	(void)context, (void)count;
	rowan_engine_close(checking);
}

static uint64_t rowan_pool_check(void *context, long count)
{
	(void)context;
	return take_and_give(checking, count);
}

/* Nothing to read, and not closed: the server has nothing to say to us. */
static uint64_t hand_pool_check(void *context, long count)
{
	struct world *world = context;

	for (long i = 0; i < count; i++) {
		struct pollfd idle = { .fd = world->idle_socket, .events = POLLIN };
		void *connection = hand_checkout();

		if (poll(&idle, 1, 0) != 0)
			die("pool: the twin's connection is gone");
		hand_checkin(connection);
	}
	return (uint64_t)count;
}

static const struct twin hand_pools_check[] = {
	{ "mutex, stack and poll()", { .run = hand_pool_check } }, { 0 },
};

/* Only a server's connections have something to look at. */
const struct workload pool_check_workload = {
	.name = "pool-check", .title = "checkout and checkin, checked", .unit = "pair",
	.rowan = { .prepare = open_checking, .run = rowan_pool_check,
		   .finish = close_checking },
	.contests = {
		POSTGRES_CONTEST(.count = 50000, .twins = hand_pools_check, .target_ns = 350),
	},
};
