/* SPDX-License-Identifier: MIT */
#ifndef SESSION_KEYS_H
#define SESSION_KEYS_H

#include "base/arena.h"
#include "model/key.h"

/*
 * A table from the values of a key to the rows that have them, for telling
 * apart what a statement for many keys brought back.  It lives in an arena and is
 * made for at most as many keys as were announced.
 */
struct key_entry {
	uint64_t hash;
	void *row;		/* NULL: not there yet */
	uint32_t number;	/* the user's */
};

struct keys {
	struct key_entry *entries;
	size_t capacity;
};

/* False when there is no memory. */
bool keys_init(struct keys *keys, struct arena *arena, size_t count);

/*
 * The entry of the values that `row` has in `key`; the rows that are there have
 * theirs in `stored`.  For a new one the caller sets the entry's row.
 */
struct key_entry *keys_entry(const struct keys *keys, const struct key *stored,
			     const struct key *key, const void *row);

#endif
