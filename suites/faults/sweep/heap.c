/* SPDX-License-Identifier: MIT */
#include "sweep.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/*
 * The heap of the whole program, that of SQLite, libpq and the C library included: a
 * program's own malloc() comes before theirs.  Under AddressSanitizer it is a gate to the
 * sanitizer's, so that overruns and leaks are found as ever.
 */

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif

#ifdef SANITIZED
#define REAL(name_) __interceptor_##name_
#else
#define REAL(name_) __libc_##name_
#endif

void *REAL(malloc)(size_t size);
void *REAL(calloc)(size_t count, size_t size);
void *REAL(realloc)(void *memory, size_t size);
void REAL(free)(void *memory);

static long blocks;

static bool fails(void)
{
	if (!fuse_blows(&heap_injector))
		return false;
	errno = ENOMEM;
	return true;
}

static void *counted(void *memory)
{
	blocks += memory != NULL;
	return memory;
}

__attribute__((visibility("default"))) void *malloc(size_t size)
{
	return fails() ? NULL : counted(REAL(malloc)(size));
}

__attribute__((visibility("default"))) void *calloc(size_t count, size_t size)
{
	return fails() ? NULL : counted(REAL(calloc)(count, size));
}

__attribute__((visibility("default"))) void *realloc(void *memory, size_t size)
{
	if (fails())
		return NULL;
	if (!memory)
		return counted(REAL(realloc)(NULL, size));
	return REAL(realloc)(memory, size);
}

__attribute__((visibility("default"))) void free(void *memory)
{
	blocks -= memory != NULL;
	REAL(free)(memory);
}

/* The sanitizer's would not come by here. */
__attribute__((visibility("default"))) char *strdup(const char *text)
{
	size_t size = strlen(text) + 1;
	char *copy = malloc(size);

	return copy ? memcpy(copy, text, size) : NULL;
}

static long held(void)
{
	return blocks;
}

/* A client library may have lost its connection with its memory, and then says that. */
static bool allows(int kind, const struct rowan_error *error)
{
	(void)kind;
	return error->code == ROWAN_NO_MEMORY ||
	       (error->native_code == 0 &&
		(error->code == ROWAN_OPERATIONAL || error->code == ROWAN_UNKNOWN_OUTCOME));
}

static const struct variant variants[] = {
	{ "", "journal_mode=wal&synchronous=off", 0 },
	{ NULL, NULL, 0 },
};

const struct injector heap_injector = {
	.name = "mem1", .id = "mem-1", .variants = variants,
	.allows = allows, .held = held,
};
