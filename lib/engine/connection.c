/* SPDX-License-Identifier: MIT */
#include "base/alloc.h"
#include "base/error.h"
#include "engine/internal.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/*
 * An in-memory database has a name that no other engine has, and lives as long
 * as a connection to it: the anchor, which does nothing else.
 */
static int open_anchor(struct rowan_engine *engine, struct rowan_error *error)
{
	static uint64_t last;
	uint64_t number = __atomic_add_fetch(&last, 1, __ATOMIC_RELAXED);
	struct driver_target target = engine->url.target;

	snprintf(engine->memory_path, sizeof(engine->memory_path),
		 "file:/rowan-%ld-%llu?vfs=memdb", (long)getpid(), (unsigned long long)number);
	target.sqlite.path = engine->memory_path;
	return engine->driver->open(&target, &engine->anchor, error);
}

int connection_anchor(struct rowan_engine *engine, struct rowan_error *error)
{
	int status = ROWAN_OK;

	pthread_mutex_lock(&engine->anchor_lock);
	if (!engine->anchor)
		status = open_anchor(engine, error);
	pthread_mutex_unlock(&engine->anchor_lock);
	return status;
}

void connection_drop_anchor(struct rowan_engine *engine)
{
	struct driver_connection *anchor;

	pthread_mutex_lock(&engine->anchor_lock);
	anchor = engine->anchor;
	engine->anchor = NULL;
	pthread_mutex_unlock(&engine->anchor_lock);
	engine->driver->close(anchor);
}

/* In memory, to the database that the anchor holds at the moment. */
int connection_open_handle(struct rowan_engine *engine, int most_ms,
			   struct driver_connection **out, struct rowan_error *error)
{
	struct driver_target target = engine->url.target;
	int *timeout_ms = &target.postgres.connect_timeout_ms;
	int status = ROWAN_OK;

	if (most_ms && (*timeout_ms == 0 || *timeout_ms > most_ms))
		*timeout_ms = most_ms;
	if (!target.sqlite.memory)
		return engine->driver->open(&target, out, error);

	pthread_mutex_lock(&engine->anchor_lock);
	if (!engine->anchor)
		status = open_anchor(engine, error);
	target.sqlite.path = engine->memory_path;
	if (status == ROWAN_OK)
		status = engine->driver->open(&target, out, error);
	pthread_mutex_unlock(&engine->anchor_lock);
	return status;
}

static size_t bucket_count(int statements)
{
	size_t count = 1;

	while (count < (size_t)statements)
		count *= 2;
	return count;
}

/* What the URL gives cause to say; before that nobody could be listening. */
static void warn_once(struct rowan_engine *engine)
{
	const struct url_warning *warning = engine->url.warnings;

	if (!warning || __atomic_exchange_n(&engine->warned, true, __ATOMIC_RELAXED))
		return;
	for (; warning; warning = warning->next)
		engine_report(engine, ROWAN_EVENT_WARNING, (struct rowan_site){ 0 }, "%s",
			      warning->text);
}

int connection_open(struct rowan_engine *engine, int most_ms, struct connection **out,
		    struct rowan_error *error)
{
	struct connection *connection = mem_alloc(sizeof(*connection));
	int status;

	*out = NULL;
	warn_once(engine);
	if (!connection)
		return error_no_memory(error);
	connection->engine = engine;
	connection->driver = engine->driver;
	connection->process = engine_process;
	connection->words = &plain_words;
	connection->opened_ns = clock_coarse_ns();
	connection->bucket_count = bucket_count(engine->options.statement_cache);
	connection->buckets = mem_alloc(connection->bucket_count * sizeof(*connection->buckets));

	status = connection->buckets
		? connection_open_handle(engine, most_ms, &connection->handle, error)
		: error_no_memory(error);
	if (status < 0) {
		mem_free(connection->buckets);
		mem_free(connection);
		return status;
	}
	*out = connection;
	return ROWAN_OK;
}

void connection_close(struct connection *connection)
{
	if (!connection)
		return;
	statement_free_all(connection);
	connection->driver->close(connection->handle);
	mem_free(connection->buckets);
	mem_free(connection);
}

void connection_abandon(struct connection *connection)
{
	if (!connection->driver->abandon)
		return;
	connection->driver->abandon(connection->handle);
	connection_close(connection);
}

