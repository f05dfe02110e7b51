/* SPDX-License-Identifier: MIT */
#ifndef SUITES_PACKAGES_INDEXES_H
#define SUITES_PACKAGES_INDEXES_H

#include "catalog.h"
#include "support.h"

#define SAMPLE PACKAGES_DIR "/sample.packages"
#define BROKEN PACKAGES_DIR "/broken.packages"

/* `size` bytes as a file to read. */
FILE *open_bytes(const char *bytes, size_t size);

/* The packages of a text, merged; of a file. */
struct catalog catalog_of(const char *text);
struct catalog catalog_of_file(const char *path);

/* The package with this name and architecture; one that is not there fails the test. */
const struct catalog_package *package_in(const struct catalog *catalog, const char *name,
					 const char *architecture);

/* Fault number `i` is at this line, and its text holds `part`. */
void assert_fault(const struct faults *faults, size_t i, int line, const char *part);

#endif
