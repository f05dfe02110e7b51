/* SPDX-License-Identifier: MIT */
#include "dialect/render.h"

/* Rows that are written by a condition, not one by one. */

void render_delete_where(const struct dialect *dialect, const struct select *select,
			 struct text *sql)
{
	struct render render = { .dialect = dialect, .sql = sql };

	text_add(sql, "DELETE FROM ");
	render_table(dialect, select->plan, sql);
	render_where(&render, select->plan, &select->query->where);
}

/*
 * A column of SQLite's holds any integer of 64 bits, and makes a real number of a sum that
 * does not fit them, which a STRICT table refuses as it refuses text.
 */
static void render_checked_sum(struct render *render, const struct column *column)
{
	bool narrow = column->field->type == ROWAN_TYPE_INT16;
	int number = ++render->params;

	text_add(render->sql, "CASE WHEN ");
	render_column(render, column);
	text_addf(render->sql, " + ?%d NOT BETWEEN %d AND %d THEN 'out of range' ELSE ", number,
		  narrow ? INT16_MIN : INT32_MIN, narrow ? INT16_MAX : INT32_MAX);
	render_column(render, column);
	text_addf(render->sql, " + ?%d END", number);
}

static void render_sum(struct render *render, const struct column *column)
{
	bool narrow = column->field->type == ROWAN_TYPE_INT16 ||
		      column->field->type == ROWAN_TYPE_INT32;

	if (narrow && !render->dialect->sized_integers) {
		render_checked_sum(render, column);
		return;
	}
	render_column(render, column);
	text_add(render->sql, " + ");
	render_value(render, column);
}

static void render_assignment(struct render *render, const struct plan *plan,
			      const struct rowan_term *term)
{
	const struct column *column = plan_column_at(plan, term->left.offset);

	render_name(render->sql, column->name);
	text_add(render->sql, " = ");
	if (term->op == ROWAN_OP_PLUS)
		render_sum(render, column);
	else if (term->op == ROWAN_OP_IS_NULL)
		text_add(render->sql, "NULL");
	else if (term->operand == ROWAN_OPERAND_COLUMN)
		render_column(render, plan_column_at(plan, term->right.column.offset));
	else
		render_value(render, column);
}

void render_update_where(const struct dialect *dialect, const struct select *select,
			 struct text *sql)
{
	struct render render = { .dialect = dialect, .sql = sql };

	text_add(sql, "UPDATE ");
	render_table(dialect, select->plan, sql);
	for (size_t i = 0; i < select->set_count; i++) {
		text_add(sql, i ? ", " : " SET ");
		render_assignment(&render, select->plan, &select->set[i].term);
	}
	render_where(&render, select->plan, &select->query->where);
}
