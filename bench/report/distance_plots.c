/* SPDX-License-Identifier: MIT */
#include "report/distance.h"

#include <math.h>
#include <string.h>

/* A panel's title. */
static void put_title(struct plot *plot, long latency_ms, double height)
{
	if (latency_ms > 0)
		fprintf(plot->script, "set label 9 '%ld ms there and back'", latency_ms);
	else
		fputs("set label 9 'the same machine'", plot->script);
	fprintf(plot->script, " at graph 0, graph %g left textcolor %s\n", height,
		paint(PAINT_INK));
}

/* ---- time by parents, a panel for each distance ------------------------------ */

static const json_t *put_data(struct plot *plot, const json_t *cells, long fanout, int panel,
			      long latency_ms)
{
	const json_t *cell, *last = NULL;
	size_t i;

	fprintf(plot->script, "$panel%d << END\n", panel);
	json_array_foreach(cells, i, cell) {
		if (!in_panel(cell, fanout, latency_ms))
			continue;
		fprintf(plot->script, "%f", number_at(cell, "parents"));
		for (int line = 0; line < STRATEGIES; line++)
			fprintf(plot->script, " %f", median_ms(cell, line));
		fputc('\n', plot->script);
		last = cell;
	}
	fputs("END\n", plot->script);
	return last;
}

static struct range range_of(const json_t *cells, long fanout)
{
	struct range range = { 0 };
	const json_t *cell;
	size_t i;

	json_array_foreach(cells, i, cell)
		for (int line = 0; line < STRATEGIES; line++)
			if (lround(number_at(cell, "fanout")) == fanout)
				range_add(&range, median_ms(cell, line));
	range_round(&range);
	return range;
}

/* Where a line ends, what that comes to; batch is select-in a moment later. */
static void put_ends(struct plot *plot, const json_t *last, const struct range *y)
{
	struct line_label labels[STRATEGIES];
	char texts[STRATEGIES][48];
	size_t count = 0;

	for (int line = 0; line < STRATEGIES; line++) {
		char time[DURATION_SIZE];

		if (!strcmp(lines[line].name, "batch"))
			continue;
		snprintf(texts[count], sizeof(texts[count]), "%s",
			 duration(figure(last, line, "ns.median"), time));
		labels[count] = (struct line_label){ texts[count],
			range_place(y, median_ms(last, line)), lines[line].paint };
		count++;
	}
	plot_line_labels(plot, labels, count, number_at(last, "parents"), 0.055);
}

/* A line where select-in overtakes the join. */
static void put_crossing(struct plot *plot, const json_t *crossings, long fanout,
			 long latency_ms)
{
	const json_t *crossing;
	size_t i;

	json_array_foreach(crossings, i, crossing) {
		double parents = number_at(crossing, "parents");

		if (!in_panel(crossing, fanout, latency_ms) || parents <= 0 ||
		    strcmp(text_at(crossing, "before"), "joined") != 0)
			continue;
		fprintf(plot->script, "set arrow 1 from %f, graph 0 to %f, graph 1 nohead lc %s lw 1.5 "
			"dt 3\n", parents, parents, paint(PAINT_BLUE));
	}
}

/* Panels side by side, each as wide as its share. */
#define LEFT 0.062
#define RIGHT 0.995
#define FOR_LABELS 0.062

static void put_panel(struct plot *plot, const json_t *part, long fanout, struct sizes latencies,
		      int panel, const json_t *last, const struct range *y)
{
	double width = (RIGHT - LEFT) / latencies.count, left = LEFT + panel * width;
	long latency_ms = latencies.values[panel];

	fprintf(plot->script,
		"set lmargin at screen %f\nset rmargin at screen %f\n"
		"set tmargin at screen 0.90\nset bmargin at screen 0.13\n",
		left, left + width - FOR_LABELS);
	put_title(plot, latency_ms, 1.07);
	fputs(panel > 0 ? "set format y ''\nset ytics autofreq scale 0\nset border 1\n"
			: "set ytics ('0.01 ms' 0.01, '0.1 ms' 0.1, '1 ms' 1, '10 ms' 10, "
			  "'100 ms' 100, '1 s' 1e3, '10 s' 1e4, '100 s' 1e5)\n", plot->script);
	put_ends(plot, last, y);
	put_crossing(plot, json_object_get(part, "crossings"), fanout, latency_ms);
	fputs("plot ", plot->script);
	for (int line = 0; line < STRATEGIES; line++)
		fprintf(plot->script, "%s$panel%d using 1:%d with linespoints lc %s lw 2.5 pt %d ps 0.5",
			line ? ", " : "", panel, line + 2, paint(lines[line].paint),
			lines[line].point);
	fputs("\nunset label\nunset arrow\n", plot->script);
}

