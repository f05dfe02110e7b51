/* SPDX-License-Identifier: MIT */
#ifndef SESSION_IDENTITY_H
#define SESSION_IDENTITY_H

/*
 * The identity map: one row, one address per session.
 *
 * A table for each model, open addressing with linear probing over the hash of
 * the primary key; of a single integer key the hash is the key itself.  Entries
 * are small, since a big map is a cache miss for every row that is new.
 */

#include "model/plan.h"

struct identity_entry {
	void *row;		/* NULL: free */
	uint32_t home;		/* where the search for it begins, for any size of the map */
	uint32_t epoch;		/* the session's when the row was read */
};

struct identity_map {
	const struct plan *plan;
	struct identity_entry *entries;
	size_t capacity, count;	/* a power of two, or 0 */
	bool exact;		/* equal hashes are equal keys: a single integer */
};

void identity_init(struct identity_map *map, const struct plan *plan);
void identity_release(struct identity_map *map);
/* Empty it; its memory is kept for as many rows again. */
void identity_clear(struct identity_map *map);

/* The hash of the key in `row`: any memory laid out like a row with its key set. */
uint64_t identity_hash(const struct plan *plan, const void *row);

/*
 * The entry of the row with the key that `row` has, or NULL.  Of an `exact` map the hash
 * says it all, and `row` may be NULL.
 */
struct identity_entry *identity_find(const struct identity_map *map, uint64_t hash,
				     const void *row);

/*
 * The entry of the key that `row` has, or the free one that is to be filled for
 * it, before anything else is done with the map.  NULL: no memory.
 */
struct identity_entry *identity_place(struct identity_map *map, uint64_t hash, const void *row);
static inline void identity_fill(struct identity_map *map, struct identity_entry *entry,
				 void *row, uint32_t epoch)
{
	map->count += !entry->row;
	entry->row = row;
	entry->epoch = epoch;
}

/* Room for so many more: putting them in will not fail.  false: no memory. */
bool identity_reserve(struct identity_map *map, size_t more);

/* Put a row in, instead of another with its key; false when there is no memory. */
bool identity_put(struct identity_map *map, uint64_t hash, void *row, uint32_t epoch);

void identity_remove(struct identity_map *map, struct identity_entry *entry);

#endif
