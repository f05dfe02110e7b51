/* SPDX-License-Identifier: MIT */
#ifndef SUITES_DRIVER_POSTGRES_SERVER_H
#define SUITES_DRIVER_POSTGRES_SERVER_H

/*
 * A connection of the driver's for each test, to the server of ROWAN_POSTGRES_URL.
 * Tables are temporary, or in a schema that goes with the test.
 */

#include "support.h"

#include "base/alloc.h"
#include "base/arena.h"
#include "driver/driver.h"
#include "driver/postgres.h"

/* 4713-11-24 BC, the first day that the server has, from 1970 on. */
#define LEAST_DAY (-2451545 + 10957)
#define LEAST_US (INT64_C(-211813488000000000) + INT64_C(946684800000000))
/* 5874897-12-31, the last one. */
#define GREATEST_DAY (2145031948 + 10957)

extern struct driver_connection *db;
extern struct rowan_error error;
extern struct arena arena;

/* The server itself, also where all others are tested through a pooler. */
const char *direct_url(void);

void open_server(void);		/* .init: db */
void close_server(void);	/* .fini */

/* Another connection, as `target` has it; its keywords are the server's. */
int try_connect(struct postgres_target target, struct driver_connection **out);
struct driver_connection *connect_with(struct postgres_target target);
/* The server's parameters, with one changed (NULL: none), until the next call. */
struct postgres_target target_with(const char *keyword, const char *value);

/* Each of these fails the test when the database refuses. */
void run(const char *sql);
void run_on(struct driver_connection *connection, const char *sql);
struct driver_statement *prepare(const char *sql);
struct driver_statement *prepare_on(struct driver_connection *connection, const char *sql);
void step_to_end(struct driver_statement *statement);
void receive_done(int64_t changed);
int64_t number(const char *sql);	/* the first column of the first row */
int64_t number_on(struct driver_connection *connection, const char *sql);

/* Run one statement; the code of its failure, with `error` filled. */
int try_run(const char *sql);		/* by execute() */
int try_step(const char *sql);		/* prepared */
int try_receive(void);

/* A port of ours: nobody listens, or somebody who never says a word.  Close it afterwards. */
int take_port(bool listening, char text[8]);

#endif
