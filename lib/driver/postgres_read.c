/* SPDX-License-Identifier: MIT */
#include "base/alloc.h"
#include "base/error.h"
#include "base/utf8.h"
#include "driver/check.h"
#include "driver/postgres.h"
#include "driver/postgres_bytes.h"

#include <stdio.h>
#include <string.h>

/*
 * From columns to members.  What a column is was looked up once for the result; its
 * lengths come from the server, and are believed only if they are the type's.
 */

int postgres_describe(struct driver_statement *statement, struct rowan_error *error)
{
	int count = PQnfields(statement->result);

	if (count > statement->column_capacity) {
		struct column *columns = mem_resize(statement->columns,
						    (size_t)count * sizeof(*columns));

		if (!columns)
			return error_no_memory(error);
		memset(columns + statement->column_capacity, 0,
		       (size_t)(count - statement->column_capacity) * sizeof(*columns));
		statement->columns = columns;
		statement->column_capacity = count;
	}
	statement->column_count = count;
	for (int i = 0; i < count; i++) {
		Oid type = PQftype(statement->result, i);

		if (statement->columns[i].type != type)
			statement->columns[i] = (struct column){ type, postgres_kind(type) };
	}
	return ROWAN_OK;
}

static const char *wanted_name(const struct slot *slot)
{
	static const char *const names[ROWAN_TYPE_COUNT_] = {
		[ROWAN_TYPE_NONE] = "nothing",
		[ROWAN_TYPE_INT16] = "a 16-bit integer",
		[ROWAN_TYPE_INT32] = "a 32-bit integer",
		[ROWAN_TYPE_INT64] = "a 64-bit integer",
		[ROWAN_TYPE_BOOL] = "true or false",
		[ROWAN_TYPE_DOUBLE] = "a number",
		[ROWAN_TYPE_TEXT] = "text without a NUL",
		[ROWAN_TYPE_BYTES] = "bytes",
		[ROWAN_TYPE_DATETIME] = "an instant with a time zone, and finite",
		[ROWAN_TYPE_DATE] = "a date, and finite",
		[ROWAN_TYPE_TIME] = "a time of day",
		[ROWAN_TYPE_UUID] = "a UUID",
	};

	return names[slot->type];
}

static int misfit(const struct slot *slot, Oid type, struct rowan_error *error)
{
	const char *name = postgres_type_name(type);
	char number[32];

	snprintf(number, sizeof(number), "type %u", type);
	return value_error(error, ROWAN_DATA, slot->name, "holds a value of %s that is not %s",
			   name ? name : number, wanted_name(slot));
}

static inline bool read_double(struct value value, double *out)
{
	int64_t integer;

	if (value.kind == KIND_FLOAT8 && value.size == 8) {
		uint64_t bits = get_64(value.data);

		memcpy(out, &bits, sizeof(*out));
		return true;
	}
	if (value.kind == KIND_FLOAT4 && value.size == 4) {
		uint32_t bits = get_32(value.data);
		float number;

		memcpy(&number, &bits, sizeof(number));
		*out = (double)number;
		return true;
	}
	if (!decode_int(value, &integer))
		return false;
	*out = (double)integer;
	return true;
}

static inline bool read_datetime(struct value value, struct rowan_datetime *out)
{
	int64_t us;

	if (value.kind != KIND_DATETIME || value.size != 8)
		return false;
	us = (int64_t)get_64(value.data);
	/* The lowest and the highest are the infinities; some high ones are no int64_t of ours. */
	if (us == INT64_MIN || us > INT64_MAX - EPOCH_US)
		return false;
	out->us = us + EPOCH_US;
	return true;
}

static inline bool read_date(struct value value, struct rowan_date *out)
{
	int32_t days;

	if (value.kind != KIND_DATE || value.size != 4)
		return false;
	days = (int32_t)get_32(value.data);
	if (days == INT32_MIN || days > INT32_MAX - EPOCH_DAYS)
		return false;
	out->days = days + EPOCH_DAYS;
	return true;
}

static inline bool read_time(struct value value, struct rowan_time *out)
{
	if (value.kind != KIND_TIME || value.size != 8)
		return false;
	out->us = (int64_t)get_64(value.data);
	return out->us >= 0 && out->us < DAY_US;	/* the server has a 24:00 */
}

