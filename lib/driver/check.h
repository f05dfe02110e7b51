/* SPDX-License-Identifier: MIT */
#ifndef DRIVER_CHECK_H
#define DRIVER_CHECK_H

/* Values that do not fit, and what all drivers say of them. */

#include "base/slot.h"

#include <rowan/error.h>

/*
 * What is wrong with a value: "tasks.title holds NULL".  `name` is a slot's, or
 * "parameter 3"; from a slot's the table and the column are filled in.
 */
int value_error(struct rowan_error *error, int code, const char *name, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* ROWAN_VALIDATION: a value that cannot be sent.  `name` is a slot's, or NULL: parameter `index`. */
int value_refuse(const char *name, int index, const char *why, struct rowan_error *error);

/* Text must be UTF-8; named as above. */
int value_check_text(const char *text, size_t length, const char *name, int index,
		     struct rowan_error *error);

/* The size of a type in C. */
size_t value_size(enum rowan_type type);

/* Put NULL into a member, if it may hold it. */
int value_set_null(const struct slot *slot, void *row, struct rowan_error *error);

#endif
