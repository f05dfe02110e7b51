/* SPDX-License-Identifier: MIT */
#include "session/unit.h"

#include "base/hash.h"
#include "model/types.h"

#include <string.h>

struct key_link *change_link_of(const struct change *change, const struct column *column)
{
	struct key_link *link = change->links;

	while (link && link->column != column)
		link = link->next;
	return link;
}

bool change_is_dirty(const struct change *change)
{
	for (size_t i = 0; i < change->plan->column_count; i++)
		if (!slot_equal(&change->plan->slots[i], change->row, change->flushed))
			return true;
	return false;
}

bool change_compare(struct change *change)
{
	change->dirty = slots_differing(change->plan->slots, change->plan->column_count,
					change->row, change->flushed);
	return change->dirty != 0;
}

size_t change_next_dirty(const struct change *change, size_t from)
{
	size_t count = change->plan->column_count;

	if (from < 63) {
		uint64_t rest = change->dirty >> from;

		if (rest == 0)
			return count;
		from += (size_t)__builtin_ctzll(rest);
	}
	if (from < 63 || !change->flushed)
		return from < count ? from : count;
	while (from < count &&
	       slot_equal(&change->plan->slots[from], change->row, change->flushed))
		from++;
	return from;
}

void row_count_update(const struct plan *plan, void *row, const void *stored)
{
	const struct slot *slot;

	if (!plan->version)
		return;
	slot = &plan->slots[plan->version->index];
	slot_set(slot, row, rowan_int_value(slot_get_int(slot, stored) + 1));
}

void change_count_update(struct change *change)
{
	row_count_update(change->plan, change->row, change->flushed);
	if (change->plan->version)
		change_compare(change);
}

bool row_has_key(const struct plan *plan, const void *row)
{
	const struct column *generated = plan->generated;

	return !generated || !slot_is_zero(&plan->slots[generated->index], row);
}

/*
 * Rows are mostly edited in the order of their addresses: those within a kilobyte
 * share a place, and are in the cache one after another.
 */
static size_t home_of(const struct unit *unit, const void *row)
{
	uint64_t address = (uint64_t)(uintptr_t)row;

	return (hash_int(address >> 10) * 8 + (address >> 7) % 8) & (unit->capacity - 1);
}

struct change *unit_find(const struct unit *unit, const void *row)
{
	if (unit->capacity == 0)
		return NULL;
	for (size_t at = home_of(unit, row); unit->entries[at].row;
	     at = (at + 1) & (unit->capacity - 1))
		if (unit->entries[at].row == row)
			return unit->entries[at].change;
	return NULL;
}

static void place(struct unit *unit, struct change *change)
{
	size_t at = home_of(unit, change->row);

	while (unit->entries[at].row)
		at = (at + 1) & (unit->capacity - 1);
	unit->entries[at] = (struct unit_entry){ change->row, change };
}

/* A new table of `capacity` entries with all changes in it. */
static bool rehash(struct unit *unit, size_t capacity)
{
	struct unit_entry *entries = mem_alloc(capacity * sizeof(*entries));

	if (!entries)
		return false;
	mem_free(unit->entries);
	unit->entries = entries;
	unit->capacity = capacity;
	for (size_t i = 0; i < unit->changes.count; i++)
		place(unit, unit->changes.items[i]);
	return true;
}

bool unit_add(struct unit *unit, struct change *change)
{
	/* At most half full: most probes look at one entry. */
	if ((unit->changes.count + 1) * 2 > unit->capacity &&
	    !rehash(unit, unit->capacity ? unit->capacity * 2 : 64))
		return false;
	if (!vector_push(&unit->changes, change))
		return false;
	change->order = unit->next_order++;
	place(unit, change);
	return true;
}

bool unit_note(struct unit *unit, struct step step)
{
	if (unit->step_count == unit->step_capacity) {
		size_t capacity = unit->step_capacity ? unit->step_capacity * 2 : 64;
		struct step *steps = mem_resize(unit->steps, capacity * sizeof(*steps));

		if (!steps)
			return false;
		unit->steps = steps;
		unit->step_capacity = capacity;
	}
	unit->steps[unit->step_count++] = step;
	return true;
}

void unit_settle(struct unit *unit)
{
	unit->step_count = 0;
	unit->deletes_wait = unit->some_orphaned = false;
}

static void place_all(struct unit *unit)
{
	for (size_t i = 0; i < unit->capacity; i++)
		unit->entries[i] = (struct unit_entry){ 0 };
	for (size_t i = 0; i < unit->changes.count; i++)
		place(unit, unit->changes.items[i]);
}

void unit_remove(struct unit *unit, const struct change *change)
{
	size_t kept = 0;

	for (size_t i = 0; i < unit->changes.count; i++)
		if (unit->changes.items[i] != change)
			unit->changes.items[kept++] = unit->changes.items[i];
	unit->changes.count = kept;
	place_all(unit);
}

void unit_keep(struct unit *unit, bool (*keep)(const struct change *change))
{
	size_t kept = 0;

	for (size_t i = 0; i < unit->changes.count; i++)
		if (keep(unit->changes.items[i]))
			unit->changes.items[kept++] = unit->changes.items[i];
	if (kept == unit->changes.count)
		return;
	unit->changes.count = kept;
	place_all(unit);
}

void unit_clear(struct unit *unit)
{
	/* A table that was mostly empty would cost more to clear than it is worth. */
	if (unit->changes.count * 16 <= unit->capacity) {
		unit_release(unit);
		return;
	}
	memset(unit->entries, 0, unit->capacity * sizeof(*unit->entries));
	unit->changes.count = 0;
	unit->step_count = 0;
	unit->next_order = 0;
	unit->deletes_wait = unit->some_gone = unit->some_orphaned = false;
	unit->some_linked = false;
}

void unit_release(struct unit *unit)
{
	vector_release(&unit->changes);
	mem_free(unit->entries);
	mem_free(unit->steps);
	*unit = (struct unit){ 0 };
}
