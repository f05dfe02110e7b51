/* SPDX-License-Identifier: MIT */
#ifndef BENCH_SERVER_H
#define BENCH_SERVER_H

/*
 * PostgreSQL servers to measure on: each program has databases of its own there, which
 * go when it ends.  The URL's user may create databases.
 */

#include <stdbool.h>
#include <stddef.h>

/* Whether the URL is a server's; no other function here may be called if not. */
bool is_server(const char *url);

#ifdef ROWAN_POSTGRES
#include <libpq-fe.h>

/*
 * Create the database bench_<what>_<process>, as a copy of `template` if that is not
 * NULL (which nobody may then be connected to).  Its URL lives as long as the program;
 * the database is dropped when that ends, well or not, but not when it is killed.
 */
const char *server_database(const char *url, const char *what, const char *template);

/* The database's name in a URL that server_database() gave. */
const char *server_database_name(const char *url);

/* A connection, or the server's own words and exit 1; the same for a statement. */
PGconn *server_connect(const char *url);
void server_execute(PGconn *pg, const char *sql);

/* After filling tables: what the planner knows, and no work left for later. */
void server_settle(const char *url);

/* "PostgreSQL 15.14" */
void server_title(const char *url, char *title, size_t size);
#endif

#endif
