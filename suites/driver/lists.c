/* SPDX-License-Identifier: MIT */
#include "database.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

TestSuite(driver_lists, .init = open_memory, .fini = close_all, .timeout = 20);

static const char each[] = "SELECT count(*), sum(value = ?2) FROM json_each(?1)";

/* Whether `item` is found in the list as often as it should be. */
static void assert_found(enum rowan_type type, const void *items, size_t count,
			 const void *item, int64_t times)
{
	struct driver_statement *statement = prepare(each);

	assert_ok(driver_sqlite.bind_list(statement, 1, type, items, count, &error));
	assert_ok(driver_sqlite.bind_value(statement, 2, type, item, &error));
	assert_int(driver_sqlite.step(statement, &error), DRIVER_ROW);
	assert_int(driver_sqlite.read_int(statement, 0), count);
	assert_int(driver_sqlite.read_int(statement, 1), times);
	driver_sqlite.finalize(statement);
}

/* The list as it is sent. */
static void assert_json(enum rowan_type type, const void *items, size_t count, const char *want)
{
	static const struct slot slot = { .type = ROWAN_TYPE_TEXT, .name = "list" };
	struct driver_statement *statement = prepare("SELECT ?1");
	const char *json;

	assert_ok(driver_sqlite.bind_list(statement, 1, type, items, count, &error));
	assert_int(driver_sqlite.step(statement, &error), DRIVER_ROW);
	assert_ok(driver_sqlite.read_row(statement, 0, &slot, 1, &arena, &json, &error));
	assert_text(json, want);
	driver_sqlite.finalize(statement);
}

Test(driver_lists, every_type_has_its_own_text)
{
	int16_t small[] = { INT16_MIN, 7 };
	int32_t middle[] = { INT32_MAX };
	int64_t big[] = { INT64_MIN, 0, INT64_MAX };
	bool flags[] = { true, false };
	double reals[] = { 0.5, -2, INFINITY, -INFINITY };
	const char *texts[] = { "", "a\"b\\c", "\x01\n\t", "zażółć 😀", NULL };
	struct rowan_datetime instants[] = { { -5 } };
	struct rowan_date days[] = { rowan_date(2024, 2, 29), rowan_date(1, 1, 1) };

	assert_json(ROWAN_TYPE_INT16, small, 2, "[-32768,7]");
	assert_json(ROWAN_TYPE_INT32, middle, 1, "[2147483647]");
	assert_json(ROWAN_TYPE_INT64, big, 3, "[-9223372036854775808,0,9223372036854775807]");
	assert_json(ROWAN_TYPE_INT64, NULL, 0, "[]");
	assert_json(ROWAN_TYPE_BOOL, flags, 2, "[1,0]");
	assert_json(ROWAN_TYPE_DOUBLE, reals, 4, "[0.5,-2.0,9e999,-9e999]");
	assert_json(ROWAN_TYPE_TEXT, texts, 5, "[\"\",\"a\\u0022b\\u005cc\",\"\\u0001\\u000a\\u0009\","
					       "\"zażółć 😀\",null]");
	assert_json(ROWAN_TYPE_DATETIME, instants, 1, "[-5]");
	assert_json(ROWAN_TYPE_DATE, days, 2, "[\"2024-02-29\",\"0001-01-01\"]");
}

Test(driver_lists, json_each_finds_what_was_put_in)
{
	const char *texts[] = { "plain", "quote \" and \\", "\x1f control", "日本 😀", "" };
	double reals[] = { 0.1, 1e300, -DBL_MIN, 1.0 / 3, 12345.678901234567, INFINITY };
	struct rowan_time times[] = { rowan_time(0, 0, 0), { 86399999999 } };

	for (size_t i = 0; i < 5; i++)
		assert_found(ROWAN_TYPE_TEXT, texts, 5, &texts[i], 1);
	for (size_t i = 0; i < 6; i++)
		assert_found(ROWAN_TYPE_DOUBLE, reals, 6, &reals[i], 1);
	for (size_t i = 0; i < 2; i++)
		assert_found(ROWAN_TYPE_TIME, times, 2, &times[i], 1);
}

