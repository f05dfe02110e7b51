/* SPDX-License-Identifier: MIT */
#include "postgres_server.h"
#include "sample.h"

#include "driver/check.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

TestSuite(driver_postgres_values, .init = open_server, .fini = close_server, .timeout = 60);

static const char create[] =
	"CREATE TEMPORARY TABLE samples (id bigint PRIMARY KEY, i16 smallint NOT NULL,"
	" i32 integer NOT NULL, i64 bigint NOT NULL, flag boolean NOT NULL,"
	" real double precision NOT NULL, text text NOT NULL, bytes bytea NOT NULL,"
	" datetime timestamptz NOT NULL, date date NOT NULL, time time NOT NULL,"
	" uuid uuid NOT NULL, opt_i16 smallint, opt_i32 integer, opt_i64 bigint,"
	" opt_flag boolean, opt_real double precision, opt_text text, opt_bytes bytea,"
	" opt_datetime timestamptz, opt_date date, opt_time time, opt_uuid uuid)";

static const char insert[] =
	"INSERT INTO samples VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14,"
	" $15, $16, $17, $18, $19, $20, $21, $22, $23)";

static void store(const struct sample *row)
{
	struct driver_statement *statement = prepare(insert);

	assert_ok(driver_postgres.bind_row(statement, 1, sample_slots, SAMPLE_SLOTS, row, &error));
	step_to_end(statement);
	driver_postgres.finalize(statement);
}

/* What is not written must not survive. */
static void load(int64_t id, struct sample *out)
{
	struct driver_statement *statement = prepare("SELECT * FROM samples WHERE id = $1");

	memset(out, 0xaa, sizeof(*out));
	assert_ok(driver_postgres.bind_value(statement, 1, ROWAN_TYPE_INT64, &id, &error));
	assert_int(driver_postgres.step(statement, &error), DRIVER_ROW);
	assert_int(driver_postgres.column_count(statement), SAMPLE_SLOTS);
	assert_int(driver_postgres.read_int(statement, 0), id);
	assert_ok(driver_postgres.read_row(statement, 0, sample_slots, SAMPLE_SLOTS, &arena, out,
					   &error));
	assert_int(driver_postgres.step(statement, &error), DRIVER_DONE);
	driver_postgres.finalize(statement);
}

static void assert_round_trip(struct sample row)
{
	struct sample back;

	store(&row);
	load(row.id, &back);
	assert_sample(&back, &row);
}

Test(driver_postgres_values, every_type_comes_back_with_its_least_value)
{
	run(create);
	assert_round_trip((struct sample){
		.id = INT64_MIN, .i16 = INT16_MIN, .i32 = INT32_MIN, .i64 = INT64_MIN,
		.real = -DBL_MAX, .text = "", .bytes = { "", 0 }, .datetime = { LEAST_US },
		.date = { LEAST_DAY }, .opt_i16 = rowan_opt_int16(INT16_MIN),
		.opt_i32 = rowan_opt_int32(INT32_MIN), .opt_i64 = rowan_opt_int64(INT64_MIN),
		.opt_flag = rowan_opt_bool(false), .opt_real = rowan_opt_double(-DBL_MAX),
		.opt_text = "", .opt_bytes = { "", 0 }, .opt_datetime = { true, { LEAST_US } },
		.opt_date = { true, { LEAST_DAY } }, .opt_time = { true, { 0 } },
		.opt_uuid = { true, { { 0 } } },
	});
}

