/* SPDX-License-Identifier: MIT */
#include "postgres_server.h"
#include "pgbouncer.h"

#include <stdio.h>
#include <string.h>

/* Behind a pooler that gives each transaction another of its connections. */
static struct driver_connection *other;
static const char *port;

static struct driver_connection *connect_pooled(int timeout_ms)
{
	struct postgres_target target = target_with("port", port);

	target.statement_timeout_ms = timeout_ms;
	return connect_with(target);
}

/* Two clients of one connection to the server. */
static void open_pooled(void)
{
	pgbouncer_needed();
	port = pgbouncer_start(1);
	db = connect_pooled(0);
	other = connect_pooled(0);
}

static void close_pooled(void)
{
	driver_postgres.close(other);
	close_server();
	pgbouncer_stop();
}

TestSuite(driver_postgres_pooler, .init = open_pooled, .fini = close_pooled, .timeout = 60);

static void use_timeout(int ms)
{
	driver_postgres.close(db);
	db = connect_pooled(ms);
}

Test(driver_postgres_pooler, pool13_it_is_found_out)
{
	struct driver_connection *direct = connect_with(target_with(NULL, NULL));
	struct postgres_target target = target_with("port", port);
	struct driver_connection *forced;

	cr_assert(driver_postgres.pooled(db));
	cr_assert(!driver_postgres.pooled(direct));
	target.pooler = DRIVER_POOLER_NONE;
	forced = connect_with(target);
	cr_assert(!driver_postgres.pooled(forced));
	driver_postgres.close(forced);
	target = target_with(NULL, NULL);
	target.pooler = DRIVER_POOLER_TRANSACTION;
	forced = connect_with(target);
	cr_assert(driver_postgres.pooled(forced));
	driver_postgres.close(forced);
	driver_postgres.close(direct);
}

/* It lets clients in, and then has no connection for them. */
Test(driver_postgres_pooler, pool8_one_that_is_exhausted_is_given_up_in_time)
{
	struct postgres_target target = target_with("port", port);
	struct driver_connection *third;

	target.connect_timeout_ms = 300;
	run("BEGIN");
	assert_code(try_connect(target, &third), ROWAN_OPERATIONAL);
	assert_contains(error.message, "no answer within 300 ms");
	run("ROLLBACK");
	assert_ok(try_connect(target, &third));
	driver_postgres.close(third);
}

Test(driver_postgres_pooler, pool13_fact17_statements_of_two_clients_do_not_meet)
{
	struct driver_statement *mine = prepare("SELECT $1::bigint");
	struct driver_statement *theirs = prepare_on(other, "SELECT -$1");
	struct driver_outcome outcome;

	for (int64_t i = 1; i <= 20; i++) {
		struct driver_statement *const both[] = { mine, theirs };

		for (int s = 0; s < 2; s++) {
			assert_ok(driver_postgres.bind_value(both[s], 1, ROWAN_TYPE_INT64, &i, &error));
			if (i % 2)
				driver_postgres.expect_few(both[s]);
			cr_assert(driver_postgres.step(both[s], &error) == DRIVER_ROW, "%s",
				  error.message);
			assert_int(driver_postgres.read_int(both[s], 0), s ? -i : i);
			driver_postgres.reset(both[s]);
			assert_ok(driver_postgres.send(both[s], &error));
			assert_ok(driver_postgres.receive(s ? other : db, &outcome, &error));
		}
	}
	assert_int(number("SELECT count(*) FROM pg_prepared_statements"), 0);
	driver_postgres.finalize(mine);
	driver_postgres.finalize(theirs);
}

Test(driver_postgres_pooler, a_transaction_is_one_with_what_was_deferred)
{
	struct driver_statement *insert, *commit = prepare("COMMIT");

	run("DROP TABLE IF EXISTS rowan_pooled; CREATE TABLE rowan_pooled (n int UNIQUE)");
	insert = prepare("INSERT INTO rowan_pooled VALUES (1)");
	assert_ok(driver_postgres.defer(db, "BEGIN", &error));
	assert_ok(driver_postgres.send(insert, &error));
	receive_done(1);
	assert_ok(driver_postgres.send(commit, &error));
	receive_done(0);
	assert_int(number_on(other, "SELECT count(*) FROM rowan_pooled"), 1);
	assert_ok(driver_postgres.defer(db, "BEGIN", &error));
	assert_ok(driver_postgres.send(insert, &error));
	assert_ok(driver_postgres.send(commit, &error));
	assert_code(try_receive(), ROWAN_UNIQUE);
	assert_code(try_receive(), ROWAN_OPERATIONAL);
	assert_ok(driver_postgres.discard(db, &error));
	assert_int(number_on(other, "SELECT count(*) FROM rowan_pooled"), 1);
	run("DROP TABLE rowan_pooled");
	driver_postgres.finalize(insert);
	driver_postgres.finalize(commit);
}

