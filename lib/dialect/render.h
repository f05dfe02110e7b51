/* SPDX-License-Identifier: MIT */
#ifndef DIALECT_RENDER_H
#define DIALECT_RENDER_H

/* What the clauses share. */

#include "dialect/dialect.h"
#include "model/key.h"

struct render {
	const struct dialect *dialect;
	struct text *sql;
	const char *table;	/* "t0": what columns are qualified with; NULL = nothing */
	int params;		/* placeholders so far */
};

/* An identifier in quotes. */
void render_name(struct text *sql, const char *name);

/* A table in quotes, behind its schema where there are any. */
void render_table(const struct dialect *dialect, const struct plan *plan, struct text *sql);

/* A column, qualified if there is a table to qualify it with. */
void render_column(struct render *render, const struct column *column);

/* All columns as they are: t1."id", t1."data", .. */
void render_columns(struct render *render, const struct plan *plan);

/* A column as its member wants it, t1."id" or CAST(t1."data" AS text); all of them. */
void render_member(struct render *render, const struct column *column);
void render_members(struct render *render, const struct plan *plan);

/* The column's type where it is not its member's; else NULL. */
const char *own_type(const struct render *render, const struct column *column);

/* CAST( .. AS type) around what is written in between; without a type nothing. */
void begin_cast(struct text *sql, const char *type);
void end_cast(struct text *sql, const char *type);

/* The next placeholder. */
void render_param(struct render *render);

/* The next placeholder, for a value of the column: $1, CAST($1::text AS jsonb) */
void render_value(struct render *render, const struct column *column);

/* .. for an array of such values: $1::bigint[] */
void render_array(struct render *render, const struct column *column);

/* What stands for the i-th array in each row: v.c1, CAST(v.c1 AS jsonb) */
void render_element(struct render *render, const struct column *column, size_t i);

/* column IN (the list that is the next parameter) */
void render_in(struct render *render, const struct column *column);

/* (a, b) IN (the lists that are the next parameters, one for each column, side by side) */
void render_key_in(struct render *render, const struct key *key);

/* "a" = ?1 AND "b" = ?2 .. for `count` columns. */
void render_match(struct render *render, const struct column *const *columns, size_t count);

/* " FROM "tasks"", as render->table if there is one. */
void render_from(struct render *render, const struct plan *plan);

/* <join> "table" AS t1 ON t1."column" = t0."other" AND .. */
void render_join(struct render *render, const char *join, const char *alias,
		 const struct key *key, const char *other_alias, const struct key *other);

/* " ORDER BY ..", or nothing. */
void render_order_by(struct render *render, const struct select *select);

/* " WHERE ..", or " AND ..", or nothing for an absent condition. */
void render_and(struct render *render, const struct plan *plan, const struct rowan_expr *where);
void render_where(struct render *render, const struct plan *plan,
		  const struct rowan_expr *where);

#endif
