/* SPDX-License-Identifier: MIT */
#ifndef ENGINE_INTERNAL_H
#define ENGINE_INTERNAL_H

/* What the parts of the engine share.  Nothing outside this folder includes it. */

#include "engine/engine.h"
#include "engine/url.h"

#include <pthread.h>
#include <time.h>

struct waiter;
struct open_session;

/*
 * Connects that fail are tried by one thread at a time, ever later and not at the
 * same moment as other programs do; see health.c.
 */
struct backoff {
	pthread_cond_t changed;
	unsigned failures;		/* in a row: 0 = all is well */
	bool probing;			/* somebody tries */
	int waiting;			/* for their turn, or for what comes back */
	int64_t next_ns;		/* the next may try */
	uint64_t count;			/* of failures that were noted */
	uint64_t random;
	struct rowan_error last;
};

/*
 * The pool.  Its lock protects all of it, and is never held while a connection
 * is opened, looked at, rolled back or closed.
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
	int64_t check_after_ns;		/* -1 = never */
	int64_t recycle_ns;		/* 0 = never */
	bool sandboxed;			/* one connection, never to be replaced; see sandbox.c. */
					/* Read without the lock, too. */
	struct rowan_error sandbox_error; /* why that connection is gone, if it is known */
	uint64_t generation;		/* older connections are closed on return */
	unsigned process;		/* whose connections these are */

	struct connection *idle;	/* last returned first */
	struct connection *used;
	struct waiter *first, *last;
	struct waiter *spare;		/* used before */
	int places;			/* taken: idle, in use, or being opened */
	int idle_count, used_count, waiting;
	uint64_t connects, checkouts, waits, timeouts, lost;
	uint64_t statements, prepares;	/* of connections that are closed */
	struct backoff backoff;
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
	bool warned;			/* of what the URL gave cause to */
	struct rowan_engine *next, *previous;	/* all engines; see fork.c */

	/* In memory: what keeps the database alive between connections. */
	pthread_mutex_t anchor_lock;
	struct driver_connection *anchor;
	char memory_path[64];
};

/* connection.c */
/* `most_ms`: for connecting, if that is less than the engine's option; 0 = no limit. */
int connection_open(struct rowan_engine *engine, int most_ms, struct connection **out,
		    struct rowan_error *error);
/* The driver's part of it alone. */
int connection_open_handle(struct rowan_engine *engine, int most_ms,
			   struct driver_connection **out, struct rowan_error *error);
void connection_close(struct connection *connection);	/* NULL is fine */
void connection_close_all(struct connection *connections);	/* a list */
/* In a child, instead of closing what the parent opened. */
void connection_abandon(struct connection *connection);
/* In memory only: begin the database, and end it. */
int connection_anchor(struct rowan_engine *engine, struct rowan_error *error);
void connection_drop_anchor(struct rowan_engine *engine);
/* Make it as good as new for the next user; false if that failed. */
bool connection_clean(struct connection *connection);
/* After a failure: is it the connection's? */
void connection_note_failure(struct connection *connection);

/* statement.c */
void statement_free(struct connection *connection, struct statement *statement);
void statement_free_all(struct connection *connection);
void statement_reset_busy(struct connection *connection);

/* pool.c */
void pool_init(struct pool *pool, const struct rowan_engine *engine);
void pool_destroy(struct pool *pool);
/* Kind and size, as the options say. */
void pool_set_size(struct pool *pool, const struct rowan_engine_options *options);
/* A child begins with a pool of its own. */
void pool_lock(struct rowan_engine *engine);
void pool_unlock(struct rowan_engine *engine);
/* Connect before anybody asks, so that what is wrong shows now. */
int pool_connect_now(struct rowan_engine *engine, struct rowan_error *error);
void pool_dispose(struct rowan_engine *engine);
/* Call `visit` for each connection in use, under the lock. */
void pool_each_used(struct rowan_engine *engine,
		    void (*visit)(struct rowan_engine *engine, struct rowan_site holder));
/* Under the lock: one that is idle, if there is any; all of them, the caller's to close. */
struct connection *pool_pop_idle(struct pool *pool);
struct connection *pool_take_idle(struct pool *pool);
void pool_hold(struct connection *connection, struct rowan_site site, uint64_t thread,
	       bool was_idle);

/* line.c: those who wait; under the lock */
uint64_t this_thread(void);
/* Somebody's place is free: the first in line has it, or nobody (NULL). */
struct waiter *line_give_place(struct pool *pool);
/* There is a first in line, whose connection this is now. */
struct waiter *line_give_connection(struct pool *pool, struct connection *connection);
/* Not under the lock: who was given something can go on; NULL is fine. */
void line_wake(struct waiter *waiter);
/* Wait until then for a connection, or for a place to open one (*out stays NULL). */
int line_wait(struct pool *pool, struct rowan_site site, int64_t deadline_ns,
	      struct connection **out, struct rowan_error *error);
/* Nobody waits any more. */
void line_free(struct pool *pool);

/* health.c */
void backoff_init(struct pool *pool);
void backoff_destroy(struct pool *pool);
enum health { HEALTH_GOOD, HEALTH_OLD, HEALTH_LOST };
enum health health_of(struct connection *connection);
/* Under the lock: one was lost, so those of its age are as well; the idle ones are returned. */
struct connection *health_spread(struct pool *pool, const struct connection *lost);
/* Open a connection; again, until the deadline, if the server was there before. */
/*
 * A new connection; or HEALTH_CAME_BACK, if one became idle while a server that is away was
 * waited for: it is out of the pool, and has a place of its own.
 */
#define HEALTH_CAME_BACK 1
int health_connect(struct rowan_engine *engine, int64_t deadline_ns, struct connection **out,
		   struct rowan_error *error);

/*
 * fork.c: connections belong to the process that opened them.  A child that used one
 * would talk into its parent's conversation.
 */
extern unsigned engine_process;		/* how many forks lead to this process */
int fork_watch(struct rowan_engine *engine, struct rowan_error *error);
/* Also after fork_watch() failed. */
void fork_unwatch(struct rowan_engine *engine);
/* In a child, under the pool's lock: have nothing that is the parent's. */
void fork_leave_parent(struct rowan_engine *engine);

static inline bool connection_is_ours(const struct connection *connection)
{
	return connection->process == engine_process;
}

/* .. or else ROWAN_MISUSE. */
int connection_refuse(struct rowan_error *error);

/* sandbox.c */
extern const struct transaction_words plain_words;
/* As after the last commit in it; false if that failed. */
bool sandbox_clean(struct connection *connection);
int sandbox_lost(const struct pool *pool, struct rowan_error *error);

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
/* The rest is not shown: "of a thousand rows". */
void params_add_more(struct text *params, size_t count, const char *what);
void params_end(struct text *params);
#define PARAM_ROWS_SHOWN 10

/* clock.c */
int64_t clock_ns(void);		/* monotonic */
int64_t clock_coarse_ns(void);	/* the same within some milliseconds, but cheaper */
int64_t clock_after(int ms);	/* that many from now */
struct timespec clock_time(int64_t ns);

#define NS_PER_MS 1000000
#define NS_PER_S 1000000000

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
