/* SPDX-License-Identifier: MIT */
#include "engine/engine.h"

#include "bank.h"
#include "places.h"

const char *place_url;

/* Warnings are asked of a counter; a test's output is its failures. */
static void discard(void *context, const char *line)
{
	(void)context;
	(void)line;
}

void open_place(void)
{
	struct rowan_error error;

	need_engine();
	place_url = rowan_test_database(&error);
	cr_assert_not_null(place_url, "%s", error.message);
	engine = rowan_engine_open(place_url, .pool_size = 10, .log = discard, .error = &error);
	cr_assert_not_null(engine, "%s", error.message);
	cr_assert_eq(rowan_create_all(engine, sample_models, &error), ROWAN_OK, "%s",
		     error.message);
	cr_assert_eq(rowan_create_all(engine, bank_models, &error), ROWAN_OK, "%s",
		     error.message);
	session = rowan_session_open(engine);
}

void close_place(void)
{
	rowan_session_close(session);
	rowan_engine_close(engine);
	rowan_test_database_drop(place_url);
}

void execute(const char *sql)
{
	struct connection *connection;
	struct rowan_error error;

	cr_assert_eq(engine_checkout(engine, ROWAN_HERE, &connection, &error), ROWAN_OK, "%s",
		     error.message);
	cr_assert_eq(connection_execute(connection, sql, ROWAN_HERE, &error), ROWAN_OK,
		     "%s: %s", sql, error.message);
	engine_checkin(connection);
}
