/* SPDX-License-Identifier: MIT */
#ifndef SUITES_DIALECT_GOLDEN_H
#define SUITES_DIALECT_GOLDEN_H

/*
 * SQL as text, compared nowhere but in this folder.
 *
 * Expected text is written with ` for the quotes of identifiers.  It is also
 * prepared by the database it is meant for, against the tables that the renderer's
 * own DDL made: no text here is merely a text.  For PostgreSQL that needs a server;
 * see server.h.
 */

#include "models.h"
#include "support.h"

#include "dialect/dialect.h"

#include <sqlite3.h>

extern sqlite3 *database;

void open_tables(void);		/* .init of every suite here */
void close_tables(void);

const struct plan *plan_for(const struct rowan_model *model);

/* The text is `want` (with its ` as "), and its database understands it.  Frees it. */
#define assert_sql(dialect_, sql_, want_) \
	assert_sql_((dialect_), (sql_), (want_), __FILE__, __LINE__)
void assert_sql_(const struct dialect *dialect, struct text *sql, const char *want,
		 const char *file, int line);

/* What a query is in both. */
struct query_case {
	struct rowan_query query;
	const char *sqlite, *postgres;
};
void assert_queries(enum select_kind kind, const struct query_case *cases, size_t count);
#define ASSERT_QUERIES(kind_, cases_) \
	assert_queries((kind_), (cases_), sizeof(cases_) / sizeof((cases_)[0]))

/* .. and with these joins. */
void assert_joined(struct rowan_query query, const struct select_join *joins, size_t count,
		   const char *sqlite, const char *postgres);
const struct relation *relation_of(const struct rowan_model *model, size_t index);

/* What PostgreSQL's statements that write have around them; see DIALECT_ROWS_MISSING. */
#define COUNT_IS_(last_) \
	"CASE WHEN count(*) = " last_ " THEN 1 ELSE CAST('rowan: rows written: ' || count(*)" \
	" AS integer) END FROM written"
#define COUNTED(sql_, last_) \
	"WITH written AS (" sql_ " RETURNING 1 AS k) SELECT " COUNT_IS_(last_)
#define KEY(sql_, key_, last_) \
	"WITH written AS (" sql_ " RETURNING `" key_ "` AS k) SELECT" \
	" array_agg(CAST(k AS bigint)), " COUNT_IS_(last_)
#define KEYS(sql_, key_, last_) \
	"WITH written AS (" sql_ " RETURNING `" key_ "` AS k) SELECT" \
	" array_agg(CAST(k AS bigint)), CASE WHEN array_agg(k) = array_agg(k ORDER BY k) THEN 1" \
	" ELSE CAST('rowan: keys in disorder: ' || count(*) AS integer) END, " COUNT_IS_(last_)

/* Run SQL, which must work; the first column of its first row, -1 if there is none. */
int64_t run_sql(const char *sql);

#endif
