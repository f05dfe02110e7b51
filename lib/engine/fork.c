/* SPDX-License-Identifier: MIT */
#include "base/error.h"
#include "engine/internal.h"

/*
 * After fork() the child has the memory of its parent, and none of its threads.  So
 * that all is in order there, every lock is held while the process forks; and what is
 * the parent's is given up when the child first uses the pool.
 */

unsigned engine_process;

static pthread_mutex_t list_lock = PTHREAD_MUTEX_INITIALIZER;
static struct rowan_engine *engines;
static bool registered;

static void before(void)
{
	pthread_mutex_lock(&list_lock);
	for (struct rowan_engine *engine = engines; engine; engine = engine->next) {
		pthread_mutex_lock(&engine->anchor_lock);
		pthread_mutex_lock(&engine->sessions.lock);
		pthread_mutex_lock(&engine->pool.lock);
		/* A reader: who is just being told of something may fork. */
		pthread_rwlock_rdlock(&engine->listeners.lock);
	}
}

static void release(struct rowan_engine *engine)
{
	pthread_mutex_unlock(&engine->pool.lock);
	pthread_mutex_unlock(&engine->sessions.lock);
	pthread_mutex_unlock(&engine->anchor_lock);
}

static void in_parent(void)
{
	for (struct rowan_engine *engine = engines; engine; engine = engine->next) {
		pthread_rwlock_unlock(&engine->listeners.lock);
		release(engine);
	}
	pthread_mutex_unlock(&list_lock);
}

static void in_child(void)
{
	engine_process++;
	for (struct rowan_engine *engine = engines; engine; engine = engine->next) {
		/* It may count readers that are no more. */
		pthread_rwlock_init(&engine->listeners.lock, NULL);
		release(engine);
	}
	pthread_mutex_unlock(&list_lock);
}

int fork_watch(struct rowan_engine *engine, struct rowan_error *error)
{
	bool ready;

	pthread_mutex_lock(&list_lock);
	if (!registered)
		registered = pthread_atfork(before, in_parent, in_child) == 0;
	ready = registered;
	engine->next = engines;
	if (engines)
		engines->previous = engine;
	engines = engine;
	pthread_mutex_unlock(&list_lock);
	return ready ? ROWAN_OK : error_no_memory(error);
}

void fork_unwatch(struct rowan_engine *engine)
{
	pthread_mutex_lock(&list_lock);
	if (engine->previous)
		engine->previous->next = engine->next;
	else
		engines = engine->next;
	if (engine->next)
		engine->next->previous = engine->previous;
	pthread_mutex_unlock(&list_lock);
}

void fork_leave_parent(struct rowan_engine *engine)
{
	struct pool *pool = &engine->pool;
	struct connection *idle = pool_take_idle(pool);

	/* Those in use are abandoned by their holder, if it is in this process. */
	pool->used = NULL;
	pool->first = pool->last = pool->spare = NULL;	/* somebody may be waking them */
	pool->used_count = pool->places = pool->waiting = 0;
	pool->generation++;
	pool->process = engine_process;
	backoff_init(pool);
	while (idle) {
		struct connection *next = idle->next;

		connection_abandon(idle);
		idle = next;
	}
	/* A database in memory starts empty. */
	engine->anchor = NULL;
}

int connection_refuse(struct rowan_error *error)
{
	return error_set(error, ROWAN_MISUSE,
			 "this connection is of the process that forked: a child closes the "
			 "sessions that it inherited and opens its own");
}
