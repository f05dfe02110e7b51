/* SPDX-License-Identifier: MIT */
/* Columns with a type of their own. */
#include "golden.h"
#include "server.h"

TestSuite(own_types, .init = open_tables, .fini = close_tables, .timeout = 60);

/* Of a parcel, as its members want them; with a table before each: "t0.". */
#define LITE(t_) t_ "`code`, " t_ "`size`, " t_ "`contents`, " t_ "`marks`," \
	" CAST(" t_ "`weight` AS INTEGER), " t_ "`note_id`"
#define FULL(t_) "CAST(" t_ "`code` AS text), CAST(" t_ "`size` AS text)," \
	" CAST(" t_ "`contents` AS text), CAST(" t_ "`marks` AS text)," \
	" CAST(" t_ "`weight` AS bigint), " t_ "`note_id`"

Test(own_types, m18_tables)
{
	const struct plan *plan = plan_for(&parcel_model);
	struct text sql = { 0 };

	render_create_table(&dialect_sqlite, plan, NULL, 0, &sql);
	assert_sql(&dialect_sqlite, &sql,
		"CREATE TABLE IF NOT EXISTS `parcel` (`code` TEXT NOT NULL, `size` TEXT NOT NULL,"
		" `contents` TEXT, `marks` TEXT, `weight` TEXT NOT NULL, `note_id` INTEGER,"
		" CONSTRAINT `pk_parcel` PRIMARY KEY (`code`), CONSTRAINT `fk_parcel_note_id`"
		" FOREIGN KEY (`note_id`) REFERENCES `note` (`id`)) STRICT");
	render_create_table(&dialect_postgres, plan, NULL, 0, &sql);
	assert_sql(&dialect_postgres, &sql,
		"CREATE TABLE IF NOT EXISTS `parcel` (`code` varchar(8) NOT NULL, `size` size NOT NULL,"
		" `contents` jsonb, `marks` text[], `weight` numeric(10, 2) NOT NULL, `note_id` bigint,"
		" CONSTRAINT `pk_parcel` PRIMARY KEY (`code`), CONSTRAINT `fk_parcel_note_id`"
		" FOREIGN KEY (`note_id`) REFERENCES `note` (`id`))");
}

/* ---- reading ------------------------------------------------------------------------- */

Test(own_types, m18_columns_are_cast_to_their_members_and_values_to_their_columns)
{
	const char *sizes[] = { "small", "large" };
	const int64_t weights[] = { 1 };
	const struct query_case cases[] = {
		{ rowan_select(parcel), "SELECT " LITE("") " FROM `parcel`",
		  "SELECT " FULL("") " FROM `parcel`" },
		{ rowan_select(parcel, .where = rowan_and(rowan_eq(PARCEL(size), "small"),
			rowan_gt(PARCEL(weight), 7), rowan_eq(PARCEL(note_id), 1),
			rowan_like(PARCEL(code), "x%"))),
		  "SELECT " LITE("") " FROM `parcel` WHERE `size` = ?1 AND `weight` > ?2"
		  " AND `note_id` = ?3 AND `code` LIKE ?4 ESCAPE '\\'",
		  "SELECT " FULL("") " FROM `parcel` WHERE `size` = CAST($1::text AS size)"
		  " AND `weight` > CAST($2::bigint AS numeric) AND `note_id` = $3"
		  " AND `code` LIKE CAST($4::text AS varchar) ESCAPE '\\'" },
		{ rowan_select(parcel, .where = rowan_and(rowan_in(PARCEL(size), sizes, 2),
			rowan_in(PARCEL(weight), weights, 1))),
		  "SELECT " LITE("") " FROM `parcel` WHERE `size` IN"
		  " (SELECT value FROM json_each(?1)) AND `weight` IN"
		  " (SELECT +value FROM json_each(?2))",
		  "SELECT " FULL("") " FROM `parcel` WHERE `size` IN"
		  " (SELECT CAST(v.c0 AS size) FROM unnest($1::text[]) AS v (c0)) AND `weight` IN"
		  " (SELECT CAST(v.c0 AS numeric) FROM unnest($2::bigint[]) AS v (c0))" },
	};

	ASSERT_QUERIES(SELECT_ROWS, cases);
}

