/* SPDX-License-Identifier: MIT */
#ifndef DRIVER_FAULT_H
#define DRIVER_FAULT_H

/*
 * A driver around another one, that does to one of the statements what happens to any of
 * them one day.  All others go through.
 *
 * What comes of it is real where there is a server: its socket is shut down, so that the
 * client library finds out; a statement that fails takes the place of the one that is to
 * fail, so that the server aborts the transaction.  Elsewhere errors say so, and a
 * connection that is lost has rolled back.
 */

#include "driver/driver.h"

enum fault_kind {
	FAULT_DROP,		/* the connection is lost before the statement gets through */
	FAULT_DROP_AFTER,	/* .. with the answer to it: it was executed */
	FAULT_SQLSTATE,		/* it fails with that */
	FAULT_DELAY,		/* it takes longer */
};

/* One for all connections that are opened with a target that names it. */
struct fault {
	enum fault_kind kind;
	char name[24];		/* "drop", "40001", "delay:50": so messages call it */
	int delay_ms;
	uint64_t at;		/* which statement, from 1 on; 0 = each, of delays only */
	uint64_t statements;	/* handed over so far; read and written atomically */
	uint64_t injected;	/* .. and how often it came to pass */
	/* Who is told that it came to pass; of delays of each statement, once. */
	void (*tell)(void *context, const char *text);
	void *context;
	const struct driver *driver;	/* the one that does the work */
	struct driver wrapper;		/* .. around which this one is */
};

/* With the kind set: put the wrapper around a driver. */
void fault_wrap(struct fault *fault, const struct driver *driver);

#endif
