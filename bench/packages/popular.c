/* SPDX-License-Identifier: MIT */
#include "question.h"

/*
 * Which packages do most others depend on?
 *
 * There is no GROUP BY to ask with, so the counting is done here.  A package that
 * needs another one twice counts once.  Rows of the answer: minus the number of
 * dependents (so that the most come first), the package's id.
 */

static int finish(struct asking *asking)
{
	answer_sort(asking->answer);
	if (asking->answer->count > asking->limit)
		asking->answer->count = asking->limit;
	return asking_status(asking);
}

/* Count a package's dependents; `seen` is emptied for the next. */
static int add_count(struct asking *asking, int64_t id, struct ids *seen)
{
	int status = ROWAN_OK;

	ids_sort(seen);
	if (seen->count)
		status = answer_add(asking->answer, -(int64_t)seen->count, id, 0);
	seen->count = 0;
	return status;
}

static int count_dependents(struct asking *asking, const struct package *package,
			    struct ids *seen)
{
	for (size_t i = 0; i < rowan_load(asking->session, package, dependents).count; i++)
		if (!ids_add(seen, package->dependents.rows[i]->id))
			return ROWAN_NO_MEMORY;
	return add_count(asking, package->id, seen);
}

static int popular_by_relation(struct asking *asking)
{
	struct rowan_query query = rowan_select(package,
		.load = { rowan_batch(package, dependents) });
	const struct package *package;
	struct rowan_result *packages;
	struct ids seen = { 0 };
	int status = ROWAN_OK;

	query.load[0].loading = asking->loading;
	packages = rowan_exec(asking->session, query);
	while (!status && (package = rowan_next(packages)))
		status = count_dependents(asking, package, &seen);
	ids_free(&seen);
	return status ? status : finish(asking);
}

/* Links in the order of their targets: those of one package stand together. */
static int count_links(struct asking *asking)
{
	struct rowan_result *links = rowan_exec(asking->session, rowan_select(dependency,
		.order_by = { rowan_asc(DEPENDENCY(target_id)) }, .untracked = true));
	const struct dependency *link, *before = NULL;
	struct ids seen = { 0 };
	int status = ROWAN_OK;

	while (!status && (link = rowan_next(links))) {
		if (before && before->target_id != link->target_id)
			status = add_count(asking, before->target_id, &seen);
		if (!status && !ids_add(&seen, link->package_id))
			status = ROWAN_NO_MEMORY;
		before = link;
	}
	if (!status && before)
		status = add_count(asking, before->target_id, &seen);
	ids_free(&seen);
	return status ? status : finish(asking);
}

static int popular_by_hand(struct asking *asking)
{
	int status = count_links(asking);

	return status ? status : asking_read_packages(asking, 1);
}

static void popular_summarize(const struct asking *asking, FILE *out)
{
	for (size_t i = 0; i < asking->answer->count && i < 5; i++) {
		const int64_t *values = asking->answer->rows[i].values;

		fprintf(out, "%s%s %lld", i ? ", " : "", asking_package_name(asking, values[1]),
			(long long)-values[0]);
	}
}

static void popular_show(const struct asking *asking, FILE *out)
{
	for (size_t i = 0; i < asking->answer->count; i++) {
		const int64_t *values = asking->answer->rows[i].values;

		fprintf(out, "  %8lld  %s\n", (long long)-values[0],
			asking_package_name(asking, values[1]));
	}
}

const struct question popular_question = {
	.name = "popular",
	.title = "the packages most depended on",
	.by_relation = popular_by_relation,
	.by_hand = popular_by_hand,
	.summarize = popular_summarize,
	.show = popular_show,
};
