/* SPDX-License-Identifier: MIT */
#include "dialect/render.h"

/* Every constraint has a name: it comes back in the database's errors. */

static void render_column_definition(const struct dialect *dialect, const struct column *column,
				     struct text *sql)
{
	const struct plan *plan = column->plan;
	const char *own = dialect->own_type(column->field);

	render_name(sql, column->name);
	text_add_char(sql, ' ');
	text_add(sql, own ? own : dialect->types[column->field->type]);
	if (column == plan->generated)
		text_add(sql, dialect->generated_key);
	if (!plan->slots[column->index].nullable)
		text_add(sql, " NOT NULL");
}

/* CONSTRAINT "uq_users_email" */
static void begin_constraint(struct text *sql, const char *prefix, const struct plan *plan,
			     const struct column *column)
{
	text_add(sql, "CONSTRAINT ");
	render_constraint_name(sql, prefix, plan->table, column ? column->name : NULL);
}

static void render_primary_key(const struct plan *plan, struct text *sql)
{
	text_add(sql, ", ");
	begin_constraint(sql, "pk", plan, NULL);
	text_add(sql, " PRIMARY KEY (");
	for (size_t i = 0; i < plan->key_count; i++) {
		if (i > 0)
			text_add(sql, ", ");
		render_name(sql, plan->keys[i]->name);
	}
	text_add_char(sql, ')');
}

static void render_unique(const struct column *column, struct text *sql)
{
	begin_constraint(sql, "uq", column->plan, column);
	text_add(sql, " UNIQUE (");
	render_name(sql, column->name);
	text_add_char(sql, ')');
}

static void render_foreign_key(const struct dialect *dialect, const struct column *column,
			       struct text *sql)
{
	static const char *const actions[] = {
		[ROWAN_ON_DELETE_REFUSE] = "",
		[ROWAN_ON_DELETE_RESTRICT] = " ON DELETE RESTRICT",
		[ROWAN_ON_DELETE_CASCADE] = " ON DELETE CASCADE",
		[ROWAN_ON_DELETE_SET_NULL] = " ON DELETE SET NULL",
	};

	begin_constraint(sql, "fk", column->plan, column);
	text_add(sql, " FOREIGN KEY (");
	render_name(sql, column->name);
	text_add(sql, ") REFERENCES ");
	render_table(dialect, column->references->plan, sql);
	text_add(sql, " (");
	render_name(sql, column->references->name);
	text_add_char(sql, ')');
	text_add(sql, actions[column->field->on_delete]);
}

static void render_bool_check(const struct column *column, struct text *sql)
{
	begin_constraint(sql, "ck", column->plan, column);
	text_add(sql, " CHECK (");
	render_name(sql, column->name);
	text_add(sql, " IN (0, 1))");
}

static void render_constraints(const struct dialect *dialect, const struct column *column,
			       bool key_comes_later, struct text *sql)
{
	if (column->field->unique) {
		text_add(sql, ", ");
		render_unique(column, sql);
	}
	if (column->references && !key_comes_later) {
		text_add(sql, ", ");
		render_foreign_key(dialect, column, sql);
	}
	if (dialect->bool_check && column->field->type == ROWAN_TYPE_BOOL) {
		text_add(sql, ", ");
		render_bool_check(column, sql);
	}
}

static bool refers_to(const struct column *column, const struct plan *const *plans, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (column->references && column->references->plan == plans[i])
			return true;
	}
	return false;
}

void render_create_table(const struct dialect *dialect, const struct plan *plan,
			 const struct plan *const *later, size_t later_count,
			 struct text *sql)
{
	text_add(sql, "CREATE TABLE IF NOT EXISTS ");
	render_table(dialect, plan, sql);
	text_add(sql, " (");
	for (size_t i = 0; i < plan->column_count; i++) {
		if (i > 0)
			text_add(sql, ", ");
		render_column_definition(dialect, &plan->columns[i], sql);
	}
	render_primary_key(plan, sql);
	for (size_t i = 0; i < plan->column_count; i++)
		render_constraints(dialect, &plan->columns[i],
				   refers_to(&plan->columns[i], later, later_count), sql);
	text_add_char(sql, ')');
	text_add(sql, dialect->table_options);
}

void render_create_schema(const char *schema, struct text *sql)
{
	text_add(sql, "CREATE SCHEMA ");
	render_name(sql, schema);
}

void render_add_key(const struct dialect *dialect, const struct column *column, struct text *sql)
{
	text_add(sql, "ALTER TABLE ");
	render_table(dialect, column->plan, sql);
	text_add(sql, " ADD ");
	render_foreign_key(dialect, column, sql);
}

void render_drop_key(const struct dialect *dialect, const struct column *column, struct text *sql)
{
	text_add(sql, "ALTER TABLE IF EXISTS ");
	render_table(dialect, column->plan, sql);
	text_add(sql, " DROP CONSTRAINT IF EXISTS ");
	render_constraint_name(sql, "fk", column->plan->table, column->name);
}

void render_create_index(const struct dialect *dialect, const struct column *column,
			 struct text *sql)
{
	text_add(sql, "CREATE INDEX IF NOT EXISTS ");
	render_constraint_name(sql, "ix", column->plan->table, column->name);
	text_add(sql, " ON ");
	render_table(dialect, column->plan, sql);
	text_add(sql, " (");
	render_name(sql, column->name);
	text_add_char(sql, ')');
}

void render_drop_table(const struct dialect *dialect, const struct plan *plan, struct text *sql)
{
	text_add(sql, "DROP TABLE IF EXISTS ");
	render_table(dialect, plan, sql);
}
