/* SPDX-License-Identifier: MIT */
#include "driver/check.h"
#include "driver/sqlite.h"

#include <string.h>

/* The days whose text has a year of four digits and so sorts as the days do. */
#define FIRST_DAY (-719528)	/* 0000-01-01 */
#define LAST_DAY 2932896	/* 9999-12-31 */
#define DAY_US INT64_C(86400000000)

const char *sqlite_date_text(struct rowan_date date, char buffer[ROWAN_DATE_SIZE])
{
	if (date.days < FIRST_DAY || date.days > LAST_DAY)
		return NULL;
	return rowan_date_format(date, buffer);
}

const char *sqlite_time_text(struct rowan_time time, char buffer[ROWAN_TIME_SIZE])
{
	if (time.us < 0 || time.us >= DAY_US)
		return NULL;
	return rowan_time_format(time, buffer);
}

/* SQLite's status, or one of ours, which are negative, with `error` filled. */
static int bind_text(sqlite3_stmt *handle, int index, const char *text, bool checked,
		     const char *name, struct rowan_error *error)
{
	size_t length;
	int status;

	if (!text)
		return sqlite3_bind_null(handle, index);
	length = strlen(text);
	if (!checked && (status = value_check_text(text, length, name, index, error)) < 0)
		return status;
	return sqlite3_bind_text64(handle, index, text, length, SQLITE_STATIC, SQLITE_UTF8);
}

static int bind_bytes(sqlite3_stmt *handle, int index, struct rowan_bytes bytes)
{
	if (!bytes.data)
		return sqlite3_bind_null(handle, index);
	return sqlite3_bind_blob64(handle, index, bytes.data, bytes.size, SQLITE_STATIC);
}

static int bind_double(sqlite3_stmt *handle, int index, double number, const char *name,
		       struct rowan_error *error)
{
	/* SQLite would store NULL. */
	if (number != number)
		return value_refuse(name, index, "is not a number (NaN)", error);
	return sqlite3_bind_double(handle, index, number);
}

static int bind_date(sqlite3_stmt *handle, int index, struct rowan_date date, const char *name,
		     struct rowan_error *error)
{
	char buffer[ROWAN_DATE_SIZE];
	const char *text = sqlite_date_text(date, buffer);

	if (!text)
		return value_refuse(name, index, "is not in the years 0 to 9999", error);
	return sqlite3_bind_text(handle, index, text, -1, SQLITE_TRANSIENT);
}

static int bind_time(sqlite3_stmt *handle, int index, struct rowan_time time, const char *name,
		     struct rowan_error *error)
{
	char buffer[ROWAN_TIME_SIZE];
	const char *text = sqlite_time_text(time, buffer);

	if (!text)
		return value_refuse(name, index, "is not a time of day", error);
	return sqlite3_bind_text(handle, index, text, -1, SQLITE_TRANSIENT);
}

static inline int bind_one(sqlite3_stmt *handle, int index, enum rowan_type type,
			   const void *value, bool checked, const char *name,
			   struct rowan_error *error)
{
	if (!value)
		return sqlite3_bind_null(handle, index);

	switch (type) {
	case ROWAN_TYPE_INT16:
		return sqlite3_bind_int64(handle, index, *(const int16_t *)value);
	case ROWAN_TYPE_INT32:
		return sqlite3_bind_int64(handle, index, *(const int32_t *)value);
	case ROWAN_TYPE_INT64:
		return sqlite3_bind_int64(handle, index, *(const int64_t *)value);
	case ROWAN_TYPE_BOOL:
		return sqlite3_bind_int64(handle, index, *(const bool *)value);
	case ROWAN_TYPE_DOUBLE:
		return bind_double(handle, index, *(const double *)value, name, error);
	case ROWAN_TYPE_TEXT:
		return bind_text(handle, index, *(const char *const *)value, checked, name, error);
	case ROWAN_TYPE_BYTES:
		return bind_bytes(handle, index, *(const struct rowan_bytes *)value);
	case ROWAN_TYPE_DATETIME:
		return sqlite3_bind_int64(handle, index,
					  ((const struct rowan_datetime *)value)->us);
	case ROWAN_TYPE_DATE:
		return bind_date(handle, index, *(const struct rowan_date *)value, name, error);
	case ROWAN_TYPE_TIME:
		return bind_time(handle, index, *(const struct rowan_time *)value, name, error);
	case ROWAN_TYPE_UUID:
		return sqlite3_bind_blob(handle, index, value, sizeof(struct rowan_uuid),
					 SQLITE_STATIC);
	case ROWAN_TYPE_NONE:
	case ROWAN_TYPE_COUNT_:
		break;
	}
	return value_refuse(name, index, "has no type", error);
}

static int bind_failed(sqlite3_stmt *handle, int status, struct rowan_error *error)
{
	return status < 0 ? status : sqlite_fail(sqlite3_db_handle(handle), status, error);
}

int sqlite_bind_row(struct driver_statement *statement, int first, const struct slot *slots,
		    size_t count, const void *row, struct rowan_error *error)
{
	sqlite3_stmt *handle = statement->handle;

	for (size_t i = 0; i < count; i++) {
		const struct slot *slot = &slots[i];
		int status = bind_one(handle, first + (int)i, slot->type, slot_value(slot, row),
				      slot->checked, slot->name, error);

		if (status != SQLITE_OK)
			return bind_failed(handle, status, error);
	}
	return ROWAN_OK;
}

int sqlite_bind_rows(struct driver_statement *statement, int first, const struct slot *slots,
		     size_t count, const void *const *rows, size_t row_count,
		     struct rowan_error *error)
{
	int next = first;

	for (size_t i = 0; i < row_count; i++, next += (int)count) {
		int status = sqlite_bind_row(statement, next, slots, count, rows[i], error);

		if (status < 0)
			return status;
	}
	return next - first;
}

int sqlite_bind_value(struct driver_statement *statement, int index, enum rowan_type type,
		      const void *value, struct rowan_error *error)
{
	int status = bind_one(statement->handle, index, type, value, false, NULL, error);

	return status == SQLITE_OK ? ROWAN_OK : bind_failed(statement->handle, status, error);
}
