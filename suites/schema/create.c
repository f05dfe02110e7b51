/* SPDX-License-Identifier: MIT */
/* Models to tables, seen by a second connection to the same file. */
#include "fleet.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char path[] = "/tmp/rowan-schema-XXXXXX";
static struct rowan_engine *engine;
static struct rowan_error error;
static sqlite3 *witness;

static void open_file(void)
{
	char url[64];
	int file = mkstemp(path);

	cr_assert(file >= 0);
	close(file);
	snprintf(url, sizeof(url), "sqlite:///%s?journal_mode=wal", path);
	engine = rowan_engine_open(url, .error = &error);
	cr_assert(engine, "%s", error.message);
	cr_assert(sqlite3_open(path, &witness) == SQLITE_OK);
}

static void close_file(void)
{
	char side[sizeof(path) + 4];

	sqlite3_close(witness);
	rowan_engine_close(engine);
	unlink(path);
	snprintf(side, sizeof(side), "%s-wal", path);
	unlink(side);
	snprintf(side, sizeof(side), "%s-shm", path);
	unlink(side);
}

TestSuite(schema, .init = open_file, .fini = close_file, .timeout = 60);

/* The first column of all rows, one after another: "a b c". */
static const char *look(const char *sql)
{
	static char text[2048];
	sqlite3_stmt *statement;
	size_t at = 0;

	text[0] = '\0';
	cr_assert(sqlite3_prepare_v2(witness, sql, -1, &statement, NULL) == SQLITE_OK, "%s: %s",
		  sql, sqlite3_errmsg(witness));
	while (sqlite3_step(statement) == SQLITE_ROW)
		at += (size_t)snprintf(text + at, sizeof(text) - at, "%s%s", at ? " " : "",
				       (const char *)sqlite3_column_text(statement, 0));
	sqlite3_finalize(statement);
	return text;
}

static void change(const char *sql)
{
	cr_assert(sqlite3_exec(witness, sql, NULL, NULL, NULL) == SQLITE_OK, "%s: %s", sql,
		  sqlite3_errmsg(witness));
}

/* In the order in which they were made. */
static const char *tables(void)
{
	return look("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY rowid");
}

static const char *indexes(void)
{
	return look("SELECT name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL"
		    " ORDER BY name");
}

#define FLEET ROWAN_MODELS(&voyage_model, &ship_model, &sailor_model)

static void assert_done(int status)
{
	cr_assert(status == ROWAN_OK, "%s: %s (%s)", rowan_error_name(status), error.message,
		  error.database);
}

Test(schema, m24_m29_tables_are_made_in_the_order_of_their_foreign_keys)
{
	assert_done(rowan_create_all(engine, FLEET, &error));
	assert_text(tables(), "ships sailors voyages");
	assert_text(look("SELECT \"table\" || '.' || \"from\" FROM pragma_foreign_key_list('sailors')"
			 " ORDER BY 1"), "sailors.superior_id ships.ship_id");
}

Test(schema, m24_twice_is_once)
{
	char before[2048];

	assert_done(rowan_create_all(engine, FLEET, &error));
	snprintf(before, sizeof(before), "%s", look("SELECT sql FROM sqlite_schema ORDER BY rowid"));
	change("INSERT INTO ships (name) VALUES ('Beagle')");
	assert_done(rowan_create_all(engine, FLEET, &error));
	assert_text(look("SELECT sql FROM sqlite_schema ORDER BY rowid"), before);
	assert_text(look("SELECT name FROM ships"), "Beagle");
}

Test(schema, m24_what_exists_is_left_and_what_is_missing_is_made)
{
	change("CREATE TABLE voyages (id INTEGER PRIMARY KEY, ship_id INTEGER, goal TEXT, more TEXT)");
	assert_done(rowan_create_all(engine, FLEET, &error));
	assert_text(look("SELECT count(*) FROM pragma_table_info('voyages')"), "4");
	assert_text(indexes(), "ix_voyages_goal ix_voyages_ship_id");
	assert_text(tables(), "voyages ships sailors");
}

/* Deferred keys let rows refer to each other in a circle: ships, sailors, and sailors. */
Test(schema, m24_circles_work)
{
	assert_done(rowan_create_all(engine, FLEET, &error));
	change("PRAGMA foreign_keys = ON");
	change("BEGIN; PRAGMA defer_foreign_keys = ON;"
	       "INSERT INTO ships VALUES (1, 'Beagle', 1);"
	       "INSERT INTO sailors VALUES (1, 'FitzRoy', 1, NULL), (2, 'Darwin', 1, 1); COMMIT");
	cr_assert(sqlite3_exec(witness, "INSERT INTO sailors VALUES (3, '', 7, NULL)", NULL, NULL,
			       NULL) == SQLITE_CONSTRAINT);
	assert_done(rowan_drop_all(engine, FLEET, &error));
	assert_text(tables(), "");
}

Test(schema, m02_names_of_tables)
{
	assert_done(rowan_create_all(engine, ROWAN_MODELS(&Port_model), &error));
	assert_text(tables(), "port");
}

Test(schema, m10_indexes_are_in_the_catalogue)
{
	for (int i = 0; i < 2; i++) {
		assert_done(rowan_create_all(engine, FLEET, &error));
		assert_text(indexes(), "ix_voyages_goal ix_voyages_ship_id");
		assert_text(look("SELECT name FROM pragma_index_info('ix_voyages_ship_id')"), "ship_id");
		assert_done(rowan_drop_all(engine, FLEET, &error));
		assert_text(indexes(), "");
	}
}

