/* SPDX-License-Identifier: MIT */
#include "report/page.h"

#include "report/plot.h"

#include <math.h>
#include <stdbool.h>

#define STRATEGIES 4

static const struct {
	const char *name, *label;
	enum paint paint;
	int point;	/* gnuplot's point type: shapes differ, too */
} lines[STRATEGIES] = {
	{ "each", "N+1", PAINT_ORANGE, 7 },
	{ "batch", "batch", PAINT_PURPLE, 9 },
	{ "selectin", "select-in", PAINT_BLUE, 5 },
	{ "joined", "joined", PAINT_GREEN, 13 },
};

static double median_ms(const json_t *cell, int line)
{
	char path[64];

	snprintf(path, sizeof(path), "strategies.%s.ns.median", lines[line].name);
	return number_at(cell, path) / 1e6;
}

static double statements(const json_t *cell, int line)
{
	char path[64];

	snprintf(path, sizeof(path), "strategies.%s.statements", lines[line].name);
	return number_at(cell, path);
}

/* Of the same rounds, not of the medians: those may be of a quiet and a loud moment. */
static double to_selectin(const json_t *cell, int line)
{
	char path[64];

	snprintf(path, sizeof(path), "strategies.%s.to_selectin", lines[line].name);
	return number_at(cell, path);
}

static bool in_panel(const json_t *cell, long levels, long fanout)
{
	return lround(number_at(cell, "levels")) == levels &&
	       lround(number_at(cell, "fanout")) == fanout;
}

/* $data: parents, then a figure per strategy; the last line's cell is given back. */
static const json_t *put_data(struct plot *plot, const json_t *cells, long levels, long fanout,
			      bool relative)
{
	const json_t *cell, *last = NULL;
	size_t i;

	fputs("$data << END\n", plot->script);
	json_array_foreach(cells, i, cell) {
		if (!in_panel(cell, levels, fanout))
			continue;
		fprintf(plot->script, "%f", number_at(cell, "parents"));
		for (int line = 0; line < STRATEGIES; line++)
			fprintf(plot->script, " %f", relative ? to_selectin(cell, line)
							      : median_ms(cell, line));
		fputc('\n', plot->script);
		last = cell;
	}
	fputs("END\n", plot->script);
	return last;
}

static void put_lines(struct plot *plot)
{
	fputs("plot ", plot->script);
	for (int line = 0; line < STRATEGIES; line++)
		fprintf(plot->script, "%s$data using 1:%d with linespoints lc %s lw 2 pt %d ps 0.6",
			line ? ", " : "", line + 2, paint(lines[line].paint), lines[line].point);
	fputc('\n', plot->script);
}

#define X_AXIS \
	"set logscale x\nset xrange [7:14000]\n" \
	"set xtics ('10' 10, '100' 100, '1,000' 1000, '10,000' 10000)\n" \
	"set rmargin 8.5\nset lmargin 6\nset tmargin 2\n"

/* Time by parents, both logarithmic, a line per strategy. */
static void draw_times(FILE *out, const json_t *cells, long levels, long fanout,
		       const struct range *y)
{
	struct line_label labels[STRATEGIES];
	const json_t *last;
	struct plot plot;

	plot_begin(&plot, 330, 250);
	last = put_data(&plot, cells, levels, fanout, false);
	for (int line = 0; line < STRATEGIES; line++)
		labels[line] = (struct line_label){ lines[line].label,
			range_place(y, median_ms(last, line)), lines[line].paint };
	plot_line_labels(&plot, labels, STRATEGIES, number_at(last, "parents"), 0.085);
	fprintf(plot.script, X_AXIS "set logscale y\nset yrange [%g:%g]\nset format y '%%g'\n"
		"set label 9 'milliseconds' at graph -0.12, graph 1.08 left textcolor %s\n",
		y->low, y->high, paint(PAINT_SOFT));
	put_lines(&plot);
	plot_end(&plot, out, "Milliseconds by parents, a line per strategy");
}

