/* SPDX-License-Identifier: MIT */
#ifndef DIALECT_DIALECT_H
#define DIALECT_DIALECT_H

/*
 * Dialects: checked data to SQL text.  One renderer, a function per clause in
 * SQL's order; what differs between databases is in a small table for each.
 *
 * Identifiers are always quoted and come from models only; values are always
 * parameters.  Parameters are numbered in the order of their appearance, which
 * is the order the caller binds them in: the terms of the condition from first
 * to last, then limit, then offset.
 *
 * A column with a type of its own is read as its member's, by a cast, and its
 * values are bound as the member's.
 *
 * Renderers append to a text that remembers failure, and return nothing: the
 * input was checked before.
 */

#include "base/text.h"
#include "query/select.h"

/*
 * What a statement that writes rows comes back with, with row_sets.  Unless that is
 * nothing it sees by itself whether it wrote as many as its last parameter, a bigint,
 * says, and fails with DIALECT_ROWS_MISSING in its message if not: a COMMIT sent right
 * behind it then does nothing.  It is
 *
 *	WITH written AS (<the statement below> RETURNING <generated key> AS k)
 *	SELECT array_agg(CAST(k AS bigint)), CASE WHEN count(*) = $9 THEN 1 ELSE <fail> END
 *	FROM written
 *
 * With the keys of many rows it fails with DIALECT_KEYS_UNORDERED, too, if they do not
 * ascend in the rows' order.
 *
 * RETURNING_ROWS is for an INSERT that leaves out columns which have a default, and without
 * all that: it returns, row by row, the key and those columns.
 */
enum returning { RETURNING_COUNT, RETURNING_KEYS, RETURNING_NOTHING, RETURNING_ROWS };
#define DIALECT_ROWS_MISSING "rowan: rows written: "
#define DIALECT_KEYS_UNORDERED "rowan: keys in disorder: "

struct dialect {
	const char *name;
	char placeholder;	/* '?' or '$', before the number */
	const char *types[ROWAN_TYPE_COUNT_];	/* of the columns that have no type of their own */
	const char *(*own_type)(const struct rowan_field *field);	/* or NULL */
	const char *(*check_sql)(const struct rowan_check_sql *check);
	const char *(*default_sql)(const struct rowan_field *field);	/* or NULL */
	const char *generated_key;	/* after the type of a key the database numbers */
	const char *generate;	/* in VALUES: number this row */
	const char *table_options;	/* " STRICT" */
	const char *begin_write;	/* begins a transaction that will write */
	bool transaction_modes;	/* BEGIN ISOLATION LEVEL .., READ ONLY, DEFERRABLE */
	const char *defer_keys;	/* puts off foreign keys to the commit; NULL = cannot */
	const char *begin_change;	/* begins a transaction that changes tables */
	const char *lock_change;	/* .. and waits for others that do; NULL = it has */
	const char *find_schema;	/* finds a row if there is a schema $1 */
	const char *find_table;	/* .. a table $2 in $1, or NULL: where it would be made */
	const char *no_limit;	/* what an OFFSET without a limit needs */
	bool cast_values;	/* to a column's own type; else the column converts them */
	bool bool_check;	/* booleans are integers: CHECK (x IN (0, 1)) */
	bool list_is_array;	/* x = ANY($1::bigint[]); else json_each */
	bool row_sets;		/* many rows are written by one statement, as arrays; else VALUES */
	bool schemas;		/* tables are qualified by their model's schema */
	bool needs_targets;	/* a foreign key's table must exist: circles are closed later */
	bool row_locks;		/* FOR UPDATE; else a locking read begins a write transaction */
	bool sized_integers;	/* columns of 16 and 32 bits refuse what does not fit them */
	bool numeric_sums;	/* sum and avg of integers are no integer and no real: cast */
};

extern const struct dialect dialect_sqlite, dialect_postgres;
const struct dialect *dialect_named(const char *name);

/*
 * SELECT by a query.  Columns come in the order: the plan's, then each join's.
 * With joins tables are named t0 (the root), t1, ..; a limit then applies to
 * the root in a subquery.  A lock is on the root's rows alone.
 */
