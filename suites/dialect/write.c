/* SPDX-License-Identifier: MIT */
/* Writing. */
#include "golden.h"

#include <string.h>

TestSuite(write, .init = open_tables, .fini = close_tables, .timeout = 60);

struct write_case {
	const struct rowan_model *model;
	uint16_t columns[4];
	size_t count, rows;
	const char *sqlite, *postgres;
};

Test(write, s02_inserts)
{
	static const struct write_case cases[] = {
		{ &note_model, { 1, 2 }, 2, 1, "INSERT INTO `note` (`title`, `done`) VALUES (?1, ?2)",
		  KEY("INSERT INTO `note` (`title`, `done`) VALUES ($1, $2)", "id", "$3") },
		{ &note_model, { 1, 2, 3 }, 3, 2,
		  "INSERT INTO `note` (`title`, `done`, `owner_id`) VALUES (?1, ?2, ?3), (?4, ?5, ?6)",
		  KEYS("INSERT INTO `note` (`title`, `done`, `owner_id`) SELECT v.c0, v.c1, v.c2"
		       " FROM unnest($1::text[], $2::boolean[], $3::bigint[])"
		       " WITH ORDINALITY AS v (c0, c1, c2, n) ORDER BY v.n", "id", "$4") },
		/* A key that is given is not asked for. */
		{ &note_model, { 0, 1, 2 }, 3, 1,
		  "INSERT INTO `note` (`id`, `title`, `done`) VALUES (?1, ?2, ?3)",
		  COUNTED("INSERT INTO `note` (`id`, `title`, `done`) VALUES ($1, $2, $3)", "$4") },
		{ &note_tag_model, { 0, 1 }, 2, 3,
		  "INSERT INTO `note_tag` (`note_id`, `tag_id`) VALUES (?1, ?2), (?3, ?4), (?5, ?6)",
		  COUNTED("INSERT INTO `note_tag` (`note_id`, `tag_id`) SELECT v.c0, v.c1"
			  " FROM unnest($1::bigint[], $2::uuid[]) WITH ORDINALITY AS v (c0, c1, n)"
			  " ORDER BY v.n", "$3") },
		/* Rows without a column but their key. */
		{ &ticket_model, { 0 }, 0, 1, "INSERT INTO `ticket` (`number`) VALUES (NULL)",
		  KEY("INSERT INTO `ticket` (`number`) VALUES (DEFAULT)", "number", "$1") },
		{ &ticket_model, { 0 }, 0, 3,
		  "INSERT INTO `ticket` (`number`) VALUES (NULL), (NULL), (NULL)",
		  KEYS("INSERT INTO `ticket` (`number`) VALUES (DEFAULT), (DEFAULT), (DEFAULT)",
		       "number", "$1") },
		{ &tag_model, { 0 }, 0, 1, "INSERT INTO `tag` DEFAULT VALUES",
		  COUNTED("INSERT INTO `tag` DEFAULT VALUES", "$1") },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct write_case *c = &cases[i];
		bool keys = strstr(c->postgres, "array_agg");
		struct text sql = { 0 };

		render_insert(&dialect_sqlite, plan_for(c->model), c->columns, c->count,
			      c->rows, keys, &sql);
		assert_sql(&dialect_sqlite, &sql, c->sqlite);
		render_insert(&dialect_postgres, plan_for(c->model), c->columns, c->count,
			      c->rows, keys, &sql);
		assert_sql(&dialect_postgres, &sql, c->postgres);
	}
}

Test(write, rows_of_nothing_but_a_key_are_numbered)
{
	struct text sql = { 0 };

	render_insert(&dialect_sqlite, plan_for(&ticket_model), NULL, 0, 3, RETURNING_KEYS, &sql);
	run_sql(sql.data);
	text_release(&sql);
	assert_int(run_sql("SELECT count(*) FROM ticket"), 3);
	assert_int(run_sql("SELECT max(number) FROM ticket"), 3);
}

