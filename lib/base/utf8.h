/* SPDX-License-Identifier: MIT */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Whether `size` bytes are UTF-8 as RFC 3629 has it (no surrogates, nothing
 * overlong, nothing above U+10FFFF) without a NUL: the set that PostgreSQL
 * takes.  If not, *bad is the position where the first sequence that does not
 * fit begins.  `bad` may be NULL.
 */
bool utf8_valid(const char *text, size_t size, size_t *bad);

/* Make a line fit to be shown: what is no UTF-8, and control characters, become '?'. */
void utf8_clean(char *text);

/* Code points in valid UTF-8. */
size_t utf8_count(const char *text, size_t size);

#endif
