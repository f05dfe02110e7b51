/* SPDX-License-Identifier: MIT */
#include "sample.h"

#include <string.h>

#define PLAIN(type_, member_) \
	{ .type = ROWAN_TYPE_##type_, .offset = offsetof(struct sample, member_), \
	  .value = offsetof(struct sample, member_), .name = "samples." #member_ }
#define OPTIONAL(type_, member_) \
	{ .type = ROWAN_TYPE_##type_, .optional = true, .nullable = true, \
	  .offset = offsetof(struct sample, member_), \
	  .value = offsetof(struct sample, member_.value), .name = "samples." #member_ }
#define NULLABLE(type_, member_) \
	{ .type = ROWAN_TYPE_##type_, .nullable = true, .offset = offsetof(struct sample, member_), \
	  .value = offsetof(struct sample, member_), .name = "samples." #member_ }

const struct slot sample_slots[SAMPLE_SLOTS] = {
	PLAIN(INT64, id), PLAIN(INT16, i16), PLAIN(INT32, i32), PLAIN(INT64, i64),
	PLAIN(BOOL, flag), PLAIN(DOUBLE, real), PLAIN(TEXT, text), PLAIN(BYTES, bytes),
	PLAIN(DATETIME, datetime), PLAIN(DATE, date), PLAIN(TIME, time), PLAIN(UUID, uuid),
	OPTIONAL(INT16, opt_i16), OPTIONAL(INT32, opt_i32), OPTIONAL(INT64, opt_i64),
	OPTIONAL(BOOL, opt_flag), OPTIONAL(DOUBLE, opt_real), NULLABLE(TEXT, opt_text),
	NULLABLE(BYTES, opt_bytes), OPTIONAL(DATETIME, opt_datetime), OPTIONAL(DATE, opt_date),
	OPTIONAL(TIME, opt_time), OPTIONAL(UUID, opt_uuid),
};

struct sample usual_sample(void)
{
	return (struct sample){
		.id = 1, .i16 = 2, .i32 = 3, .i64 = 4, .flag = true, .real = 0.5, .text = "Ada",
		.bytes = { "\0\1\2", 3 }, .datetime = { 1000001 }, .date = { 19782 },
		.time = { 45296000007 }, .uuid = { "0123456789abcde" },
	};
}

void assert_value(const struct slot *slot, const struct sample *got, const struct sample *want)
{
	static const size_t sizes[ROWAN_TYPE_COUNT_] = {
		[ROWAN_TYPE_INT16] = 2, [ROWAN_TYPE_INT32] = 4, [ROWAN_TYPE_INT64] = 8,
		[ROWAN_TYPE_BOOL] = sizeof(bool), [ROWAN_TYPE_DOUBLE] = 8,
		[ROWAN_TYPE_DATETIME] = 8, [ROWAN_TYPE_DATE] = 4, [ROWAN_TYPE_TIME] = 8,
		[ROWAN_TYPE_UUID] = 16,
	};
	const void *a = slot_value(slot, got), *b = slot_value(slot, want);

	cr_assert(!a == !b, "%s: one is NULL", slot->name);
	if (!a)
		return;
	if (slot->type == ROWAN_TYPE_TEXT) {
		assert_text(*(const char *const *)a, *(const char *const *)b);
		cr_assert(*(const char *const *)a != *(const char *const *)b);
	} else if (slot->type == ROWAN_TYPE_BYTES) {
		const struct rowan_bytes *x = a, *y = b;

		assert_int(x->size, y->size);
		assert_int(memcmp(x->data, y->data, x->size), 0);
	} else {
		cr_assert(memcmp(a, b, sizes[slot->type]) == 0, "%s differs", slot->name);
	}
}

void assert_sample(const struct sample *got, const struct sample *want)
{
	for (size_t i = 0; i < SAMPLE_SLOTS; i++)
		assert_value(&sample_slots[i], got, want);
}
