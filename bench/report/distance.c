/* SPDX-License-Identifier: MIT */
/* Loading relations from a server that is so many milliseconds away. */
#include "report/page.h"

#include "report/plot.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#define STRATEGIES 4
#define MOST_SIZES 8

static const struct {
	const char *name, *label;
	enum paint paint;
	int point;
} lines[STRATEGIES] = {
	{ "each", "N+1", PAINT_ORANGE, 7 },
	{ "batch", "batch", PAINT_PURPLE, 9 },
	{ "selectin", "select-in", PAINT_BLUE, 5 },
	{ "joined", "joined", PAINT_GREEN, 13 },
};

/* The fan-out of the picture; the others are folded away. */
#define SHOWN_FANOUT 10

static double figure(const json_t *cell, int line, const char *what)
{
	char path[64];

	snprintf(path, sizeof(path), "strategies.%s.%s", lines[line].name, what);
	return number_at(cell, path);
}

static double median_ms(const json_t *cell, int line)
{
	return figure(cell, line, "ns.median") / 1e6;
}

static bool in_panel(const json_t *cell, long fanout, long latency_ms)
{
	return lround(number_at(cell, "levels")) == 1 &&
	       lround(number_at(cell, "fanout")) == fanout &&
	       lround(number_at(cell, "latency_ms")) == latency_ms;
}

struct sizes {
	int count;
	long values[MOST_SIZES];
};

/* The values of a member that occur, as they do. */
static struct sizes sizes_of(const json_t *cells, const char *member)
{
	struct sizes sizes = { 0 };
	const json_t *cell;
	size_t i;

	json_array_foreach(cells, i, cell) {
		long value = lround(number_at(cell, member));
		int j = 0;

		while (j < sizes.count && sizes.values[j] != value)
			j++;
		if (j == sizes.count && sizes.count < MOST_SIZES)
			sizes.values[sizes.count++] = value;
	}
	return sizes;
}

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

static void draw_times(FILE *out, const json_t *part, long fanout)
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

