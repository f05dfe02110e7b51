/* SPDX-License-Identifier: MIT */
#include "base/error.h"
#include "engine/internal.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <time.h>

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
static uint64_t this_thread(void)
{
	static _Thread_local char here;

	return (uint64_t)(uintptr_t)&here;
}

void pool_init(struct pool *pool, const struct rowan_engine_options *options)
{
	pthread_mutex_init(&pool->lock, NULL);
	pthread_condattr_init(&pool->clock);
	pthread_condattr_setclock(&pool->clock, CLOCK_MONOTONIC);
	pool->kind = options->pool;
	pool->timeout_ms = options->pool_timeout_ms;

	switch (options->pool) {
	case ROWAN_POOL_QUEUE:
		pool->kept = options->pool_size;
		pool->most = options->max_overflow < INT_MAX - pool->kept
			? pool->kept + options->max_overflow : INT_MAX;
		break;
	case ROWAN_POOL_NULL:
		pool->kept = 0;
		pool->most = INT_MAX;
		break;
	case ROWAN_POOL_STATIC:
		pool->kept = pool->most = 1;
		break;
	}
}

void pool_destroy(struct pool *pool)
{
	pthread_condattr_destroy(&pool->clock);
	pthread_mutex_destroy(&pool->lock);
}

/* ---- lists; all of these under the lock ------------------------------------ */

static void push_idle(struct pool *pool, struct connection *connection)
{
	connection->next = pool->idle;
	pool->idle = connection;
	pool->idle_count++;
}

static struct connection *pop_idle(struct pool *pool)
{
	struct connection *connection = pool->idle;

	pool->idle = connection->next;
	pool->idle_count--;
	return connection;
}

static void add_used(struct pool *pool, struct connection *connection)
{
	connection->previous = NULL;
	connection->next = pool->used;
	if (pool->used)
		pool->used->previous = connection;
	pool->used = connection;
	pool->used_count++;
}

static void remove_used(struct pool *pool, struct connection *connection)
{
	if (connection->previous)
		connection->previous->next = connection->next;
	else
		pool->used = connection->next;
	if (connection->next)
		connection->next->previous = connection->previous;
	pool->used_count--;
}

static void hold(struct connection *connection, struct rowan_site site, uint64_t thread)
{
	connection->holder = site;
	connection->thread = thread;
	connection->since_ns = clock_coarse_ns();
}

static void join_line(struct pool *pool, struct waiter *waiter)
{
	if (pool->first)
		pool->last->next = waiter;
	else
		pool->first = waiter;
	pool->last = waiter;
	pool->waiting++;
	pool->waits++;
}

static void leave_line(struct pool *pool, struct waiter *waiter)
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

/* Somebody's place is free: the first in line has it, or nobody. */
static void give_place(struct pool *pool)
{
	struct waiter *waiter = pool->first;

	if (!waiter) {
		pool->places--;
		return;
	}
	leave_line(pool, waiter);
	waiter->place = true;
	pthread_cond_signal(&waiter->granted);
}

static void give_connection(struct pool *pool, struct connection *connection)
{
	struct waiter *waiter = pool->first;

	leave_line(pool, waiter);
	hold(connection, waiter->site, waiter->thread);
	waiter->connection = connection;
	pthread_cond_signal(&waiter->granted);
}

/* What it executed goes on counting after it is closed. */
static void keep_counts(struct pool *pool, const struct connection *connection)
{
	pool->statements += read_count(&connection->statements);
	pool->prepares += read_count(&connection->prepares);
}

/* ---- checkout -------------------------------------------------------------- */

static int timed_out(struct pool *pool, struct rowan_site site, struct rowan_error *error)
{
	const struct connection *longest = pool->used;
	const struct connection *other;

	pool->timeouts++;
	for (other = longest; other; other = other->next)
		if (other->since_ns < longest->since_ns)
			longest = other;

	error_set(error, ROWAN_TIMEOUT,
		  "no connection after %d ms: pool_size %d, max_overflow %d, %d in use, "
		  "%d waiting", pool->timeout_ms, pool->kept, pool->most - pool->kept,
		  pool->used_count, pool->waiting);
	if (longest)
		error_more(error, "; held longest by %s:%d, for %" PRId64 " ms",
			   longest->holder.file ? longest->holder.file : "?",
			   longest->holder.line,
			   (clock_coarse_ns() - longest->since_ns) / 1000000);
	error->site = site;
	return ROWAN_TIMEOUT;
}

/* The one connection of a static pool will not come back while its holder waits. */
static int held_by_itself(struct pool *pool, struct rowan_site site, struct rowan_error *error)
{
	const struct connection *held = pool->used;

	if (pool->kind != ROWAN_POOL_STATIC || !held || held->thread != this_thread())
		return ROWAN_OK;
	error_set(error, ROWAN_MISUSE,
		  "the static pool's one connection is already in use by this thread, at %s:%d",
		  held->holder.file ? held->holder.file : "?", held->holder.line);
	error->site = site;
	return ROWAN_MISUSE;
}

static struct timespec deadline_after(int ms)
{
	struct timespec deadline;

	clock_gettime(CLOCK_MONOTONIC, &deadline);
	deadline.tv_sec += ms / 1000;
	deadline.tv_nsec += (long)(ms % 1000) * 1000000;
	if (deadline.tv_nsec >= 1000000000) {
		deadline.tv_sec++;
		deadline.tv_nsec -= 1000000000;
	}
	return deadline;
}

/* Wait for a connection, or for a place to open one (*out stays NULL). */
static int wait_in_line(struct pool *pool, struct rowan_site site, struct connection **out,
			struct rowan_error *error)
{
	struct waiter self = { .site = site, .thread = this_thread() };
	struct timespec deadline;
	int status = ROWAN_OK;

