/* SPDX-License-Identifier: MIT */
#ifndef MODEL_TYPES_H
#define MODEL_TYPES_H

/* What can be done with a member of each type, by its slot. */

#include "base/arena.h"
#include "base/slot.h"

#include <rowan/error.h>

/* Whether the member is equal in both rows, as a database would say (NULL = NULL). */
bool slot_equal(const struct slot *slot, const void *a, const void *b);

/* The members that differ, as bits; the last stands for all from the 64th on. */
uint64_t slots_differing(const struct slot *slots, size_t count, const void *a, const void *b);

/* Whether two members of one type, perhaps of two models, hold the same value; NULL is none. */
bool slot_same(const struct slot *a, const void *a_row, const struct slot *b, const void *b_row);

/*
 * Less than, equal to or greater than 0: some order of the values, the same in every
 * process.  NULL comes first.
 */
int slot_order(const struct slot *slot, const void *a, const void *b);

/* Set the member from a value of a fitting type; a NULL or typeless one sets NULL or zero. */
void slot_set(const struct slot *slot, void *row, struct rowan_value value);

/*
 * Make of a value one of the member's type, where nothing is lost: 3.0 to 3, 1 to true, but
 * no text to a number.  NULL fits what may be unset.
 */
enum fit { FIT_OK, FIT_TYPE, FIT_RANGE, FIT_NULL };
enum fit value_fit(const struct slot *slot, struct rowan_value *value);

/* Copy the member between rows, possibly of two models; types must be alike. */
void slot_assign(const struct slot *to, void *to_row, const struct slot *from,
		 const void *from_row);

/* A value equal to the member; text and bytes are borrowed from the row. */
struct rowan_value slot_get(const struct slot *slot, const void *row);

/* An integer member, which must not be NULL. */
int64_t slot_get_int(const struct slot *slot, const void *row);

/* A 64-bit hash of the member; a bijection for integers. */
uint64_t slot_hash(const struct slot *slot, const void *row);

/* Whether the member is unset as a key is: zero, NULL, or not set. */
bool slot_is_zero(const struct slot *slot, const void *row);

/* sizeof the C type: 8 for ROWAN_TYPE_INT64. */
size_t type_size(enum rowan_type type);
/* "integer", "text", .. as a message says it. */
const char *type_name(enum rowan_type type);

#endif
