/* SPDX-License-Identifier: MIT */
#ifndef SESSION_EDGES_H
#define SESSION_EDGES_H

#include "session/session.h"

/* A related row and the number of the row that it belongs to. */
struct edge {
	uint32_t parent;
	void *child;
};

/*
 * Put children into a to-many or has-one slot of each of the parents whose slot
 * is not loaded, in the order of the edges.  The rows of all parents share one
 * array, as long as there are edges, which is given back unless `rows` is NULL.
 */
int edges_attach(struct rowan_session *session, const struct relation *relation,
		 void *const *parents, size_t parent_count, const struct edges *edges,
		 void *const **rows);

#endif
