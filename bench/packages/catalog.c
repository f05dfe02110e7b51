/* SPDX-License-Identifier: MIT */
#include "catalog.h"

#include "deb822.h"
#include "version.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* One stanza on its way into the catalog. */
struct reading {
	struct catalog *catalog;
	const char *file;
	const struct deb822_stanza *stanza;
	struct catalog_package package;
};

/* ---- reading -------------------------------------------------------------- */

/* Copy the first line of a field; NULL if it is missing or empty. */
static int read_text(struct reading *reading, const char *field, const char **out)
{
	const struct deb822_field *found = deb822_find(reading->stanza, field);

	*out = NULL;
	if (!found || !*found->value)
		return 0;
	*out = text_pool_copy(&reading->catalog->pool, found->value, strcspn(found->value, "\n"));
	return *out ? 0 : -ENOMEM;
}

static int read_required(struct reading *reading, const char *field, const char **out)
{
	int status = read_text(reading, field, out);

	if (status || *out)
		return status;
	status = fault_add(&reading->catalog->faults, reading->file, reading->stanza->line,
			   "package '%.*s' has no %s",
			   fault_quote(reading->package.name, strlen(reading->package.name)),
			   reading->package.name, field);
	return status ? status : -EBADMSG;
}

/* A size that is no number is reported, and the package kept. */
static int read_size(struct reading *reading)
{
	const struct deb822_field *field = deb822_find(reading->stanza, "Installed-Size");
	long long size;
	char *end;

	reading->package.installed_size = -1;
	if (!field)
		return 0;
	errno = 0;
	size = strtoll(field->value, &end, 10);
	if (end == field->value || *end || errno || size < 0)
		return fault_add(&reading->catalog->faults, reading->file, field->line,
				 "Installed-Size '%.*s' is not a size",
				 fault_quote(field->value, strcspn(field->value, "\n")),
				 field->value);
	reading->package.installed_size = size;
	return 0;
}

static int read_relations(struct reading *reading)
{
	static const char *const fields[] = { "Pre-Depends", "Depends" };
	struct catalog *catalog = reading->catalog;
	struct relation_context context = {
		.file = reading->file, .architecture = reading->package.architecture,
		.pool = &catalog->pool, .faults = &catalog->faults,
	};
	int status = 0;

	reading->package.first_relation = catalog->relations.count;
	for (size_t i = 0; i < 2 && !status; i++) {
		const struct deb822_field *field = deb822_find(reading->stanza, fields[i]);

		if (!field)
			continue;
		context.line = field->line;
		context.pre = i == 0;
		status = relations_parse(&catalog->relations, field->value, &context);
	}
	reading->package.relation_count =
		catalog->relations.count - reading->package.first_relation;
	return status;
}

/* dpkg's "want flag state": whether the state, its last word, is this one. */
static bool has_state(const struct deb822_stanza *stanza, const char *state)
{
	const struct deb822_field *status = deb822_find(stanza, "Status");
	const char *word = status ? strrchr(status->value, ' ') : NULL;

	return word && !strcmp(word + 1, state);
}

static int read_package(struct reading *reading)
{
	struct catalog_package *package = &reading->package;
	int status = read_text(reading, "Package", &package->name);

	if (!status)
		status = read_required(reading, "Version", &package->version);
	if (!status)
		status = read_required(reading, "Architecture", &package->architecture);
	if (!status)
		status = read_required(reading, "Maintainer", &package->maintainer);
	if (!status)
		status = read_text(reading, "Section", &package->section);
	if (!status)
		status = read_text(reading, "Description", &package->summary);
	if (!status)
		status = read_size(reading);
	if (!status)
		status = read_relations(reading);
	package->installed = has_state(reading->stanza, "installed");
	package->position = reading->catalog->count;
	return status;
}

static int add_package(struct catalog *catalog, const struct catalog_package *package)
{
	struct catalog_package *packages = array_room(catalog->packages, &catalog->capacity,
						      catalog->count, sizeof(*packages));

	if (!packages)
		return -ENOMEM;
	catalog->packages = packages;
	packages[catalog->count++] = *package;
	return 0;
}

int catalog_read(struct catalog *catalog, FILE *in, const char *file)
{
	struct deb822 *reader = deb822_open(in, file, &catalog->faults);
	struct deb822_stanza stanza;
	int status = -ENOMEM;

	while (reader && (status = deb822_next(reader, &stanza)) > 0) {
		struct reading reading = { .catalog = catalog, .file = file, .stanza = &stanza };

		/* What dpkg merely remembers the name of. */
		if (has_state(&stanza, "not-installed"))
			continue;
		status = read_package(&reading);
		if (status == -EBADMSG)
			continue;
		if (!status)
			status = add_package(catalog, &reading.package);
		if (status)
			break;
	}
	deb822_close(reader);
	return status;
}

/* ---- merging -------------------------------------------------------------- */

static int compare_places(const struct catalog_package *a, const struct catalog_package *b)
{
	int difference = strcmp(a->name, b->name);

	return difference ? difference : strcmp(a->architecture, b->architecture);
}

/* By name and architecture, the newest first. */
static int compare_packages(const void *a, const void *b)
{
	const struct catalog_package *left = a, *right = b;
	int difference = compare_places(left, right);

	if (!difference)
		difference = version_compare(right->version, left->version);
	return difference ? difference : left->position < right->position ? -1 : 1;
}

void catalog_merge(struct catalog *catalog)
{
	struct catalog_package *packages = catalog->packages;
	size_t kept = 0;

	if (!catalog->count)
		return;
	qsort(packages, catalog->count, sizeof(*packages), compare_packages);
	for (size_t i = 1; i < catalog->count; i++) {
		if (!compare_places(&packages[kept], &packages[i]))
			packages[kept].installed |= packages[i].installed;
		else
			packages[++kept] = packages[i];
	}
	catalog->count = kept + 1;
}

/* ---- finding -------------------------------------------------------------- */

/* The first package whose name is not before `name`. */
static size_t lower_bound(const struct catalog *catalog, const char *name)
{
	size_t low = 0, high = catalog->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(catalog->packages[middle].name, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct catalog_package *catalog_target(const struct catalog *catalog,
					     const struct catalog_package *from,
					     const struct relation *relation)
{
	bool any = !relation->qualifier || !strcmp(relation->qualifier, "any");
	const char *wanted = any ? from->architecture : relation->qualifier;
	const struct catalog_package *all = NULL, *other = NULL;

	for (size_t i = lower_bound(catalog, relation->name); i < catalog->count; i++) {
		const struct catalog_package *package = &catalog->packages[i];

		if (strcmp(package->name, relation->name))
			break;
		if (!strcmp(package->architecture, wanted))
			return package;
		if (!strcmp(package->architecture, "all"))
			all = package;
		else if (!other)
			other = package;
	}
	return !any ? NULL : all ? all : other;
}

void catalog_free(struct catalog *catalog)
{
	free(catalog->packages);
	free(catalog->relations.items);
	text_pool_free(&catalog->pool);
	faults_free(&catalog->faults);
	*catalog = (struct catalog){ 0 };
}
