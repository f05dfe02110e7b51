/* SPDX-License-Identifier: MIT */
#include "question.h"

/*
 * What does a package need, with all that those need in turn?
 *
 * Breadth first: level 1 is what it names itself, level 2 what those name and
 * is not yet known, and so on; every alternative counts.  Rows of the answer:
 * level, the package's id.
 */

/* From the packages of a level to all that they name, in any order. */
typedef int expand_function(struct asking *asking, const struct ids *level, struct ids *out);

static int walk_levels(struct asking *asking, expand_function *expand)
{
	struct ids known = { 0 }, level = { 0 }, next = { 0 };
	int status = ROWAN_OK;

	if (!ids_add(&known, asking->subject) || !ids_add(&level, asking->subject))
		status = ROWAN_NO_MEMORY;
	for (int64_t depth = 1; level.count && !status; depth++) {
		struct ids spare = level;

		status = expand(asking, &level, &next);
		ids_sort(&next);
		ids_subtract(&next, &known);
		for (size_t i = 0; i < next.count && !status; i++) {
			status = answer_add(asking->answer, depth, next.items[i], 0);
			if (!status && !ids_add(&known, next.items[i]))
				status = ROWAN_NO_MEMORY;
		}
		ids_sort(&known);
		level = next;
		next = spare;
		next.count = 0;
	}
	ids_free(&known);
	ids_free(&level);
	ids_free(&next);
	return status ? status : asking_status(asking);
}

static int add_dependencies(struct asking *asking, const struct package *package,
			    struct ids *out)
{
	for (size_t i = 0; i < rowan_load(asking->session, package, dependencies).count; i++)
		if (!ids_add(out, package->dependencies.rows[i]->id))
			return ROWAN_NO_MEMORY;
	return ROWAN_OK;
}

/*
 * Lazily the session finds its way alone: the packages of a level were loaded
 * together, so that in batches the first one asked loads for all of them.
 */
static int expand_lazily(struct asking *asking, const struct ids *level, struct ids *out)
{
	int status = ROWAN_OK;

	for (size_t i = 0; i < level->count && !status; i++) {
		const struct package *package =
			rowan_get(asking->session, package, level->items[i]);

		status = package ? add_dependencies(asking, package, out) : asking_status(asking);
	}
	return status;
}

/* Eagerly each level is a query, which brings what the level depends on. */
static int expand_eagerly(struct asking *asking, const struct ids *level, struct ids *out)
{
	struct rowan_query query = rowan_select(package,
		.where = rowan_in(PACKAGE(id), level->items, level->count),
		.load = { rowan_selectin(package, dependencies) });
	const struct package *package;
	struct rowan_result *packages;
	int status = ROWAN_OK;

	query.load[0].loading = asking->loading;
	packages = rowan_exec(asking->session, query);
	while (!status && (package = rowan_next(packages)))
		status = add_dependencies(asking, package, out);
	return status ? status : asking_status(asking);
}

static int closure_by_relation(struct asking *asking)
{
	bool eager = asking->loading == ROWAN_LOAD_SELECTIN ||
		     asking->loading == ROWAN_LOAD_JOINED;

	return walk_levels(asking, eager ? expand_eagerly : expand_lazily);
}

static int expand_by_hand(struct asking *asking, const struct ids *level, struct ids *out)
{
	struct rowan_result *links = rowan_exec(asking->session, rowan_select(dependency,
		.where = rowan_in(DEPENDENCY(package_id), level->items, level->count),
		.untracked = true));
	const struct dependency *link;

	while ((link = rowan_next(links)))
		if (!ids_add(out, link->target_id))
			return ROWAN_NO_MEMORY;
	return asking_status(asking);
}

static int closure_by_hand(struct asking *asking)
{
	int status = walk_levels(asking, expand_by_hand);

	return status ? status : asking_read_packages(asking, 1);
}

static void closure_summarize(const struct asking *asking, FILE *out)
{
	const struct answer *answer = asking->answer;
	size_t size;

	fprintf(out, "%s needs %zu packages, by level:",
		asking_package_name(asking, asking->subject), answer->count);
	for (size_t i = 0; i < answer->count; i += size) {
		size = answer_run(answer, i);
		fprintf(out, " %zu", size);
	}
}

static void closure_show(const struct asking *asking, FILE *out)
{
	const struct answer *answer = asking->answer;
	size_t size, shown;

	for (size_t first = 0; first < answer->count; first += size) {
		size = answer_run(answer, first);
		shown = size < asking->limit ? size : asking->limit;
		fprintf(out, "  level %lld:", (long long)answer->rows[first].values[0]);
		for (size_t i = first; i < first + shown; i++)
			fprintf(out, " %s", asking_package_name(asking, answer->rows[i].values[1]));
		if (shown < size)
			fprintf(out, " and %zu more", size - shown);
		fputc('\n', out);
	}
}

const struct question closure_question = {
	.name = "closure",
	.title = "all that a package needs, level by level",
	.by_relation = closure_by_relation,
	.by_hand = closure_by_hand,
	.summarize = closure_summarize,
	.show = closure_show,
};
