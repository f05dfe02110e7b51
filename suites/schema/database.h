/* SPDX-License-Identifier: MIT */
#ifndef SUITES_SCHEMA_DATABASE_H
#define SUITES_SCHEMA_DATABASE_H

/*
 * A database of its own for each test, and a witness: a second connection, by the C
 * client library itself, that sees what is there.
 */

#include "support.h"

struct witness {
	void (*open)(const char *url);
	void (*close)(void);

	/* The last column of all rows, one after another: "a b c". */
	const char *(*look)(const char *sql);
	/* Run SQL: whether it worked. */
	bool (*run)(const char *sql);

	/* SQL for look(): names in the order in which they were made; or sorted. */
	const char *tables, *indexes;
	/* .. name:type of the columns of all tables, with ? if NULL may be in them. */
	const char *columns;
	/* .. table.column>target of all foreign keys; definitions of everything. */
	const char *keys, *everything;
	/* What stands before a query whose plan is to be looked at. */
	const char *explain;
};

extern const struct witness sqlite_witness, postgres_witness;

/* Of the test that runs. */
extern const struct witness *witness;
extern const char *url;
extern struct rowan_engine *engine;
extern struct rowan_error error;

void open_database(void);	/* .init */
void close_database(void);	/* .fini */

/* What must work; what must not. */
void change(const char *sql);
void assert_refused(const char *sql);
void assert_done(int status);

static inline const char *look(const char *sql)
{
	return witness->look(sql);
}

#endif
