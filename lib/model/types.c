/* SPDX-License-Identifier: MIT */
#include "model/types.h"

#include "base/hash.h"

#include <string.h>

static const struct {
	const char *name;
	size_t size;
} types[ROWAN_TYPE_COUNT_] = {
	[ROWAN_TYPE_NONE] = { "nothing", 0 },
	[ROWAN_TYPE_INT16] = { "16-bit integer", sizeof(int16_t) },
	[ROWAN_TYPE_INT32] = { "32-bit integer", sizeof(int32_t) },
	[ROWAN_TYPE_INT64] = { "integer", sizeof(int64_t) },
	[ROWAN_TYPE_BOOL] = { "boolean", sizeof(bool) },
	[ROWAN_TYPE_DOUBLE] = { "real", sizeof(double) },
	[ROWAN_TYPE_TEXT] = { "text", sizeof(const char *) },
	[ROWAN_TYPE_BYTES] = { "bytes", sizeof(struct rowan_bytes) },
	[ROWAN_TYPE_DATETIME] = { "datetime", sizeof(struct rowan_datetime) },
	[ROWAN_TYPE_DATE] = { "date", sizeof(struct rowan_date) },
	[ROWAN_TYPE_TIME] = { "time", sizeof(struct rowan_time) },
	[ROWAN_TYPE_UUID] = { "UUID", sizeof(struct rowan_uuid) },
};

size_t type_size(enum rowan_type type)
{
	return types[type].size;
}

const char *type_name(enum rowan_type type)
{
	return (unsigned)type < ROWAN_TYPE_COUNT_ ? types[type].name : "no type";
}

/* A value's bits by their size, for types that are compared and copied as such. */
static uint64_t read_bits(const void *value, size_t size)
{
	uint64_t b8;
	uint32_t b4;
	uint16_t b2;

	switch (size) {
	case 8:
		memcpy(&b8, value, 8);
		return b8;
	case 4:
		memcpy(&b4, value, 4);
		return b4;
	case 2:
		memcpy(&b2, value, 2);
		return b2;
	default:
		return *(const unsigned char *)value;
	}
}

