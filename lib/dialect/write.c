/* SPDX-License-Identifier: MIT */
#include "dialect/render.h"

static void render_column_names(struct text *sql, const struct plan *plan,
				const uint16_t *columns, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			text_add(sql, ", ");
		render_name(sql, plan->columns[columns[i]].name);
	}
}

/* (?1, ?2), (?3, ?4); for a row without columns (NULL), which numbers it. */
static void render_values(struct render *render, size_t column_count, size_t rows)
{
	for (size_t row = 0; row < rows; row++) {
		text_add(render->sql, row ? ", (" : " VALUES (");
		for (size_t i = 0; i < column_count; i++) {
			if (i > 0)
				text_add(render->sql, ", ");
			render_param(render);
		}
		if (column_count == 0)
			text_add(render->sql, render->dialect->generate);
		text_add_char(render->sql, ')');
	}
}

static bool contains(const uint16_t *columns, size_t count, const struct column *column)
{
	for (size_t i = 0; i < count; i++) {
		if (columns[i] == column->index)
			return true;
	}
	return false;
}

void render_insert(const struct dialect *dialect, const struct plan *plan,
		   const uint16_t *columns, size_t column_count, size_t rows, struct text *sql)
{
	struct render render = { .dialect = dialect, .sql = sql };
	const struct column *generated = plan->generated;

	text_add(sql, "INSERT INTO ");
	render_name(sql, plan->table);
	if (column_count == 0 && !generated) {
		text_add(sql, " DEFAULT VALUES");
	} else {
		text_add(sql, " (");
		if (column_count)
			render_column_names(sql, plan, columns, column_count);
		else
			render_name(sql, generated->name);
		text_add_char(sql, ')');
		render_values(&render, column_count, rows);
	}
	if (dialect->returns_key && generated && !contains(columns, column_count, generated)) {
		text_add(sql, " RETURNING ");
		render_name(sql, generated->name);
	}
}

void render_update(const struct dialect *dialect, const struct plan *plan,
		   const uint16_t *columns, size_t column_count, bool many, struct text *sql)
{
	struct render render = { .dialect = dialect, .sql = sql };

	(void)many;
	text_add(sql, "UPDATE ");
	render_name(sql, plan->table);
	text_add(sql, " SET ");
	for (size_t i = 0; i < column_count; i++) {
		if (i > 0)
			text_add(sql, ", ");
		render_name(sql, plan->columns[columns[i]].name);
		text_add(sql, " = ");
		render_param(&render);
	}
	text_add(sql, " WHERE ");
	render_match(&render, plan->keys, plan->key_count);
}

void render_delete(const struct dialect *dialect, const struct plan *plan, bool many,
		   struct text *sql)
{
	struct render render = { .dialect = dialect, .sql = sql };

	(void)many;
	text_add(sql, "DELETE FROM ");
	render_name(sql, plan->table);
	text_add(sql, " WHERE ");
	render_match(&render, plan->keys, plan->key_count);
}

void render_delete_where(const struct dialect *dialect, const struct select *select,
			 struct text *sql)
{
	struct render render = { .dialect = dialect, .sql = sql };

	text_add(sql, "DELETE FROM ");
	render_name(sql, select->plan->table);
	render_where(&render, select->plan, &select->query->where);
}
