/* SPDX-License-Identifier: MIT */
#include "postgres_server.h"
#include "sample.h"

#include "base/utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Parameters that are refused before anything is sent, and those just inside. */
TestSuite(driver_postgres_limits, .init = open_server, .fini = close_server, .timeout = 120);

static char *many_params(int count)
{
	char *sql = malloc((size_t)count * 8 + 64), *at;

	at = sql + sprintf(sql, "SELECT cardinality(ARRAY[$1::bigint");
	for (int i = 2; i <= count; i++)
		at += sprintf(at, ",$%d", i);
	strcpy(at, "])");
	return sql;
}

static void assert_refused(const struct sample *row, const char *column, const char *why)
{
	char *sql = many_params(SAMPLE_SLOTS);
	struct driver_statement *statement = prepare(sql);

	free(sql);
	memset(&error, 0, sizeof(error));
	assert_code(driver_postgres.bind_row(statement, 1, sample_slots, SAMPLE_SLOTS, row, &error),
		    ROWAN_VALIDATION);
	assert_contains(error.message, why);
	assert_text(error.table, "samples");
	assert_text(error.columns, column);
	driver_postgres.finalize(statement);
}

Test(driver_postgres_limits, what_the_server_would_refuse_is_refused_before_it_is_sent)
{
	struct sample row;

	row = usual_sample();
	row.text = "abc\xff";
	assert_refused(&row, "text", "samples.text is not valid UTF-8 at byte 3");
	row = usual_sample();
	row.opt_text = "\xed\xa0\x80";
	assert_refused(&row, "opt_text", "UTF-8");
	row = usual_sample();
	row.time.us = INT64_C(86400000000);
	assert_refused(&row, "time", "not a time of day");
	row.time.us = -1;
	assert_refused(&row, "time", "not a time of day");
	row = usual_sample();
	row.date.days = GREATEST_DAY + 1;
	assert_refused(&row, "date", "not in the years -4712 to 5874897");
	row.date.days = LEAST_DAY - 1;
	assert_refused(&row, "date", "not in the years");
	row = usual_sample();
	row.datetime.us = LEAST_US - 1;
	assert_refused(&row, "datetime", "before the year -4712");
	row.datetime.us = INT64_MIN;
	assert_refused(&row, "datetime", "before the year -4712");
}

/* The lengths are lies: nothing of that size is read. */
Test(driver_postgres_limits, value3_what_is_longer_than_the_server_takes_is_refused)
{
	static const size_t sizes[] = { (size_t)1 << 30, INT32_MAX, (size_t)INT32_MAX + 1,
					UINT32_MAX, (size_t)UINT32_MAX + 5, SIZE_MAX };
	struct driver_statement *statement = prepare("SELECT length($1), length($2)");
	struct sample row = usual_sample();
	const void *rows[] = { &row, &row };

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		row.bytes = (struct rowan_bytes){ "x", sizes[i] };
		assert_code(driver_postgres.bind_value(statement, 1, ROWAN_TYPE_BYTES, &row.bytes,
						       &error), ROWAN_VALIDATION);
		assert_text(error.message, "parameter 1 is longer than 1 GiB");
		assert_code(driver_postgres.bind_list(statement, 1, ROWAN_TYPE_BYTES, &row.bytes, 1,
						      &error), ROWAN_VALIDATION);
		assert_code(driver_postgres.bind_rows(statement, 1, &sample_slots[7], 1, rows, 2,
						      &error), ROWAN_VALIDATION);
		assert_contains(error.message, "samples.bytes is longer than 1 GiB");
		assert_code(driver_postgres.bind_list(statement, 1, ROWAN_TYPE_INT64, &row,
						      sizes[i], &error), ROWAN_VALIDATION);
	}
	row.bytes.size = (size_t)600 << 20;
	for (int i = 1; i <= 2; i++)
		assert_ok(driver_postgres.bind_value(statement, i, ROWAN_TYPE_BYTES, &row.bytes,
						     &error));
	assert_code(driver_postgres.step(statement, &error), ROWAN_VALIDATION);
	assert_contains(error.message, "longer than 1 GiB together");
	driver_postgres.finalize(statement);
	assert_int(number("SELECT 42"), 42);
	record_fault("value-3", .injections = 25, .survived = 25, .engine = "postgresql",
		     .figure = "lengths from 1 GiB to 2^64 - 1, refused before they are sent");
}

