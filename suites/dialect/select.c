/* SPDX-License-Identifier: MIT */
/* Reading. */
#include "golden.h"

TestSuite(dialect_select, .init = open_tables, .fini = close_tables, .timeout = 60);

#define NOTE_COLUMNS "`id`, `title`, `done`, `owner_id`"
#define T0_NOTE "t0.`id`, t0.`title`, t0.`done`, t0.`owner_id`"

Test(dialect_select, q01_q08_q09_clauses_come_in_order)
{
	const struct rowan_column none = { 0 };
	const struct query_case cases[] = {
		{ rowan_select(note),
		  "SELECT " NOTE_COLUMNS " FROM `note`", "SELECT " NOTE_COLUMNS " FROM `note`" },
		{ rowan_select(note, .order_by = { rowan_asc(NOTE(title)) }),
		  "SELECT " NOTE_COLUMNS " FROM `note` ORDER BY `title`",
		  "SELECT " NOTE_COLUMNS " FROM `note` ORDER BY `title`" },
		{ rowan_select(note, .order_by = { rowan_desc(NOTE(title)), { none, false },
						   rowan_asc(NOTE(id)) }),
		  "SELECT " NOTE_COLUMNS " FROM `note` ORDER BY `title` DESC, `id`",
		  "SELECT " NOTE_COLUMNS " FROM `note` ORDER BY `title` DESC, `id`" },
		{ rowan_select(note, .limit = 10),
		  "SELECT " NOTE_COLUMNS " FROM `note` LIMIT ?1",
		  "SELECT " NOTE_COLUMNS " FROM `note` LIMIT $1" },
		{ rowan_select(note, .offset = 10),
		  "SELECT " NOTE_COLUMNS " FROM `note` LIMIT -1 OFFSET ?1",
		  "SELECT " NOTE_COLUMNS " FROM `note` OFFSET $1" },
		{ rowan_select(note, .where = rowan_eq(NOTE(done), true),
			       .order_by = { rowan_asc(NOTE(id)) }, .limit = 10, .offset = 20),
		  "SELECT " NOTE_COLUMNS " FROM `note` WHERE `done` = ?1 ORDER BY `id`"
		  " LIMIT ?2 OFFSET ?3",
		  "SELECT " NOTE_COLUMNS " FROM `note` WHERE `done` = $1 ORDER BY `id`"
		  " LIMIT $2 OFFSET $3" },
	};

	ASSERT_QUERIES(SELECT_ROWS, cases);
}

Test(dialect_select, q13_counts)
{
	const struct query_case cases[] = {
		{ rowan_select(note), "SELECT count(*) FROM `note`", "SELECT count(*) FROM `note`" },
		{ rowan_select(note, .where = rowan_eq(NOTE(id), 1),
			       .order_by = { rowan_asc(NOTE(id)) }),
		  "SELECT count(*) FROM `note` WHERE `id` = ?1",
		  "SELECT count(*) FROM `note` WHERE `id` = $1" },
		{ rowan_select(note, .where = rowan_eq(NOTE(id), 1),
			       .order_by = { rowan_asc(NOTE(id)) }, .limit = 5, .offset = 6),
		  "SELECT count(*) FROM (SELECT 1 FROM `note` WHERE `id` = ?1 LIMIT ?2 OFFSET ?3) AS t0",
		  "SELECT count(*) FROM (SELECT 1 FROM `note` WHERE `id` = $1 LIMIT $2 OFFSET $3) AS t0" },
	};

	ASSERT_QUERIES(SELECT_COUNT, cases);
}