void render_select(const struct dialect *dialect, const struct select *select, struct text *sql);

/* SELECT .. WHERE key = ?1 [AND ..] */
void render_get(const struct dialect *dialect, const struct plan *plan, struct text *sql);

/*
 * The rows that a relation leads to, from one key (a parameter for each of its columns) or
 * from a list of them (a list for each): the target's columns, and with a link model the
 * link's key to the owner after them.  With a filter, a query of the target, only
 * those it chooses, in its order; its limit and offset count for each key, and are the
 * last parameters: the number of rows before the first, and that of the last.
 */
void render_related(const struct dialect *dialect, const struct relation *relation,
		    const struct select *filter, bool list, struct text *sql);

/*
 * INSERT of `rows` rows with these columns of the plan (indexes into
 * plan->columns).  Without columns every row has a generated key only, or there is
 * one row.  More than one row: VALUES, row after row; with row_sets an array per
 * column, so that the text is the same for any number:
 *
 *	INSERT INTO t (a, b) SELECT v.c0, v.c1 FROM unnest($1::bigint[], $2::text[])
 *	WITH ORDINALITY AS v (c0, c1, n) ORDER BY v.n RETURNING id
 *
 * Rows without columns are VALUES always, and the text depends on their number.
 */
void render_insert(const struct dialect *dialect, const struct plan *plan,
		   const uint16_t *columns, size_t column_count, size_t rows,
		   enum returning returning, struct text *sql);

/*
 * UPDATE of these columns WHERE key: columns first, then the key's.  With `many`,
 * which only row_sets have, each parameter is an array:
 *
 *	UPDATE t AS t0 SET a = v.c0 FROM unnest($1::text[], $2::bigint[]) AS v (c0, c1)
 *	WHERE t0.id = v.c1
 *
 * With a version, which is among the columns, its new value comes once more after the
 * key: AND t0.version = v.c2 - 1
 */
void render_update(const struct dialect *dialect, const struct plan *plan,
		   const uint16_t *columns, size_t column_count, bool many,
		   enum returning returning, struct text *sql);

/*
 * DELETE WHERE key.  With `many`: WHERE id = ANY($1::bigint[]), or for a composite key
 * USING unnest($1::bigint[], $2::bigint[]) AS v (c0, c1) WHERE t0.a = v.c0 AND ..
 * A version that the row must have comes after the key.
 */
void render_delete(const struct dialect *dialect, const struct plan *plan, bool many,
		   enum returning returning, struct text *sql);

/* Writes nothing, but locks the database, if that can only be locked as a whole. */
void render_write_lock(const struct plan *plan, struct text *sql);

/* DELETE by a query's condition: SELECT_DELETE. */
void render_delete_where(const struct dialect *dialect, const struct select *select,
			 struct text *sql);

/* UPDATE by a query's condition: SELECT_UPDATE.  What is set is bound before the condition. */
void render_update_where(const struct dialect *dialect, const struct select *select,
			 struct text *sql);

/* SELECT 1 WHERE these columns = ?1, ?2, .. LIMIT 1: is there such a row? */
void render_exists(const struct dialect *dialect, const struct plan *plan,
		   const struct column *const *columns, size_t count, struct text *sql);

/*
 * One statement each.  The names of constraints and indexes are the plan's.
 *
 * Foreign keys to tables of the `later` plans are left out of a table: they are added
 * when those are there.  So is one by an index of the table itself, with needs_targets.
 */
void render_create_schema(const char *schema, struct text *sql);
void render_create_table(const struct dialect *dialect, const struct plan *plan,
			 const struct plan *const *later, size_t later_count,
			 struct text *sql);
void render_add_key(const struct dialect *dialect, const struct foreign_key *key,
		    struct text *sql);
void render_create_index(const struct dialect *dialect, const struct plan *plan,
			 const struct index *index, struct text *sql);

/* .. if they exist. */
void render_drop_key(const struct dialect *dialect, const struct foreign_key *key,
		     struct text *sql);
void render_drop_table(const struct dialect *dialect, const struct plan *plan, struct text *sql);

#endif
