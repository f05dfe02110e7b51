/* SPDX-License-Identifier: MIT */
/*
 * What a pool costs when nobody else wants a connection: out and in again, no
 * statement between.  A second thread is alive, as in any program that has use
 * for a pool: without one, the C library's locks are cheaper than they will be.
 */
#include "throughput/workload.h"

#include "engine/engine.h"

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

static uint64_t rowan_pool(void *context, long count)
{
	struct world *world = context;
	struct rowan_error error;

	for (long i = 0; i < count; i++) {
		struct connection *connection;

		if (engine_checkout(world->engine, ROWAN_HERE, &connection, &error) != ROWAN_OK)
			die("pool: %s", error.message);
		engine_checkin(connection);
	}
	return (uint64_t)count;
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

static uint64_t raw_pool(void *context, long count)
{
	(void)context;
	for (long i = 0; i < count; i++)
		hand_checkin(hand_checkout());
	return (uint64_t)count;
}

const struct workload pool_workload = {
	.name = "pool", .title = "checkout and checkin", .unit = "pair",
	.count = 200000, .target_ns = 100,
	.rowan = { .run = rowan_pool },
	.twin = { .run = raw_pool },
};
