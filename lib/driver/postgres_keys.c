/* SPDX-License-Identifier: MIT */
#include "driver/postgres.h"
#include "driver/postgres_bytes.h"

#include <string.h>

/*
 * The keys that an INSERT returned, as an array of integers in its only row.  An integer
 * that is no array is none: a statement may return a count.
 */

static enum kind element_kind(Oid type)
{
	static const enum rowan_type integers[] = {
		ROWAN_TYPE_INT64, ROWAN_TYPE_INT32, ROWAN_TYPE_INT16 };

	for (size_t i = 0; i < sizeof(integers) / sizeof(integers[0]); i++)
		if (postgres_array_oid(integers[i]) == type)
			return postgres_kind(postgres_type_oid(integers[i]));
	return KIND_OTHER;
}

static int64_t *make_room(struct pipeline *pipeline, size_t count)
{
	int64_t *keys = postgres_grow(pipeline->keys, &pipeline->key_capacity,
				      pipeline->key_count + count, sizeof(*keys));

	if (!keys)
		return NULL;
	pipeline->keys = keys;
	return keys + pipeline->key_count;
}

/* Nothing that the server says of sizes is believed. */
static int take_array(struct pipeline *pipeline, struct value array, enum kind kind)
{
	const char *at = array.data + ARRAY_HEAD, *end = array.data + array.size;
	size_t count;
	int64_t *keys;

	if (array.size < ARRAY_HEAD || get_32(array.data) != 1)
		return ROWAN_DATA;
	count = get_32(array.data + ARRAY_EMPTY);
	if (count > array.size / ARRAY_SIZE)
		return ROWAN_DATA;
	keys = make_room(pipeline, count + 1);
	if (!keys)
		return ROWAN_NO_MEMORY;
	for (size_t i = 0; i < count; i++) {
		struct value value = { .kind = kind, .data = at + ARRAY_SIZE };

		if (end - at < ARRAY_SIZE)
			return ROWAN_DATA;
		value.size = get_32(at);
		if (value.size > (size_t)(end - value.data) ||
		    !decode_int(value, &keys[i]))
			return ROWAN_DATA;
		at = value.data + value.size;
	}
	pipeline->key_count += count;
	return ROWAN_OK;
}

void postgres_take_keys(struct pipeline *pipeline, const PGresult *result)
{
	Oid type = PQnfields(result) > 0 ? PQftype(result, 0) : 0;
	enum kind element = element_kind(type);
	int status;

	if (element == KIND_OTHER || PQntuples(result) != 1 || PQgetisnull(result, 0, 0))
		return;
	status = take_array(pipeline, postgres_value(result, 0, 0, KIND_OTHER), element);
	if (status < 0)
		pipeline->key_status = status;
}
