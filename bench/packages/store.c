/* SPDX-License-Identifier: MIT */
#include "store.h"

#include "meter.h"

#include <stdlib.h>
#include <string.h>

#define BATCH 5000

/* Distinct texts in order, and the key each was stored with. */
struct names {
	const char **texts;
	int64_t *ids;
	size_t count;
};

struct store {
	struct rowan_session *session;
	struct catalog *catalog;
	struct store_totals *totals;
	store_progress *progress;
	struct names sections, maintainers;
};

/* ---- distinct names ------------------------------------------------------- */

static int compare_texts(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Sort the texts and keep one of each. */
static int names_finish(struct names *names)
{
	size_t kept = 0;

	names->ids = calloc(names->count + 1, sizeof(*names->ids));
	if (!names->ids)
		return ROWAN_NO_MEMORY;
	if (!names->count)
		return ROWAN_OK;
	qsort(names->texts, names->count, sizeof(*names->texts), compare_texts);
	for (size_t i = 1; i < names->count; i++)
		if (strcmp(names->texts[kept], names->texts[i]))
			names->texts[++kept] = names->texts[i];
	names->count = kept + 1;
	return ROWAN_OK;
}

static int64_t names_id(const struct names *names, const char *text)
{
	const char **found = bsearch(&text, names->texts, names->count, sizeof(*names->texts),
				     compare_texts);

	return names->ids[found - names->texts];
}

static void names_free(struct names *names)
{
	free(names->texts);
	free(names->ids);
}

static int collect_names(struct store *store)
{
	const struct catalog *catalog = store->catalog;
	size_t size = (catalog->count + 1) * sizeof(const char *);
	int status;

	store->sections.texts = malloc(size);
	store->maintainers.texts = malloc(size);
	if (!store->sections.texts || !store->maintainers.texts)
		return ROWAN_NO_MEMORY;
	for (size_t i = 0; i < catalog->count; i++) {
		const struct catalog_package *package = &catalog->packages[i];

		store->maintainers.texts[store->maintainers.count++] = package->maintainer;
		if (package->section)
			store->sections.texts[store->sections.count++] = package->section;
	}
	status = names_finish(&store->sections);
	return status ? status : names_finish(&store->maintainers);
}

/* ---- batches -------------------------------------------------------------- */

/*
 * Commit and forget a batch: the session stays small however much is stored.
 * What fails on the way is kept by the session and comes back from here.
 */
static int end_batch(struct store *store, const char *what, size_t done, size_t total)
{
	int status = rowan_commit(store->session, .clear = true);

	if (!status && store->progress)
		store->progress(what, done, total);
	return status;
}

/* What is stored in batches of rows that are numbered by the database. */
struct table {
	const char *what;
	size_t count;
	void *(*make)(struct store *store, size_t i);	/* a new row, or NULL */
	void (*keep_id)(struct store *store, size_t i, const void *row);
};

static int store_batch(struct store *store, const struct table *table, size_t first, size_t end)
{
	void *rows[BATCH];

	for (size_t i = first; i < end; i++) {
		rows[i - first] = table->make(store, i);
		if (!rows[i - first])
			return rowan_error(store->session)->code;
		rowan_add(store->session, rows[i - first]);
	}
	if (rowan_flush(store->session) == ROWAN_OK)
		for (size_t i = first; i < end; i++)
			table->keep_id(store, i, rows[i - first]);
	return end_batch(store, table->what, end, table->count);
}

static int store_table(struct store *store, const struct table *table)
{
	int status = ROWAN_OK;

	for (size_t first = 0; first < table->count && !status; first += BATCH) {
		size_t left = table->count - first;

		status = store_batch(store, table, first, first + (left < BATCH ? left : BATCH));
	}
	return status;
}

/* ---- rows ----------------------------------------------------------------- */

static void *make_section(struct store *store, size_t i)
{
	struct section *section = rowan_new(store->session, section);

	if (section)
		section->name = store->sections.texts[i];
	return section;
}

static void keep_section_id(struct store *store, size_t i, const void *row)
{
	store->sections.ids[i] = ((const struct section *)row)->id;
}

/* "Ada Alder <ada@example.org>" into its parts; a name alone has no address. */
static void *make_maintainer(struct store *store, size_t i)
{
	struct maintainer *maintainer = rowan_new(store->session, maintainer);
	const char *contact = store->maintainers.texts[i], *open = strchr(contact, '<');
	const char *close = open ? strchr(open, '>') : NULL;
	size_t size = close ? (size_t)(open - contact) : strlen(contact);

	if (!maintainer)
		return NULL;
	while (size && contact[size - 1] == ' ')
		size--;
	maintainer->contact = contact;
	maintainer->name = rowan_text_copy(store->session, contact, size);
	if (close)
		maintainer->email = rowan_text_copy(store->session, open + 1,
						    (size_t)(close - open - 1));
	return maintainer;
}

static void keep_maintainer_id(struct store *store, size_t i, const void *row)
{
	store->maintainers.ids[i] = ((const struct maintainer *)row)->id;
}

static void *make_package(struct store *store, size_t i)
{
	const struct catalog_package *from = &store->catalog->packages[i];
	struct package *package = rowan_new(store->session, package);

	if (!package)
		return NULL;
	package->name = from->name;
	package->architecture = from->architecture;
	package->version = from->version;
	package->summary = from->summary;
	package->installed = from->installed;
	package->maintainer_id = names_id(&store->maintainers, from->maintainer);
	if (from->section)
		package->section_id = rowan_opt_int64(names_id(&store->sections, from->section));
	if (from->installed_size >= 0)
		package->installed_size = rowan_opt_int64(from->installed_size);
	return package;
}

static void keep_package_id(struct store *store, size_t i, const void *row)
{
	store->catalog->packages[i].id = ((const struct package *)row)->id;
}

/* ---- dependencies --------------------------------------------------------- */

/* The links of one package; relations that no package meets are counted only. */
static int add_links(struct store *store, const struct catalog_package *package)
{
	const struct relation *relations =
		store->catalog->relations.items + package->first_relation;
	int32_t position = 0;

	for (size_t i = 0; i < package->relation_count; i++) {
		const struct catalog_package *target =
			catalog_target(store->catalog, package, &relations[i]);
		struct dependency *link;

		if (!target) {
			store->totals->unresolved++;
			continue;
		}
		link = rowan_new(store->session, dependency);
		if (!link)
			return rowan_error(store->session)->code;
		link->package_id = package->id;
		link->position = ++position;
		link->target_id = target->id;
		link->choice = relations[i].choice;
		link->kind = relations[i].pre ? "Pre-Depends" : "Depends";
		link->version_constraint = relations[i].constraint;
		rowan_add(store->session, link);
	}
	store->totals->dependencies += (size_t)position;
	return ROWAN_OK;
}

static int store_dependencies(struct store *store)
{
	const struct catalog *catalog = store->catalog;
	size_t committed = 0;
	int status = ROWAN_OK;

	for (size_t i = 0; i < catalog->count && !status; i++) {
		status = add_links(store, &catalog->packages[i]);
		if (status || (store->totals->dependencies - committed < BATCH &&
			       i + 1 < catalog->count))
			continue;
		committed = store->totals->dependencies;
		status = end_batch(store, "dependencies of packages", i + 1, catalog->count);
	}
	return status;
}

/* ---- all of it ------------------------------------------------------------ */

static int store_all(struct store *store)
{
	int status = collect_names(store);
	const struct table tables[] = {
		{ "sections", store->sections.count, make_section, keep_section_id },
		{ "maintainers", store->maintainers.count, make_maintainer, keep_maintainer_id },
		{ "packages", store->catalog->count, make_package, keep_package_id },
	};

	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]) && !status; i++)
		status = store_table(store, &tables[i]);
	if (!status)
		status = store_dependencies(store);
	store->totals->sections = store->sections.count;
	store->totals->maintainers = store->maintainers.count;
	store->totals->packages = store->catalog->count;
	return status;
}