Test(driver_postgres_limits, value1_fact9_65535_parameters_are_taken_and_one_more_refused)
{
	char *most = many_params(65535), *more = many_params(65536);
	struct driver_statement *statement = prepare(most);
	int64_t one = 1;

	assert_int(driver_postgres.max_params(db), 65535);
	for (int i = 1; i <= 65535; i++)
		assert_ok(driver_postgres.bind_value(statement, i, ROWAN_TYPE_INT64, &one, &error));
	assert_int(driver_postgres.step(statement, &error), DRIVER_ROW);
	assert_int(driver_postgres.read_int(statement, 0), 65535);
	driver_postgres.finalize(statement);

	assert_code(driver_postgres.prepare(db, more, strlen(more), &statement, &error),
		    ROWAN_MISUSE);
	assert_null(statement);
	assert_contains(error.message, "at most 65535 parameters");
	assert_int(number("SELECT 42"), 42);
	free(most);
	free(more);
	record_fault("value-1", .injections = 2, .survived = 2, .engine = "postgresql",
		     .figure = "65,535 parameters taken, 65,536 refused before they are sent");
}

Test(driver_postgres_limits, a_lone_value_is_named_by_its_number)
{
	struct driver_statement *statement = prepare("SELECT $1::bigint, $2::text");
	const char *text = "\x80";

	assert_code(driver_postgres.bind_value(statement, 2, ROWAN_TYPE_TEXT, &text, &error),
		    ROWAN_VALIDATION);
	assert_text(error.message, "parameter 2 is not valid UTF-8 at byte 0");
	assert_code(driver_postgres.bind_list(statement, 2, ROWAN_TYPE_TEXT, &text, 1, &error),
		    ROWAN_VALIDATION);
	assert_text(error.message, "parameter 2 is not valid UTF-8 at byte 0");
	assert_code(driver_postgres.bind_value(statement, 3, ROWAN_TYPE_INT64, NULL, &error),
		    ROWAN_DATA);
	assert_code(driver_postgres.bind_value(statement, 1, ROWAN_TYPE_NONE, &text, &error),
		    ROWAN_VALIDATION);
	assert_ok(driver_postgres.bind_value(statement, 1, ROWAN_TYPE_INT64, NULL, &error));
	text = NULL;
	assert_ok(driver_postgres.bind_value(statement, 2, ROWAN_TYPE_TEXT, &text, &error));
	assert_int(driver_postgres.step(statement, &error), DRIVER_ROW);
	assert_int(driver_postgres.column_count(statement), 2);
	cr_assert(driver_postgres.is_null(statement, 0));
	cr_assert(driver_postgres.is_null(statement, 1));
	driver_postgres.finalize(statement);
}

Test(driver_postgres_limits, a_statement_takes_other_types_the_next_time)
{
	struct driver_statement *statement = prepare("SELECT pg_typeof($1)::text");
	static const struct { enum rowan_type type; const char *name; } types[] = {
		{ ROWAN_TYPE_INT64, "bigint" }, { ROWAN_TYPE_INT16, "smallint" },
		{ ROWAN_TYPE_INT64, "bigint" }, { ROWAN_TYPE_UUID, "uuid" },
		{ ROWAN_TYPE_BOOL, "boolean" }, { ROWAN_TYPE_DOUBLE, "double precision" },
		{ ROWAN_TYPE_TIME, "time without time zone" }, { ROWAN_TYPE_BYTES, "bytea" },
		{ ROWAN_TYPE_DATETIME, "timestamp with time zone" }, { ROWAN_TYPE_INT32, "integer" },
		{ ROWAN_TYPE_DATE, "date" }, { ROWAN_TYPE_TEXT, "text" },
	};

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		const char *text;

		assert_ok(driver_postgres.bind_value(statement, 1, types[i].type, NULL, &error));
		assert_int(driver_postgres.step(statement, &error), DRIVER_ROW);
		assert_ok(driver_postgres.read_row(statement, 0, &(struct slot){
			.type = ROWAN_TYPE_TEXT, .name = "type" }, 1, &arena, &text, &error));
		assert_text(text, types[i].name);
		driver_postgres.reset(statement);
	}
	driver_postgres.finalize(statement);
}

/* ---- UTF-8 ------------------------------------------------------------------------- */

#define BATCH 65536

/* Byte sequences, and whether the driver takes them for text. */
static struct batch {
	struct rowan_bytes sequences[BATCH];
	bool ours[BATCH];
	char bytes[BATCH][5];
	size_t count;
	long compared;
	struct driver_statement *compare;
} batch;

