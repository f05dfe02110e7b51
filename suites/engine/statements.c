/* SPDX-License-Identifier: MIT */
#include "work.h"

#include <stdio.h>
#include <string.h>

static struct rowan_engine *engine;
static struct connection *connection;
static struct rowan_error error;

static void open_engine(void)
{
	engine = rowan_engine_open("sqlite://", .statement_cache = 4);
	cr_assert(engine);
	connection = checkout(engine, ROWAN_HERE);
}

static void close_engine(void)
{
	engine_checkin(connection);
	rowan_engine_close(engine);
}

TestSuite(statements, .init = open_engine, .fini = close_engine, .timeout = 20);

static void run_number(int number)
{
	char sql[32];

	snprintf(sql, sizeof(sql), "SELECT %d", number);
	assert_ok(run_sql(connection, sql, ROWAN_HERE, &error));
}

/* How many of these the runs below had to prepare. */
static int64_t prepares(void)
{
	return (int64_t)rowan_engine_stats(engine).prepares;
}

Test(statements, a_second_run_prepares_nothing)
{
	for (int i = 0; i < 100; i++)
		run_number(1);
	assert_int(prepares(), 1);
	assert_int(rowan_engine_stats(engine).statements, 100);

	for (int i = 0; i < 100; i++)
		run_number(i % 4);
	assert_int(prepares(), 4);
	assert_int(connection->statement_count, 4);
}

Test(statements, the_one_not_used_for_longest_has_to_go)
{
	for (int i = 0; i < 4; i++)
		run_number(i);
	run_number(0);
	run_number(4);
	assert_int(prepares(), 5);
	assert_int(connection->statement_count, 4);
	run_number(0);
	run_number(2);
	run_number(3);
	assert_int(prepares(), 5);
	run_number(1);
	assert_int(prepares(), 6);
}

Test(statements, thousands_of_shapes_leave_only_the_last_ones)
{
	for (int i = 0; i < 5000; i++)
		run_number(i);
	assert_int(connection->statement_count, 4);
	assert_int(prepares(), 5000);
	for (int i = 4996; i < 5000; i++)
		run_number(i);
	assert_int(prepares(), 5000);
}

static int render(void *context, struct text *sql, struct rowan_error *failure)
{
	(void)failure;
	text_add(sql, context);
	return ROWAN_OK;
}

Test(statements, a_shape_too_long_is_prepared_each_time_and_not_kept)
{
	char sql[] = "SELECT 1";
	struct shape shape = { .overflow = true };

	for (int i = 0; i < 3; i++) {
		struct statement *statement;
		struct execution run;

		assert_ok(connection_statement(connection, &shape, render, sql, &statement, &error));
		execution_begin(&run, connection, statement, ROWAN_HERE, &error);
		assert_int(execution_step(&run), DRIVER_ROW);
		assert_ok(execution_end(&run, ROWAN_OK));
	}
	assert_int(prepares(), 3);
	assert_int(connection->statement_count, 0);
	cr_assert(!connection->transients);
}

Test(statements, one_that_is_being_executed_is_neither_used_twice_nor_evicted)
{
	struct statement *outer, *inner;
	struct execution run, nested;

	assert_ok(statement_of(connection, "SELECT 1", &outer, &error));
	execution_begin(&run, connection, outer, ROWAN_HERE, &error);
	assert_int(execution_step(&run), DRIVER_ROW);

	assert_ok(statement_of(connection, "SELECT 1", &inner, &error));
	cr_assert(inner != outer);
	execution_begin(&nested, connection, inner, ROWAN_HERE, &error);
	assert_int(execution_step(&nested), DRIVER_ROW);
	assert_ok(execution_end(&nested, ROWAN_OK));

	for (int i = 10; i < 30; i++)
		run_number(i);
	assert_int(execution_step(&run), DRIVER_DONE);
	assert_ok(execution_end(&run, ROWAN_OK));
	assert_ok(statement_of(connection, "SELECT 1", &inner, &error));
	cr_assert(inner == outer);
}

Test(statements, when_all_are_busy_one_more_is_not_kept)
{
	struct execution runs[6];
	char sql[32];

	for (int i = 0; i < 6; i++) {
		struct statement *statement;

		snprintf(sql, sizeof(sql), "SELECT %d", i);
		assert_ok(statement_of(connection, sql, &statement, &error));
		execution_begin(&runs[i], connection, statement, ROWAN_HERE, &error);
		assert_int(execution_step(&runs[i]), DRIVER_ROW);
	}
	assert_int(connection->statement_count, 4);
	for (int i = 0; i < 6; i++)
		assert_ok(execution_end(&runs[i], ROWAN_OK));
	cr_assert(!connection->transients);
}

static int refuse(void *context, struct text *sql, struct rowan_error *failure)
{
	(void)context;
	text_add(sql, "SELECT ");
	memset(failure, 0, sizeof(*failure));
	failure->code = ROWAN_MISUSE;
	return ROWAN_MISUSE;
}

Test(statements, what_cannot_be_rendered_or_prepared_leaves_nothing_behind)
{
	struct shape shape;
	struct statement *statement = (struct statement *)&shape;

	shape_start(&shape);
	assert_code(connection_statement(connection, &shape, refuse, NULL, &statement, &error),
		    ROWAN_MISUSE);
	cr_assert(!statement);
	assert_code(statement_of(connection, "SELECT * FROM nowhere", &statement, &error),
		    ROWAN_OPERATIONAL);
	cr_assert(!statement);
	assert_int(connection->statement_count, 0);
	assert_int(prepares(), 0);
}

Test(statements, a_failure_to_bind_is_what_the_step_returns)
{
	struct rowan_site here = { "here.c", 7 };
	struct statement *statement;
	struct execution run;
	const char *wrong = "\xff";
	int64_t number = 1;

	assert_ok(statement_of(connection, "SELECT ?1, ?2", &statement, &error));
	execution_begin(&run, connection, statement, here, &error);
	execution_bind_value(&run, ROWAN_TYPE_TEXT, &wrong, false);
	execution_bind_value(&run, ROWAN_TYPE_INT64, &number, false);
	execution_bind_list(&run, ROWAN_TYPE_INT64, &number, 1, false);
	execution_bind_row(&run, NULL, 0, NULL);
	assert_code(execution_step(&run), ROWAN_VALIDATION);
	assert_code(execution_end(&run, ROWAN_OK), ROWAN_VALIDATION);
	assert_contains(error.message, "parameter 1");
	assert_text(error.site.file, "here.c");
	assert_int(error.site.line, 7);
}

Test(statements, no_cache_prepares_each_time)
{
	struct rowan_engine *without = rowan_engine_open("sqlite://", .statement_cache = -1);

	cr_assert(without);
	for (int i = 0; i < 3; i++)
		run_alone(without, "SELECT 1");
	assert_int(rowan_engine_stats(without).prepares, 3);
	rowan_engine_close(without);
}

Test(statements, counts_outlive_their_connection)
{
	struct rowan_engine *brief = rowan_engine_open("sqlite://", .pool = ROWAN_POOL_NULL);

	cr_assert(brief);
	for (int i = 0; i < 5; i++)
		run_alone(brief, "SELECT 1");
	assert_int(rowan_engine_stats(brief).statements, 5);
	assert_int(rowan_engine_stats(brief).prepares, 5);
	rowan_engine_close(brief);
}
