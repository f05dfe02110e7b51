/* SPDX-License-Identifier: MIT */
#ifndef MODEL_KEY_H
#define MODEL_KEY_H

/* What can be done with the columns of a key together, as types.h does with one member. */

#include "model/plan.h"
#include "model/types.h"

/* Whether the key refers to nothing: one of its members is NULL. */
bool key_is_null(const struct key *key, const void *row);

/* Whether it can be made to, and that: those of its members that can be NULL become it. */
bool key_can_be_null(const struct key *key);
void key_set_null(const struct key *key, void *row);

/* A 64-bit hash of the members; of one alone it is slot_hash()'s. */
uint64_t key_hash(const struct key *key, const void *row);

/* Whether two keys of the same types hold the same values; NULL is none. */
static inline bool key_same(const struct key *a, const void *a_row, const struct key *b,
			    const void *b_row)
{
	for (size_t i = 0; i < a->count; i++)
		if (!slot_same(&a->slots[i], a_row, &b->slots[i], b_row))
			return false;
	return true;
}

/* Copy the members between rows, possibly of two models. */
void key_assign(const struct key *to, void *to_row, const struct key *from,
		const void *from_row);

bool key_has(const struct key *key, const struct column *column);

/* Whether it is the primary key of its model, all of it. */
bool key_is_primary(const struct key *key);

static inline const struct plan *key_plan(const struct key *key)
{
	return key->columns[0]->plan;
}

/* The names of its columns, "shop_id, number", cut to the size. */
void key_columns(const struct key *key, char *out, size_t size);

#endif