Test(write, x05_updates_name_what_they_change)
{
	static const struct write_case cases[] = {
		{ &note_model, { 1 }, 1, 0, "UPDATE `note` SET `title` = ?1 WHERE `id` = ?2",
		  COUNTED("UPDATE `note` SET `title` = $1 WHERE `id` = $2", "$3") },
		{ &note_model, { 3, 1 }, 2, 0,
		  "UPDATE `note` SET `owner_id` = ?1, `title` = ?2 WHERE `id` = ?3",
		  COUNTED("UPDATE `note` SET `owner_id` = $1, `title` = $2 WHERE `id` = $3", "$4") },
		{ &note_tag_model, { 1 }, 1, 0,
		  "UPDATE `note_tag` SET `tag_id` = ?1 WHERE `note_id` = ?2 AND `tag_id` = ?3",
		  COUNTED("UPDATE `note_tag` SET `tag_id` = $1 WHERE `note_id` = $2"
			  " AND `tag_id` = $3", "$4") },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct write_case *c = &cases[i];
		struct text sql = { 0 };

		render_update(&dialect_sqlite, plan_for(c->model), c->columns, c->count, false,
			      RETURNING_COUNT, &sql);
		assert_sql(&dialect_sqlite, &sql, c->sqlite);
		render_update(&dialect_postgres, plan_for(c->model), c->columns, c->count, false,
			      RETURNING_COUNT, &sql);
		assert_sql(&dialect_postgres, &sql, c->postgres);
	}
}

Test(write, set_based_updates_take_an_array_for_each_column)
{
	static const struct write_case cases[] = {
		{ &note_model, { 1 }, 1, 0, NULL,
		  COUNTED("UPDATE `note` AS t0 SET `title` = v.c0 FROM unnest($1::text[], $2::bigint[])"
			  " AS v (c0, c1) WHERE t0.`id` = v.c1", "$3") },
		{ &note_model, { 3, 2 }, 2, 0, NULL,
		  COUNTED("UPDATE `note` AS t0 SET `owner_id` = v.c0, `done` = v.c1"
			  " FROM unnest($1::bigint[], $2::boolean[], $3::bigint[]) AS v (c0, c1, c2)"
			  " WHERE t0.`id` = v.c2", "$4") },
		{ &note_tag_model, { 1 }, 1, 0, NULL,
		  COUNTED("UPDATE `note_tag` AS t0 SET `tag_id` = v.c0"
			  " FROM unnest($1::uuid[], $2::bigint[], $3::uuid[]) AS v (c0, c1, c2)"
			  " WHERE t0.`note_id` = v.c1 AND t0.`tag_id` = v.c2", "$4") },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct write_case *c = &cases[i];
		struct text sql = { 0 };

		render_update(&dialect_postgres, plan_for(c->model), c->columns, c->count, true,
			      RETURNING_COUNT, &sql);
		assert_sql(&dialect_postgres, &sql, c->postgres);
	}
}

Test(write, set_based_deletes_take_an_array_for_each_column_of_the_key)
{
	struct text sql = { 0 };

	render_delete(&dialect_postgres, plan_for(&note_model), true, RETURNING_COUNT, &sql);
	assert_sql(&dialect_postgres, &sql,
		   COUNTED("DELETE FROM `note` WHERE `id` = ANY($1::bigint[])", "$2"));
	render_delete(&dialect_postgres, plan_for(&note_tag_model), true, RETURNING_COUNT, &sql);
	assert_sql(&dialect_postgres, &sql,
		   COUNTED("DELETE FROM `note_tag` AS t0 USING unnest($1::bigint[], $2::uuid[])"
			   " AS v (c0, c1) WHERE t0.`note_id` = v.c0 AND t0.`tag_id` = v.c1", "$3"));
}

Test(write, what_is_counted_by_the_client_returns_nothing)
{
	static const uint16_t title[] = { 1 };
	struct text sql = { 0 };

	render_insert(&dialect_postgres, plan_for(&note_model), title, 1, 2, RETURNING_NOTHING, &sql);
	assert_sql(&dialect_postgres, &sql,
		   "INSERT INTO `note` (`title`) SELECT v.c0 FROM unnest($1::text[])"
		   " WITH ORDINALITY AS v (c0, n) ORDER BY v.n");
	render_update(&dialect_postgres, plan_for(&note_model), title, 1, true, RETURNING_NOTHING,
		      &sql);
	assert_sql(&dialect_postgres, &sql,
		   "UPDATE `note` AS t0 SET `title` = v.c0 FROM unnest($1::text[], $2::bigint[])"
		   " AS v (c0, c1) WHERE t0.`id` = v.c1");
	render_delete(&dialect_postgres, plan_for(&note_model), true, RETURNING_NOTHING, &sql);
	assert_sql(&dialect_postgres, &sql, "DELETE FROM `note` WHERE `id` = ANY($1::bigint[])");
}

