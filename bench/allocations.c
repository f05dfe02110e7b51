/* SPDX-License-Identifier: MIT */
#include "allocations.h"

#include <stddef.h>
#include <stdlib.h>

static _Thread_local uint64_t count;

uint64_t allocation_count(void)
{
	return count;
}

/* AddressSanitizer has a malloc() of its own. */
#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__)
#define COUNTED true

/* The C library's own, under the names it exports for this purpose. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t members, size_t size);
void *__libc_realloc(void *memory, size_t size);

/* Ours are taken by SQLite, too, only if it can see them. */
#define SEEN_BY_ALL __attribute__((visibility("default")))

SEEN_BY_ALL void *malloc(size_t size)
{
	count++;
	return __libc_malloc(size);
}

SEEN_BY_ALL void *calloc(size_t members, size_t size)
{
	count++;
	return __libc_calloc(members, size);
}

SEEN_BY_ALL void *realloc(void *memory, size_t size)
{
	count++;
	return __libc_realloc(memory, size);
}

#else
#define COUNTED false
#endif

bool allocations_counted(void)
{
	return COUNTED;
}
