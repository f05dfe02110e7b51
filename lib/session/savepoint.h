/* SPDX-License-Identifier: MIT */
#ifndef SESSION_SAVEPOINT_H
#define SESSION_SAVEPOINT_H

#include "session/session.h"

/* What a change was at a savepoint. */
struct kept {
	void *flushed;		/* NULL: not in the database */
	struct key_link *links;
	uint8_t state;
};

/*
 * A savepoint is opened when nothing waits to be flushed, so what the database
 * has is what each change says it has.  Copies of rows and lists of links that it
 * refers to are not written to as long as it is open: see note_flushed().
 */
struct savepoint {
	struct savepoint *outer;
	unsigned depth;		/* from 1: its name */
	size_t count;		/* changes in the unit; later ones came later */
	struct kept kept[];
};

/* Undo in memory what came after the savepoint, or with NULL after the last commit. */
void unit_rollback_to(struct rowan_session *session, const struct savepoint *savepoint);

#endif
