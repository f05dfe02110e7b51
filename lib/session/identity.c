/* SPDX-License-Identifier: MIT */
#include "session/identity.h"

#include "base/alloc.h"
#include "base/hash.h"
#include "model/types.h"

#include <string.h>

static bool is_integer(enum rowan_type type)
{
	return type == ROWAN_TYPE_INT16 || type == ROWAN_TYPE_INT32 || type == ROWAN_TYPE_INT64;
}

void identity_init(struct identity_map *map, const struct plan *plan)
{
	map->plan = plan;
	map->exact = plan->key_count == 1 && is_integer(plan->slots[plan->keys[0]->index].type);
}

void identity_release(struct identity_map *map)
{
	mem_free(map->entries);
	*map = (struct identity_map){ 0 };
}

uint64_t identity_hash(const struct plan *plan, const void *row)
{
	const struct slot *first = &plan->slots[plan->keys[0]->index];
	uint64_t hash;

	if (plan->key_count == 1 && is_integer((enum rowan_type)first->type))
		return (uint64_t)slot_get_int(first, row);
	hash = slot_hash(first, row);
	for (size_t i = 1; i < plan->key_count; i++)
		hash = hash_int(hash ^ slot_hash(&plan->slots[plan->keys[i]->index], row));
	return hash;
}

/* Whether the row has the key: `hash` itself, or that of `key`. */
static bool has_key(const struct identity_map *map, const void *row, uint64_t hash,
		    const void *key)
{
	const struct plan *plan = map->plan;

	if (map->exact)
		return (uint64_t)slot_get_int(&plan->slots[plan->keys[0]->index], row) == hash;
	for (size_t i = 0; i < plan->key_count; i++)
		if (!slot_equal(&plan->slots[plan->keys[i]->index], row, key))
			return false;
	return true;
}

/*
 * Where a search begins.  Rows mostly come in the order of their keys: a few
 * neighbours share a place, so that one after another is in the cache.
 */
#define NEIGHBOURS 16

static uint32_t home_of(const struct identity_map *map, uint64_t hash)
{
	if (!map->exact)
		return (uint32_t)hash;
	return (uint32_t)(hash_int(hash / NEIGHBOURS) * NEIGHBOURS + hash % NEIGHBOURS);
}

/* The entry of a key, or the free one where the search for it ends, made ready for it. */
static inline struct identity_entry *search(const struct identity_map *map, uint64_t hash,
				     const void *key)
{
	uint32_t home = home_of(map, hash);
	size_t mask = map->capacity - 1;

	for (size_t at = home & mask;; at = (at + 1) & mask) {
		struct identity_entry *entry = &map->entries[at];

		if (!entry->row) {
			entry->home = home;
			return entry;
		}
		if (entry->home == home && has_key(map, entry->row, hash, key))
			return entry;
	}
}

struct identity_entry *identity_find(const struct identity_map *map, uint64_t hash,
				     const void *row)
{
	struct identity_entry *entry = map->count ? search(map, hash, row) : NULL;

	return entry && entry->row ? entry : NULL;
}

/* From here on a map doubles; a smaller one grows faster, to be copied less often. */
#define LARGE ((size_t)1 << 15)

static void move_entries(const struct identity_map *from, struct identity_map *to)
{
	size_t mask = to->capacity - 1;

	for (size_t i = 0; i < from->capacity; i++) {
		size_t at = from->entries[i].home & mask;

		if (!from->entries[i].row)
			continue;
		while (to->entries[at].row)
			at = (at + 1) & mask;
		to->entries[at] = from->entries[i];
	}
}

/* At most half full: a search then looks at two entries on average. */
bool identity_reserve(struct identity_map *map, size_t more)
{
	struct identity_map grown = *map;

	if ((map->count + more) * 2 <= map->capacity)
		return true;
	do
		grown.capacity = grown.capacity
			? grown.capacity * (grown.capacity < LARGE ? 4 : 2) : 32;
	while ((map->count + more) * 2 > grown.capacity);
	grown.entries = mem_alloc(grown.capacity * sizeof(*grown.entries));
	if (!grown.entries)
		return false;
	move_entries(map, &grown);
	mem_free(map->entries);
	*map = grown;
	return true;
}

struct identity_entry *identity_place(struct identity_map *map, uint64_t hash, const void *row)
{
	return identity_reserve(map, 1) ? search(map, hash, row) : NULL;
}

bool identity_put(struct identity_map *map, uint64_t hash, void *row, uint32_t epoch)
{
	struct identity_entry *entry = identity_place(map, hash, row);

	if (entry)
		identity_fill(map, entry, row, epoch);
	return entry;
}

void identity_clear(struct identity_map *map)
{
	struct identity_entry *kept = NULL;

	/* A large or mostly empty map costs more to clear than to make again. */
	if (map->capacity <= LARGE && map->count * 16 > map->capacity)
		kept = memset(map->entries, 0, map->capacity * sizeof(*map->entries));
	else
		mem_free(map->entries);
	*map = (struct identity_map){ .entries = kept, .capacity = kept ? map->capacity : 0 };
}

/*
 * Close the gap by moving back what a probe would no longer find (Knuth, The Art
 * of Computer Programming, vol. 3, section 6.4, algorithm R).
 */
void identity_remove(struct identity_map *map, struct identity_entry *entry)
{
	size_t mask = map->capacity - 1;
	size_t gap = (size_t)(entry - map->entries);

	for (size_t at = (gap + 1) & mask; map->entries[at].row; at = (at + 1) & mask) {
		size_t home = map->entries[at].home & mask;

		if (((at - home) & mask) >= ((at - gap) & mask)) {
			map->entries[gap] = map->entries[at];
			gap = at;
		}
	}
	map->entries[gap].row = NULL;
	map->count--;
}
