/* SPDX-License-Identifier: MIT */
#include "database.h"
#include "sample.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

TestSuite(driver_values, .init = open_memory, .fini = close_all, .timeout = 20);

static const char create[] =
	"CREATE TABLE samples (id INTEGER PRIMARY KEY, i16 INTEGER NOT NULL, i32 INTEGER NOT NULL,"
	" i64 INTEGER NOT NULL, flag INTEGER NOT NULL, real REAL NOT NULL, text TEXT NOT NULL,"
	" bytes BLOB NOT NULL, datetime INTEGER NOT NULL, date TEXT NOT NULL, time TEXT NOT NULL,"
	" uuid BLOB NOT NULL, opt_i16 INTEGER, opt_i32 INTEGER, opt_i64 INTEGER, opt_flag INTEGER,"
	" opt_real REAL, opt_text TEXT, opt_bytes BLOB, opt_datetime INTEGER, opt_date TEXT,"
	" opt_time TEXT, opt_uuid BLOB) STRICT";

static const char insert[] =
	"INSERT INTO samples VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14,"
	" ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23)";

static void store(const struct sample *row)
{
	struct driver_statement *statement = prepare(insert);

	assert_ok(driver_sqlite.bind_row(statement, 1, sample_slots, SAMPLE_SLOTS, row, &error));
	assert_int(driver_sqlite.step(statement, &error), DRIVER_DONE);
	driver_sqlite.reset(statement);
	driver_sqlite.finalize(statement);
}

/* What is not written must not survive. */
static void load(int64_t id, struct sample *out)
{
	struct driver_statement *statement = prepare("SELECT * FROM samples WHERE id = ?1");

	memset(out, 0xaa, sizeof(*out));
	assert_ok(driver_sqlite.bind_value(statement, 1, ROWAN_TYPE_INT64, &id, &error));
	assert_int(driver_sqlite.step(statement, &error), DRIVER_ROW);
	assert_ok(driver_sqlite.read_row(statement, 0, sample_slots, SAMPLE_SLOTS, &arena, out, &error));
	driver_sqlite.finalize(statement);
}

static void assert_round_trip(struct sample row)
{
	struct sample back;

	store(&row);
	load(row.id, &back);
	assert_sample(&back, &row);
}

Test(driver_values, every_type_comes_back_with_its_least_value)
{
	run(create);
	assert_round_trip((struct sample){
		.id = INT64_MIN, .i16 = INT16_MIN, .i32 = INT32_MIN, .i64 = INT64_MIN,
		.real = -DBL_MAX, .text = "", .bytes = { "", 0 }, .datetime = { INT64_MIN },
		.date = rowan_date(0, 1, 1), .opt_i16 = rowan_opt_int16(INT16_MIN),
		.opt_i32 = rowan_opt_int32(INT32_MIN), .opt_i64 = rowan_opt_int64(INT64_MIN),
		.opt_flag = rowan_opt_bool(false), .opt_real = rowan_opt_double(-DBL_MAX),
		.opt_text = "", .opt_bytes = { "", 0 },
		.opt_datetime = { true, { INT64_MIN } }, .opt_date = { true, rowan_date(0, 1, 1) },
		.opt_time = { true, { 0 } }, .opt_uuid = { true, { { 0 } } },
	});
}

Test(driver_values, every_type_comes_back_with_its_greatest_value)
{
	struct rowan_uuid ones;

	memset(&ones, 0xff, sizeof(ones));
	run(create);
	assert_round_trip((struct sample){
		.id = INT64_MAX, .i16 = INT16_MAX, .i32 = INT32_MAX, .i64 = INT64_MAX,
		.flag = true, .real = DBL_MAX, .text = "zażółć 日本 😀 \x7f \"'\\",
		.bytes = { "a\0b", 4 }, .datetime = { INT64_MAX }, .date = rowan_date(9999, 12, 31),
		.time = { INT64_C(86399999999) }, .uuid = ones,
		.opt_i16 = rowan_opt_int16(INT16_MAX), .opt_i32 = rowan_opt_int32(INT32_MAX),
		.opt_i64 = rowan_opt_int64(INT64_MAX), .opt_flag = rowan_opt_bool(true),
		.opt_real = rowan_opt_double(INFINITY), .opt_text = "x",
		.opt_bytes = { "\xff\xfe", 2 }, .opt_datetime = { true, { INT64_MAX } },
		.opt_date = { true, rowan_date(9999, 12, 31) },
		.opt_time = { true, { INT64_C(86399999999) } }, .opt_uuid = { true, ones },
	});
}

