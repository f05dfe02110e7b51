/* SPDX-License-Identifier: MIT */
/* Keys of several columns, one of them of a type of its own. */
#include "golden.h"
#include "server.h"

struct spot {
	struct rowan_uuid region;
	int32_t row;
	const char *code;
	const char *name;
	ROWAN_MANY(struct box) boxes, seen;
};

struct box {
	int64_t id;
	struct rowan_uuid region;
	struct rowan_opt_int32 row;
	const char *code;
	ROWAN_ONE(struct spot) spot;
};

struct sight {
	struct rowan_uuid region;
	int32_t row;
	const char *code;
	int64_t box_id;
};
extern const struct rowan_model spot_model, box_model, sight_model;

ROWAN_MODEL(spot,
	ROWAN_FIELDS(
		ROWAN_FIELD(spot, region, .primary_key = true),
		ROWAN_FIELD(spot, row, .primary_key = true),
		ROWAN_FIELD(spot, code, .primary_key = true, .postgres_type = "varchar(9)"),
		ROWAN_FIELD(spot, name)),
	ROWAN_RELATIONS(
		ROWAN_TO_MANY(spot, boxes, box),
		ROWAN_TO_MANY(spot, seen, box, .through = &sight_model)));

ROWAN_MODEL(box,
	ROWAN_FIELDS(
		ROWAN_FIELD(box, id, .primary_key = true),
		ROWAN_FIELD(box, region),
		ROWAN_FIELD(box, row),
		ROWAN_FIELD(box, code, .nullable = true, .postgres_type = "varchar(9)")),
	ROWAN_FOREIGN_KEYS(ROWAN_FOREIGN_KEY(box, (region, row, code), spot, (region, row, code),
					     .on_delete = ROWAN_ON_DELETE_RESTRICT)),
	ROWAN_RELATIONS(ROWAN_TO_ONE(box, spot, spot)));

ROWAN_MODEL(sight,
	ROWAN_FIELDS(
		ROWAN_FIELD(sight, region, .primary_key = true),
		ROWAN_FIELD(sight, row, .primary_key = true),
		ROWAN_FIELD(sight, code, .primary_key = true, .postgres_type = "varchar(9)"),
		ROWAN_FIELD(sight, box_id, .primary_key = true, .foreign_key = ROWAN_KEY(box, id))),
	ROWAN_FOREIGN_KEYS(ROWAN_FOREIGN_KEY(sight, (region, row, code), spot, (region, row, code),
					     .name = "seen_at")));

/* On the server without its keys to a later one. */
static void make(const struct rowan_model *model, const struct rowan_model *later)
{
	const struct plan *late = later ? plan_for(later) : NULL;
	struct text sql = { 0 };

	render_create_table(&dialect_sqlite, plan_for(model), NULL, 0, &sql);
	run_sql(sql.data);
	text_clear(&sql);
	render_create_table(&dialect_postgres, plan_for(model), &late, later ? 1 : 0, &sql);
	server_run(sql.data);
	text_release(&sql);
}

static void open_spots(void)
{
	open_tables();
	make(&spot_model, NULL);
	make(&box_model, &spot_model);
	make(&sight_model, NULL);
}

TestSuite(keys, .init = open_spots, .fini = close_tables, .timeout = 60);

Test(keys, m14_tables)
{
	struct text sql = { 0 };

	render_create_table(&dialect_sqlite, plan_for(&sight_model), NULL, 0, &sql);
	assert_sql(&dialect_sqlite, &sql,
		"CREATE TABLE IF NOT EXISTS `sight` (`region` BLOB NOT NULL, `row` INTEGER NOT NULL,"
		" `code` TEXT NOT NULL, `box_id` INTEGER NOT NULL,"
		" CONSTRAINT `pk_sight` PRIMARY KEY (`region`, `row`, `code`, `box_id`),"
		" CONSTRAINT `fk_sight_box_id` FOREIGN KEY (`box_id`) REFERENCES `box` (`id`),"
		" CONSTRAINT `seen_at` FOREIGN KEY (`region`, `row`, `code`)"
		" REFERENCES `spot` (`region`, `row`, `code`)) STRICT");
	render_add_key(&dialect_postgres, &plan_for(&box_model)->foreign_keys[0], &sql);
	assert_sql(&dialect_postgres, &sql,
		"ALTER TABLE `box` ADD CONSTRAINT `fk_box_region_row_code`"
		" FOREIGN KEY (`region`, `row`, `code`) REFERENCES `spot` (`region`, `row`, `code`)"
		" ON DELETE RESTRICT");
}