Test(write, s07_deletes_go_by_the_whole_key)
{
	struct text sql = { 0 };

	render_delete(&dialect_sqlite, plan_for(&note_model), false, RETURNING_COUNT, &sql);
	assert_sql(&dialect_sqlite, &sql, "DELETE FROM `note` WHERE `id` = ?1");
	render_delete(&dialect_sqlite, plan_for(&note_tag_model), false, RETURNING_COUNT, &sql);
	assert_sql(&dialect_sqlite, &sql,
		   "DELETE FROM `note_tag` WHERE `note_id` = ?1 AND `tag_id` = ?2");
	render_delete(&dialect_postgres, plan_for(&note_tag_model), false, RETURNING_COUNT, &sql);
	assert_sql(&dialect_postgres, &sql,
		   COUNTED("DELETE FROM `note_tag` WHERE `note_id` = $1 AND `tag_id` = $2", "$3"));
}

Test(write, b14_deletes_by_condition)
{
	const struct rowan_query some = rowan_select(note, .where = rowan_and(
		rowan_eq(NOTE(owner_id), 7), rowan_is_null(NOTE(title))));
	const struct rowan_query all = rowan_select(note, .all_rows = true);
	struct rowan_error error;
	struct select select;
	struct text sql = { 0 };

	assert_ok(select_check(&select, SELECT_DELETE, &some, &error));
	render_delete_where(&dialect_sqlite, &select, &sql);
	assert_sql(&dialect_sqlite, &sql,
		   "DELETE FROM `note` WHERE `owner_id` = ?1 AND `title` IS NULL");
	render_delete_where(&dialect_postgres, &select, &sql);
	assert_sql(&dialect_postgres, &sql,
		   "DELETE FROM `note` WHERE `owner_id` = $1 AND `title` IS NULL");
	assert_ok(select_check(&select, SELECT_DELETE, &all, &error));
	render_delete_where(&dialect_sqlite, &select, &sql);
	assert_sql(&dialect_sqlite, &sql, "DELETE FROM `note`");
}

Test(write, b14_updates_by_condition)
{
	const struct rowan_query some = rowan_select(note, .where = rowan_eq(NOTE(owner_id), 7));
	const struct rowan_assignment set[] = {
		rowan_assign(NOTE(title), "x"), rowan_assign(NOTE(owner_id), NOTE(id)),
		rowan_assign(NOTE(done), false),
	};
	const struct rowan_query all = rowan_select(sample, .all_rows = true);
	const struct rowan_assignment sums[] = {
		rowan_increase(rowan_column(sample, medium), 1),
		rowan_increase(rowan_column(sample, large), 2),
		rowan_assign(rowan_column(sample, maybe_large), (struct rowan_opt_int64){ 0 }),
	};
	struct rowan_error error;
	struct select select;
	struct text sql = { 0 };

	assert_ok(select_check(&select, SELECT_UPDATE, &some, &error));
	assert_ok(select_check_set(&select, set, 3, &error));
	render_update_where(&dialect_sqlite, &select, &sql);
	assert_sql(&dialect_sqlite, &sql, "UPDATE `note` SET `title` = ?1, `owner_id` = `id`,"
		   " `done` = ?2 WHERE `owner_id` = ?3");
	render_update_where(&dialect_postgres, &select, &sql);
	assert_sql(&dialect_postgres, &sql, "UPDATE `note` SET `title` = $1, `owner_id` = `id`,"
		   " `done` = $2 WHERE `owner_id` = $3");
	assert_ok(select_check(&select, SELECT_UPDATE, &all, &error));
	assert_ok(select_check_set(&select, sums, 3, &error));
	render_update_where(&dialect_sqlite, &select, &sql);
	assert_sql(&dialect_sqlite, &sql, "UPDATE `sample` SET `medium` = CASE WHEN `medium` + ?1"
		   " NOT BETWEEN -2147483648 AND 2147483647 THEN 'out of range' ELSE `medium` + ?1 END,"
		   " `large` = `large` + ?2, `maybe_large` = NULL");
	render_update_where(&dialect_postgres, &select, &sql);
	assert_sql(&dialect_postgres, &sql, "UPDATE `sample` SET `medium` = `medium` + $1,"
		   " `large` = `large` + $2, `maybe_large` = NULL");
}
