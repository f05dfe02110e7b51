/* SPDX-License-Identifier: MIT */
#ifndef BASE_ALLOC_H
#define BASE_ALLOC_H

/*
 * The one way to the heap.  Every allocation can fail; every caller says what
 * then.  Nothing outside base/ calls malloc() itself.
 */

#include <stddef.h>

void *mem_alloc(size_t size);		/* zeroed */
/* What is new is not zeroed; NULL makes a block; on failure `memory` is kept. */
void *mem_resize(void *memory, size_t size);
void mem_free(void *memory);		/* NULL is fine */
char *mem_text(const char *text);	/* a copy */

#endif