static int place_of(const struct sizes *sizes, long value)
{
	int place = 0;

	while (place < sizes->count && sizes->values[place] != value)
		place++;
	return place;
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

static void draw_map(FILE *out, const json_t *cells)
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

/* ---- text -------------------------------------------------------------------- */

static void put_legend(FILE *out)
{
	static const char *const signs[STRATEGIES] = {
		"\342\227\217", "\342\226\262", "\342\226\240", "\342\227\206" };
	static const char *const trips[STRATEGIES] = {
		"a round trip for each user", "2 in all", "2 in all", "1" };

	fputs("<p class=\"note\">", out);
	for (int line = 0; line < STRATEGIES; line++)
		fprintf(out, "%s<span style=\"color: var(--%s)\">%s</span> %s: %s", line ? " &ensp; " : "",
			paint_name(lines[line].paint), signs[line], lines[line].label, trips[line]);
	fputs("</p>", out);
}

static void put_row(FILE *out, const json_t *cell)
{
	int best = 0;

	for (int line = 1; line < STRATEGIES; line++)
		if (median_ms(cell, line) < median_ms(cell, best))
			best = line;
	fprintf(out, "<tr><td>%.0f ms</td><td>%.0f</td><td>%.0f</td><td>%.0f</td>",
		number_at(cell, "latency_ms"), number_at(cell, "fanout"),
		number_at(cell, "parents"), number_at(cell, "rows"));
	for (int line = 0; line < STRATEGIES; line++) {
		char text[DURATION_SIZE];

		fprintf(out, "<td%s>%s</td><td>%.0f</td>", line == best ? " class=\"best\"" : "",
			duration(figure(cell, line, "ns.median"), text),
			figure(cell, line, "round_trips"));
	}
	fputs("</tr>\n", out);
}

static void put_table(FILE *out, const json_t *cells)
{
	const json_t *cell;
	size_t i;

	fputs("<details><summary>All figures</summary><div class=\"scroll\"><table>\n"
	      "<tr><th>distance</th><th>tasks each</th><th>users</th><th>rows</th>", out);
	for (int line = 0; line < STRATEGIES; line++)
		fprintf(out, "<th>%s</th><th>round trips</th>", lines[line].label);
	fputs("</tr>\n", out);
	json_array_foreach(cells, i, cell)
		put_row(out, cell);
	fputs("</table></div></details>\n", out);
}

/* "38 users, 380 tasks"; from the first one on, or not at all so far. */
static void put_crossing_cell(FILE *out, const json_t *crossings, long fanout, long latency_ms,
			      const char *before, const char *after)
{
	const json_t *crossing;
	size_t i;

	json_array_foreach(crossings, i, crossing) {
		double parents = ceil(number_at(crossing, "parents"));
		char users[COUNT_SIZE], tasks[COUNT_SIZE];

		if (!in_panel(crossing, fanout, latency_ms) ||
		    strcmp(text_at(crossing, "before"), before) != 0 ||
		    strcmp(text_at(crossing, "after"), after) != 0)
			continue;
		if (parents > 1)
			fprintf(out, "<td>%s users, %s tasks</td>", grouped(parents, users),
				grouped(parents * (double)fanout, tasks));
		else
			fputs("<td>the first user</td>", out);
		return;
	}
	fputs("<td>&ndash;</td>", out);
}

static void put_crossings(FILE *out, const json_t *part)
{
	const json_t *cells = json_object_get(part, "cells");
	const json_t *crossings = json_object_get(part, "crossings");
	struct sizes latencies = sizes_of(cells, "latency_ms"), fanouts = sizes_of(cells, "fanout");

	fputs("<table class=\"narrow\">\n<tr><th>distance</th><th>tasks each</th><th>select-in beats "
	      "N+1 from</th><th>a join beats N+1 from</th><th>select-in beats a join from</th></tr>\n",
	      out);
	for (int i = 0; i < latencies.count; i++)
		for (int j = 0; j < fanouts.count; j++) {
			fprintf(out, "<tr><td>%ld ms</td><td>%ld</td>", latencies.values[i],
				fanouts.values[j]);
			put_crossing_cell(out, crossings, fanouts.values[j], latencies.values[i],
					  "each", "selectin");
			put_crossing_cell(out, crossings, fanouts.values[j], latencies.values[i],
					  "each", "joined");
			put_crossing_cell(out, crossings, fanouts.values[j], latencies.values[i],
					  "joined", "selectin");
			fputs("</tr>\n", out);
		}
	fputs("</table>\n<p class=\"note\">&ndash; means not up to the sizes that were measured."
	      "</p>\n", out);
}

static void put_distances(FILE *out, const json_t *part)
{
	const json_t *distances = json_object_get(part, "distances"), *distance;
	size_t i;

	fputs("<p class=\"note\">The distance is made by a proxy inside the program, which counts "
	      "round trips, too; without one there is no proxy. What an empty query takes: ", out);
	json_array_foreach(distances, i, distance) {
		char text[DURATION_SIZE];

		fprintf(out, "%s%s at %.0f ms", i ? ", " : "",
			duration(number_at(distance, "round_trip_ns"), text),
			number_at(distance, "latency_ms"));
	}
	fputs(".</p>\n", out);
}

void distance_section(FILE *out, const json_t *part)
{
	const json_t *cells = json_object_get(part, "cells");
	struct sizes fanouts = sizes_of(cells, "fanout");
	long shown = fanouts.values[place_of(&fanouts, SHOWN_FANOUT) % fanouts.count];

	fprintf(out, "<h2>Four ways to load relations, and the way to the server</h2>\n"
		"<p>Users and their tasks from %s, and a walk over every row. N+1 asks once for each "
		"user; select-in and batch ask for all tasks at once; a join asks only once, and gets "
		"each user's columns with every task. Each user has %ld task%s; from the dotted line "
		"on select-in is faster than the join. Both axes are logarithmic.</p>\n<figure class=\"wide\">",
		text_at(part, "engine"), shown, shown == 1 ? "" : "s");
	put_legend(out);
	draw_times(out, part, shown);
	fputs("</figure>\n<p><b>The fastest way</b> by users (across) and tasks of each (up): "
	      "<span style=\"color: var(--green)\">join</span>, "
	      "<span style=\"color: var(--blue)\">select-in</span>, "
	      "<span style=\"color: var(--orange)\">N+1</span> or none by a tenth (grey). In the tile: how many times as long N+1 takes.</p>\n"
	      "<figure class=\"wide\">", out);
	draw_map(out, cells);
	fputs("</figure>\n", out);
	put_crossings(out, part);
	fputs("<details><summary>Other numbers of tasks</summary>\n", out);
	for (int i = 0; i < fanouts.count; i++) {
		if (fanouts.values[i] == shown)
			continue;
		fprintf(out, "<figure class=\"wide\"><h3>%ld task%s each</h3>", fanouts.values[i],
			fanouts.values[i] == 1 ? "" : "s");
		draw_times(out, part, fanouts.values[i]);
		fputs("</figure>\n", out);
	}
	fputs("</details>\n", out);
	put_table(out, cells);
	put_distances(out, part);
}
