/* SPDX-License-Identifier: MIT */
/* Tables in a schema, and keys that are added to them later. */
#include "golden.h"
#include "server.h"

static void run_both(const struct rowan_model *model, const struct rowan_model *later)
{
	const struct plan *plan = plan_for(model), *late = later ? plan_for(later) : NULL;
	struct text sql = { 0 };

	render_create_table(&dialect_sqlite, plan, NULL, 0, &sql);
	run_sql(sql.data);
	text_clear(&sql);
	render_create_table(&dialect_postgres, plan, &late, later ? 1 : 0, &sql);
	server_run(sql.data);
	text_release(&sql);
}

/* The schema is nobody else's: what is not committed is waited for. */
static void open_club(void)
{
	struct text sql = { 0 };

	open_tables();
	render_create_schema("club", &sql);
	server_run(sql.data);
	text_release(&sql);
	run_both(&team_model, &player_model);
	run_both(&player_model, NULL);
}

TestSuite(schemas, .init = open_club, .fini = close_tables, .timeout = 60);

Test(schemas, m03_queries_name_the_schema)
{
	const struct query_case rows[] = {
		{ rowan_select(player, .where = rowan_eq(PLAYER(team_id), 1)),
		  "SELECT `id`, `team_id` FROM `player` WHERE `team_id` = ?1",
		  "SELECT `id`, `team_id` FROM `club`.`player` WHERE `team_id` = $1" },
	};
	const struct query_case counts[] = {
		{ rowan_select(player), "SELECT count(*) FROM `player`",
		  "SELECT count(*) FROM `club`.`player`" },
	};
	const struct select_join team = { relation_of(&player_model, 0), -1 };

	ASSERT_QUERIES(SELECT_ROWS, rows);
	ASSERT_QUERIES(SELECT_COUNT, counts);
	assert_joined(rowan_select(player), &team, 1,
		"SELECT t0.`id`, t0.`team_id`, t1.`id`, t1.`name`, t1.`captain_id` FROM `player` AS t0"
		" LEFT JOIN `team` AS t1 ON t1.`id` = t0.`team_id`",
		"SELECT t0.`id`, t0.`team_id`, t1.`id`, t1.`name`, t1.`captain_id`"
		" FROM `club`.`player` AS t0"
		" LEFT JOIN `club`.`team` AS t1 ON t1.`id` = t0.`team_id`");
}

Test(schemas, m03_statements_by_key_name_the_schema)
{
	const struct plan *plan = plan_for(&player_model);
	struct text sql = { 0 };

	render_get(&dialect_sqlite, plan, &sql);
	assert_sql(&dialect_sqlite, &sql, "SELECT `id`, `team_id` FROM `player` WHERE `id` = ?1");
	render_get(&dialect_postgres, plan, &sql);
	assert_sql(&dialect_postgres, &sql,
		   "SELECT `id`, `team_id` FROM `club`.`player` WHERE `id` = $1");
	render_exists(&dialect_postgres, plan, plan->keys, 1, &sql);
	assert_sql(&dialect_postgres, &sql,
		   "SELECT 1 FROM `club`.`player` WHERE `id` = $1 LIMIT 1");
	render_related(&dialect_postgres, relation_of(&team_model, 0), NULL, true, &sql);
	assert_sql(&dialect_postgres, &sql,
		   "SELECT `id`, `team_id` FROM `club`.`player` WHERE `team_id` = ANY($1::bigint[])");
}

Test(schemas, m03_writing_names_the_schema)
{
	static const uint16_t team_id[] = { 1 };
	const struct rowan_query some = rowan_select(player, .where = rowan_eq(PLAYER(team_id), 1));
	const struct plan *plan = plan_for(&player_model);
	struct rowan_error error;
	struct select select;
	struct text sql = { 0 };

	render_insert(&dialect_sqlite, plan, team_id, 1, 1, RETURNING_KEYS, &sql);
	assert_sql(&dialect_sqlite, &sql, "INSERT INTO `player` (`team_id`) VALUES (?1)");
	render_insert(&dialect_postgres, plan, team_id, 1, 1, RETURNING_KEYS, &sql);
	assert_sql(&dialect_postgres, &sql,
		   KEY("INSERT INTO `club`.`player` (`team_id`) VALUES ($1)", "id", "$2"));
	render_update(&dialect_sqlite, plan, team_id, 1, false, RETURNING_COUNT, &sql);
	assert_sql(&dialect_sqlite, &sql, "UPDATE `player` SET `team_id` = ?1 WHERE `id` = ?2");
	render_update(&dialect_postgres, plan, team_id, 1, false, RETURNING_COUNT, &sql);
	assert_sql(&dialect_postgres, &sql,
		   COUNTED("UPDATE `club`.`player` SET `team_id` = $1 WHERE `id` = $2", "$3"));
	render_update(&dialect_postgres, plan, team_id, 1, true, RETURNING_COUNT, &sql);
	assert_sql(&dialect_postgres, &sql, COUNTED(
		"UPDATE `club`.`player` AS t0 SET `team_id` = v.c0"
		" FROM unnest($1::bigint[], $2::bigint[]) AS v (c0, c1) WHERE t0.`id` = v.c1", "$3"));
	render_delete(&dialect_sqlite, plan, false, RETURNING_COUNT, &sql);
	assert_sql(&dialect_sqlite, &sql, "DELETE FROM `player` WHERE `id` = ?1");
	render_delete(&dialect_postgres, plan, false, RETURNING_COUNT, &sql);
	assert_sql(&dialect_postgres, &sql,
		   COUNTED("DELETE FROM `club`.`player` WHERE `id` = $1", "$2"));
	assert_ok(select_check(&select, SELECT_DELETE, &some, &error));
	render_delete_where(&dialect_postgres, &select, &sql);
	assert_sql(&dialect_postgres, &sql, "DELETE FROM `club`.`player` WHERE `team_id` = $1");
}

