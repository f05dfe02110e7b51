/* SPDX-License-Identifier: MIT */
#ifndef BASE_VECTOR_H
#define BASE_VECTOR_H

#include "base/alloc.h"

#include <stdbool.h>
#include <stddef.h>

/* A growing array of pointers.  All-zero is empty. */
struct vector {
	void **items;
	size_t count, capacity;
};

/* Room for `capacity` items in all; false when there is no memory. */
static inline bool vector_reserve(struct vector *vector, size_t capacity)
{
	void **items;

	if (capacity <= vector->capacity)
		return true;
	items = mem_resize(vector->items, capacity * sizeof(*items));
	if (!items)
		return false;
	vector->items = items;
	vector->capacity = capacity;
	return true;
}

static inline bool vector_push(struct vector *vector, void *item)
{
	if (vector->count == vector->capacity &&
	    !vector_reserve(vector, vector->capacity ? vector->capacity * 2 : 64))
		return false;
	vector->items[vector->count++] = item;
	return true;
}

static inline void vector_release(struct vector *vector)
{
	mem_free(vector->items);
	*vector = (struct vector){ 0 };
}

#endif
