/* SPDX-License-Identifier: MIT */
#include "session/identity.h"

#include "base/alloc.h"
#include "base/hash.h"
#include "model/types.h"

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

static bool keys_equal(const struct plan *plan, const void *a, const void *b)
{
	for (size_t i = 0; i < plan->key_count; i++)
		if (!slot_equal(&plan->slots[plan->keys[i]->index], a, b))
			return false;
	return true;
}

/*
 * Where a probe begins.  Rows mostly come in the order of their keys: a few
 * neighbours share a place, so that one after another is in the cache.
 */
#define NEIGHBOURS 4

static size_t home_of(const struct identity_map *map, uint64_t hash)
{
	uint64_t home = hash;

	if (map->exact)
		home = hash_int(hash / NEIGHBOURS) * NEIGHBOURS + hash % NEIGHBOURS;
	return home & (map->capacity - 1);
}

/* The entry of a key, or the free one where the search for it ends. */
static struct identity_entry *probe(const struct identity_map *map, uint64_t hash,
				    const void *row)
{
	size_t mask = map->capacity - 1;

	for (size_t at = home_of(map, hash);; at = (at + 1) & mask) {
		struct identity_entry *entry = &map->entries[at];

		if (!entry->row ||
		    (entry->hash == hash && (map->exact || keys_equal(map->plan, entry->row, row))))
			return entry;
	}
}

struct identity_entry *identity_find(const struct identity_map *map, uint64_t hash,
				     const void *row)
{
	struct identity_entry *entry = map->count ? probe(map, hash, row) : NULL;

	return entry && entry->row ? entry : NULL;
}

/* From here on a map doubles; a smaller one grows faster, to be copied less often. */
#define LARGE ((size_t)1 << 15)

/* At most half full: a probe then looks at two entries on average. */
static bool make_room(struct identity_map *map)
{
	struct identity_map grown = *map;

	if ((map->count + 1) * 2 <= map->capacity)
		return true;
	grown.capacity = map->capacity ? map->capacity * (map->capacity < LARGE ? 4 : 2) : 32;
	grown.entries = mem_alloc(grown.capacity * sizeof(*grown.entries));
	if (!grown.entries)
		return false;
	for (size_t i = 0; i < map->capacity; i++)
		if (map->entries[i].row)
			*probe(&grown, map->entries[i].hash, map->entries[i].row) = map->entries[i];
	mem_free(map->entries);
	*map = grown;
	return true;
}

struct identity_entry *identity_place(struct identity_map *map, uint64_t hash, const void *row)
{
	return make_room(map) ? probe(map, hash, row) : NULL;
}

bool identity_put(struct identity_map *map, uint64_t hash, void *row, uint64_t epoch)
{
	struct identity_entry *entry = identity_place(map, hash, row);

	if (entry)
		identity_fill(map, entry, hash, row, epoch);
	return entry;
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
		size_t home = home_of(map, map->entries[at].hash);

		if (((at - home) & mask) >= ((at - gap) & mask)) {
			map->entries[gap] = map->entries[at];
			gap = at;
		}
	}
	map->entries[gap].row = NULL;
	map->count--;
}
