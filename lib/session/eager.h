/* SPDX-License-Identifier: MIT */
#ifndef SESSION_EAGER_H
#define SESSION_EAGER_H

/*
 * The loading options of a query as a tree.  The root stands for the query's own
 * model, every other node for a relation of its parent's model.  It lives as long as
 * the rows: what is loaded lazily goes on with the path that leads there.
 */

#include "session/session.h"

struct eager {
	const struct relation *relation;	/* NULL: the root */
	struct eager *parent, *children, *next;	/* first child, next sibling */
	enum rowan_loading loading;
	const struct select *filter;		/* a query that chooses the rows, or NULL */
	bool named;				/* an option ends here */
	int join;				/* index into select->joins, or -1 */
	struct peers *peers;			/* the joined rows, once they were read */
};

#endif
