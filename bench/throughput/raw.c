/* SPDX-License-Identifier: MIT */
#include "throughput/raw.h"

#include "harness.h"

#include <stdlib.h>

#define FIRST_CHUNK ((size_t)4096)
#define LAST_CHUNK ((size_t)1 << 20)

void *raw_grow_(struct raw_arena *arena, size_t size)
{
	struct raw_chunk *newest = arena->chunks, *chunk;
	size_t want = newest ? newest->size * 2 : FIRST_CHUNK;

	if (want > LAST_CHUNK)
		want = LAST_CHUNK;
	if (want < size + sizeof(*chunk))
		want = size + sizeof(*chunk);
	chunk = malloc(want);
	if (!chunk)
		die("out of memory");
	*chunk = (struct raw_chunk){ newest, want };
	arena->chunks = chunk;
	arena->next = (char *)(chunk + 1);
	arena->end = (char *)chunk + want;
	return raw_alloc(arena, size);
}

void raw_clear(struct raw_arena *arena)
{
	struct raw_chunk *kept = arena->chunks;

	if (!kept)
		return;
	while (kept->next) {
		struct raw_chunk *chunk = kept->next;

		kept->next = chunk->next;
		free(chunk);
	}
	arena->next = (char *)(kept + 1);
}

void raw_free(struct raw_arena *arena)
{
	raw_clear(arena);
	free(arena->chunks);
	*arena = (struct raw_arena){ 0 };
}

struct raw_task *raw_new_task(struct raw_arena *arena, const struct raw_task *input)
{
	struct raw_task *task = raw_alloc(arena, sizeof(*task));

	*task = *input;
	task->title = raw_text(arena, input->title, strlen(input->title));
	if (input->description)
		task->description = raw_text(arena, input->description,
					     strlen(input->description));
	return task;
}
