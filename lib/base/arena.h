/* SPDX-License-Identifier: MIT */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

/*
 * Memory that is freed all at once.
 *
 * Rows, their text and their bookkeeping live and die with a session, so they
 * come from chunks (4 KiB, doubling to 256 KiB) by moving a pointer: no header
 * per object, no free list, one free per chunk.  A large object gets a chunk
 * of its own.  What is given back early is wasted on purpose.
 *
 * All-zero is an empty arena.  Under AddressSanitizer memory that is not handed
 * out is poisoned.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__SANITIZE_ADDRESS__)
#define ARENA_ASAN_ 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_ASAN_ 1
#endif
#endif
#ifdef ARENA_ASAN_
#include <sanitizer/asan_interface.h>
#define ARENA_UNPOISON_(p_, n_) __asan_unpoison_memory_region(p_, n_)
#define ARENA_POISON_(p_, n_) __asan_poison_memory_region(p_, n_)
#else
#define ARENA_UNPOISON_(p_, n_) ((void)(p_), (void)(n_))
#define ARENA_POISON_(p_, n_) ((void)(p_), (void)(n_))
#endif

struct arena_chunk;
struct arena_taken;

struct arena {
	char *next, *end;		/* the free part of the current chunk */
	struct arena_chunk *chunks;	/* the current one first */
	size_t chunk_size;		/* of the last one made */
	struct arena_taken *taken;	/* see arena_take() */
};

void *arena_grow_(struct arena *arena, size_t size);

/*
 * `size` bytes, aligned to 8, not zeroed; NULL when there is no memory.  A chunk's end
 * is aligned, so there is room to round up.
 */
static inline void *arena_alloc(struct arena *arena, size_t size)
{
	char *memory = (char *)(((uintptr_t)arena->next + 7) & ~(uintptr_t)7);

	if (!memory || size > (size_t)(arena->end - memory))
		return arena_grow_(arena, size);

	arena->next = memory + size;
	ARENA_UNPOISON_(memory, size);
	return memory;
}

/* The same for text and bytes: not aligned, right behind what was handed out before. */
static inline char *arena_bytes(struct arena *arena, size_t size)
{
	char *memory = arena->next;

	if (!memory || size > (size_t)(arena->end - memory))
		return arena_grow_(arena, size);

	arena->next = memory + size;
	ARENA_UNPOISON_(memory, size);
	return memory;
}

/* Zeroed. */
void *arena_zalloc(struct arena *arena, size_t size);

/* A copy; arena_text() ends it with a NUL. */
void *arena_copy(struct arena *arena, const void *data, size_t size);
char *arena_text(struct arena *arena, const char *text, size_t length);

/*
 * Heap memory that is to be freed with the arena: sooner than to copy what is big.
 * false: no memory, and it stays the caller's.
 */
bool arena_take(struct arena *arena, void *memory);

/* Free everything; arena_clear() keeps one chunk for what comes next. */
void arena_release(struct arena *arena);
void arena_clear(struct arena *arena);

/* Bytes of all chunks. */
size_t arena_size(const struct arena *arena);

#endif