/* Whether the server thinks the same of all. */
static void compare_batch(void)
{
	assert_ok(driver_postgres.bind_list(batch.compare, 1, ROWAN_TYPE_BYTES, batch.sequences,
					    batch.count, &error));
	assert_ok(driver_postgres.bind_list(batch.compare, 2, ROWAN_TYPE_BOOL, batch.ours,
					    batch.count, &error));
	assert_int(driver_postgres.step(batch.compare, &error), DRIVER_ROW);
	assert_int(driver_postgres.read_int(batch.compare, 0), 0);
	driver_postgres.reset(batch.compare);
	batch.compared += (long)batch.count;
	batch.count = 0;
}

static bool is_taken(const char *text)
{
	struct driver_statement *statement = batch.compare;

	return driver_postgres.bind_value(statement, 1, ROWAN_TYPE_TEXT, &text, &error) == ROWAN_OK;
}

static void add_sequence(uint32_t bytes, size_t length)
{
	char *to = batch.bytes[batch.count];

	for (size_t i = 0; i < length; i++) {
		to[i] = (char)(bytes >> 8 * (length - 1 - i));
		if (to[i] == '\0')	/* C ends it there */
			return;
	}
	to[length] = '\0';
	batch.sequences[batch.count] = (struct rowan_bytes){ to, length };
	batch.ours[batch.count] = is_taken(to);
	if (++batch.count == BATCH)
		compare_batch();
}

/* Where the rules change. */
static const unsigned char edges[] = {
	0x01, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1,
	0xec, 0xed, 0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xf8, 0xff,
};

/* All sequences of three edges, and of four that begin as those do. */
static void add_edges(uint32_t bytes, size_t length)
{
	size_t most = length > 0 && bytes >> 8 * (length - 1) >= 0xf0 ? 4 : 3;

	if (length >= 3)
		add_sequence(bytes, length);
	for (size_t i = 0; length < most && i < sizeof(edges); i++)
		add_edges(bytes << 8 | edges[i], length + 1);
}

Test(driver_postgres_limits, value4_the_text_that_is_taken_is_the_text_that_the_server_takes)
{
	run("CREATE FUNCTION pg_temp.is_text(bytes bytea) RETURNS bool LANGUAGE plpgsql AS $$"
	    " BEGIN PERFORM convert_from(bytes, 'UTF8'); RETURN true;"
	    " EXCEPTION WHEN character_not_in_repertoire THEN RETURN false; END $$");
	batch.compare = prepare("SELECT count(*) FROM unnest($1, $2) AS v (bytes, ours)"
				" WHERE pg_temp.is_text(bytes) <> ours");
	for (uint32_t bytes = 0; bytes < 1 << 8; bytes++)
		add_sequence(bytes, 1);
	for (uint32_t bytes = 0; bytes < 1 << 16; bytes++)
		add_sequence(bytes, 2);
	add_edges(0, 0);
	compare_batch();
	driver_postgres.finalize(batch.compare);
	record_fault("value-4", .injections = batch.compared, .survived = batch.compared,
		     .engine = "postgresql", .figure = "taken where the server takes them");
}

Test(driver_postgres_limits, value4_the_server_takes_all_text_of_three_bytes_that_we_take)
{
	struct driver_statement *statement = prepare("SELECT octet_length($1)");
	char *all = malloc((size_t)3 << 24), *end = all, figure[64];
	uint32_t taken = 0;

	for (uint32_t bytes = 0x010101; bytes < 1 << 24; bytes++) {
		char text[] = { (char)(bytes >> 16), (char)(bytes >> 8), (char)bytes };

		if (!utf8_valid(text, 3, NULL))
			continue;
		memcpy(end, text, 3);
		end += 3;
		taken++;
	}
	*end = '\0';
	/* 127^3 of ASCII, 2 * 127 * 1920 of one and two bytes, 63488 - 2048 of three. */
	assert_int(taken, 127 * 127 * 127 + 2 * 127 * 1920 + 63488 - 2048);
	assert_ok(driver_postgres.bind_value(statement, 1, ROWAN_TYPE_TEXT, &all, &error));
	assert_int(driver_postgres.step(statement, &error), DRIVER_ROW);
	assert_int(driver_postgres.read_int(statement, 0), end - all);
	driver_postgres.finalize(statement);
	free(all);
	snprintf(figure, sizeof(figure), "all of three bytes: %u taken, by the server as well", taken);
	record_fault("value-4", .injections = 255 * 255 * 255, .survived = 255 * 255 * 255,
		     .engine = "postgresql", .figure = figure);
}
