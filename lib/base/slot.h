/* SPDX-License-Identifier: MIT */
#ifndef BASE_SLOT_H
#define BASE_SLOT_H

#include <rowan/value.h>

/*
 * Where a value lives in a struct, and what it is: all that a driver has to know
 * of a model to bind and to read its rows.
 */
struct slot {
	uint8_t type;		/* enum rowan_type */
	bool optional;		/* a rowan_opt_*: `set` at `offset` */
	bool nullable;		/* the column may hold NULL */
	bool secret;
	bool checked;		/* to be bound: text that was validated already */
	uint32_t offset;	/* of the member */
	uint32_t value;		/* of the value in it: differs for a rowan_opt_* */
	const char *name;	/* "tasks.title", for errors */
};

/* The value's address in `row`, or NULL if it is SQL's NULL. */
static inline const void *slot_value(const struct slot *slot, const void *row)
{
	const char *member = (const char *)row + slot->offset;

	if (slot->optional)
		return *(const bool *)member ? (const char *)row + slot->value : NULL;
	if (slot->type == ROWAN_TYPE_TEXT || slot->type == ROWAN_TYPE_BYTES)
		return *(const void *const *)member ? member : NULL;
	return member;
}

#endif
