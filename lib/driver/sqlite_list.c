/* SPDX-License-Identifier: MIT */
#include "base/alloc.h"
#include "base/error.h"
#include "driver/check.h"
#include "driver/sqlite.h"

#include <math.h>
#include <string.h>

/*
 * Lists travel as one parameter, so that one statement serves any number of
 * keys: JSON for json_each(), or the bytes of UUIDs in a row.
 */

#define KEPT_SIZE ((size_t)64 << 10)

/* The text of the list at one parameter; it stays in place until the reset. */
struct list_buffer {
	struct list_buffer *next;
	int index;
	struct text text;
};

static struct list_buffer *buffer_for(struct driver_statement *statement, int index)
{
	struct list_buffer *buffer;

	for (buffer = statement->lists; buffer; buffer = buffer->next)
		if (buffer->index == index)
			return buffer;

	buffer = mem_alloc(sizeof(*buffer));
	if (buffer) {
		buffer->index = index;
		buffer->next = statement->lists;
		statement->lists = buffer;
	}
	return buffer;
}

static void add_quoted(struct text *json, const char *text, size_t length)
{
	static const char digits[] = "0123456789abcdef";
	size_t done = 0;

	text_add_char(json, '"');
	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)text[i];
		char escape[] = { '\\', 'u', '0', '0', digits[c >> 4], digits[c & 15] };

		if (c >= 0x20 && c != '"' && c != '\\')
			continue;
		text_add_bytes(json, text + done, i - done);
		done = i + 1;
		text_add_bytes(json, escape, sizeof(escape));
	}
	text_add_bytes(json, text + done, length - done);
	text_add_char(json, '"');
}

static int add_text(struct text *json, const char *text, int index, struct rowan_error *error)
{
	size_t length = text ? strlen(text) : 0;
	int status;

	if (!text) {
		text_add(json, "null");
		return ROWAN_OK;
	}
	status = value_check_text(text, length, NULL, index, error);
	if (status == ROWAN_OK)
		add_quoted(json, text, length);
	return status;
}

static int add_double(struct text *json, double number, int index, struct rowan_error *error)
{
	char digits[40];

	if (isnan(number))
		return value_refuse(NULL, index, "is not a number (NaN)", error);
	if (isinf(number)) {
		text_add(json, number < 0 ? "-9e999" : "9e999");
		return ROWAN_OK;
	}
	/* SQLite's own, since that of C writes the locale's decimal point. */
	sqlite3_snprintf(sizeof(digits), digits, "%!.17g", number);
	text_add(json, digits);
	return ROWAN_OK;
}

static int add_day_or_time(struct text *json, const char *text, const char *why, int index,
			   struct rowan_error *error)
{
	return text ? add_text(json, text, index, error)
		    : value_refuse(NULL, index, why, error);
}

static int add_item(struct text *json, enum rowan_type type, const void *items, size_t i,
		    int index, struct rowan_error *error)
{
	char date[ROWAN_DATE_SIZE], time[ROWAN_TIME_SIZE];

	switch (type) {
	case ROWAN_TYPE_INT16:
		text_add_int(json, ((const int16_t *)items)[i]);
		return ROWAN_OK;
	case ROWAN_TYPE_INT32:
		text_add_int(json, ((const int32_t *)items)[i]);
		return ROWAN_OK;
	case ROWAN_TYPE_INT64:
		text_add_int(json, ((const int64_t *)items)[i]);
		return ROWAN_OK;
	case ROWAN_TYPE_BOOL:
		text_add_int(json, ((const bool *)items)[i]);
		return ROWAN_OK;
	case ROWAN_TYPE_DATETIME:
		text_add_int(json, ((const struct rowan_datetime *)items)[i].us);
		return ROWAN_OK;
	case ROWAN_TYPE_DOUBLE:
		return add_double(json, ((const double *)items)[i], index, error);
	case ROWAN_TYPE_TEXT:
		return add_text(json, ((const char *const *)items)[i], index, error);
	case ROWAN_TYPE_DATE:
		return add_day_or_time(json,
			sqlite_date_text(((const struct rowan_date *)items)[i], date),
			"is not in the years 0 to 9999", index, error);
	case ROWAN_TYPE_TIME:
		return add_day_or_time(json,
			sqlite_time_text(((const struct rowan_time *)items)[i], time),
			"is not a time of day", index, error);
	case ROWAN_TYPE_UUID:
	case ROWAN_TYPE_BYTES:
	case ROWAN_TYPE_NONE:
	case ROWAN_TYPE_COUNT_:
		break;
	}
	return error_set(error, ROWAN_MISUSE, "a list cannot hold values of this type");
}

static int write_list(struct text *text, enum rowan_type type, const void *items, size_t count,
		      int index, struct rowan_error *error)
{
	text_clear(text);
	if (type == ROWAN_TYPE_UUID) {
		text_add_bytes(text, items, count * sizeof(struct rowan_uuid));
	} else {
		text_add_char(text, '[');
		for (size_t i = 0; i < count; i++) {
			int status;

			if (i)
				text_add_char(text, ',');
			status = add_item(text, type, items, i, index, error);
			if (status < 0)
				return status;
		}
		text_add_char(text, ']');
	}
	return text->broken ? error_no_memory(error) : ROWAN_OK;
}

int sqlite_bind_list(struct driver_statement *statement, int index, enum rowan_type type,
		     const void *items, size_t count, struct rowan_error *error)
{
	struct list_buffer *buffer = buffer_for(statement, index);
	struct text *text = buffer ? &buffer->text : NULL;
	int status;

	if (!buffer)
		return error_no_memory(error);
	status = write_list(text, type, items, count, index, error);
	if (status < 0)
		return status;

	status = type == ROWAN_TYPE_UUID
		? sqlite3_bind_blob64(statement->handle, index, text->data, text->length,
				      SQLITE_STATIC)
		: sqlite3_bind_text64(statement->handle, index, text->data, text->length,
				      SQLITE_STATIC, SQLITE_UTF8);
	return status == SQLITE_OK
		? ROWAN_OK : sqlite_fail(sqlite3_db_handle(statement->handle), status, error);
}

void sqlite_trim_lists(struct driver_statement *statement)
{
	for (struct list_buffer *buffer = statement->lists; buffer; buffer = buffer->next) {
		if (buffer->text.capacity <= KEPT_SIZE)
			continue;
		sqlite3_bind_null(statement->handle, buffer->index);
		text_release(&buffer->text);
	}
}

void sqlite_free_lists(struct driver_statement *statement)
{
	while (statement->lists) {
		struct list_buffer *buffer = statement->lists;

		statement->lists = buffer->next;
		text_release(&buffer->text);
		mem_free(buffer);
	}
}
