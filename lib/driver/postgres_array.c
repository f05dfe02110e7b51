/* SPDX-License-Identifier: MIT */
#include "base/error.h"
#include "driver/check.h"
#include "driver/postgres.h"
#include "driver/postgres_bytes.h"

#include <string.h>

/* Arrays of one dimension; postgres_bytes.h has their form. */

#define FIXED_MOST 16		/* the longest value that is neither text nor bytes: a UUID */

/* Where the elements are: in an array, or in a slot of many rows. */
struct source {
	enum rowan_type type;
	size_t count;
	const char *items;
	size_t stride;
	const struct slot *slot;	/* NULL = in an array */
	const void *const *rows;
};

static const void *element(const struct source *source, size_t i)
{
	return source->slot ? slot_value(source->slot, source->rows[i])
			    : source->items + i * source->stride;
}

static size_t long_size(enum rowan_type type, const void *value)
{
	const char *data = value ? *(const char *const *)value : NULL;

	if (!data)
		return 0;
	return type == ROWAN_TYPE_TEXT ? strlen(data) : ((const struct rowan_bytes *)value)->size;
}

/* At least what the elements take; something above POSTGRES_VALUE_MAX if that is too much. */
static size_t room_for(const struct source *source)
{
	size_t room = ARRAY_HEAD;

	if (source->count > POSTGRES_VALUE_MAX / (ARRAY_SIZE + FIXED_MOST))
		return SIZE_MAX;
	room += source->count * ARRAY_SIZE;
	if (source->type != ROWAN_TYPE_TEXT && source->type != ROWAN_TYPE_BYTES)
		return room + source->count * FIXED_MOST;
	for (size_t i = 0; i < source->count; i++) {
		size_t size = long_size(source->type, element(source, i));

		if (size > POSTGRES_VALUE_MAX - room)
			return SIZE_MAX;
		room += size;
	}
	return room;
}

static char *add_element(char *to, struct wire wire)
{
	put_32(to, wire.data ? (uint32_t)wire.size : UINT32_MAX);
	to += ARRAY_SIZE;
	if (wire.data)
		memcpy(to, wire.data, wire.size);
	return to + wire.size;
}

static int write_elements(const struct source *source, char *array, char **end, int index,
			  struct rowan_error *error)
{
	const char *name = source->slot ? source->slot->name : NULL;
	bool checked = source->slot && source->slot->checked;
	char *to = array + ARRAY_HEAD;
	uint32_t nulls = 0;

	for (size_t i = 0; i < source->count; i++) {
		const void *value = element(source, i);
		struct wire wire = { 0 };
		union cell cell;

		if (value) {
			int status = postgres_encode(source->type, value, checked, &cell, &wire,
						     name, index, error);

			if (status < 0)
				return status;
		}
		nulls |= !wire.data;
		to = add_element(to, wire);
	}
	put_32(array + 4, nulls);
	*end = to;
	return ROWAN_OK;
}

static int bind_array(struct driver_statement *statement, int index, const struct source *source,
		      struct rowan_error *error)
{
	size_t room = room_for(source);
	char *array, *end;
	int status;

	if (room > POSTGRES_VALUE_MAX)
		return value_refuse(source->slot ? source->slot->name : NULL, index,
				    "is longer than 1 GiB, all rows together", error);
	array = arena_alloc(&statement->params.arrays, room);
	if (!array)
		return error_no_memory(error);

	status = write_elements(source, array, &end, index, error);
	if (status < 0)
		return status;
	put_32(array, source->count > 0);
	put_32(array + 8, postgres_type_oid(source->type));
	put_32(array + ARRAY_EMPTY, (uint32_t)source->count);
	put_32(array + ARRAY_EMPTY + 4, 1);
	if (source->count == 0)
		end = array + ARRAY_EMPTY;
	return postgres_set_param(statement, index, postgres_array_oid(source->type),
				  (struct wire){ array, (size_t)(end - array) }, error);
}

int postgres_bind_list(struct driver_statement *statement, int index, enum rowan_type type,
		       const void *items, size_t count, struct rowan_error *error)
{
	return bind_array(statement, index, &(struct source){
		.type = type,
		.count = count,
		.items = items,
		.stride = value_size(type),
	}, error);
}

int postgres_bind_rows(struct driver_statement *statement, int first, const struct slot *slots,
		       size_t count, const void *const *rows, size_t row_count,
		       struct rowan_error *error)
{
	for (size_t i = 0; i < count; i++) {
		int status = bind_array(statement, first + (int)i, &(struct source){
			.type = (enum rowan_type)slots[i].type,
			.count = row_count,
			.slot = &slots[i],
			.rows = rows,
		}, error);

		if (status < 0)
			return status;
	}
	return (int)count;
}