void connection_close_all(struct connection *connections)
{
	while (connections) {
		struct connection *next = connections->next;

		connection_close(connections);
		connections = next;
	}
}

bool connection_is_pooled(const struct connection *connection)
{
	return connection->driver->pooled && connection->driver->pooled(connection->handle);
}

void connection_note_failure(struct connection *connection)
{
	const struct driver *driver = connection->driver;

	if (driver->lost && driver->lost(connection->handle))
		connection->broken = true;
}

/* The database is asked, not our own memory: a user's statement may have said BEGIN. */
static int roll_back(struct connection *connection, struct rowan_error *error)
{
	const struct driver *driver = connection->driver;
	int status;

	if (!driver->in_transaction(connection->handle))
		return ROWAN_OK;
	status = driver->execute(connection->handle, "ROLLBACK", error);
	if (status == ROWAN_OK && driver->in_transaction(connection->handle))
		status = ROWAN_OPERATIONAL;
	return status;
}

bool connection_clean(struct connection *connection)
{
	const struct driver *driver = connection->driver;
	struct rowan_error error;
	int status;

	if (connection->broken)
		return false;
	if (connection->busy > 0 || connection->sent > 0 || connection->transients)
		statement_reset_busy(connection);
	if (connection->words->begun)
		return sandbox_clean(connection);
	status = roll_back(connection, &error);
	if (status == ROWAN_OK && connection->engine->options.discard_on_return && driver->discard)
		status = driver->discard(connection->handle, &error);
	if (status < 0 || driver->lost)
		connection_note_failure(connection);
	return status == ROWAN_OK && !connection->broken;
}

static void fail(struct connection *connection, struct rowan_site site,
		 struct rowan_error *error)
{
	error->site = site;
	connection_note_failure(connection);
}

/* `started` is 0 for what is only going to be executed. */
static void tell_internal(struct connection *connection, const char *sql, struct rowan_site site,
			  int64_t started, int status)
{
	if (engine_watched(connection->engine))
		listeners_tell(connection->engine, &(struct rowan_event){
			.kind = ROWAN_EVENT_STATEMENT,
			.text = sql,
			.site = site,
			.ns = started ? clock_ns() - started : 0,
			.status = status,
			.prepared = started != 0,
			.internal = true,
		});
}

static int render_command(void *context, struct text *sql, struct rowan_error *error)
{
	(void)error;
	text_add(sql, context);
	return ROWAN_OK;
}

int connection_command_begin(struct connection *connection, const char *sql,
			     struct rowan_site site, struct execution *run,
			     struct rowan_error *error)
{
	struct statement *statement;
	struct shape shape;
	int status;

	/* No other shape begins with a zero. */
	shape_start(&shape);
	shape_add(&shape, &(unsigned char){ 0 }, 1);
	shape_add(&shape, sql, strlen(sql));
	status = connection_statement(connection, &shape, render_command,
				      (void *)(uintptr_t)sql, &statement, error);
	if (status < 0) {
		error->site = site;
		return status;
	}
	execution_begin(run, connection, statement, site, error);
	run->internal = true;
	return ROWAN_OK;
}

int connection_command(struct connection *connection, const char *sql, struct rowan_site site,
		       struct rowan_error *error)
{
	struct execution run;
	int status = connection_command_begin(connection, sql, site, &run, error);

	return status < 0 ? status : execution_end(&run, execution_step(&run));
}

int connection_command_later(struct connection *connection, const char *sql,
			     struct rowan_site site, struct rowan_error *error)
{
	int status;

	if (!connection->driver->defer)
		return connection_command(connection, sql, site, error);
	status = connection_is_ours(connection)
		? connection->driver->defer(connection->handle, sql, error)
		: connection_refuse(error);
	if (status < 0)
		fail(connection, site, error);
	count_one(&connection->statements);
	tell_internal(connection, sql, site, 0, status);
	return status;
}

int connection_execute(struct connection *connection, const char *sql, struct rowan_site site,
		       struct rowan_error *error)
{
	int64_t started = engine_watched(connection->engine) ? clock_ns() : 0;
	int status = connection_is_ours(connection)
		? connection->driver->execute(connection->handle, sql, error)
		: connection_refuse(error);

	count_one(&connection->statements);
	count_one(&connection->prepares);
	if (status < 0)
		fail(connection, site, error);
	tell_internal(connection, sql, site, started, status);
	return status;
}
