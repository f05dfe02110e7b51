/* SPDX-License-Identifier: MIT */
#include "postgres_server.h"

#include <stdio.h>
#include <string.h>

/* Rows as they arrive, and those that nobody wants. */
TestSuite(driver_postgres_rows, .init = open_server, .fini = close_server, .timeout = 120);

struct pair {
	int64_t number;
	const char *text;
};

static const struct slot pair_slots[] = {
	{ .type = ROWAN_TYPE_INT64, .offset = offsetof(struct pair, number),
	  .value = offsetof(struct pair, number), .name = "pairs.number" },
	{ .type = ROWAN_TYPE_TEXT, .offset = offsetof(struct pair, text),
	  .value = offsetof(struct pair, text), .name = "pairs.text" },
};

static struct driver_statement *prepare_pairs(const char *count)
{
	char sql[128];

	snprintf(sql, sizeof(sql), "SELECT i, 'row ' || i FROM generate_series(1, %s::bigint) AS i",
		 count);
	return prepare(sql);
}

static void assert_pair(struct driver_statement *statement, int64_t number)
{
	char text[32];
	struct pair pair;

	snprintf(text, sizeof(text), "row %lld", (long long)number);
	assert_int(driver_postgres.read_int(statement, 0), number);
	assert_ok(driver_postgres.read_row(statement, 0, pair_slots, 2, &arena, &pair, &error));
	assert_int(pair.number, number);
	assert_text(pair.text, text);
	arena_clear(&arena);
}

/* The statement's rows 1, 2, .. to the end. */
static void assert_pairs(struct driver_statement *statement, int64_t count)
{
	for (int64_t i = 1; i <= count; i++) {
		int status = driver_postgres.step(statement, &error);

		cr_assert(status == DRIVER_ROW, "row %lld: %s", (long long)i, error.message);
		assert_pair(statement, i);
	}
	assert_int(driver_postgres.step(statement, &error), DRIVER_DONE);
	driver_postgres.reset(statement);
}

static long resident_kb(void)
{
	long pages = 0, resident = 0;
	FILE *file = fopen("/proc/self/statm", "r");

	cr_assert(file && fscanf(file, "%ld %ld", &pages, &resident) == 2);
	fclose(file);
	return resident * 4;
}

/* AddressSanitizer keeps what was freed, so there this says nothing. */
static void assert_little_more_than(long before)
{
#ifdef ARENA_ASAN_
	before += 1 << 20;
#endif
	cr_assert(resident_kb() < before + 8192, "%ld KB more", resident_kb() - before);
}

Test(driver_postgres_rows, rows_are_the_same_one_by_one_and_all_at_once)
{
	static const int64_t counts[] = { 0, 1, 2, 100, 5000 };
	struct driver_statement *statement = prepare_pairs("$1");

	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
		for (int few = 0; few < 2; few++) {
			assert_ok(driver_postgres.bind_value(statement, 1, ROWAN_TYPE_INT64,
							     &counts[i], &error));
			if (few)
				driver_postgres.expect_few(statement);
			assert_pairs(statement, counts[i]);
		}
	driver_postgres.finalize(statement);
}

Test(driver_postgres_rows, value8_a_million_rows_need_no_memory)
{
	struct driver_statement *statement = prepare_pairs("1000000");
	long before = resident_kb();

	assert_pairs(statement, 1000000);
	assert_little_more_than(before);
	driver_postgres.finalize(statement);
}

static void record_left(long count, const char *what, long before_kb)
{
	char figure[64];

	assert_little_more_than(before_kb);
	snprintf(figure, sizeof(figure), "%s: %ld KB more", what, resident_kb() - before_kb);
	record_fault("txn-6", .injections = count, .survived = count, .engine = "postgresql",
		     .figure = figure);
}

Test(driver_postgres_rows, txn6_rows_can_be_left_after_any_of_them)
{
	static const int64_t taken[] = { 0, 1, 2, 999, 1000, 1001, 1002, 5000 };
	struct driver_statement *statement = prepare_pairs("1000000");
	long before = resident_kb();

	for (size_t i = 0; i < sizeof(taken) / sizeof(taken[0]); i++) {
		for (int64_t row = 1; row <= taken[i]; row++) {
			assert_int(driver_postgres.step(statement, &error), DRIVER_ROW);
			assert_pair(statement, row);
		}
		driver_postgres.reset(statement);
		assert_int(number("SELECT 42"), 42);
		cr_assert(!driver_postgres.in_transaction(db));
	}
	record_left(sizeof(taken) / sizeof(taken[0]), "results of 10^6 rows left", before);
	driver_postgres.finalize(statement);
}

