/* SPDX-License-Identifier: MIT */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

/*
 * A growing string.  A failed append leaves it broken; later ones do nothing,
 * and one look at `broken` at the end is enough.  All-zero is empty; `data` is
 * NULL until something was added and ends with a NUL after that.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct text {
	char *data;
	size_t length, capacity;
	bool broken;
};

void text_add(struct text *text, const char *more);
void text_add_bytes(struct text *text, const char *more, size_t size);
void text_add_char(struct text *text, char c);
void text_add_int(struct text *text, int64_t value);
void text_addf(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
void text_clear(struct text *text);	/* empty, memory kept, no longer broken */
void text_release(struct text *text);

#endif
