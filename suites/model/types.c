/* SPDX-License-Identifier: MIT */
/* Members of each type: compare, copy, hash. */
#include "support.h"

#include "base/hash.h"
#include "model/types.h"

#include <math.h>
#include <string.h>

TestSuite(types, .timeout = 30);

struct all {
	int16_t i16;
	int32_t i32;
	int64_t i64;
	bool b;
	double d;
	const char *text;
	struct rowan_bytes bytes;
	struct rowan_datetime datetime;
	struct rowan_date date;
	struct rowan_time time;
	struct rowan_uuid uuid;
	struct rowan_opt_int16 opt_i16;
	struct rowan_opt_int64 opt_i64;
	struct rowan_opt_bool opt_b;
	struct rowan_opt_uuid opt_uuid;
};

#define PLAIN(type_, member_) { .type = type_, .offset = offsetof(struct all, member_), \
	.value = offsetof(struct all, member_) }
#define OPTIONAL(type_, member_) { .type = type_, .optional = true, .nullable = true, \
	.offset = offsetof(struct all, member_), .value = offsetof(struct all, member_.value) }

/* Every kind of member. */
static const struct slot slots[] = {
	PLAIN(ROWAN_TYPE_INT16, i16), PLAIN(ROWAN_TYPE_INT32, i32), PLAIN(ROWAN_TYPE_INT64, i64),
	PLAIN(ROWAN_TYPE_BOOL, b), PLAIN(ROWAN_TYPE_DOUBLE, d), PLAIN(ROWAN_TYPE_TEXT, text),
	PLAIN(ROWAN_TYPE_BYTES, bytes), PLAIN(ROWAN_TYPE_DATETIME, datetime),
	PLAIN(ROWAN_TYPE_DATE, date), PLAIN(ROWAN_TYPE_TIME, time), PLAIN(ROWAN_TYPE_UUID, uuid),
	OPTIONAL(ROWAN_TYPE_INT16, opt_i16), OPTIONAL(ROWAN_TYPE_INT64, opt_i64),
	OPTIONAL(ROWAN_TYPE_BOOL, opt_b), OPTIONAL(ROWAN_TYPE_UUID, opt_uuid),
};
#define SLOTS (sizeof(slots) / sizeof(slots[0]))

/* A row of values, the second different from the first in every member. */
static struct all row_of(int n)
{
	static const char *const texts[] = { "", "one", "two" };
	struct all row = {
		.i16 = (int16_t)n, .i32 = n << 20, .i64 = (int64_t)n << 40, .b = n % 2, .d = n / 3.0,
		.text = texts[n], .bytes = { texts[n], strlen(texts[n]) },
		.datetime = { n + INT64_C(1) }, .date = { n }, .time = { n }, .uuid = { { 0, (unsigned char)n } },
		.opt_i16 = rowan_opt_int16((int16_t)n), .opt_i64 = rowan_opt_int64(n),
		.opt_b = rowan_opt_bool(n % 2), .opt_uuid = { true, { { (unsigned char)n } } },
	};
	return row;
}

Test(types, a_member_equals_itself_and_no_other)
{
	struct all one = row_of(1), same = row_of(1), two = row_of(2);
	char copies[2][4] = { "one", "one" };

	for (size_t i = 0; i < SLOTS; i++) {
		cr_assert(slot_equal(&slots[i], &one, &same), "slot %zu", i);
		cr_assert_not(slot_equal(&slots[i], &one, &two), "slot %zu", i);
	}
	one.text = copies[0];
	same.text = copies[1];
	one.bytes.data = copies[0];
	same.bytes.data = copies[1];
	cr_assert(slot_equal(&slots[5], &one, &same));
	cr_assert(slot_equal(&slots[6], &one, &same));
	same.bytes.size = 2;
	cr_assert_not(slot_equal(&slots[6], &one, &same));
	same.bytes.data = one.bytes.data;
	cr_assert_not(slot_equal(&slots[6], &one, &same));
}

Test(types, m05_null_is_not_zero_false_or_empty)
{
	struct all null = { 0 }, zero = row_of(0);

	for (size_t i = 0; i < SLOTS; i++) {
		bool may_be_null = slots[i].optional || slots[i].type == ROWAN_TYPE_TEXT
				   || slots[i].type == ROWAN_TYPE_BYTES;

		cr_assert(slot_equal(&slots[i], &null, &null), "slot %zu", i);
		if (may_be_null) {
			cr_assert_not(slot_equal(&slots[i], &null, &zero), "slot %zu", i);
			cr_assert_not(slot_equal(&slots[i], &zero, &null), "slot %zu", i);
			cr_assert(slot_get(&slots[i], &null).null);
		}
		cr_assert_not(slot_get(&slots[i], &zero).null, "slot %zu", i);
	}
}

/* What is behind an unset value does not matter. */
Test(types, unset_members_are_equal)
{
	struct all a = { .opt_i64 = { false, 1 } }, b = { .opt_i64 = { false, 2 } };

	cr_assert(slot_equal(&slots[12], &a, &b));
	assert_int(slot_hash(&slots[12], &a), slot_hash(&slots[12], &b));
}