/* The same over select-in: what a logarithmic axis hides. */
static void draw_relative(FILE *out, const json_t *cells, long levels, long fanout, double most)
{
	struct line_label labels[STRATEGIES];
	const json_t *last;
	struct plot plot;

	plot_begin(&plot, 330, 250);
	last = put_data(&plot, cells, levels, fanout, true);
	for (int line = 0; line < STRATEGIES; line++)
		labels[line] = (struct line_label){ lines[line].label,
			to_selectin(last, line) / most, lines[line].paint };
	plot_line_labels(&plot, labels, STRATEGIES, number_at(last, "parents"), 0.085);
	fprintf(plot.script, X_AXIS "set yrange [0:%g]\nset format y '%%.1f'\n"
		"set xlabel 'parents' textcolor %s\n"
		"set label 9 'time, select-in = 1' at graph -0.12, graph 1.08 left textcolor %s\n",
		most, paint(PAINT_SOFT), paint(PAINT_SOFT));
	put_lines(&plot);
	plot_end(&plot, out, "Time relative to select-in by parents, a line per strategy");
}

static void put_row(FILE *out, const json_t *cell)
{
	int best = 0;

	for (int line = 1; line < STRATEGIES; line++)
		if (median_ms(cell, line) < median_ms(cell, best))
			best = line;
	fprintf(out, "<tr><td>%.0f</td><td>%.0f</td><td>%.0f</td>", number_at(cell, "fanout"),
		number_at(cell, "parents"), number_at(cell, "rows"));
	for (int line = 0; line < STRATEGIES; line++) {
		char text[DURATION_SIZE];

		fprintf(out, "<td%s>%s</td><td>%.0f</td>", line == best ? " class=\"best\"" : "",
			duration(median_ms(cell, line) * 1e6, text), statements(cell, line));
	}
	fprintf(out, "<td>%.2f</td></tr>\n", to_selectin(cell, 0));
}

static void put_table(FILE *out, const json_t *cells, long levels)
{
	const json_t *cell;
	size_t i;

	fputs("<details><summary>All figures</summary><div class=\"scroll\"><table>\n"
	      "<tr><th>children each</th><th>parents</th><th>rows</th>", out);
	for (int line = 0; line < STRATEGIES; line++)
		fprintf(out, "<th>%s</th><th>statements</th>", lines[line].label);
	fputs("<th>N+1 / select-in</th></tr>\n", out);
	json_array_foreach(cells, i, cell) {
		if (lround(number_at(cell, "levels")) == levels)
			put_row(out, cell);
	}
	fputs("</table></div></details>\n", out);
}

/* What the axes of all panels of a level have to hold. */
static struct range times_of(const json_t *cells, long levels, double *most)
{
	struct range y = { 0 };
	const json_t *cell;
	size_t i;

	*most = 1;
	json_array_foreach(cells, i, cell) {
		if (lround(number_at(cell, "levels")) != levels)
			continue;
		for (int line = 0; line < STRATEGIES; line++) {
			range_add(&y, median_ms(cell, line));
			*most = fmax(*most, to_selectin(cell, line));
		}
	}
	*most = ceil(*most * 2 + 0.2) / 2;
	return y;
}

static void put_level(FILE *out, const json_t *cells, long levels)
{
	double most;
	struct range y = times_of(cells, levels, &most);
	const json_t *cell;
	long last = 0;
	size_t i;

	if (y.high <= 0)
		return;
	range_round(&y);
	fprintf(out, "<p><b>%s.</b></p>\n<div class=\"panels three\">\n", levels == 1
		? "One level: users and their tasks"
		: "Two levels: users, their tasks, and the tasks' comments");
	json_array_foreach(cells, i, cell) {
		long fanout = lround(number_at(cell, "fanout"));

		if (fanout == last || !in_panel(cell, levels, fanout))
			continue;
		last = fanout;
		fprintf(out, "<figure><h3>%ld child%s each</h3>", fanout,
			fanout == 1 ? "" : "ren");
		draw_times(out, cells, levels, fanout, &y);
		draw_relative(out, cells, levels, fanout, most);
		fputs("</figure>\n", out);
	}
	fputs("</div>\n", out);
	put_table(out, cells, levels);
}

void eager_section(FILE *out, const json_t *part)
{
	const json_t *cells = json_object_get(part, "cells");

	fputs("<h2>Four ways to load relations</h2>\n"
	      "<p>The same query and the same walk over every row, with the relation loaded one query "
	      "at a time (N+1), for all rows of the result on first use (batch), with the query by a "
	      "second statement (select-in), or in the same statement (joined). The database is in "
	      "the process: over a network each statement costs a round trip more.</p>\n", out);
	put_level(out, cells, 1);
	put_level(out, cells, 2);
}
