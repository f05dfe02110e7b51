/* SPDX-License-Identifier: MIT */
#ifndef PACKAGES_RELATION_H
#define PACKAGES_RELATION_H

/*
 * Dependencies between packages, deb-control(5) and policy 7.1:
 *
 *	libc6 (>= 2.36), default-mta | mail-transport-agent, perl:any, libx11-6 [amd64]
 *
 * Between commas stand choices, between bars the alternatives of a choice.
 */

#include "faults.h"
#include "memory.h"

#include <stdbool.h>

struct relation {
	const char *name;
	const char *qualifier;	/* "any" of "perl:any", else NULL */
	const char *constraint;	/* ">= 2.36", else NULL */
	int choice;		/* from 1; alternatives share one */
	bool pre;		/* of Pre-Depends */
};

/* Of many packages, one after the other. */
struct relations {
	struct relation *items;
	size_t count, capacity;
};

/* Where a field stands, and where its parts go. */
struct relation_context {
	const char *file;
	int line;			/* of the field's first line */
	const char *architecture;	/* of the package: what [amd64] is compared with */
	bool pre;
	int choice;			/* the last number given */
	struct text_pool *pool;
	struct faults *faults;
};

/*
 * Append the relations of a field.  Alternatives restricted to architectures
 * other than the package's are left out; a malformed choice is added to the
 * faults, with the line it begins in, and left out as a whole.  0 or -ENOMEM.
 */
int relations_parse(struct relations *relations, const char *text,
		    struct relation_context *context);

#endif
