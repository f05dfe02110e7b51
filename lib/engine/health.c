/* SPDX-License-Identifier: MIT */
#include "base/hash.h"
#include "engine/internal.h"

#include <limits.h>

/*
 * Connections die: the server restarts, an administrator ends them, a network is cut.
 * A dead one is found before it is lent, and with it all of its age are given up: what
 * killed one seldom spared the others.  The way back is taken carefully: if connecting
 * fails, one thread at a time goes on trying, ever more slowly, and what becomes of it
 * holds for all that wait.
 */

#define FIRST_DELAY_NS (10 * (int64_t)NS_PER_MS)
#define LONGEST_DELAY_NS ((int64_t)NS_PER_S)

/*
 * Any of the last tenth of what the option says, so that connections that were opened
 * together are not replaced together.
 */
static int64_t lifetime_ns(const struct connection *connection)
{
	const int64_t most = connection->engine->pool.recycle_ns;
	uint64_t random = hash_int((uint64_t)connection->opened_ns ^
				   (uint64_t)(uintptr_t)connection);

	return most - (int64_t)(random % (uint64_t)(most / 10));
}

enum health health_of(struct connection *connection)
{
	const struct pool *pool = &connection->engine->pool;
	const bool ping = connection->engine->options.check == ROWAN_CHECK_PING;

	if (pool->recycle_ns && !connection->words->begun &&
	    connection->since_ns - connection->opened_ns >= lifetime_ns(connection))
		return HEALTH_OLD;
	if (pool->check_after_ns < 0 || connection->idle_ns < pool->check_after_ns)
		return HEALTH_GOOD;
	return connection->driver->alive(connection->handle, ping) ? HEALTH_GOOD : HEALTH_LOST;
}

struct connection *health_spread(struct pool *pool, const struct connection *lost)
{
	pool->lost++;
	/* If it is older, the others of its age went with the first of them. */
	if (lost->generation != pool->generation)
		return NULL;
	pool->generation++;
	return pool_take_idle(pool);
}

/* ---- connecting, and failing to ------------------------------------------------ */

void backoff_init(struct pool *pool)
{
	pool->backoff = (struct backoff){
		.random = (uint64_t)clock_ns() ^ (uint64_t)(uintptr_t)pool,
	};
	pthread_cond_init(&pool->backoff.changed, &pool->clock);
}

void backoff_destroy(struct pool *pool)
{
	pthread_cond_destroy(&pool->backoff.changed);
}

/* From a half of it to all, so that programs that failed together do not try together. */
static int64_t next_delay(struct backoff *backoff)
{
	int64_t delay = FIRST_DELAY_NS;

	for (unsigned i = 1; i < backoff->failures && delay < LONGEST_DELAY_NS; i++)
		delay *= 2;
	if (delay > LONGEST_DELAY_NS)
		delay = LONGEST_DELAY_NS;
	backoff->random = hash_int(backoff->random + 1);
	return delay / 2 + (int64_t)(backoff->random % (uint64_t)(delay / 2));
}

enum turn { TURN_NEVER, TURN_FREE, TURN_TO_PROBE, TURN_CAME_BACK };

/* Whether there is anything to wait for: an attempt, or a connection that is in use. */
static bool may_hope(const struct pool *pool, int64_t deadline_ns)
{
	return clock_ns() < deadline_ns &&
	       (pool->backoff.next_ns < deadline_ns || pool->used_count > 0);
}

static void wait_for_change(struct pool *pool, int64_t until_ns)
{
	struct timespec time = clock_time(until_ns);

	pool->backoff.waiting++;
	pthread_cond_timedwait(&pool->backoff.changed, &pool->lock, &time);
	pool->backoff.waiting--;
}

/*
 * Wait until we may try: at once when all is well, else when it is time and nobody
 * else does; or until somebody gives a connection back.  Never, if meanwhile somebody else
 * failed for all.  Under the lock.
 */
static enum turn await_turn(struct pool *pool, int64_t deadline_ns)
{
	struct backoff *backoff = &pool->backoff;
	const uint64_t count = backoff->count;
	bool waited = false;

