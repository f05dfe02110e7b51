/* SPDX-License-Identifier: MIT */
#include "model/types.h"

/* As far as a double counts in ones. */
#define EXACT ((int64_t)1 << 53)

static bool is_integer(enum rowan_type type)
{
	return type == ROWAN_TYPE_INT16 || type == ROWAN_TYPE_INT32 || type == ROWAN_TYPE_INT64;
}

static int64_t integer_of(const struct rowan_value *value)
{
	if (value->type == ROWAN_TYPE_INT16)
		return value->as.i16;
	return value->type == ROWAN_TYPE_INT32 ? value->as.i32 : value->as.i;
}

static bool in_range(enum rowan_type type, int64_t value)
{
	switch (type) {
	case ROWAN_TYPE_INT16:
		return value >= INT16_MIN && value <= INT16_MAX;
	case ROWAN_TYPE_INT32:
		return value >= INT32_MIN && value <= INT32_MAX;
	case ROWAN_TYPE_BOOL:
		return value == 0 || value == 1;
	case ROWAN_TYPE_DOUBLE:
		return value >= -EXACT && value <= EXACT;
	default:
		return true;
	}
}

/* 3.0 is 3; 3.5, infinity and what is no number are not. */
static bool is_whole(double value)
{
	return value >= -(double)EXACT && value <= (double)EXACT && value == (double)(int64_t)value;
}

static enum fit fit_number(enum rowan_type wanted, struct rowan_value *value)
{
	if (value->type == ROWAN_TYPE_DOUBLE) {
		if (!is_whole(value->as.d))
			return FIT_RANGE;
		*value = rowan_int_value((int64_t)value->as.d);
	}
	if (!in_range(wanted, integer_of(value)))
		return FIT_RANGE;
	*value = wanted == ROWAN_TYPE_DOUBLE ? rowan_double_value((double)integer_of(value))
					     : rowan_int_value(integer_of(value));
	return FIT_OK;
}

static bool is_null(const struct rowan_value *value)
{
	return value->null || value->type == ROWAN_TYPE_NONE ||
	       (value->type == ROWAN_TYPE_TEXT && !value->as.text) ||
	       (value->type == ROWAN_TYPE_BYTES && !value->as.bytes.data);
}

enum fit value_fit(const struct slot *slot, struct rowan_value *value)
{
	enum rowan_type wanted = (enum rowan_type)slot->type;
	bool number = is_integer(value->type) || value->type == ROWAN_TYPE_DOUBLE;

	if (is_null(value)) {
		*value = (struct rowan_value){ .null = true };
		return slot->nullable ? FIT_OK : FIT_NULL;
	}
	if (value->type == wanted)
		return FIT_OK;
	if (number && (is_integer(wanted) || wanted == ROWAN_TYPE_DOUBLE))
		return fit_number(wanted, value);
	if (is_integer(value->type) && wanted == ROWAN_TYPE_BOOL)
		return fit_number(wanted, value);
	return FIT_TYPE;
}