Test(driver_values, null_comes_back_as_null_with_the_value_zeroed)
{
	struct sample back;
	struct sample row = usual_sample();
	static const struct sample zero;

	run(create);
	assert_round_trip(row);
	load(row.id, &back);
	cr_assert(!back.opt_text && !back.opt_bytes.data && !back.opt_bytes.size);
	assert_int(back.opt_i64.value, 0);
	assert_int(memcmp(&back.opt_uuid.value, &zero.opt_uuid.value, 16), 0);
	assert_int(back.opt_time.value.us, 0);
	cr_assert(back.opt_real.value == 0);
}

Test(driver_values, an_empty_value_is_not_null)
{
	struct sample row = usual_sample(), back;

	row.opt_text = "";
	row.opt_bytes = (struct rowan_bytes){ "x", 0 };
	run(create);
	store(&row);
	assert_int(number("SELECT opt_text = '' AND opt_bytes = x'' FROM samples"), 1);
	load(row.id, &back);
	assert_text(back.opt_text, "");
	cr_assert(back.opt_bytes.data && back.opt_bytes.size == 0);
}

Test(driver_values, a_hundred_thousand_bytes_and_characters_come_back)
{
	static char text[100001];
	struct sample row = usual_sample();

	memset(text, 'x', sizeof(text) - 1);
	row.text = text;
	row.bytes = (struct rowan_bytes){ text, sizeof(text) };
	run(create);
	assert_round_trip(row);
}

/* Days and times are kept as text that sorts, instants and numbers as numbers. */
Test(driver_values, storage_is_what_the_header_says)
{
	struct sample row = usual_sample();

	row.datetime = rowan_datetime(2024, 2, 29, 12, 34, 56);
	row.date = rowan_date(2024, 2, 29);
	row.time = rowan_time(12, 34, 56);
	run(create);
	store(&row);
	assert_int(number("SELECT datetime = unixepoch('2024-02-29 12:34:56') * 1000000"
			  " FROM samples"), 1);
	assert_int(number("SELECT date = '2024-02-29' FROM samples"), 1);
	assert_int(number("SELECT time LIKE '12:34:56%' FROM samples"), 1);
	assert_int(number("SELECT typeof(uuid) = 'blob' AND length(uuid) = 16 FROM samples"), 1);
	assert_int(number("SELECT typeof(flag) = 'integer' FROM samples"), 1);
}

/* ---- what cannot be stored ------------------------------------------------- */

static void assert_refused(const struct sample *row, const char *column, const char *why)
{
	struct driver_statement *statement = prepare(insert);

	memset(&error, 0, sizeof(error));
	assert_code(driver_sqlite.bind_row(statement, 1, sample_slots, SAMPLE_SLOTS, row, &error),
		    ROWAN_VALIDATION);
	assert_contains(error.message, why);
	assert_text(error.table, "samples");
	assert_text(error.columns, column);
	driver_sqlite.finalize(statement);
}

Test(driver_values, what_sqlite_would_change_is_refused_before_it_is_sent)
{
	struct sample row;

	run(create);
	row = usual_sample();
	row.text = "abc\xff";
	assert_refused(&row, "text", "samples.text is not valid UTF-8 at byte 3");
	row = usual_sample();
	row.opt_text = "\xed\xa0\x80";
	assert_refused(&row, "opt_text", "UTF-8");
	row = usual_sample();
	row.real = NAN;
	assert_refused(&row, "real", "samples.real is not a number");
	row = usual_sample();
	row.time.us = INT64_C(86400000000);
	assert_refused(&row, "time", "not a time of day");
	row.time.us = -1;
	assert_refused(&row, "time", "not a time of day");
	row = usual_sample();
	row.date = rowan_date(10000, 1, 1);
	assert_refused(&row, "date", "not in the years 0 to 9999");
	row.date = rowan_date(-1, 12, 31);
	assert_refused(&row, "date", "not in the years 0 to 9999");
}

