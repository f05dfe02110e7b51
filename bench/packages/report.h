/* SPDX-License-Identifier: MIT */
#ifndef PACKAGES_REPORT_H
#define PACKAGES_REPORT_H

#include "question.h"
#include "store.h"

struct report {
	const struct catalog *catalog;
	const struct store_totals *totals;
	const struct outcome *outcomes;
	size_t outcome_count;
	struct rowan_session *session;	/* to look names up with */
};

/* Rows per second; 0 for an instant. */
double report_rate(const struct store_totals *totals);

/* What was found, skipped and stored. */
void report_load(const struct report *report, FILE *out);
/* A question's answer in a few words; in full, and a line per strategy. */
void report_summary(const struct report *report, const struct outcome *outcome, FILE *out);
void report_outcome(const struct report *report, const struct outcome *outcome, FILE *out);

/* All of it as JSON into a file, "-" for standard output.  0 or a negative errno. */
int report_json(const struct report *report, const char *path);

#endif
