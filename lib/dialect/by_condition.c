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

/* What a column is, or what becomes of it by adding this parameter (0: nothing is added). */
static void render_source(struct render *render, const struct column *column, int param)
{
	render_column(render, column);
	if (param)
		text_addf(render->sql, " + ?%d", param);
}

/*
 * A column of SQLite's holds any integer of 64 bits, and makes a real number of a sum that
 * does not fit them, which a STRICT table refuses as it refuses text.
 */
static void render_checked(struct render *render, const struct column *column,
			   const struct column *source, int param)
{
	bool narrow = column->field->type == ROWAN_TYPE_INT16;

	text_add(render->sql, "CASE WHEN ");
	render_source(render, source, param);
	text_addf(render->sql, " NOT BETWEEN %d AND %d THEN 'out of range' ELSE ",
		  narrow ? INT16_MIN : INT32_MIN, narrow ? INT16_MAX : INT32_MAX);
	render_source(render, source, param);
	text_add(render->sql, " END");
}

static bool is_checked(const struct render *render, const struct column *column)
{
	enum rowan_type type = column->field->type;

	return !render->dialect->sized_integers &&
	       (type == ROWAN_TYPE_INT16 || type == ROWAN_TYPE_INT32);
}

static void render_sum(struct render *render, const struct column *column)
{
	if (is_checked(render, column)) {
		render_checked(render, column, column, ++render->params);
		return;
	}
	render_column(render, column);
	text_add(render->sql, " + ");
	render_value(render, column);
}

static void render_copy(struct render *render, const struct column *column,
			const struct column *source)
{
	if (is_checked(render, column) && source->field->type != column->field->type)
		render_checked(render, column, source, 0);
	else
		render_column(render, source);
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
		render_copy(render, column, plan_column_at(plan, term->right.column.offset));
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
