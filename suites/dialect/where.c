/* SPDX-License-Identifier: MIT */
/* Conditions. */
#include "golden.h"

#include <stdlib.h>
#include <string.h>

TestSuite(where, .init = open_tables, .fini = close_tables, .timeout = 60);

#define NOTES "SELECT `id`, `title`, `done`, `owner_id` FROM `note`"
#define WHERE(...) rowan_select(note, .where = __VA_ARGS__)

static const struct rowan_expr absent;

Test(where, q02_comparisons)
{
	const struct query_case cases[] = {
		{ WHERE(absent), NOTES, NOTES },
		{ WHERE(rowan_eq(NOTE(id), 1)), NOTES " WHERE `id` = ?1", NOTES " WHERE `id` = $1" },
		{ WHERE(rowan_ne(NOTE(id), 1)), NOTES " WHERE `id` <> ?1", NOTES " WHERE `id` <> $1" },
		{ WHERE(rowan_lt(NOTE(id), 1)), NOTES " WHERE `id` < ?1", NOTES " WHERE `id` < $1" },
		{ WHERE(rowan_le(NOTE(id), 1)), NOTES " WHERE `id` <= ?1", NOTES " WHERE `id` <= $1" },
		{ WHERE(rowan_gt(NOTE(id), 1)), NOTES " WHERE `id` > ?1", NOTES " WHERE `id` > $1" },
		{ WHERE(rowan_ge(NOTE(id), 1)), NOTES " WHERE `id` >= ?1", NOTES " WHERE `id` >= $1" },
		{ WHERE(rowan_eq(NOTE(id), NOTE(owner_id))),
		  NOTES " WHERE `id` = `owner_id`", NOTES " WHERE `id` = `owner_id`" },
		{ WHERE(rowan_between(NOTE(id), 1, 2)),
		  NOTES " WHERE `id` >= ?1 AND `id` <= ?2", NOTES " WHERE `id` >= $1 AND `id` <= $2" },
	};

	ASSERT_QUERIES(SELECT_ROWS, cases);
}

Test(where, q05_null_is_never_compared)
{
	const char *none = NULL;
	const struct query_case cases[] = {
		{ WHERE(rowan_eq(NOTE(title), none)),
		  NOTES " WHERE `title` IS NULL", NOTES " WHERE `title` IS NULL" },
		{ WHERE(rowan_ne(NOTE(owner_id), (struct rowan_opt_int64){ 0 })),
		  NOTES " WHERE `owner_id` IS NOT NULL", NOTES " WHERE `owner_id` IS NOT NULL" },
		{ WHERE(rowan_and(rowan_is_null(NOTE(owner_id)), rowan_eq(NOTE(done), true))),
		  NOTES " WHERE `owner_id` IS NULL AND `done` = ?1",
		  NOTES " WHERE `owner_id` IS NULL AND `done` = $1" },
	};

	ASSERT_QUERIES(SELECT_ROWS, cases);
}

Test(where, q03_q04_parentheses_are_those_that_were_written)
{
	struct rowan_expr a = rowan_eq(NOTE(id), 1), b = rowan_eq(NOTE(done), true);
	struct rowan_expr c = rowan_eq(NOTE(title), "x");
	const struct query_case cases[] = {
		{ WHERE(rowan_and(a, b, c)),
		  NOTES " WHERE `id` = ?1 AND `done` = ?2 AND `title` = ?3",
		  NOTES " WHERE `id` = $1 AND `done` = $2 AND `title` = $3" },
		{ WHERE(rowan_or(a, b, c)),
		  NOTES " WHERE `id` = ?1 OR `done` = ?2 OR `title` = ?3",
		  NOTES " WHERE `id` = $1 OR `done` = $2 OR `title` = $3" },
		{ WHERE(rowan_and(a, rowan_or(b, c))),
		  NOTES " WHERE `id` = ?1 AND (`done` = ?2 OR `title` = ?3)",
		  NOTES " WHERE `id` = $1 AND (`done` = $2 OR `title` = $3)" },
		{ WHERE(rowan_or(rowan_and(a, b), rowan_and(b, c), a)),
		  NOTES " WHERE (`id` = ?1 AND `done` = ?2) OR (`done` = ?3 AND `title` = ?4)"
			" OR `id` = ?5",
		  NOTES " WHERE (`id` = $1 AND `done` = $2) OR (`done` = $3 AND `title` = $4)"
			" OR `id` = $5" },
		{ WHERE(rowan_and(rowan_and(a, b), c)),
		  NOTES " WHERE (`id` = ?1 AND `done` = ?2) AND `title` = ?3",
		  NOTES " WHERE (`id` = $1 AND `done` = $2) AND `title` = $3" },
		{ WHERE(rowan_not(a)), NOTES " WHERE NOT (`id` = ?1)", NOTES " WHERE NOT (`id` = $1)" },
		{ WHERE(rowan_not(rowan_or(a, b))),
		  NOTES " WHERE NOT (`id` = ?1 OR `done` = ?2)",
		  NOTES " WHERE NOT (`id` = $1 OR `done` = $2)" },
		{ WHERE(rowan_and(rowan_not(rowan_and(a, b)), rowan_not(rowan_not(c)))),
		  NOTES " WHERE NOT (`id` = ?1 AND `done` = ?2) AND NOT (NOT (`title` = ?3))",
		  NOTES " WHERE NOT (`id` = $1 AND `done` = $2) AND NOT (NOT (`title` = $3))" },
		{ WHERE(rowan_or(rowan_and(a, rowan_or(b, rowan_and(c, a))), b)),
		  NOTES " WHERE (`id` = ?1 AND (`done` = ?2 OR (`title` = ?3 AND `id` = ?4)))"
			" OR `done` = ?5",
		  NOTES " WHERE (`id` = $1 AND (`done` = $2 OR (`title` = $3 AND `id` = $4)))"
			" OR `done` = $5" },
	};

	ASSERT_QUERIES(SELECT_ROWS, cases);
}