Test(dialect_select, q12_aggregates)
{
	const struct rowan_scalar all = { ROWAN_AGGREGATE_COUNT, { 0 } };
	const struct query_case cases[] = {
		{ rowan_select(note, .scalar = all),
		  "SELECT count(*) FROM `note`", "SELECT count(*) FROM `note`" },
		{ rowan_select(note, .scalar = rowan_count_of(NOTE(owner_id))),
		  "SELECT count(`owner_id`) FROM `note`", "SELECT count(`owner_id`) FROM `note`" },
		{ rowan_select(note, .scalar = rowan_max(NOTE(title)),
			       .order_by = { rowan_asc(NOTE(id)) }),
		  "SELECT max(`title`) FROM `note`", "SELECT max(`title`) FROM `note`" },
		{ rowan_select(sample, .scalar = rowan_min(SAMPLE(datetime))),
		  "SELECT min(`datetime`) FROM `sample`", "SELECT min(`datetime`) FROM `sample`" },
		{ rowan_select(sample, .scalar = rowan_sum(SAMPLE(small))),
		  "SELECT sum(`small`) FROM `sample`",
		  "SELECT CAST(sum(`small`) AS bigint) FROM `sample`" },
		{ rowan_select(sample, .scalar = rowan_avg(SAMPLE(large))),
		  "SELECT avg(`large`) FROM `sample`",
		  "SELECT CAST(avg(`large`) AS double precision) FROM `sample`" },
		{ rowan_select(sample, .scalar = rowan_avg(SAMPLE(real))),
		  "SELECT avg(`real`) FROM `sample`", "SELECT avg(`real`) FROM `sample`" },
		{ rowan_select(note, .scalar = rowan_sum(NOTE(id)), .limit = 2,
			       .order_by = { rowan_desc(NOTE(id)) }),
		  "SELECT sum(`id`) FROM (SELECT `id` FROM `note` ORDER BY `id` DESC LIMIT ?1) AS t0",
		  "SELECT CAST(sum(`id`) AS bigint) FROM (SELECT `id` FROM `note` ORDER BY `id` DESC"
		  " LIMIT $1) AS t0" },
		{ rowan_select(note, .scalar = rowan_value_of(NOTE(title)),
			       .where = rowan_eq(NOTE(id), 1), .order_by = { rowan_asc(NOTE(id)) }),
		  "SELECT `title` FROM `note` WHERE `id` = ?1 ORDER BY `id` LIMIT 1",
		  "SELECT `title` FROM `note` WHERE `id` = $1 ORDER BY `id` LIMIT 1" },
		{ rowan_select(note, .scalar = rowan_value_of(NOTE(title)), .offset = 3),
		  "SELECT `title` FROM `note` LIMIT -1 OFFSET ?1",
		  "SELECT `title` FROM `note` OFFSET $1" },
	};

	ASSERT_QUERIES(SELECT_SCALAR, cases);
}

/* ---- joins ------------------------------------------------------------------------ */

Test(dialect_select, l03_joins)
{
	const struct select_join owner = { relation_of(&note_model, 0), -1 };
	const struct select_join tags = { relation_of(&note_model, 1), -1 };
	const struct select_join notes = { relation_of(&owner_model, 0), -1 };
	const struct select_join path[] = { notes, { relation_of(&note_model, 1), 0 } };
	const struct select_join both[] = { owner, tags };

	assert_joined(rowan_select(note), &owner, 1,
		"SELECT " T0_NOTE ", t1.`id`, t1.`name` FROM `note` AS t0"
		" LEFT JOIN `owner` AS t1 ON t1.`id` = t0.`owner_id`",
		"SELECT " T0_NOTE ", t1.`id`, t1.`name` FROM `note` AS t0"
		" LEFT JOIN `owner` AS t1 ON t1.`id` = t0.`owner_id`");
	assert_joined(rowan_select(note, .where = rowan_eq(NOTE(id), 7),
				   .order_by = { rowan_desc(NOTE(title)) }), both, 2,
		"SELECT " T0_NOTE ", t1.`id`, t1.`name`, t2.`id`, t2.`name` FROM `note` AS t0"
		" LEFT JOIN `owner` AS t1 ON t1.`id` = t0.`owner_id`"
		" LEFT JOIN `note_tag` AS l2 ON l2.`note_id` = t0.`id`"
		" LEFT JOIN `tag` AS t2 ON t2.`id` = l2.`tag_id`"
		" WHERE t0.`id` = ?1 ORDER BY t0.`title` DESC",
		"SELECT " T0_NOTE ", t1.`id`, t1.`name`, t2.`id`, t2.`name` FROM `note` AS t0"
		" LEFT JOIN `owner` AS t1 ON t1.`id` = t0.`owner_id`"
		" LEFT JOIN `note_tag` AS l2 ON l2.`note_id` = t0.`id`"
		" LEFT JOIN `tag` AS t2 ON t2.`id` = l2.`tag_id`"
		" WHERE t0.`id` = $1 ORDER BY t0.`title` DESC");
	assert_joined(rowan_select(owner), path, 2,
		"SELECT t0.`id`, t0.`name`, t1.`id`, t1.`title`, t1.`done`, t1.`owner_id`, t2.`id`,"
		" t2.`name` FROM `owner` AS t0"
		" LEFT JOIN `note` AS t1 ON t1.`owner_id` = t0.`id`"
		" LEFT JOIN `note_tag` AS l2 ON l2.`note_id` = t1.`id`"
		" LEFT JOIN `tag` AS t2 ON t2.`id` = l2.`tag_id`",
		"SELECT t0.`id`, t0.`name`, t1.`id`, t1.`title`, t1.`done`, t1.`owner_id`, t2.`id`,"
		" t2.`name` FROM `owner` AS t0"
		" LEFT JOIN `note` AS t1 ON t1.`owner_id` = t0.`id`"
		" LEFT JOIN `note_tag` AS l2 ON l2.`note_id` = t1.`id`"
		" LEFT JOIN `tag` AS t2 ON t2.`id` = l2.`tag_id`");
}

