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

enum select_kind { SELECT_ROWS, SELECT_COUNT, SELECT_SCALAR, SELECT_DELETE, SELECT_UPDATE };

struct select {
	enum select_kind kind;
	const struct plan *plan;
	const struct rowan_query *query;
	size_t join_count;
	struct select_join joins[SELECT_JOINS];	/* filled by the caller */
	/* SELECT_UPDATE: EQ, IS_NULL or PLUS, of a column each; checked by select_check_set(). */
	const struct rowan_assignment *set;
	size_t set_count;
};

int select_check(struct select *select, enum select_kind kind, const struct rowan_query *query,
		 struct rowan_error *error);

/* What a checked query is to set, if it may; select->set has it then. */
int select_check_set(struct select *select, const struct rowan_assignment *set, size_t count,
		     struct rowan_error *error);

/* Whether the query's model has the column; if not, the error names it and the clause. */
int select_check_column(const struct select *select, const char *clause,
			struct rowan_column column, struct rowan_error *error);

/* Append everything that decides the SQL text, and nothing that does not. */
void select_shape(const struct select *select, struct shape *shape);

/* "the expression has more than 12 terms: ..." */
const char *fault_text(enum rowan_fault fault);

#endif
