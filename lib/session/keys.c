/* SPDX-License-Identifier: MIT */
#include "session/keys.h"

#include "base/hash.h"

bool keys_init(struct keys *keys, struct arena *arena, size_t count)
{
	keys->capacity = 16;
	while (keys->capacity < count * 2)
		keys->capacity *= 2;
	keys->entries = arena_zalloc(arena, keys->capacity * sizeof(*keys->entries));
	return keys->entries;
}

struct key_entry *keys_entry(const struct keys *keys, const struct key *stored,
			     const struct key *key, const void *row)
{
	uint64_t hash = key_hash(key, row);
	size_t mask = keys->capacity - 1;

	for (size_t at = hash_int(hash) & mask;; at = (at + 1) & mask) {
		struct key_entry *entry = &keys->entries[at];

		if (!entry->row) {
			entry->hash = hash;
			return entry;
		}
		if (entry->hash == hash && key_same(stored, entry->row, key, row))
			return entry;
	}
}
