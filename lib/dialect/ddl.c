/* SPDX-License-Identifier: MIT */
#include "dialect/render.h"

/* Every constraint has a name: it comes back in the database's errors. */

static void render_column_definition(const struct dialect *dialect, const struct column *column,
				     struct text *sql)
{
	const struct plan *plan = column->plan;
	const char *own = dialect->own_type(column->field);
	const char *value = dialect->default_sql(column->field);

	render_name(sql, column->name);
	text_add_char(sql, ' ');
	text_add(sql, own ? own : dialect->types[column->field->type]);
	if (column == plan->generated)
		text_add(sql, dialect->generated_key);
	if (!plan->slots[column->index].nullable)
		text_add(sql, " NOT NULL");
	if (value)
		text_addf(sql, " DEFAULT (%s)", value);
}

/* , CONSTRAINT "uq_users_email" */
static void begin_constraint(struct text *sql, const char *name)
{
	text_add(sql, ", CONSTRAINT ");
	render_name(sql, name);
}

static void render_column_list(const struct column *const *columns, size_t count,
			       struct text *sql)
{
	for (size_t i = 0; i < count; i++) {
		text_add(sql, i ? ", " : " (");
		render_name(sql, columns[i]->name);
	}
	text_add_char(sql, ')');
}

static void render_foreign_key(const struct dialect *dialect, const struct foreign_key *key,
			       struct text *sql)
{
	static const char *const actions[] = {
		[ROWAN_ON_DELETE_REFUSE] = "",
		[ROWAN_ON_DELETE_RESTRICT] = " ON DELETE RESTRICT",
		[ROWAN_ON_DELETE_CASCADE] = " ON DELETE CASCADE",
		[ROWAN_ON_DELETE_SET_NULL] = " ON DELETE SET NULL",
	};

	text_add(sql, " FOREIGN KEY");
	render_column_list(key->columns.columns, key->columns.count, sql);
	text_add(sql, " REFERENCES ");
	render_table(dialect, key->target, sql);
	render_column_list(key->references.columns, key->references.count, sql);
	text_add(sql, actions[key->on_delete]);
}

static void render_bool_check(const struct column *column, struct text *sql)
{
	begin_constraint(sql, column->check);
	text_add(sql, " CHECK (");
	render_name(sql, column->name);
	text_add(sql, " IN (0, 1))");
}

static void render_constraints(const struct dialect *dialect, const struct column *column,
			       struct text *sql)
{
	if (column->unique) {
		begin_constraint(sql, column->unique);
		text_add(sql, " UNIQUE");
		render_column_list(&column, 1, sql);
	}
	if (dialect->bool_check && column->field->type == ROWAN_TYPE_BOOL)
		render_bool_check(column, sql);
}

/* The new line: a comment at the end of the text does not take the rest with it. */
static void render_check(const struct dialect *dialect, const struct check *check,
			 struct text *sql)
{
	begin_constraint(sql, check->name);
	text_addf(sql, " CHECK (%s\n)", dialect->check_sql(check->declared));
}

/* Whether what the key refers to is not there when its table is made. */
static bool comes_later(const struct dialect *dialect, const struct foreign_key *key,
			const struct plan *const *later, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (key->target == later[i])
			return true;
	}
	return dialect->needs_targets && key->own_index;
}

static void render_foreign_keys(const struct dialect *dialect, const struct plan *plan,
				const struct plan *const *later, size_t later_count,
				struct text *sql)
{
	for (size_t i = 0; i < plan->foreign_key_count; i++) {
		if (comes_later(dialect, &plan->foreign_keys[i], later, later_count))
			continue;
		begin_constraint(sql, plan->foreign_keys[i].name);
		render_foreign_key(dialect, &plan->foreign_keys[i], sql);
	}
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
	begin_constraint(sql, plan->primary_key);
	text_add(sql, " PRIMARY KEY");
	render_column_list(plan->keys, plan->key_count, sql);
	for (size_t i = 0; i < plan->column_count; i++)
		render_constraints(dialect, &plan->columns[i], sql);
	render_foreign_keys(dialect, plan, later, later_count, sql);
	for (size_t i = 0; i < plan->check_count; i++)
		render_check(dialect, &plan->checks[i], sql);
	text_add_char(sql, ')');
	text_add(sql, dialect->table_options);
}

void render_create_schema(const char *schema, struct text *sql)
{
	text_add(sql, "CREATE SCHEMA ");
	render_name(sql, schema);
}

void render_add_key(const struct dialect *dialect, const struct foreign_key *key, struct text *sql)
{
	text_add(sql, "ALTER TABLE ");
	render_table(dialect, key->plan, sql);
	text_add(sql, " ADD CONSTRAINT ");
	render_name(sql, key->name);
	render_foreign_key(dialect, key, sql);
}

void render_drop_key(const struct dialect *dialect, const struct foreign_key *key, struct text *sql)
{
	text_add(sql, "ALTER TABLE IF EXISTS ");
	render_table(dialect, key->plan, sql);
	text_add(sql, " DROP CONSTRAINT IF EXISTS ");
	render_name(sql, key->name);
}

void render_create_index(const struct dialect *dialect, const struct plan *plan,
			 const struct index *index, struct text *sql)
{
	text_addf(sql, "CREATE %sINDEX IF NOT EXISTS ", index->unique ? "UNIQUE " : "");
	render_name(sql, index->name);
	text_add(sql, " ON ");
	render_table(dialect, plan, sql);
	render_column_list(index->columns, index->column_count, sql);
	if (index->where)
		text_addf(sql, " WHERE %s", index->where);
}

void render_drop_table(const struct dialect *dialect, const struct plan *plan, struct text *sql)
{
	text_add(sql, "DROP TABLE IF EXISTS ");
	render_table(dialect, plan, sql);
}
