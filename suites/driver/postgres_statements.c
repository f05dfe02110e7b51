/* SPDX-License-Identifier: MIT */
#include "postgres_server.h"

#include "dialect/server.h"

#include <rowan/fixtures/proxy.h>
#include <stdio.h>
#include <string.h>

/* What is prepared and when, and how often the server is asked. */
static struct rowan_proxy *proxy;

static void open_counted(void)
{
	struct postgres_target target;
	char port[8];

	server_needed();
	proxy = rowan_proxy_open(direct_url());
	cr_assert(proxy);
	snprintf(port, sizeof(port), "%d", rowan_proxy_port(proxy));
	target = target_with("port", port);
	target.pooler = DRIVER_POOLER_NONE;
	db = connect_with(target);
}

static void close_counted(void)
{
	close_server();
	rowan_proxy_close(proxy);
}

TestSuite(driver_postgres_statements, .init = open_counted, .fini = close_counted, .timeout = 60);

static uint64_t trips_before;

#define assert_trips(count_, ...) \
	do { \
		trips_before = rowan_proxy_counts(proxy).round_trips; \
		__VA_ARGS__; \
		assert_int(rowan_proxy_counts(proxy).round_trips - trips_before, count_); \
	} while (0)

static int64_t prepared_statements(void)
{
	return number("SELECT count(*) FROM pg_prepared_statements");
}

/* ---- round trips -------------------------------------------------------------------- */

static void send_numbers(struct driver_statement *statement, int64_t count)
{
	for (int64_t i = 0; i < count; i++) {
		assert_ok(driver_postgres.bind_value(statement, 1, ROWAN_TYPE_INT64, &i, &error));
		assert_ok(driver_postgres.send(statement, &error));
	}
}

static void receive_all(int64_t count)
{
	for (int64_t i = 0; i < count; i++)
		receive_done(1);
}

Test(driver_postgres_statements, each_takes_one_round_trip_the_first_time_too)
{
	struct driver_statement *select = NULL;

	assert_trips(0, select = prepare("SELECT generate_series(1, 3)"));
	for (int i = 0; i < 3; i++) {
		assert_trips(1, step_to_end(select));
		assert_trips(1, run("SELECT 1"));
	}
	assert_trips(1, driver_postgres.expect_few(select), step_to_end(select));
	assert_trips(0, driver_postgres.finalize(select));
}

Test(driver_postgres_statements, a_transaction_of_many_writes_takes_one)
{
	struct driver_statement *insert, *commit = prepare("COMMIT");

	run("CREATE TEMPORARY TABLE numbers (n bigint)");
	insert = prepare("INSERT INTO numbers VALUES ($1)");
	for (int i = 0; i < 3; i++)
		assert_trips(1, {
			assert_ok(driver_postgres.defer(db, "BEGIN", &error));
			send_numbers(insert, 20);
			assert_ok(driver_postgres.send(commit, &error));
			receive_all(20);
			receive_done(0);
		});
	assert_int(number("SELECT count(*) FROM numbers"), 60);
	driver_postgres.finalize(insert);
	driver_postgres.finalize(commit);
}

Test(driver_postgres_statements, a_transaction_in_which_nothing_happens_takes_none)
{
	struct driver_statement *commit = prepare("COMMIT"), *rollback = prepare("ROLLBACK");
	struct driver_statement *const ends[] = { commit, rollback };

	for (int i = 0; i < 2; i++) {
		assert_trips(0, {
			assert_ok(driver_postgres.defer(db, "BEGIN", &error));
			assert_ok(driver_postgres.defer(db, "SAVEPOINT a", &error));
			cr_assert(driver_postgres.in_transaction(db));
			step_to_end(ends[i]);
			cr_assert(!driver_postgres.in_transaction(db));

			assert_ok(driver_postgres.defer(db, "BEGIN", &error));
			assert_ok(driver_postgres.send(ends[i], &error));
			receive_done(0);

			assert_ok(driver_postgres.defer(db, "BEGIN", &error));
			run(i ? "ROLLBACK" : "COMMIT");
		});
	}
	assert_int(number("SELECT 42"), 42);
	driver_postgres.finalize(commit);
	driver_postgres.finalize(rollback);
}

