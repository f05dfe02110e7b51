/* SPDX-License-Identifier: MIT */
#include "ids.h"

#include "memory.h"

#include <stdlib.h>

bool ids_add(struct ids *ids, int64_t id)
{
	int64_t *items = array_room(ids->items, &ids->capacity, ids->count, sizeof(*items));

	if (!items)
		return false;
	ids->items = items;
	items[ids->count++] = id;
	return true;
}

static int compare_ids(const void *a, const void *b)
{
	int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;

	return (left > right) - (left < right);
}

void ids_sort(struct ids *ids)
{
	size_t kept = 0;

	if (!ids->count)
		return;
	qsort(ids->items, ids->count, sizeof(*ids->items), compare_ids);
	for (size_t i = 1; i < ids->count; i++)
		if (ids->items[i] != ids->items[kept])
			ids->items[++kept] = ids->items[i];
	ids->count = kept + 1;
}

void ids_subtract(struct ids *ids, const struct ids *others)
{
	size_t kept = 0, other = 0;

	for (size_t i = 0; i < ids->count; i++) {
		while (other < others->count && others->items[other] < ids->items[i])
			other++;
		if (other == others->count || others->items[other] != ids->items[i])
			ids->items[kept++] = ids->items[i];
	}
	ids->count = kept;
}

void ids_free(struct ids *ids)
{
	free(ids->items);
	*ids = (struct ids){ 0 };
}
