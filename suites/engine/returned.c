/* SPDX-License-Identifier: MIT */
#include "database.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Whatever a connection was doing when it was returned, its next user notices nothing. */

static struct rowan_engine *engine;
static struct rowan_error error;

static void begin(void)
{
	open_database();
	run_alone(admin, "CREATE TABLE tasks (id bigint PRIMARY KEY)");
}

static void end(void)
{
	rowan_engine_close(engine);
	close_database();
}

TestSuite(returned, .init = begin, .fini = end, .timeout = 60);

/* ---- pool-5: in every state ---------------------------------------------------- */

static void run(struct connection *held, const char *sql)
{
	cr_assert(run_sql(held, sql, ROWAN_HERE, &error) == ROWAN_OK, "%s: %s", sql, error.message);
}

static void leave_idle(struct connection *held)
{
	run(held, "SELECT 1");
}

static void leave_transaction(struct connection *held)
{
	run(held, "BEGIN");
	run(held, "INSERT INTO tasks VALUES (1)");
}

static void leave_command(struct connection *held)
{
	assert_ok(connection_command(held, "BEGIN", ROWAN_HERE, &error));
}

static void leave_deferred_begin(struct connection *held)
{
	assert_ok(connection_command_later(held, "BEGIN", ROWAN_HERE, &error));
}

static void leave_failed_transaction(struct connection *held)
{
	leave_transaction(held);
	cr_assert(run_sql(held, "SELECT 1/0", ROWAN_HERE, &error) < 0);
}

static void leave_failed_text(struct connection *held)
{
	cr_assert(connection_execute(held, "BEGIN; INSERT INTO tasks VALUES (1); SELECT 1/0",
				     ROWAN_HERE, &error) < 0);
}

static void leave_savepoint(struct connection *held)
{
	leave_transaction(held);
	run(held, "SAVEPOINT here");
	run(held, "INSERT INTO tasks VALUES (2)");
}

static struct execution half_read;

static void read_half(struct connection *held, const char *sql)
{
	struct statement *statement;

	assert_ok(statement_of(held, sql, &statement, &error));
	execution_begin(&half_read, held, statement, ROWAN_HERE, &error);
	assert_int(execution_step(&half_read), DRIVER_ROW);
}

static void leave_rows(struct connection *held)
{
	read_half(held, "SELECT generate_series(1, 200000)::bigint");
}

static void leave_rows_in_transaction(struct connection *held)
{
	leave_transaction(held);
	leave_rows(held);
}

static void leave_rows_that_will_fail(struct connection *held)
{
	read_half(held, "SELECT 1 / (20000 - n)::bigint FROM generate_series(1, 200000) n");
}

static void leave_copy_in(struct connection *held)
{
	cr_assert(run_sql(held, "COPY tasks FROM STDIN", ROWAN_HERE, &error) < 0);
}

static void leave_copy_out(struct connection *held)
{
	cr_assert(run_sql(held, "COPY tasks TO STDOUT", ROWAN_HERE, &error) < 0);
}

static void leave_copy_in_by_text(struct connection *held)
{
	cr_assert(connection_execute(held, "COPY tasks FROM STDIN", ROWAN_HERE, &error) < 0);
}

static void leave_copy_in_transaction(struct connection *held)
{
	leave_transaction(held);
	leave_copy_in(held);
}

static void send(struct connection *held, const char *sql)
{
	struct statement *statement;
	struct execution sent;

	assert_ok(statement_of(held, sql, &statement, &error));
	execution_begin(&sent, held, statement, ROWAN_HERE, &error);
	cr_assert(execution_send(&sent) == ROWAN_OK, "%s", error.message);
}

static void leave_pipeline(struct connection *held)
{
	assert_ok(connection_command_later(held, "BEGIN", ROWAN_HERE, &error));
	for (int i = 0; i < 100; i++)
		send(held, "INSERT INTO tasks SELECT coalesce(max(id), 0) + 1 FROM tasks");
}

static void leave_failed_pipeline(struct connection *held)
{
	leave_pipeline(held);
	send(held, "INSERT INTO tasks VALUES (1/0)");
	leave_pipeline(held);
}

static void leave_active(struct connection *held)
{
	assert_ok(connection_command_later(held, "BEGIN", ROWAN_HERE, &error));
	send(held, "DELETE FROM tasks WHERE pg_sleep(0.2) IS NULL AND id < 0");
}

