/* SPDX-License-Identifier: MIT */
#ifndef DRIVER_POSTGRES_BYTES_H
#define DRIVER_POSTGRES_BYTES_H

/*
 * What the server's binary forms are made of: integers with their highest byte first,
 * its epoch, and the head of an array.
 */

#include "driver/postgres.h"

/* 2000-01-01, from which the server counts. */
#define EPOCH_DAYS 10957
#define EPOCH_US (EPOCH_DAYS * INT64_C(86400000000))
#define DAY_US INT64_C(86400000000)

/*
 * An array of one dimension:
 *
 *	int32 dimensions (0 if empty), int32 whether there are NULLs, int32 element type
 *	int32 count, int32 index of the first
 *	each: int32 size (-1 = NULL), bytes
 */
#define ARRAY_EMPTY 12		/* without a dimension */
#define ARRAY_HEAD 20
#define ARRAY_SIZE 4

static inline void put_16(char *to, uint16_t n)
{
	to[0] = (char)(n >> 8);
	to[1] = (char)n;
}

static inline void put_32(char *to, uint32_t n)
{
	put_16(to, (uint16_t)(n >> 16));
	put_16(to + 2, (uint16_t)n);
}

static inline void put_64(char *to, uint64_t n)
{
	put_32(to, (uint32_t)(n >> 32));
	put_32(to + 4, (uint32_t)n);
}

static inline uint16_t get_16(const char *from)
{
	const unsigned char *bytes = (const unsigned char *)from;

	return (uint16_t)(bytes[0] << 8 | bytes[1]);
}

static inline uint32_t get_32(const char *from)
{
	return (uint32_t)get_16(from) << 16 | get_16(from + 2);
}

static inline uint64_t get_64(const char *from)
{
	return (uint64_t)get_32(from) << 32 | get_32(from + 4);
}

/* An integer of the size that its kind has; false for anything else. */
static inline bool decode_int(struct value value, int64_t *out)
{
	if (value.kind == KIND_INT8 && value.size == 8)
		*out = (int64_t)get_64(value.data);
	else if (value.kind == KIND_INT4 && value.size == 4)
		*out = (int32_t)get_32(value.data);
	else if (value.kind == KIND_INT2 && value.size == 2)
		*out = (int16_t)get_16(value.data);
	else
		return false;
	return true;
}

#endif
