/* SPDX-License-Identifier: MIT */
/* By hand on libpq: each thread's own connection, or the least that a pool can be, in two ways. */
#include "pools/scene.h"
#include "server.h"

#include <stdlib.h>

/* A thread in line, and what it was given. */
struct waiter {
	struct waiter *next;
	pthread_cond_t granted;
	PGconn *pg;
};

struct hand_pool {
	pthread_mutex_t lock;
	pthread_cond_t returned;
	struct waiter *first, **last;
	long size, idle, waiting;
	PGconn *all[MOST_THREADS], *stack[MOST_THREADS];
};

static PGconn *connect_prepared(const char *url)
{
	static const char *const texts[][2] = {
		{ "read", "SELECT \"title\" FROM \"tasks\" WHERE \"id\" = $1" },
		{ "write", "UPDATE \"tasks\" SET \"priority\" = \"priority\" + 1 WHERE \"id\" = $1" },
	};
	PGconn *pg = server_connect(url);

	for (int i = 0; i < 2; i++) {
		PGresult *result = PQprepare(pg, texts[i][0], texts[i][1], 0, NULL);

		if (PQresultStatus(result) != PGRES_COMMAND_OK)
			die("%s", PQerrorMessage(pg));
		PQclear(result);
	}
	return pg;
}

struct hand_pool *hand_open(const char *url, long size)
{
	struct hand_pool *pool = calloc(1, sizeof(*pool));

	if (!pool)
		die("out of memory");
	pthread_mutex_init(&pool->lock, NULL);
	pthread_cond_init(&pool->returned, NULL);
	pool->last = &pool->first;
	pool->size = pool->idle = size;
	for (long i = 0; i < size; i++)
		pool->stack[i] = pool->all[i] = connect_prepared(url);
	return pool;
}

void hand_close(struct hand_pool *pool)
{
	for (long i = 0; i < pool->size; i++)
		PQfinish(pool->all[i]);
	pthread_cond_destroy(&pool->returned);
	pthread_mutex_destroy(&pool->lock);
	free(pool);
}

static void *take(void *stock, long thread)
{
	struct hand_pool *pool = stock;
	PGconn *pg;

	(void)thread;
	pthread_mutex_lock(&pool->lock);
	while (!pool->idle) {
		pool->waiting++;
		pthread_cond_wait(&pool->returned, &pool->lock);
		pool->waiting--;
	}
	pg = pool->stack[--pool->idle];
	pthread_mutex_unlock(&pool->lock);
	return pg;
}

static void give(void *stock, void *connection)
{
	struct hand_pool *pool = stock;

	pthread_mutex_lock(&pool->lock);
	pool->stack[pool->idle++] = connection;
	if (pool->waiting)
		pthread_cond_signal(&pool->returned);
	pthread_mutex_unlock(&pool->lock);
}

/* ---- in line ----------------------------------------------------------------- */

static PGconn *wait_in_line(struct hand_pool *pool)
{
	struct waiter self = { .granted = PTHREAD_COND_INITIALIZER };

	*pool->last = &self;
	pool->last = &self.next;
	while (!self.pg)
		pthread_cond_wait(&self.granted, &pool->lock);
	pthread_cond_destroy(&self.granted);
	return self.pg;
}

static void *take_in_line(void *stock, long thread)
{
	struct hand_pool *pool = stock;
	PGconn *pg;

	(void)thread;
	pthread_mutex_lock(&pool->lock);
	pg = pool->idle ? pool->stack[--pool->idle] : wait_in_line(pool);
	pthread_mutex_unlock(&pool->lock);
	return pg;
}

static void hand_over(struct hand_pool *pool, PGconn *pg)
{
	struct waiter *first = pool->first;

	pool->first = first->next;
	if (!pool->first)
		pool->last = &pool->first;
	first->pg = pg;
	pthread_cond_signal(&first->granted);
}

static void give_in_line(void *stock, void *connection)
{
	struct hand_pool *pool = stock;

	pthread_mutex_lock(&pool->lock);
	if (pool->first)
		hand_over(pool, connection);
	else
		pool->stack[pool->idle++] = connection;
	pthread_mutex_unlock(&pool->lock);
}

/* ---- each its own -------------------------------------------------------------- */

static void *take_own(void *stock, long thread)
{
	return ((struct hand_pool *)stock)->all[thread];
}

static void keep_own(void *stock, void *connection)
{
	(void)stock, (void)connection;
}

static bool use(void *connection, int64_t id, bool write)
{
	unsigned char key[8];
	const char *values[] = { (const char *)key };
	PGresult *result;
	bool worked;

	for (int i = 0; i < 8; i++)
		key[i] = (unsigned char)((uint64_t)id >> (56 - 8 * i));
	result = PQexecPrepared(connection, write ? "write" : "read", 1, values, (int[]){ 8 },
				(int[]){ 1 }, 1);
	worked = write ? PQresultStatus(result) == PGRES_COMMAND_OK
		       : PQresultStatus(result) == PGRES_TUPLES_OK && PQntuples(result) == 1;
	PQclear(result);
	return worked;
}

const struct supply barging_supply = { take, use, give };
const struct supply line_supply = { take_in_line, use, give_in_line };
const struct supply pinned_supply = { take_own, use, keep_own };
