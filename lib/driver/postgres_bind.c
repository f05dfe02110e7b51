/* SPDX-License-Identifier: MIT */
#include "base/alloc.h"
#include "base/error.h"
#include "driver/check.h"
#include "driver/postgres.h"
#include "driver/postgres_bytes.h"

#include <string.h>

/*
 * Parameters, all of them binary.  Text, bytes and UUIDs are sent from where they
 * are; of the rest the bytes in the wire's order are kept in the parameter's cell.
 */

#define KEPT_SIZE ((size_t)64 << 10)

/* The server's range: from 4713 BC on. */
#define FIRST_DAY (-2451545)
#define LAST_DAY 2145031948
#define FIRST_US INT64_C(-211813488000000000)

/* ---- room ---------------------------------------------------------------------- */

/* The highest $n in a statement.  One inside a literal costs some memory, no more. */
static int count_params(const char *sql)
{
	int most = 0;

	for (const char *at = strchr(sql, '$'); at; at = strchr(at, '$')) {
		int number = 0;

		for (at++; *at >= '0' && *at <= '9' && number <= POSTGRES_PARAMS_MAX; at++)
			number = number * 10 + (*at - '0');
		if (number > most)
			most = number;
	}
	return most;
}

int postgres_make_params(struct driver_statement *statement, struct rowan_error *error)
{
	struct params *params = &statement->params;
	int count = count_params(statement->sql);
	size_t room = (size_t)count;
	char *block;

	if (count > POSTGRES_PARAMS_MAX)
		return error_set(error, ROWAN_MISUSE,
				 "a statement has at most %d parameters", POSTGRES_PARAMS_MAX);
	if (count == 0)
		return ROWAN_OK;
	block = mem_alloc(room * (sizeof(*params->cells) + sizeof(*params->values) +
				  sizeof(*params->types) + sizeof(*params->lengths) +
				  sizeof(*params->formats)));
	if (!block)
		return error_no_memory(error);
	params->cells = (void *)block;
	params->values = (void *)(params->cells + room);
	params->types = (void *)(params->values + room);
	params->lengths = (void *)(params->types + room);
	params->formats = params->lengths + room;
	for (size_t i = 0; i < room; i++)
		params->formats[i] = 1;
	params->capacity = count;
	return ROWAN_OK;
}

void postgres_reset_params(struct params *params)
{
	if (!params->arrays.chunks)
		return;
	if (arena_size(&params->arrays) > KEPT_SIZE)
		arena_release(&params->arrays);
	else
		arena_clear(&params->arrays);
}

void postgres_free_params(struct params *params)
{
	mem_free(params->cells);
	arena_release(&params->arrays);
	*params = (struct params){ 0 };
}

static int check_index(const struct driver_statement *statement, int last,
		       struct rowan_error *error)
{
	if (last <= statement->params.capacity)
		return ROWAN_OK;
	return error_set(error, ROWAN_DATA, "the statement has no parameter %d", last);
}

static inline void set_param(struct driver_statement *statement, int index, Oid type,
			     struct wire wire)
{
	struct params *params = &statement->params;
	int at = index - 1;

	if (params->types[at] != type) {
		params->types[at] = type;
		statement->again = true;
	}
	if (params->count < index)
		params->count = index;
	params->values[at] = wire.data;
	params->lengths[at] = (int)wire.size;
}

int postgres_set_param(struct driver_statement *statement, int index, Oid type,
		       struct wire wire, struct rowan_error *error)
{
	int status = check_index(statement, index, error);

	if (status == ROWAN_OK)
		set_param(statement, index, type, wire);
	return status;
}

/* ---- values --------------------------------------------------------------------- */

static int encode_text(const char *text, bool checked, struct wire *out, const char *name,
		       int index, struct rowan_error *error)
{
	size_t length;

	*out = (struct wire){ 0 };
	if (!text)
		return ROWAN_OK;
	length = strlen(text);
	if (length > POSTGRES_VALUE_MAX)
		return value_refuse(name, index, "is longer than 1 GiB", error);
	*out = (struct wire){ text, length };
	return checked ? ROWAN_OK : value_check_text(text, length, name, index, error);
}

static int encode_bytes(struct rowan_bytes bytes, struct wire *out, const char *name, int index,
			struct rowan_error *error)
{
	if (bytes.data && bytes.size > POSTGRES_VALUE_MAX)
		return value_refuse(name, index, "is longer than 1 GiB", error);
	*out = (struct wire){ bytes.data, bytes.data ? bytes.size : 0 };
	return ROWAN_OK;
}

