/* SPDX-License-Identifier: MIT */
#include "base/utf8.h"

#include <stdint.h>
#include <string.h>

#define EACH_BYTE(byte_) (UINT64_C(0x0101010101010101) * (byte_))

/* Eight bytes of ASCII, none of them NUL (which would borrow into its high bit). */
static bool is_plain(const unsigned char *bytes)
{
	uint64_t word;

	memcpy(&word, bytes, sizeof(word));
	return (((word - EACH_BYTE(0x01)) | word) & EACH_BYTE(0x80)) == 0;
}

static bool is_tail(unsigned char byte)
{
	return (byte & 0xc0) == 0x80;
}

/*
 * The length of the sequence at `s`, or 0 if there is none: RFC 3629, section 4.
 * Only the second byte's range depends on the first one.
 */
static size_t sequence(const unsigned char *s, size_t left)
{
	unsigned char low = 0x80, high = 0xbf;
	size_t length;

	if (s[0] < 0x80)
		return s[0] != 0;
	if (s[0] < 0xc2 || s[0] > 0xf4)
		return 0;

	length = s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : 4;
	if (length > left)
		return 0;
	switch (s[0]) {
	case 0xe0: low = 0xa0; break;	/* shorter would do */
	case 0xed: high = 0x9f; break;	/* surrogates */
	case 0xf0: low = 0x90; break;
	case 0xf4: high = 0x8f; break;	/* above U+10FFFF */
	}
	if (s[1] < low || s[1] > high)
		return 0;
	for (size_t i = 2; i < length; i++)
		if (!is_tail(s[i]))
			return 0;
	return length;
}

bool utf8_valid(const char *text, size_t size, size_t *bad)
{
	const unsigned char *s = (const unsigned char *)text;
	size_t at = 0;

	while (at < size) {
		size_t length;

		while (size - at >= 8 && is_plain(s + at))
			at += 8;
		/* The last few bytes, together with some that come before them. */
		if (size - at < 8 && size >= 8 && is_plain(s + size - 8))
			return true;
		length = sequence(s + at, size - at);
		if (length == 0) {
			if (bad)
				*bad = at;
			return false;
		}
		at += length;
	}
	return true;
}

void utf8_clean(char *text)
{
	size_t left = strlen(text);

	while (left > 0) {
		size_t length = sequence((const unsigned char *)text, left);

		if (length == 0 || (unsigned char)*text < ' ' || *text == 0x7f)
			*text = '?';
		length += length == 0;
		text += length;
		left -= length;
	}
}

size_t utf8_count(const char *text, size_t size)
{
	size_t count = 0;

	for (size_t i = 0; i < size; i++)
		count += !is_tail((unsigned char)text[i]);
	return count;
}
