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
	uint64_t hash = slot_hash(&plan->slots[plan->keys[0]->index], row);

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

struct identity_entry *identity_find_slow_(const struct identity_map *map, uint64_t hash,
					   const void *row)
{
	size_t mask = map->capacity - 1;

	if (map->count == 0)
		return NULL;
	for (size_t at = hash & mask; map->entries[at].row; at = (at + 1) & mask) {
		struct identity_entry *entry = &map->entries[at];

		if (entry->hash == hash && keys_equal(map->plan, entry->row, row))
			return entry;
	}
	return NULL;
}

static void place(struct identity_entry *entries, size_t capacity, struct identity_entry entry)
{
	size_t at = entry.hash & (capacity - 1);

	while (entries[at].row)
		at = (at + 1) & (capacity - 1);
	entries[at] = entry;
}

/* At most two thirds full: a probe then looks at two entries on average. */
static bool make_room(struct identity_map *map)
{
	size_t capacity = map->capacity ? map->capacity * 2 : 32;
	struct identity_entry *entries;

	if ((map->count + 1) * 3 <= map->capacity * 2)
		return true;
	entries = mem_alloc(capacity * sizeof(*entries));
	if (!entries)
		return false;
	for (size_t i = 0; i < map->capacity; i++)
		if (map->entries[i].row)
			place(entries, capacity, map->entries[i]);
	mem_free(map->entries);
	map->entries = entries;
	map->capacity = capacity;
	return true;
}

bool identity_add(struct identity_map *map, uint64_t hash, void *row, uint64_t epoch)
{
	if (!make_room(map))
		return false;
	place(map->entries, map->capacity, (struct identity_entry){ hash, row, epoch });
	map->count++;
	return true;
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
		size_t home = map->entries[at].hash & mask;

		if (((at - home) & mask) >= ((at - gap) & mask)) {
			map->entries[gap] = map->entries[at];
			gap = at;
		}
	}
	map->entries[gap].row = NULL;
	map->count--;
}