static inline bool read_uuid(struct value value, struct rowan_uuid *out)
{
	if (value.kind != KIND_UUID || value.size != sizeof(*out))
		return false;
	memcpy(out, value.data, sizeof(*out));
	return true;
}

/* Enums and citext are sent as text, other types that users make are mostly not. */
static inline bool is_text(struct value value)
{
	if (value.kind == KIND_USER)
		return utf8_valid(value.data, value.size, NULL);
	return value.kind == KIND_TEXT && !memchr(value.data, 0, value.size);
}

/* The integer fits the member; else nothing, or something, is stored. */
static inline bool store_integer(const struct slot *slot, int64_t number, void *to)
{
	switch (slot->type) {
	case ROWAN_TYPE_INT64:
		*(int64_t *)to = number;
		return true;
	case ROWAN_TYPE_INT32:
		*(int32_t *)to = (int32_t)number;
		return number == (int32_t)number;
	default:
		*(int16_t *)to = (int16_t)number;
		return number == (int16_t)number;
	}
}

static inline int read_value(const struct slot *slot, struct value value, Oid type,
			     struct arena *arena, void *to, struct rowan_error *error)
{
	bool fits = false;
	int64_t number;
	void *copy;

	switch (slot->type) {
	case ROWAN_TYPE_INT16:
	case ROWAN_TYPE_INT32:
	case ROWAN_TYPE_INT64:
		fits = decode_int(value, &number) && store_integer(slot, number, to);
		break;
	case ROWAN_TYPE_TEXT:
		if (!is_text(value))
			break;
		copy = arena_bytes(arena, value.size + 1);
		if (!copy)
			return error_no_memory(error);
		memcpy(copy, value.data, value.size + 1);	/* libpq ends it with a NUL */
		*(const char **)to = copy;
		return ROWAN_OK;
	case ROWAN_TYPE_BOOL:
		fits = value.kind == KIND_BOOL && value.size == 1;
		if (fits)
			*(bool *)to = value.data[0] != 0;
		break;
	case ROWAN_TYPE_DOUBLE:
		fits = read_double(value, to);
		break;
	case ROWAN_TYPE_BYTES:
		if (value.kind != KIND_BYTES)
			break;
		copy = arena_copy(arena, value.data, value.size);
		if (!copy)
			return error_no_memory(error);
		*(struct rowan_bytes *)to = (struct rowan_bytes){ copy, value.size };
		return ROWAN_OK;
	case ROWAN_TYPE_DATETIME:
		fits = read_datetime(value, to);
		break;
	case ROWAN_TYPE_DATE:
		fits = read_date(value, to);
		break;
	case ROWAN_TYPE_TIME:
		fits = read_time(value, to);
		break;
	case ROWAN_TYPE_UUID:
		fits = read_uuid(value, to);
		break;
	}
	return fits ? ROWAN_OK : misfit(slot, type, error);
}

int postgres_read_row(struct driver_statement *statement, int first, const struct slot *slots,
		      size_t count, struct arena *arena, void *row, struct rowan_error *error)
{
	const PGresult *result = statement->result;
	const int at = statement->row;

	if (first + (int)count > statement->column_count)
		return error_set(error, ROWAN_DATA, "the result has %d columns, not %d",
				 statement->column_count, first + (int)count);
	for (size_t i = 0; i < count; i++) {
		const struct slot *slot = &slots[i];
		const int column = first + (int)i;
		const struct value value = postgres_value(result, at, column,
							  statement->columns[column].kind);
		int status;

		if (value.size == 0 && PQgetisnull(result, at, column)) {
			status = value_set_null(slot, row, error);
		} else {
			if (slot->optional)
				*(bool *)((char *)row + slot->offset) = true;
			status = read_value(slot, value, statement->columns[column].type, arena,
					    (char *)row + slot->value, error);
		}
		if (status < 0)
			return status;
	}
	return ROWAN_OK;
}

bool postgres_is_null(struct driver_statement *statement, int column)
{
	return PQgetisnull(statement->result, statement->row, column);
}

int64_t postgres_read_int(struct driver_statement *statement, int column)
{
	struct value value;
	int64_t number;

	if (column >= statement->column_count)
		return 0;
	value = postgres_value(statement->result, statement->row, column,
			       statement->columns[column].kind);
	return decode_int(value, &number) ? number : 0;
}
