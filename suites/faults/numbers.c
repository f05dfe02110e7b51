/* SPDX-License-Identifier: MIT */
/* Numbers at their edges, of random bits, and longer than any of C's. */
#include "places.h"
#include "scaled.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

TestSuite(numbers, .init = open_place, .fini = close_place, .timeout = 240);

/* ---- integers ------------------------------------------------------------------------- */

struct whole {
	int64_t id;
	int16_t small;
	int32_t medium;
	int64_t large;
};
struct wide { int64_t id, small, medium, large; };	/* the same table, by wider members */
extern const struct rowan_model whole_model, wide_model;
ROWAN_MODEL(whole, ROWAN_FIELDS(
	ROWAN_FIELD(whole, id, .primary_key = true), ROWAN_FIELD(whole, small),
	ROWAN_FIELD(whole, medium), ROWAN_FIELD(whole, large)));
ROWAN_MODEL(wide, ROWAN_FIELDS(
	ROWAN_FIELD(wide, id, .primary_key = true), ROWAN_FIELD(wide, small),
	ROWAN_FIELD(wide, medium), ROWAN_FIELD(wide, large)), .table = "whole");

static const int64_t integers[] = {
	0, 1, -1, INT16_MAX, INT16_MIN, INT16_MAX + 1, INT16_MIN - 1, UINT16_MAX, UINT16_MAX + 1,
	INT32_MAX, INT32_MIN, (int64_t)INT32_MAX + 1, (int64_t)INT32_MIN - 1, UINT32_MAX,
	(int64_t)UINT32_MAX + 1, INT64_MAX, INT64_MIN,
};
#define INTEGERS (sizeof(integers) / sizeof(integers[0]))

/* What does not fit its member is an error, never another number. */
static void assert_read(const char *member, int64_t value, bool fits)
{
	const struct whole *row;

	row = rowan_get(session, whole, 1);
	if (!fits) {
		assert_null(row);
		assert_error(session, ROWAN_DATA, member);
	} else {
		cr_assert_not_null(row, "%s", rowan_error(session)->message);
		assert_int(member[0] == 's' ? row->small : row->medium, value);
	}
	assert_ok(rowan_rollback(session));
	assert_ok(rowan_clear(session));
}

/* Stored by a model that promises less. */
static void store(int64_t small, int64_t medium)
{
	struct wide row = { 1, small, medium, 0 };

	rowan_delete_where(session, rowan_select(wide, .all_rows = true));
	assert_ok(rowan_insert_all(session, wide, &row, 1));
	assert_ok(rowan_commit(session));
}

Test(numbers, value2_an_integer_fits_or_is_an_error)
{
	struct rowan_error error;

	cr_assert(rowan_create_all(engine, ROWAN_MODELS(&wide_model), &error) == ROWAN_OK, "%s",
		  error.message);
	for (size_t i = 0; i < INTEGERS; i++) {
		store(integers[i], 0);
		assert_read("small", integers[i], integers[i] >= INT16_MIN && integers[i] <= INT16_MAX);
		store(0, integers[i]);
		assert_read("medium", integers[i], integers[i] >= INT32_MIN && integers[i] <= INT32_MAX);
	}
	/* .. and on the way in: every number of a member's type comes back. */
	rowan_delete_where(session, rowan_select(wide, .all_rows = true));
	for (size_t i = 0; i < INTEGERS; i++) {
		struct whole row = { .id = 10 + (int64_t)i, .small = (int16_t)integers[i],
				     .medium = (int32_t)integers[i], .large = integers[i] };
		const struct whole *back;

		assert_ok(rowan_insert_all(session, whole, &row, 1));
		assert_ok(rowan_commit(session));
		back = rowan_get(session, whole, row.id);
		cr_assert(back && back->small == row.small && back->medium == row.medium &&
			  back->large == row.large);
	}
	record_fault("value-2", .injections = 3 * INTEGERS, .survived = 3 * INTEGERS,
		     .figure = "edges of 16, 32 and 64 bits, in and out");
}

/* ---- doubles --------------------------------------------------------------------------------- */

struct number { int64_t id; double value; };
extern const struct rowan_model number_model;
ROWAN_MODEL(number, ROWAN_FIELDS(
	ROWAN_FIELD(number, id, .primary_key = true), ROWAN_FIELD(number, value)));

#define AT_ONCE 50000

static double random_double(struct rowan_fake *fake)
{
	for (;;) {
		uint64_t bits = rowan_fake_bits(fake);
		double value;

		memcpy(&value, &bits, sizeof(value));
		if (!isnan(value) && !(value == 0 && signbit(value)))
			return value;
	}
}

