/* SPDX-License-Identifier: MIT */
#include "base/text.h"

#include "base/alloc.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Make room for `size` more bytes and the NUL. */
static bool reserve(struct text *text, size_t size)
{
	size_t capacity = text->capacity ? text->capacity : 64;
	char *data;

	if (text->broken)
		return false;
	if (text->capacity > text->length && size < text->capacity - text->length)
		return true;
	if (size >= SIZE_MAX / 2 - text->length) {
		text->broken = true;
		return false;
	}
	while (capacity <= text->length + size)
		capacity *= 2;

	data = mem_resize(text->data, capacity);
	if (!data) {
		text->broken = true;
		return false;
	}
	text->data = data;
	text->capacity = capacity;
	return true;
}

void text_add_bytes(struct text *text, const char *more, size_t size)
{
	if (!reserve(text, size))
		return;
	if (size)
		memcpy(text->data + text->length, more, size);
	text->length += size;
	text->data[text->length] = '\0';
}

void text_add(struct text *text, const char *more)
{
	text_add_bytes(text, more, strlen(more));
}

void text_add_char(struct text *text, char c)
{
	text_add_bytes(text, &c, 1);
}

void text_add_int(struct text *text, int64_t value)
{
	char digits[20];
	char *first = digits + sizeof(digits);
	uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;

	do {
		*--first = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest);
	if (value < 0)
		*--first = '-';
	text_add_bytes(text, first, (size_t)(digits + sizeof(digits) - first));
}

void text_addf(struct text *text, const char *format, ...)
{
	va_list arguments;
	int size;

	va_start(arguments, format);
	size = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);
	if (size < 0) {
		text->broken = true;
		return;
	}
	if (!reserve(text, (size_t)size))
		return;

	va_start(arguments, format);
	vsnprintf(text->data + text->length, (size_t)size + 1, format, arguments);
	va_end(arguments);
	text->length += (size_t)size;
}

void text_clear(struct text *text)
{
	text->length = 0;
	text->broken = false;
	if (text->data)
		text->data[0] = '\0';
}

void text_release(struct text *text)
{
	mem_free(text->data);
	*text = (struct text){ 0 };
}
