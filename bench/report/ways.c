/* SPDX-License-Identifier: MIT */
/* The ways in which a workload was written by hand, and where Rowan is among them. */
#include "report/page.h"

#include "report/plot.h"

#include <stdbool.h>
#include <string.h>

/* What a way is drawn as, by how its name begins; the last is all others. */
static const struct mark {
	const char *way, *label;
	enum paint paint;
	int point;		/* gnuplot's */
	const char *sign;	/* .. and what is like it in text */
} marks[] = {
	{ "text", "text, PQexecParams", PAINT_ORANGE, 13, "\342\227\206" },
	{ "prepared", "prepared and binary", PAINT_PURPLE, 9, "\342\226\262" },
	{ "pipeline", "the same in a pipeline", PAINT_GREEN, 5, "\342\226\240" },
	{ "", "the whole set at once, COPY or single-row mode", PAINT_INK, 6,
	  "\342\227\213" },
};
#define MARKS (sizeof(marks) / sizeof(marks[0]))

static size_t mark_of(const char *way)
{
	size_t i = 0;

	while (strncmp(way, marks[i].way, strlen(marks[i].way)) != 0)
		i++;
	return i;
}

static size_t ways_of(const json_t *workload)
{
	return json_array_size(json_object_get(workload, "twins"));
}

bool has_ways(const json_t *workloads)
{
	const json_t *workload;
	size_t i;

	json_array_foreach(workloads, i, workload) {
		if (ways_of(workload) > 1)
			return true;
	}
	return false;
}

/* ---- picture --------------------------------------------------------------- */

static double rate(double ns)
{
	return ns > 0 ? 1e9 / ns : 0;
}

static size_t put_data(struct plot *plot, const json_t *workloads, struct range *range)
{
	const json_t *workload, *twin;
	size_t i, j, row = 0;

	for (size_t mark = 0; mark <= MARKS; mark++) {
		fprintf(plot->script, "$mark%zu << END\n0 NaN\n", mark);
		row = 0;
		json_array_foreach(workloads, i, workload) {
			if (ways_of(workload) < 2)
				continue;
			row++;
			if (mark == MARKS)
				fprintf(plot->script, "%zu %f\n", row,
					rate(number_at(workload, "rowan_ns.median")));
			json_array_foreach(json_object_get(workload, "twins"), j, twin) {
				double value = rate(number_at(twin, "ns.median"));

				range_add(range, value);
				if (mark_of(text_at(twin, "way")) == mark)
					fprintf(plot->script, "%zu %f\n", row, value);
			}
		}
		fputs("END\n", plot->script);
	}
	return row;
}

static void put_titles(struct plot *plot, const json_t *workloads)
{
	const json_t *workload;
	size_t i, row = 0;

	fputs("set ytics scale 0 (", plot->script);
	json_array_foreach(workloads, i, workload) {
		if (ways_of(workload) < 2)
			continue;
		fprintf(plot->script, "%s'%s' %zu", row ? ", " : "", text_at(workload, "title"),
			row + 1);
		row++;
	}
	fputs(")\n", plot->script);
}

static void draw_ways(FILE *out, const json_t *workloads)
{
	struct range range = { 0 };
	struct plot plot;
	size_t rows = 0, i;
	const json_t *workload;

	json_array_foreach(workloads, i, workload)
		rows += ways_of(workload) > 1;
	plot_begin(&plot, 960, 70 + 32 * (int)rows);
	put_data(&plot, workloads, &range);
	range_round(&range);
	put_titles(&plot, workloads);
	fprintf(plot.script,
		"set logscale x\nset xrange [%g:%g]\nset yrange [%zu.6:0.4]\nset border 1\n"
		"set grid x y lc %s lt 1\nset lmargin 34\nset rmargin 3\nset tmargin 0.5\n"
		"set bmargin 3.5\nset xtics ('1,000' 1e3, '10,000' 1e4, '100,000' 1e5, "
		"'1 million' 1e6, '10 million' 1e7)\n"
		"set xlabel 'rows, lists or parents per second' textcolor %s\nplot ",
		range.low, range.high, rows, paint(PAINT_GRID), paint(PAINT_SOFT));
	for (i = 0; i < MARKS; i++)
		fprintf(plot.script, "$mark%zu using 2:1 with points pt %d ps 1.1 lw 1.5 lc %s, ", i,
			marks[i].point, paint(marks[i].paint));
	fprintf(plot.script, "$mark%zu using 2:1 with points pt 7 ps 1 lc %s\n", MARKS,
		paint(PAINT_BLUE));
	plot_end(&plot, out, "Rows per second of each workload, Rowan and the ways by hand");
}

static void put_legend(FILE *out)
{
	fprintf(out, "<p class=\"note\"><span style=\"color: var(--%s)\">\342\227\217</span> <b>Rowan</b>"
		" &ensp; by hand: ", paint_name(PAINT_BLUE));
	for (size_t i = 0; i < MARKS; i++)
		fprintf(out, " &ensp; <span style=\"color: var(--%s)\">%s</span> %s",
			paint_name(marks[i].paint), marks[i].sign, marks[i].label);
	fputs("</p>", out);
}

/* ---- table ----------------------------------------------------------------- */

static void put_twin(FILE *out, const json_t *workload, const json_t *twin, bool first)
{
	bool best = !strcmp(text_at(workload, "way"), text_at(twin, "way"));
	double ns = number_at(twin, "ns.median");
	char text[DURATION_SIZE];

	fputs("<tr><td>", out);
	put_text(out, first ? text_at(workload, "title") : "");
	fputs("</td><td>", out);
	put_text(out, text_at(twin, "way"));
	fprintf(out, "</td><td%s>%s</td><td>%.2f</td></tr>\n", best ? " class=\"best\"" : "",
		duration(ns, text), ns / number_at(workload, "twin_ns.median"));
}

static void put_table(FILE *out, const json_t *workloads)
{
	const json_t *workload, *twin;
	size_t i, j;

	fputs("<details><summary>All ways by hand</summary><table class=\"narrow\">\n"
	      "<tr><th></th><th>way</th><th>time</th><th>of the best</th></tr>\n", out);
	json_array_foreach(workloads, i, workload)
		json_array_foreach(json_object_get(workload, "twins"), j, twin)
			put_twin(out, workload, twin, j == 0);
	fputs("</table></details>\n", out);
}

void put_ways(FILE *out, const json_t *workloads)
{
	fputs("<h3>How it can be written by hand</h3>\n"
	      "<p>Rowan's user writes each of these in the same way: rows one by one, and a commit. "
	      "By hand there is a choice. The axis is logarithmic: to the right is faster.</p>\n"
	      "<figure class=\"wide\">", out);
	put_legend(out);
	draw_ways(out, workloads);
	fputs("</figure>\n", out);
	put_table(out, workloads);
}
