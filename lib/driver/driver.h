/* SPDX-License-Identifier: MIT */
#ifndef DRIVER_DRIVER_H
#define DRIVER_DRIVER_H

/*
 * Drivers: SQL text and values in, rows out.  The only folder that knows a C
 * client library, and nothing of models, queries or dialects.
 *
 * Functions that can fail return ROWAN_OK (step: DRIVER_DONE or DRIVER_ROW) or
 * a negative code with `error` filled: code, native code, SQLSTATE, the
 * database's own words, and constraint, table and columns as far as the
 * database names them.  `error` is never NULL here, and filled only on failure.
 *
 * A connection is used by one thread at a time.  A statement belongs to its
 * connection, is run by bind, step .., reset, and may be run again.
 */

#include "base/arena.h"
#include "base/slot.h"

#include <rowan/error.h>

struct driver_connection;	/* each driver's own */
struct driver_statement;
struct fault;

enum { DRIVER_DONE = 0, DRIVER_ROW = 1 };

#define DRIVER_FAILING_SIZE 96

/* What the URL and the engine's options come to: the part of the driver's name. */
struct driver_target {
	struct sqlite_target {
		const char *path;	/* file name or memdb URI, ready to open */
		bool memory;		/* an in-memory database */
		const char *mode;	/* "ro", "rw", "rwc"; NULL = rwc */
		const char *journal_mode, *synchronous;	/* NULL = leave alone */
		int busy_timeout_ms;
	} sqlite;

	struct postgres_target {
		/* libpq's connection parameters, ended by NULL; the driver adds the encoding. */
		const char *const *keywords, *const *values;
		enum driver_pooler {
			DRIVER_POOLER_DETECT,	/* ask the server when connecting */
			DRIVER_POOLER_NONE,
			DRIVER_POOLER_TRANSACTION,
		} pooler;
		int connect_timeout_ms;		/* 0 = none; for all that open() does */
		int statement_timeout_ms;	/* 0 = the server's */
	} postgres;

	struct fault *fault;		/* fault.h; NULL = none */
};

/*
 * What became of a statement that was sent.  `keys` are those that an INSERT
 * returned, in the order of its rows: the array of integers that its result's only
 * row begins with.  NULL where only the last is known, in `last_key`.  Valid until
 * the connection is next used.
 */
struct driver_outcome {
	/*
	 * Rows inserted, updated or deleted.  A SELECT, which may do that in its WITH,
	 * tells only of the keys, or without any of the rows that it returned.
	 */
	int64_t changed;
	const int64_t *keys;
	size_t key_count;
	int64_t last_key;
};

struct driver {
	const char *name;	/* "sqlite": names the dialect too */

	int (*open)(const struct driver_target *target, struct driver_connection **out,
		    struct rowan_error *error);
	void (*close)(struct driver_connection *connection);
	/* The client library's own: sqlite3 *, PGconn *. */
	void *(*raw)(struct driver_connection *connection);

	/* `sql` must be one statement.  Parameters are numbered from 1. */
	int (*prepare)(struct driver_connection *connection, const char *sql, size_t length,
		       struct driver_statement **out, struct rowan_error *error);
	void (*finalize)(struct driver_statement *statement);

	/*
	 * Bind the slots of a struct to parameters first, first + 1, ..  Values
	 * must stay in place until the statement is reset.  Text is validated:
	 * what is not UTF-8 is ROWAN_VALIDATION, naming the slot and position.
	 */
	int (*bind_row)(struct driver_statement *statement, int first, const struct slot *slots,
			size_t count, const void *row, struct rowan_error *error);

	/*
	 * Bind one value: `value` points at the C type of `type`, NULL is SQL's
	 * NULL.  Text is validated as above.
	 */
	int (*bind_value)(struct driver_statement *statement, int index, enum rowan_type type,
			  const void *value, struct rowan_error *error);

	/*
	 * Bind a list for the dialect's form of "in": `items` is an array of the
	 * C type of `type`.  SQLite: a JSON array; for UUIDs the bytes in a row.
	 */
	int (*bind_list)(struct driver_statement *statement, int index, enum rowan_type type,
			 const void *items, size_t count, struct rowan_error *error);

	/*
	 * Bind the slots of many rows, for a dialect that writes them by one
	 * statement.  SQLite: row after row, as bind_row() for each.  PostgreSQL: an
	 * array for each slot, so `count` parameters whatever the number of rows.
	 * Returns how many parameters that were, or < 0.
	 */
	int (*bind_rows)(struct driver_statement *statement, int first, const struct slot *slots,
			 size_t count, const void *const *rows, size_t row_count,
			 struct rowan_error *error);

