/* SPDX-License-Identifier: MIT */
#include "report/pools.h"

#include "report/plot.h"

#include <math.h>
#include <string.h>

#define POOLS 3

static const struct {
	const char *name;
	enum paint paint;
	int point;
} pools[POOLS] = {
	{ "queue", PAINT_BLUE, 5 }, { "null", PAINT_ORANGE, 7 }, { "static", PAINT_GREEN, 13 },
};

static bool in_panel(const json_t *cell, const char *storage, long hold_us)
{
	return !strcmp(text_at(cell, "storage"), storage) &&
	       lround(number_at(cell, "hold_us")) == hold_us;
}

static void put_data(struct plot *plot, const json_t *cells, const char *storage, long hold_us,
		     int pool)
{
	const json_t *cell;
	size_t i;

	fprintf(plot->script, "$%s << END\n", pools[pool].name);
	json_array_foreach(cells, i, cell) {
		if (in_panel(cell, storage, hold_us) &&
		    !strcmp(text_at(cell, "pool"), pools[pool].name))
			fprintf(plot->script, "%f %f %f\n", number_at(cell, "threads"),
				number_at(cell, "wait_us.p50"), number_at(cell, "wait_us.p99"));
	}
	fputs("END\n", plot->script);
}

/* The wait with the most threads: where a line ends, and its label stands. */
static double last_wait(const json_t *cells, const char *storage, long hold_us, int pool,
			const char *percentile)
{
	const json_t *cell;
	double wait = 0;
	size_t i;

	json_array_foreach(cells, i, cell) {
		if (in_panel(cell, storage, hold_us) &&
		    !strcmp(text_at(cell, "pool"), pools[pool].name))
			wait = number_at(cell, percentile);
	}
	return wait;
}

static double most_threads(const json_t *cells)
{
	const json_t *cell;
	double most = 1;
	size_t i;

	json_array_foreach(cells, i, cell)
		most = fmax(most, number_at(cell, "threads"));
	return most;
}

static void draw_panel(FILE *out, const json_t *cells, const char *storage, long hold_us,
		       const struct range *y)
{
	static const char *const p50[] = { "queue", "null", "static" };
	static const char *const p99[] = { "queue p99", "null p99", "static p99" };
	struct line_label labels[POOLS * 2];
	struct plot plot;
	char label[128];

	plot_begin(&plot, 330, 290);
	for (int pool = 0; pool < POOLS; pool++) {
		put_data(&plot, cells, storage, hold_us, pool);
		labels[pool] = (struct line_label){ p50[pool], range_place(y, last_wait(cells,
			storage, hold_us, pool, "wait_us.p50")), pools[pool].paint };
		labels[POOLS + pool] = (struct line_label){ p99[pool], range_place(y, last_wait(cells,
			storage, hold_us, pool, "wait_us.p99")), pools[pool].paint };
	}
	plot_line_labels(&plot, labels, POOLS * 2, most_threads(cells), 0.075);
	fprintf(plot.script,
		"set logscale xy\nset xrange [0.85:19]\nset yrange [%g:%g]\n"
		"set xtics (1, 2, 4, 8, 16)\n"
		"set ytics ('10 ns' 0.01, '100 ns' 0.1, '1 µs' 1, '10 µs' 10, '100 µs' 100, "
		"'1 ms' 1e3, '10 ms' 1e4, '100 ms' 1e5, '1 s' 1e6, '10 s' 1e7)\n"
		"set rmargin 10\nset lmargin 7.5\nset tmargin 1\nset xlabel 'threads' textcolor %s\nplot ",
		y->low, y->high, paint(PAINT_SOFT));
	for (int pool = 0; pool < POOLS; pool++)
		fprintf(plot.script, "%s$%s using 1:2 with linespoints lc %s lw 2 pt %d ps 0.6, "
			"$%s using 1:3 with lines lc %s lw 1.5 dt 2", pool ? ", " : "",
			pools[pool].name, paint(pools[pool].paint), pools[pool].point,
			pools[pool].name, paint(pools[pool].paint));
	fputc('\n', plot.script);

	snprintf(label, sizeof(label), "Wait for a connection by threads, held %ld us", hold_us);
	fprintf(out, "<figure><h3>%s</h3>", hold_us == 0 ? "Given back at once"
		: hold_us == 100 ? "Held for 100 \302\265s" : "Held for 1 ms");
	plot_end(&plot, out, label);
	fputs("</figure>\n", out);
}

/* Queue pools say how many connections they have, those without it one for each thread. */
static void put_pool(FILE *out, const json_t *cell)
{
	const char *check = text_at(cell, "check");

	fprintf(out, "<tr><td>%s%s%s</td><td>%.0f</td><td>%.0f</td>", text_at(cell, "pool"),
		*check ? ", " : "", check, json_object_get(cell, "size")
			? number_at(cell, "size") : number_at(cell, "threads"),
		number_at(cell, "threads"));
}