/* An enum is sorted by its own order, not by its text; a number not as "10" and "9". */
Test(own_types, m18_rows_are_sorted_by_the_column)
{
	const struct query_case cases[] = {
		{ rowan_select(parcel, .where = rowan_eq(PARCEL(note_id), 1),
			       .order_by = { rowan_desc(PARCEL(size)) }, .limit = 3),
		  "SELECT " LITE("") " FROM `parcel` WHERE `note_id` = ?1 ORDER BY `size` DESC"
		  " LIMIT ?2",
		  "SELECT " FULL("t0.") " FROM `parcel` AS t0 WHERE t0.`note_id` = $1"
		  " ORDER BY t0.`size` DESC LIMIT $2" },
		{ rowan_select(parcel, .order_by = { rowan_asc(PARCEL(weight)) }),
		  "SELECT " LITE("t0.") " FROM `parcel` AS t0 ORDER BY t0.`weight`",
		  "SELECT " FULL("t0.") " FROM `parcel` AS t0 ORDER BY t0.`weight`" },
		{ rowan_select(parcel, .order_by = { rowan_asc(PARCEL(note_id)) }),
		  "SELECT " LITE("") " FROM `parcel` ORDER BY `note_id`",
		  "SELECT " FULL("") " FROM `parcel` ORDER BY `note_id`" },
	};

	ASSERT_QUERIES(SELECT_ROWS, cases);
}

Test(own_types, m18_aggregates_are_cast_too)
{
	const struct query_case cases[] = {
		{ rowan_select(parcel, .scalar = rowan_max(PARCEL(weight))),
		  "SELECT CAST(max(`weight`) AS INTEGER) FROM `parcel`",
		  "SELECT CAST(max(`weight`) AS bigint) FROM `parcel`" },
		{ rowan_select(parcel, .scalar = rowan_sum(PARCEL(weight)), .limit = 2),
		  "SELECT CAST(sum(`weight`) AS INTEGER) FROM (SELECT `weight` FROM `parcel`"
		  " LIMIT ?1) AS t0",
		  "SELECT CAST(sum(`weight`) AS bigint) FROM (SELECT `weight` FROM `parcel`"
		  " LIMIT $1) AS t0" },
		{ rowan_select(parcel, .scalar = rowan_avg(PARCEL(weight))),
		  "SELECT CAST(avg(`weight`) AS REAL) FROM `parcel`",
		  "SELECT CAST(avg(`weight`) AS double precision) FROM `parcel`" },
		{ rowan_select(parcel, .scalar = rowan_count_of(PARCEL(weight))),
		  "SELECT count(`weight`) FROM `parcel`", "SELECT count(`weight`) FROM `parcel`" },
		{ rowan_select(parcel, .scalar = rowan_value_of(PARCEL(size)),
			       .order_by = { rowan_asc(PARCEL(size)) }),
		  "SELECT `size` FROM `parcel` ORDER BY `size` LIMIT 1",
		  "SELECT CAST(t0.`size` AS text) FROM `parcel` AS t0 ORDER BY t0.`size` LIMIT 1" },
	};

	ASSERT_QUERIES(SELECT_SCALAR, cases);
}

#define NOTE_T0 "t0.`id`, t0.`title`, t0.`done`, t0.`owner_id`"
#define NOTE_T1 "t1.`id`, t1.`title`, t1.`done`, t1.`owner_id`"

