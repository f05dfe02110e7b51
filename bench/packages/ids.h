/* SPDX-License-Identifier: MIT */
#ifndef PACKAGES_IDS_H
#define PACKAGES_IDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Keys to ask for.  All-zero is empty. */
struct ids {
	int64_t *items;
	size_t count, capacity;
};

/* false if there is no memory. */
bool ids_add(struct ids *ids, int64_t id);
/* Into ascending order, each once. */
void ids_sort(struct ids *ids);
/* Take out what is also in `others`; both are sorted. */
void ids_subtract(struct ids *ids, const struct ids *others);
void ids_free(struct ids *ids);

#endif
