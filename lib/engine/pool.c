/* SPDX-License-Identifier: MIT */
#include "base/error.h"
#include "driver/fault.h"
#include "engine/internal.h"

#include <limits.h>

void pool_init(struct pool *pool, const struct rowan_engine *engine)
{
	const struct rowan_engine_options *options = &engine->options;
	const bool checked = engine->driver->alive && options->check != ROWAN_CHECK_NONE;

	pthread_mutex_init(&pool->lock, NULL);
	pthread_condattr_init(&pool->clock);
	pthread_condattr_setclock(&pool->clock, CLOCK_MONOTONIC);
	backoff_init(pool);
	pool->timeout_ms = options->pool_timeout_ms;
	pool->check_after_ns = checked ? (int64_t)options->check_after_ms * NS_PER_MS : -1;
	pool->recycle_ns = (int64_t)options->recycle_s * NS_PER_S;
	pool->process = engine_process;
	pool_set_size(pool, options);
}

void pool_set_size(struct pool *pool, const struct rowan_engine_options *options)
{
	pool->kind = options->pool;
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
	line_free(pool);
	backoff_destroy(pool);
	pthread_condattr_destroy(&pool->clock);
	pthread_mutex_destroy(&pool->lock);
}

void pool_lock(struct rowan_engine *engine)
{
	pthread_mutex_lock(&engine->pool.lock);
	if (engine->pool.process != engine_process)
		fork_leave_parent(engine);
}

void pool_unlock(struct rowan_engine *engine)
{
	pthread_mutex_unlock(&engine->pool.lock);
}

/* ---- lists; all of these under the lock ------------------------------------ */

static void push_idle(struct pool *pool, struct connection *connection)
{
	connection->since_ns = clock_coarse_ns();
	connection->next = pool->idle;
	pool->idle = connection;
	pool->idle_count++;
}

struct connection *pool_pop_idle(struct pool *pool)
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

void pool_hold(struct connection *connection, struct rowan_site site, uint64_t thread,
	       bool was_idle)
{
	int64_t now = clock_coarse_ns();

	connection->holder = site;
	connection->thread = thread;
	connection->idle_ns = was_idle ? now - connection->since_ns : -1;
	connection->since_ns = now;
}

/* What it executed goes on counting after it is closed. */
static void keep_counts(struct pool *pool, const struct connection *connection)
{
	pool->statements += read_count(&connection->statements);
	pool->prepares += read_count(&connection->prepares);
}

struct connection *pool_take_idle(struct pool *pool)
{
	struct connection *idle = pool->idle;

	pool->idle = NULL;
	pool->places -= pool->idle_count;
	pool->idle_count = 0;
	for (struct connection *each = idle; each; each = each->next)
		keep_counts(pool, each);
	return idle;
}

/* ---- checkout -------------------------------------------------------------- */

/* The one connection of a static pool will not come back while its holder waits. */
static int held_by_itself(struct pool *pool, struct rowan_site site, struct rowan_error *error)
{
	const struct connection *held = pool->used;

	if (pool->kind != ROWAN_POOL_STATIC || !held || held->thread != this_thread())
		return ROWAN_OK;
	error_set(error, ROWAN_MISUSE,
		  "the %s one connection is already in use by this thread, at %s:%d",
		  pool->sandboxed ? "sandbox's" : "static pool's",
		  held->holder.file ? held->holder.file : "?", held->holder.line);
	error->site = site;
	return ROWAN_MISUSE;
}

/* Take one that is idle, or a place to open one (*out stays NULL). */
static int take(struct pool *pool, struct rowan_site site, int64_t *deadline_ns,
		struct connection **out, struct rowan_error *error)
{
	int status = held_by_itself(pool, site, error);

	if (status < 0)
		return status;
	if (!pool->idle && pool->places == pool->most) {
		*deadline_ns = clock_after(pool->timeout_ms);
		return line_wait(pool, site, *deadline_ns, out, error);
	}
	if (pool->idle) {
		*out = pool_pop_idle(pool);
		pool_hold(*out, site, this_thread(), true);
		add_used(pool, *out);
	} else {
		pool->places++;
	}
	return ROWAN_OK;
}

/* It is not good any more; its place stays ours. */
static void replace(struct rowan_engine *engine, struct connection *connection,
		    enum health health)
{
	struct pool *pool = &engine->pool;
	struct connection *others = NULL;

	pool_lock(engine);
	remove_used(pool, connection);
	keep_counts(pool, connection);
	pool->checkouts--;
	if (health == HEALTH_LOST)
		others = health_spread(pool, connection);
	pool_unlock(engine);
	connection_close(connection);
	connection_close_all(others);
}

/* Fill a place that is ours; HEALTH_CAME_BACK if somebody's connection was enough. */
static int connect_into_place(struct rowan_engine *engine, struct rowan_site site,
			      int64_t deadline_ns, struct connection **out,
			      struct rowan_error *error)
{
	struct pool *pool = &engine->pool;
	struct waiter *next = NULL;
	int status = __atomic_load_n(&pool->sandboxed, __ATOMIC_RELAXED)
		? sandbox_lost(pool, error) : health_connect(engine, deadline_ns, out, error);

