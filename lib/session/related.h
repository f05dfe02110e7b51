/* SPDX-License-Identifier: MIT */
#ifndef SESSION_RELATED_H
#define SESSION_RELATED_H

/*
 * Loading a relation for any number of rows with one statement: their keys go
 * as a list (one alone as a value), the rows that come back are told apart by
 * the key that they carry.
 */

#include "session/keys.h"
#include "session/session.h"

struct related {
	struct rowan_session *session;
	const struct relation *relation;
	const struct select *filter;	/* which rows, or NULL */
	int64_t first, last;		/* .. and of those how many for each parent */
	struct rowan_site site;
	struct peers *children;		/* the rows found */
	void **parents;			/* those whose slot is not loaded yet */
	size_t parent_count;
	struct keys keys;		/* to ask for, each once; to the parent, or the target */
	size_t key_count;
	char *items[ROWAN_INDEX_COLUMNS];	/* the same keys as lists to bind, by column */
};

/* Room for the keys of so many rows. */
int related_init(struct related *load, size_t count);

/* One more key to ask for: that of the parent, unless it is asked for already. */
void related_ask(struct related *load, struct key_entry *entry, void *parent);

/* The statement with the keys bound, ready to step. */
int related_begin(struct related *load, struct execution *run);

/* Whether two links may join the same two rows: their key is more than the pair. */
bool links_repeat(const struct relation *relation);

/* To-many, and to-one by the other's foreign key; see children.c. */
int load_children(struct related *load);

/* The rows of a link that belong to these owners: session->rows has them. */
int load_links(struct rowan_session *session, const struct relation *relation,
	       const struct peers *owners, struct rowan_site site);

#endif
