/* SPDX-License-Identifier: MIT */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

/*
 * A bijection of 64-bit integers that mixes all bits: equal hashes are equal
 * numbers.  (The finaliser of MurmurHash3, by Austin Appleby, public domain.)
 */
static inline uint64_t hash_int(uint64_t n)
{
	n ^= n >> 33;
	n *= UINT64_C(0xff51afd7ed558ccd);
	n ^= n >> 33;
	n *= UINT64_C(0xc4ceb9fe1a85ec53);
	n ^= n >> 33;
	return n;
}

/* For tables in memory only: the value differs between machines. */
uint64_t hash_bytes(const void *data, size_t size);

#endif
