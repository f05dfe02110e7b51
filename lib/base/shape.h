/* SPDX-License-Identifier: MIT */
#ifndef BASE_SHAPE_H
#define BASE_SHAPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/*
 * What identifies a statement before its SQL is known: a kind, a model's
 * address, operators, offsets ..  Equal bytes, equal SQL.
 */
#define SHAPE_MAX 768

struct shape {
	uint16_t length;
	bool overflow;		/* too long to be cached: prepared each time */
	unsigned char bytes[SHAPE_MAX];
};

static inline void shape_start(struct shape *shape)
{
	shape->length = 0;
	shape->overflow = false;
}

static inline void shape_add(struct shape *shape, const void *data, size_t size)
{
	if (size > (size_t)(SHAPE_MAX - shape->length)) {
		shape->overflow = true;
		return;
	}
	if (size > 0)		/* memcpy() may not be given NULL even then */
		memcpy(shape->bytes + shape->length, data, size);
	shape->length = (uint16_t)(shape->length + size);
}

#endif
