/* SPDX-License-Identifier: MIT */
#include "session/pairs.h"

#include "base/alloc.h"
#include "base/hash.h"

#include <stdbool.h>

static size_t pair_place(const struct pairs *pairs, struct pair pair)
{
	size_t mask = pairs->capacity - 1;
	size_t at = hash_int((uint64_t)(uintptr_t)pair.a * 31 + (uint64_t)(uintptr_t)pair.b) & mask;

	while (pairs->items[at].a &&
	       !(pairs->items[at].a == pair.a && pairs->items[at].b == pair.b))
		at = (at + 1) & mask;
	return at;
}

static bool pairs_grow(struct pairs *pairs)
{
	struct pairs grown = { .capacity = pairs->capacity ? pairs->capacity * 2 : 64,
			       .count = pairs->count };

	grown.items = mem_alloc(grown.capacity * sizeof(*grown.items));
	if (!grown.items)
		return false;
	for (size_t i = 0; i < pairs->capacity; i++)
		if (pairs->items[i].a)
			grown.items[pair_place(&grown, pairs->items[i])] = pairs->items[i];
	mem_free(pairs->items);
	*pairs = grown;
	return true;
}

int pairs_add(struct pairs *pairs, const void *a, const void *b)
{
	const struct pair pair = { a, b };
	size_t at;

	if ((pairs->count + 1) * 2 > pairs->capacity && !pairs_grow(pairs))
		return -1;
	at = pair_place(pairs, pair);
	if (pairs->items[at].a)
		return 0;
	pairs->items[at] = pair;
	pairs->count++;
	return 1;
}

void pairs_release(struct pairs *pairs)
{
	mem_free(pairs->items);
	*pairs = (struct pairs){ 0 };
}
