/* SPDX-License-Identifier: MIT */
#ifndef DRIVER_CHECK_H
#define DRIVER_CHECK_H

#include "base/slot.h"

#include <rowan/error.h>

/*
 * What is wrong with a value: "tasks.title holds NULL".  `name` is a slot's, or
 * "parameter 3"; from a slot's the table and the column are filled in.
 */
int value_error(struct rowan_error *error, int code, const char *name, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

#endif
