/* SPDX-License-Identifier: MIT */
#ifndef SESSION_ORDER_H
#define SESSION_ORDER_H

#include "session/session.h"

/* What a flush has to send: lists of struct change *. */
struct work {
	struct vector inserts, updates, deletes;
	/* Of those, what takes two statements, since rows refer to each other in a circle. */
	struct vector cut_inserts, cut_deletes;
	struct vector incomplete;	/* inserted without a key that came late */
};

int put_in_order(struct rowan_session *session, struct work *work);

/* The level of all that is to be inserted or deleted; what is in a circle is cut. */
int find_levels(struct rowan_session *session, struct work *work);

/*
 * Send the row without this key at first, or delete it without it; false if that can't be, or
 * on error.
 */
bool cut_insert(struct rowan_session *session, struct work *work, struct change *change,
		const struct key *key);
bool cut_delete(struct rowan_session *session, struct work *work, struct change *change,
		const struct key *key);

/* Post what closes the circles of inserted rows, and opens those of rows to be deleted. */
int flush_cut_inserts(struct rowan_session *session, struct work *work, struct rowan_site site);
int flush_cut_deletes(struct rowan_session *session, struct work *work, struct rowan_site site);

/* At the end of a flush, whatever came of it: its marks are taken off the rows. */
void clear_marks(const struct work *work);

#endif
