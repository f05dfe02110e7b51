/* SPDX-License-Identifier: MIT */
#include "postgres_server.h"
#include "sample.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What the server sends, and what members take of it. */
TestSuite(driver_postgres_decode, .init = open_server, .fini = close_server, .timeout = 60);

static const struct slot text_slot = { .type = ROWAN_TYPE_TEXT, .name = "t.text" };

/* ---- binary and text ----------------------------------------------------------------- */

static bool bytes_equal(const char *text, const struct rowan_bytes *bytes)
{
	char digits[3];

	if (strlen(text) != 2 + 2 * bytes->size)
		return false;
	for (size_t i = 0; i < bytes->size; i++) {
		snprintf(digits, sizeof(digits), "%02x", ((const unsigned char *)bytes->data)[i]);
		if (memcmp(text + 2 + 2 * i, digits, 2) != 0)
			return false;
	}
	return true;
}

/* The text form of a value says the same as the member. */
static bool agrees(const char *text, const struct slot *slot, const struct sample *row)
{
	struct rowan_datetime datetime;
	struct rowan_date date;
	struct rowan_time time;
	struct rowan_uuid uuid;
	double real;

	switch (slot->type) {
	case ROWAN_TYPE_INT16:
		return strtoll(text, NULL, 10) == row->i16;
	case ROWAN_TYPE_INT32:
		return strtoll(text, NULL, 10) == row->i32;
	case ROWAN_TYPE_INT64:
		return strtoll(text, NULL, 10) == row->i64;
	case ROWAN_TYPE_BOOL:
		return strcmp(text, row->flag ? "true" : "false") == 0;
	case ROWAN_TYPE_DOUBLE:
		real = strtod(text, NULL);
		return isnan(real) ? isnan(row->real)
				   : memcmp(&real, &row->real, sizeof(real)) == 0;
	case ROWAN_TYPE_TEXT:
		return strcmp(text, row->text) == 0;
	case ROWAN_TYPE_BYTES:
		return bytes_equal(text, &row->bytes);
	case ROWAN_TYPE_DATETIME:
		return rowan_datetime_parse(text, &datetime) && datetime.us == row->datetime.us;
	case ROWAN_TYPE_DATE:
		return rowan_date_parse(text, &date) && date.days == row->date.days;
	case ROWAN_TYPE_TIME:
		return rowan_time_parse(text, &time) && time.us == row->time.us;
	default:
		return rowan_uuid_parse(text, &uuid) &&
		       memcmp(&uuid, &row->uuid, sizeof(uuid)) == 0;
	}
}

Test(driver_postgres_decode, w08_binary_decode_equals_text_decode)
{
	static const struct { size_t slot; const char *value, *text; } cases[] = {
		{ 1, "(random() * 65535 - 32768)::int2", "v::text" },
		{ 2, "(random() * 4294967295 - 2147483648)::int4", "v::text" },
		{ 3, "((random() - 0.5) * 18446744073709549568)::int8", "v::text" },
		{ 4, "random() < 0.5", "v::text" },
		{ 5, "(random() - 0.5) * 10 ^ (random() * 600 - 300)", "v::text" },
		{ 5, "('{0,-0,NaN,Infinity,-Infinity,1e-320,1.7976931348623157e308}'::float8[])[i % 7 + 1]",
		  "v::text" },
		{ 6, "repeat(chr((random() * 55000 + 1)::int), (random() * 50)::int)", "v" },
		{ 7, "decode(left(md5(i::text), 2 * (random() * 16)::int), 'hex')", "v::text" },
		{ 8, "'1970-01-01Z'::timestamptz + (random() - 0.2) * interval '2000 years'",
		  "to_char(v AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')" },
		{ 9, "'1970-01-01'::date + ((random() - 0.2) * 700000)::int", "v::text" },
		{ 10, "'00:00'::time + random() * interval '23:59:59.999999'", "v::text" },
		{ 11, "md5(random()::text)::uuid", "v::text" },
	};

	run("SET TimeZone = 'America/St_Johns'");
	for (size_t c = 0; c < sizeof(cases) / sizeof(cases[0]); c++) {
		const struct slot *slot = &sample_slots[cases[c].slot];
		struct driver_statement *statement;
		int rows = 0;
		char sql[512];

		snprintf(sql, sizeof(sql), "SELECT v, %s FROM (SELECT %s AS v"
			 " FROM generate_series(1, 2000) AS i OFFSET 0) AS s",
			 cases[c].text, cases[c].value);
		statement = prepare(sql);
		for (; driver_postgres.step(statement, &error) == DRIVER_ROW; rows++) {
			struct sample row;
			const char *text;

			assert_ok(driver_postgres.read_row(statement, 0, slot, 1, &arena, &row,
							   &error));
			assert_ok(driver_postgres.read_row(statement, 1, &text_slot, 1, &arena,
							   &text, &error));
			cr_assert(agrees(text, slot, &row), "%s %s", slot->name, text);
			arena_clear(&arena);
		}
		cr_assert(rows == 2000, "%s: %s", sql, error.message);
		driver_postgres.finalize(statement);
	}
}

/* ---- what a member takes --------------------------------------------------------------- */