Test(types, numbers_are_equal_as_a_database_has_it)
{
	struct all zero = { .d = 0.0 }, minus = { .d = -0.0 }, nan = { .d = NAN }, nan2 = { .d = -NAN };

	cr_assert(slot_equal(&slots[4], &zero, &minus));
	cr_assert(slot_equal(&slots[4], &nan, &nan2));
	cr_assert_not(slot_equal(&slots[4], &nan, &zero));
	assert_int(slot_hash(&slots[4], &zero), slot_hash(&slots[4], &minus));
	assert_int(slot_hash(&slots[4], &nan), slot_hash(&slots[4], &nan2));
}

Test(types, equal_members_have_equal_hashes_and_others_do_not)
{
	struct all one = row_of(1), same = row_of(1), two = row_of(2);

	for (size_t i = 0; i < SLOTS; i++) {
		cr_assert(slot_hash(&slots[i], &one) == slot_hash(&slots[i], &same), "%zu", i);
		cr_assert(slot_hash(&slots[i], &one) != slot_hash(&slots[i], &two), "%zu", i);
	}
}

/* A key hashes the same in a column of any width. */
Test(types, integers_of_all_widths_hash_alike)
{
	struct all row = { .i16 = -7, .i32 = -7, .i64 = -7, .opt_i16 = { true, -7 } };
	uint64_t hash = hash_int((uint64_t)INT64_C(-7));

	for (size_t i = 0; i < 3; i++)
		assert_int(slot_hash(&slots[i], &row), hash);
	assert_int(slot_hash(&slots[11], &row), hash);
}

Test(types, a_value_survives_get_and_set)
{
	struct all from = row_of(1), null = { 0 }, to;

	for (size_t i = 0; i < SLOTS; i++) {
		memset(&to, 0xaa, sizeof(to));
		slot_set(&slots[i], &to, slot_get(&slots[i], &from));
		cr_assert(slot_equal(&slots[i], &from, &to), "slot %zu", i);
		slot_set(&slots[i], &to, slot_get(&slots[i], &null));
		cr_assert(slot_equal(&slots[i], &null, &to), "slot %zu", i);
		slot_set(&slots[i], &to, (struct rowan_value){ 0 });
		cr_assert(slot_equal(&slots[i], &null, &to), "slot %zu", i);
	}
}

Test(types, a_whole_number_fits_every_number)
{
	struct all row = { 0 };

	slot_set(&slots[0], &row, ROWAN_VALUE(7));
	slot_set(&slots[1], &row, ROWAN_VALUE(7));
	slot_set(&slots[3], &row, ROWAN_VALUE(1));
	slot_set(&slots[4], &row, ROWAN_VALUE(7));
	slot_set(&slots[11], &row, ROWAN_VALUE(7));
	assert_int(row.i16, 7);
	assert_int(row.i32, 7);
	assert_int(row.b, true);
	cr_assert(row.d == 7.0);
	assert_int(row.opt_i16.set, true);
	assert_int(row.opt_i16.value, 7);
}

Test(types, assign_copies_between_plain_and_optional)
{
	struct all from = { .i64 = 9 }, to = { 0 };

	slot_assign(&slots[12], &to, &slots[2], &from);
	assert_int(to.opt_i64.set, true);
	assert_int(to.opt_i64.value, 9);
	slot_assign(&slots[2], &to, &slots[12], &to);
	assert_int(to.i64, 9);
	slot_assign(&slots[2], &to, &slots[12], &from);	/* NULL where none may be is 0 */
	assert_int(to.i64, 0);
	slot_assign(&slots[12], &to, &slots[12], &from);
	assert_int(to.opt_i64.set, false);
	assert_int(to.opt_i64.value, 0);
}

Test(types, zero_is_what_a_key_is_before_it_is_given)
{
	struct all null = { 0 }, zero = row_of(0), one = row_of(1);

	for (size_t i = 0; i < SLOTS; i++) {
		cr_assert(slot_is_zero(&slots[i], &null), "slot %zu", i);
		cr_assert_not(slot_is_zero(&slots[i], &one), "slot %zu", i);
	}
	/* An empty text is a value, and so is an optional 0. */
	cr_assert_not(slot_is_zero(&slots[5], &zero));
	cr_assert_not(slot_is_zero(&slots[12], &zero));
	cr_assert(slot_is_zero(&slots[2], &zero));
}

Test(types, every_type_has_a_size_and_a_name)
{
	for (int type = ROWAN_TYPE_INT16; type < ROWAN_TYPE_COUNT_; type++) {
		cr_assert(type_size((enum rowan_type)type) > 0, "%d", type);
		cr_assert(type_name((enum rowan_type)type)[0], "%d", type);
	}
	assert_int(type_size(ROWAN_TYPE_INT64), 8);
	assert_text(type_name(ROWAN_TYPE_INT64), "integer");
	assert_text(type_name(ROWAN_TYPE_NONE), "nothing");
}
