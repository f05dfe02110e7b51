/* SPDX-License-Identifier: MIT */
#include "base/error.h"

#include "base/utf8.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *rowan_error_name(int code)
{
	static const char *const names[] = {
		[-ROWAN_OK] = "ok",
		[-ROWAN_UNIQUE] = "unique",
		[-ROWAN_FOREIGN_KEY] = "foreign key",
		[-ROWAN_NOT_NULL] = "not null",
		[-ROWAN_CHECK] = "check",
		[-ROWAN_OPERATIONAL] = "operational",
		[-ROWAN_DATA] = "data",
		[-ROWAN_STALE] = "stale",
		[-ROWAN_TIMEOUT] = "timeout",
		[-ROWAN_NO_ROW] = "no row",
		[-ROWAN_MANY_ROWS] = "many rows",
		[-ROWAN_VALIDATION] = "validation",
		[-ROWAN_MISUSE] = "misuse",
		[-ROWAN_NO_MEMORY] = "no memory",
		[-ROWAN_UNKNOWN_OUTCOME] = "unknown outcome",
		[-ROWAN_CONFLICT] = "conflict",
		[-ROWAN_BUDGET] = "budget",
	};
	const int count = sizeof(names) / sizeof(names[0]);

	return code <= 0 && code > -count ? names[-code] : "unknown";
}

/* The longest part of `length` bytes that fits `room` and cuts no character. */
static size_t fitting(const char *text, size_t length, size_t room)
{
	if (length <= room)
		return length;
	while (room > 0 && ((unsigned char)text[room] & 0xc0) == 0x80)
		room--;
	return room;
}

void error_copy(char *field, size_t size, const char *text, size_t length)
{
	length = fitting(text, length, size - 1);
	memcpy(field, text, length);
	field[length] = '\0';
}

static void append(struct rowan_error *error, const char *text)
{
	size_t used = strlen(error->message);

	error_copy(error->message + used, sizeof(error->message) - used, text, strlen(text));
}

/* Part of a line, which may quote what somebody typed. */
__attribute__((format(printf, 2, 0)))
static void add(struct rowan_error *error, const char *format, va_list arguments)
{
	char line[2 * sizeof(error->message)];

	vsnprintf(line, sizeof(line), format, arguments);
	utf8_clean(line);
	append(error, line);
}

int error_set(struct rowan_error *error, int code, const char *format, ...)
{
	va_list arguments;

	if (!error)
		return code;
	*error = (struct rowan_error){ .code = code };
	va_start(arguments, format);
	add(error, format, arguments);
	va_end(arguments);
	return code;
}

int error_no_memory(struct rowan_error *error)
{
	return error_set(error, ROWAN_NO_MEMORY, "out of memory");
}

void error_more(struct rowan_error *error, const char *format, ...)
{
	va_list arguments;

	if (!error)
		return;
	va_start(arguments, format);
	add(error, format, arguments);
	va_end(arguments);
}

void error_add(struct rowan_error *error, const char *format, ...)
{
	va_list arguments;

	if (!error)
		return;
	if (error->message[0])
		append(error, "\n");
	va_start(arguments, format);
	add(error, format, arguments);
	va_end(arguments);
}

void error_describe(struct rowan_error *error)
{
	const char *columns = error->columns[0] ? error->columns : NULL;
	const char *constraint = error->constraint[0] ? error->constraint : NULL;
	bool several = columns && strchr(columns, ',');

	error->message[0] = '\0';
	if (error->table[0])
		error_more(error, "%s: ", error->table);

	switch (error->code) {
	case ROWAN_UNIQUE:
		if (columns)
			error_more(error, several ? "the combination %s already exists"
					   : "%s already exists", columns);
		else
			error_more(error, "a row with these values already exists");
		break;
	case ROWAN_FOREIGN_KEY:
		if (columns)
			error_more(error, several ? "%s refer to a row that does not exist"
					   : "%s refers to a row that does not exist", columns);
		else
			error_more(error, "a row refers to one that does not exist, "
				   "or is still referred to");
		break;
	case ROWAN_NOT_NULL:
		error_more(error, "%s is missing", columns ? columns : "a value");
		break;
	case ROWAN_CHECK:
		error_more(error, "%s is not allowed", columns ? columns : "a value");
		break;
	default:
		error_more(error, "%s error", rowan_error_name(error->code));
	}
	if (constraint && !columns)
		error_more(error, " (%s)", constraint);
}