static int read_into(const char *sql, const struct slot *slot, struct sample *out)
{
	struct driver_statement *statement = prepare(sql);
	int status = driver_postgres.step(statement, &error);

	cr_assert(status == DRIVER_ROW, "%s: %s", sql, error.message);
	memset(&error, 0, sizeof(error));
	status = driver_postgres.read_row(statement, 0, slot, 1, &arena, out, &error);
	driver_postgres.finalize(statement);
	return status;
}

Test(driver_postgres_decode, a_value_that_does_not_fit_its_member_is_named)
{
	static const struct { size_t slot; const char *value, *type; } cases[] = {
		{ 1, "32768", "integer" }, { 1, "-32769", "integer" },
		{ 2, "2147483648", "bigint" }, { 2, "-2147483649", "bigint" },
		{ 3, "1.5", "numeric" }, { 3, "'7'::text", "text" }, { 3, "true", "boolean" },
		{ 3, "1.5::float8", "double precision" }, { 4, "1", "integer" },
		{ 4, "'true'::text", "text" }, { 5, "0.5::numeric", "numeric" },
		{ 5, "'0.5'::text", "text" }, { 6, "7", "integer" }, { 6, "'{}'::jsonb", "jsonb" },
		{ 6, "'x'::bytea", "bytea" }, { 6, "'1.2.3.4'::inet", "inet" },
		{ 6, "'{a}'::text[]", "1009" }, { 7, "'text'::text", "text" },
		{ 8, "'2024-02-29'::date", "date" }, { 8, "now()::timestamp", "timestamp without" },
		{ 8, "'infinity'::timestamptz", "timestamptz" },
		{ 8, "'-infinity'::timestamptz", "timestamptz" },
		{ 8, "'294276-12-31Z'::timestamptz", "timestamptz" },
		{ 9, "now()", "timestamptz" }, { 9, "'infinity'::date", "date" },
		{ 9, "'-infinity'::date", "date" },
		{ 10, "'24:00:00'::time", "time" }, { 10, "'12:00'::interval", "interval" },
		{ 10, "'12:00+01'::timetz", "timetz" }, { 11, "'0123456789abcdef'::bytea", "bytea" },
		{ 11, "'6ba7b810-9dad-11d1-80b4-00c04fd430c8'::text", "text" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct slot *slot = &sample_slots[cases[i].slot];
		struct sample row;
		char sql[128];

		snprintf(sql, sizeof(sql), "SELECT %s", cases[i].value);
		cr_assert(read_into(sql, slot, &row) == ROWAN_DATA, "%s as %s", cases[i].value,
			  slot->name);
		assert_contains(error.message, slot->name);
		assert_contains(error.message, cases[i].type);
		assert_text(error.table, "samples");
	}
}

Test(driver_postgres_decode, null_where_none_may_be_is_an_error_for_every_type)
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

Test(driver_postgres_decode, integers_of_any_size_fit_where_their_value_does)
{
	static const char *const types[] = { "int2", "int4", "int8" };
	struct sample row;

	for (size_t i = 0; i < 3; i++) {
		char sql[64];

		snprintf(sql, sizeof(sql), "SELECT (-32768)::%s", types[i]);
		assert_ok(read_into(sql, &sample_slots[1], &row));
		assert_int(row.i16, INT16_MIN);
		assert_ok(read_into(sql, &sample_slots[2], &row));
		assert_int(row.i32, INT16_MIN);
		assert_ok(read_into(sql, &sample_slots[3], &row));
		assert_int(row.i64, INT16_MIN);
		assert_ok(read_into(sql, &sample_slots[5], &row));
		cr_assert(row.real == -32768.0);
	}
	assert_ok(read_into("SELECT 0.25::float4", &sample_slots[5], &row));
	cr_assert(row.real == 0.25);
}

Test(driver_postgres_decode, everything_that_is_text_is_text)
{
	static const struct { const char *value, *text; } cases[] = {
		{ "'a'::text", "a" }, { "'b'::varchar(5)", "b" }, { "'c'::char(3)", "c  " },
		{ "'d'::name", "d" }, { "'{\"e\": 1}'::json", "{\"e\": 1}" }, { "'f'", "f" },
		{ "'g'::\"char\"", "g" }, { "'hot'::temperature", "hot" }, { "'i'::short", "i" },
		{ "''::text", "" },
	};

	run("CREATE TYPE pg_temp.temperature AS ENUM ('cold', 'hot')");
	run("CREATE DOMAIN pg_temp.short AS text CHECK (length(VALUE) < 5)");
	run("CREATE TYPE pg_temp.pair AS (a int, b text)");
	run("SET search_path = pg_temp, public");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct sample row;
		char sql[64];

		snprintf(sql, sizeof(sql), "SELECT %s", cases[i].value);
		cr_assert(read_into(sql, &sample_slots[6], &row) == ROWAN_OK, "%s: %s", sql,
			  error.message);
		assert_text(row.text, cases[i].text);
	}
	assert_code(read_into("SELECT (1, 'x')::pair", &sample_slots[6], &(struct sample){ 0 }),
		    ROWAN_DATA);
	assert_contains(error.message, "a value of type");
}