Test(dialect_select, l03_a_limit_is_of_the_root)
{
	const struct select_join tags = { relation_of(&note_model, 1), -1 };

	assert_joined(rowan_select(note, .where = rowan_eq(NOTE(done), true),
				   .order_by = { rowan_asc(NOTE(title)) }, .limit = 2, .offset = 4),
		&tags, 1,
		"SELECT " T0_NOTE ", t1.`id`, t1.`name` FROM"
		" (SELECT " NOTE_COLUMNS " FROM `note` WHERE `done` = ?1 ORDER BY `title`"
		" LIMIT ?2 OFFSET ?3) AS t0"
		" LEFT JOIN `note_tag` AS l1 ON l1.`note_id` = t0.`id`"
		" LEFT JOIN `tag` AS t1 ON t1.`id` = l1.`tag_id` ORDER BY t0.`title`",
		"SELECT " T0_NOTE ", t1.`id`, t1.`name` FROM"
		" (SELECT " NOTE_COLUMNS " FROM `note` WHERE `done` = $1 ORDER BY `title`"
		" LIMIT $2 OFFSET $3) AS t0"
		" LEFT JOIN `note_tag` AS l1 ON l1.`note_id` = t0.`id`"
		" LEFT JOIN `tag` AS t1 ON t1.`id` = l1.`tag_id` ORDER BY t0.`title`");
}

/* ---- by key ------------------------------------------------------------------------ */

