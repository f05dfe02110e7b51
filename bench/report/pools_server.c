/* SPDX-License-Identifier: MIT */
/* Pools on a server: connections, how they are checked, and a pool by hand. */
#include "report/pools.h"

#include "report/plot.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#define MOST_SERIES 8

/* A kind of pool with so many connections (0: as many as threads). */
struct series {
	const char *pool;
	long size;
	enum paint paint;
	int point;		/* gnuplot's */
	char label[32];
};

static bool belongs(const json_t *cell, const struct series *series)
{
	return !json_object_get(cell, "check") && !strcmp(text_at(cell, "pool"), series->pool) &&
	       lround(number_at(cell, "size")) == series->size;
}

/* Each number of connections that was measured, and threads with their own. */
static int list_series(const json_t *cells, struct series series[MOST_SERIES])
{
	static const enum paint paints[] = {
		PAINT_ORANGE, PAINT_PURPLE, PAINT_GREEN, PAINT_BLUE, PAINT_INK };
	static const int points[] = { 7, 9, 13, 5, 11 };
	const json_t *cell;
	long last = 0;
	int count = 0;
	size_t i;

	json_array_foreach(cells, i, cell) {
		long size = lround(number_at(cell, "size"));

		if (strcmp(text_at(cell, "pool"), "queue") != 0 || size == last ||
		    json_object_get(cell, "check") || count == 5)
			continue;
		last = size;
		series[count] = (struct series){ "queue", size, paints[count], points[count], "" };
		snprintf(series[count].label, sizeof(series[count].label), "%ld", size);
		count++;
	}
	series[count] = (struct series){ "pinned", 0, PAINT_SOFT, 6, "own" };
	return count + 1;
}

/* ---- picture ----------------------------------------------------------------- */

static double put_data(struct plot *plot, const json_t *cells, const struct series *series,
		       int number, const char *what, struct range *range)
{
	const json_t *cell;
	double last = 0;
	size_t i;

	fprintf(plot->script, "$series%d << END\n", number);
	json_array_foreach(cells, i, cell) {
		if (!belongs(cell, series))
			continue;
		last = number_at(cell, what);
		range_add(range, last);
		fprintf(plot->script, "%f %f\n", number_at(cell, "threads"), last);
	}
	fputs("END\n", plot->script);
	return last;
}

struct axis {
	const char *what, *tics, *title;
};

static void draw(FILE *out, const json_t *cells, const struct axis *axis)
{
	struct series series[MOST_SERIES];
	int count = list_series(cells, series);
	struct line_label labels[MOST_SERIES];
	struct range y = { 0 };
	struct plot plot;

	plot_begin(&plot, 470, 330);
	for (int i = 0; i < count; i++)
		labels[i] = (struct line_label){ series[i].label,
			put_data(&plot, cells, &series[i], i, axis->what, &y), series[i].paint };
	range_round(&y);
	for (int i = 0; i < count; i++)
		labels[i].at = range_place(&y, labels[i].at);
	plot_line_labels(&plot, labels, (size_t)count, 32, 0.06);
	fprintf(plot.script, "set logscale xy\nset xrange [0.85:36]\nset yrange [%g:%g]\n"
		"set xtics (1, 2, 4, 8, 16, 32)\nset ytics (%s)\nset rmargin 6\nset lmargin 8.5\n"
		"set tmargin 1\nset xlabel 'threads' textcolor %s\nplot ", y.low, y.high, axis->tics,
		paint(PAINT_SOFT));
	for (int i = 0; i < count; i++)
		fprintf(plot.script, "%s$series%d using 1:2 with linespoints lc %s lw 2 pt %d ps 0.6%s",
			i ? ", " : "", i, paint(series[i].paint), series[i].point,
			series[i].size ? "" : " dt 2");
	fputc('\n', plot.script);
	fprintf(out, "<figure><h3>%s</h3>", axis->title);
	plot_end(&plot, out, axis->title);
	fputs("</figure>\n", out);
}

static void draw_both(FILE *out, const json_t *cells)
{
	static const struct axis axes[] = {
		{ "per_second", "'10' 10, '100' 100, '1,000' 1e3, '10,000' 1e4, '100,000' 1e5, "
		  "'1 million' 1e6", "Statements per second" },
		{ "wait_us.p99", "'10 ns' 0.01, '100 ns' 0.1, '1 µs' 1, '10 µs' 10, '100 µs' 100, "
		  "'1 ms' 1e3, '10 ms' 1e4, '100 ms' 1e5, '1 s' 1e6",
		  "Wait for a connection, 99th percentile" },
	};

	fputs("<div class=\"panels two\">\n", out);
	for (size_t i = 0; i < 2; i++)
		draw(out, cells, &axes[i]);
	fputs("</div>\n", out);
}

/* ---- tables ------------------------------------------------------------------ */

