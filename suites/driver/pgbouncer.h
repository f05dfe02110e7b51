/* SPDX-License-Identifier: MIT */
#ifndef SUITES_DRIVER_PGBOUNCER_H
#define SUITES_DRIVER_PGBOUNCER_H

/*
 * A pgbouncer of the test's own in front of the server, which gives each transaction
 * any of `size` connections.  It ends with the test.
 */

/* Start it and give the port of 127.0.0.1 that it listens on. */
const char *pgbouncer_start(int size);
void pgbouncer_stop(void);

/* Where there is none: skip the test, and say so; where CI is set the test fails. */
void pgbouncer_needed(void);

#endif
