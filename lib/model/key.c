/* SPDX-License-Identifier: MIT */
#include "model/key.h"

#include "base/hash.h"

#include <stdio.h>

bool key_is_null(const struct key *key, const void *row)
{
	for (size_t i = 0; i < key->count; i++)
		if (!slot_value(&key->slots[i], row))
			return true;
	return false;
}

bool key_can_be_null(const struct key *key)
{
	for (size_t i = 0; i < key->count; i++)
		if (key->slots[i].nullable)
			return true;
	return false;
}

void key_set_null(const struct key *key, void *row)
{
	for (size_t i = 0; i < key->count; i++)
		if (key->slots[i].nullable)
			slot_set(&key->slots[i], row, (struct rowan_value){ .null = true });
}

uint64_t key_hash(const struct key *key, const void *row)
{
	uint64_t hash = slot_hash(&key->slots[0], row);

	for (size_t i = 1; i < key->count; i++)
		hash = hash_int(hash ^ slot_hash(&key->slots[i], row));
	return hash;
}

void key_assign(const struct key *to, void *to_row, const struct key *from,
		const void *from_row)
{
	for (size_t i = 0; i < to->count; i++)
		slot_assign(&to->slots[i], to_row, &from->slots[i], from_row);
}

bool key_has(const struct key *key, const struct column *column)
{
	for (size_t i = 0; i < key->count; i++)
		if (key->columns[i] == column)
			return true;
	return false;
}

/* No column is in a key twice. */
bool key_is_primary(const struct key *key)
{
	for (size_t i = 0; i < key->count; i++)
		if (!key->columns[i]->key)
			return false;
	return key->count == key_plan(key)->key_count;
}

void key_columns(const struct key *key, char *out, size_t size)
{
	size_t length = 0;

	for (size_t i = 0; i < key->count && length < size; i++)
		length += (size_t)snprintf(out + length, size - length, "%s%s", i ? ", " : "",
					   key->columns[i]->name);
}