Test(driver_postgres_statements, a_look_at_the_socket_takes_none_and_cleaning_up_one)
{
	assert_trips(0, driver_postgres.alive(db, false));
	assert_trips(1, driver_postgres.alive(db, true));
	assert_trips(1, assert_ok(driver_postgres.discard(db, &error)));
	run("BEGIN");
	assert_trips(1, assert_ok(driver_postgres.discard(db, &error)));
}

/* ---- prepared -------------------------------------------------------------------------- */

Test(driver_postgres_statements, what_is_finalized_is_deallocated_without_a_round_trip)
{
	/* What is sent in two packets is to be seen as one request. */
	rowan_proxy_delay(proxy, ROWAN_PROXY_UP, 8000, 0);
	for (int i = 0; i < 200; i++) {
		char sql[64];

		snprintf(sql, sizeof(sql), "SELECT %d", i);
		assert_trips(1, assert_int(number(sql), i));
	}
	cr_assert(prepared_statements() < 5, "%lld", (long long)prepared_statements());

	/* Not in the middle of a transaction, unless they become many. */
	run("BEGIN");
	for (int i = 0; i < 200; i++)
		assert_trips(1, number("SELECT 1"));
	cr_assert(prepared_statements() < 80, "%lld", (long long)prepared_statements());
	assert_code(try_step("SELECT 1 / 0"), ROWAN_DATA);
	for (int i = 0; i < 100; i++)
		assert_code(try_step("SELECT 1"), ROWAN_OPERATIONAL);
	run("ROLLBACK");
	number("SELECT 1");
	cr_assert(prepared_statements() < 5, "%lld", (long long)prepared_statements());
}

Test(driver_postgres_statements, nothing_is_prepared_twice)
{
	struct driver_statement *statement = prepare("SELECT $1::bigint");

	for (int64_t i = 0; i < 10; i++) {
		assert_ok(driver_postgres.bind_value(statement, 1, ROWAN_TYPE_INT64, &i, &error));
		step_to_end(statement);
		send_numbers(statement, 3);
		receive_all(3);
	}
	assert_int(number("SELECT count(*) FROM pg_prepared_statements"
			  " WHERE statement = 'SELECT $1::bigint'"), 1);
	driver_postgres.finalize(statement);
}

Test(driver_postgres_statements, txn7_fact10_columns_that_changed_are_not_noticed)
{
	struct driver_statement *select;

	run("CREATE TEMPORARY TABLE t (a int); INSERT INTO t VALUES (1)");
	select = prepare("SELECT * FROM t");
	for (int i = 0; i < 5; i++) {
		char sql[64];

		snprintf(sql, sizeof(sql), "ALTER TABLE t ADD c%d int DEFAULT %d", i, i);
		run(sql);
		for (int again = 0; again < 2; again++) {
			if (again)
				driver_postgres.expect_few(select);
			memset(&error, 0, sizeof(error));
			assert_int(driver_postgres.step(select, &error), DRIVER_ROW);
			assert_int(error.code, ROWAN_OK);	/* .. nor told */
			assert_text(error.sqlstate, "");
			assert_int(driver_postgres.column_count(select), i + 2);
			assert_int(driver_postgres.read_int(select, i + 1), i);
			driver_postgres.reset(select);
		}
	}

	/* Inside of a transaction nothing can be repeated, but the next time it works. */
	run("ALTER TABLE t ADD last int; BEGIN");
	assert_code(driver_postgres.step(select, &error), ROWAN_OPERATIONAL);
	assert_text(error.sqlstate, "0A000");
	driver_postgres.reset(select);
	run("ROLLBACK; BEGIN");
	assert_int(driver_postgres.step(select, &error), DRIVER_ROW);
	driver_postgres.reset(select);
	run("ROLLBACK");
	cr_assert(prepared_statements() < 5);
	driver_postgres.finalize(select);
}

