/* SPDX-License-Identifier: MIT */
#include "indexes.h"

#include "question.h"
#include "store.h"
#include "subject.h"

#include <stdlib.h>
#include <string.h>

/* The three questions, on an index whose answers are known by hand. */

static struct rowan_engine *engine;
static struct rowan_session *session;
static struct catalog catalog;
static struct store_totals totals;

/* Loading row by row is part of what is compared, and warned of. */
static void log_nothing(void *context, const char *line)
{
	(void)context;
	(void)line;
}

static void store_file(const char *path)
{
	struct rowan_error error;

	engine = rowan_engine_open("sqlite://", .log = log_nothing);
	catalog = catalog_of_file(path);
	cr_assert(store_catalog(engine, &catalog, NULL, &totals, &error) == ROWAN_OK, "%s",
		  error.message);
	session = rowan_session_open(engine);
}

static void open_packages(void)
{
	store_file(SAMPLE);
}

static void close_packages(void)
{
	rowan_session_close(session);
	rowan_engine_close(engine);
	catalog_free(&catalog);
}

TestSuite(answers, .init = open_packages, .fini = close_packages, .timeout = 60);

/* ---- what was stored ------------------------------------------------------ */

Test(answers, everything_is_stored)
{
	assert_int(totals.packages, 39);
	assert_int(totals.maintainers, 5);
	assert_int(totals.sections, 15);
	assert_int(totals.dependencies, 82);
	assert_int(totals.unresolved, 8);
	assert_int(rowan_count(session, rowan_select(package)), 39);
	assert_int(rowan_count(session, rowan_select(maintainer)), 5);
	assert_int(rowan_count(session, rowan_select(section)), 15);
	assert_int(rowan_count(session, rowan_select(dependency)), 82);
}

Test(answers, packages_have_their_columns_and_relations)
{
	const struct package *birch = rowan_one(rowan_exec(session, rowan_select(package,
		.where = rowan_eq(PACKAGE(name), "birch"))));
	const struct package *dogwood = rowan_one(rowan_exec(session, rowan_select(package,
		.where = rowan_eq(PACKAGE(name), "dogwood"))));
	const struct maintainer *maintainer = rowan_load(session, birch, maintainer).row;

	assert_text(birch->version, "4.0-1");
	assert_int(birch->installed, false);
	assert_int(birch->installed_size.set && birch->installed_size.value == 2600, true);
	assert_text(rowan_load(session, birch, section).row->name, "editors");
	assert_text(maintainer->name, "S\303\266ren S\303\274dwind");
	assert_text(maintainer->email, "soeren@example.net");
	assert_int(rowan_load(session, maintainer, packages).count, 6);
	assert_int(rowan_load(session, birch, dependencies).count, 5);
	assert_int(rowan_load(session, birch, dependents).count, 2);
	assert_int(dogwood->section_id.set || dogwood->installed_size.set, false);
	assert_null(rowan_load(session, dogwood, section).row);
	assert_text(rowan_load(session, dogwood, maintainer).row->name, "Orphaned Packages");
	assert_null(dogwood->maintainer.row->email);
}

Test(answers, links_carry_kind_choice_and_constraint)
{
	const struct package *acorn = rowan_one(rowan_exec(session, rowan_select(package,
		.where = rowan_eq(PACKAGE(name), "acorn"))));
	const struct dependency *before = rowan_get(session, dependency, acorn->id, 1);
	const struct dependency *data = rowan_get(session, dependency, acorn->id, 3);
	const struct dependency *nut = rowan_get(session, dependency, acorn->id, 4);
	const struct dependency *hard = rowan_get(session, dependency, acorn->id, 5);

	assert_int(rowan_load(session, acorn, links).count, 5);
	assert_text(before->kind, "Pre-Depends");
	assert_text(before->version_constraint, ">= 2.4");
	assert_text(rowan_load(session, before, target).row->name, "libroot1");
	assert_text(data->version_constraint, "= 1.10-1");
	assert_text(nut->kind, "Depends");
	assert_null(nut->version_constraint);
	assert_int(nut->choice, hard->choice);
	assert_int(data->choice != nut->choice, true);
	assert_int(rowan_load(session, hard, package).row == acorn, true);
}

Test(answers, database_with_packages_is_left_alone)
{
	struct store_totals again;
	struct rowan_error error;

	assert_code(store_catalog(engine, &catalog, NULL, &again, &error), ROWAN_MISUSE);
	assert_contains(error.message, "has packages already");
	assert_int(rowan_count(session, rowan_select(package)), 39);
}

/* ---- questions ------------------------------------------------------------ */

static int64_t id_of(const char *name, const char *architecture)
{
	return package_in(&catalog, name, architecture)->id;
}

/* Asked in every way, all of which must agree. */
static struct outcome ask(const struct question *question, int64_t subject)
{
	struct rowan_error error = { 0 };
	struct outcome outcome;

	cr_assert(question_ask(question, engine, subject, 8, &outcome, &error) == ROWAN_OK, "%s",
		  error.message);
	return outcome;
}

/* In the order of the strategies: each, batch, selectin, joined, by hand. */
static void assert_costs(const struct outcome *outcome, const uint64_t statements[STRATEGY_COUNT])
{
	for (size_t i = 0; i < STRATEGY_COUNT; i++)
		cr_assert(outcome->costs[i].statements == statements[i],
			  "%s took %d statements, not %d", outcome->costs[i].name,
			  (int)outcome->costs[i].statements, (int)statements[i]);
	assert_int(outcome->costs[0].warnings > 0, true);
	for (size_t i = 1; i < STRATEGY_COUNT; i++)
		assert_int(outcome->costs[i].warnings, 0);
}