static void leave_prepared_only(struct connection *held)
{
	struct statement *statement;

	assert_ok(statement_of(held, "SELECT 1::bigint", &statement, &error));
}

static const struct state {
	const char *name;
	void (*leave)(struct connection *held);
} states[] = {
	{ "idle", leave_idle },
	{ "prepared", leave_prepared_only },
	{ "transaction", leave_transaction },
	{ "command", leave_command },
	{ "deferred", leave_deferred_begin },
	{ "failed transaction", leave_failed_transaction },
	{ "failed text", leave_failed_text },
	{ "savepoint", leave_savepoint },
	{ "rows", leave_rows },
	{ "rows in transaction", leave_rows_in_transaction },
	{ "rows that will fail", leave_rows_that_will_fail },
	{ "copy in", leave_copy_in },
	{ "copy out", leave_copy_out },
	{ "copy in by text", leave_copy_in_by_text },
	{ "copy in transaction", leave_copy_in_transaction },
	{ "pipeline", leave_pipeline },
	{ "failed pipeline", leave_failed_pipeline },
	{ "active", leave_active },
};

#define STATES (sizeof(states) / sizeof(states[0]))

/* What the next one finds. */
static void assert_as_new(const char *after)
{
	struct connection *held = checkout(engine, ROWAN_HERE);

	cr_assert(!held->driver->in_transaction(held->handle), "after %s", after);
	cr_assert(held->busy == 0 && held->sent == 0, "after %s", after);
	/* Its first statement is not in a transaction, or it would not be seen. */
	run(held, "INSERT INTO tasks VALUES (7)");
	cr_assert(read_alone(admin, "SELECT count(*) FROM tasks") == 1, "after %s", after);
	run(held, "DELETE FROM tasks");
	for (int64_t i = 0; i < 3; i++)
		cr_assert(read_number(held, "SELECT 7::bigint") == 7, "after %s", after);
	engine_checkin(held);
	assert_int(read_alone(admin, "SELECT count(*) FROM pg_stat_activity WHERE datname ="
				     " current_database() AND state LIKE 'idle in transaction%'"), 0);
}

static void return_in_every_state(struct rowan_engine_options options)
{
	char figure[64];

	options.pool_size = 1;
	options.max_overflow = -1;
	engine = rowan_engine_open_(database_url(""), options);
	for (size_t i = 0; i < STATES; i++) {
		struct connection *held = checkout(engine, ROWAN_HERE);

		states[i].leave(held);
		engine_checkin(held);
		assert_as_new(states[i].name);
		assert_int(rowan_engine_stats(engine).in_use, 0);
	}
	snprintf(figure, sizeof(figure), "every state; %d of them cost the connection",
		 (int)rowan_engine_stats(engine).connects - 1);
	record_fault("pool-5", .injections = STATES, .survived = STATES, .figure = figure);
}

Test(returned, pool_5_in_every_state)
{
	return_in_every_state((struct rowan_engine_options){ 0 });
}

Test(returned, pool_5_in_every_state_with_what_is_left_discarded)
{
	return_in_every_state((struct rowan_engine_options){ .discard_on_return = true });
}

Test(returned, pool_5_in_every_state_behind_a_pooler)
{
	return_in_every_state((struct rowan_engine_options){ .pooler = ROWAN_POOLER_TRANSACTION });
}

Test(returned, pool_5_in_every_state_without_a_cache)
{
	return_in_every_state((struct rowan_engine_options){ .statement_cache = -1 });
}

Test(returned, pool_5_in_any_state_after_any_other)
{
	uint32_t random = (uint32_t)strtoul(getenv("ROWAN_SEED"), NULL, 10);

	engine = rowan_engine_open(database_url(""), .pool_size = 1, .max_overflow = -1);
	for (int i = 0; i < 100; i++) {
		struct connection *held = checkout(engine, ROWAN_HERE);

		random = random * 1664525 + 1013904223;
		cr_assert(!held->driver->in_transaction(held->handle));
		states[(random >> 16) % STATES].leave(held);
		engine_checkin(held);
	}
	assert_as_new("all of them");
}

/* A state that costs the connection is one whose end could not be made sure. */
Test(returned, most_states_cost_no_connection)
{
	engine = rowan_engine_open(database_url(""), .pool_size = 1, .max_overflow = -1);
	for (size_t i = 0; i < STATES; i++) {
		struct connection *held = checkout(engine, ROWAN_HERE);
		uint64_t connects = rowan_engine_stats(engine).connects;

		states[i].leave(held);
		engine_checkin(held);
		engine_checkin(checkout(engine, ROWAN_HERE));
		cr_assert(strstr(states[i].name, "copy") || strcmp(states[i].name, "active") == 0 ||
			  rowan_engine_stats(engine).connects == connects, "%s", states[i].name);
	}
}