Test(driver_postgres_statements, what_somebody_deallocated_is_prepared_again)
{
	struct driver_statement *select = prepare("SELECT 42::bigint"), *gone = prepare("SELECT 1");

	step_to_end(select);
	step_to_end(gone);
	run("DEALLOCATE ALL");
	memset(&error, 0, sizeof(error));
	assert_int(driver_postgres.step(select, &error), DRIVER_ROW);
	assert_int(error.code, ROWAN_OK);
	assert_int(driver_postgres.read_int(select, 0), 42);
	driver_postgres.reset(select);

	/* It is not there to be deallocated, which nobody needs to know. */
	run("DISCARD ALL");
	driver_postgres.finalize(gone);
	assert_int(number("SELECT 43"), 43);
	run("BEGIN");
	run("DEALLOCATE ALL");
	assert_code(driver_postgres.step(select, &error), ROWAN_OPERATIONAL);
	assert_text(error.sqlstate, "26000");
	driver_postgres.reset(select);
	run("ROLLBACK");
	assert_int(driver_postgres.step(select, &error), DRIVER_ROW);
	driver_postgres.finalize(select);
}

Test(driver_postgres_statements, one_that_is_wrong_can_be_right_later)
{
	struct driver_statement *select = prepare("SELECT n FROM numbers");

	assert_code(driver_postgres.step(select, &error), ROWAN_OPERATIONAL);
	assert_text(error.message, "no such table: numbers");
	driver_postgres.reset(select);
	run("CREATE TEMPORARY TABLE numbers (n bigint); INSERT INTO numbers VALUES (7)");
	assert_int(driver_postgres.step(select, &error), DRIVER_ROW);
	assert_int(driver_postgres.read_int(select, 0), 7);
	driver_postgres.finalize(select);
}

Test(driver_postgres_statements, what_a_statement_does_to_the_transaction_is_seen_by_its_words)
{
	static const struct { const char *sql; enum verb verb; } cases[] = {
		{ "SELECT 1", VERB_READ }, { " (select 1)", VERB_READ }, { "VALUES (1)", VERB_READ },
		{ "selection", VERB_WRITE }, { "WITH x AS (DELETE FROM t) SELECT 1", VERB_WRITE },
		{ "INSERT INTO t VALUES (1)", VERB_WRITE }, { "", VERB_WRITE },
		{ "BEGIN", VERB_BEGIN }, { "begin isolation level serializable", VERB_BEGIN },
		{ "START TRANSACTION", VERB_BEGIN }, { "COMMIT", VERB_COMMIT },
		{ "commit;", VERB_COMMIT }, { "COMMIT WORK", VERB_COMMIT }, { "END", VERB_COMMIT },
		{ "COMMIT PREPARED 'x'", VERB_WRITE }, { "ROLLBACK", VERB_ROLLBACK },
		{ "rollback transaction", VERB_ROLLBACK }, { "ABORT", VERB_ROLLBACK },
		{ "ROLLBACK TO a", VERB_WRITE }, { "ROLLBACK TO SAVEPOINT a", VERB_WRITE },
		{ "ROLLBACK WORK TO a", VERB_WRITE }, { "ROLLBACK PREPARED 'x'", VERB_WRITE },
		{ "SAVEPOINT a", VERB_WRITE }, { "begin_x", VERB_WRITE },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		cr_assert(verb_of(cases[i].sql) == cases[i].verb, "%s", cases[i].sql);
}

Test(driver_postgres_statements, a_nul_does_not_cut_a_statement_short)
{
	static const char sql[] = "DELETE FROM t\0 WHERE id = 1";
	struct driver_statement *statement;

	assert_code(driver_postgres.prepare(db, sql, sizeof(sql) - 1, &statement, &error),
		    ROWAN_MISUSE);
	assert_null(statement);
}