Test(where, nothing_is_false)
{
	const struct query_case cases[] = {
		{ WHERE(rowan_or(absent)), NOTES " WHERE FALSE", NOTES " WHERE FALSE" },
		{ WHERE(rowan_in(NOTE(id), NULL, 0)), NOTES " WHERE FALSE", NOTES " WHERE FALSE" },
		{ WHERE(rowan_or(rowan_eq(NOTE(id), 1), rowan_in(NOTE(id), NULL, 0))),
		  NOTES " WHERE `id` = ?1 OR FALSE", NOTES " WHERE `id` = $1 OR FALSE" },
		{ WHERE(rowan_not(rowan_or(absent))),
		  NOTES " WHERE NOT (FALSE)", NOTES " WHERE NOT (FALSE)" },
	};

	ASSERT_QUERIES(SELECT_ROWS, cases);
}

Test(where, q06_like)
{
	const struct query_case cases[] = {
		{ WHERE(rowan_like(NOTE(title), "a%")), NOTES " WHERE `title` LIKE ?1 ESCAPE '\\'",
		  NOTES " WHERE `title` LIKE $1 ESCAPE '\\'" },
		{ WHERE(rowan_contains(NOTE(title), "a")), NOTES " WHERE `title` LIKE ?1 ESCAPE '\\'",
		  NOTES " WHERE `title` LIKE $1 ESCAPE '\\'" },
		{ WHERE(rowan_starts_with(NOTE(title), "a")),
		  NOTES " WHERE `title` LIKE ?1 ESCAPE '\\'",
		  NOTES " WHERE `title` LIKE $1 ESCAPE '\\'" },
		{ WHERE(rowan_not(rowan_ends_with(NOTE(title), "a"))),
		  NOTES " WHERE NOT (`title` LIKE ?1 ESCAPE '\\')",
		  NOTES " WHERE NOT (`title` LIKE $1 ESCAPE '\\')" },
	};

	ASSERT_QUERIES(SELECT_ROWS, cases);
}

#define TAGS "SELECT `id`, `name` FROM `tag`"
#define UUIDS(n_) "(WITH RECURSIVE piece(at) AS (SELECT 1 UNION ALL SELECT at + 16 FROM piece" \
	" WHERE at + 16 <= length(?" n_ ")) SELECT substr(?" n_ ", at, 16) FROM piece)"

Test(where, q07_a_list_is_one_parameter)
{
	const int64_t ids[] = { 1, 2, 3 };
	const char *titles[] = { "a", "b" };
	const struct rowan_uuid uuids[2] = { { { 0 } } };
	const struct query_case cases[] = {
		{ WHERE(rowan_in(NOTE(id), ids, 3)),
		  NOTES " WHERE `id` IN (SELECT value FROM json_each(?1))",
		  NOTES " WHERE `id` = ANY($1::bigint[])" },
		{ WHERE(rowan_in(NOTE(id), ids, 1)),
		  NOTES " WHERE `id` IN (SELECT value FROM json_each(?1))",
		  NOTES " WHERE `id` = ANY($1::bigint[])" },
		{ WHERE(rowan_and(rowan_eq(NOTE(done), true), rowan_in(NOTE(title), titles, 2),
				  rowan_eq(NOTE(id), 1))),
		  NOTES " WHERE `done` = ?1 AND `title` IN (SELECT value FROM json_each(?2))"
			" AND `id` = ?3",
		  NOTES " WHERE `done` = $1 AND `title` = ANY($2::text[]) AND `id` = $3" },
		{ rowan_select(tag, .where = rowan_and(rowan_eq(TAG(name), "a"),
						       rowan_in(TAG(id), uuids, 2),
						       rowan_eq(TAG(name), "b"))),
		  TAGS " WHERE `name` = ?1 AND `id` IN " UUIDS("2") " AND `name` = ?3",
		  TAGS " WHERE `name` = $1 AND `id` = ANY($2::uuid[]) AND `name` = $3" },
	};

	ASSERT_QUERIES(SELECT_ROWS, cases);
}

