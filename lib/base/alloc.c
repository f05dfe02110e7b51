/* SPDX-License-Identifier: MIT */
#include "base/alloc.h"

#include <stdlib.h>
#include <string.h>

void *mem_alloc(size_t size)
{
	return calloc(1, size ? size : 1);
}

void *mem_resize(void *memory, size_t size)
{
	return realloc(memory, size ? size : 1);
}

void mem_free(void *memory)
{
	free(memory);
}

char *mem_text(const char *text)
{
	size_t size = strlen(text) + 1;
	char *copy = mem_resize(NULL, size);

	if (copy)
		memcpy(copy, text, size);
	return copy;
}
