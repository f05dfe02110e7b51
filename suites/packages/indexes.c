/* SPDX-License-Identifier: MIT */
#include "indexes.h"

#include "source.h"

#include <string.h>

FILE *open_bytes(const char *bytes, size_t size)
{
	FILE *file = tmpfile();

	cr_assert(file && fwrite(bytes, 1, size, file) == size, "no temporary file");
	rewind(file);
	return file;
}

struct catalog catalog_of(const char *text)
{
	FILE *in = open_bytes(text, strlen(text));
	struct catalog catalog = { 0 };

	assert_int(catalog_read(&catalog, in, "text"), 0);
	fclose(in);
	catalog_merge(&catalog);
	return catalog;
}

struct catalog catalog_of_file(const char *path)
{
	struct catalog catalog = { 0 };

	assert_int(source_read(&catalog, path), 0);
	catalog_merge(&catalog);
	return catalog;
}

const struct catalog_package *package_in(const struct catalog *catalog, const char *name,
					 const char *architecture)
{
	for (size_t i = 0; i < catalog->count; i++)
		if (!strcmp(catalog->packages[i].name, name) &&
		    !strcmp(catalog->packages[i].architecture, architecture))
			return &catalog->packages[i];
	cr_assert_fail("no package %s:%s", name, architecture);
	return NULL;
}

void assert_fault(const struct faults *faults, size_t i, int line, const char *part)
{
	cr_assert(i < faults->count, "there is no fault %zu, '%s'", i, part);
	assert_contains(faults->items[i].why, part);
	assert_int(faults->items[i].line, line);
}
