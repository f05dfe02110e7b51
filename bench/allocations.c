/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE	/* dl_iterate_phdr() */
#include "allocations.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

static _Thread_local uint64_t count;
static _Thread_local bool watched;
static _Thread_local int64_t used, most_used;

uint64_t allocation_count(void)
{
	return count;
}

void allocation_watch(void)
{
	used = most_used = 0;
	watched = true;
}

uint64_t allocation_peak(void)
{
	watched = false;
	return (uint64_t)most_used;
}

/* AddressSanitizer has a malloc() of its own. */
#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__)
#define COUNTED true

#include <link.h>
#include <malloc.h>

/* Where libpq's code is; empty if the program does not use it. */
static uintptr_t libpq_start, libpq_end;

static int find_libpq(struct dl_phdr_info *info, size_t size, void *context)
{
	(void)size, (void)context;
	if (!strstr(info->dlpi_name, "/libpq."))
		return 0;
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *segment = &info->dlpi_phdr[i];

		if (segment->p_type != PT_LOAD || !(segment->p_flags & PF_X))
			continue;
		libpq_start = info->dlpi_addr + segment->p_vaddr;
		libpq_end = libpq_start + segment->p_memsz;
	}
	return 1;
}

__attribute__((constructor)) static void look_for_libpq(void)
{
	dl_iterate_phdr(find_libpq, NULL);
}

/* Who called the function that this is used in. */
#define CALLER ((uintptr_t)__builtin_return_address(0))

static void add(uintptr_t caller, void *memory)
{
	count += caller - libpq_start >= libpq_end - libpq_start;
	if (!watched)
		return;
	used += (int64_t)malloc_usable_size(memory);
	if (used > most_used)
		most_used = used;
}

static void subtract(void *memory)
{
	if (watched)
		used -= (int64_t)malloc_usable_size(memory);
}

/* The C library's own, under the names it exports for this purpose. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t members, size_t size);
void *__libc_realloc(void *memory, size_t size);
void __libc_free(void *memory);

/* Ours are taken by SQLite, too, only if it can see them. */
#define SEEN_BY_ALL __attribute__((visibility("default")))

SEEN_BY_ALL void *malloc(size_t size)
{
	void *memory = __libc_malloc(size);

	add(CALLER, memory);
	return memory;
}

SEEN_BY_ALL void *calloc(size_t members, size_t size)
{
	void *memory = __libc_calloc(members, size);

	add(CALLER, memory);
	return memory;
}

SEEN_BY_ALL void *realloc(void *memory, size_t size)
{
	subtract(memory);
	memory = __libc_realloc(memory, size);
	add(CALLER, memory);
	return memory;
}

SEEN_BY_ALL void free(void *memory)
{
	subtract(memory);
	__libc_free(memory);
}

#else
#define COUNTED false
#endif

bool allocations_counted(void)
{
	return COUNTED;
}