Test(driver_postgres_values, every_type_comes_back_with_its_greatest_value)
{
	struct rowan_uuid ones;

	memset(&ones, 0xff, sizeof(ones));
	run(create);
	assert_round_trip((struct sample){
		.id = INT64_MAX, .i16 = INT16_MAX, .i32 = INT32_MAX, .i64 = INT64_MAX,
		.flag = true, .real = DBL_MAX, .text = "zażółć 日本 😀 \x7f \"'\\",
		.bytes = { "a\0b", 4 }, .datetime = { INT64_MAX }, .date = { GREATEST_DAY },
		.time = { INT64_C(86399999999) }, .uuid = ones,
		.opt_i16 = rowan_opt_int16(INT16_MAX), .opt_i32 = rowan_opt_int32(INT32_MAX),
		.opt_i64 = rowan_opt_int64(INT64_MAX), .opt_flag = rowan_opt_bool(true),
		.opt_real = rowan_opt_double(INFINITY), .opt_text = "x",
		.opt_bytes = { "\xff\xfe", 2 }, .opt_datetime = { true, { INT64_MAX } },
		.opt_date = { true, { GREATEST_DAY } },
		.opt_time = { true, { INT64_C(86399999999) } }, .opt_uuid = { true, ones },
	});
}

Test(driver_postgres_values, null_comes_back_as_null_with_the_value_zeroed)
{
	struct sample back;
	static const struct sample zero;

	run(create);
	assert_round_trip(usual_sample());
	load(1, &back);
	cr_assert(!back.opt_text && !back.opt_bytes.data && !back.opt_bytes.size);
	assert_int(back.opt_i64.value, 0);
	assert_int(memcmp(&back.opt_uuid.value, &zero.opt_uuid.value, 16), 0);
	assert_int(back.opt_time.value.us, 0);
	cr_assert(back.opt_real.value == 0);
}

Test(driver_postgres_values, an_empty_value_is_not_null)
{
	struct sample row = usual_sample(), back;

	row.opt_text = "";
	row.opt_bytes = (struct rowan_bytes){ "x", 0 };
	run(create);
	store(&row);
	assert_int(number("SELECT count(*) FROM samples WHERE opt_text = '' AND opt_bytes = ''"), 1);
	load(row.id, &back);
	assert_text(back.opt_text, "");
	cr_assert(back.opt_bytes.data && back.opt_bytes.size == 0);
}

/* The server's words, or the day and the hour, and not just what comes back. */
Test(driver_postgres_values, the_server_understands_what_was_meant)
{
	struct sample row = usual_sample();

	row.datetime = rowan_datetime(2024, 2, 29, 12, 34, 56);
	row.date = rowan_date(2024, 2, 29);
	row.time = rowan_time(12, 34, 56);
	row.real = -0.1;
	run(create);
	store(&row);
	assert_int(number("SELECT count(*) FROM samples WHERE i16 = 2 AND i32 = 3 AND i64 = 4 AND flag"
			  " AND real = -0.1 AND text = 'Ada' AND bytes = '\\x000102'"
			  " AND datetime = '2024-02-29 12:34:56Z' AND date = '2024-02-29'"
			  " AND time = '12:34:56' AND opt_i16 IS NULL AND opt_uuid IS NULL"
			  " AND uuid = '30313233-3435-3637-3839-616263646500'"), 1);
}

/* ---- arrays ----------------------------------------------------------------------- */

/* One more sample: different from its neighbours in every member. */
static struct sample sample_number(int64_t n)
{
	static char texts[64][16];
	struct sample row = usual_sample();
	char *text = texts[n % 64];

	snprintf(text, sizeof(texts[0]), "ü %lld", (long long)n);
	row.id = n;
	row.i16 = (int16_t)(n - 100);
	row.i32 = (int32_t)(n * 7919 - 50);
	row.i64 = n * INT64_C(-1000003);
	row.flag = n % 2;
	row.real = (double)n / 7;
	row.text = text;
	row.bytes = (struct rowan_bytes){ text, (size_t)(n % 3) };
	row.datetime.us = n * 86399999999 - 5;
	row.date.days = (int32_t)n - 30;
	row.time.us = n;
	row.uuid.bytes[15] = (unsigned char)n;
	if (n % 2) {
		row.opt_i32 = rowan_opt_int32((int32_t)n);
		row.opt_text = text;
		row.opt_date = (struct rowan_opt_date){ true, row.date };
		row.opt_uuid = (struct rowan_opt_uuid){ true, row.uuid };
	}
	return row;
}

#define MANY 1000