/* Kept terms, and kept terms in kept terms, are rendered in place. */
Test(where, kept_terms_are_rendered_in_place)
{
	struct rowan_expr a = rowan_eq(NOTE(id), 1), b = rowan_eq(NOTE(done), true);
	struct rowan_expr both = rowan_or(a, b);
	struct rowan_expr kept = { .length = 1, .terms = { {
		.op = ROWAN_OP_KEPT, .right.kept = { both.terms, both.length } } } };
	struct rowan_expr more = rowan_and(kept, a, kept);
	struct rowan_expr deeper = { .length = 1, .terms = { {
		.op = ROWAN_OP_KEPT, .right.kept = { more.terms, more.length } } } };
	const struct query_case cases[] = {
		{ WHERE(kept), NOTES " WHERE `id` = ?1 OR `done` = ?2",
		  NOTES " WHERE `id` = $1 OR `done` = $2" },
		{ WHERE(rowan_not(kept)), NOTES " WHERE NOT (`id` = ?1 OR `done` = ?2)",
		  NOTES " WHERE NOT (`id` = $1 OR `done` = $2)" },
		{ WHERE(rowan_or(deeper, b)),
		  NOTES " WHERE ((`id` = ?1 OR `done` = ?2) AND `id` = ?3 AND (`id` = ?4 OR"
			" `done` = ?5)) OR `done` = ?6",
		  NOTES " WHERE ((`id` = $1 OR `done` = $2) AND `id` = $3 AND (`id` = $4 OR"
			" `done` = $5)) OR `done` = $6" },
	};

	ASSERT_QUERIES(SELECT_ROWS, cases);
}

/* ---- what SQLite makes of it --------------------------------------------------- */

static sqlite3_stmt *prepare(struct rowan_query query)
{
	struct rowan_error error;
	sqlite3_stmt *statement;
	struct select select;
	struct text sql = { 0 };

	assert_ok(select_check(&select, SELECT_COUNT, &query, &error));
	render_select(&dialect_sqlite, &select, &sql);
	cr_assert(sqlite3_prepare_v2(database, sql.data, -1, &statement, NULL) == SQLITE_OK);
	text_release(&sql);
	return statement;
}

static int count(sqlite3_stmt *statement)
{
	int result;

	assert_int(sqlite3_step(statement), SQLITE_ROW);
	result = sqlite3_column_int(statement, 0);
	sqlite3_finalize(statement);
	return result;
}

/* A pattern finds the same on both databases: a backslash takes % and _ literally. */
Test(where, q06_patterns_are_escaped_by_a_backslash)
{
	static const struct { const char *pattern; int found; } cases[] = {
		{ "50%", 3 }, { "50\\%%", 1 }, { "50\\_off", 1 }, { "50_off", 2 }, { "%OFF", 0 },
		{ "c:\\\\%", 1 },
	};

	run_sql("INSERT INTO note (title, done) VALUES ('50%_off', 0), ('50_off', 0), ('50xoff', 0),"
		" ('c:\\dir', 0)");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		sqlite3_stmt *statement = prepare(WHERE(rowan_like(NOTE(title), "bound below")));
		int got;

		sqlite3_bind_text(statement, 1, cases[i].pattern, -1, SQLITE_STATIC);
		got = count(statement);
		cr_assert(got == cases[i].found, "%s: %d", cases[i].pattern, got);
	}
}

Test(where, q07_uuids_in_one_blob_are_found)
{
	const struct rowan_uuid any[1] = { { { 0 } } };

	run_sql("INSERT INTO tag VALUES (x'00000000000000000000000000000000', 'a'),"
		" (x'00000000000000000000000000000001', 'b'), (x'ff0000000000000000000000000000ff', 'c')");
	for (int items = 1; items <= 3; items++) {
		sqlite3_stmt *statement = prepare(rowan_select(tag,
			.where = rowan_in(TAG(id), any, 1)));
		unsigned char blob[48] = { [15] = 1, [16] = 0xff, [31] = 0xff };

		sqlite3_bind_blob(statement, 1, blob, items * 16, SQLITE_STATIC);
		assert_int(count(statement), items);
	}
}

Test(where, q07_a_hundred_thousand_values_are_one_parameter)
{
	const int64_t any[1] = { 0 };
	sqlite3_stmt *statement = prepare(WHERE(rowan_in(NOTE(id), any, 1)));
	struct text json = { 0 };

	run_sql("INSERT INTO note (id, title, done) VALUES (1, '', 0), (99999, '', 0), (100001, '', 0)");
	text_add_char(&json, '[');
	for (int i = 0; i < 100000; i++) {
		text_add_int(&json, i);
		text_add_char(&json, i == 99999 ? ']' : ',');
	}
	sqlite3_bind_text(statement, 1, json.data, (int)json.length, SQLITE_STATIC);
	assert_int(count(statement), 2);
	text_release(&json);
}
