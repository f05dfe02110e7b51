/* SPDX-License-Identifier: MIT */
#ifndef SUITES_ENGINE_WORK_H
#define SUITES_ENGINE_WORK_H

/* Statements through an engine, without the layers above it. */

#include "support.h"

#include "engine/engine.h"

/* A connection; fails the test if there is none. */
struct connection *checkout(struct rowan_engine *engine, struct rowan_site site);

/* The statement of this SQL, with the SQL as its shape. */
int statement_of(struct connection *connection, const char *sql, struct statement **out,
		 struct rowan_error *error);

/* Run it to its end; the code of its failure, with `error` filled. */
int run_sql(struct connection *connection, const char *sql, struct rowan_site site,
	    struct rowan_error *error);

/* The same with a connection of its own, failing the test. */
void run_alone(struct rowan_engine *engine, const char *sql);

/* The first column of the first row; the same with a connection of its own. */
int64_t read_number(struct connection *connection, const char *sql);
int64_t read_alone(struct rowan_engine *engine, const char *sql);

/* A file in a directory of this test's own, and its URL with options: "?mode=ro". */
void make_scratch(void);
void remove_scratch(void);
const char *scratch_url(const char *options);
const char *scratch_path(void);
const char *scratch_directory(void);

#endif