	/*
	 * The rows will be few: read them at once instead of one by one as they
	 * arrive.  Said after binding, for this execution; NULL = makes no difference.
	 */
	void (*expect_few)(struct driver_statement *statement);

	int (*step)(struct driver_statement *statement, struct rowan_error *error);

	/*
	 * Instead of step(): hand over a bound statement that writes, and be told
	 * later what became of it.  receive() gives the outcomes in the order of
	 * sending.  With `pipelines` nothing waits for an answer before receive() is
	 * called: many statements take one round trip.  After one of them failed, those
	 * sent behind it up to the next receive-all are not executed: their outcome is
	 * an error as well.  A statement may be bound and sent again before the outcome
	 * is received.  Without `pipelines` a statement is executed when it is sent, its
	 * outcome must be received before the next is sent, and reset() comes after.
	 */
	bool pipelines;
	int (*send)(struct driver_statement *statement, struct rowan_error *error);
	int (*receive)(struct driver_connection *connection, struct driver_outcome *outcome,
		       struct rowan_error *error);

	/*
	 * Run a command (BEGIN, SET ..) with the round trip of the next statement,
	 * whose failure its failure is then.  The text is copied.  NULL = cannot:
	 * execute() it.
	 */
	int (*defer)(struct driver_connection *connection, const char *sql,
		     struct rowan_error *error);

	/*
	 * Read columns first, first + 1, .. (from 0) of the current row into a
	 * struct.  Text and bytes are copied into the arena.  A value that the
	 * member cannot hold (out of range, NULL where none may be, a NUL inside
	 * text) is ROWAN_DATA and names the slot.
	 */
	int (*read_row)(struct driver_statement *statement, int first, const struct slot *slots,
			size_t count, struct arena *arena, void *row, struct rowan_error *error);
	int (*column_count)(struct driver_statement *statement);	/* 0: returns no rows */
	bool (*is_null)(struct driver_statement *statement, int column);
	int64_t (*read_int)(struct driver_statement *statement, int column);

	void (*reset)(struct driver_statement *statement);

	/* Rows changed by the last statement that was stepped. */
	int64_t (*changes)(struct driver_connection *connection);

	/*
	 * Whether a multi-row INSERT into `table` without explicit keys numbers its
	 * rows one after another, ending with the outcome's last_key.  Asked once per
	 * flush, inside its transaction.  NULL = the keys come by themselves.
	 */
	int (*contiguous_keys)(struct driver_connection *connection, const char *table,
			       bool *out, struct rowan_error *error);

	/* Run statements without parameters and rows: BEGIN, DDL .. */
	int (*execute)(struct driver_connection *connection, const char *sql,
		       struct rowan_error *error);

	/* What the database says, not what we remember; a deferred BEGIN counts. */
	bool (*in_transaction)(struct driver_connection *connection);

	/* Parameters that one statement may have. */
	int (*max_params)(struct driver_connection *connection);

	/*
	 * Whether an idle connection is still good: by a look at its socket (a closed
	 * or unexpectedly readable one is not), or with `ping` by a round trip.  NULL =
	 * always.
	 */
	bool (*alive)(struct driver_connection *connection, bool ping);

	/* The server is gone, or what it says makes no sense any more.  NULL = never. */
	bool (*lost)(struct driver_connection *connection);

	/* Whether a pooler gives each transaction another connection.  NULL = never. */
	bool (*pooled)(struct driver_connection *connection);

	/* Undo what is left of session state: settings, temporary tables, locks, LISTEN. */
	int (*discard)(struct driver_connection *connection, struct rowan_error *error);

	/*
	 * In a forked child: cut the connection off from the server, which still talks
	 * to the parent, without a word.  It is closed as usual after that.  NULL = it
	 * must be left alone altogether.
	 */
	void (*abandon)(struct driver_connection *connection);

	/*
	 * For faults that are made to happen: cut the line to the server, as a network
	 * does, without a word to anybody; and a statement that fails on the server with
	 * this SQLSTATE.  NULL = there is no server.
	 */
	void (*cut)(struct driver_connection *connection);
	void (*failing_sql)(const char *sqlstate, char sql[DRIVER_FAILING_SIZE]);
};

extern const struct driver driver_sqlite;
#ifdef ROWAN_POSTGRES		/* a build switch: the core needs only SQLite */
extern const struct driver driver_postgres;

/*
 * Call `visit` with the name of each parameter that a connection may be given; the
 * names stay where they are.  False if there is no memory.
 */
bool postgres_each_param(void (*visit)(void *context, const char *name), void *context);
#endif

#endif
