/* SPDX-License-Identifier: MIT */
#ifndef SUITES_ENGINE_DATABASE_H
#define SUITES_ENGINE_DATABASE_H

/* A database of the engine that the environment asks for, for each test its own. */

#include "work.h"

/* .init and .fini of a suite. */
void open_database(void);
void close_database(void);

/* Its URL, with options added: "?sslmode=disable" or "". */
const char *database_url(const char *options);

/* An engine beside the one that is tested, which sees what the server sees. */
extern struct rowan_engine *admin;

/* The server's process that serves the connection. */
int64_t backend_of(struct connection *connection);
/* End it, and wait until it is gone. */
void terminate(int64_t backend);

/* What was warned of, one line after another; for .log with .log_context = warnings. */
extern char warnings[4096];
void note_warning(void *context, const char *line);

#endif
