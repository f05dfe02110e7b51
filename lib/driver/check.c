/* SPDX-License-Identifier: MIT */
#include "driver/check.h"

#include "base/error.h"
#include "base/utf8.h"

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

int value_refuse(const char *name, int index, const char *why, struct rowan_error *error)
{
	char parameter[32];

	if (!name)
		snprintf(parameter, sizeof(parameter), "parameter %d", index);
	return value_error(error, ROWAN_VALIDATION, name ? name : parameter, "%s", why);
}

int value_check_text(const char *text, size_t length, const char *name, int index,
		     struct rowan_error *error)
{
	char why[64];
	size_t bad;

	if (utf8_valid(text, length, &bad))
		return ROWAN_OK;
	snprintf(why, sizeof(why), "is not valid UTF-8 at byte %zu", bad);
	return value_refuse(name, index, why, error);
}

size_t value_size(enum rowan_type type)
{
	static const uint8_t sizes[ROWAN_TYPE_COUNT_] = {
		[ROWAN_TYPE_INT16] = sizeof(int16_t),
		[ROWAN_TYPE_INT32] = sizeof(int32_t),
		[ROWAN_TYPE_INT64] = sizeof(int64_t),
		[ROWAN_TYPE_BOOL] = sizeof(bool),
		[ROWAN_TYPE_DOUBLE] = sizeof(double),
		[ROWAN_TYPE_TEXT] = sizeof(char *),
		[ROWAN_TYPE_BYTES] = sizeof(struct rowan_bytes),
		[ROWAN_TYPE_DATETIME] = sizeof(struct rowan_datetime),
		[ROWAN_TYPE_DATE] = sizeof(struct rowan_date),
		[ROWAN_TYPE_TIME] = sizeof(struct rowan_time),
		[ROWAN_TYPE_UUID] = sizeof(struct rowan_uuid),
	};

	return sizes[type];
}

int value_set_null(const struct slot *slot, void *row, struct rowan_error *error)
{
	bool pointer = slot->type == ROWAN_TYPE_TEXT || slot->type == ROWAN_TYPE_BYTES;

	if (!slot->optional && !(pointer && slot->nullable))
		return value_error(error, ROWAN_DATA, slot->name,
				   "holds NULL, which the member cannot");
	if (slot->optional)
		*(bool *)((char *)row + slot->offset) = false;
	memset((char *)row + slot->value, 0, value_size((enum rowan_type)slot->type));
	return ROWAN_OK;
}
