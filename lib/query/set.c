/* SPDX-License-Identifier: MIT */
#include "query/select.h"

#include "base/error.h"

/* What an update by condition may set. */

static int check_assignment(const struct select *select, size_t i, struct rowan_error *error)
{
	const struct rowan_term *term = &select->set[i].term;
	const struct column *column;
	int status = select_check_column(select, "set", term->left, error);

	if (status == ROWAN_OK && term->operand == ROWAN_OPERAND_COLUMN)
		status = select_check_column(select, "set", term->right.column, error);
	if (status < 0)
		return status;
	column = plan_column_at(select->plan, term->left.offset);
	if (term->op != ROWAN_OP_EQ && term->op != ROWAN_OP_IS_NULL && term->op != ROWAN_OP_PLUS)
		return error_set(error, ROWAN_MISUSE, "set: it takes what rowan_assign() and "
				 "rowan_increase() give");
	if (column->key)
		return error_set(error, ROWAN_MISUSE, "set: %s.%s: the primary key can't be changed",
				 column->plan->table, column->name);
	for (size_t j = 0; j < i; j++)
		if (select->set[j].term.left.offset == term->left.offset)
			return error_set(error, ROWAN_MISUSE, "set: %s.%s is set twice",
					 column->plan->table, column->name);
	return ROWAN_OK;
}

int select_check_set(struct select *select, const struct rowan_assignment *set, size_t count,
		     struct rowan_error *error)
{
	int status = ROWAN_OK;

	select->set = set;
	select->set_count = count;
	if (!set || count == 0)
		return error_set(error, ROWAN_MISUSE, "set: nothing is set: say rowan_assign(..)");
	for (size_t i = 0; i < count && status == ROWAN_OK; i++)
		status = check_assignment(select, i, error);
	return status;
}
