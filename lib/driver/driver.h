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
 * database names them.  `error` is never NULL here.
 *
 * A connection is used by one thread at a time.  A statement belongs to its
 * connection, is run by bind, step .., reset, and may be run again.
 */

#include "base/arena.h"
#include "base/slot.h"

#include <rowan/error.h>

struct driver_connection;	/* each driver's own */
struct driver_statement;

enum { DRIVER_DONE = 0, DRIVER_ROW = 1 };

/* What the URL and the engine's options come to. */
struct driver_target {
	const char *path;	/* SQLite: file name or memdb URI, ready to open */
	bool memory;		/* SQLite: an in-memory database */
	const char *mode;	/* SQLite: "ro", "rw", "rwc"; NULL = rwc */
	const char *journal_mode, *synchronous;	/* SQLite: NULL = leave alone */
	int busy_timeout_ms;
};

struct driver {
	const char *name;	/* "sqlite": names the dialect too */

	int (*open)(const struct driver_target *target, struct driver_connection **out,
		    struct rowan_error *error);
	void (*close)(struct driver_connection *connection);

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

	int (*step)(struct driver_statement *statement, struct rowan_error *error);

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

	/* Rows changed by the last statement, and the key it generated last. */
	int64_t (*changes)(struct driver_connection *connection);
	int64_t (*last_key)(struct driver_connection *connection);

	/*
	 * Whether a multi-row INSERT into `table` without explicit keys numbers its
	 * rows one after another, ending with last_key().  Asked once per flush,
	 * inside its transaction.
	 */
	int (*contiguous_keys)(struct driver_connection *connection, const char *table,
			       bool *out, struct rowan_error *error);

	/* Run statements without parameters and rows: BEGIN, DDL .. */
	int (*execute)(struct driver_connection *connection, const char *sql,
		       struct rowan_error *error);

	/* What the database says, not what we remember. */
	bool (*in_transaction)(struct driver_connection *connection);

	/* Parameters that one statement may have. */
	int (*max_params)(struct driver_connection *connection);
};

extern const struct driver driver_sqlite;

#endif