static void put_checks(FILE *out, const json_t *cells)
{
	const json_t *cell;
	size_t i;

	fputs("<h3>What it costs to look first</h3>\n<p>Before an idle connection is handed out again "
	      "it can be looked at: whether its socket says that the server hung up, or by a round "
	      "trip that also sees a network that was cut. Only connections that were idle for a "
	      "second are looked at unless asked otherwise, so that a busy pool pays nothing.</p>\n"
	      "<table class=\"narrow\">\n<tr><th>check</th><th>threads</th><th>connections</th>"
	      "<th>wait, p50</th><th>p99</th><th>per second</th></tr>\n", out);
	json_array_foreach(cells, i, cell) {
		char p50[DURATION_SIZE], p99[DURATION_SIZE], rate[COUNT_SIZE];

		if (!json_object_get(cell, "check"))
			continue;
		fprintf(out, "<tr><td>%s</td><td>%.0f</td><td>%.0f</td><td>%s</td><td>%s</td>"
			"<td>%s</td></tr>\n", text_at(cell, "check"), number_at(cell, "threads"),
			number_at(cell, "size"), duration(number_at(cell, "wait_us.p50") * 1e3, p50),
			duration(number_at(cell, "wait_us.p99") * 1e3, p99),
			grouped(number_at(cell, "per_second"), rate));
	}
	fputs("</table>\n", out);
}

static void put_duellist(FILE *out, const char *title, const json_t *duellist, bool other)
{
	char rate[COUNT_SIZE], worst[DURATION_SIZE];

	fprintf(out, "<tr><td>%s</td><td>%s</td><td>%s</td><td>%.2f</td>", title,
		grouped(number_at(duellist, "per_second.median"), rate),
		duration(number_at(duellist, "worst_us.median") * 1e3, worst),
		number_at(duellist, "fairness"));
	if (other)
		fprintf(out, "<td>%.2f (%.2f &ndash; %.2f)</td></tr>\n",
			number_at(duellist, "ratio.median"), number_at(duellist, "ratio.p10"),
			number_at(duellist, "ratio.p90"));
	else
		fputs("<td></td></tr>\n", out);
}

static void put_duels(FILE *out, const json_t *part)
{
	const json_t *duels = json_object_get(part, "duels"), *duel;
	size_t i;

	json_array_foreach(duels, i, duel) {
		bool pass = json_is_true(json_object_get(duel, "pass"));

		fprintf(out, "<h3>Beside a pool by hand</h3>\n<p>%.0f threads on %.0f connections, in "
			"turns. By hand it is a stack behind a mutex, and those who wait either stand in "
			"line, as Rowan's do, or wait for a condition, and whoever comes first when a "
			"connection is returned gets it. That is faster, since the thread that gave it back "
			"is still running and takes it again, while others go without. A statement takes "
			"<b>%.2f</b> times as long as at the pool by hand that keeps the order, the target "
			"is %.2f: <span class=\"%s</span>.</p>\n<table class=\"narrow\">\n<tr><th></th>"
			"<th>per second</th><th>worst wait of a round</th><th>fairness</th>"
			"<th>Rowan takes</th></tr>\n",
			number_at(duel, "threads"), number_at(duel, "size"),
			number_at(duel, "line.ratio.median"), number_at(duel, "target_ratio"),
			pass ? "pass\">pass" : "miss\">miss");
		put_duellist(out, "Rowan, in line", json_object_get(duel, "rowan"), false);
		put_duellist(out, "by hand, in line", json_object_get(duel, "line"), true);
		put_duellist(out, "by hand, barging", json_object_get(duel, "barging"), true);
		fputs("</table>\n", out);
	}
}

/* A member over all cells of a pool, say its least. */
static double null_rate(const json_t *cells)
{
	const json_t *cell;
	double most = 0;
	size_t i;

	json_array_foreach(cells, i, cell)
		if (!strcmp(text_at(cell, "pool"), "null"))
			most = fmax(most, number_at(cell, "per_second"));
	return most;
}

void pools_server_section(FILE *out, const json_t *part)
{
	const json_t *cells = json_object_get(part, "cells");
	char rate[COUNT_SIZE];

	fprintf(out, "<h2>Waiting for a connection to PostgreSQL</h2>\n<p>Threads take a connection, run "
		"one statement by key on %s and give it back, over and over. A line for each number of "
		"connections of the queue pool, and one, dashed, for threads that have connections of "
		"their own and no pool, by hand on libpq. Who connects for each statement (the null "
		"pool) gets %s a second at most.</p>\n", text_at(part, "engine"),
		grouped(null_rate(cells), rate));
	draw_both(out, cells);
	put_pool_table(out, cells, text_at(json_array_get(cells, 0), "storage"));
	put_checks(out, cells);
	put_overloads(out, part);
	put_duels(out, part);
}
