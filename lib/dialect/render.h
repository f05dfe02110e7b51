/* SPDX-License-Identifier: MIT */
#ifndef DIALECT_RENDER_H
#define DIALECT_RENDER_H

/* What the clauses share. */

#include "dialect/dialect.h"

struct render {
	const struct dialect *dialect;
	struct text *sql;
	const char *table;	/* "t0": what columns are qualified with; NULL = nothing */
	int params;		/* placeholders so far */
};

/* An identifier in quotes. */
void render_name(struct text *sql, const char *name);

/* prefix_table or, with a column, prefix_table_column; in quotes. */
void render_constraint_name(struct text *sql, const char *prefix, const char *table,
			    const char *column);

/* A column, qualified if there is a table to qualify it with. */
void render_column(struct render *render, const struct column *column);

/* t1."id", t1."email", ..; without table "id", "email", .. */
void render_columns(struct text *sql, const struct plan *plan, const char *table);

/* The next placeholder. */
void render_param(struct render *render);

/* The next placeholder, for an array of what the column's member holds: $1::bigint[] */
void render_array(struct render *render, const struct column *column);

/* column IN (the list that is the next parameter) */
void render_in(struct render *render, const struct column *column);

/* "a" = ?1 AND "b" = ?2 .. for `count` columns. */
void render_match(struct render *render, const struct column *const *columns, size_t count);

/* " WHERE ..", or nothing for an absent condition. */
void render_where(struct render *render, const struct plan *plan,
		  const struct rowan_expr *where);

#endif
