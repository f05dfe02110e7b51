/* SPDX-License-Identifier: MIT */
#ifndef PACKAGES_SOURCE_H
#define PACKAGES_SOURCE_H

/* Index files: which there are, and how to read them whatever packed them. */

#include "catalog.h"

#define DPKG_STATUS "/var/lib/dpkg/status"
#define APT_LISTS "/var/lib/apt/lists"

struct source_list {
	char **paths;
	size_t count, capacity;
	bool has_lists;		/* not only the status file */
};

/*
 * The status file, if it exists, and every *_Packages* below `lists`.  0 or a
 * negative errno.
 */
int sources_find(struct source_list *sources, const char *status, const char *lists);
int sources_add(struct source_list *sources, const char *path);
void sources_free(struct source_list *sources);

/*
 * Read a file into the catalog, through the program that unpacks it if its name
 * ends in .gz, .xz, .lz4, .bz2 or .zst.  0 or a negative errno: what could
 * not be read at all is not a fault to go on after.
 */
int source_read(struct catalog *catalog, const char *path);

#endif
