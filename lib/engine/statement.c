/* SPDX-License-Identifier: MIT */
#include "base/alloc.h"
#include "base/error.h"
#include "base/hash.h"
#include "engine/internal.h"

#include <string.h>

/*
 * Statements that a connection has prepared, found by their query's shape: a
 * hash table for the search, and a list by last use for what has to go.
 */

static bool has_shape(const struct statement *statement, const struct shape *shape)
{
	return statement->shape_length == shape->length &&
	       memcmp(statement->shape, shape->bytes, shape->length) == 0;
}

static struct statement **bucket_of(struct connection *connection, uint64_t hash)
{
	return &connection->buckets[hash & (connection->bucket_count - 1)];
}

static struct statement *find(struct connection *connection, const struct shape *shape,
			      uint64_t hash)
{
	struct statement *statement = *bucket_of(connection, hash);

	while (statement && !(statement->hash == hash && has_shape(statement, shape)))
		statement = statement->next_in_bucket;
	return statement;
}

static void unlink_use(struct connection *connection, struct statement *statement)
{
	if (statement->newer)
		statement->newer->older = statement->older;
	else
		connection->newest = statement->older;
	if (statement->older)
		statement->older->newer = statement->newer;
	else
		connection->oldest = statement->newer;
}

static void link_newest(struct connection *connection, struct statement *statement)
{
	statement->newer = NULL;
	statement->older = connection->newest;
	if (connection->newest)
		connection->newest->newer = statement;
	else
		connection->oldest = statement;
	connection->newest = statement;
}

static void link_transient(struct connection *connection, struct statement *statement)
{
	statement->transient = true;
	statement->newer = NULL;
	statement->older = connection->transients;
	if (statement->older)
		statement->older->newer = statement;
	connection->transients = statement;
}

static void unlink_transient(struct connection *connection, struct statement *statement)
{
	if (statement->newer)
		statement->newer->older = statement->older;
	else
		connection->transients = statement->older;
	if (statement->older)
		statement->older->newer = statement->newer;
}

static void unlink_cached(struct connection *connection, struct statement *statement)
{
	struct statement **link = bucket_of(connection, statement->hash);

	while (*link != statement)
		link = &(*link)->next_in_bucket;
	*link = statement->next_in_bucket;
	unlink_use(connection, statement);
	connection->statement_count--;
}

void statement_free(struct connection *connection, struct statement *statement)
{
	if (statement->transient)
		unlink_transient(connection, statement);
	else
		unlink_cached(connection, statement);
	connection->driver->finalize(statement->handle);
	mem_free(statement->sql);
	mem_free(statement);
}

void statement_free_all(struct connection *connection)
{
	while (connection->transients)
		statement_free(connection, connection->transients);
	while (connection->newest)
		statement_free(connection, connection->newest);
}

void statement_reset_busy(struct connection *connection)
{
	struct statement *statement;

	while (connection->transients)
		statement_free(connection, connection->transients);
	connection->sent = 0;
	for (statement = connection->newest; statement; statement = statement->older) {
		statement->sent = 0;
		if (!statement->busy)
			continue;
		connection->driver->reset(statement->handle);
		statement->busy = false;
	}
	connection->busy = 0;
}

/* Room for one more, if need be at the expense of the one not used for longest. */
static bool make_room(struct connection *connection)
{
	const int most = connection->engine->options.statement_cache;
	struct statement *victim = connection->oldest;

	if (most <= 0)
		return false;
	if (connection->statement_count < (size_t)most)
		return true;
	while (victim && (victim->busy || victim->sent > 0))
		victim = victim->newer;
	if (victim)
		statement_free(connection, victim);
	return victim;
}

static void enter(struct connection *connection, struct statement *statement)
{
	struct statement **bucket = bucket_of(connection, statement->hash);

	statement->next_in_bucket = *bucket;
	*bucket = statement;
	link_newest(connection, statement);
	connection->statement_count++;
}

/* What could not be prepared is never executed, so it is told here. */
static void tell_failure(struct connection *connection, const char *sql, int status)
{
	if (engine_watched(connection->engine))
		listeners_tell(connection->engine, &(struct rowan_event){
			.kind = ROWAN_EVENT_STATEMENT,
			.text = sql,
			.status = status,
			.prepared = true,
		});
}

/* Takes over the SQL. */
static int prepare(struct connection *connection, const struct shape *shape, struct text *sql,
		   struct statement **out, struct rowan_error *error)
{
	struct statement *statement = mem_alloc(sizeof(*statement) + shape->length);
	int status = ROWAN_NO_MEMORY;

	if (!statement || sql->broken || !sql->data)
		error_no_memory(error);
	else
		status = connection->driver->prepare(connection->handle, sql->data, sql->length,
						     &statement->handle, error);
	if (status < 0) {
		connection_note_failure(connection);
		if (sql->data)
			tell_failure(connection, sql->data, status);
		text_release(sql);
		mem_free(statement);
		return status;
	}
	statement->sql = sql->data;
	statement->fresh = true;
	statement->shape_length = shape->length;
	memcpy(statement->shape, shape->bytes, shape->length);
	*out = statement;
	return ROWAN_OK;
}

static int make(struct connection *connection, const struct shape *shape, bool cached,
		uint64_t hash, statement_render *render, void *context,
		struct statement **out, struct rowan_error *error)
{
	struct text sql = { 0 };
	int status = render(context, &sql, error);

	if (status < 0) {
		text_release(&sql);
		return status;
	}
	status = prepare(connection, shape, &sql, out, error);
	if (status < 0)
		return status;

	(*out)->hash = hash;
	if (cached && make_room(connection))
		enter(connection, *out);
	else
		link_transient(connection, *out);
	return ROWAN_OK;
}

int connection_statement(struct connection *connection, const struct shape *shape,
			 statement_render *render, void *context,
			 struct statement **out, struct rowan_error *error)
{
	struct statement *statement = connection->newest;
	uint64_t hash;

	*out = NULL;
	if (!connection_is_ours(connection))
		return connection_refuse(error);
	if (shape->overflow)
		return make(connection, shape, false, 0, render, context, out, error);

	/* A loop runs the same statement again and again. */
	if (statement && !statement->busy && has_shape(statement, shape)) {
		*out = statement;
		return ROWAN_OK;
	}

	hash = hash_bytes(shape->bytes, shape->length);
	statement = find(connection, shape, hash);
	if (!statement)
		return make(connection, shape, true, hash, render, context, out, error);
	if (statement->busy)
		return make(connection, shape, false, hash, render, context, out, error);

	if (statement != connection->newest) {
		unlink_use(connection, statement);
		link_newest(connection, statement);
	}
	*out = statement;
	return ROWAN_OK;
}