	pool_lock(engine);
	if (status >= 0) {
		pool_hold(*out, site, this_thread(), status == HEALTH_CAME_BACK);
		add_used(pool, *out);
		pool->connects += status != HEALTH_CAME_BACK;
		pool->checkouts++;
	} else {
		error->site = site;
	}
	if (status != ROWAN_OK)
		next = line_give_place(pool);
	pool_unlock(engine);
	line_wake(next);
	return status;
}

int engine_checkout(struct rowan_engine *engine, struct rowan_site site,
		    struct connection **out, struct rowan_error *error)
{
	int64_t deadline_ns = 0;	/* for all of it: told when somebody first waits */
	int status;

	*out = NULL;
	pool_lock(engine);
	status = take(&engine->pool, site, &deadline_ns, out, error);
	engine->pool.checkouts += *out != NULL;
	pool_unlock(engine);
	if (status < 0)
		return status;
	do {
		enum health health = *out ? health_of(*out) : HEALTH_LOST;

		if (health == HEALTH_GOOD)
			return ROWAN_OK;
		if (*out)
			replace(engine, *out, health);
		if (!deadline_ns)
			deadline_ns = clock_after(engine->pool.timeout_ms);
		status = connect_into_place(engine, site, deadline_ns, out, error);
	} while (status == HEALTH_CAME_BACK);
	return status;
}

/* ---- checkin --------------------------------------------------------------- */

static bool is_lost(const struct connection *connection)
{
	return connection->broken && connection->driver->lost;
}

/* Somebody has waited for a server that is away since before the first in line. */
static bool is_wanted(const struct pool *pool)
{
	return pool->backoff.waiting > pool->idle_count;
}

void engine_checkin(struct connection *connection)
{
	struct connection *others = NULL;
	struct waiter *next = NULL;
	struct rowan_engine *engine;
	struct pool *pool;
	bool clean, spare;

	if (!connection)
		return;
	if (!connection_is_ours(connection)) {
		connection_abandon(connection);
		return;
	}
	engine = connection->engine;
	pool = &engine->pool;
	clean = connection_clean(connection);

	pool_lock(engine);
	spare = !clean || connection->generation != pool->generation ||
		(!is_wanted(pool) && !pool->first && pool->places > pool->kept);
	if (!spare && pool->first && !is_wanted(pool)) {
		next = line_give_connection(pool, connection);
	} else {
		remove_used(pool, connection);
		if (!spare)
			push_idle(pool, connection);
		else
			keep_counts(pool, connection);
	}
	if (pool->backoff.waiting)
		pthread_cond_broadcast(&pool->backoff.changed);
	if (is_lost(connection))
		others = health_spread(pool, connection);
	pool_unlock(engine);
	line_wake(next);
	if (!spare)
		return;

	/* Its place is free only when it is really gone. */
	connection_close(connection);
	connection_close_all(others);
	pool_lock(engine);
	next = line_give_place(pool);
	pool_unlock(engine);
	line_wake(next);
}

/* ---- all of them ----------------------------------------------------------- */

int pool_connect_now(struct rowan_engine *engine, struct rowan_error *error)
{
	struct pool *pool = &engine->pool;
	struct connection *connection;
	int status = health_connect(engine, clock_after(pool->timeout_ms), &connection, error);

	if (status < 0)
		return status;
	pool_lock(engine);
	push_idle(pool, connection);
	pool->places += status == ROWAN_OK;
	pool->connects += status == ROWAN_OK;
	pool_unlock(engine);
	return ROWAN_OK;
}

void pool_dispose(struct rowan_engine *engine)
{
	struct connection *idle;

	pool_lock(engine);
	engine->pool.generation++;
	idle = pool_take_idle(&engine->pool);
	pool_unlock(engine);
	connection_close_all(idle);
	connection_drop_anchor(engine);
}

void pool_each_used(struct rowan_engine *engine,
		    void (*visit)(struct rowan_engine *engine, struct rowan_site holder))
{
	pool_lock(engine);
	for (struct connection *used = engine->pool.used; used; used = used->next)
		visit(engine, used->holder);
	pool_unlock(engine);
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
	const struct fault *fault = engine->url.target.fault;
	struct pool *pool = &engine->pool;
	struct rowan_engine_stats stats;

	pool_lock(engine);
	stats = (struct rowan_engine_stats){
		.size = pool->idle_count + pool->used_count,
		.idle = pool->idle_count,
		.in_use = pool->used_count,
		.waiting = pool->waiting,
		.connects = pool->connects,
		.checkouts = pool->checkouts,
		.waits = pool->waits,
		.timeouts = pool->timeouts,
		.lost = pool->lost,
		.statements = pool->statements,
		.prepares = pool->prepares,
		.faults = fault ? read_count(&fault->injected) : 0,
		.sandbox = pool->sandboxed,
	};
	add_counts(&stats, pool->idle);
	add_counts(&stats, pool->used);
	pool_unlock(engine);
	return stats;
}