Test(driver_postgres_rows, a_transaction_survives_rows_that_are_left)
{
	struct driver_statement *statement = prepare_pairs("20000");

	for (int deferred = 0; deferred < 2; deferred++) {
		if (deferred)
			assert_ok(driver_postgres.defer(db, "BEGIN", &error));
		else
			run("BEGIN");
		assert_int(driver_postgres.step(statement, &error), DRIVER_ROW);
		cr_assert(driver_postgres.in_transaction(db));
		driver_postgres.reset(statement);
		assert_int(number("SELECT 42"), 42);
		run("COMMIT");
		cr_assert(!driver_postgres.in_transaction(db));
	}
	driver_postgres.finalize(statement);
}

Test(driver_postgres_rows, a_statement_that_is_finalized_between_rows_leaves_the_connection_free)
{
	struct driver_statement *statement = prepare_pairs("1000000");

	assert_int(driver_postgres.step(statement, &error), DRIVER_ROW);
	driver_postgres.finalize(statement);
	assert_int(number("SELECT 42"), 42);
}

Test(driver_postgres_rows, a_second_statement_between_rows_is_refused_and_the_first_goes_on)
{
	struct driver_statement *first = prepare_pairs("10"), *second = prepare("SELECT 1");

	assert_int(driver_postgres.step(first, &error), DRIVER_ROW);
	assert_code(driver_postgres.step(second, &error), ROWAN_MISUSE);
	assert_contains(error.message, "not been read to their end");
	assert_code(driver_postgres.send(second, &error), ROWAN_MISUSE);
	assert_code(try_run("SELECT 1"), ROWAN_MISUSE);
	for (int64_t i = 2; i <= 10; i++)
		assert_int(driver_postgres.step(first, &error), DRIVER_ROW);
	assert_int(driver_postgres.step(first, &error), DRIVER_DONE);
	assert_int(driver_postgres.step(second, &error), DRIVER_ROW);
	driver_postgres.finalize(first);
	driver_postgres.finalize(second);
}

Test(driver_postgres_rows, what_is_taken_all_at_once_does_not_hinder_others)
{
	struct driver_statement *first = prepare_pairs("10");

	driver_postgres.expect_few(first);
	for (int64_t i = 1; i <= 10; i++) {
		assert_int(driver_postgres.step(first, &error), DRIVER_ROW);
		assert_int(number("SELECT 42"), 42);
		assert_pair(first, i);
	}
	assert_int(driver_postgres.step(first, &error), DRIVER_DONE);
	driver_postgres.finalize(first);
}

Test(driver_postgres_rows, a_failure_after_some_rows_is_told)
{
	for (int few = 0; few < 2; few++) {
		struct driver_statement *statement =
			prepare("SELECT 10 / (10 - i) FROM generate_series(1, 20) AS i");
		int rows = 0, status;

		if (few)
			driver_postgres.expect_few(statement);
		while ((status = driver_postgres.step(statement, &error)) == DRIVER_ROW)
			rows++;
		assert_int(rows, few ? 0 : 9);
		assert_int(status, ROWAN_DATA);
		assert_text(error.sqlstate, "22012");
		assert_text(error.message, "division by zero");
		driver_postgres.finalize(statement);
		assert_int(number("SELECT 42"), 42);
	}
}

Test(driver_postgres_rows, changes_are_those_of_the_last_statement_that_writes)
{
	run("CREATE TEMPORARY TABLE numbers (n bigint)");
	assert_int(try_step("INSERT INTO numbers SELECT generate_series(1, 7)"), DRIVER_DONE);
	assert_int(driver_postgres.changes(db), 7);
	assert_int(number("SELECT count(*) FROM numbers"), 7);
	assert_int(driver_postgres.changes(db), 7);
	assert_int(try_step("UPDATE numbers SET n = -n WHERE n > 4 RETURNING n"), DRIVER_DONE);
	assert_int(driver_postgres.changes(db), 3);
	assert_int(try_step("DELETE FROM numbers WHERE n > 100"), DRIVER_DONE);
	assert_int(driver_postgres.changes(db), 0);
}

Test(driver_postgres_rows, txn6_a_flood_of_notices_is_nothing)
{
	long before = resident_kb();

	run("DO $$ BEGIN FOR i IN 1 .. 50000 LOOP RAISE NOTICE 'number %', i; END LOOP; END $$");
	assert_int(try_step("DO $$ BEGIN FOR i IN 1 .. 50000 LOOP RAISE WARNING 'number %', i;"
			    " END LOOP; END $$"), DRIVER_DONE);
	assert_int(number("SELECT 42"), 42);
	record_left(2, "50,000 notices", before);
}

Test(driver_postgres_rows, columns_that_are_not_there_are_an_error)
{
	struct driver_statement *statement = prepare("SELECT 1::bigint");
	struct pair pair;

	assert_int(driver_postgres.step(statement, &error), DRIVER_ROW);
	assert_int(driver_postgres.column_count(statement), 1);
	assert_code(driver_postgres.read_row(statement, 0, pair_slots, 2, &arena, &pair, &error),
		    ROWAN_DATA);
	assert_contains(error.message, "1 columns, not 2");
	assert_int(driver_postgres.read_int(statement, 5), 0);
	driver_postgres.finalize(statement);
}
