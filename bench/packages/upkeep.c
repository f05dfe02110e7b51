/* SPDX-License-Identifier: MIT */
#include "question.h"

/*
 * Which packages does somebody look after, and what does each depend on?
 *
 * Rows of the answer: the package's id, the dependency's position, the id of
 * what it needs; a package without dependencies has one row with zeros.
 */

static int add_package(struct asking *asking, const struct package *package)
{
	int status = ROWAN_OK;

	if (!rowan_load(asking->session, package, links).count)
		return answer_add(asking->answer, package->id, 0, 0);
	for (size_t i = 0; i < package->links.count && !status; i++) {
		const struct dependency *link = package->links.rows[i];
		const struct package *target = rowan_load(asking->session, link, target).row;

		if (!target)
			return asking_status(asking);
		status = answer_add(asking->answer, package->id, link->position, target->id);
	}
	return status;
}

static int upkeep_by_relation(struct asking *asking)
{
	struct rowan_query query = rowan_select(maintainer,
		.where = rowan_eq(MAINTAINER(id), asking->subject),
		.load = { rowan_selectin(maintainer, packages, package, links,
					 dependency, target) });
	const struct maintainer *maintainer;
	int status = ROWAN_OK;

	query.load[0].loading = asking->loading;
	maintainer = rowan_one(rowan_exec(asking->session, query));
	if (!maintainer)
		return asking_status(asking);
	for (size_t i = 0; i < rowan_load(asking->session, maintainer, packages).count; i++) {
		status = add_package(asking, maintainer->packages.rows[i]);
		if (status)
			return status;
	}
	answer_sort(asking->answer);
	return asking_status(asking);
}

/* The links of these packages, and which of them have any. */
static int add_links(struct asking *asking, const struct ids *packages, struct ids *users)
{
	struct rowan_result *links = rowan_exec(asking->session, rowan_select(dependency,
		.where = rowan_in(DEPENDENCY(package_id), packages->items, packages->count),
		.untracked = true));
	const struct dependency *link;
	int status = ROWAN_OK;

	while (!status && (link = rowan_next(links))) {
		status = answer_add(asking->answer, link->package_id, link->position,
				    link->target_id);
		if (!ids_add(users, link->package_id))
			status = ROWAN_NO_MEMORY;
	}
	ids_sort(users);
	return status ? status : asking_status(asking);
}

static int add_unlinked(struct asking *asking, struct ids *packages, const struct ids *users)
{
	int status = ROWAN_OK;

	ids_subtract(packages, users);
	for (size_t i = 0; i < packages->count && !status; i++)
		status = answer_add(asking->answer, packages->items[i], 0, 0);
	answer_sort(asking->answer);
	return status;
}

static int upkeep_by_hand(struct asking *asking)
{
	struct rowan_result *result = rowan_exec(asking->session, rowan_select(package,
		.where = rowan_eq(PACKAGE(maintainer_id), asking->subject)));
	struct ids packages = { 0 }, users = { 0 };
	const struct package *package;
	int status = ROWAN_OK;

	while (!status && (package = rowan_next(result)))
		if (!ids_add(&packages, package->id))
			status = ROWAN_NO_MEMORY;
	ids_sort(&packages);
	if (!status)
		status = add_links(asking, &packages, &users);
	if (!status)
		status = add_unlinked(asking, &packages, &users);
	if (!status)
		status = asking_read_packages(asking, 2);
	ids_free(&packages);
	ids_free(&users);
	return status;
}

static void upkeep_summarize(const struct asking *asking, FILE *out)
{
	const struct maintainer *maintainer =
		rowan_get(asking->session, maintainer, asking->subject);
	const struct answer *answer = asking->answer;
	size_t packages = 0, links = 0;

	for (size_t i = 0; i < answer->count; i += answer_run(answer, i))
		packages++;
	for (size_t i = 0; i < answer->count; i++)
		links += answer->rows[i].values[1] > 0;
	fprintf(out, "%s: %zu packages with %zu dependencies",
		maintainer ? maintainer->name : "?", packages, links);
}

/* " perl (>= 5.36)" */
static void show_link(const struct asking *asking, const struct answer_row *row, FILE *out)
{
	const struct dependency *link =
		rowan_get(asking->session, dependency, row->values[0], row->values[1]);

	fprintf(out, " %s", asking_package_name(asking, row->values[2]));
	if (link && link->version_constraint)
		fprintf(out, " (%s)", link->version_constraint);
}

static void upkeep_show(const struct asking *asking, FILE *out)
{
	const struct answer *answer = asking->answer;
	size_t size, shown = 0;

	for (size_t first = 0; first < answer->count && shown < asking->limit; first += size) {
		size = answer_run(answer, first);
		fprintf(out, "  %s:", asking_package_name(asking, answer->rows[first].values[0]));
		for (size_t i = first; i < first + size && answer->rows[i].values[1]; i++)
			show_link(asking, &answer->rows[i], out);
		fputc('\n', out);
		shown++;
	}
}

const struct question upkeep_question = {
	.name = "upkeep",
	.title = "the packages of a maintainer, with their dependencies",
	.by_relation = upkeep_by_relation,
	.by_hand = upkeep_by_hand,
	.summarize = upkeep_summarize,
	.show = upkeep_show,
};