Test(dialect_select, s03_by_primary_key)
{
	static const struct {
		const struct rowan_model *model;
		const char *sqlite, *postgres;
	} cases[] = {
		{ &note_model, "SELECT " NOTE_COLUMNS " FROM `note` WHERE `id` = ?1",
		  "SELECT " NOTE_COLUMNS " FROM `note` WHERE `id` = $1" },
		{ &note_tag_model,
		  "SELECT `note_id`, `tag_id` FROM `note_tag` WHERE `note_id` = ?1 AND `tag_id` = ?2",
		  "SELECT `note_id`, `tag_id` FROM `note_tag` WHERE `note_id` = $1 AND `tag_id` = $2" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct text sql = { 0 };

		render_get(&dialect_sqlite, plan_for(cases[i].model), &sql);
		assert_sql(&dialect_sqlite, &sql, cases[i].sqlite);
		render_get(&dialect_postgres, plan_for(cases[i].model), &sql);
		assert_sql(&dialect_postgres, &sql, cases[i].postgres);
	}
}

Test(dialect_select, whether_there_is_a_row)
{
	const struct plan *plan = plan_for(&note_model);
	const struct column *columns[] = { &plan->columns[1], &plan->columns[3] };
	struct text sql = { 0 };

	render_exists(&dialect_sqlite, plan, columns, 2, &sql);
	assert_sql(&dialect_sqlite, &sql,
		   "SELECT 1 FROM `note` WHERE `title` = ?1 AND `owner_id` = ?2 LIMIT 1");
	render_exists(&dialect_postgres, plan, columns, 1, &sql);
	assert_sql(&dialect_postgres, &sql, "SELECT 1 FROM `note` WHERE `title` = $1 LIMIT 1");
}

#define LIST "(SELECT value FROM json_each(?1))"
#define UUIDS "(WITH RECURSIVE piece(at) AS (SELECT 1 UNION ALL SELECT at + 16 FROM piece" \
	" WHERE at + 16 <= length(?1)) SELECT substr(?1, at, 16) FROM piece)"

Test(dialect_select, l02_related_rows)
{
	static const struct {
		const struct rowan_model *model;
		size_t relation;
		bool list;
		const char *sqlite, *postgres;
	} cases[] = {
		{ &note_model, 0, false, "SELECT `id`, `name` FROM `owner` WHERE `id` = ?1",
		  "SELECT `id`, `name` FROM `owner` WHERE `id` = $1" },
		{ &note_model, 0, true, "SELECT `id`, `name` FROM `owner` WHERE `id` IN " LIST,
		  "SELECT `id`, `name` FROM `owner` WHERE `id` = ANY($1::bigint[])" },
		{ &owner_model, 0, false, "SELECT " NOTE_COLUMNS " FROM `note` WHERE `owner_id` = ?1",
		  "SELECT " NOTE_COLUMNS " FROM `note` WHERE `owner_id` = $1" },
		{ &owner_model, 0, true, "SELECT " NOTE_COLUMNS " FROM `note` WHERE `owner_id` IN " LIST,
		  "SELECT " NOTE_COLUMNS " FROM `note` WHERE `owner_id` = ANY($1::bigint[])" },
		{ &note_model, 1, false,
		  "SELECT t0.`id`, t0.`name`, l0.`note_id` FROM `note_tag` AS l0"
		  " JOIN `tag` AS t0 ON t0.`id` = l0.`tag_id` WHERE l0.`note_id` = ?1",
		  "SELECT t0.`id`, t0.`name`, l0.`note_id` FROM `note_tag` AS l0"
		  " JOIN `tag` AS t0 ON t0.`id` = l0.`tag_id` WHERE l0.`note_id` = $1" },
		{ &tag_model, 0, true,
		  "SELECT " T0_NOTE ", l0.`tag_id` FROM `note_tag` AS l0"
		  " JOIN `note` AS t0 ON t0.`id` = l0.`note_id` WHERE l0.`tag_id` IN " UUIDS,
		  "SELECT " T0_NOTE ", l0.`tag_id` FROM `note_tag` AS l0"
		  " JOIN `note` AS t0 ON t0.`id` = l0.`note_id` WHERE l0.`tag_id` = ANY($1::uuid[])" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct relation *relation = relation_of(cases[i].model, cases[i].relation);
		struct text sql = { 0 };

		render_related(&dialect_sqlite, relation, NULL, cases[i].list, &sql);
		assert_sql(&dialect_sqlite, &sql, cases[i].sqlite);
		render_related(&dialect_postgres, relation, NULL, cases[i].list, &sql);
		assert_sql(&dialect_postgres, &sql, cases[i].postgres);
	}
}

/* The rows that a query chooses; of each owner so many. */
Test(dialect_select, l02_related_rows_by_a_query)
{
	const struct rowan_query few = rowan_select(note,
		.where = rowan_or(rowan_eq(rowan_column(note, done), true),
				  rowan_eq(rowan_column(note, title), "a")),
		.order_by = { rowan_desc(rowan_column(note, title)) }, .limit = 3);
	const struct rowan_query later = rowan_select(tag, .offset = 1);
	const struct rowan_query sorted = rowan_select(note,
		.order_by = { rowan_asc(rowan_column(note, title)) });
	const struct {
		const struct rowan_model *model;
		size_t relation;
		const struct rowan_query *query;
		const char *postgres;
	} cases[] = {
		{ &owner_model, 0, &sorted, "SELECT " T0_NOTE " FROM `note` AS t0"
		  " WHERE t0.`owner_id` = ANY($1::bigint[]) ORDER BY t0.`title`" },
		{ &owner_model, 0, &few, "SELECT " T0_NOTE " FROM (SELECT " T0_NOTE
		  ", row_number() OVER (PARTITION BY t0.`owner_id` ORDER BY t0.`title` DESC) AS rowan_n"
		  " FROM `note` AS t0 WHERE t0.`owner_id` = ANY($1::bigint[])"
		  " AND (t0.`done` = $2 OR t0.`title` = $3)) AS t0"
		  " WHERE t0.rowan_n > $4 AND t0.rowan_n <= $5 ORDER BY t0.rowan_n" },
		{ &note_model, 1, &later, "SELECT t0.`id`, t0.`name`, t0.rowan_key0 FROM (SELECT t0.`id`,"
		  " t0.`name`, l0.`note_id` AS rowan_key0,"
		  " row_number() OVER (PARTITION BY l0.`note_id`) AS rowan_n FROM `note_tag` AS l0"
		  " JOIN `tag` AS t0 ON t0.`id` = l0.`tag_id` WHERE l0.`note_id` = ANY($1::bigint[]))"
		  " AS t0 WHERE t0.rowan_n > $2 ORDER BY t0.rowan_n" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct select select = { 0 };
		struct text sql = { 0 };

		assert_ok(select_check(&select, SELECT_ROWS, cases[i].query, NULL));
		render_related(&dialect_postgres, relation_of(cases[i].model, cases[i].relation),
			       &select, true, &sql);
		assert_sql(&dialect_postgres, &sql, cases[i].postgres);
	}
}

/* ---- the dialects themselves -------------------------------------------------------- */

Test(dialect_select, dialects_are_known_by_name)
{
	cr_assert(dialect_named("sqlite") == &dialect_sqlite);
	cr_assert(dialect_named("postgresql") == &dialect_postgres);
	cr_assert_null(dialect_named("oracle"));
}

Test(dialect_select, a_text_that_is_broken_stays_so)
{
	struct text sql = { .broken = true };

	render_get(&dialect_sqlite, plan_for(&note_model), &sql);
	cr_assert(sql.broken);
	cr_assert_null(sql.data);
}