/* Constraints and indexes are where their table is: their names have no schema. */
Test(schemas, m03_m24_tables_and_keys_that_come_later)
{
	const struct plan *team = plan_for(&team_model), *player = plan_for(&player_model);
	struct text sql = { 0 };

	render_create_schema("club \"7\"", &sql);
	assert_sql(&dialect_postgres, &sql, "CREATE SCHEMA `club ``7```");
	render_create_table(&dialect_postgres, team, &player, 1, &sql);
	assert_sql(&dialect_postgres, &sql,
		"CREATE TABLE IF NOT EXISTS `club`.`team` (`id` bigint GENERATED BY DEFAULT AS IDENTITY"
		" NOT NULL, `name` text NOT NULL, `captain_id` bigint,"
		" CONSTRAINT `pk_team` PRIMARY KEY (`id`), CONSTRAINT `uq_team_name` UNIQUE (`name`))");
	render_create_table(&dialect_sqlite, team, NULL, 0, &sql);
	assert_sql(&dialect_sqlite, &sql,
		"CREATE TABLE IF NOT EXISTS `team` (`id` INTEGER NOT NULL, `name` TEXT NOT NULL,"
		" `captain_id` INTEGER, CONSTRAINT `pk_team` PRIMARY KEY (`id`),"
		" CONSTRAINT `uq_team_name` UNIQUE (`name`), CONSTRAINT `fk_team_captain_id`"
		" FOREIGN KEY (`captain_id`) REFERENCES `player` (`id`)) STRICT");
	render_create_table(&dialect_postgres, player, NULL, 0, &sql);
	assert_sql(&dialect_postgres, &sql,
		"CREATE TABLE IF NOT EXISTS `club`.`player` (`id` bigint GENERATED BY DEFAULT AS"
		" IDENTITY NOT NULL, `team_id` bigint NOT NULL,"
		" CONSTRAINT `pk_player` PRIMARY KEY (`id`), CONSTRAINT `fk_player_team_id`"
		" FOREIGN KEY (`team_id`) REFERENCES `club`.`team` (`id`))");
	render_add_key(&dialect_postgres, &team->foreign_keys[0], &sql);
	assert_sql(&dialect_postgres, &sql,
		"ALTER TABLE `club`.`team` ADD CONSTRAINT `fk_team_captain_id`"
		" FOREIGN KEY (`captain_id`) REFERENCES `club`.`player` (`id`)");
	render_create_index(&dialect_postgres, player, &player->indexes[0], &sql);
	assert_sql(&dialect_postgres, &sql, "CREATE INDEX IF NOT EXISTS `ix_player_team_id`"
					    " ON `club`.`player` (`team_id`)");
}

Test(schemas, m24_dropping)
{
	const struct plan *team = plan_for(&team_model), *player = plan_for(&player_model);
	struct text sql = { 0 };

	render_drop_key(&dialect_postgres, &team->foreign_keys[0], &sql);
	assert_sql(&dialect_postgres, &sql, "ALTER TABLE IF EXISTS `club`.`team`"
					    " DROP CONSTRAINT IF EXISTS `fk_team_captain_id`");
	render_drop_table(&dialect_postgres, player, &sql);
	assert_sql(&dialect_postgres, &sql, "DROP TABLE IF EXISTS `club`.`player`");
	render_drop_table(&dialect_sqlite, player, &sql);
	assert_sql(&dialect_sqlite, &sql, "DROP TABLE IF EXISTS `player`");
}

/* Of what create_all() asks the server. */
Test(schemas, m03_what_exists_is_found)
{
	struct text sql = { 0 };

	server_needed();
	text_addf(&sql, "PREPARE find_schema AS %s", dialect_postgres.find_schema);
	server_run(sql.data);
	text_clear(&sql);
	text_addf(&sql, "PREPARE find_table AS %s", dialect_postgres.find_table);
	server_run(sql.data);
	text_release(&sql);
	assert_int(server_run("EXECUTE find_schema ('club')"), 1);
	assert_int(server_run("EXECUTE find_schema ('Club')"), -1);
	assert_int(server_run("EXECUTE find_table ('club', 'team')"), 1);
	assert_int(server_run("EXECUTE find_table ('club', 'owner')"), -1);
	assert_int(server_run("EXECUTE find_table (NULL, 'owner')"), 1);
	assert_int(server_run("EXECUTE find_table (NULL, 'team')"), -1);
	assert_int(server_run(dialect_postgres.lock_change), 0);
}
