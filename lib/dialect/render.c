/* SPDX-License-Identifier: MIT */
#include "dialect/render.h"

#include <string.h>

const struct dialect *dialect_named(const char *name)
{
	static const struct dialect *const all[] = { &dialect_sqlite, &dialect_postgres };

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		if (strcmp(all[i]->name, name) == 0)
			return all[i];
	}
	return NULL;
}

/* Quotes inside a name are doubled. */
void render_name(struct text *sql, const char *name)
{
	text_add_char(sql, '"');
	for (;;) {
		size_t plain = strcspn(name, "\"");

		text_add_bytes(sql, name, plain);
		name += plain;
		if (!*name)
			break;
		text_add(sql, "\"\"");
		name++;
	}
	text_add_char(sql, '"');
}

void render_table(const struct dialect *dialect, const struct plan *plan, struct text *sql)
{
	if (dialect->schemas && plan->model->schema) {
		render_name(sql, plan->model->schema);
		text_add_char(sql, '.');
	}
	render_name(sql, plan->table);
}

void render_column(struct render *render, const struct column *column)
{
	if (render->table) {
		text_add(render->sql, render->table);
		text_add_char(render->sql, '.');
	}
	render_name(render->sql, column->name);
}

void render_columns(struct render *render, const struct plan *plan)
{
	for (size_t i = 0; i < plan->column_count; i++) {
		if (i > 0)
			text_add(render->sql, ", ");
		render_column(render, &plan->columns[i]);
	}
}

/* ---- types of their own ---------------------------------------------------------- */

const char *own_type(const struct render *render, const struct column *column)
{
	return render->dialect->own_type(column->field);
}

void begin_cast(struct text *sql, const char *type)
{
	if (type)
		text_add(sql, "CAST(");
}

void end_cast(struct text *sql, const char *type)
{
	if (type)
		text_addf(sql, " AS %s)", type);
}

static const char *member_type(const struct render *render, const struct column *column)
{
	return render->dialect->types[column->field->type];
}

void render_member(struct render *render, const struct column *column)
{
	const char *type = own_type(render, column) ? member_type(render, column) : NULL;

	begin_cast(render->sql, type);
	render_column(render, column);
	end_cast(render->sql, type);
}

void render_members(struct render *render, const struct plan *plan)
{
	for (size_t i = 0; i < plan->column_count; i++) {
		if (i > 0)
			text_add(render->sql, ", ");
		render_member(render, &plan->columns[i]);
	}
}

/* The type that values are cast to before they meet the column, or NULL. */
static const char *value_type(const struct render *render, const struct column *column)
{
	return render->dialect->cast_values ? own_type(render, column) : NULL;
}

/*
 * A cast to varchar(3) cuts what is longer without a word, where the column itself
 * refuses it: values are cast to the type without what is in its parentheses.
 */
static void end_value_cast(struct text *sql, const char *type)
{
	int depth = 0;

	if (!type)
		return;
	text_add(sql, " AS ");
	for (; *type; type++) {
		depth += *type == '(';
		if (depth == 0)
			text_add_char(sql, *type);
		depth -= *type == ')';
	}
	text_add_char(sql, ')');
}

/* ---- values ---------------------------------------------------------------------- */

void render_param(struct render *render)
{
	text_add_char(render->sql, render->dialect->placeholder);
	text_add_int(render->sql, ++render->params);
}

/* The parameter is given the member's type, or it would be taken to be of the column's. */
void render_value(struct render *render, const struct column *column)
{
	const char *type = value_type(render, column);

	begin_cast(render->sql, type);
	render_param(render);
	if (type)
		text_addf(render->sql, "::%s", member_type(render, column));
	end_value_cast(render->sql, type);
}

void render_array(struct render *render, const struct column *column)
{
	render_param(render);
	text_addf(render->sql, "::%s[]", member_type(render, column));
}

void render_element(struct render *render, const struct column *column, size_t i)
{
	const char *type = value_type(render, column);

	begin_cast(render->sql, type);
	text_addf(render->sql, "v.c%zu", i);
	end_value_cast(render->sql, type);
}

void render_match(struct render *render, const struct column *const *columns, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			text_add(render->sql, " AND ");
		render_column(render, columns[i]);
		text_add(render->sql, " = ");
		render_value(render, columns[i]);
	}
}

/* ---- lists ----------------------------------------------------------------------- */

/* Of another type, each item is cast: an array of arrays cannot be. */
static void render_array_items(struct render *render, const struct column *column)
{
	text_add(render->sql, " IN (SELECT ");
	render_element(render, column, 0);
	text_add(render->sql, " FROM unnest(");
	render_array(render, column);
	text_add(render->sql, ") AS v (c0))");
}

/*
 * UUIDs are blobs, which JSON cannot hold: one blob is cut into pieces of 16 bytes.  A
 * column of another type converts an expression to it, but not the column of a table.
 */
static void render_json_items(struct render *render, const struct column *column)
{
	const char *item = own_type(render, column) ? "+value" : "value";
	int number = ++render->params;

	if (column->field->type == ROWAN_TYPE_UUID)
		text_addf(render->sql, " IN (WITH RECURSIVE piece(at) AS (SELECT 1 UNION ALL"
			  " SELECT at + 16 FROM piece WHERE at + 16 <= length(?%d))"
			  " SELECT substr(?%d, at, 16) FROM piece)", number, number);
	else
		text_addf(render->sql, " IN (SELECT %s FROM json_each(?%d))", item, number);
}

/* One parameter for any number of items. */
void render_in(struct render *render, const struct column *column)
{
	render_column(render, column);
	if (!render->dialect->list_is_array) {
		render_json_items(render, column);
	} else if (own_type(render, column)) {
		render_array_items(render, column);
	} else {
		text_add(render->sql, " = ANY(");
		render_array(render, column);
		text_add_char(render->sql, ')');
	}
}