/* As a question prints it, with the answer it got. */
static void assert_summary(const struct outcome *outcome, const char *want)
{
	struct answer answer = outcome->answer;
	const struct asking asking = { .session = session, .subject = outcome->subject,
				       .limit = 8, .answer = &answer };
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	outcome->question->summarize(&asking, out);
	fclose(out);
	assert_text(text, want);
	free(text);
}

Test(answers, packages_most_depended_on)
{
	static const struct { const char *name, *architecture; int64_t dependents; } want[] = {
		{ "libroot1", "amd64", 14 }, { "libsap3", "amd64", 7 }, { "libleaf0", "amd64", 6 },
		{ "nut-shell", "amd64", 6 }, { "sapling", "amd64", 6 }, { "bark-base", "all", 4 },
		{ "ginkgo", "amd64", 3 }, { "libpine5", "amd64", 3 },
	};
	struct outcome outcome = ask(&popular_question, 0);

	assert_int(outcome.answer.count, 8);
	for (size_t i = 0; i < 8; i++) {
		assert_int(outcome.answer.rows[i].values[1],
			   id_of(want[i].name, want[i].architecture));
		assert_int(-outcome.answer.rows[i].values[0], want[i].dependents);
	}
	assert_summary(&outcome, "libroot1 14, libsap3 7, libleaf0 6, nut-shell 6, sapling 6");
	assert_costs(&outcome, (uint64_t[]){ 40, 2, 2, 1, 2 });
	outcome_free(&outcome);
}

Test(answers, closure_of_a_package_level_by_level)
{
	static const struct { int64_t level; const char *name; } want[] = {
		{ 1, "libleaf0" }, { 1, "libsap3" }, { 1, "nut-shell" },
		{ 2, "bark-base" }, { 2, "libroot1" }, { 3, "root-data" },
	};
	struct outcome outcome = ask(&closure_question, id_of("cedar-mail", "amd64"));

	assert_int(outcome.answer.count, 6);
	for (size_t i = 0; i < 6; i++) {
		const struct package *package =
			rowan_get(session, package, outcome.answer.rows[i].values[1]);

		assert_int(outcome.answer.rows[i].values[0], want[i].level);
		assert_text(package->name, want[i].name);
	}
	assert_summary(&outcome, "cedar-mail needs 6 packages, by level: 3 2 1");
	/* One for cedar-mail and one per package; one per level, two, one, one and the rows. */
	assert_costs(&outcome, (uint64_t[]){ 8, 5, 8, 4, 5 });
	outcome_free(&outcome);
}

Test(answers, closure_ends_in_a_circle_and_follows_every_alternative)
{
	struct outcome circle = ask(&closure_question, id_of("libroot1", "i386"));
	struct outcome grove = ask(&closure_question, id_of("grove", "all"));

	/* i386 needs the data, which needs a libroot1 that has a circle of its own. */
	assert_summary(&circle, "libroot1 needs 2 packages, by level: 1 1");
	assert_summary(&grove, "grove needs 23 packages, by level: 6 14 3");
	outcome_free(&circle);
	outcome_free(&grove);
}

Test(answers, package_without_dependencies_needs_nothing)
{
	struct outcome outcome = ask(&closure_question, id_of("bark-base", "all"));

	assert_int(outcome.answer.count, 0);
	outcome_free(&outcome);
}

Test(answers, packages_of_a_maintainer_with_their_dependencies)
{
	struct rowan_error error;
	int64_t ada = subject_maintainer(session, "ada@", &error);
	struct outcome outcome = ask(&upkeep_question, ada);
	const int64_t twig = id_of("libtwig2", "amd64"), common = id_of("libtwig-common", "all");
	size_t twice = 0, none = 0;

	assert_summary(&outcome, "Ada Alder: 8 packages with 17 dependencies");
	for (size_t i = 0; i < outcome.answer.count; i++) {
		const int64_t *values = outcome.answer.rows[i].values;

		twice += values[0] == twig && values[2] == common;
		none += values[0] == common && values[2] == 0;
	}
	assert_int(twice, 2);
	assert_int(none, 1);
	/* The maintainer, the packages, links per package, targets not met before. */
	assert_costs(&outcome, (uint64_t[]){ 15, 4, 4, 1, 3 });
	outcome_free(&outcome);
}

/* ---- subjects ------------------------------------------------------------- */

Test(answers, subjects_are_chosen_or_named)
{
	struct rowan_error error;
	const struct maintainer *busiest = rowan_get(session, maintainer,
		subject_maintainer(session, NULL, &error));

	assert_int(subject_package(session, NULL, &error), id_of("grove", "all"));
	assert_int(subject_package(session, "libroot1", &error), id_of("libroot1", "amd64"));
	assert_text(busiest->name, "Rowan Core Team");
	assert_int(subject_package(session, "nothing", &error), 0);
	assert_int(error.code, ROWAN_NO_ROW);
	assert_contains(error.message, "no package 'nothing'");
	assert_int(subject_maintainer(session, "nobody", &error), 0);
	assert_contains(error.message, "no maintainer 'nobody'");
}

/* ---- the rest of a broken index ------------------------------------------- */

static void open_broken(void)
{
	store_file(BROKEN);
}

TestSuite(broken, .init = open_broken, .fini = close_packages, .timeout = 60);

Test(broken, the_rest_is_stored_and_answers)
{
	struct outcome popular = ask(&popular_question, 0);
	struct outcome closure = ask(&closure_question, id_of("relations", "amd64"));

	assert_int(catalog.faults.count, 14);
	assert_int(totals.packages, 4);
	assert_int(totals.dependencies, 3);
	assert_summary(&popular, "whole 2, last 1");
	assert_summary(&closure, "relations needs 2 packages, by level: 2");
	outcome_free(&popular);
	outcome_free(&closure);
}
