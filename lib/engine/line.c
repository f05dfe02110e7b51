/* SPDX-License-Identifier: MIT */
#include "base/alloc.h"
#include "base/error.h"
#include "engine/internal.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

/*
 * Those who wait for a connection, first come first served.
 *
 * Who gives something to the first in line wakes it after unlocking the pool, or it
 * would wake up only to wait for the lock.  By then it may be gone, since a thread can
 * wake up by itself; so waiters are kept, and at worst somebody else is woken in vain.
 */

/* A thread in line.  Exactly one of the last two is set before it is woken. */
struct waiter {
	struct waiter *next;
	pthread_cond_t granted;
	struct rowan_site site;
	uint64_t thread;
	struct connection *connection;	/* now its own */
	bool place;			/* it may open one */
};

/* Different for each thread that is alive. */
uint64_t this_thread(void)
{
	static _Thread_local char here;

	return (uint64_t)(uintptr_t)&here;
}

static void join(struct pool *pool, struct waiter *waiter)
{
	if (pool->first)
		pool->last->next = waiter;
	else
		pool->first = waiter;
	pool->last = waiter;
	pool->waiting++;
	pool->waits++;
}

static void leave(struct pool *pool, struct waiter *waiter)
{
	struct waiter *before = NULL;

	for (struct waiter *at = pool->first; at != waiter; at = at->next)
		before = at;
	if (before)
		before->next = waiter->next;
	else
		pool->first = waiter->next;
	if (pool->last == waiter)
		pool->last = before;
	pool->waiting--;
}

struct waiter *line_give_place(struct pool *pool)
{
	struct waiter *waiter = pool->first;

	if (waiter) {
		leave(pool, waiter);
		waiter->place = true;
	} else {
		pool->places--;
	}
	return waiter;
}

struct waiter *line_give_connection(struct pool *pool, struct connection *connection)
{
	struct waiter *waiter = pool->first;

	leave(pool, waiter);
	pool_hold(connection, waiter->site, waiter->thread, false);
	waiter->connection = connection;
	return waiter;
}

void line_wake(struct waiter *waiter)
{
	if (waiter)
		pthread_cond_signal(&waiter->granted);
}

/* ---- in vain ------------------------------------------------------------------ */

static const char *file_of(struct rowan_site site)
{
	return site.file ? site.file : "?";
}

static bool same_site(struct rowan_site a, struct rowan_site b)
{
	return a.line == b.line && strcmp(file_of(a), file_of(b)) == 0;
}

static int count_at(const struct connection *used, struct rowan_site site)
{
	int count = 0;

	for (; used; used = used->next)
		count += same_site(used->holder, site);
	return count;
}

static void add_holder(const struct pool *pool, const struct connection *held,
		       const char *before, struct rowan_error *error)
{
	error_more(error, "%s%d at %s:%d", before, count_at(pool->used, held->holder),
		   file_of(held->holder), held->holder.line);
}

/* Who should have given one back, and since when; each line of the program once. */
static void add_holders(const struct pool *pool, struct rowan_error *error)
{
	const struct connection *longest = pool->used, *own = NULL, *used;
	const char *before = " (";

	/* Who came first stands last. */
	for (used = pool->used; used; used = used->next) {
		if (used->since_ns <= longest->since_ns)
			longest = used;
		if (used->thread == this_thread())
			own = used;
	}
	error_more(error, "; held longest by %s:%d, for %" PRId64 " ms", file_of(longest->holder),
		   longest->holder.line, (clock_coarse_ns() - longest->since_ns) / NS_PER_MS);
	if (own)
		error_more(error, "; this thread itself holds one, by %s:%d",
			   file_of(own->holder), own->holder.line);
	for (used = pool->used; used; used = used->next) {
		if (count_at(used->next, used->holder) > 0)
			continue;
		add_holder(pool, used, before, error);
		before = ", ";
	}
	error_more(error, ")");
}

static int timed_out(struct pool *pool, struct rowan_site site, struct rowan_error *error)
{
	pool->timeouts++;
	error_set(error, ROWAN_TIMEOUT,
		  "no connection after %d ms: pool_size %d, max_overflow %d, %d in use, "
		  "%d waiting", pool->timeout_ms, pool->kept, pool->most - pool->kept,
		  pool->used_count, pool->waiting);
	if (pool->used)
		add_holders(pool, error);
	error->site = site;
	return ROWAN_TIMEOUT;
}

/* ---- waiting ------------------------------------------------------------------ */

static struct waiter *make_waiter(struct pool *pool)
{
	struct waiter *waiter = pool->spare;

	if (waiter) {
		pool->spare = waiter->next;
	} else {
		waiter = mem_alloc(sizeof(*waiter));
		if (waiter)
			pthread_cond_init(&waiter->granted, &pool->clock);
	}
	return waiter;
}

void line_free(struct pool *pool)
{
	while (pool->spare) {
		struct waiter *waiter = pool->spare;

		pool->spare = waiter->next;
		pthread_cond_destroy(&waiter->granted);
		mem_free(waiter);
	}
}

int line_wait(struct pool *pool, struct rowan_site site, int64_t deadline_ns,
	      struct connection **out, struct rowan_error *error)
{
	const struct timespec deadline = clock_time(deadline_ns);
	struct waiter *self;
	int status = ROWAN_OK;

	if (pool->timeout_ms == 0)
		return timed_out(pool, site, error);

	self = make_waiter(pool);
	if (!self)
		return error_no_memory(error);
	self->next = NULL;
	self->site = site;
	self->thread = this_thread();
	self->connection = NULL;
	self->place = false;
	join(pool, self);
	while (!self->connection && !self->place && status == ROWAN_OK) {
		if (pthread_cond_timedwait(&self->granted, &pool->lock, &deadline) != ETIMEDOUT ||
		    self->connection || self->place)
			continue;
		status = timed_out(pool, site, error);
		leave(pool, self);
	}
	*out = self->connection;
	self->next = pool->spare;
	pool->spare = self;
	return status;
}