	while (backoff->failures > 0 && backoff->count == count) {
		int64_t until = backoff->probing || backoff->next_ns > deadline_ns
			? deadline_ns : backoff->next_ns;

		if (pool->idle)
			return TURN_CAME_BACK;
		if (!backoff->probing && clock_ns() >= backoff->next_ns) {
			backoff->probing = true;
			return TURN_TO_PROBE;
		}
		if (!may_hope(pool, deadline_ns))
			return TURN_NEVER;
		wait_for_change(pool, until);
		waited = true;
	}
	if (waited && pool->idle)
		return TURN_CAME_BACK;
	return backoff->failures == 0 ? TURN_FREE : TURN_NEVER;
}

static bool is_servers(int status)
{
	return status == ROWAN_OPERATIONAL || status == ROWAN_TIMEOUT;
}

/* Of several that failed at the same time one counts.  Under the lock. */
static void note_outcome(struct pool *pool, enum turn turn, int status,
			 const struct rowan_error *error)
{
	struct backoff *backoff = &pool->backoff;

	if (turn == TURN_TO_PROBE)
		backoff->probing = false;
	if (status == ROWAN_OK) {
		backoff->failures = 0;
	} else if (is_servers(status) && (turn == TURN_TO_PROBE || backoff->failures == 0)) {
		backoff->failures++;
		backoff->count++;
		backoff->next_ns = clock_ns() + next_delay(backoff);
		backoff->last = *error;
	}
	pthread_cond_broadcast(&backoff->changed);
}

static int ms_until(int64_t deadline_ns)
{
	int64_t ms = (deadline_ns - clock_ns()) / NS_PER_MS;

	return ms < 1 ? 1 : ms > INT_MAX ? INT_MAX : (int)ms;
}

/*
 * Under the lock, which is not held meanwhile.  Of an attempt again that the deadline cuts
 * short nothing is known but that: what failed before tells more.
 */
static int try(struct rowan_engine *engine, bool again, int64_t deadline_ns,
	       struct connection **out, struct rowan_error *error)
{
	struct pool *pool = &engine->pool;
	const struct rowan_error before = pool->backoff.last;
	uint64_t generation = pool->generation;
	int status;

	pthread_mutex_unlock(&pool->lock);
	status = connection_open(engine, again ? ms_until(deadline_ns) : 0, out, error);
	pthread_mutex_lock(&pool->lock);
	if (status == ROWAN_OK)
		(*out)->generation = generation;
	/* What was left was rounded down. */
	if (again && is_servers(status) && ms_until(deadline_ns) <= 1) {
		*error = before;
		status = before.code;
	}
	return status;
}

/*
 * A server that never answered is most likely not the one that was meant: that is
 * told at once.  One that did is waited for.
 */
static int try_patiently(struct rowan_engine *engine, int64_t deadline_ns,
			 struct connection **out, struct rowan_error *error)
{
	struct pool *pool = &engine->pool;
	int status;

	/* A first attempt has the time that connecting may take, the others what is left. */
	for (bool again = false;; again = true) {
		enum turn turn = await_turn(pool, deadline_ns);

		if (turn == TURN_CAME_BACK) {
			*out = pool_pop_idle(pool);
			return HEALTH_CAME_BACK;
		}
		if (turn == TURN_NEVER) {
			*error = pool->backoff.last;
			status = error->code;
		} else {
			status = try(engine, again, deadline_ns, out, error);
			note_outcome(pool, turn, status, error);
		}
		if (!is_servers(status) || pool->connects == 0 || !may_hope(pool, deadline_ns))
			return status;
	}
}

int health_connect(struct rowan_engine *engine, int64_t deadline_ns, struct connection **out,
		   struct rowan_error *error)
{
	struct rowan_error failure;	/* perhaps only of the first attempts */
	int status;

	*out = NULL;
	pthread_mutex_lock(&engine->pool.lock);
	status = engine->driver->lost ? try_patiently(engine, deadline_ns, out, &failure)
				      : try(engine, false, deadline_ns, out, &failure);
	pthread_mutex_unlock(&engine->pool.lock);
	if (status < 0)
		*error = failure;
	return status;
}
