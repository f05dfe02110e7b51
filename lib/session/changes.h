/* SPDX-License-Identifier: MIT */
#ifndef SESSION_CHANGES_H
#define SESSION_CHANGES_H

/* What statements that write the unit's rows have in common. */

#include "session/write.h"

/*
 * The row is about to be sent: text that the user assigned is copied, and the row as the
 * database has it from now on is remembered.  Counts the bytes of text.
 */
int change_ready(struct rowan_session *session, const struct written *written,
		 struct change *change, size_t *bytes);

/* Keys that this row's foreign keys follow must have come; then they are followed. */
int change_await_keys(struct rowan_session *session, struct change *change);

/* What is to be posted for these rows, or NULL. */
struct posted *posted_for(struct rowan_session *session, struct change **changes, size_t count,
			  posted_arrived *arrived, struct rowan_site site);

/*
 * Post what is written to rows of one table as they were flushed: they are found by that, and
 * sent as that.  `written` has its columns.
 */
int flush_stored(struct rowan_session *session, struct written *written, struct change **changes,
		 size_t count, posted_arrived *arrived);

#endif
