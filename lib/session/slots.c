/* SPDX-License-Identifier: MIT */
#include "session/session.h"

#include <string.h>

/*
 * The slots of ROWAN_ONE and ROWAN_MANY, by offset.  They are read and written
 * with memcpy, since the same bytes are a pointer to another struct for each
 * model.
 */

struct one { const void *row; uintptr_t state; };
struct many { const void *const *rows; size_t count; uintptr_t state; };

static struct one get_one(const struct relation *relation, const void *row)
{
	struct one slot;

	memcpy(&slot, (const char *)row + relation->offset, sizeof(slot));
	return slot;
}

static struct many get_many(const struct relation *relation, const void *row)
{
	struct many slot;

	memcpy(&slot, (const char *)row + relation->offset, sizeof(slot));
	return slot;
}

static void put_one(const struct relation *relation, void *row, struct one slot)
{
	memcpy((char *)row + relation->offset, &slot, sizeof(slot));
}

static void put_many(const struct relation *relation, void *row, struct many slot)
{
	memcpy((char *)row + relation->offset, &slot, sizeof(slot));
}

uintptr_t slot_state(const struct relation *relation, const void *row)
{
	if (relation->declared->many)
		return get_many(relation, row).state;
	return get_one(relation, row).state;
}

void slot_unload(const struct relation *relation, void *row, const struct peers *peers)
{
	if (relation->declared->many)
		put_many(relation, row, (struct many){ .state = (uintptr_t)peers });
	else
		put_one(relation, row, (struct one){ .state = (uintptr_t)peers });
}

static uintptr_t peers_bits(const struct relation *relation, const void *row)
{
	return slot_state(relation, row) & ~SLOT_FLAGS;
}

void slot_load_one(const struct relation *relation, void *row, const void *target)
{
	put_one(relation, row, (struct one){
		target, peers_bits(relation, row) | ROWAN_SLOT_LOADED_ });
}

void slot_load_many(const struct relation *relation, void *row, const void *const *rows,
		    size_t count, uintptr_t flags)
{
	put_many(relation, row, (struct many){
		rows, count, peers_bits(relation, row) | ROWAN_SLOT_LOADED_ | flags });
}

const void *slot_one(const struct relation *relation, const void *row)
{
	return get_one(relation, row).row;
}

const void *const *slot_many(const struct relation *relation, const void *row, size_t *count)
{
	struct many slot = get_many(relation, row);

	*count = slot.count;
	return slot.rows;
}

bool slot_holds(const struct relation *relation, const void *row, const void *target)
{
	size_t count;
	const void *const *rows;

	if (!relation->declared->many)
		return slot_one(relation, row) == target;
	rows = slot_many(relation, row, &count);
	for (size_t i = 0; i < count; i++)
		if (rows[i] == target)
			return true;
	return false;
}

void slots_init(const struct plan *plan, void *row, const struct peers *peers)
{
	for (size_t i = 0; i < plan->relation_count; i++)
		slot_unload(&plan->relations[i], row, peers);
}