Test(driver_lists, uuids_are_sent_as_their_bytes_in_a_row)
{
	static const struct slot slot = { .type = ROWAN_TYPE_BYTES, .name = "list" };
	struct rowan_uuid uuids[] = { rowan_uuid4(), rowan_uuid4(), rowan_uuid4() };
	struct driver_statement *statement = prepare("SELECT ?1");
	struct rowan_bytes bytes;

	assert_ok(driver_sqlite.bind_list(statement, 1, ROWAN_TYPE_UUID, uuids, 3, &error));
	assert_int(driver_sqlite.step(statement, &error), DRIVER_ROW);
	assert_ok(driver_sqlite.read_row(statement, 0, &slot, 1, &arena, &bytes, &error));
	assert_int(bytes.size, 48);
	assert_int(memcmp(bytes.data, uuids, 48), 0);
	driver_sqlite.reset(statement);

	assert_ok(driver_sqlite.bind_list(statement, 1, ROWAN_TYPE_UUID, uuids, 0, &error));
	assert_int(driver_sqlite.step(statement, &error), DRIVER_ROW);
	assert_ok(driver_sqlite.read_row(statement, 0, &slot, 1, &arena, &bytes, &error));
	cr_assert(bytes.data && bytes.size == 0);
	driver_sqlite.finalize(statement);
}

Test(driver_lists, two_lists_of_one_statement_do_not_disturb_each_other)
{
	struct driver_statement *statement =
		prepare("SELECT (SELECT sum(value) FROM json_each(?1)) * 1000000"
			" + (SELECT count(*) FROM json_each(?2))");
	int64_t few[] = { 1, 2, 3 };
	int64_t *many = mem_alloc(30000 * sizeof(*many));

	cr_assert(many);
	for (int turn = 0; turn < 3; turn++) {
		size_t count = turn == 1 ? 30000 : 10;

		assert_ok(driver_sqlite.bind_list(statement, 1, ROWAN_TYPE_INT64, few, 3, &error));
		assert_ok(driver_sqlite.bind_list(statement, 2, ROWAN_TYPE_INT64, many, count,
						  &error));
		assert_int(driver_sqlite.step(statement, &error), DRIVER_ROW);
		assert_int(driver_sqlite.read_int(statement, 0), 6000000 + (int64_t)count);
		driver_sqlite.reset(statement);
	}
	driver_sqlite.finalize(statement);
	mem_free(many);
}

Test(driver_lists, what_cannot_be_in_a_list_is_refused)
{
	struct driver_statement *statement = prepare(each);
	const char *texts[] = { "fine", "\xc0\x80" };
	double reals[] = { NAN };
	struct rowan_date days[] = { { INT32_MAX } };
	struct rowan_time times[] = { { -1 } };
	struct rowan_bytes bytes[] = { { "", 0 } };

	assert_code(driver_sqlite.bind_list(statement, 1, ROWAN_TYPE_TEXT, texts, 2, &error),
		    ROWAN_VALIDATION);
	assert_contains(error.message, "parameter 1");
	assert_code(driver_sqlite.bind_list(statement, 1, ROWAN_TYPE_DOUBLE, reals, 1, &error),
		    ROWAN_VALIDATION);
	assert_code(driver_sqlite.bind_list(statement, 1, ROWAN_TYPE_DATE, days, 1, &error),
		    ROWAN_VALIDATION);
	assert_code(driver_sqlite.bind_list(statement, 1, ROWAN_TYPE_TIME, times, 1, &error),
		    ROWAN_VALIDATION);
	assert_code(driver_sqlite.bind_list(statement, 1, ROWAN_TYPE_BYTES, bytes, 1, &error),
		    ROWAN_MISUSE);
	assert_code(driver_sqlite.bind_list(statement, 9, ROWAN_TYPE_TEXT, texts, 1, &error),
		    ROWAN_DATA);
	driver_sqlite.finalize(statement);
}

/* SQLite reads a JSON number with its own rounding: what comes back is counted. */
Test(driver_lists, random_numbers_are_found_again)
{
	struct driver_statement *statement = prepare(each);
	uint64_t state = 88172645463325252u;
	int64_t lost = 0;

	for (int i = 0; i < 20000; i++) {
		double real;
		uint64_t bits;

		state ^= state << 13;
		state ^= state >> 7;
		state ^= state << 17;
		bits = (state & UINT64_C(0x800fffffffffffff)) | (UINT64_C(1003) + state % 40) << 52;
		memcpy(&real, &bits, sizeof(real));
		assert_ok(driver_sqlite.bind_list(statement, 1, ROWAN_TYPE_DOUBLE, &real, 1, &error));
		assert_ok(driver_sqlite.bind_value(statement, 2, ROWAN_TYPE_DOUBLE, &real, &error));
		assert_int(driver_sqlite.step(statement, &error), DRIVER_ROW);
		lost += driver_sqlite.read_int(statement, 1) != 1;
		driver_sqlite.reset(statement);
	}
	driver_sqlite.finalize(statement);
	assert_int(lost, 0);
}
