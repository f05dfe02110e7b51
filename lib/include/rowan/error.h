/* SPDX-License-Identifier: MIT */
#ifndef ROWAN_ERROR_H
#define ROWAN_ERROR_H

/*
 * Errors.  A call that can fail returns ROWAN_OK or one of the codes below, or
 * a pointer that is NULL; the details are then in the session's error, see
 * rowan_error().  Before there is a session they go to a struct rowan_error
 * that the caller may pass.
 *
 * Errors wait: after the first failure a session does nothing more until
 * rowan_rollback(), and every call returns the first failure's code.  So a
 * piece of work is written straight down and asked once, at its commit.
 */

#include <rowan/value.h>

enum {
	ROWAN_OK = 0,

	/* The database refused a row; `constraint`, `table`, `columns` say why. */
	ROWAN_UNIQUE = -1,
	ROWAN_FOREIGN_KEY = -2,
	ROWAN_NOT_NULL = -3,
	ROWAN_CHECK = -4,

	ROWAN_OPERATIONAL = -5,	/* cannot connect, disk full, locked, corrupt .. */
	ROWAN_DATA = -6,	/* a stored value that does not fit its member */
	ROWAN_STALE = -7,	/* the row changed or went away underneath */
	ROWAN_TIMEOUT = -8,	/* the pool's, the lock's or the statement's */
	ROWAN_NO_ROW = -9,	/* exactly one row was asked for: there is none */
	ROWAN_MANY_ROWS = -10,	/* .. there are several */
	ROWAN_VALIDATION = -11,	/* a value that is not allowed; the database never saw it */
	ROWAN_MISUSE = -12,	/* a mistake in the program: the message says which */
	ROWAN_NO_MEMORY = -13,
	ROWAN_UNKNOWN_OUTCOME = -14, /* lost the connection while committing */
	ROWAN_CONFLICT = -15,	/* deadlock or serialization failure: the transaction may be
				   run again as a whole, see rowan_transaction() */
	ROWAN_BUDGET = -16,	/* a statement more than the session's budget allows */
};

/* Where in the user's program something was asked for. */
struct rowan_site {
	const char *file;
	int line;
};

struct rowan_error {
	int code;		/* one of the above */
	int native_code;	/* SQLite's extended result code, else 0 */
	char sqlstate[6];	/* PostgreSQL's, else "" */
	char constraint[128];	/* "uq_users_email", else "" */
	char table[64];		/* "users" */
	char columns[128];	/* "email", or "task_id, category_id" */
	char message[512];	/* one line, safe to show: no SQL, no secret */
	char database[256];	/* the database's own words, else "" */
	char detail[256];	/* PostgreSQL's detail, else "".  It may quote values of the row:
				   not for logs */
	struct rowan_site site;	/* the query or call; file is NULL when not known */
};

#ifdef __cplusplus
extern "C" {
#endif

/* "unique", "foreign key", .. for a code; never NULL. */
ROWAN_API const char *rowan_error_name(int code);

/* Whether the database refused a row for one of its constraints. */
static inline bool rowan_is_integrity(int code)
{
	return code <= ROWAN_UNIQUE && code >= ROWAN_CHECK;
}

#ifdef __cplusplus
}
#endif

/* The place this macro is written at. */
#ifndef __cplusplus
#define ROWAN_HERE ((struct rowan_site){ __FILE__, __LINE__ })
#endif
#endif
