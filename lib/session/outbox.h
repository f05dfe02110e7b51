/* SPDX-License-Identifier: MIT */
#ifndef SESSION_OUTBOX_H
#define SESSION_OUTBOX_H

/*
 * Statements on their way.
 *
 * A flush posts its statements one after another and is told what became of them
 * when they are collected.  Where the driver pipelines, all that were posted since
 * the last collecting take one round trip; else each is collected at once.
 */

#include "session/session.h"

struct posted;

/* What to do when its outcome is known; it must not fail but for what the outcome says. */
typedef int posted_arrived(struct rowan_session *session, struct posted *posted,
			   const struct driver_outcome *outcome);

struct written;

/* Take the current row of what the statement returns: that of changes[i]. */
typedef int posted_row(struct rowan_session *session, struct posted *posted,
		       const struct written *written, size_t i);

struct posted {
	struct posted *next;
	posted_arrived *arrived;
	posted_row *row;		/* for post_reading() */
	struct change **changes;	/* the rows that it writes */
	size_t count;
	int64_t expected;		/* `count`, as a parameter */
	bool inserts, deletes, commits;	/* else it updates */
	bool takes_keys, counted;	/* the server tells keys; fails if rows are missing */
	struct execution run;		/* begun by itself */
};

/* A new one, to be filled; NULL: no memory. */
struct posted *posted_make(struct rowan_session *session, struct rowan_site site);

/*
 * Send a bound statement.  On failure of it, or of one that was posted before, the
 * session's error is set and nothing is left to be collected.
 */
int post(struct rowan_session *session, struct posted *posted);

/*
 * Run a bound statement that returns a row for each that it writes, when nothing else is on
 * its way.  What it is to be told is told before this returns.
 */
int post_reading(struct rowan_session *session, struct posted *posted,
		 const struct written *written);

/* Whether as many rows were written as were to be; else rows_missing(). */
int posted_check_count(struct rowan_session *session, struct posted *posted,
		       const struct driver_outcome *outcome);

/* COMMIT, as the last one. */
int post_commit(struct rowan_session *session, struct rowan_site site);

/*
 * Wait for what was posted.  `status`, if it is a failure, is returned, and what
 * still comes in is dropped.
 */
int collect(struct rowan_session *session, int status);

#endif