/* The subquery has the columns as they are: they are cast once, outside. */
Test(own_types, m18_joins)
{
	const struct select_join note = { relation_of(&parcel_model, 0), -1 };
	const struct select_join parcels = { relation_of(&note_model, 2), -1 };

	assert_joined(rowan_select(note), &parcels, 1,
		"SELECT " NOTE_T0 ", " LITE("t1.") " FROM `note` AS t0"
		" LEFT JOIN `parcel` AS t1 ON t1.`note_id` = t0.`id`",
		"SELECT " NOTE_T0 ", " FULL("t1.") " FROM `note` AS t0"
		" LEFT JOIN `parcel` AS t1 ON t1.`note_id` = t0.`id`");
	assert_joined(rowan_select(parcel, .where = rowan_eq(PARCEL(size), "small"),
				   .order_by = { rowan_asc(PARCEL(size)) }, .limit = 5), &note, 1,
		"SELECT " LITE("t0.") ", " NOTE_T1 " FROM (SELECT `code`, `size`, `contents`,"
		" `marks`, `weight`, `note_id` FROM `parcel` WHERE `size` = ?1 ORDER BY `size`"
		" LIMIT ?2) AS t0 LEFT JOIN `note` AS t1 ON t1.`id` = t0.`note_id`"
		" ORDER BY t0.`size`",
		"SELECT " FULL("t0.") ", " NOTE_T1 " FROM (SELECT `code`, `size`, `contents`,"
		" `marks`, `weight`, `note_id` FROM `parcel` WHERE `size` = CAST($1::text AS size)"
		" ORDER BY `size` LIMIT $2) AS t0 LEFT JOIN `note` AS t1 ON t1.`id` = t0.`note_id`"
		" ORDER BY t0.`size`");
}

Test(own_types, m18_by_key)
{
	const struct plan *plan = plan_for(&parcel_model);
	struct text sql = { 0 };

	render_get(&dialect_sqlite, plan, &sql);
	assert_sql(&dialect_sqlite, &sql, "SELECT " LITE("") " FROM `parcel` WHERE `code` = ?1");
	render_get(&dialect_postgres, plan, &sql);
	assert_sql(&dialect_postgres, &sql,
		   "SELECT " FULL("") " FROM `parcel` WHERE `code` = CAST($1::text AS varchar)");
	render_exists(&dialect_postgres, plan, plan->keys, 1, &sql);
	assert_sql(&dialect_postgres, &sql,
		   "SELECT 1 FROM `parcel` WHERE `code` = CAST($1::text AS varchar) LIMIT 1");
	render_related(&dialect_postgres, relation_of(&note_model, 2), NULL, true, &sql);
	assert_sql(&dialect_postgres, &sql,
		   "SELECT " FULL("") " FROM `parcel` WHERE `note_id` = ANY($1::bigint[])");
}

/* ---- writing ------------------------------------------------------------------------- */

static const uint16_t size_and_weight[] = { 1, 4 }, all[] = { 0, 1, 2, 3, 4, 5 };