void put_pool_table(FILE *out, const json_t *cells, const char *storage)
{
	static const char *const percentiles[] = {
		"wait_us.p50", "wait_us.p90", "wait_us.p99", "wait_us.max" };
	const json_t *cell;
	size_t i;

	fputs("<details><summary>All figures</summary><div class=\"scroll\"><table>\n"
	      "<tr><th>pool</th><th>connections</th><th>threads</th><th>held</th><th>p50</th><th>p90</th><th>p99</th>"
	      "<th>max</th><th>per second</th><th>fairness</th><th>failed</th></tr>\n", out);
	json_array_foreach(cells, i, cell) {
		char text[DURATION_SIZE];

		if (strcmp(text_at(cell, "storage"), storage) != 0)
			continue;
		put_pool(out, cell);
		fprintf(out, "<td>%s</td>", duration(number_at(cell, "hold_us") * 1e3, text));
		for (size_t j = 0; j < 4; j++)
			fprintf(out, "<td>%s</td>",
				duration(number_at(cell, percentiles[j]) * 1e3, text));
		fprintf(out, "<td>%.0f</td><td>%.2f</td><td>%.0f</td></tr>\n",
			number_at(cell, "per_second"), number_at(cell, "fairness"),
			number_at(cell, "failures"));
	}
	fputs("</table></div></details>\n", out);
}

static void put_storage(FILE *out, const json_t *cells, const char *storage)
{
	struct range y = { 0 };
	const json_t *cell;
	long last = -1;
	size_t i;

	json_array_foreach(cells, i, cell) {
		if (strcmp(text_at(cell, "storage"), storage) != 0)
			continue;
		range_add(&y, number_at(cell, "wait_us.p50"));
		range_add(&y, number_at(cell, "wait_us.p99"));
	}
	range_round(&y);
	fputs("<p><b>", out);
	put_text(out, storage);
	fputs(".</b></p>\n<div class=\"panels three\">\n", out);
	json_array_foreach(cells, i, cell) {
		long hold_us = lround(number_at(cell, "hold_us"));

		if (hold_us == last || !in_panel(cell, storage, hold_us))
			continue;
		last = hold_us;
		draw_panel(out, cells, storage, hold_us, &y);
	}
	fputs("</div>\n", out);
	put_pool_table(out, cells, storage);
}

void put_overloads(FILE *out, const json_t *part)
{
	const json_t *overloads = json_object_get(part, "overloads"), *overload;
	size_t i;

	json_array_foreach(overloads, i, overload) {
		double share = number_at(overload, "per_second") / number_at(overload, "capacity");
		char late[DURATION_SIZE], most[DURATION_SIZE];

		fprintf(out, "<h3>Too many threads</h3>\n<p>%.0f threads want %.0f connections, hold one "
			"for %.0f ms and wait for %.0f ms at most: <b>%.0f a second are served, %.0f %%</b> "
			"of what so many connections can do, and %.0f of %.0f ask in vain. A time-out comes "
			"%s late, %s at most; the thread that is served least gets %.0f %% of what the one "
			"served most gets.</p>\n", number_at(overload, "threads"),
			number_at(overload, "size"), number_at(overload, "hold_us") / 1e3,
			number_at(overload, "timeout_ms"), number_at(overload, "per_second"),
			share * 100, number_at(overload, "failures"), number_at(overload, "operations"),
			duration(number_at(overload, "late_us.p50") * 1e3, late),
			duration(number_at(overload, "late_us.max") * 1e3, most),
			number_at(overload, "fairness") * 100);
	}
}

static double queue_size(const json_t *cells)
{
	return number_at(json_array_get(cells, 0), "size");
}

void pools_section(FILE *out, const json_t *part)
{
	const json_t *cells = json_object_get(part, "cells"), *cell;
	const char *last = "";
	size_t i;

	fprintf(out, "<h2>Waiting for a connection</h2>\n"
		"<p>Threads take a connection, run one statement, hold it for a while and give it "
		"back, over and over. The queue pool has %.0f connections; the null pool connects "
		"each time; the static pool has one. Solid lines are the median, dashed lines the "
		"99th percentile. Fairness is the slowest thread's share of the fastest's.</p>\n",
		queue_size(cells));
	json_array_foreach(cells, i, cell) {
		const char *storage = text_at(cell, "storage");

		if (!strcmp(storage, last))
			continue;
		last = storage;
		put_storage(out, cells, storage);
	}
	put_overloads(out, part);
}
