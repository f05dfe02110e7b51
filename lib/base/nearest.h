/* SPDX-License-Identifier: MIT */
#ifndef BASE_NEAREST_H
#define BASE_NEAREST_H

/*
 * What somebody may have meant who typed `wanted`: the one most like it of the
 * names that were added.
 *
 *	struct nearest nearest = { .wanted = "sslmod" };
 *
 *	nearest_add(&nearest, "sslmode"); ..
 *	if (nearest.found) ..
 */

struct nearest {
	const char *wanted, *found;	/* `found` is NULL as long as none is like it */
	unsigned edits_;
};

void nearest_add(struct nearest *nearest, const char *name);

#endif
