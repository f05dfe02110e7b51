/* SPDX-License-Identifier: MIT */
#include "base/arena.h"

#include "base/alloc.h"

#include <string.h>

#define CHUNK_MIN ((size_t)4 << 10)
#define CHUNK_MAX ((size_t)256 << 10)

struct arena_chunk {
	struct arena_chunk *next;
	size_t size;		/* of all of it */
	char data[];
};

struct arena_taken {
	struct arena_taken *next;
	void *memory;
};

static struct arena_chunk *make_chunk(size_t size)
{
	/* Not zeroed: that would touch every page once more. */
	struct arena_chunk *chunk = mem_resize(NULL, size);

	if (chunk)
		chunk->size = size;
	return chunk;
}

static void free_chunk(struct arena_chunk *chunk)
{
	ARENA_UNPOISON_(chunk, chunk->size);
	mem_free(chunk);
}

/* All of the first chunk is free. */
static void open_chunk(struct arena *arena)
{
	struct arena_chunk *chunk = arena->chunks;

	arena->next = chunk->data;
	arena->end = (char *)chunk + chunk->size;
	ARENA_POISON_(chunk->data, chunk->size - sizeof(*chunk));
}

/* A chunk for one object goes behind the current one, which stays in use. */
static void *alloc_large(struct arena *arena, size_t size)
{
	struct arena_chunk *chunk = make_chunk(sizeof(*chunk) + size);

	if (!chunk)
		return NULL;
	if (arena->chunks) {
		chunk->next = arena->chunks->next;
		arena->chunks->next = chunk;
	} else {
		chunk->next = NULL;
		arena->chunks = chunk;
	}
	return chunk->data;
}

void *arena_grow_(struct arena *arena, size_t size)
{
	size_t chunk_size = arena->chunk_size * 2;
	struct arena_chunk *chunk;

	if (size > SIZE_MAX / 2)
		return NULL;
	if (chunk_size < CHUNK_MIN)
		chunk_size = CHUNK_MIN;
	if (chunk_size > CHUNK_MAX)
		chunk_size = CHUNK_MAX;
	size = (size + 7) & ~(size_t)7;

	if (size > chunk_size / 4) {
		void *memory = alloc_large(arena, size);

		if (memory)
			arena->chunk_size = chunk_size;
		return memory;
	}

	chunk = make_chunk(chunk_size);
	if (!chunk)
		return NULL;
	chunk->next = arena->chunks;
	arena->chunks = chunk;
	arena->chunk_size = chunk_size;
	open_chunk(arena);
	return arena_alloc(arena, size);
}

void *arena_zalloc(struct arena *arena, size_t size)
{
	void *memory = arena_alloc(arena, size);

	if (memory)
		memset(memory, 0, size);
	return memory;
}

void *arena_copy(struct arena *arena, const void *data, size_t size)
{
	void *copy = arena_alloc(arena, size);

	if (copy && size)
		memcpy(copy, data, size);
	return copy;
}

char *arena_text(struct arena *arena, const char *text, size_t length)
{
	char *copy = length < SIZE_MAX ? arena_bytes(arena, length + 1) : NULL;

	if (!copy)
		return NULL;
	if (length)
		memcpy(copy, text, length);
	copy[length] = '\0';
	return copy;
}

bool arena_take(struct arena *arena, void *memory)
{
	struct arena_taken *taken = arena_alloc(arena, sizeof(*taken));

	if (!taken)
		return false;
	*taken = (struct arena_taken){ arena->taken, memory };
	arena->taken = taken;
	return true;
}

/* The notes of it are in the chunks. */
static void free_taken(struct arena *arena)
{
	for (; arena->taken; arena->taken = arena->taken->next)
		mem_free(arena->taken->memory);
}

void arena_release(struct arena *arena)
{
	struct arena_chunk *chunk = arena->chunks;

	free_taken(arena);
	while (chunk) {
		struct arena_chunk *next = chunk->next;

		free_chunk(chunk);
		chunk = next;
	}
	*arena = (struct arena){ 0 };
}

void arena_clear(struct arena *arena)
{
	struct arena_chunk *kept = arena->chunks;

	free_taken(arena);
	/* One made for a single large object is not worth keeping. */
	if (!arena->next) {
		arena_release(arena);
		return;
	}
	arena->chunks = kept->next;
	arena_release(arena);

	kept->next = NULL;
	arena->chunks = kept;
	arena->chunk_size = kept->size;
	open_chunk(arena);
}

size_t arena_size(const struct arena *arena)
{
	size_t size = 0;

	for (const struct arena_chunk *chunk = arena->chunks; chunk; chunk = chunk->next)
		size += chunk->size;
	return size;
}