Test(returned, a_dead_connection_in_any_state_is_not_given_on)
{
	engine = rowan_engine_open(database_url(""), .pool_size = 1, .max_overflow = -1,
				   .check_after_ms = -1);
	for (size_t i = 0; i < STATES; i++) {
		struct connection *held = checkout(engine, ROWAN_HERE);
		int64_t backend = backend_of(held);

		states[i].leave(held);
		if (!strstr(states[i].name, "copy"))
			terminate(backend);
		engine_checkin(held);
		engine_checkin(checkout(engine, ROWAN_HERE));
	}
}

/* ---- pool-6: what is left in the server's session -------------------------------- */

static void leave_everything(struct connection *held)
{
	run(held, "SET work_mem = '77kB'");
	run(held, "SET statement_timeout = 1234");
	run(held, "SET search_path = pg_catalog");
	run(held, "SET ROLE pg_monitor");
	run(held, "RESET ROLE");
	run(held, "CREATE TEMP TABLE mine (id int)");
	run(held, "LISTEN news");
	run(held, "SELECT pg_advisory_lock(4711)");
	run(held, "DECLARE rows CURSOR WITH HOLD FOR SELECT 1");
}

static const char left[] =
	"SELECT (SELECT count(*) FROM pg_settings WHERE source = 'session' AND name IN"
	" ('work_mem', 'search_path'))"
	" + (SELECT count(*) FROM pg_class WHERE relname = 'mine' AND relpersistence = 't')"
	" + (SELECT count(*) FROM pg_listening_channels())"
	" + (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid())"
	" + (SELECT count(*) FROM pg_cursors WHERE is_holdable)";

/* What it costs to give a connection back. */
static double us_of_return(bool discard)
{
	enum { RETURNS = 200 };
	struct rowan_engine *other = rowan_engine_open(database_url(""), .pool_size = 1,
						       .discard_on_return = discard);
	int64_t us = 0;

	for (int i = 0; i < RETURNS; i++) {
		struct connection *held = checkout(other, ROWAN_HERE);

		run(held, "SELECT 1");
		us -= rowan_now().us;
		engine_checkin(held);
		us += rowan_now().us;
	}
	rowan_engine_close(other);
	return (double)us / RETURNS;
}

Test(returned, pool_6_nothing_is_left_in_the_session_where_that_is_asked_for)
{
	struct connection *held;
	int64_t backend;
	char figure[64];

	engine = rowan_engine_open(database_url(""), .pool_size = 1, .max_overflow = -1,
				   .discard_on_return = true, .statement_timeout_ms = 7000);
	for (int i = 0; i < 3; i++) {
		held = checkout(engine, ROWAN_HERE);
		backend = backend_of(held);
		if (i != 1)
			leave_everything(held);
		if (i == 2)
			cr_assert(run_sql(held, "SELECT 1/0", ROWAN_HERE, &error) < 0);
		engine_checkin(held);

		held = checkout(engine, ROWAN_HERE);
		assert_int(backend_of(held), backend);
		assert_int(read_number(held, left), 0);
		/* The engine's own is there, and so are its statements. */
		assert_int(read_number(held, "SELECT setting::bigint FROM pg_settings"
					     " WHERE name = 'statement_timeout'"), 7000);
		assert_int(read_number(held, "SELECT 1::bigint"), 1);
		engine_checkin(held);
	}
	assert_int(rowan_engine_stats(engine).connects, 1);
	assert_int(rowan_engine_stats(engine).lost, 0);
	snprintf(figure, sizeof(figure), "nothing left; a return takes %.1f us, %.1f without",
		 us_of_return(true), us_of_return(false));
	record_fault("pool-6", .injections = 3, .survived = 3, .figure = figure);
}

Test(returned, pool_6_otherwise_the_session_is_the_users)
{
	struct connection *held;

	engine = rowan_engine_open(database_url(""), .pool_size = 1, .max_overflow = -1);
	held = checkout(engine, ROWAN_HERE);
	leave_everything(held);
	engine_checkin(held);
	held = checkout(engine, ROWAN_HERE);
	assert_int(read_number(held, left), 6);
	engine_checkin(held);
}