/* Somebody's packages are not to be mixed with ours. */
static int refuse_used(struct rowan_session *session, struct rowan_error *error)
{
	int64_t count = rowan_count(session, rowan_select(package));

	if (count < 0)
		*error = *rowan_error(session);
	else if (count > 0)
		*error = (struct rowan_error){ .code = ROWAN_MISUSE,
			.message = "the database has packages already: name an empty one" };
	return error->code;
}

int store_catalog(struct rowan_engine *engine, struct catalog *catalog, store_progress *progress,
		  struct store_totals *totals, struct rowan_error *error)
{
	struct store store = { .catalog = catalog, .totals = totals, .progress = progress };
	struct meter meter;
	int status;

	*error = (struct rowan_error){ 0 };
	*totals = (struct store_totals){ 0 };
	if (rowan_create_all(engine, PACKAGE_MODELS, error))
		return error->code;
	store.session = rowan_session_open(engine, .error = error);
	if (!store.session || refuse_used(store.session, error)) {
		rowan_session_close(store.session);
		return error->code;
	}
	meter_start(&meter, engine);
	status = store_all(&store);
	meter_stop(&meter);
	totals->seconds = meter.ms / 1e3;
	if (status) {
		*error = *rowan_error(store.session);
		error->code = status;
	}
	rowan_session_close(store.session);
	names_free(&store.sections);
	names_free(&store.maintainers);
	return status;
}