static bool text_equal(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

static bool bytes_equal(const struct rowan_bytes *a, const struct rowan_bytes *b)
{
	if (a->data == b->data)
		return !a->data || a->size == b->size;
	return a->data && b->data && a->size == b->size && memcmp(a->data, b->data, a->size) == 0;
}

/* NaN equals itself, as PostgreSQL has it: a row that holds one is not forever changed. */
static bool double_equal(double a, double b)
{
	return a == b || (a != a && b != b);
}

static bool value_equal(enum rowan_type type, const void *x, const void *y)
{
	switch (type) {
	case ROWAN_TYPE_TEXT:
		return text_equal(*(const char *const *)x, *(const char *const *)y);
	case ROWAN_TYPE_BYTES:
		return bytes_equal(x, y);
	case ROWAN_TYPE_DOUBLE:
		return double_equal(*(const double *)x, *(const double *)y);
	case ROWAN_TYPE_UUID:
		return memcmp(x, y, sizeof(struct rowan_uuid)) == 0;
	case ROWAN_TYPE_INT64:
	case ROWAN_TYPE_DATETIME:
	case ROWAN_TYPE_TIME:
		return memcmp(x, y, 8) == 0;
	case ROWAN_TYPE_INT32:
	case ROWAN_TYPE_DATE:
		return memcmp(x, y, 4) == 0;
	default:
		return read_bits(x, types[type].size) == read_bits(y, types[type].size);
	}
}

bool slot_equal(const struct slot *slot, const void *a, const void *b)
{
	if (slot->optional) {
		bool set = *(const bool *)((const char *)a + slot->offset);

		if (set != *(const bool *)((const char *)b + slot->offset))
			return false;
		if (!set)
			return true;
	}
	return value_equal((enum rowan_type)slot->type, (const char *)a + slot->value,
			   (const char *)b + slot->value);
}

uint64_t slots_differing(const struct slot *slots, size_t count, const void *a, const void *b)
{
	uint64_t differing = 0;

	for (size_t i = 0; i < count; i++)
		if (!slot_equal(&slots[i], a, b))
			differing |= UINT64_C(1) << (i < 63 ? i : 63);
	return differing;
}

bool slot_same(const struct slot *a, const void *a_row, const struct slot *b, const void *b_row)
{
	const void *x = slot_value(a, a_row), *y = slot_value(b, b_row);

	return x && y && value_equal((enum rowan_type)a->type, x, y);
}

static int three_way(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static int value_order(enum rowan_type type, const void *a, const void *b)
{
	const struct rowan_bytes *x = a, *y = b;
	int order;

	switch (type) {
	case ROWAN_TYPE_INT16:
		return three_way(*(const int16_t *)a, *(const int16_t *)b);
	case ROWAN_TYPE_INT32:
		return three_way(*(const int32_t *)a, *(const int32_t *)b);
	case ROWAN_TYPE_INT64:
		return three_way(*(const int64_t *)a, *(const int64_t *)b);
	case ROWAN_TYPE_TEXT:
		return strcmp(*(const char *const *)a, *(const char *const *)b);
	case ROWAN_TYPE_BYTES:
		order = memcmp(x->data, y->data, x->size < y->size ? x->size : y->size);
		return order ? order : three_way((int64_t)x->size, (int64_t)y->size);
	default:
		return memcmp(a, b, types[type].size);
	}
}

int slot_order(const struct slot *slot, const void *a, const void *b)
{
	const void *x = slot_value(slot, a), *y = slot_value(slot, b);

	if (!x || !y)
		return (x != NULL) - (y != NULL);
	return value_order((enum rowan_type)slot->type, x, y);
}

static void set_null(const struct slot *slot, void *row)
{
	if (slot->optional)
		*(bool *)((char *)row + slot->offset) = false;
	memset((char *)row + slot->value, 0, types[slot->type].size);
}

/* Where to write the value of a member that is now not NULL. */
static void *set_present(const struct slot *slot, void *row)
{
	if (slot->optional)
		*(bool *)((char *)row + slot->offset) = true;
	return (char *)row + slot->value;
}

static int64_t as_integer(const struct rowan_value *value)
{
	switch (value->type) {
	case ROWAN_TYPE_INT16:
		return value->as.i16;
	case ROWAN_TYPE_INT32:
		return value->as.i32;
	case ROWAN_TYPE_BOOL:
		return value->as.b;
	default:
		return value->as.i;
	}
}

void slot_set(const struct slot *slot, void *row, struct rowan_value value)
{
	void *to;

	if (value.null || value.type == ROWAN_TYPE_NONE) {
		set_null(slot, row);
		return;
	}
	to = set_present(slot, row);
	switch (slot->type) {
	case ROWAN_TYPE_INT16:
		*(int16_t *)to = (int16_t)as_integer(&value);
		break;
	case ROWAN_TYPE_INT32:
		*(int32_t *)to = (int32_t)as_integer(&value);
		break;
	case ROWAN_TYPE_INT64:
		*(int64_t *)to = as_integer(&value);
		break;
	case ROWAN_TYPE_BOOL:
		*(bool *)to = as_integer(&value) != 0;
		break;
	case ROWAN_TYPE_DOUBLE:
		*(double *)to = value.type == ROWAN_TYPE_DOUBLE ? value.as.d
								: (double)as_integer(&value);
		break;
	default:
		memcpy(to, &value.as, types[slot->type].size);
	}
}

void slot_assign(const struct slot *to, void *to_row, const struct slot *from,
		 const void *from_row)
{
	const void *value = slot_value(from, from_row);

	if (value)
		memcpy(set_present(to, to_row), value, types[to->type].size);
	else
		set_null(to, to_row);
}

struct rowan_value slot_get(const struct slot *slot, const void *row)
{
	struct rowan_value result = { .type = (enum rowan_type)slot->type };
	const void *value = slot_value(slot, row);

	if (value)
		memcpy(&result.as, value, types[slot->type].size);
	else
		result.null = true;
	return result;
}

/* 0.0 and -0.0 are equal, and so are all NaNs. */
static uint64_t hash_double(double value)
{
	uint64_t bits = 0;

	if (value != value)
		bits = UINT64_C(0x7ff8000000000000);
	else if (value != 0)
		memcpy(&bits, &value, sizeof(bits));
	return hash_int(bits);
}

static int64_t read_integer(enum rowan_type type, const void *value)
{
	if (type == ROWAN_TYPE_INT16)
		return *(const int16_t *)value;
	if (type == ROWAN_TYPE_INT32)
		return *(const int32_t *)value;
	return *(const int64_t *)value;
}

int64_t slot_get_int(const struct slot *slot, const void *row)
{
	return read_integer((enum rowan_type)slot->type, (const char *)row + slot->value);
}

uint64_t slot_hash(const struct slot *slot, const void *row)
{
	const void *value = slot_value(slot, row);
	const struct rowan_bytes *bytes;
	const char *text;

	if (!value)
		return 0;
	switch (slot->type) {
	case ROWAN_TYPE_INT16:
	case ROWAN_TYPE_INT32:
	case ROWAN_TYPE_INT64:
		return hash_int((uint64_t)read_integer((enum rowan_type)slot->type, value));
	case ROWAN_TYPE_DOUBLE:
		return hash_double(*(const double *)value);
	case ROWAN_TYPE_TEXT:
		text = *(const char *const *)value;
		return hash_bytes(text, strlen(text));
	case ROWAN_TYPE_BYTES:
		bytes = value;
		return hash_bytes(bytes->data, bytes->size);
	case ROWAN_TYPE_UUID:
		return hash_bytes(value, sizeof(struct rowan_uuid));
	default:
		return hash_int(read_bits(value, types[slot->type].size));
	}
}

bool slot_is_zero(const struct slot *slot, const void *row)
{
	static const struct rowan_uuid zero;
	const void *value = slot_value(slot, row);

	if (!value || slot->optional)
		return !value;
	switch (slot->type) {
	case ROWAN_TYPE_TEXT:
	case ROWAN_TYPE_BYTES:
		return false;
	case ROWAN_TYPE_DOUBLE:
		return *(const double *)value == 0;
	case ROWAN_TYPE_UUID:
		return memcmp(value, &zero, sizeof(zero)) == 0;
	default:
		return read_bits(value, types[slot->type].size) == 0;
	}
}
