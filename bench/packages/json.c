/* SPDX-License-Identifier: MIT */
#include "report.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* File names need not be UTF-8. */
static json_t *text_json(const char *text)
{
	json_t *json = json_string(text);

	return json ? json : json_string("(a name that is not UTF-8)");
}

/* A list that could not be appended to becomes NULL. */
static void append(json_t **list, json_t *item)
{
	if (!json_array_append_new(*list, item))
		return;
	json_decref(*list);
	*list = NULL;
}

static json_t *faults_json(const struct faults *faults)
{
	json_t *list = json_array();

	for (size_t i = 0; i < faults->count; i++) {
		const struct fault *fault = &faults->items[i];

		append(&list, json_pack("{s:o, s:i, s:o}", "file", text_json(fault->file),
					"line", fault->line, "why", text_json(fault->why)));
	}
	return list;
}

static json_t *costs_json(const struct outcome *outcome)
{
	json_t *list = json_array();

	for (size_t i = 0; i < STRATEGY_COUNT; i++) {
		const struct strategy_cost *cost = &outcome->costs[i];

		append(&list, json_pack("{s:s, s:f, s:I, s:I, s:I}",
					"name", cost->name, "ms", cost->ms,
					"statements", (json_int_t)cost->statements,
					"rows", (json_int_t)cost->rows,
					"n_plus_one_warnings", (json_int_t)cost->warnings));
	}
	return list;
}

/* NULL if there is no memory. */
static json_t *summary_json(const struct report *report, const struct outcome *outcome)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	json_t *json;

	if (!out)
		return NULL;
	report_summary(report, outcome, out);
	json = fclose(out) ? NULL : json_string(text);
	free(text);
	return json;
}

static json_t *questions_json(const struct report *report)
{
	json_t *list = json_array();

	for (size_t i = 0; i < report->outcome_count; i++) {
		const struct outcome *outcome = &report->outcomes[i];

		append(&list, json_pack("{s:s, s:o, s:o}", "name", outcome->question->name,
					"answer_summary", summary_json(report, outcome),
					"strategies", costs_json(outcome)));
	}
	return list;
}

/* A part that is NULL makes the whole NULL, and frees the other parts. */
static json_t *whole_json(const struct report *report)
{
	const struct store_totals *totals = report->totals;

	return json_pack("{s:I, s:I, s:I, s:o, s:{s:f, s:f}, s:o}",
		"packages", (json_int_t)totals->packages,
		"dependencies", (json_int_t)totals->dependencies,
		"unresolved", (json_int_t)totals->unresolved,
		"skipped", faults_json(&report->catalog->faults),
		"load", "seconds", totals->seconds, "rows_per_second", report_rate(totals),
		"questions", questions_json(report));
}

int report_json(const struct report *report, const char *path)
{
	bool standard = !strcmp(path, "-");
	json_t *json = whole_json(report);
	int status = 0;
	FILE *out;

	if (!json)
		return -ENOMEM;
	out = standard ? stdout : fopen(path, "w");
	if (!out) {
		status = -errno;
		json_decref(json);
		return status;
	}
	errno = EIO;	/* where neither jansson nor stdio says more */
	if (json_dumpf(json, out, JSON_INDENT(2) | JSON_REAL_PRECISION(9)) || fputc('\n', out) == EOF || fflush(out))
		status = -errno;
	if (!standard && fclose(out) && !status)
		status = -errno;
	json_decref(json);
	return status;
}
