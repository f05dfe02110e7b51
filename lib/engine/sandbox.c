/* SPDX-License-Identifier: MIT */
#include "base/error.h"
#include "engine/internal.h"

/*
 * A sandbox: one connection for all, inside of a transaction that is never committed.
 *
 * What asked for a transaction there gets a savepoint.  "rowan_done" stands behind all
 * that was committed: to commit is to set another one of that name, and to roll back is
 * to go back to it.  Each return of the connection forgets those that were set, by their
 * common outer one, or they would become ever more.
 */

#define MARK "SAVEPOINT rowan_sandbox; SAVEPOINT rowan_done"
#define RETURN "ROLLBACK TO rowan_done; RELEASE rowan_sandbox; " MARK

const struct transaction_words plain_words = { "COMMIT", "ROLLBACK", false };
static const struct transaction_words sandbox_words = {
	"SAVEPOINT rowan_done", "ROLLBACK TO rowan_done", true,
};

/* If the transaction has ended by itself, a savepoint would begin one that can be committed. */
bool sandbox_clean(struct connection *connection)
{
	const struct driver *driver = connection->driver;

	return driver->in_transaction(connection->handle) &&
	       driver->execute(connection->handle, RETURN,
			       &connection->engine->pool.sandbox_error) == ROWAN_OK;
}

int sandbox_lost(const struct pool *pool, struct rowan_error *error)
{
	*error = pool->sandbox_error;
	if (error->code == ROWAN_OK)
		error_set(error, ROWAN_OPERATIONAL, "%s", "");
	error_more(error, "%sthe sandbox's connection is gone, and what was done in it: "
			  "only rowan_sandbox_end() helps", error->message[0] ? "; " : "");
	return error->code;
}

/* Under the lock: somebody else's, or NULL. */
static const struct connection *other_used(const struct pool *pool,
					   const struct connection *connection)
{
	const struct connection *used = pool->used;

	while (used && used == connection)
		used = used->next;
	return used;
}

/* Under the lock: from now on this connection is the only one; or nothing is changed. */
static int enclose(struct pool *pool, struct connection *connection, struct connection **spare,
		   struct rowan_error *error)
{
	const struct connection *other = other_used(pool, connection);

	if (pool->sandboxed)
		return error_set(error, ROWAN_MISUSE,
				 "rowan_sandbox_begin: the engine has a sandbox already");
	if (other)
		return error_set(error, ROWAN_MISUSE,
				 "rowan_sandbox_begin: a session at %s:%d has a connection; it must "
				 "commit, roll back or be closed before",
				 other->holder.file ? other->holder.file : "?", other->holder.line);
	if (pool->places > pool->idle_count + 1)
		return error_set(error, ROWAN_MISUSE,
				 "rowan_sandbox_begin: another thread is connecting");
	*spare = pool_take_idle(pool);
	pool->sandbox_error = (struct rowan_error){ 0 };
	__atomic_store_n(&pool->sandboxed, true, __ATOMIC_RELAXED);
	pool->kind = ROWAN_POOL_STATIC;
	pool->kept = pool->most = 1;
	return ROWAN_OK;
}

/* Nobody has a connection but the caller. */
static void open_up(struct rowan_engine *engine)
{
	pool_lock(engine);
	__atomic_store_n(&engine->pool.sandboxed, false, __ATOMIC_RELAXED);
	pool_set_size(&engine->pool, &engine->options);
	pool_unlock(engine);
}

/* Of a sandbox: 1, or 0 if its connection is gone; -1 if there is none. */
static int places_of(struct rowan_engine *engine)
{
	int places;

	pool_lock(engine);
	places = engine->pool.sandboxed ? engine->pool.places : -1;
	pool_unlock(engine);
	return places;
}

/* By two statements: what a driver sends behind BEGIN must not be undone with a savepoint. */
static int begin(struct connection *connection, const char *command, struct rowan_error *error)
{
	int status = connection_execute(connection, command, (struct rowan_site){ 0 }, error);

	if (status == ROWAN_OK)
		status = connection_execute(connection, MARK, (struct rowan_site){ 0 }, error);
	if (status == ROWAN_OK)
		connection->words = &sandbox_words;
	return status;
}

int engine_sandbox_begin(struct rowan_engine *engine, const char *command,
			 struct rowan_error *error)
{
	struct connection *connection, *spare = NULL;
	int status = engine_checkout(engine, (struct rowan_site){ 0 }, &connection, error);

	if (status < 0)
		return status;
	pool_lock(engine);
	status = enclose(&engine->pool, connection, &spare, error);
	pool_unlock(engine);
	connection_close_all(spare);
	if (status == ROWAN_OK && (status = begin(connection, command, error)) < 0)
		open_up(engine);
	engine_checkin(connection);
	return status;
}

int engine_sandbox_end(struct rowan_engine *engine, struct rowan_error *error)
{
	struct connection *connection;
	int status;

	if (places_of(engine) < 0)
		return error_set(error, ROWAN_MISUSE,
				 "rowan_sandbox_end: the engine has no sandbox");
	status = engine_checkout(engine, (struct rowan_site){ 0 }, &connection, error);
	if (status < 0 && places_of(engine) != 0)
		return status;
	open_up(engine);
	if (connection) {
		connection->words = &plain_words;
		engine_checkin(connection);	/* which rolls it back */
	}
	return ROWAN_OK;
}
