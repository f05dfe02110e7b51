/* SPDX-License-Identifier: MIT */
#include "dialect/render.h"

/* The rows that a relation leads to, from one key or a list of them. */

struct related {
	const struct relation *relation;
	const struct select *filter;	/* which of them, or NULL */
	const struct key *key;		/* what says whose a row is .. */
	const char *key_table;		/* .. and of which table it is */
	bool list, linked;
};

static void render_members_and_key(struct render *render, const struct related *related)
{
	render_members(render, related->relation->target);
	if (!related->linked)
		return;
	render->table = "l0";
	for (size_t i = 0; i < related->key->count; i++) {
		text_add(render->sql, ", ");
		render_member(render, related->key->columns[i]);
	}
	render->table = "t0";
}

static void render_source(struct render *render, const struct related *related)
{
	const struct relation *relation = related->relation;
	const char *table = render->table;

	render->table = related->key_table;
	render_from(render, key_plan(related->key));
	if (related->linked)
		render_join(render, " JOIN ", "t0", &relation->remote, "l0",
			    &relation->link_remote);
	text_add(render->sql, " WHERE ");
	if (related->list)
		render_key_in(render, related->key);
	else
		render_match(render, related->key->columns, related->key->count);
	render->table = table;
	if (related->filter)
		render_and(render, relation->target, &related->filter->query->where);
}

/* All rows, each with its place among those of its owner. */
static void render_numbered(struct render *render, const struct related *related)
{
	const struct key *key = related->key;
	struct text *sql = render->sql;

	text_add(sql, "SELECT ");
	render_columns(render, related->relation->target);
	render->table = related->key_table;
	for (size_t i = 0; related->linked && i < key->count; i++) {
		text_add(sql, ", ");
		render_member(render, key->columns[i]);
		text_addf(sql, " AS rowan_key%zu", i);
	}
	text_add(sql, ", row_number() OVER (PARTITION BY ");
	for (size_t i = 0; i < key->count; i++) {
		text_add(sql, i ? ", " : "");
		render_column(render, key->columns[i]);
	}
	render->table = "t0";
	render_order_by(render, related->filter);
	text_add(sql, ") AS rowan_n");
	render_source(render, related);
}

/* So many of each owner's rows. */
static void render_limited(struct render *render, const struct related *related)
{
	const struct rowan_query *query = related->filter->query;
	struct text *sql = render->sql;

	render_members(render, related->relation->target);
	for (size_t i = 0; related->linked && i < related->key->count; i++)
		text_addf(sql, ", t0.rowan_key%zu", i);
	text_add(sql, " FROM (");
	render_numbered(render, related);
	text_add(sql, ") AS t0 WHERE t0.rowan_n > ");
	render_param(render);
	if (query->limit) {
		text_add(sql, " AND t0.rowan_n <= ");
		render_param(render);
	}
	text_add(sql, " ORDER BY t0.rowan_n");
}

void render_related(const struct dialect *dialect, const struct relation *relation,
		    const struct select *filter, bool list, struct text *sql)
{
	bool linked = relation->kind == RELATION_MANY_TO_MANY;
	struct render render = { .dialect = dialect, .sql = sql,
				 .table = linked || filter ? "t0" : NULL };
	struct related related = {
		.relation = relation, .filter = filter, .list = list, .linked = linked,
		.key = linked ? &relation->link_local : &relation->remote,
		.key_table = linked ? "l0" : render.table,
	};

	text_add(sql, "SELECT ");
	if (filter && (filter->query->limit || filter->query->offset)) {
		render_limited(&render, &related);
		return;
	}
	render_members_and_key(&render, &related);
	render_source(&render, &related);
	if (filter)
		render_order_by(&render, filter);
}
