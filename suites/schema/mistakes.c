/* SPDX-License-Identifier: MIT */
/* Lists of models that nothing is made of: said before anything is sent. */
#include "database.h"
#include "fleet.h"

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
	assert_text(look(witness->tables), "");
}

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
	assert_text(error.message, "ix_dock_crane_ID is the name of a table or an index of dock,"
				   " and of one of dock_crane");
	assert_text(look(witness->tables), "");
}

struct buoy { int64_t id; };
struct light { int64_t id; };
ROWAN_MODEL(buoy, ROWAN_FIELDS(ROWAN_FIELD(buoy, id, .primary_key = true)),
	    ROWAN_INDEXES(ROWAN_INDEX(buoy, (id), .name = "light")));
ROWAN_MODEL(light, ROWAN_FIELDS(ROWAN_FIELD(light, id, .primary_key = true)),
	    ROWAN_INDEXES(ROWAN_INDEX(light, (id), .name = "pk_light")));

Test(schema, m12_an_index_with_the_name_of_a_table_or_a_key_is_refused)
{
	assert_code(rowan_create_all(engine, ROWAN_MODELS(&buoy_model, &light_model), &error),
		    ROWAN_MISUSE);
	assert_contains(error.message, "light is the name of a table or an index of buoy");
	assert_code(rowan_create_all(engine, ROWAN_MODELS(&light_model), &error), ROWAN_MISUSE);
	assert_contains(error.message, "pk_light is the name of a table or an index of light");
	assert_text(look(witness->tables), "");
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
	assert_text(look(witness->tables), "");

	/* Nothing to do, and one model named twice, are fine. */
	assert_done(rowan_create_all(engine, ROWAN_MODELS(NULL), &error));
	assert_done(rowan_create_all(engine, ROWAN_MODELS(&Port_model, &Port_model), NULL));
	assert_text(look(witness->tables), "port");
}
