/* SPDX-License-Identifier: MIT */

/*
 * bench-packages: the machine's own package index as models, and what each way
 * to load relations costs on it.
 */

#include "arguments.h"
#include "progress.h"
#include "report.h"
#include "subject.h"

#include <errno.h>
#include <string.h>

#define QUESTIONS 3

static int complain(const struct rowan_error *error)
{
	progress_clear();
	fprintf(stderr, "bench-packages: %s%s%s\n",
		*error->message ? error->message : rowan_error_name(error->code),
		*error->database ? ": " : "", error->database);
	return 1;
}

static int complain_of(const char *what, int failure)
{
	progress_clear();
	fprintf(stderr, "bench-packages: %s: %s\n", what, strerror(-failure));
	return 1;
}

/* ---- reading -------------------------------------------------------------- */

/* The indexes to read: those named, else the machine's, else the sample. */
static int choose_indexes(struct source_list *indexes)
{
	int failure;

	if (indexes->count)
		return 0;
	failure = sources_find(indexes, DPKG_STATUS, APT_LISTS);
	if (failure)
		return complain_of(APT_LISTS, failure);
	if (!indexes->count) {
		fprintf(stderr, "no dpkg on this machine: reading the sample, %s\n",
			PACKAGES_SAMPLE);
		failure = sources_add(indexes, PACKAGES_SAMPLE);
		return failure ? complain_of(PACKAGES_SAMPLE, failure) : 0;
	}
	if (!indexes->has_lists)
		fputs("installed packages only: 'apt-get update' brings those available\n", stderr);
	return 0;
}

static int read_indexes(const struct source_list *indexes, struct catalog *catalog)
{
	for (size_t i = 0; i < indexes->count; i++) {
		int failure;

		progress_show("reading %s", indexes->paths[i]);
		failure = source_read(catalog, indexes->paths[i]);
		if (failure)
			return complain_of(indexes->paths[i], failure);
	}
	catalog_merge(catalog);
	progress_clear();
	return 0;
}

static void show_storing(const char *what, size_t done, size_t total)
{
	progress_show("storing %s: %zu of %zu", what, done, total);
}

/* ---- asking --------------------------------------------------------------- */

/* The results, where they are wanted; tables make way for JSON on standard output. */
static int write_report(const struct arguments *arguments, const struct report *report)
{
	FILE *out = arguments->json && !strcmp(arguments->json, "-") ? stderr : stdout;
	int failure;

	report_load(report, out);
	for (size_t i = 0; i < report->outcome_count; i++)
		report_outcome(report, &report->outcomes[i], out);
	if (rowan_error(report->session)->code)
		return complain(rowan_error(report->session));
	failure = arguments->json ? report_json(report, arguments->json) : 0;
	if (failure)
		return complain_of(arguments->json, failure);
	return fflush(stdout) ? complain_of("standard output", -EIO) : 0;
}

static int ask_all(const struct arguments *arguments, struct rowan_engine *engine,
		   struct report *report, struct outcome outcomes[QUESTIONS])
{
	const struct question *const questions[QUESTIONS] = {
		&popular_question, &closure_question, &upkeep_question,
	};
	int64_t subjects[QUESTIONS] = { 0 };
	struct rowan_error error;

	subjects[1] = subject_package(report->session, arguments->package, &error);
	if (!subjects[1])
		return complain(&error);
	subjects[2] = subject_maintainer(report->session, arguments->maintainer, &error);
	if (!subjects[2])
		return complain(&error);
	/* What choosing them has read is in nobody's way. */
	rowan_clear(report->session);
	for (size_t i = 0; i < QUESTIONS; i++) {
		progress_show("asking: %s", questions[i]->title);
		report->outcome_count = i + 1;
		if (question_ask(questions[i], engine, subjects[i], arguments->limit,
				 &outcomes[i], &error))
			return complain(&error);
	}
	progress_clear();
	return 0;
}

static int run(const struct arguments *arguments, struct rowan_engine *engine,
	       struct catalog *catalog)
{
	rowan_scoped struct rowan_session *session = NULL;
	struct outcome outcomes[QUESTIONS];
	struct store_totals totals;
	struct rowan_error error;
	struct report report = { .catalog = catalog, .totals = &totals, .outcomes = outcomes };
	int status;

	if (store_catalog(engine, catalog, show_storing, &totals, &error))
		return complain(&error);
	progress_clear();
	session = rowan_session_open(engine, .error = &error);
	if (!session)
		return complain(&error);
	report.session = session;
	status = ask_all(arguments, engine, &report, outcomes);
	if (!status)
		status = write_report(arguments, &report);
	for (size_t i = 0; i < report.outcome_count; i++)
		outcome_free(&outcomes[i]);
	return status;
}

/* Loading row by row is asked for here: the tables say where it was noticed. */
static void log_line(void *context, const char *line)
{
	(void)context;
	if (!strncmp(line, "N+1: ", 5))
		return;
	progress_clear();
	fprintf(stderr, "rowan: %s\n", line);
}

static int open_and_run(const struct arguments *arguments, struct catalog *catalog)
{
	struct rowan_error error = { 0 };
	struct rowan_engine *engine = rowan_engine_open(arguments->engine,
		.log = log_line, .error = &error);
	int status;

	if (!engine)
		return complain(&error);
	status = run(arguments, engine, catalog);
	rowan_engine_close(engine);
	return status;
}

int main(int argc, char **argv)
{
	struct arguments arguments;
	struct catalog catalog = { 0 };
	int status = arguments_parse(&arguments, argc, argv);

	if (!status && arguments.help) {
		arguments_help(stdout);
	} else if (!status) {
		status = choose_indexes(&arguments.indexes);
		if (!status)
			status = read_indexes(&arguments.indexes, &catalog);
		if (!status && !catalog.count) {
			fputs("bench-packages: no packages in these indexes\n", stderr);
			status = 1;
		}
		if (!status)
			status = open_and_run(&arguments, &catalog);
	}
	catalog_free(&catalog);
	sources_free(&arguments.indexes);
	return status;
}
