/* SPDX-License-Identifier: MIT */
#include "base/hash.h"

#include <string.h>

static uint64_t load(const unsigned char *bytes, size_t size)
{
	uint64_t word = 0;

	memcpy(&word, bytes, size);
	return word;
}

static uint64_t mix(uint64_t hash, uint64_t word)
{
	hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
	return hash ^ (hash >> 32);
}

/* Two independent lanes, so that a processor can multiply both at once. */
uint64_t hash_bytes(const void *data, size_t size)
{
	const unsigned char *bytes = data;
	uint64_t a = size, b = ~(uint64_t)size;

	for (; size >= 16; bytes += 16, size -= 16) {
		a = mix(a, load(bytes, 8));
		b = mix(b, load(bytes + 8, 8));
	}
	if (size >= 8) {
		a = mix(a, load(bytes, 8));
		bytes += 8;
		size -= 8;
	}
	b = mix(b, size ? load(bytes, size) : 0);
	return hash_int(a ^ (b << 32 | b >> 32));
}
