/* SPDX-License-Identifier: MIT */
#ifndef PACKAGES_CATALOG_H
#define PACKAGES_CATALOG_H

/*
 * The packages of one or several indexes, in memory.
 *
 * Indexes overlap: what is installed is listed in dpkg's status and, often in a
 * newer version, among what is available.  Of the stanzas with the same name and
 * architecture the newest version is kept (the one read first, if equal), and
 * it counts as installed if any of them does.
 */

#include "faults.h"
#include "memory.h"
#include "relation.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct catalog_package {
	const char *name, *architecture, *version;
	const char *maintainer;		/* "Ada Alder <ada@example.org>" */
	const char *section;		/* NULL if there is none */
	const char *summary;		/* NULL if there is none */
	int64_t installed_size;		/* KiB; -1 if not known */
	bool installed;
	size_t first_relation, relation_count;	/* in catalog->relations */
	size_t position;		/* in the order of reading */
	int64_t id;			/* once it is stored, else 0 */
};

/* All-zero is empty. */
struct catalog {
	struct catalog_package *packages;
	size_t count, capacity;
	struct relations relations;
	struct text_pool pool;
	struct faults faults;
};

/* Add the stanzas of an index.  `file` is borrowed.  0 or a negative errno. */
int catalog_read(struct catalog *catalog, FILE *in, const char *file);

/* Sort by name and architecture, and keep one of each. */
void catalog_merge(struct catalog *catalog);

/*
 * The package that a relation of `from` is met by, or NULL: of the names that
 * match, in a merged catalog, one of the same architecture, then one for all,
 * then any.  A qualifier other than "any" names the architecture.
 */
const struct catalog_package *catalog_target(const struct catalog *catalog,
					     const struct catalog_package *from,
					     const struct relation *relation);

void catalog_free(struct catalog *catalog);

#endif
