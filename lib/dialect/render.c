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
static void add_quotable(struct text *sql, const char *name)
{
	for (;;) {
		size_t plain = strcspn(name, "\"");

		text_add_bytes(sql, name, plain);
		name += plain;
		if (!*name)
			return;
		text_add(sql, "\"\"");
		name++;
	}
}

void render_name(struct text *sql, const char *name)
{
	text_add_char(sql, '"');
	add_quotable(sql, name);
	text_add_char(sql, '"');
}

void render_constraint_name(struct text *sql, const char *prefix, const char *table,
			    const char *column)
{
	text_add_char(sql, '"');
	text_add(sql, prefix);
	text_add_char(sql, '_');
	add_quotable(sql, table);
	if (column) {
		text_add_char(sql, '_');
		add_quotable(sql, column);
	}
	text_add_char(sql, '"');
}

static void add_column(struct text *sql, const char *table, const struct column *column)
{
	if (table) {
		text_add(sql, table);
		text_add_char(sql, '.');
	}
	render_name(sql, column->name);
}

void render_column(struct render *render, const struct column *column)
{
	add_column(render->sql, render->table, column);
}

void render_columns(struct text *sql, const struct plan *plan, const char *table)
{
	for (size_t i = 0; i < plan->column_count; i++) {
		if (i > 0)
			text_add(sql, ", ");
		add_column(sql, table, &plan->columns[i]);
	}
}

void render_param(struct render *render)
{
	text_add_char(render->sql, render->dialect->placeholder);
	text_add_int(render->sql, ++render->params);
}

void render_array(struct render *render, const struct column *column)
{
	render_param(render);
	text_addf(render->sql, "::%s[]", render->dialect->types[column->field->type]);
}

void render_match(struct render *render, const struct column *const *columns, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			text_add(render->sql, " AND ");
		render_column(render, columns[i]);
		text_add(render->sql, " = ");
		render_param(render);
	}
}

/*
 * One parameter for any number of items.  UUIDs are blobs, which JSON cannot
 * hold: SQLite gets them as one blob and cuts it into pieces of 16 bytes.
 */
static void render_list(struct render *render, const struct column *column)
{
	int number = ++render->params;

	if (column->field->type == ROWAN_TYPE_UUID)
		text_addf(render->sql, "WITH RECURSIVE piece(at) AS (SELECT 1 UNION ALL"
			  " SELECT at + 16 FROM piece WHERE at + 16 <= length(?%d))"
			  " SELECT substr(?%d, at, 16) FROM piece", number, number);
	else
		text_addf(render->sql, "SELECT value FROM json_each(?%d)", number);
}

void render_in(struct render *render, const struct column *column)
{
	render_column(render, column);
	if (render->dialect->list_is_array) {
		text_add(render->sql, " = ANY(");
		render_array(render, column);
	} else {
		text_add(render->sql, " IN (");
		render_list(render, column);
	}
	text_add_char(render->sql, ')');
}