Test(numbers, value6_doubles_come_back_bit_for_bit)
{
	static struct number numbers[AT_ONCE];
	struct rowan_fake fake = rowan_fake();
	long rounds = (scaled("ROWAN_DOUBLES", MANY) + AT_ONCE - 1) / AT_ONCE;
	char figure[64];

	assert_ok(rowan_create_all(engine, ROWAN_MODELS(&number_model), NULL));
	for (long round = 0; round < rounds; round++) {
		const int64_t before = round * AT_ONCE;
		struct rowan_stream *stream;
		const struct number *found;
		size_t count = 0;

		for (size_t i = 0; i < AT_ONCE; i++)
			numbers[i] = (struct number){ before + 1 + (int64_t)i, random_double(&fake) };
		assert_ok(rowan_insert_all(session, number, numbers, AT_ONCE));
		assert_ok(rowan_commit(session));
		stream = rowan_stream(session, rowan_select(number,
			.where = rowan_gt(rowan_column(number, id), before)));
		while ((found = rowan_stream_next(stream)))
			count += memcmp(&found->value, &numbers[found->id - before - 1].value,
					sizeof(double)) == 0;
		assert_ok(rowan_stream_close(stream));
		assert_int(count, AT_ONCE);
	}
	snprintf(figure, sizeof(figure), "random bit patterns, infinities among them: 0 changed");
	record_fault("value-6", .injections = rounds * AT_ONCE, .survived = rounds * AT_ONCE,
		     .figure = figure);
}

/* SQLite's zero has no sign, and it has no number for what is none: that is an error. */
Test(numbers, value6_special_doubles_come_back_or_are_refused)
{
	static const double specials[] = { INFINITY, -INFINITY, 0.0, -0.0, 5e-324, -5e-324,
					   2.2250738585072014e-308, 1.7976931348623157e308, NAN, -NAN };
	const long count = sizeof(specials) / sizeof(specials[0]);

	assert_ok(rowan_create_all(engine, ROWAN_MODELS(&number_model), NULL));
	for (int64_t i = 0; i < count; i++) {
		const struct number row = { i + 1, specials[i] };
		const struct number *found;
		int status = rowan_insert_all(session, number, &row, 1);

		if (isnan(row.value) && runs_on("sqlite")) {
			assert_code(status, ROWAN_VALIDATION);
			assert_error(session, ROWAN_VALIDATION, "is not a number (NaN)");
			assert_ok(rowan_rollback(session));
			continue;
		}
		assert_ok(status);
		assert_ok(rowan_commit(session));
		found = rowan_get(session, number, row.id);
		cr_assert(found && (isnan(row.value) ? isnan(found->value)
						     : found->value == row.value), "%g", row.value);
		cr_assert(isnan(row.value) || runs_on("sqlite") ||
			  !signbit(found->value) == !signbit(row.value));
	}
	record_fault("value-6", .injections = count, .survived = count,
		     .figure = "infinities, zeros, the smallest, the greatest; NaN, or its refusal");
}

/* ---- decimals --------------------------------------------------------------------------------- */

struct amount { int64_t id; const char *value; };
extern const struct rowan_model amount_model;
ROWAN_MODEL(amount, ROWAN_FIELDS(
	ROWAN_FIELD(amount, id, .primary_key = true),
	ROWAN_FIELD(amount, value, .postgres_type = "numeric")));

#define DIGITS 1000

/* A number as the database writes it: a digit that is not 0 comes first. */
static const char *random_decimal(struct rowan_fake *fake, size_t point)
{
	static char text[DIGITS + 3];
	size_t used = 0;

	if (rowan_fake_below(fake, 2))
		text[used++] = '-';
	text[used++] = (char)('1' + rowan_fake_below(fake, 9));
	for (size_t i = 1; i < DIGITS; i++) {
		if (i == point)
			text[used++] = '.';
		text[used++] = (char)('0' + rowan_fake_below(fake, 10));
	}
	text[used] = '\0';
	return text;
}

static void assert_decimal(int64_t id, const char *text)
{
	const struct amount row = { id, text };
	const struct amount *found;

	assert_ok(rowan_insert_all(session, amount, &row, 1));
	assert_ok(rowan_commit(session));
	found = rowan_get(session, amount, id);
	cr_assert_not_null(found, "%s", rowan_error(session)->message);
	assert_text(found->value, text);
	assert_ok(rowan_clear(session));
}

Test(numbers, value6_decimals_of_a_thousand_digits_come_back_digit_for_digit)
{
	struct rowan_fake fake = rowan_fake();
	int64_t id = 0;

	assert_ok(rowan_create_all(engine, ROWAN_MODELS(&amount_model), NULL));
	for (size_t point = 1; point <= DIGITS; point += 37)
		assert_decimal(++id, random_decimal(&fake, point));
	assert_decimal(++id, random_decimal(&fake, DIGITS));
	assert_decimal(++id, "NaN");
	assert_decimal(++id, "Infinity");
	assert_decimal(++id, "-Infinity");
	record_fault("value-6", .injections = (long)id, .survived = (long)id,
		     .figure = "decimals of 1,000 digits, NaN and infinities as text: 0 changed");
}
