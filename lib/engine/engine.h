/* SPDX-License-Identifier: MIT */
#ifndef ENGINE_ENGINE_H
#define ENGINE_ENGINE_H

/*
 * What the layers above see of an engine: connections to check out, their
 * statement cache, and executions, through which every statement runs so that
 * each one is counted and can be watched.
 */

#include "base/shape.h"
#include "base/text.h"
#include "driver/driver.h"

#include <rowan/engine.h>

/* A prepared statement in a connection's cache. */
struct statement {
	struct driver_statement *handle;
	char *sql;
	uint64_t hash;
	struct statement *next_in_bucket;
	struct statement *newer, *older;	/* by last use; or neighbours in `transients` */
	bool transient;		/* not in the cache: freed by execution_end() */
	bool fresh;		/* prepared, and not yet executed */
	bool busy;		/* being bound or stepped: not for anybody else */
	unsigned sent;		/* outcomes to be received; not to be evicted before */
	uint16_t shape_length;
	unsigned char shape[];
};

/* How a transaction of a connection ends; in a sandbox there is one already: see sandbox.c. */
struct transaction_words {
	const char *commit, *rollback;
	bool begun;
};

/* A physical connection; one thread at a time. */
struct connection {
	struct rowan_engine *engine;
	const struct driver *driver;
	struct driver_connection *handle;
	struct statement **buckets;
	size_t bucket_count, statement_count;
	struct statement *newest, *oldest;
	struct statement *transients;	/* alive, but not in the cache */
	int busy;		/* statements being executed */
	int sent;		/* outcomes to be received */
	uint64_t statements, prepares;	/* counters; read by others, so atomically */
	const struct transaction_words *words;
	bool broken;		/* not to be used again */
	unsigned process;	/* the one that opened it; see connection_is_ours() */
	/* the pool's */
	struct connection *next, *previous;
	struct rowan_site holder;
	int64_t opened_ns;
	int64_t since_ns;	/* in use, or idle */
	int64_t idle_ns;	/* how long it was idle before; -1 = it was handed over */
	uint64_t thread;
	uint64_t generation;
};

/* Take a connection from the pool, waiting if need be; give it back. */
int engine_checkout(struct rowan_engine *engine, struct rowan_site site,
		    struct connection **out, struct rowan_error *error);
void engine_checkin(struct connection *connection);

const struct rowan_hooks *engine_hooks(const struct rowan_engine *engine);
const char *engine_driver_name(const struct rowan_engine *engine);

/* Whether a pooler gives each transaction another connection: no place to change tables. */
bool connection_is_pooled(const struct connection *connection);

/*
 * From now on, until its end, all that is done by the engine's sessions is in one
 * transaction, which this command begins.
 */
int engine_sandbox_begin(struct rowan_engine *engine, const char *command,
			 struct rowan_error *error);
int engine_sandbox_end(struct rowan_engine *engine, struct rowan_error *error);

/* Sessions register, so that rowan_engine_close() can name those left open. */
void engine_session_opened(struct rowan_engine *engine, const void *session,
			   struct rowan_site site);
void engine_session_closed(struct rowan_engine *engine, const void *session);

/* A warning or an N+1 report, to the log and to observers. */
void engine_report(struct rowan_engine *engine, enum rowan_event_kind kind,
		   struct rowan_site site, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* Renders the SQL of a shape that is not in the cache yet. */
typedef int statement_render(void *context, struct text *sql, struct rowan_error *error);

/*
 * The statement of a shape: from the connection's cache, else rendered and
 * prepared.  Valid until the next call for the same connection that may evict it;
 * a busy one is never evicted.
 */
int connection_statement(struct connection *connection, const struct shape *shape,
			 statement_render *render, void *context,
			 struct statement **out, struct rowan_error *error);

/*
 * One execution of a statement:
 *
 *	execution_begin(&run, connection, statement, site);
 *	execution_bind_value(&run, type, &value, secret); ..	// in order, from 1
 *	while ((status = execution_step(&run)) == DRIVER_ROW) ..
 *	status = execution_end(&run, status);
 *
 * Binding after a failure does nothing; execution_step() then returns the
 * failure.  Errors go to `error`, with the site filled in.
 */
struct execution {
	struct connection *connection;
	struct statement *statement;
	const struct driver *driver;
	struct rowan_error *error;
	struct rowan_site site;
	int next_param;
	int status;
	bool watched;		/* somebody wants the event */
	bool holding;		/* the statement is ours: bound, stepped, not reset yet */
	bool sent;
	bool internal;
	int64_t started_ns, rows;
	struct text params;	/* as echo shows them */
};

void execution_begin(struct execution *run, struct connection *connection,
		     struct statement *statement, struct rowan_site site,
		     struct rowan_error *error);
void execution_bind_row(struct execution *run, const struct slot *slots, size_t count,
			const void *row);
void execution_bind_value(struct execution *run, enum rowan_type type, const void *value,
			  bool secret);
void execution_bind_list(struct execution *run, enum rowan_type type, const void *items,
			 size_t count, bool secret);
/* For statements that insert, update or delete many rows; see driver.h. */
void execution_bind_rows(struct execution *run, const struct slot *slots, size_t count,
			 const void *const *rows, size_t row_count);
/* The rows will be few: said after binding. */
void execution_expect_few(struct execution *run);
int execution_step(struct execution *run);

/*
 * Instead of stepping, for statements that write: send, and later receive what
 * became of it, in the order of sending; execution_end() comes after that.  If
 * execution_send() fails, execution_end() comes at once.  If the driver pipelines,
 * any number may be sent before the first is received; else one.
 */
int execution_send(struct execution *run);
int execution_receive(struct execution *run, struct driver_outcome *outcome);

/* Resets the statement, counts and reports it; returns `status` if < 0, else ROWAN_OK. */
int execution_end(struct execution *run, int status);

/*
 * Statements without parameters and rows that are not the user's own: observers
 * are told that they are internal.  A command (BEGIN, COMMIT ..) is kept prepared
 * like any other statement; what is executed (DDL) is prepared each time.
 */
int connection_command(struct connection *connection, const char *sql, struct rowan_site site,
		       struct rowan_error *error);
/* The same, in pieces: an execution of a command that is to be sent, or stepped. */
int connection_command_begin(struct connection *connection, const char *sql,
			     struct rowan_site site, struct execution *run,
			     struct rowan_error *error);
/* With the round trip of the next statement, if the driver can; else now. */
int connection_command_later(struct connection *connection, const char *sql,
			     struct rowan_site site, struct rowan_error *error);
int connection_execute(struct connection *connection, const char *sql, struct rowan_site site,
		       struct rowan_error *error);

#endif
