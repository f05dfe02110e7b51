/* SPDX-License-Identifier: MIT */
#include "engine/internal.h"

#include <string.h>

/*
 * Parameters for a reader: [7, 'open', ***, NULL].  For eyes, not to be executed:
 * long text is cut, bytes are only counted.
 */

#define TEXT_SHOWN 64
#define ITEMS_SHOWN 10		/* of a list */

static void add_text(struct text *params, const char *text)
{
	size_t length = strlen(text), shown = length;

	if (length > TEXT_SHOWN) {
		shown = TEXT_SHOWN;
		while (shown > 0 && ((unsigned char)text[shown] & 0xc0) == 0x80)
			shown--;
	}
	text_add_char(params, '\'');
	text_add_bytes(params, text, shown);
	text_add(params, shown < length ? "..'" : "'");
}

static void add_value(struct text *params, enum rowan_type type, const void *value)
{
	char buffer[ROWAN_UUID_SIZE > ROWAN_DATETIME_SIZE ? ROWAN_UUID_SIZE : ROWAN_DATETIME_SIZE];

	switch (type) {
	case ROWAN_TYPE_INT16:
		text_add_int(params, *(const int16_t *)value);
		break;
	case ROWAN_TYPE_INT32:
		text_add_int(params, *(const int32_t *)value);
		break;
	case ROWAN_TYPE_INT64:
		text_add_int(params, *(const int64_t *)value);
		break;
	case ROWAN_TYPE_BOOL:
		text_add(params, *(const bool *)value ? "true" : "false");
		break;
	case ROWAN_TYPE_DOUBLE:
		text_addf(params, "%.15g", *(const double *)value);
		break;
	case ROWAN_TYPE_TEXT:
		add_text(params, *(const char *const *)value);
		break;
	case ROWAN_TYPE_BYTES:
		text_addf(params, "<%zu bytes>", ((const struct rowan_bytes *)value)->size);
		break;
	case ROWAN_TYPE_DATETIME:
		text_add(params, rowan_datetime_format(*(const struct rowan_datetime *)value,
						       buffer));
		break;
	case ROWAN_TYPE_DATE:
		text_add(params, rowan_date_format(*(const struct rowan_date *)value, buffer));
		break;
	case ROWAN_TYPE_TIME:
		text_add(params, rowan_time_format(*(const struct rowan_time *)value, buffer));
		break;
	case ROWAN_TYPE_UUID:
		text_add(params, rowan_uuid_format(*(const struct rowan_uuid *)value, buffer));
		break;
	case ROWAN_TYPE_NONE:
	case ROWAN_TYPE_COUNT_:
		break;
	}
}

static bool is_null(enum rowan_type type, const void *value)
{
	if (!value)
		return true;
	return (type == ROWAN_TYPE_TEXT || type == ROWAN_TYPE_BYTES) &&
	       !*(const void *const *)value;
}

void params_add(struct text *params, enum rowan_type type, const void *value, bool secret)
{
	text_add(params, params->length ? ", " : "[");
	if (secret)
		text_add(params, "***");
	else if (is_null(type, value))
		text_add(params, "NULL");
	else
		add_value(params, type, value);
}

void params_add_more(struct text *params, size_t count, const char *what)
{
	text_addf(params, ", .. %zu %s in all", count, what);
}

static const void *item_at(enum rowan_type type, const void *items, size_t i)
{
	switch (type) {
	case ROWAN_TYPE_INT16: return (const int16_t *)items + i;
	case ROWAN_TYPE_INT32: return (const int32_t *)items + i;
	case ROWAN_TYPE_INT64: return (const int64_t *)items + i;
	case ROWAN_TYPE_BOOL: return (const bool *)items + i;
	case ROWAN_TYPE_DOUBLE: return (const double *)items + i;
	case ROWAN_TYPE_TEXT: return (const char *const *)items + i;
	case ROWAN_TYPE_BYTES: return (const struct rowan_bytes *)items + i;
	case ROWAN_TYPE_DATETIME: return (const struct rowan_datetime *)items + i;
	case ROWAN_TYPE_DATE: return (const struct rowan_date *)items + i;
	case ROWAN_TYPE_TIME: return (const struct rowan_time *)items + i;
	case ROWAN_TYPE_UUID: return (const struct rowan_uuid *)items + i;
	case ROWAN_TYPE_NONE:
	case ROWAN_TYPE_COUNT_:
		break;
	}
	return NULL;
}

void params_add_list(struct text *params, enum rowan_type type, const void *items,
		     size_t count, bool secret)
{
	struct text list = { 0 };
	size_t shown = count < ITEMS_SHOWN ? count : ITEMS_SHOWN;

	for (size_t i = 0; i < shown && !secret; i++)
		params_add(&list, type, item_at(type, items, i), false);

	text_add(params, params->length ? ", " : "[");
	if (secret)
		text_add(params, "***");
	else
		text_add(params, list.data ? list.data : "[");
	if (!secret && shown < count)
		params_add_more(params, count, "items");
	if (!secret)
		text_add_char(params, ']');
	params->broken |= list.broken;
	text_release(&list);
}

void params_end(struct text *params)
{
	text_add(params, params->length ? "]" : "[]");
}