	if (pool->timeout_ms == 0)
		return timed_out(pool, site, error);

	deadline = deadline_after(pool->timeout_ms);
	pthread_cond_init(&self.granted, &pool->clock);
	join_line(pool, &self);
	while (!self.connection && !self.place && status == ROWAN_OK) {
		if (pthread_cond_timedwait(&self.granted, &pool->lock, &deadline) != ETIMEDOUT ||
		    self.connection || self.place)
			continue;
		status = timed_out(pool, site, error);
		leave_line(pool, &self);
	}
	pthread_cond_destroy(&self.granted);
	*out = self.connection;
	return status;
}

/* Fill a place that is ours. */
static int connect_into_place(struct rowan_engine *engine, uint64_t generation,
			      struct rowan_site site, struct connection **out,
			      struct rowan_error *error)
{
	struct pool *pool = &engine->pool;
	int status = connection_open(engine, out, error);

	pthread_mutex_lock(&pool->lock);
	if (status == ROWAN_OK) {
		struct connection *connection = *out;

		connection->generation = generation;
		hold(connection, site, this_thread());
		add_used(pool, connection);
		pool->connects++;
		pool->checkouts++;
	} else {
		error->site = site;
		give_place(pool);
	}
	pthread_mutex_unlock(&pool->lock);
	return status;
}

int engine_checkout(struct rowan_engine *engine, struct rowan_site site,
		    struct connection **out, struct rowan_error *error)
{
	struct pool *pool = &engine->pool;
	uint64_t generation;
	int status;

	*out = NULL;
	pthread_mutex_lock(&pool->lock);
	status = held_by_itself(pool, site, error);
	if (status == ROWAN_OK) {
		if (pool->idle) {
			*out = pop_idle(pool);
			hold(*out, site, this_thread());
			add_used(pool, *out);
		} else if (pool->places < pool->most) {
			pool->places++;
		} else {
			status = wait_in_line(pool, site, out, error);
		}
	}
	pool->checkouts += *out != NULL;
	generation = pool->generation;
	pthread_mutex_unlock(&pool->lock);

	if (status < 0 || *out)
		return status;
	return connect_into_place(engine, generation, site, out, error);
}

/* ---- checkin --------------------------------------------------------------- */

void engine_checkin(struct connection *connection)
{
	struct pool *pool;
	bool clean, spare;

	if (!connection)
		return;
	pool = &connection->engine->pool;
	clean = connection_clean(connection);

	pthread_mutex_lock(&pool->lock);
	spare = !clean || connection->generation != pool->generation ||
		(!pool->first && pool->places > pool->kept);
	if (!spare && pool->first) {
		give_connection(pool, connection);
	} else {
		remove_used(pool, connection);
		if (!spare)
			push_idle(pool, connection);
		else
			keep_counts(pool, connection);
	}
	pthread_mutex_unlock(&pool->lock);
	if (!spare)
		return;

	/* Its place is free only when it is really gone. */
	connection_close(connection);
	pthread_mutex_lock(&pool->lock);
	give_place(pool);
	pthread_mutex_unlock(&pool->lock);
}

/* ---- all of them ----------------------------------------------------------- */

int pool_connect_now(struct rowan_engine *engine, struct rowan_error *error)
{
	struct pool *pool = &engine->pool;
	struct connection *connection;
	int status = connection_open(engine, &connection, error);

	if (status < 0)
		return status;
	pthread_mutex_lock(&pool->lock);
	connection->generation = pool->generation;
	push_idle(pool, connection);
	pool->places++;
	pool->connects++;
	pthread_mutex_unlock(&pool->lock);
	return ROWAN_OK;
}

void pool_dispose(struct rowan_engine *engine)
{
	struct pool *pool = &engine->pool;
	struct connection *idle, *connection;

	pthread_mutex_lock(&pool->lock);
	pool->generation++;
	idle = pool->idle;
	pool->idle = NULL;
	pool->places -= pool->idle_count;
	pool->idle_count = 0;
	for (connection = idle; connection; connection = connection->next)
		keep_counts(pool, connection);
	pthread_mutex_unlock(&pool->lock);

	while (idle) {
		connection = idle;
		idle = idle->next;
		connection_close(connection);
	}
	connection_drop_anchor(engine);
}

void pool_each_used(struct rowan_engine *engine,
		    void (*visit)(struct rowan_engine *engine, struct rowan_site holder))
{
	pthread_mutex_lock(&engine->pool.lock);
	for (struct connection *used = engine->pool.used; used; used = used->next)
		visit(engine, used->holder);
	pthread_mutex_unlock(&engine->pool.lock);
}

static void add_counts(struct rowan_engine_stats *stats, const struct connection *connections)
{
	for (; connections; connections = connections->next) {
		stats->statements += read_count(&connections->statements);
		stats->prepares += read_count(&connections->prepares);
	}
}

struct rowan_engine_stats rowan_engine_stats(struct rowan_engine *engine)
{
	struct pool *pool = &engine->pool;
	struct rowan_engine_stats stats;

	pthread_mutex_lock(&pool->lock);
	stats = (struct rowan_engine_stats){
		.size = pool->idle_count + pool->used_count,
		.idle = pool->idle_count,
		.in_use = pool->used_count,
		.waiting = pool->waiting,
		.connects = pool->connects,
		.checkouts = pool->checkouts,
		.waits = pool->waits,
		.timeouts = pool->timeouts,
		.statements = pool->statements,
		.prepares = pool->prepares,
	};
	add_counts(&stats, pool->idle);
	add_counts(&stats, pool->used);
	pthread_mutex_unlock(&pool->lock);
	return stats;
}