void draw_times(FILE *out, const json_t *part, long fanout)
{
	const json_t *cells = json_object_get(part, "cells");
	struct sizes latencies = sizes_of(cells, "latency_ms");
	struct range y = range_of(cells, fanout);
	const json_t *last[MOST_SIZES];
	struct plot plot;

	plot_begin(&plot, 960, 400);
	for (int i = 0; i < latencies.count; i++)
		last[i] = put_data(&plot, cells, fanout, i, latencies.values[i]);
	fprintf(plot.script, "set multiplot\nset logscale xy\nset xrange [0.8:1300]\n"
		"set yrange [%g:%g]\nset xtics ('1' 1, '10' 10, '100' 100, '1,000' 1000)\n"
		"set xlabel 'users' offset 0,0.4 textcolor %s\n", y.low, y.high, paint(PAINT_SOFT));
	for (int i = 0; i < latencies.count; i++)
		put_panel(&plot, part, fanout, latencies, i, last[i], &y);
	fputs("unset multiplot\n", plot.script);
	plot_end(&plot, out, "Time to load users and their tasks by the number of users, a panel for "
		 "each distance to the server, a line for each way to load");
}

/* ---- which is the fastest ----------------------------------------------------- */

enum { EACH, BATCH, SELECTIN, JOINED };

/* Of the three that differ; nobody, if two are as good. */
#define AS_GOOD 1.1

static int fastest(const json_t *cell)
{
	static const int rivals[] = { EACH, SELECTIN, JOINED };
	int best = EACH;

	for (size_t i = 1; i < 3; i++)
		if (median_ms(cell, rivals[i]) < median_ms(cell, best))
			best = rivals[i];
	for (size_t i = 0; i < 3; i++)
		if (rivals[i] != best && median_ms(cell, rivals[i]) < AS_GOOD * median_ms(cell, best))
			return -1;
	return best;
}

/* Where the tile of a cell is, who is the fastest, and how much faster than N+1. */
static void put_tiles(struct plot *plot, const json_t *cells, struct sizes parents,
		      struct sizes fanouts, int panel, long latency_ms)
{
	const json_t *cell;
	size_t i;

	fprintf(plot->script, "$tiles%d << END\n", panel);
	json_array_foreach(cells, i, cell) {
		long fanout = lround(number_at(cell, "fanout"));
		int best = fastest(cell);
		double factor = median_ms(cell, EACH) / median_ms(cell, best < 0 ? SELECTIN : best);
		char text[16] = "";

		if (!in_panel(cell, fanout, latency_ms))
			continue;
		if (best != EACH)
			snprintf(text, sizeof(text), "%.*f\303\227", factor < 9.95 ? 1 : 0, factor);
		fprintf(plot->script, "%d %d %d \"%s\"\n",
			place_of(&parents, lround(number_at(cell, "parents"))),
			place_of(&fanouts, fanout), best, text);
	}
	fputs("END\n", plot->script);
}

static void put_places(struct plot *plot, const char *axis, struct sizes sizes)
{
	fprintf(plot->script, "set %stics scale 0 font ',10' (", axis);
	for (int i = 0; i < sizes.count; i++) {
		char text[COUNT_SIZE];

		fprintf(plot->script, "%s'%s' %d", i ? ", " : "",
			grouped((double)sizes.values[i], text), i);
	}
	fputs(")\n", plot->script);
}

static void put_map(struct plot *plot, struct sizes latencies, int panel)
{
	static const struct { int line; enum paint paint; } kinds[] = {
		{ -1, PAINT_SOFT }, { EACH, PAINT_ORANGE }, { SELECTIN, PAINT_BLUE },
		{ JOINED, PAINT_GREEN },
	};
	double width = (RIGHT - LEFT) / latencies.count, left = LEFT + panel * width;

	fprintf(plot->script, "set lmargin at screen %f\nset rmargin at screen %f\n",
		left, left + width - 0.02);
	put_title(plot, latencies.values[panel], 1.12);
	if (panel > 0)
		fputs("unset ytics\n", plot->script);
	fputs("plot ", plot->script);
	for (size_t i = 0; i < 4; i++)
		fprintf(plot->script, "$tiles%d using ($3 == %d ? $1 : NaN):2:(0.47):(0.46) with "
			"boxxyerror lc %s, ", panel, kinds[i].line, paint(kinds[i].paint));
	fprintf(plot->script, "'' using 1:2:4 with labels font ',10' textcolor %s\nunset label\n",
		paint(PAINT_ON_BAR));
}

void draw_map(FILE *out, const json_t *cells)
{
	struct sizes latencies = sizes_of(cells, "latency_ms");
	struct sizes parents = sizes_of(cells, "parents"), fanouts = sizes_of(cells, "fanout");
	struct plot plot;

	plot_begin(&plot, 960, 190);
	for (int i = 0; i < latencies.count; i++)
		put_tiles(&plot, cells, parents, fanouts, i, latencies.values[i]);
	put_places(&plot, "x", parents);
	put_places(&plot, "y", fanouts);
	fprintf(plot.script, "set multiplot\nunset grid\nunset border\n"
		"set style fill solid 1 noborder\nset tmargin at screen 0.84\n"
		"set bmargin at screen 0.24\nset xrange [-0.5:%d.5]\nset yrange [-0.5:%d.5]\n"
		"set xlabel 'users' offset 0,0.4 textcolor %s\n", parents.count - 1,
		fanouts.count - 1, paint(PAINT_SOFT));
	for (int i = 0; i < latencies.count; i++)
		put_map(&plot, latencies, i);
	fputs("unset multiplot\n", plot.script);
	plot_end(&plot, out, "The fastest way by users and tasks of each, a panel for each distance");
}
