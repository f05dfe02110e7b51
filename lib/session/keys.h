/* SPDX-License-Identifier: MIT */
#ifndef SESSION_KEYS_H
#define SESSION_KEYS_H

#include "base/arena.h"
#include "base/slot.h"

/*
 * A table from the values of one member to the rows that have them, for telling
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
 * The entry of the value that `row` has at `slot`; the rows that are there have
 * theirs at `stored`.  For a new value the caller sets the entry's row.
 */
struct key_entry *keys_entry(const struct keys *keys, const struct slot *stored,
			     const struct slot *slot, const void *row);

#endif
