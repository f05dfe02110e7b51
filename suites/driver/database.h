/* SPDX-License-Identifier: MIT */
#ifndef SUITES_DRIVER_DATABASE_H
#define SUITES_DRIVER_DATABASE_H

/* A connection for each test, in memory or to a file that goes with the test. */

#include "support.h"

#include "base/alloc.h"
#include "base/arena.h"
#include "driver/driver.h"

extern struct driver_connection *db;
extern struct rowan_error error;
extern struct arena arena;

void open_memory(void);		/* .init: db, in memory */
void open_scratch(void);	/* .init: a directory for scratch_path() */
void close_all(void);		/* .fini of both */

const char *scratch_path(void);
/* Open the file with options; close it with driver_sqlite.close(). */
struct driver_connection *open_file(struct sqlite_target target);

/* Each of these fails the test when the database refuses. */
void run(const char *sql);
struct driver_statement *prepare(const char *sql);
int64_t number(const char *sql);	/* the first column of the first row */

/* Run one statement; the code of its failure, with `error` filled. */
int try_run(const char *sql);
int try_prepare(const char *sql);

#endif
