/* SPDX-License-Identifier: MIT */
#ifndef SESSION_RELATE_H
#define SESSION_RELATE_H

#include "session/session.h"

/* What a call that changes a relation is about. */
struct ends {
	struct rowan_session *session;
	const struct relation *relation;
	const char *verb;
	void *row;
	const void *target;
	struct rowan_site site;
};

/*
 * The child's `key` is to be `parent_key` of the parent row: at once if that
 * is known, else when the parent was inserted.
 */
int follow_key(struct rowan_session *session, struct change *child, const struct key *key,
	       const void *parent_row, const struct key *parent_key, struct rowan_site site);

/* A row that is stored, or will be: what is put into its relations comes along. */
bool is_part_of_work(struct rowan_session *session, const void *row);

/* What a slot holds must be known before it is added to; see links.c. */
int know_slot(const struct ends *ends);

/* Link the target to the row, or take the link away. */
int change_link(const struct ends *ends, bool add);

#endif