Test(driver_postgres_values, rows_go_as_arrays_and_come_back)
{
	static const size_t counts[] = { 0, 1, 2, MANY };
	static struct sample rows[MANY];
	static const void *pointers[MANY];
	struct driver_statement *statement;
	char sql[1024];

	run(create);
	snprintf(sql, sizeof(sql), "INSERT INTO samples SELECT * FROM unnest($1");
	for (int i = 2; i <= SAMPLE_SLOTS; i++)
		snprintf(sql + strlen(sql), sizeof(sql) - strlen(sql), ", $%d", i);
	strcat(sql, ")");
	statement = prepare(sql);
	for (size_t c = 0; c < sizeof(counts) / sizeof(counts[0]); c++) {
		/* Text lives in 64 places, so in groups of that many. */
		for (size_t from = 0; from < counts[c] || from == 0; from += 64) {
			size_t count = counts[c] - from < 64 ? counts[c] - from : 64;

			for (size_t i = 0; i < count; i++) {
				rows[i] = sample_number((int64_t)(from + i));
				pointers[i] = &rows[i];
			}
			assert_int(driver_postgres.bind_rows(statement, 1, sample_slots,
							     SAMPLE_SLOTS, pointers, count,
							     &error), SAMPLE_SLOTS);
			step_to_end(statement);
			assert_int(driver_postgres.changes(db), count);
		}
		assert_int(number("SELECT count(*) FROM samples"), counts[c]);
		for (size_t i = 0; i < counts[c]; i++) {
			struct sample row = sample_number((int64_t)i), back;

			load(row.id, &back);
			assert_sample(&back, &row);
		}
		run("DELETE FROM samples");
	}
	driver_postgres.finalize(statement);
}

Test(driver_postgres_values, lists_of_every_type_come_back)
{
	static const size_t counts[] = { 0, 1, 64 };
	struct driver_statement *statement = prepare("SELECT v FROM unnest($1) AS v");

	for (size_t s = 0; s < SAMPLE_PLAIN; s++)
		for (size_t c = 0; c < sizeof(counts) / sizeof(counts[0]); c++) {
			const struct slot *slot = &sample_slots[s];
			size_t size = value_size((enum rowan_type)slot->type);
			char items[64 * sizeof(struct rowan_uuid)];

			for (size_t i = 0; i < counts[c]; i++) {
				struct sample row = sample_number((int64_t)i);

				memcpy(items + i * size, (char *)&row + slot->value, size);
			}
			assert_ok(driver_postgres.bind_list(statement, 1, (enum rowan_type)slot->type,
							    items, counts[c], &error));
			for (size_t i = 0; i < counts[c]; i++) {
				struct sample row = sample_number((int64_t)i), back = row;

				memset((char *)&back + slot->value, 0xaa, size);
				assert_int(driver_postgres.step(statement, &error), DRIVER_ROW);
				assert_ok(driver_postgres.read_row(statement, 0, slot, 1, &arena,
								   &back, &error));
				assert_value(slot, &back, &row);
			}
			assert_int(driver_postgres.step(statement, &error), DRIVER_DONE);
			driver_postgres.reset(statement);
		}
	driver_postgres.finalize(statement);
}

Test(driver_postgres_values, text_in_a_list_may_be_null_and_anything)
{
	const char *items[] = { "a", NULL, "", "{\"b\",\\c}", "NULL", "日本" };
	struct driver_statement *statement =
		prepare("SELECT count(*) FROM unnest($1) WITH ORDINALITY AS v (t, n) WHERE n = CASE"
			" WHEN t IS NULL THEN 2 WHEN t = 'a' THEN 1 WHEN t = '' THEN 3"
			" WHEN t = '{\"b\",\\c}' THEN 4 WHEN t = 'NULL' THEN 5"
			" WHEN t = U&'\\65E5\\672C' THEN 6 END");

	assert_ok(driver_postgres.bind_list(statement, 1, ROWAN_TYPE_TEXT, items, 6, &error));
	assert_int(driver_postgres.step(statement, &error), DRIVER_ROW);
	assert_int(driver_postgres.read_int(statement, 0), 6);
	driver_postgres.finalize(statement);
}

