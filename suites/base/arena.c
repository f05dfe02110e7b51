/* SPDX-License-Identifier: MIT */
#include "support.h"

#include "base/alloc.h"
#include "base/arena.h"

#include <string.h>

TestSuite(arena, .timeout = 10);

Test(arena, objects_are_aligned_apart_and_keep_their_contents)
{
	struct arena arena = { 0 };
	unsigned char *objects[2000];

	for (size_t i = 0; i < 2000; i++) {
		size_t size = 1 + i % 97;

		objects[i] = arena_alloc(&arena, size);
		cr_assert(objects[i]);
		assert_int((uintptr_t)objects[i] % 8, 0);
		memset(objects[i], (int)(i % 251), size);
	}
	for (size_t i = 0; i < 2000; i++)
		for (size_t at = 0; at < 1 + i % 97; at++)
			assert_int(objects[i][at], i % 251);
	arena_release(&arena);
	assert_int(arena_size(&arena), 0);
}

Test(arena, chunks_double_so_many_small_objects_cost_few_of_them)
{
	struct arena arena = { 0 };

	cr_assert(arena_alloc(&arena, 1));
	assert_int(arena_size(&arena), 4096);
	for (size_t i = 0; i < 100000; i++)
		cr_assert(arena_alloc(&arena, 100));
	cr_assert_lt(arena_size(&arena), 100000 * 104 * 5 / 4);
	assert_int(arena.chunk_size, 256 << 10);
	arena_release(&arena);
}

Test(arena, a_large_object_does_not_end_the_current_chunk)
{
	struct arena arena = { 0 };
	char *before = arena_alloc(&arena, 8);
	char *large = arena_alloc(&arena, 10 << 20);
	char *after = arena_alloc(&arena, 8);

	cr_assert(before && large && after);
	cr_assert(after == before + 8);
	memset(large, 1, 10 << 20);
	arena_release(&arena);
}

Test(arena, clear_keeps_one_chunk_and_drops_the_rest)
{
	struct arena arena = { 0 };
	size_t kept;

	arena_clear(&arena);
	for (size_t i = 0; i < 10000; i++)
		cr_assert(arena_alloc(&arena, 64));
	arena_clear(&arena);
	kept = arena_size(&arena);
	cr_assert(kept > 0 && kept <= 256 << 10);

	for (size_t i = 0; i < kept / 128; i++)
		cr_assert(arena_alloc(&arena, 64));
	assert_int(arena_size(&arena), kept);
	arena_release(&arena);
}

Test(arena, a_chunk_of_one_large_object_is_not_kept)
{
	struct arena arena = { 0 };

	cr_assert(arena_alloc(&arena, 5 << 20));
	arena_clear(&arena);
	assert_int(arena_size(&arena), 0);
}

Test(arena, copies_end_with_a_nul_and_empty_ones_are_not_null)
{
	struct arena arena = { 0 };
	int numbers[] = { 1, 2, 3 };
	const int *copy;

	cr_assert(arena_copy(&arena, NULL, 0));
	assert_text(arena_text(&arena, "taskless", 4), "task");
	assert_text(arena_text(&arena, NULL, 0), "");
	copy = arena_copy(&arena, numbers, sizeof(numbers));
	cr_assert(copy && copy != numbers);
	assert_int(copy[2], 3);
	for (size_t i = 0; i < 1000; i++) {
		const char *zeros = arena_zalloc(&arena, 50);

		cr_assert(zeros);
		for (size_t at = 0; at < 50; at++)
			assert_int(zeros[at], 0);
	}
	arena_release(&arena);
}

Test(arena, what_no_machine_has_is_null_and_changes_nothing)
{
	struct arena arena = { 0 };
	char *last = arena_alloc(&arena, 8);

	for (size_t less = 0; less < 64; less++) {
		cr_assert(!arena_alloc(&arena, SIZE_MAX - less));
		cr_assert(!arena_text(&arena, "", SIZE_MAX - less));
	}
	cr_assert((char *)arena_alloc(&arena, 8) == last + 8);
	arena_release(&arena);
}

#ifdef ARENA_ASAN_
Test(arena, memory_that_is_not_handed_out_is_poisoned)
{
	struct arena arena = { 0 };
	char *object = arena_alloc(&arena, 8);

	cr_assert(!__asan_address_is_poisoned(object));
	cr_assert(__asan_address_is_poisoned(object + 8));
	arena_clear(&arena);
	cr_assert(__asan_address_is_poisoned(object));
	arena_release(&arena);
}
#endif

Test(arena, what_it_took_is_freed_with_it)
{
	struct arena arena = { 0 };

	for (int i = 0; i < 100; i++)	/* the leak checker sees what is not */
		cr_assert(arena_take(&arena, mem_alloc(1000)));
	arena_clear(&arena);
	cr_assert(arena_take(&arena, mem_alloc(1000)));
	arena_release(&arena);
	assert_int(arena_size(&arena), 0);
}
