/* SPDX-License-Identifier: MIT */
#ifndef SESSION_JOINED_H
#define SESSION_JOINED_H

/*
 * Reading a result whose rows hold a root and, side by side, the rows of its
 * joined relations.  The same root, and the same related row, comes again on
 * many of them; each is kept once, and roots go to session->rows in the order in
 * which they first come.
 */

#include "session/eager.h"

struct joined;

int joined_make(struct rowan_session *session, const struct select *select,
		const struct eager *eager, struct peers *root, struct joined **out);
int joined_read(struct joined *joined, struct execution *run);
/* Put the related rows into their slots. */
int joined_finish(struct joined *joined);
void joined_release(struct joined *joined);

#endif