/* ---- time-outs -------------------------------------------------------------------------- */

static const char slow[] = "SELECT 1 FROM pg_sleep(20)";

static void assert_usable_and_unset(void)
{
	cr_assert(!driver_postgres.lost(db));
	cr_assert(!driver_postgres.in_transaction(db));
	assert_int(number_on(other, "SELECT setting::int FROM pg_settings"
				    " WHERE name = 'statement_timeout'"), 0);
	assert_int(number("SELECT 42"), 42);
}

Test(driver_postgres_pooler, a_statement_of_its_own_has_its_time)
{
	struct driver_statement *statement;

	use_timeout(300);
	statement = prepare(slow);
	for (int i = 0; i < 4; i++) {
		if (i % 2)
			driver_postgres.expect_few(statement);
		if (i < 2) {
			assert_code(driver_postgres.step(statement, &error), ROWAN_TIMEOUT);
			driver_postgres.reset(statement);
		} else {
			assert_ok(driver_postgres.send(statement, &error));
			assert_ok(driver_postgres.send(statement, &error));
			assert_code(try_receive(), ROWAN_TIMEOUT);
			assert_code(try_receive(), ROWAN_OPERATIONAL);
		}
		assert_usable_and_unset();
	}
	driver_postgres.finalize(statement);
}

Test(driver_postgres_pooler, statements_in_a_transaction_have_theirs)
{
	struct driver_statement *statement, *begin;

	use_timeout(300);
	statement = prepare(slow);
	begin = prepare("BEGIN");
	for (int way = 0; way < 3; way++) {
		if (way == 0)
			assert_ok(driver_postgres.defer(db, "BEGIN", &error));
		else if (way == 1)
			step_to_end(begin);
		else
			run("BEGIN");
		assert_int(number("SELECT setting::int FROM pg_settings"
				  " WHERE name = 'statement_timeout'"), 300);
		assert_code(driver_postgres.step(statement, &error), ROWAN_TIMEOUT);
		driver_postgres.reset(statement);
		cr_assert(driver_postgres.in_transaction(db));
		run("ROLLBACK");
		assert_usable_and_unset();
	}
	driver_postgres.finalize(statement);
	driver_postgres.finalize(begin);
}

Test(driver_postgres_pooler, with_a_time_out_rows_and_writes_are_as_ever)
{
	struct driver_statement *rows, *insert;
	int count = 0;

	use_timeout(5000);
	run("DROP TABLE IF EXISTS rowan_timed;"
	    "CREATE TABLE rowan_timed (n bigint UNIQUE DEFERRABLE INITIALLY DEFERRED)");
	rows = prepare("SELECT generate_series(1, 5000)");
	insert = prepare("INSERT INTO rowan_timed VALUES (1)");
	while (driver_postgres.step(rows, &error) == DRIVER_ROW)
		count++;
	assert_int(count, 5000);
	driver_postgres.reset(rows);
	assert_int(driver_postgres.step(rows, &error), DRIVER_ROW);
	driver_postgres.reset(rows);
	assert_int(number("SELECT 42"), 42);

	step_to_end(insert);
	assert_int(driver_postgres.changes(db), 1);
	/* What waited for the commit fails there, and so does the statement. */
	assert_code(driver_postgres.step(insert, &error), ROWAN_UNIQUE);
	driver_postgres.reset(insert);
	assert_ok(driver_postgres.send(insert, &error));
	assert_code(try_receive(), ROWAN_UNIQUE);
	assert_usable_and_unset();

	/* Sent outside of a transaction, and then one begins. */
	run("TRUNCATE rowan_timed");
	assert_ok(driver_postgres.send(insert, &error));
	assert_ok(driver_postgres.defer(db, "BEGIN", &error));
	assert_ok(driver_postgres.send(insert, &error));
	receive_done(1);
	receive_done(1);
	run("ROLLBACK");
	assert_int(number("SELECT count(*) FROM rowan_timed"), 1);
	run("DROP TABLE rowan_timed");
	driver_postgres.finalize(rows);
	driver_postgres.finalize(insert);
}
