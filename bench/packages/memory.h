/* SPDX-License-Identifier: MIT */
#ifndef PACKAGES_MEMORY_H
#define PACKAGES_MEMORY_H

#include <stddef.h>

/* Text that lives and dies together.  All-zero is empty. */
struct text_pool {
	struct text_chunk *newest;
};

/* A copy that ends with a NUL, or NULL if there is no memory. */
char *text_pool_copy(struct text_pool *pool, const char *text, size_t size);
void text_pool_free(struct text_pool *pool);

/*
 * An array that grows: `items` with room for one more than `count`, or NULL if
 * there is no memory, and then `items` is as it was.
 */
void *array_room(void *items, size_t *capacity, size_t count, size_t item_size);

#endif
