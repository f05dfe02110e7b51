/* SPDX-License-Identifier: MIT */
#ifndef PACKAGES_STORE_H
#define PACKAGES_STORE_H

/* From the catalog into the database: through sessions, a batch per transaction. */

#include "catalog.h"
#include "models.h"

/* Called after each batch; to be shown on a terminal. */
typedef void store_progress(const char *what, size_t done, size_t total);

struct store_totals {
	size_t sections, maintainers, packages, dependencies;
	size_t unresolved;	/* relations to virtual or unknown packages: not stored */
	double seconds;
};

/*
 * Create the tables and store a merged catalog, whose packages then have their
 * ids.  A database that has packages already is left alone: ROWAN_MISUSE.
 * `progress` may be NULL.
 */
int store_catalog(struct rowan_engine *engine, struct catalog *catalog, store_progress *progress,
		  struct store_totals *totals, struct rowan_error *error);

#endif
