/* SPDX-License-Identifier: MIT */
#ifndef SUITES_DIALECT_SERVER_H
#define SUITES_DIALECT_SERVER_H

/*
 * A real PostgreSQL: the server of ROWAN_POSTGRES_URL, a superuser's on a
 * throw-away cluster.  Where there is none, nothing here does anything.
 */

#include <stdbool.h>
#include <stdint.h>

/* Its URL, or NULL. */
const char *server_url(void);

/* Without a server: skip the test, and say so; where CI is set the test fails. */
void server_needed(void);

/*
 * Connect; everything happens in one transaction that is never committed, in a
 * schema of its own that unqualified names are looked up in.
 */
void server_open(void);
void server_close(void);

/* Run SQL, which must work; the first column of its first row, -1 if there is none. */
int64_t server_run(const char *sql);

/* Run SQL, undone at once: whether it works.  If not, server_message() is why. */
bool server_accepts(const char *sql);
const char *server_message(void);

/* The server knows every table, column, operator and type in the SQL. */
void assert_server_understands(const char *sql, const char *file, int line);

#endif
