/* SPDX-License-Identifier: MIT */
#include "own.h"

#include <stdio.h>
#include <string.h>

/* A real pgbouncer that gives each transaction another connection. */

static char pooled[256], warnings[1024];

static void open_pooler(void)
{
	need_own_server();
	snprintf(pooled, sizeof(pooled), "%s", own_server("pgbouncer up"));
}

static void close_pooler(void)
{
	own_server("pgbouncer down");
}

TestSuite(pooler, .init = open_pooler, .fini = close_pooler, .timeout = 60);

static void note_warning(void *context, const char *line)
{
	snprintf(context, sizeof(warnings), "%s", line);
}

Test(pooler, e05_it_is_found_out_and_no_place_to_change_tables)
{
	static const struct rowan_model *const none[] = { NULL };
	struct rowan_engine *engine = rowan_engine_open(pooled, .log = note_warning,
							.log_context = warnings);
	struct connection *held = checkout(engine, ROWAN_HERE);

	assert_int(connection_is_pooled(held), true);
	engine_checkin(held);
	assert_text(warnings, "");
	assert_ok(rowan_create_all(engine, none, NULL));
	assert_contains(warnings, "through a pooler");
	rowan_engine_close(engine);
}

Test(pooler, c5_a_time_out_among_the_servers_options_is_set_in_another_way)
{
	char url[512];
	struct rowan_engine *engine;
	struct connection *held;
	struct rowan_error error;

	snprintf(url, sizeof(url), "%s?options=-c%%20statement_timeout%%3D100", pooled);
	engine = rowan_engine_open(url);
	held = checkout(engine, ROWAN_HERE);
	for (int i = 0; i < 2; i++) {
		assert_code(run_sql(held, "SELECT pg_sleep(60)", ROWAN_HERE, &error), ROWAN_TIMEOUT);
		assert_text(error.sqlstate, "57014");
		assert_ok(run_sql(held, "SELECT 1", ROWAN_HERE, &error));
	}
	engine_checkin(held);
	rowan_engine_close(engine);

	/* Nothing of it stays with the server's sessions, which others use. */
	engine = rowan_engine_open(pooled);
	assert_int(read_alone(engine, "SELECT setting::bigint FROM pg_settings"
				      " WHERE name = 'statement_timeout'"), 0);
	rowan_engine_close(engine);
}

/* It is the transaction's, and what is rolled back there is a savepoint. */
Test(pooler, e07_in_a_sandbox_a_time_out_outlasts_a_rollback)
{
	struct rowan_engine *engine = rowan_engine_open(pooled, .statement_timeout_ms = 100);
	struct connection *held;
	struct rowan_error error;

	assert_ok(rowan_sandbox_begin(engine, &error));
	for (int i = 0; i < 3; i++) {
		held = checkout(engine, ROWAN_HERE);
		assert_code(run_sql(held, "SELECT pg_sleep(60)", ROWAN_HERE, &error), ROWAN_TIMEOUT);
		engine_checkin(held);	/* which rolls back */
	}
	assert_ok(rowan_sandbox_end(engine, &error));
	rowan_engine_close(engine);
}

Test(pooler, e05_connections_and_transactions_do_not_see_each_other)
{
	struct rowan_engine *engine = rowan_engine_open(pooled, .pool_size = 4);
	struct connection *held[4];
	struct rowan_error error;

	for (int i = 0; i < 4; i++)
		held[i] = checkout(engine, ROWAN_HERE);
	for (int round = 0; round < 20; round++) {
		for (int i = 0; i < 4; i++)
			assert_int(read_number(held[i], round % 2 ? "SELECT 1::bigint"
								  : "SELECT 2::bigint"),
				   round % 2 ? 1 : 2);
		assert_ok(connection_command(held[round % 4], "BEGIN", ROWAN_HERE, &error));
		assert_ok(run_sql(held[round % 4], "SET LOCAL work_mem = '77kB'", ROWAN_HERE, &error));
		assert_int(read_number(held[(round + 1) % 4],
				       "SELECT (current_setting('work_mem') = '77kB')::int::bigint"), 0);
		assert_ok(connection_command(held[round % 4], "COMMIT", ROWAN_HERE, &error));
	}
	for (int i = 0; i < 4; i++)
		engine_checkin(held[i]);
	rowan_engine_close(engine);
}
