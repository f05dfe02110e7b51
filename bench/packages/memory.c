/* SPDX-License-Identifier: MIT */
#include "memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK_SIZE ((size_t)1 << 20)

struct text_chunk {
	struct text_chunk *older;
	size_t used, capacity;
	char text[];
};

static struct text_chunk *add_chunk(struct text_pool *pool, size_t size)
{
	size_t capacity = size > CHUNK_SIZE ? size : CHUNK_SIZE;
	struct text_chunk *chunk = malloc(sizeof(*chunk) + capacity);

	if (!chunk)
		return NULL;
	*chunk = (struct text_chunk){ .older = pool->newest, .capacity = capacity };
	pool->newest = chunk;
	return chunk;
}

char *text_pool_copy(struct text_pool *pool, const char *text, size_t size)
{
	struct text_chunk *chunk = pool->newest;
	char *copy;

	if (!chunk || chunk->capacity - chunk->used <= size)
		chunk = add_chunk(pool, size + 1);
	if (!chunk)
		return NULL;
	copy = chunk->text + chunk->used;
	memcpy(copy, text, size);
	copy[size] = '\0';
	chunk->used += size + 1;
	return copy;
}

void text_pool_free(struct text_pool *pool)
{
	while (pool->newest) {
		struct text_chunk *older = pool->newest->older;

		free(pool->newest);
		pool->newest = older;
	}
}

void *array_room(void *items, size_t *capacity, size_t count, size_t item_size)
{
	size_t wanted = *capacity ? *capacity * 2 : 16;

	if (count < *capacity)
		return items;
	if (wanted > SIZE_MAX / item_size)
		return NULL;
	items = realloc(items, wanted * item_size);
	if (items)
		*capacity = wanted;
	return items;
}
