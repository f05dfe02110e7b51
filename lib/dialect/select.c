/* SPDX-License-Identifier: MIT */
#include "dialect/render.h"

#include <stdio.h>

/* Tables of a statement: t0, t1, ..; l1, .. for the link in between. */
#define ALIAS_SIZE 16
struct alias {
	char name[ALIAS_SIZE];
};

static struct alias alias_of(char kind, int number)
{
	struct alias alias;

	snprintf(alias.name, sizeof(alias.name), "%c%d", kind, number);
	return alias;
}

/* ---- clauses, in SQL's order -------------------------------------------------- */

void render_from(struct render *render, const struct plan *plan)
{
	text_add(render->sql, " FROM ");
	render_table(render->dialect, plan, render->sql);
	if (render->table)
		text_addf(render->sql, " AS %s", render->table);
}

void render_join(struct render *render, const char *join, const char *alias,
		 const struct key *key, const char *other_alias, const struct key *other)
{
	struct text *sql = render->sql;

	text_add(sql, join);
	render_table(render->dialect, key_plan(key), sql);
	text_addf(sql, " AS %s ON ", alias);
	for (size_t i = 0; i < key->count; i++) {
		text_addf(sql, "%s%s.", i ? " AND " : "", alias);
		render_name(sql, key->columns[i]->name);
		text_addf(sql, " = %s.", other_alias);
		render_name(sql, other->columns[i]->name);
	}
}

static void render_joins(struct render *render, const struct select *select)
{
	for (size_t i = 0; i < select->join_count; i++) {
		const struct relation *relation = select->joins[i].relation;
		struct alias from = alias_of('t', select->joins[i].from + 1);
		struct alias to = alias_of('t', (int)i + 1);
		struct alias link = alias_of('l', (int)i + 1);

		if (relation->kind != RELATION_MANY_TO_MANY) {
			render_join(render, " LEFT JOIN ", to.name, &relation->remote, from.name,
				    &relation->local);
			continue;
		}
		render_join(render, " LEFT JOIN ", link.name, &relation->link_local, from.name,
			    &relation->local);
		render_join(render, " LEFT JOIN ", to.name, &relation->remote, link.name,
			    &relation->link_remote);
	}
}

void render_order_by(struct render *render, const struct select *select)
{
	const struct rowan_order *orders = select->query->order_by;
	const char *before = " ORDER BY ";

	for (size_t i = 0; i < ROWAN_ORDERS; i++) {
		if (!orders[i].column.model)
			continue;
		text_add(render->sql, before);
		render_column(render, plan_column_at(select->plan, orders[i].column.offset));
		if (orders[i].descending)
			text_add(render->sql, " DESC");
		before = ", ";
	}
}

static void render_limit(struct render *render, const struct rowan_query *query)
{
	if (query->limit) {
		text_add(render->sql, " LIMIT ");
		render_param(render);
	}
	if (query->offset) {
		if (!query->limit)
			text_add(render->sql, render->dialect->no_limit);
		text_add(render->sql, " OFFSET ");
		render_param(render);
	}
}

/* With a table only its rows are locked: in a LEFT JOIN others may be missing. */
static void render_lock(struct render *render, const struct rowan_query *query)
{
	if (!render->dialect->row_locks || !query->lock)
		return;
	text_add(render->sql, query->lock == ROWAN_FOR_UPDATE ? " FOR UPDATE" : " FOR SHARE");
	if (render->table)
		text_addf(render->sql, " OF %s", render->table);
	if (query->locked == ROWAN_NOWAIT)
		text_add(render->sql, " NOWAIT");
	else if (query->locked == ROWAN_SKIP_LOCKED)
		text_add(render->sql, " SKIP LOCKED");
}

/* ---- rows --------------------------------------------------------------------- */

/* Everything from FROM to OFFSET, of one table. */
static void render_source(struct render *render, const struct select *select, bool ordered)
{
	render_from(render, select->plan);
	render_where(render, select->plan, &select->query->where);
	if (ordered)
		render_order_by(render, select);
	render_limit(render, select->query);
}

/*
 * Without a table, a name to sort by is PostgreSQL's for what is in the list of columns:
 * the text of a number that was cast.
 */
static void name_table_to_sort_by(struct render *render, const struct select *select)
{
	for (size_t i = 0; i < ROWAN_ORDERS; i++) {
		struct rowan_column by = select->query->order_by[i].column;

		if (by.model && own_type(render, plan_column_at(select->plan, by.offset)))
			render->table = "t0";
	}
}

static void render_rows(struct render *render, const struct select *select)
{
	name_table_to_sort_by(render, select);
	text_add(render->sql, "SELECT ");
	render_members(render, select->plan);
	render_source(render, select, true);
	render_lock(render, select->query);
}

static void render_joined_members(struct render *render, const struct select *select)
{
	text_add(render->sql, "SELECT ");
	render->table = "t0";
	render_members(render, select->plan);
	for (size_t i = 0; i < select->join_count; i++) {
		struct alias alias = alias_of('t', (int)i + 1);

		text_add(render->sql, ", ");
		render->table = alias.name;
		render_members(render, select->joins[i].relation->target);
	}
	render->table = NULL;
}

