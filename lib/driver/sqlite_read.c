/* SPDX-License-Identifier: MIT */
#include "base/error.h"
#include "driver/check.h"
#include "driver/sqlite.h"

#include <string.h>

/*
 * From columns to members.  This is where a big result spends its time: one
 * sqlite3_value per column, whose class decides what may be done with it, and
 * nothing else that could be done once per statement.  (The sqlite3_value_*
 * functions are cheaper than sqlite3_column_*; that they are not safe between
 * threads is no loss, for the connection is used by one at a time.)
 */

static const char *class_name(int class)
{
	switch (class) {
	case SQLITE_INTEGER: return "an integer";
	case SQLITE_FLOAT: return "a real number";
	case SQLITE_TEXT: return "text";
	case SQLITE_BLOB: return "bytes";
	default: return "NULL";
	}
}

static const char *wanted_name(const struct slot *slot)
{
	static const char *const names[ROWAN_TYPE_COUNT_] = {
		[ROWAN_TYPE_NONE] = "nothing",
		[ROWAN_TYPE_INT16] = "a 16-bit integer",
		[ROWAN_TYPE_INT32] = "a 32-bit integer",
		[ROWAN_TYPE_INT64] = "a 64-bit integer",
		[ROWAN_TYPE_BOOL] = "0 or 1",
		[ROWAN_TYPE_DOUBLE] = "a number",
		[ROWAN_TYPE_TEXT] = "text without a NUL",
		[ROWAN_TYPE_BYTES] = "bytes",
		[ROWAN_TYPE_DATETIME] = "an integer (microseconds)",
		[ROWAN_TYPE_DATE] = "a date as ISO 8601 text",
		[ROWAN_TYPE_TIME] = "a time as ISO 8601 text",
		[ROWAN_TYPE_UUID] = "16 bytes",
	};

	return names[slot->type];
}

static int misfit(const struct slot *slot, int class, struct rowan_error *error)
{
	return value_error(error, ROWAN_DATA, slot->name, "holds %s that is not %s",
			   class_name(class), wanted_name(slot));
}

static int read_text(const struct slot *slot, sqlite3_value *value, struct arena *arena,
		     const char **out, struct rowan_error *error)
{
	const unsigned char *text = sqlite3_value_text(value);
	size_t size = (size_t)sqlite3_value_bytes(value);
	char *copy;

	if (!text)
		return error_no_memory(error);
	if (memchr(text, 0, size))
		return misfit(slot, SQLITE_TEXT, error);
	copy = arena_bytes(arena, size + 1);
	if (!copy)
		return error_no_memory(error);
	memcpy(copy, text, size + 1);
	*out = copy;
	return ROWAN_OK;
}

static int read_bytes(sqlite3_value *value, struct arena *arena, struct rowan_bytes *out,
		      struct rowan_error *error)
{
	const void *data = sqlite3_value_blob(value);	/* NULL if empty */
	size_t size = (size_t)sqlite3_value_bytes(value);
	void *copy = !data && size ? NULL : arena_copy(arena, data, size);

	if (!copy)
		return error_no_memory(error);
	*out = (struct rowan_bytes){ copy, size };
	return ROWAN_OK;
}

/* Text in full, or NULL if a NUL cuts it short. */
static const char *whole_text(sqlite3_value *value)
{
	const char *text = (const char *)sqlite3_value_text(value);

	return text && strlen(text) == (size_t)sqlite3_value_bytes(value) ? text : NULL;
}

static bool read_date(sqlite3_value *value, struct rowan_date *out)
{
	const char *text = whole_text(value);

	return text && rowan_date_parse(text, out);
}

static bool read_time(sqlite3_value *value, struct rowan_time *out)
{
	const char *text = whole_text(value);

	return text && rowan_time_parse(text, out);
}

static bool read_uuid(sqlite3_value *value, struct rowan_uuid *out)
{
	const void *data = sqlite3_value_blob(value);

	if (!data || sqlite3_value_bytes(value) != sizeof(*out))
		return false;
	memcpy(out, data, sizeof(*out));
	return true;
}

/* A NULL, a type that is read by a conversion, or a value that does not fit. */
static int read_other(const struct slot *slot, sqlite3_value *value, struct arena *arena,
		      char *row, struct rowan_error *error)
{
	int class = sqlite3_value_type(value);
	void *to = row + slot->value;

	if (class == SQLITE_NULL)
		return value_set_null(slot, row, error);
	if (slot->optional)
		*(bool *)(row + slot->offset) = true;

	switch (slot->type) {
	case ROWAN_TYPE_DOUBLE:
		if (class != SQLITE_FLOAT && class != SQLITE_INTEGER)
			break;
		*(double *)to = sqlite3_value_double(value);
		return ROWAN_OK;
	case ROWAN_TYPE_BYTES:
		if (class != SQLITE_BLOB)
			break;
		return read_bytes(value, arena, to, error);
	case ROWAN_TYPE_DATE:
		if (class != SQLITE_TEXT || !read_date(value, to))
			break;
		return ROWAN_OK;
	case ROWAN_TYPE_TIME:
		if (class != SQLITE_TEXT || !read_time(value, to))
			break;
		return ROWAN_OK;
	case ROWAN_TYPE_UUID:
		if (class != SQLITE_BLOB || !read_uuid(value, to))
			break;
		return ROWAN_OK;
	}
	return misfit(slot, class, error);
}

/* Integers in a member of their size; false if the number does not fit. */
static inline bool store_integer(const struct slot *slot, int64_t number, char *row)
{
	void *to = row + slot->value;

	switch (slot->type) {
	case ROWAN_TYPE_INT32:
		*(int32_t *)to = (int32_t)number;
		return number == (int32_t)number;
	case ROWAN_TYPE_INT16:
		*(int16_t *)to = (int16_t)number;
		return number == (int16_t)number;
	case ROWAN_TYPE_BOOL:
		*(bool *)to = number;
		return number == 0 || number == 1;
	case ROWAN_TYPE_INT64:
	case ROWAN_TYPE_DATETIME:
		memcpy(to, &number, sizeof(number));
		return true;
	default:
		return false;
	}
}

/* Numbers and text, where they fit; everything else takes the longer way. */
static inline int read_one(const struct slot *slot, sqlite3_value *value, struct arena *arena,
			   char *row, struct rowan_error *error)
{
	int class = sqlite3_value_type(value);

	if (class == SQLITE_INTEGER && store_integer(slot, sqlite3_value_int64(value), row)) {
		if (slot->optional)
			*(bool *)(row + slot->offset) = true;
		return ROWAN_OK;
	}
	if (class == SQLITE_TEXT && slot->type == ROWAN_TYPE_TEXT)
		return read_text(slot, value, arena, (void *)(row + slot->value), error);
	return read_other(slot, value, arena, row, error);
}

int sqlite_read_row(struct driver_statement *statement, int first, const struct slot *slots,
		    size_t count, struct arena *arena, void *row, struct rowan_error *error)
{
	sqlite3_stmt *handle = statement->handle;

	for (size_t i = 0; i < count; i++) {
		sqlite3_value *value = sqlite3_column_value(handle, first + (int)i);
		int status = read_one(&slots[i], value, arena, row, error);

		if (status < 0)
			return status;
	}
	return ROWAN_OK;
}
