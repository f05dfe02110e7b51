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

/* ---- lists of keys ----------------------------------------------------------------- */

/* (SELECT v.c0, v.c1 FROM unnest($1::bigint[], $2::text[]) AS v (c0, c1)) */
static void render_array_keys(struct render *render, const struct key *key)
{
	text_add(render->sql, "(SELECT ");
	for (size_t i = 0; i < key->count; i++) {
		text_add(render->sql, i ? ", " : "");
		render_element(render, key->columns[i], i);
	}
	text_add(render->sql, " FROM unnest(");
	for (size_t i = 0; i < key->count; i++) {
		text_add(render->sql, i ? ", " : "");
		render_array(render, key->columns[i]);
	}
	text_add(render->sql, ") AS v (");
	for (size_t i = 0; i < key->count; i++)
		text_addf(render->sql, "%sc%zu", i ? ", " : "", i);
	text_add(render->sql, "))");
}

/* The items of one list with their places from 0 on: v0(n, c). */
static void render_json_column(struct render *render, const struct column *column, size_t i)
{
	int number = ++render->params;

	text_addf(render->sql, "v%zu(n, c) AS ", i);
	if (column->field->type == ROWAN_TYPE_UUID)
		text_addf(render->sql, "MATERIALIZED (SELECT 0, substr(?%d, 1, 16) UNION ALL"
			  " SELECT n + 1, substr(?%d, n * 16 + 17, 16) FROM v%zu"
			  " WHERE n * 16 + 16 < length(?%d))", number, number, i, number);
	else
		text_addf(render->sql, "MATERIALIZED (SELECT key, value FROM json_each(?%d))",
			  number);
}

/*
 * The lists are joined by the items' places, for which SQLite makes an index of its own
 * once they are tables.
 */
static void render_json_keys(struct render *render, const struct key *key)
{
	text_add(render->sql, "(WITH RECURSIVE ");
	for (size_t i = 0; i < key->count; i++) {
		text_add(render->sql, i ? ", " : "");
		render_json_column(render, key->columns[i], i);
	}
	for (size_t i = 0; i < key->count; i++)
		text_addf(render->sql, "%s+v%zu.c", i ? ", " : " SELECT ", i);
	text_add(render->sql, " FROM v0");
	for (size_t i = 1; i < key->count; i++)
		text_addf(render->sql, " JOIN v%zu ON v%zu.n = v0.n", i, i);
	text_add_char(render->sql, ')');
}

void render_key_in(struct render *render, const struct key *key)
{
	if (key->count == 1) {
		render_in(render, key->columns[0]);
		return;
	}
	for (size_t i = 0; i < key->count; i++) {
		text_add(render->sql, i ? ", " : "(");
		render_column(render, key->columns[i]);
	}
	text_add(render->sql, ") IN ");
	if (render->dialect->list_is_array)
		render_array_keys(render, key);
	else
		render_json_keys(render, key);
}