#define BOX "`id`, `region`, `row`, "
#define T0_BOX "t0.`id`, t0.`region`, t0.`row`, "

Test(keys, l02_rows_of_one_key_and_of_many)
{
	const struct relation *boxes = relation_of(&spot_model, 0);
	struct text sql = { 0 };

	render_related(&dialect_sqlite, boxes, NULL, false, &sql);
	assert_sql(&dialect_sqlite, &sql, "SELECT " BOX "`code` FROM `box`"
		   " WHERE `region` = ?1 AND `row` = ?2 AND `code` = ?3");
	render_related(&dialect_sqlite, boxes, NULL, true, &sql);
	assert_sql(&dialect_sqlite, &sql, "SELECT " BOX "`code` FROM `box`"
		   " WHERE (`region`, `row`, `code`) IN (WITH RECURSIVE"
		   " v0(n, c) AS MATERIALIZED (SELECT 0, substr(?1, 1, 16) UNION ALL"
		   " SELECT n + 1, substr(?1, n * 16 + 17, 16) FROM v0 WHERE n * 16 + 16 < length(?1)),"
		   " v1(n, c) AS MATERIALIZED (SELECT key, value FROM json_each(?2)),"
		   " v2(n, c) AS MATERIALIZED (SELECT key, value FROM json_each(?3))"
		   " SELECT +v0.c, +v1.c, +v2.c FROM v0 JOIN v1 ON v1.n = v0.n JOIN v2 ON v2.n = v0.n)");
	render_related(&dialect_postgres, boxes, NULL, true, &sql);
	assert_sql(&dialect_postgres, &sql, "SELECT " BOX "CAST(`code` AS text) FROM `box`"
		   " WHERE (`region`, `row`, `code`) IN (SELECT v.c0, v.c1, CAST(v.c2 AS varchar)"
		   " FROM unnest($1::uuid[], $2::integer[], $3::text[]) AS v (c0, c1, c2))");
}

Test(keys, l02_through_a_link_with_a_limit)
{
	const struct rowan_query few = rowan_select(box, .limit = 2);
	struct select select = { 0 };
	struct text sql = { 0 };

	assert_ok(select_check(&select, SELECT_ROWS, &few, NULL));
	render_related(&dialect_postgres, relation_of(&spot_model, 1), &select, false, &sql);
	assert_sql(&dialect_postgres, &sql, "SELECT " T0_BOX "CAST(t0.`code` AS text),"
		   " t0.rowan_key0, t0.rowan_key1, t0.rowan_key2 FROM (SELECT " T0_BOX "t0.`code`,"
		   " l0.`region` AS rowan_key0, l0.`row` AS rowan_key1,"
		   " CAST(l0.`code` AS text) AS rowan_key2, row_number() OVER"
		   " (PARTITION BY l0.`region`, l0.`row`, l0.`code`) AS rowan_n FROM `sight` AS l0"
		   " JOIN `box` AS t0 ON t0.`id` = l0.`box_id` WHERE l0.`region` = $1 AND l0.`row` = $2"
		   " AND l0.`code` = CAST($3::text AS varchar)) AS t0"
		   " WHERE t0.rowan_n > $4 AND t0.rowan_n <= $5 ORDER BY t0.rowan_n");
}

Test(keys, l03_joined)
{
	const struct select_join spot = { relation_of(&box_model, 0), -1 };

	assert_joined(rowan_select(box), &spot, 1,
		"SELECT " T0_BOX "t0.`code`, t1.`region`, t1.`row`, t1.`code`, t1.`name` FROM `box` AS t0"
		" LEFT JOIN `spot` AS t1 ON t1.`region` = t0.`region` AND t1.`row` = t0.`row`"
		" AND t1.`code` = t0.`code`",
		"SELECT " T0_BOX "CAST(t0.`code` AS text), t1.`region`, t1.`row`,"
		" CAST(t1.`code` AS text), t1.`name` FROM `box` AS t0"
		" LEFT JOIN `spot` AS t1 ON t1.`region` = t0.`region` AND t1.`row` = t0.`row`"
		" AND t1.`code` = t0.`code`");
}
