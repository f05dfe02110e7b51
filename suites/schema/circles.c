/* SPDX-License-Identifier: MIT */
/* Tables that refer to each other. */
#include "database.h"
#include "fleet.h"

#include <stdio.h>

Test(schema, m24_circles_are_closed)
{
	assert_done(rowan_create_all(engine, FLEET, &error));
	change("INSERT INTO ships VALUES (1, 'Beagle', NULL)");
	change("INSERT INTO sailors VALUES (1, 'FitzRoy', 1, NULL), (2, 'Darwin', 1, 1)");
	change("UPDATE ships SET captain_id = 1");
	assert_refused("UPDATE ships SET captain_id = 7");
	assert_refused("INSERT INTO sailors VALUES (3, '', 7, NULL)");
	assert_refused("INSERT INTO sailors VALUES (3, '', NULL, 7)");
	assert_done(rowan_drop_all(engine, FLEET, &error));
	assert_text(look(witness->tables), "");
}

/* In whatever order the tables are named. */
Test(schema, m24_circles_in_any_order)
{
	const struct rowan_model *const *orders[] = {
		ROWAN_MODELS(&ship_model, &sailor_model),
		ROWAN_MODELS(&sailor_model, &ship_model),
	};

	for (size_t made = 0; made < 2; made++) {
		for (size_t dropped = 0; dropped < 2; dropped++) {
			assert_done(rowan_create_all(engine, orders[made], &error));
			assert_done(rowan_create_all(engine, orders[dropped], &error));
			assert_text(look(witness->keys),
				    "sailors.ship_id>ships sailors.superior_id>sailors"
				    " ships.captain_id>sailors");
			assert_done(rowan_drop_all(engine, orders[dropped], &error));
			assert_text(look(witness->tables), "");
		}
	}
}

/* Somebody made it without its key: that is how it is meant to be. */
Test(schema, m24_a_table_that_exists_gets_no_key)
{
	change("CREATE TABLE ships (id INTEGER PRIMARY KEY, name TEXT, captain_id INTEGER)");
	assert_done(rowan_create_all(engine, FLEET, &error));
	assert_text(look(witness->keys), "sailors.ship_id>ships sailors.superior_id>sailors"
					 " voyages.ship_id>ships");
	assert_done(rowan_drop_all(engine, FLEET, &error));
}

/* What is half there is completed. */
Test(schema, m24_half_a_circle_is_completed)
{
	char whole[4096];

	assert_done(rowan_create_all(engine, FLEET, &error));
	snprintf(whole, sizeof(whole), "%s", look(witness->keys));
	change(runs_on("postgresql") ? "DROP TABLE sailors CASCADE" : "DROP TABLE sailors");
	assert_done(rowan_create_all(engine, FLEET, &error));
	assert_contains(look(witness->keys), "sailors.ship_id>ships");
	change(runs_on("postgresql") ? "DROP TABLE ships CASCADE" : "DROP TABLE ships");
	assert_done(rowan_create_all(engine, FLEET, &error));
	assert_contains(look(witness->keys), "ships.captain_id>sailors");
	assert_done(rowan_drop_all(engine, FLEET, &error));
	assert_text(look(witness->tables), "");
	assert_done(rowan_create_all(engine, FLEET, &error));
	assert_text(look(witness->keys), whole);
}

/* Only keys between these tables are touched: another's keeps its table. */
Test(schema, m24_keys_of_other_tables_are_left)
{
	assert_done(rowan_create_all(engine, FLEET, &error));
	change("CREATE TABLE flags (ship_id BIGINT REFERENCES ships (id))");
	change("INSERT INTO ships VALUES (1, 'Beagle', NULL)");
	change("INSERT INTO flags VALUES (1)");
	cr_assert(rowan_drop_all(engine, FLEET, &error) < 0);
	assert_text(look(witness->tables), "ships sailors voyages flags");
	assert_contains(look(witness->keys), "flags.ship_id>ships");
	assert_contains(look(witness->keys), "ships.captain_id>sailors");
	change("DROP TABLE flags");
	assert_done(rowan_drop_all(engine, FLEET, &error));
}

/* ---- keys of several columns --------------------------------------------------------- */

/* A deck has a bell, a bell hangs on a deck; a deck lies above another one of its ship. */
struct deck {
	int64_t ship, level;
	const char *name;
	struct rowan_opt_int64 bell_number;
	const char *above;
};
struct bell {
	int64_t ship, number;
	struct rowan_opt_int64 level;
};
extern const struct rowan_model deck_model, bell_model;

ROWAN_MODEL(deck,
	ROWAN_FIELDS(
		ROWAN_FIELD(deck, ship, .primary_key = true),
		ROWAN_FIELD(deck, level, .primary_key = true),
		ROWAN_FIELD(deck, name),
		ROWAN_FIELD(deck, bell_number),
		ROWAN_FIELD(deck, above, .nullable = true)),
	ROWAN_INDEXES(ROWAN_INDEX(deck, (ship, name), .unique = true)),
	ROWAN_FOREIGN_KEYS(
		ROWAN_FOREIGN_KEY(deck, (ship, bell_number), bell, (ship, number)),
		ROWAN_FOREIGN_KEY(deck, (ship, above), deck, (ship, name))));

ROWAN_MODEL(bell,
	ROWAN_FIELDS(
		ROWAN_FIELD(bell, ship, .primary_key = true),
		ROWAN_FIELD(bell, number, .primary_key = true),
		ROWAN_FIELD(bell, level)),
	ROWAN_FOREIGN_KEYS(
		ROWAN_FOREIGN_KEY(bell, (ship, level), deck, (ship, level))));

/* On PostgreSQL an index is made after its table, and before the keys that go by it. */
Test(schema, m14_m24_circles_of_keys_of_several_columns)
{
	const struct rowan_model *const *models = ROWAN_MODELS(&deck_model, &bell_model);

	for (int i = 0; i < 2; i++) {
		assert_done(rowan_create_all(engine, models, &error));
		assert_done(rowan_create_all(engine, models, &error));
		change("INSERT INTO deck VALUES (1, 1, 'orlop', NULL, NULL), (1, 2, 'gun', NULL, 'orlop')");
		change("INSERT INTO bell VALUES (1, 7, 2)");
		change("UPDATE deck SET bell_number = 7");
		assert_refused("INSERT INTO bell VALUES (2, 7, 2)");
		assert_refused("INSERT INTO deck VALUES (2, 1, 'orlop', 7, NULL)");
		assert_refused("INSERT INTO deck VALUES (2, 1, 'orlop', NULL, 'gun')");
		assert_done(rowan_drop_all(engine, models, &error));
		assert_text(look(witness->tables), "");
	}
}

Test(schema, m14_a_target_of_several_columns_is_named)
{
	assert_code(rowan_create_all(engine, ROWAN_MODELS(&bell_model), &error), ROWAN_MISUSE);
	assert_text(error.message, "bell (ship, level) refers to deck, which is not in the list");
}
