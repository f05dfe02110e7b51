/* SPDX-License-Identifier: MIT */
#include "driver/check.h"

#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int value_error(struct rowan_error *error, int code, const char *name, const char *format, ...)
{
	const char *dot = strchr(name, '.');
	char what[sizeof(error->message)];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(what, sizeof(what), format, arguments);
	va_end(arguments);

	error_set(error, code, "%s %s", name, what);
	if (dot) {
		error_copy(error->table, sizeof(error->table), name, (size_t)(dot - name));
		error_copy(error->columns, sizeof(error->columns), dot + 1, strlen(dot + 1));
	}
	return code;
}
