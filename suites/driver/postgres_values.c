/* SPDX-License-Identifier: MIT */
#include "postgres_server.h"
#include "sample.h"

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

static struct sample usual(void)
{
	return (struct sample){
		.id = 1, .i16 = 2, .i32 = 3, .i64 = 4, .flag = true, .real = 0.5, .text = "Ada",
		.bytes = { "\0\1\2", 3 }, .datetime = { 1000001 }, .date = { 19782 },
		.time = { 45296000007 }, .uuid = { "0123456789abcde" },
	};
}

/* 4713-11-24 BC, the first day that the server has. */
#define LEAST_DAY (-2451545 + 10957)
#define LEAST_US (INT64_C(-211813488000000000) + INT64_C(946684800000000))
/* 5874897-12-31, the last one. */
#define GREATEST_DAY (2145031948 + 10957)

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
	assert_round_trip(usual());
	load(1, &back);
	cr_assert(!back.opt_text && !back.opt_bytes.data && !back.opt_bytes.size);
	assert_int(back.opt_i64.value, 0);
	assert_int(memcmp(&back.opt_uuid.value, &zero.opt_uuid.value, 16), 0);
	assert_int(back.opt_time.value.us, 0);
	cr_assert(back.opt_real.value == 0);
}
