/* SPDX-License-Identifier: MIT */
#include "report.h"

#define FAULTS_SHOWN 10

double report_rate(const struct store_totals *totals)
{
	size_t rows = totals->sections + totals->maintainers + totals->packages +
		      totals->dependencies;

	return totals->seconds > 0 ? (double)rows / totals->seconds : 0;
}

static void report_faults(const struct faults *faults, FILE *out)
{
	size_t shown = faults->count < FAULTS_SHOWN ? faults->count : FAULTS_SHOWN;

	fprintf(out, "%8zu  faults skipped\n", faults->count);
	for (size_t i = 0; i < shown; i++)
		fprintf(out, "          %s:%d: %s\n", faults->items[i].file, faults->items[i].line,
			faults->items[i].why);
	if (shown < faults->count)
		fprintf(out, "          and %zu more\n", faults->count - shown);
}

void report_load(const struct report *report, FILE *out)
{
	const struct store_totals *totals = report->totals;

	fprintf(out, "%8zu  packages\n", totals->packages);
	fprintf(out, "%8zu  maintainers\n", totals->maintainers);
	fprintf(out, "%8zu  sections\n", totals->sections);
	fprintf(out, "%8zu  dependencies\n", totals->dependencies);
	fprintf(out, "%8zu  dependencies on virtual or unknown packages, not stored\n",
		totals->unresolved);
	report_faults(&report->catalog->faults, out);
	fprintf(out, "stored in %.2f s: %.0f rows/s\n", totals->seconds, report_rate(totals));
}

/* `answer` is what the question prints from. */
static struct asking asking_of(const struct report *report, const struct outcome *outcome,
			       struct answer *answer)
{
	*answer = outcome->answer;
	return (struct asking){ .session = report->session, .subject = outcome->subject,
				.limit = outcome->limit, .answer = answer };
}

void report_summary(const struct report *report, const struct outcome *outcome, FILE *out)
{
	struct answer answer;
	struct asking asking = asking_of(report, outcome, &answer);

	outcome->question->summarize(&asking, out);
}

void report_outcome(const struct report *report, const struct outcome *outcome, FILE *out)
{
	struct answer answer;
	struct asking asking = asking_of(report, outcome, &answer);

	fprintf(out, "\n%s: %s\n  ", outcome->question->name, outcome->question->title);
	outcome->question->summarize(&asking, out);
	fputc('\n', out);
	outcome->question->show(&asking, out);
	fprintf(out, "\n  %-10s %12s %12s %12s %12s\n", "strategy", "ms", "statements", "rows",
		"N+1 warnings");
	for (size_t i = 0; i < STRATEGY_COUNT; i++) {
		const struct strategy_cost *cost = &outcome->costs[i];

		fprintf(out, "  %-10s %12.2f %12llu %12lld %12llu\n", cost->name, cost->ms,
			(unsigned long long)cost->statements, (long long)cost->rows,
			(unsigned long long)cost->warnings);
	}
}