Test(driver_values, a_lone_value_is_named_by_its_number)
{
	struct driver_statement *statement = prepare("SELECT ?1, ?2");
	const char *text = "\x80";

	assert_code(driver_sqlite.bind_value(statement, 2, ROWAN_TYPE_TEXT, &text, &error),
		    ROWAN_VALIDATION);
	assert_text(error.message, "parameter 2 is not valid UTF-8 at byte 0");
	assert_code(driver_sqlite.bind_value(statement, 3, ROWAN_TYPE_INT64, NULL, &error),
		    ROWAN_DATA);
	assert_ok(driver_sqlite.bind_value(statement, 2, ROWAN_TYPE_TEXT, NULL, &error));
	assert_int(driver_sqlite.step(statement, &error), DRIVER_ROW);
	assert_int(driver_sqlite.column_count(statement), 2);
	cr_assert(driver_sqlite.is_null(statement, 1));
	driver_sqlite.finalize(statement);
}

/* ---- what cannot be read --------------------------------------------------- */

static int read_into(const char *sql, const struct slot *slot, struct sample *out)
{
	struct driver_statement *statement = prepare(sql);
	int status;

	assert_int(driver_sqlite.step(statement, &error), DRIVER_ROW);
	status = driver_sqlite.read_row(statement, 0, slot, 1, &arena, out, &error);
	driver_sqlite.finalize(statement);
	return status;
}

Test(driver_values, a_stored_value_that_does_not_fit_its_member_is_named)
{
	static const struct { size_t slot; const char *value; } cases[] = {
		{ 1, "32768" }, { 1, "-32769" }, { 2, "2147483648" }, { 2, "-2147483649" },
		{ 3, "1.5" }, { 3, "'7'" }, { 3, "x'07'" }, { 4, "2" }, { 4, "-1" },
		{ 4, "'true'" }, { 5, "'0.5'" }, { 6, "7" }, { 6, "x'41'" },
		{ 6, "'a' || char(0) || 'b'" }, { 7, "'text'" }, { 8, "'2024-02-29'" },
		{ 9, "20240229" }, { 9, "'2023-02-29'" }, { 9, "'2024-02-28' || char(0)" },
		{ 9, "''" }, { 10, "'25:00:00'" }, { 10, "12" }, { 11, "x'0102'" },
		{ 11, "zeroblob(17)" }, { 11, "'0123456789abcdef'" }, { 11, "x''" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct slot *slot = &sample_slots[cases[i].slot];
		struct sample row;
		char sql[64];

		snprintf(sql, sizeof(sql), "SELECT %s", cases[i].value);
		cr_assert(read_into(sql, slot, &row) == ROWAN_DATA, "%s as %s", cases[i].value,
			  slot->name);
		assert_contains(error.message, slot->name);
		assert_text(error.table, "samples");
	}
}

Test(driver_values, null_where_none_may_be_is_an_error_for_every_type)
{
	struct sample row;

	for (size_t i = 0; i < SAMPLE_PLAIN; i++) {
		assert_code(read_into("SELECT NULL", &sample_slots[i], &row), ROWAN_DATA);
		assert_contains(error.message, sample_slots[i].name);
		assert_contains(error.message, "NULL");
	}
	for (size_t i = SAMPLE_PLAIN; i < SAMPLE_SLOTS; i++)
		assert_ok(read_into("SELECT NULL", &sample_slots[i], &row));
}

Test(driver_values, a_whole_number_is_a_real_one)
{
	struct sample row;

	assert_ok(read_into("SELECT 7", &sample_slots[5], &row));
	cr_assert(row.real == 7.0);
}