static int encode_datetime(int64_t us, union cell *cell, const char *name, int index,
			   struct rowan_error *error)
{
	if (us < FIRST_US + EPOCH_US)	/* all later ones the server has */
		return value_refuse(name, index, "is before the year -4712", error);
	put_64(cell->bytes, (uint64_t)(us - EPOCH_US));
	return ROWAN_OK;
}

static int encode_date(int32_t days, union cell *cell, const char *name, int index,
		       struct rowan_error *error)
{
	if (days < FIRST_DAY + EPOCH_DAYS || days > LAST_DAY + EPOCH_DAYS)
		return value_refuse(name, index, "is not in the years -4712 to 5874897", error);
	put_32(cell->bytes, (uint32_t)(days - EPOCH_DAYS));
	return ROWAN_OK;
}

static int encode_time(int64_t us, union cell *cell, const char *name, int index,
		       struct rowan_error *error)
{
	if (us < 0 || us >= DAY_US)
		return value_refuse(name, index, "is not a time of day", error);
	put_64(cell->bytes, (uint64_t)us);
	return ROWAN_OK;
}

int postgres_encode(enum rowan_type type, const void *value, bool checked, union cell *cell,
		    struct wire *out, const char *name, int index, struct rowan_error *error)
{
	out->data = cell->bytes;
	switch (type) {
	case ROWAN_TYPE_INT16:
		out->size = 2;
		put_16(cell->bytes, (uint16_t)*(const int16_t *)value);
		return ROWAN_OK;
	case ROWAN_TYPE_INT32:
		out->size = 4;
		put_32(cell->bytes, (uint32_t)*(const int32_t *)value);
		return ROWAN_OK;
	case ROWAN_TYPE_INT64:
	case ROWAN_TYPE_DOUBLE:	/* the same bits, in the same order */
		out->size = 8;
		memcpy(&cell->number, value, sizeof(cell->number));
		put_64(cell->bytes, (uint64_t)cell->number);
		return ROWAN_OK;
	case ROWAN_TYPE_BOOL:
		out->size = 1;
		cell->bytes[0] = *(const bool *)value;
		return ROWAN_OK;
	case ROWAN_TYPE_TEXT:
		return encode_text(*(const char *const *)value, checked, out, name, index, error);
	case ROWAN_TYPE_BYTES:
		return encode_bytes(*(const struct rowan_bytes *)value, out, name, index, error);
	case ROWAN_TYPE_DATETIME:
		out->size = 8;
		return encode_datetime(((const struct rowan_datetime *)value)->us, cell, name,
				       index, error);
	case ROWAN_TYPE_DATE:
		out->size = 4;
		return encode_date(((const struct rowan_date *)value)->days, cell, name, index,
				   error);
	case ROWAN_TYPE_TIME:
		out->size = 8;
		return encode_time(((const struct rowan_time *)value)->us, cell, name, index,
				   error);
	case ROWAN_TYPE_UUID:
		*out = (struct wire){ value, sizeof(struct rowan_uuid) };
		return ROWAN_OK;
	case ROWAN_TYPE_NONE:
	case ROWAN_TYPE_COUNT_:
		break;
	}
	return value_refuse(name, index, "has no type", error);
}

static inline int bind_one(struct driver_statement *statement, int index, enum rowan_type type,
			   const void *value, bool checked, const char *name,
			   struct rowan_error *error)
{
	struct wire wire = { 0 };
	int status = ROWAN_OK;

	if (value)
		status = postgres_encode(type, value, checked,
					 &statement->params.cells[index - 1], &wire, name, index,
					 error);
	if (status == ROWAN_OK)
		set_param(statement, index, postgres_type_oid(type), wire);
	return status;
}

int postgres_bind_row(struct driver_statement *statement, int first, const struct slot *slots,
		      size_t count, const void *row, struct rowan_error *error)
{
	int status = check_index(statement, first + (int)count - 1, error);

	for (size_t i = 0; i < count && status == ROWAN_OK; i++)
		status = bind_one(statement, first + (int)i, (enum rowan_type)slots[i].type,
				  slot_value(&slots[i], row), slots[i].checked, slots[i].name,
				  error);
	return status;
}

int postgres_bind_value(struct driver_statement *statement, int index, enum rowan_type type,
			const void *value, struct rowan_error *error)
{
	int status = check_index(statement, index, error);

	return status < 0 ? status
			  : bind_one(statement, index, type, value, false, NULL, error);
}
