/* SPDX-License-Identifier: MIT */
#include "report/page.h"

#include "report/plot.h"

#include <math.h>
#include <stdbool.h>

/* Bars from the top down: the ratio, the mark of its target, and its figure. */
static void draw_ratios(FILE *out, const json_t *workloads)
{
	struct plot plot;
	const json_t *workload;
	size_t i, bars = 0;
	double longest = 1.5, first_target = 1;

	json_array_foreach(workloads, i, workload) {
		if (!json_object_get(workload, "target_ratio"))
			continue;
		longest = fmax(longest, number_at(workload, "ratio.p90"));
		if (bars++ == 0)
			first_target = number_at(workload, "target_ratio");
	}
	if (!bars)
		return;
	plot_begin(&plot, 960, 80 + 34 * (int)bars);
	fprintf(plot.script,
		"set xrange [0:%f]\nset yrange [%zu.5:0.5]\nset border 1\nunset grid\n"
		"set grid x lc %s lt 1\nset lmargin 34\nset rmargin 3\nset tmargin 2.2\nset bmargin 3.5\n"
		"set style fill solid 1 noborder\nset xtics 0.25 format '%%.2f'\n"
		"set xlabel 'time, hand-written C = 1' textcolor %s\n"
		"set arrow 1 from 1, graph 0 to 1, graph 1 nohead lc %s lw 1.5 front\n"
		"set label 1 'hand-written C' at 1, graph 1.045 right textcolor %s\n"
		"set label 2 'target' at %f, graph 1.045 center textcolor %s\n",
		longest * 1.08, bars, paint(PAINT_GRID), paint(PAINT_SOFT), paint(PAINT_SOFT),
		paint(PAINT_SOFT), first_target, paint(PAINT_INK));

	fputs("$bars << END\n", plot.script);
	bars = 0;
	json_array_foreach(workloads, i, workload) {
		bool pass = json_is_true(json_object_get(workload, "pass"));

		if (!json_object_get(workload, "target_ratio"))
			continue;
		bars++;
		fprintf(plot.script, "%zu %f %f %f %f %d \"%s\"\n", bars,
			number_at(workload, "ratio.median"), number_at(workload, "target_ratio"),
			number_at(workload, "ratio.p10"), number_at(workload, "ratio.p90"), pass,
			text_at(workload, "title"));
	}
	fprintf(plot.script, "END\n"
		"plot $bars using ($6 == 1 ? 0 : NaN):1:(0):2:($1-0.3):($1+0.3):ytic(7) "
		"with boxxyerror lc %s, "
		"'' using ($6 == 0 ? 0 : NaN):1:(0):2:($1-0.3):($1+0.3) with boxxyerror lc %s, "
		"'' using 4:1:($5-$4):(0) with vectors nohead lc %s lw 1, "
		"'' using 3:($1-0.42):(0):(0.84) with vectors nohead lc %s lw 2.5, "
		"'' using (0.02):1:(sprintf('%%.2f', $2)) with labels left textcolor %s\n",
		paint(PAINT_BLUE), paint(PAINT_ORANGE), paint(PAINT_SOFT), paint(PAINT_INK),
		paint(PAINT_ON_BAR));
	fputs("<figure class=\"wide\">", out);
	plot_end(&plot, out, "Time of each workload relative to hand-written C, with its target");
	fputs("</figure>\n", out);
}

static void put_row(FILE *out, const json_t *workload)
{
	bool pass = json_is_true(json_object_get(workload, "pass"));
	char rowan[DURATION_SIZE], twin[DURATION_SIZE];

	fputs("<tr><td>", out);
	put_text(out, text_at(workload, "title"));
	fprintf(out, "</td><td>%s</td><td>%s</td><td class=\"best\">%.2f</td>"
		"<td>%.2f &ndash; %.2f</td><td>%.2f</td>",
		duration(number_at(workload, "rowan_ns.median"), rowan),
		duration(number_at(workload, "twin_ns.median"), twin),
		number_at(workload, "ratio.median"), number_at(workload, "ratio.p10"),
		number_at(workload, "ratio.p90"), number_at(workload, "cpu_ratio"));
	if (json_object_get(workload, "target_ns"))
		fprintf(out, "<td>%.0f ns</td>", number_at(workload, "target_ns"));
	else
		fprintf(out, "<td>%.2f</td>", number_at(workload, "target_ratio"));
	fprintf(out, "<td class=\"%s</td><td>%.3f</td><td>%.3f</td><td>%.0f</td></tr>\n",
		pass ? "pass\">pass" : "miss\">miss", number_at(workload, "rowan_allocations"),
		number_at(workload, "twin_allocations"), number_at(workload, "prepares"));
}

