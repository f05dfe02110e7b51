/* SPDX-License-Identifier: MIT */
#ifndef QUERY_SELECT_H
#define QUERY_SELECT_H

/*
 * A query that was checked: what is rendered, and bound in the same order.
 *
 * select_check() is the only reader of a raw query's options.  It refuses, with
 * a message that names what was typed: a fault, a column or loading option of a
 * model that the query does not select from, a negative limit or offset.
 */

#include "base/shape.h"
#include "model/plan.h"

#include <rowan/query.h>

/* A relation joined for eager loading; `from` is the join it hangs on, -1 the root. */
#define SELECT_JOINS 6
struct select_join {
	const struct relation *relation;
	int from;
};

enum select_kind { SELECT_ROWS, SELECT_COUNT, SELECT_SCALAR, SELECT_DELETE };

struct select {
	enum select_kind kind;
	const struct plan *plan;
	const struct rowan_query *query;
	size_t join_count;
	struct select_join joins[SELECT_JOINS];	/* filled by the caller */
};

int select_check(struct select *select, enum select_kind kind, const struct rowan_query *query,
		 struct rowan_error *error);

/* Append everything that decides the SQL text, and nothing that does not. */
void select_shape(const struct select *select, struct shape *shape);

/* "the expression has more than 12 terms: ..." */
const char *fault_text(enum rowan_fault fault);

#endif
