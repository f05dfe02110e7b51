/* SPDX-License-Identifier: MIT */
#ifndef DRIVER_FAULT_PARTS_H
#define DRIVER_FAULT_PARTS_H

/* What the parts of the fault driver share.  Nothing else includes this. */

#include "driver/fault.h"

struct driver_connection {
	struct fault *fault;
	const struct driver *driver;		/* the one that does the work, .. */
	struct driver_connection *inner;	/* .. and its connection */
	bool cut;		/* by us: it may not know of it yet */
	bool lost;		/* .. and is not asked any more */
};

struct driver_statement {
	struct driver_connection *connection;
	struct driver_statement *inner;
	char *sql;
	bool begun;		/* stepped since it was last reset */
};

/* A statement that is handed over, and how. */
struct errand {
	enum { EXECUTED, DEFERRED, STEPPED, SENT } how;
	struct driver_connection *connection;
	struct driver_statement *statement;	/* of the last two */
	const char *sql;
};

/* Count it, and do to it what the URL says, or just run it. */
int fault_hand_over(const struct errand *errand, struct rowan_error *error);
int fault_run(const struct errand *errand, struct rowan_error *error);
/* The connection is lost; `unknown`: perhaps after it has committed. */
int fault_gone(const struct driver_connection *connection, bool unknown,
	       struct rowan_error *error);

#endif
