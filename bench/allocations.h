/* SPDX-License-Identifier: MIT */
#ifndef BENCH_ALLOCATIONS_H
#define BENCH_ALLOCATIONS_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Heap allocations this thread has made so far: the program, Rowan and SQLite alike.
 * Those of libpq are not among them: what it takes for a row or a result is the same
 * whoever calls it.  A program that calls this gets a malloc() that counts.
 */
uint64_t allocation_count(void);

/*
 * Watch the bytes in use from now on, by whomever, libpq too; and the most there were
 * at a time, beyond those at the start, which ends the watch.  This thread's only.
 */
void allocation_watch(void);
uint64_t allocation_peak(void);

/* Whether they can be counted here: it takes glibc. */
bool allocations_counted(void);

#endif
