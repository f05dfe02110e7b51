/* SPDX-License-Identifier: MIT */
#include "model/failing.h"

#include <stddef.h>

static long left = -1;
static bool failed;

void fail_allocation_after(long count)
{
	left = count;
	if (count >= 0)
		failed = false;
}

bool allocation_failed(void)
{
	return failed;
}

static bool fails(void)
{
	if (left < 0 || left-- > 0)
		return false;
	failed = true;
	return true;
}

void *__real_mem_alloc(size_t size);
void *__real_mem_resize(void *memory, size_t size);
void *__wrap_mem_alloc(size_t size);
void *__wrap_mem_resize(void *memory, size_t size);

void *__wrap_mem_alloc(size_t size)
{
	return fails() ? NULL : __real_mem_alloc(size);
}

void *__wrap_mem_resize(void *memory, size_t size)
{
	return fails() ? NULL : __real_mem_resize(memory, size);
}
