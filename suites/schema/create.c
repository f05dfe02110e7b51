/* SPDX-License-Identifier: MIT */
/* Models to tables. */
#include "database.h"
#include "fleet.h"

#include <stdio.h>

TestSuite(schema, .init = open_database, .fini = close_database, .timeout = 60);

Test(schema, m24_m29_tables_are_made_in_the_order_of_their_foreign_keys)
{
	assert_done(rowan_create_all(engine, FLEET, &error));
	assert_text(look(witness->tables), "ships sailors voyages");
	assert_text(look(witness->keys), "sailors.ship_id>ships sailors.superior_id>sailors"
					 " ships.captain_id>sailors voyages.ship_id>ships");
}

Test(schema, m24_twice_is_once)
{
	char before[4096];

	assert_done(rowan_create_all(engine, FLEET, &error));
	snprintf(before, sizeof(before), "%s", look(witness->everything));
	change("INSERT INTO ships (name) VALUES ('Beagle')");
	assert_done(rowan_create_all(engine, FLEET, &error));
	assert_text(look(witness->everything), before);
	assert_text(look("SELECT name FROM ships"), "Beagle");
}

Test(schema, m24_what_exists_is_left_and_what_is_missing_is_made)
{
	change("CREATE TABLE voyages (id INTEGER PRIMARY KEY, ship_id INTEGER, goal TEXT, more TEXT)");
	assert_done(rowan_create_all(engine, FLEET, &error));
	assert_text(look(witness->indexes), "ix_voyages_goal ix_voyages_ship_id");
	assert_text(look(witness->tables), "voyages ships sailors");
	assert_contains(look(witness->columns), "goal:text? more:text? id:");
	assert_lacks(look(witness->keys), "voyages");
}

Test(schema, m02_names_of_tables)
{
	assert_done(rowan_create_all(engine, ROWAN_MODELS(&Port_model), &error));
	assert_text(look(witness->tables), "port");
}

Test(schema, m10_indexes_are_in_the_catalogue)
{
	for (int i = 0; i < 2; i++) {
		assert_done(rowan_create_all(engine, FLEET, &error));
		assert_text(look(witness->indexes), "ix_voyages_goal ix_voyages_ship_id");
		assert_done(rowan_drop_all(engine, FLEET, &error));
		assert_text(look(witness->indexes), "");
	}
}

Test(schema, dropping_what_is_not_there_is_fine)
{
	assert_done(rowan_drop_all(engine, FLEET, &error));
	assert_done(rowan_create_all(engine, FLEET, NULL));
	assert_done(rowan_drop_all(engine, FLEET, NULL));
	assert_text(look(witness->tables), "");
}

Test(schema, tables_that_others_refer_to_are_not_dropped)
{
	int status;

	assert_done(rowan_create_all(engine, FLEET, &error));
	change("INSERT INTO ships (id, name) VALUES (1, 'Beagle')");
	change("INSERT INTO voyages VALUES (1, 1, 'Galapagos')");
	status = rowan_drop_all(engine, ROWAN_MODELS(&sailor_model, &ship_model), &error);
	assert_int(status, runs_on("postgresql") ? ROWAN_OPERATIONAL : ROWAN_FOREIGN_KEY);
	assert_text(look(witness->tables), "ships sailors voyages");
	assert_text(look("SELECT goal FROM voyages"), "Galapagos");
	assert_contains(look(witness->keys), "ships.captain_id>sailors");
	assert_done(rowan_drop_all(engine, FLEET, &error));
	assert_text(look(witness->tables), "");
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
	assert_text(error.table, "voyages");
	assert_contains(error.message, "voyages: ");
	assert_contains(error.message, "ship_id");
	assert_text(last_statement, "ROLLBACK");
	assert_text(look(witness->tables), "voyages");
	rowan_engine_unobserve(engine, &observer);

	/* The connection went back clean. */
	change("DROP TABLE voyages");
	assert_int(rowan_engine_stats(engine).in_use, 0);
	assert_done(rowan_create_all(engine, FLEET, &error));
}

/* A view stands in the way: the table that went before it is back. */
Test(schema, a_failure_drops_nothing)
{
	change("CREATE TABLE voyages (id INTEGER)");
	change("CREATE VIEW sailors AS SELECT 1 AS one");
	assert_code(rowan_drop_all(engine, FLEET, &error), ROWAN_OPERATIONAL);
	assert_text(error.table, "sailors");
	assert_contains(error.message, "sailors: ");
	assert_text(look(witness->tables), "voyages");
	assert_int(rowan_engine_stats(engine).in_use, 0);
}

Test(schema, a_database_that_cannot_be_reached_is_reported)
{
	rowan_engine_close(engine);
	engine = rowan_engine_open(runs_on("postgresql") ? "postgresql://nobody@127.0.0.1:1/none"
						 : "sqlite:////nowhere/at/all.db");
	cr_assert(engine);
	assert_code(rowan_create_all(engine, FLEET, &error), ROWAN_OPERATIONAL);
	assert_code(rowan_drop_all(engine, FLEET, NULL), ROWAN_OPERATIONAL);
}
