/* SPDX-License-Identifier: MIT */
#include "support.h"

#include "base/hash.h"
#include "base/shape.h"
#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

TestSuite(text, .timeout = 10);

Test(text, grows_by_every_kind_of_append)
{
	struct text text = { 0 };

	text_add(&text, "");
	assert_text(text.data, "");
	text_add(&text, "SELECT ");
	text_add_int(&text, -7);
	text_add_char(&text, ',');
	text_add_bytes(&text, " 'open'!", 7);
	text_addf(&text, " %s %d", "LIMIT", 20);
	assert_text(text.data, "SELECT -7, 'open' LIMIT 20");
	assert_int(text.length, strlen(text.data));

	text_clear(&text);
	assert_text(text.data, "");
	text_release(&text);
	cr_assert(!text.data && !text.capacity);
}

Test(text, stays_whole_over_thousands_of_appends)
{
	struct text text = { 0 };

	for (int i = 0; i < 10000; i++)
		text_addf(&text, "%04d", i);
	assert_int(text.length, 40000);
	cr_assert(!text.broken);
	assert_int(memcmp(text.data + 4 * 1234, "1234", 4), 0);
	assert_text(text.data + 4 * 9999, "9999");
	text_release(&text);
}

Test(text, numbers_are_written_as_printf_does)
{
	static const int64_t numbers[] = { 0, 1, -1, 9, 10, 99, 100, INT64_MAX, INT64_MIN,
					   INT32_MIN, 1234567890123456789 };

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		struct text text = { 0 };
		char want[32];

		snprintf(want, sizeof(want), "%" PRId64, numbers[i]);
		text_add_int(&text, numbers[i]);
		assert_text(text.data, want);
		text_release(&text);
	}
}

Test(text, a_failed_append_breaks_it_until_it_is_cleared)
{
	struct text text = { 0 };

	text_add(&text, "kept");
	text_add_bytes(&text, "", SIZE_MAX - 1);
	cr_assert(text.broken);
	text_add(&text, " and no more");
	assert_text(text.data, "kept");
	text_clear(&text);
	text_add(&text, "new");
	cr_assert(!text.broken);
	assert_text(text.data, "new");
	text_release(&text);
}

Test(text, hashes_of_similar_bytes_differ)
{
	unsigned char bytes[40] = { 0 };
	uint64_t seen[41 + 40 * 8];
	size_t count = 0;

	for (size_t size = 0; size <= sizeof(bytes); size++)
		seen[count++] = hash_bytes(bytes, size);
	for (size_t bit = 0; bit < sizeof(bytes) * 8; bit++) {
		bytes[bit / 8] ^= (unsigned char)(1u << bit % 8);
		seen[count++] = hash_bytes(bytes, sizeof(bytes));
		bytes[bit / 8] = 0;
	}
	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < i; j++)
			cr_assert(seen[i] != seen[j], "%zu and %zu", i, j);
	cr_assert(hash_bytes("same", 4) == hash_bytes("same", 4));
}

/* A table uses the low bits: keys that count up must not meet there. */
Test(text, hashes_spread_over_small_tables)
{
	unsigned buckets[1024] = { 0 };

	for (uint64_t i = 0; i < 8192; i++)
		buckets[hash_int(i * 4096) % 1024]++;
	for (size_t i = 0; i < 1024; i++)
		cr_assert_lt(buckets[i], 32);
}

Test(text, a_shape_too_long_says_so_and_keeps_its_limits)
{
	static struct shape shape;
	char part[100] = { 0 };

	shape_start(&shape);
	for (size_t i = 0; i < 7; i++)
		shape_add(&shape, part, sizeof(part));
	cr_assert(!shape.overflow);
	assert_int(shape.length, 700);
	shape_add(&shape, part, sizeof(part));
	cr_assert(shape.overflow);
	assert_int(shape.length, 700);
}
