/* SPDX-License-Identifier: MIT */
#ifndef SESSION_PAIRS_H
#define SESSION_PAIRS_H

#include <stddef.h>

/*
 * A set of pairs of rows, so that one is linked to another once however often the
 * pair comes.  All-zero is empty.
 */
struct pair { const void *a, *b; };
struct pairs {
	struct pair *items;
	size_t capacity, count;
};

/* 1 if the pair is new, 0 if it was there, -1 when there is no memory. */
int pairs_add(struct pairs *pairs, const void *a, const void *b);
void pairs_release(struct pairs *pairs);

#endif
