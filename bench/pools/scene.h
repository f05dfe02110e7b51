/* SPDX-License-Identifier: MIT */
#ifndef POOLS_SCENE_H
#define POOLS_SCENE_H

/*
 * Threads that take a connection, run one statement, hold it for a while and give it
 * back, over and over; and how long they waited.
 */

#include "harness.h"
#include "pools/histogram.h"

#include <pthread.h>

#define MOST_THREADS 64
#define USERS 1000L

struct scene;

/* Where connections come from.  `stock` is the supply's own. */
struct supply {
	/* NULL: none was to be had (in time). */
	void *(*take)(void *stock, long thread);
	/* One statement by key; whether it worked. */
	bool (*use)(void *connection, int64_t id, bool write);
	void (*give)(void *stock, void *connection);
};

struct scene {
	const struct supply *supply;
	void *stock;
	long threads, ms;
	long hold_us;
	bool writers;		/* one statement in ten is an update */
	int64_t timeout_ns;	/* that the supply waits at most; 0 = long enough */
	int phase;		/* set by main, read by all */
	pthread_barrier_t start;
};

struct figures {
	double p50, p90, p99, max;	/* microseconds until a connection was there */
	double per_second;		/* those who got one */
	double fairness;		/* the slowest thread's operations over the fastest's */
	uint64_t operations, failures;	/* what failed is among them */
	double late_p50, late_max;	/* microseconds by which a time-out came too late */
};

struct figures scene_run(struct scene *scene);

/* ---- supplies -------------------------------------------------------------- */

/* An engine's pool; `stock` is the engine. */
extern const struct supply engine_supply;

#ifdef ROWAN_POSTGRES
/*
 * By hand on libpq.  Connections that are each thread's own; or a stack behind a mutex,
 * which is all that a pool needs, and those who wait: they stand in line and are handed
 * what comes back, or whoever comes first takes it (barging).
 */
extern const struct supply pinned_supply, line_supply, barging_supply;

struct hand_pool;
struct hand_pool *hand_open(const char *url, long size);
void hand_close(struct hand_pool *pool);
#endif

#endif
