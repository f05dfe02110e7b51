/* SPDX-License-Identifier: MIT */
/* Loading relations from a server that is so many milliseconds away. */
#include "report/distance.h"

#include <math.h>
#include <string.h>

const struct line lines[STRATEGIES] = {
	{ "each", "N+1", PAINT_ORANGE, 7 },
	{ "batch", "batch", PAINT_PURPLE, 9 },
	{ "selectin", "select-in", PAINT_BLUE, 5 },
	{ "joined", "joined", PAINT_GREEN, 13 },
};

/* The fan-out of the picture; the others are folded away. */
#define SHOWN_FANOUT 10

double figure(const json_t *cell, int line, const char *what)
{
	char path[64];

	snprintf(path, sizeof(path), "strategies.%s.%s", lines[line].name, what);
	return number_at(cell, path);
}

double median_ms(const json_t *cell, int line)
{
	return figure(cell, line, "ns.median") / 1e6;
}

bool in_panel(const json_t *cell, long fanout, long latency_ms)
{
	return lround(number_at(cell, "levels")) == 1 &&
	       lround(number_at(cell, "fanout")) == fanout &&
	       lround(number_at(cell, "latency_ms")) == latency_ms;
}

int place_of(const struct sizes *sizes, long value)
{
	int place = 0;

	while (place < sizes->count && sizes->values[place] != value)
		place++;
	return place;
}

struct sizes sizes_of(const json_t *cells, const char *member)
{
	struct sizes sizes = { 0 };
	const json_t *cell;
	size_t i;

	json_array_foreach(cells, i, cell) {
		long value = lround(number_at(cell, member));

		if (place_of(&sizes, value) == sizes.count && sizes.count < MOST_SIZES)
			sizes.values[sizes.count++] = value;
	}
	return sizes;
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
	      "<span style=\"color: var(--orange)\">N+1</span> or none by a tenth (grey). "
	      "In the tile: how many times as long N+1 takes.</p>\n"
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
