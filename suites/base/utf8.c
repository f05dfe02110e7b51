/* SPDX-License-Identifier: MIT */
#include "support.h"

#include "base/utf8.h"

#include <string.h>

TestSuite(utf8, .timeout = 60);

/*
 * The reference: decode as if everything were allowed, then ask whether the
 * code point is, and whether it could have been shorter.
 */
static size_t naive_sequence(const unsigned char *s, size_t left)
{
	static const uint32_t least[] = { 0, 1, 0x80, 0x800, 0x10000 };
	size_t length = s[0] < 0x80 ? 1 : (s[0] & 0xe0) == 0xc0 ? 2 :
			(s[0] & 0xf0) == 0xe0 ? 3 : (s[0] & 0xf8) == 0xf0 ? 4 : 0;
	uint32_t point;

	if (length == 0 || length > left)
		return 0;
	point = length == 1 ? s[0] : s[0] & (0xffu >> (length + 1));
	for (size_t i = 1; i < length; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		point = point << 6 | (s[i] & 0x3f);
	}
	if (point < least[length] || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff))
		return 0;
	return length;
}

static bool naive_valid(const unsigned char *s, size_t size, size_t *bad)
{
	size_t length;

	for (*bad = 0; *bad < size; *bad += length) {
		length = naive_sequence(s + *bad, size - *bad);
		if (length == 0)
			return false;
	}
	return true;
}

static void compare(const unsigned char *s, size_t size)
{
	size_t bad = SIZE_MAX, naive_bad;
	bool valid = utf8_valid((const char *)s, size, &bad);

	if (valid == naive_valid(s, size, &naive_bad) && (valid || bad == naive_bad))
		return;
	cr_assert_fail("%zu bytes, %02x %02x %02x %02x: %d, bad at %zu, not %zu", size, s[0],
		       s[1], s[2], s[3], valid, bad, naive_bad);
}

Test(utf8, every_sequence_of_up_to_three_bytes_is_judged_as_the_reference_does)
{
	for (uint32_t n = 0; n < 0x1000000; n++) {
		unsigned char s[4] = { (unsigned char)(n >> 16), (unsigned char)(n >> 8),
				       (unsigned char)n };

		compare(s, 3);
		if ((n & 0xff) == 0)
			compare(s, 2);
		if ((n & 0xffff) == 0)
			compare(s, 1);
	}
}

Test(utf8, four_bytes_are_judged_as_the_reference_does_around_every_border)
{
	static const unsigned char tails[] = { 0x00, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf,
					       0xc0, 0xff };
	const size_t count = sizeof(tails);

	for (unsigned first = 0xe0; first <= 0xff; first++)
		for (unsigned second = 0; second <= 0xff; second++)
			for (size_t i = 0; i < count * count; i++) {
				unsigned char s[4] = { (unsigned char)first, (unsigned char)second,
						       tails[i / count], tails[i % count] };

				compare(s, 4);
			}
}

Test(utf8, what_is_wrong_is_found_at_every_place_of_long_text)
{
	static const struct { const char *bytes; size_t size; } wrong[] = {
		{ "\0", 1 }, { "\x80", 1 }, { "\xff", 1 }, { "\xed\xa0\x80", 3 }, { "\xe2\x82", 2 },
	};

	for (size_t w = 0; w < sizeof(wrong) / sizeof(wrong[0]); w++) {
		for (size_t at = 0; at < 40; at++) {
			char text[64];
			size_t bad = SIZE_MAX;

			memset(text, 'a', sizeof(text));
			memcpy(text + at, wrong[w].bytes, wrong[w].size);
			cr_assert(!utf8_valid(text, sizeof(text), &bad));
			assert_int(bad, at);
			cr_assert(!utf8_valid(text, sizeof(text), NULL));
		}
	}
}

Test(utf8, text_of_every_kind_and_length_is_valid)
{
	static const char text[] = "aé€😀zzzzzzzzzzzzzzzzé";

	cr_assert(utf8_valid("", 0, NULL));
	for (size_t size = 0; size < sizeof(text); size++) {
		size_t bad;

		cr_assert(utf8_valid(text, size, NULL) ==
			  naive_valid((const unsigned char *)text, size, &bad), "%zu bytes", size);
	}
}

Test(utf8, counts_characters_and_not_bytes)
{
	assert_int(utf8_count("", 0), 0);
	assert_int(utf8_count("abc", 3), 3);
	assert_int(utf8_count("aé€😀", 10), 4);
}