Test(own_types, m18_values_are_cast_in_a_row)
{
	const struct plan *plan = plan_for(&parcel_model);
	struct text sql = { 0 };

	render_insert(&dialect_sqlite, plan, all, 6, 1, RETURNING_COUNT, &sql);
	assert_sql(&dialect_sqlite, &sql,
		"INSERT INTO `parcel` (`code`, `size`, `contents`, `marks`, `weight`, `note_id`)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
	render_insert(&dialect_postgres, plan, all, 6, 1, RETURNING_COUNT, &sql);
	assert_sql(&dialect_postgres, &sql, COUNTED(
		"INSERT INTO `parcel` (`code`, `size`, `contents`, `marks`, `weight`, `note_id`)"
		" VALUES (CAST($1::text AS varchar), CAST($2::text AS size),"
		" CAST($3::text AS jsonb), CAST($4::text AS text[]),"
		" CAST($5::bigint AS numeric), $6)", "$7"));
	render_update(&dialect_sqlite, plan, size_and_weight, 2, false, RETURNING_COUNT, &sql);
	assert_sql(&dialect_sqlite, &sql,
		   "UPDATE `parcel` SET `size` = ?1, `weight` = ?2 WHERE `code` = ?3");
	render_update(&dialect_postgres, plan, size_and_weight, 2, false, RETURNING_COUNT, &sql);
	assert_sql(&dialect_postgres, &sql, COUNTED(
		"UPDATE `parcel` SET `size` = CAST($1::text AS size),"
		" `weight` = CAST($2::bigint AS numeric)"
		" WHERE `code` = CAST($3::text AS varchar)", "$4"));
	render_delete(&dialect_postgres, plan, false, RETURNING_COUNT, &sql);
	assert_sql(&dialect_postgres, &sql, COUNTED(
		"DELETE FROM `parcel` WHERE `code` = CAST($1::text AS varchar)", "$2"));
}

Test(own_types, m18_values_are_cast_in_arrays)
{
	const struct plan *plan = plan_for(&parcel_model);
	struct text sql = { 0 };

	render_insert(&dialect_postgres, plan, all, 6, 2, RETURNING_COUNT, &sql);
	assert_sql(&dialect_postgres, &sql, COUNTED(
		"INSERT INTO `parcel` (`code`, `size`, `contents`, `marks`, `weight`, `note_id`)"
		" SELECT CAST(v.c0 AS varchar), CAST(v.c1 AS size), CAST(v.c2 AS jsonb),"
		" CAST(v.c3 AS text[]), CAST(v.c4 AS numeric), v.c5"
		" FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[],"
		" $6::bigint[]) WITH ORDINALITY AS v (c0, c1, c2, c3, c4, c5, n) ORDER BY v.n", "$7"));
	render_update(&dialect_postgres, plan, size_and_weight, 2, true, RETURNING_COUNT, &sql);
	assert_sql(&dialect_postgres, &sql, COUNTED(
		"UPDATE `parcel` AS t0 SET `size` = CAST(v.c0 AS size),"
		" `weight` = CAST(v.c1 AS numeric)"
		" FROM unnest($1::text[], $2::bigint[], $3::text[]) AS v (c0, c1, c2)"
		" WHERE t0.`code` = CAST(v.c2 AS varchar)", "$4"));
	render_delete(&dialect_postgres, plan, true, RETURNING_COUNT, &sql);
	assert_sql(&dialect_postgres, &sql, COUNTED(
		"DELETE FROM `parcel` WHERE `code` IN"
		" (SELECT CAST(v.c0 AS varchar) FROM unnest($1::text[]) AS v (c0))", "$2"));
}

/* ---- what the databases make of it ------------------------------------------------------ */

/* A weight is text there. */
Test(own_types, m18_sqlite_finds_numbers_in_columns_of_text)
{
	const int64_t any[] = { 0 };
	const struct rowan_query queries[] = {
		rowan_select(parcel, .where = rowan_eq(PARCEL(weight), 0)),
		rowan_select(parcel, .where = rowan_in(PARCEL(weight), any, 1)),
	};

	run_sql("INSERT INTO parcel VALUES ('a', 's', NULL, NULL, 7, NULL),"
		" ('b', 's', NULL, NULL, 70, NULL)");
	assert_int(run_sql("SELECT count(*) FROM parcel WHERE typeof(weight) = 'text'"), 2);
	for (size_t i = 0; i < 2; i++) {
		struct rowan_error error;
		sqlite3_stmt *statement;
		struct select select;
		struct text sql = { 0 };

		assert_ok(select_check(&select, SELECT_COUNT, &queries[i], &error));
		render_select(&dialect_sqlite, &select, &sql);
		assert_int(sqlite3_prepare_v2(database, sql.data, -1, &statement, NULL), SQLITE_OK);
		if (i == 0)
			sqlite3_bind_int64(statement, 1, 7);
		else
			sqlite3_bind_text(statement, 1, "[7,8]", -1, SQLITE_STATIC);
		assert_int(sqlite3_step(statement), SQLITE_ROW);
		assert_int(sqlite3_column_int(statement, 0), 1);
		sqlite3_finalize(statement);
		text_release(&sql);
	}
}

/* PREPARE a statement by this name. */
static void prepare(const char *name, struct text *sql)
{
	struct text command = { 0 };

	text_addf(&command, "PREPARE %s AS %s", name, sql->data);
	server_run(command.data);
	text_release(&command);
	text_release(sql);
}

Test(own_types, m18_values_are_stored_as_their_columns)
{
	const struct plan *plan = plan_for(&parcel_model);
	struct text sql = { 0 };

	server_needed();
	render_insert(&dialect_postgres, plan, all, 6, 2, RETURNING_COUNT, &sql);
	prepare("put", &sql);
	server_run("EXECUTE put ('{a,b,c}', '{large,small,medium}', '{\"{\\\"k\\\": [1]}\",null,NULL}',"
		   " '{\"{x,\\\"y z\\\"}\",\"{}\",NULL}', '{7,10,9}', '{NULL,NULL,NULL}', 3)");
	assert_int(server_run("SELECT count(*) FROM parcel WHERE contents -> 'k' = '[1]'"
			      " AND marks[2] = 'y z' AND code = 'a' AND weight = 7.00"), 1);
	assert_int(server_run("SELECT count(*) FROM parcel WHERE contents IS NULL OR marks = '{}'"), 2);

	render_update(&dialect_postgres, plan, size_and_weight, 2, true, RETURNING_COUNT, &sql);
	prepare("change", &sql);
	server_run("EXECUTE change ('{small,large}', '{1,2}', '{a,c}', 2)");
	assert_int(server_run("SELECT weight FROM parcel WHERE code = 'c' AND size = 'large'"), 2);

	render_delete(&dialect_postgres, plan, true, RETURNING_COUNT, &sql);
	prepare("remove", &sql);
	server_run("EXECUTE remove ('{a,b}', 2)");
	assert_int(server_run("SELECT count(*) FROM parcel"), 1);
}

/* A cast to varchar(8) would have cut it without a word. */
Test(own_types, m18_what_is_too_long_is_refused)
{
	const struct plan *plan = plan_for(&parcel_model);
	struct text sql = { 0 };

	server_needed();
	for (size_t rows = 1; rows <= 2; rows++) {
		render_insert(&dialect_postgres, plan, all, 6, rows, RETURNING_COUNT, &sql);
		prepare(rows == 1 ? "one" : "more", &sql);
	}
	cr_assert_not(server_accepts("EXECUTE one ('123456789', 'small', NULL, NULL, 1, NULL, 1)"));
	assert_contains(server_message(), "too long for type character varying(8)");
	cr_assert_not(server_accepts(
		"EXECUTE more ('{123456789}', '{small}', '{NULL}', '{NULL}', '{1}', '{NULL}', 1)"));
	assert_contains(server_message(), "too long for type character varying(8)");
	cr_assert(server_accepts("EXECUTE one ('12345678', 'small', NULL, NULL, 1, NULL, 1)"));
}

Test(own_types, m18_an_enum_keeps_its_order)
{
	const struct rowan_query query = rowan_select(parcel,
		.scalar = rowan_value_of(PARCEL(note_id)), .order_by = { rowan_asc(PARCEL(size)) });
	struct rowan_error error;
	struct select select;
	struct text sql = { 0 };

	server_needed();
	server_run("INSERT INTO note VALUES (1, '', false, NULL), (2, '', false, NULL)");
	server_run("INSERT INTO parcel VALUES ('a', 'large', NULL, NULL, 0, 1),"
		   " ('b', 'small', NULL, NULL, 0, 2)");
	assert_ok(select_check(&select, SELECT_SCALAR, &query, &error));
	render_select(&dialect_postgres, &select, &sql);
	assert_int(server_run(sql.data), 2);
	text_release(&sql);
}

/* The other checks are worth something: the server does object. */
Test(own_types, a_server_that_is_asked_objects)
{
	server_needed();
	cr_assert_not(server_accepts("SELECT nothing FROM parcel"));
	assert_contains(server_message(), "nothing");
	cr_assert(server_accepts("SELECT code FROM parcel"));
}
