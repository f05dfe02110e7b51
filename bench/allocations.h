/* SPDX-License-Identifier: MIT */
#ifndef BENCH_ALLOCATIONS_H
#define BENCH_ALLOCATIONS_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Heap allocations this thread has made so far, by whomever: the program, Rowan
 * and SQLite alike.  A program that calls this gets a malloc() that counts, and
 * does nothing else.
 */
uint64_t allocation_count(void);

/* Whether they can be counted here: it takes glibc. */
bool allocations_counted(void);

#endif
