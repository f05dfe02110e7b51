/* SPDX-License-Identifier: MIT */
#ifndef ENGINE_INTERNAL_H
#define ENGINE_INTERNAL_H

/* What the parts of the engine share.  Nothing outside this folder includes it. */

#include "engine/engine.h"
#include "engine/url.h"

#include <pthread.h>

struct waiter;
struct open_session;

/*
 * The pool.  Its lock protects all of it, and is never held while a connection
 * is opened, rolled back or closed.
 *
 * Threads wait only when nothing is idle and every place is taken.  A connection
 * or a place that becomes free then goes to the first of them directly, so
 * nobody can come in between.
 */
struct pool {
	pthread_mutex_t lock;
	pthread_condattr_t clock;	/* waits are by the monotonic clock */
	enum rowan_pool_kind kind;
	int kept, most;			/* connections kept open; and open at once */
	int timeout_ms;
	uint64_t generation;		/* older connections are closed on return */

	struct connection *idle;	/* last returned first */
	struct connection *used;
	struct waiter *first, *last;
	int places;			/* taken: idle, in use, or being opened */
	int idle_count, used_count, waiting;
	uint64_t connects, checkouts, waits, timeouts;
	uint64_t statements, prepares;	/* of connections that are closed */
};

/* Who listens.  `watched` is read without the lock. */
struct listeners {
	pthread_rwlock_t lock;
	struct rowan_observer *observers;
	bool watched;
};

#define SESSION_BUCKETS 64

/* Sessions that are open, for rowan_engine_close() to name. */
struct sessions {
	pthread_mutex_t lock;
	struct open_session *buckets[SESSION_BUCKETS];
	size_t untracked;		/* there was no memory to note them */
};

struct rowan_engine {
	const struct driver *driver;
	struct engine_url url;
	struct rowan_engine_options options;	/* with the defaults filled in */
	struct pool pool;
	struct listeners listeners;
	struct sessions sessions;

	/* In memory: what keeps the database alive between connections. */
	pthread_mutex_t anchor_lock;
	struct driver_connection *anchor;
	char memory_path[64];
};

/* connection.c */
int connection_open(struct rowan_engine *engine, struct connection **out,
		    struct rowan_error *error);
void connection_close(struct connection *connection);	/* NULL is fine */
/* In memory only: begin the database, and end it. */
int connection_anchor(struct rowan_engine *engine, struct rowan_error *error);
void connection_drop_anchor(struct rowan_engine *engine);
/* Roll back, end what is still being executed; false if that failed. */
bool connection_clean(struct connection *connection);

/* statement.c */
void statement_free(struct connection *connection, struct statement *statement);
void statement_free_all(struct connection *connection);
void statement_reset_busy(struct connection *connection);

/* pool.c */
void pool_init(struct pool *pool, const struct rowan_engine_options *options);
void pool_destroy(struct pool *pool);
/* Connect before anybody asks, so that what is wrong shows now. */
int pool_connect_now(struct rowan_engine *engine, struct rowan_error *error);
void pool_dispose(struct rowan_engine *engine);
/* Call `visit` for each connection in use, under the lock. */
void pool_each_used(struct rowan_engine *engine,
		    void (*visit)(struct rowan_engine *engine, struct rowan_site holder));

/* sessions.c */
void sessions_init(struct sessions *sessions);
void sessions_destroy(struct sessions *sessions);
/* Whether there is one; each is reported. */
bool sessions_report_open(struct rowan_engine *engine);

/* listeners.c */
void listeners_init(struct rowan_engine *engine);
void listeners_destroy(struct rowan_engine *engine);
void listeners_tell(struct rowan_engine *engine, const struct rowan_event *event);

static inline bool engine_watched(const struct rowan_engine *engine)
{
	return __atomic_load_n(&engine->listeners.watched, __ATOMIC_RELAXED);
}

/* params.c: values as echo shows them. */
void params_add(struct text *params, enum rowan_type type, const void *value, bool secret);
void params_add_list(struct text *params, enum rowan_type type, const void *items,
		     size_t count, bool secret);
void params_end(struct text *params);

/* clock.c */
int64_t clock_ns(void);		/* monotonic */
int64_t clock_coarse_ns(void);	/* the same within some milliseconds, but cheaper */

/* A counter with one writer, read by others. */
static inline void count_one(uint64_t *counter)
{
	__atomic_store_n(counter, *counter + 1, __ATOMIC_RELAXED);
}

static inline uint64_t read_count(const uint64_t *counter)
{
	return __atomic_load_n(counter, __ATOMIC_RELAXED);
}

#endif