Test(schema, m14_a_target_that_is_missing_is_named_before_anything_is_sent)
{
	struct rowan_engine_stats before = rowan_engine_stats(engine);

	assert_code(rowan_create_all(engine, ROWAN_MODELS(&Port_model, &voyage_model), &error),
		    ROWAN_MISUSE);
	assert_text(error.message, "voyages.ship_id refers to ships, which is not in the list");
	assert_code(rowan_create_all(engine, ROWAN_MODELS(&ship_model, &voyage_model), NULL),
		    ROWAN_MISUSE);
	assert_code(rowan_create_all(engine, ROWAN_MODELS(&sailor_model, &voyage_model), &error),
		    ROWAN_MISUSE);
	assert_text(error.message, "sailors.ship_id refers to ships, which is not in the list\n"
				   "voyages.ship_id refers to ships, which is not in the list");
	assert_int(rowan_engine_stats(engine).statements, before.statements);
	assert_text(tables(), "");
}

/* ---- mistakes ------------------------------------------------------------------------ */

struct twin { int64_t id; };
ROWAN_MODEL(twin, ROWAN_FIELDS(ROWAN_FIELD(twin, id, .primary_key = true)), .table = "PORT");

struct dock { int64_t id, crane_id; };
struct dock_crane { int64_t number; const char *id; };
ROWAN_MODEL(dock, ROWAN_FIELDS(
	ROWAN_FIELD(dock, id, .primary_key = true),
	ROWAN_FIELD(dock, crane_id, .index = true)));
ROWAN_MODEL(dock_crane, ROWAN_FIELDS(
	ROWAN_FIELD(dock_crane, number, .primary_key = true),
	ROWAN_FIELD(dock_crane, id, .index = true, .column = "ID")));

/* ix_dock_crane_id could be either: the second would never be made. */
Test(schema, m10_two_indexes_with_one_name_are_refused)
{
	assert_code(rowan_create_all(engine, ROWAN_MODELS(&dock_model, &dock_crane_model), &error),
		    ROWAN_MISUSE);
	assert_text(error.message, "the indexes of dock.crane_id and dock_crane.ID have the same name"
				   " ix_dock_crane_ID");
	assert_text(tables(), "");
}

Test(schema, lists_with_mistakes_are_refused)
{
	static const struct rowan_model none;

	assert_code(rowan_create_all(engine, NULL, &error), ROWAN_MISUSE);
	assert_text(error.message, "the list of models is NULL");
	assert_code(rowan_create_all(engine, ROWAN_MODELS(&Port_model, &none), &error), ROWAN_MISUSE);
	assert_text(error.message, "this is no model: define it with ROWAN_MODEL()");
	assert_code(rowan_create_all(engine, ROWAN_MODELS(&Port_model, &twin_model), &error),
		    ROWAN_MISUSE);
	assert_text(error.message, "Port and twin have the same table name \"PORT\"");
	assert_code(rowan_drop_all(engine, ROWAN_MODELS(&Port_model, &twin_model), NULL), ROWAN_MISUSE);
	assert_text(tables(), "");

	/* Nothing to do, and one model named twice, are fine. */
	assert_done(rowan_create_all(engine, ROWAN_MODELS(NULL), &error));
	assert_done(rowan_create_all(engine, ROWAN_MODELS(&Port_model, &Port_model), NULL));
	assert_text(tables(), "port");
}

/* ---- one transaction ------------------------------------------------------------------- */

static char last_statement[64];

static void remember(struct rowan_observer *self, const struct rowan_event *event)
{
	(void)self;
	if (event->kind == ROWAN_EVENT_STATEMENT)
		snprintf(last_statement, sizeof(last_statement), "%s", event->text);
}

/* An index cannot be made: nothing of the rest remains. */
Test(schema, a_failure_leaves_nothing_behind)
{
	struct rowan_observer observer = { .on_event = remember };

	change("CREATE TABLE voyages (id INTEGER PRIMARY KEY)");	/* has no column to index */
	rowan_engine_observe(engine, &observer);
	assert_code(rowan_create_all(engine, FLEET, &error), ROWAN_OPERATIONAL);
	assert_contains(error.database, "ship_id");
	assert_text(last_statement, "ROLLBACK");
	assert_text(tables(), "voyages");
	rowan_engine_unobserve(engine, &observer);

	/* The connection went back clean. */
	change("DROP TABLE voyages");
	assert_int(rowan_engine_stats(engine).in_use, 0);
	assert_done(rowan_create_all(engine, FLEET, &error));
}

/* A view stands in the way: the table that went before it is back. */
Test(schema, a_failure_drops_nothing)
{
	change("CREATE TABLE voyages (id INTEGER); CREATE VIEW sailors AS SELECT 1");
	assert_code(rowan_drop_all(engine, FLEET, &error), ROWAN_OPERATIONAL);
	assert_text(tables(), "voyages");
	assert_int(rowan_engine_stats(engine).in_use, 0);
}

Test(schema, dropping_what_is_not_there_is_fine)
{
	assert_done(rowan_drop_all(engine, FLEET, &error));
	assert_done(rowan_create_all(engine, FLEET, NULL));
	assert_done(rowan_drop_all(engine, FLEET, NULL));
	assert_text(tables(), "");
}

Test(schema, tables_that_others_refer_to_are_not_dropped)
{
	assert_done(rowan_create_all(engine, FLEET, &error));
	change("INSERT INTO ships (id, name) VALUES (1, 'Beagle')");
	change("INSERT INTO voyages VALUES (1, 1, 'Galapagos')");
	assert_code(rowan_drop_all(engine, ROWAN_MODELS(&sailor_model, &ship_model), &error),
		    ROWAN_FOREIGN_KEY);
	assert_text(tables(), "ships sailors voyages");
	assert_text(look("SELECT goal FROM voyages"), "Galapagos");
	assert_done(rowan_drop_all(engine, FLEET, &error));
	assert_text(tables(), "");
}