/* A limit counts rows of the root: it is applied before they are joined. */
static void render_joined_rows(struct render *render, const struct select *select)
{
	bool limited = select->query->limit || select->query->offset;

	render_joined_members(render, select);
	if (limited) {
		text_add(render->sql, " FROM (SELECT ");
		render_columns(render, select->plan);
		render_source(render, select, true);
		render_lock(render, select->query);
		text_add(render->sql, ") AS t0");
		render->table = "t0";
	} else {
		render->table = "t0";
		render_from(render, select->plan);
	}
	render_joins(render, select);
	if (!limited)
		render_where(render, select->plan, &select->query->where);
	render_order_by(render, select);
	if (!limited)
		render_lock(render, select->query);
}

/* ---- aggregates --------------------------------------------------------------- */

/*
 * What PostgreSQL makes of integers, numeric, has no C type: it is cast to one that has.
 * What is made of a column of another type is cast as the column is.
 */
static const char *aggregate_type(const struct render *render, enum rowan_aggregate aggregate,
				  const struct column *column)
{
	enum rowan_type type = column->field->type;
	bool own = own_type(render, column);
	bool numeric = render->dialect->numeric_sums && type != ROWAN_TYPE_DOUBLE;

	if (aggregate == ROWAN_AGGREGATE_COUNT)
		return NULL;
	if (aggregate == ROWAN_AGGREGATE_SUM && type != ROWAN_TYPE_DOUBLE)
		type = ROWAN_TYPE_INT64;
	else if (aggregate == ROWAN_AGGREGATE_AVG)
		type = ROWAN_TYPE_DOUBLE;
	else
		numeric = false;
	return own || numeric ? render->dialect->types[type] : NULL;
}

static void render_aggregate(struct render *render, enum rowan_aggregate aggregate,
			     const struct column *column)
{
	static const char *const functions[] = {
		[ROWAN_AGGREGATE_NONE] = "count(",
		[ROWAN_AGGREGATE_COUNT] = "count(",
		[ROWAN_AGGREGATE_SUM] = "sum(",
		[ROWAN_AGGREGATE_AVG] = "avg(",
		[ROWAN_AGGREGATE_MIN] = "min(",
		[ROWAN_AGGREGATE_MAX] = "max(",
	};
	const char *type = column ? aggregate_type(render, aggregate, column) : NULL;

	text_add(render->sql, "SELECT ");
	begin_cast(render->sql, type);
	text_add(render->sql, functions[aggregate]);
	if (column)
		render_column(render, column);
	else
		text_add_char(render->sql, '*');
	text_add_char(render->sql, ')');
	end_cast(render->sql, type);
}

/* Limit and offset choose rows before they are counted: they go to a subquery. */
static void render_aggregates(struct render *render, const struct select *select,
			      enum rowan_aggregate aggregate, const struct column *column)
{
	const struct rowan_query *query = select->query;

	render_aggregate(render, aggregate, column);
	if (!query->limit && !query->offset) {
		render_source(render, select, false);
		return;
	}
	text_add(render->sql, " FROM (SELECT ");
	if (column)
		render_column(render, column);
	else
		text_add_char(render->sql, '1');
	render_source(render, select, column != NULL);
	text_add(render->sql, ") AS t0");
}

/* The column of the first row. */
static void render_first_value(struct render *render, const struct select *select,
			       const struct column *column)
{
	name_table_to_sort_by(render, select);
	text_add(render->sql, "SELECT ");
	render_member(render, column);
	render_source(render, select, true);
	if (!select->query->limit && !select->query->offset)
		text_add(render->sql, " LIMIT 1");
}

static void render_scalar(struct render *render, const struct select *select)
{
	const struct rowan_scalar *scalar = &select->query->scalar;
	const struct column *column = scalar->column.model
		? plan_column_at(select->plan, scalar->column.offset) : NULL;

	if (scalar->aggregate == ROWAN_AGGREGATE_VALUE)
		render_first_value(render, select, column);
	else
		render_aggregates(render, select, scalar->aggregate, column);
}

void render_select(const struct dialect *dialect, const struct select *select, struct text *sql)
{
	struct render render = { .dialect = dialect, .sql = sql };

	if (select->kind == SELECT_COUNT)
		render_aggregates(&render, select, ROWAN_AGGREGATE_COUNT, NULL);
	else if (select->kind == SELECT_SCALAR)
		render_scalar(&render, select);
	else if (select->join_count)
		render_joined_rows(&render, select);
	else
		render_rows(&render, select);
}

/* ---- by key ------------------------------------------------------------------- */

void render_get(const struct dialect *dialect, const struct plan *plan, struct text *sql)
{
	struct render render = { .dialect = dialect, .sql = sql };

	text_add(sql, "SELECT ");
	render_members(&render, plan);
	render_from(&render, plan);
	text_add(sql, " WHERE ");
	render_match(&render, plan->keys, plan->key_count);
}

void render_exists(const struct dialect *dialect, const struct plan *plan,
		   const struct column *const *columns, size_t count, struct text *sql)
{
	struct render render = { .dialect = dialect, .sql = sql };

	text_add(sql, "SELECT 1");
	render_from(&render, plan);
	text_add(sql, " WHERE ");
	render_match(&render, columns, count);
	text_add(sql, " LIMIT 1");
}
