/* SPDX-License-Identifier: MIT */
#ifndef SESSION_ORDER_H
#define SESSION_ORDER_H

#include "session/session.h"

/* What a flush has to send: lists of struct change *. */
struct work {
	struct vector inserts, updates, deletes;
};

int put_in_order(struct rowan_session *session, struct work *work);

/* After a failure: the walk over the rows may have left its marks behind. */
void clear_marks(const struct work *work);

#endif
