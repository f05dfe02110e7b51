/* SPDX-License-Identifier: MIT */
#include "report/page.h"

#include "harness.h"
#include "report/plot.h"

#include <math.h>
#include <stdbool.h>

static double percentile_ms(const json_t *run, double percent)
{
	const json_t *times = json_object_get(run, "times"), *time;
	struct series series = { 0 };
	double ms;
	size_t i;

	json_array_foreach(times, i, time)
		series_add(&series, json_number_value(time) * 1e3);
	ms = series_percentile(&series, percent);
	series_free(&series);
	return ms;
}

/* hyperfine's own results, in the order of its command line. */
static void draw_bars(FILE *out, const json_t *runs)
{
	struct plot plot;
	const json_t *run;
	double longest = 0;
	size_t i, bars = json_array_size(runs);

	json_array_foreach(runs, i, run)
		longest = fmax(longest, percentile_ms(run, 90));
	plot_begin(&plot, 960, 60 + 40 * (int)bars);
	fprintf(plot.script,
		"set xrange [0:%f]\nset yrange [%zu.5:0.5]\nset border 1\nunset grid\n"
		"set grid x lc %s lt 1\nset lmargin 14\nset rmargin 3\nset tmargin 0.5\nset bmargin 3.5\n"
		"set style fill solid 1 noborder\nset xlabel 'ms, from start to exit' textcolor %s\n"
		"$bars << END\n", longest * 1.05, bars, paint(PAINT_GRID), paint(PAINT_SOFT));
	json_array_foreach(runs, i, run) {
		fprintf(plot.script, "%zu %f %f %f \"%s\"\n", i + 1,
			number_at(run, "median") * 1e3, percentile_ms(run, 10),
			percentile_ms(run, 90), text_at(run, "command"));
	}
	fprintf(plot.script, "END\n"
		"plot $bars using (0):1:(0):2:($1-0.28):($1+0.28):ytic(5) with boxxyerror lc %s, "
		"'' using 3:1:($4-$3):(0) with vectors nohead lc %s lw 1.5, "
		"'' using (0):1:(sprintf('  %%.1f ms', $2)) with labels left textcolor %s\n",
		paint(PAINT_BLUE), paint(PAINT_SOFT), paint(PAINT_ON_BAR));
	fputs("<figure class=\"wide\">", out);
	plot_end(&plot, out, "Milliseconds of a whole process by strategy");
	fputs("</figure>\n", out);
}

void process_section(FILE *out, const json_t *part)
{
	const json_t *runs = json_object_get(part, "results"), *run;
	char parents[COUNT_SIZE];
	size_t i;

	fprintf(out, "<h2>A whole program</h2>\n"
		"<p>Start, open a database file, load %s users with %.0f tasks each, exit: what "
		"hyperfine measures from outside, over %zu runs each. The thin line spans the "
		"10th to the 90th percentile.</p>\n", grouped(number_at(part, "parents"), parents),
		number_at(part, "fanout"),
		json_array_size(json_object_get(json_array_get(runs, 0), "times")));
	draw_bars(out, runs);
	fputs("<details><summary>All figures</summary><table class=\"narrow\">\n<tr><th></th><th>median</th>"
	      "<th>mean</th><th>deviation</th><th>fastest</th><th>slowest</th></tr>\n", out);
	json_array_foreach(runs, i, run) {
		static const char *const columns[] = { "median", "mean", "stddev", "min", "max" };
		char text[DURATION_SIZE];

		fputs("<tr><td>", out);
		put_text(out, text_at(run, "command"));
		fputs("</td>", out);
		for (size_t j = 0; j < 5; j++)
			fprintf(out, "<td>%s</td>", duration(number_at(run, columns[j]) * 1e9, text));
		fputs("</tr>\n", out);
	}
	fputs("</table></details>\n", out);
}
