/* SPDX-License-Identifier: MIT */
#ifndef SUITES_MODEL_FAILING_H
#define SUITES_MODEL_FAILING_H

/*
 * Allocations that fail: the linker wraps mem_alloc() and mem_resize().
 *
 *	target_link_options(.. PRIVATE -Wl,--wrap=mem_alloc -Wl,--wrap=mem_resize)
 */

#include <stdbool.h>

/* The allocation after `count` more fails, and only that one; -1: none any more. */
void fail_allocation_after(long count);

/* Whether it has failed; said until the next is to fail. */
bool allocation_failed(void);

#endif