static void put_instructions(FILE *out, const json_t *workloads)
{
	const json_t *workload;
	size_t i;

	fputs("<h3>Instructions</h3>\n<p class=\"note\">Counted by callgrind: the same on a busy "
	      "machine and on an idle one.</p>\n<table class=\"narrow\">\n<tr><th></th>"
	      "<th>Rowan</th><th>by hand</th><th>ratio</th></tr>\n", out);
	json_array_foreach(workloads, i, workload) {
		double rowan = number_at(workload, "instructions.rowan");
		double twin = number_at(workload, "instructions.twin");
		char a[COUNT_SIZE], b[COUNT_SIZE];

		if (twin <= 0)
			continue;
		fputs("<tr><td>", out);
		put_text(out, text_at(workload, "title"));
		fprintf(out, "</td><td>%s</td><td>%s</td><td class=\"best\">%.2f</td></tr>\n",
			grouped(rowan, a), grouped(twin, b), rowan / twin);
	}
	fputs("</table>\n", out);
}

static void put_memory(FILE *out, const json_t *workloads)
{
	const json_t *workload;
	size_t i;

	fputs("<h3>Memory of a load</h3>\n<table class=\"narrow\">\n<tr><th></th><th>Rowan, MiB</th>"
	      "<th>by hand</th><th>ratio</th><th>target</th><th></th></tr>\n", out);
	json_array_foreach(workloads, i, workload) {
		double rowan = number_at(workload, "rowan_bytes") / (1 << 20);
		double twin = number_at(workload, "twin_bytes") / (1 << 20);
		double target = number_at(workload, "memory_target");
		bool lean = json_is_true(json_object_get(workload, "lean"));

		if (twin <= 0)
			continue;
		fputs("<tr><td>", out);
		put_text(out, text_at(workload, "title"));
		fprintf(out, "</td><td>%.1f</td><td>%.1f</td><td class=\"best\">%.2f</td>", rowan,
			twin, rowan / twin);
		if (target > 0)
			fprintf(out, "<td>%.2f</td><td class=\"%s</td></tr>\n", target,
				lean ? "pass\">pass" : "miss\">miss");
		else
			fputs("<td></td><td></td></tr>\n", out);
	}
	fputs("</table>\n", out);
}

static bool has(const json_t *workloads, const char *member)
{
	const json_t *workload;
	size_t i;

	json_array_foreach(workloads, i, workload) {
		if (json_object_get(workload, member))
			return true;
	}
	return false;
}

static void put_introduction(FILE *out, const json_t *part)
{
	if (on_postgres(part))
		fprintf(out, "<h2>Beside hand-written C, on PostgreSQL</h2>\n"
			"<p>The same workloads on %s, and by hand on libpq in all the ways that are worth "
			"it; what is compared is the best of them in the same run. ",
			text_at(part, "engine"));
	else
		fputs("<h2>Beside hand-written C</h2>\n"
		      "<p>Each workload is written twice: with Rowan, and by hand on the sqlite3 C API "
		      "with statements prepared once and rows in an arena. ", out);
	fputs("Both run in one process on identical databases, and their checksums agree. The upright "
	      "mark is the target; the thin line spans the rounds from the 10th to the 90th "
	      "percentile.</p>\n", out);
}

void throughput_section(FILE *out, const json_t *part)
{
	const json_t *workloads = json_object_get(part, "workloads"), *workload;
	size_t i;

	put_introduction(out, part);
	draw_ratios(out, workloads);
	fputs("<div class=\"scroll\"><table>\n<tr><th></th><th>Rowan</th><th>by hand</th>"
	      "<th>ratio</th><th>p10 &ndash; p90</th><th>of CPU time</th><th>target</th><th></th>"
	      "<th>allocations</th><th>by hand</th><th>prepares</th></tr>\n", out);
	json_array_foreach(workloads, i, workload)
		put_row(out, workload);
	fprintf(out, "</table></div>\n<p class=\"note\">Times are per row, list, parent or pair. "
		"CPU time is the program's own. Allocations count every malloc of the process, %s. "
		"Prepares are those after the first run.</p>\n",
		on_postgres(part) ? "but not libpq's" : "SQLite's own too");
	if (has(workloads, "twin_bytes"))
		put_memory(out, workloads);
	if (has_ways(workloads))
		put_ways(out, workloads);
	if (has(workloads, "instructions"))
		put_instructions(out, workloads);
}
