/* SPDX-License-Identifier: MIT */
#include "report/page.h"

#include "report/plot.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

/* How a competitor is drawn; those that are not named are drivers alone. */
struct mark {
	const char *name;
	enum paint paint;
	int point;		/* gnuplot's: 7 is a disk, 6 a circle .. */
	const char *sign;	/* .. and what is like it in text */
};

static const struct mark marks[] = {
	{ "rowan", PAINT_BLUE, 7, "\342\227\217" },
	{ "twin", PAINT_INK, 6, "\342\227\213" },
	{ "sqlalchemy", PAINT_ORANGE, 5, "\342\226\240" },
	{ "sqlmodel", PAINT_GREEN, 9, "\342\226\262" },
	{ "peewee", PAINT_PURPLE, 13, "\342\227\206" },
	{ "psycopg", PAINT_SOFT, 6, "\342\227\213" },
};

static const struct mark driver_mark = { "", PAINT_SOFT, 7, "\342\227\217" };

static const struct mark *mark_of(const json_t *peer)
{
	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		if (!strcmp(marks[i].name, text_at(peer, "name")))
			return &marks[i];
	return &driver_mark;
}

/* What one competitor came to; NULL if it has no such thing. */
static const json_t *figures_of(const json_t *workload, const json_t *peer)
{
	return json_object_get(json_object_get(workload, "results"), text_at(peer, "name"));
}

/*
 * On a busy machine a short run is not disturbed and a long one is, and Rowan's are
 * short.  In SQLite nobody waits, so that processor time can be compared instead.
 */
static bool waits(const json_t *part)
{
	return strcmp(text_at(part, "engine"), "sqlite") != 0;
}

static double ratio_of(const json_t *part, const json_t *figures)
{
	return number_at(figures, waits(part) ? "to_rowan.median" : "cpu_to_rowan.median");
}

/* ---- picture --------------------------------------------------------------- */

static struct range range_of(const json_t *part)
{
	const json_t *workloads = json_object_get(part, "workloads"), *workload;
	const json_t *peers = json_object_get(part, "peers"), *peer;
	struct range range = { 0 };
	size_t i, j;

	json_array_foreach(workloads, i, workload)
		json_array_foreach(peers, j, peer)
			range_add(&range, number_at(figures_of(workload, peer), "per_second"));
	range_round(&range);
	return range;
}

static void put_data(struct plot *plot, size_t number, const json_t *peer,
		     const json_t *workloads)
{
	const json_t *workload;
	size_t i;

	fprintf(plot->script, "$peer%zu << END\n", number);
	json_array_foreach(workloads, i, workload) {
		const json_t *figures = figures_of(workload, peer);

		if (figures)
			fprintf(plot->script, "%f %zu\n", number_at(figures, "per_second"), i + 1);
	}
	fputs("END\n", plot->script);
}

static void put_axes(struct plot *plot, const json_t *part)
{
	const json_t *workloads = json_object_get(part, "workloads"), *workload;
	struct range range = range_of(part);
	size_t i;

	fprintf(plot->script,
		"set logscale x\nset xrange [%f:%f]\nset yrange [%zu.6:0.4]\nset border 1\n"
		"set grid x y lc %s lt 1\nset lmargin 38\nset rmargin 3\nset tmargin 0.5\n"
		"set bmargin 3.5\nset xtics ('10' 10, '100' 100, '1,000' 1e3, '10,000' 1e4, "
		"'100,000' 1e5, '1 million' 1e6, '10 million' 1e7, '100 million' 1e8)\n"
		"set xlabel 'rows, lists or parents per second' textcolor %s\n"
		"set ytics scale 0 (", range.low * 0.98, range.high * 1.02, json_array_size(workloads),
		paint(PAINT_GRID), paint(PAINT_SOFT));
	json_array_foreach(workloads, i, workload)
		fprintf(plot->script, "%s'%s' %zu", i ? ", " : "", text_at(workload, "title"), i + 1);
	fputs(")\n", plot->script);
}

static void draw_rates(FILE *out, const json_t *part)
{
	const json_t *workloads = json_object_get(part, "workloads");
	const json_t *peers = json_object_get(part, "peers"), *peer;
	struct plot plot;
	size_t i;

	plot_begin(&plot, 960, 70 + 32 * (int)json_array_size(workloads));
	put_axes(&plot, part);
	json_array_foreach(peers, i, peer)
		put_data(&plot, i, peer, workloads);
	/* The first ones, Rowan's and its twin's, are drawn last: over the others. */
	fputs("plot ", plot.script);
	for (i = json_array_size(peers); i-- > 0; ) {
		const struct mark *mark = mark_of(json_array_get(peers, i));

		fprintf(plot.script, "$peer%zu using 1:2 with points pt %d ps 1.1 lw 1.5 lc %s%s", i,
			mark->point, paint(mark->paint), i ? ", " : "\n");
	}
	plot_end(&plot, out, "Rows per second of each workload, by library");
}

static void put_legend(FILE *out, const json_t *peers)
{
	const json_t *peer;
	size_t i;

	fputs("<p class=\"note\">", out);
	json_array_foreach(peers, i, peer) {
		const struct mark *mark = mark_of(peer);

		fprintf(out, "%s<span style=\"white-space: nowrap\"><span style=\"color: var(--%s)\">"
			"%s</span> ", i ? " &ensp; " : "", paint_name(mark->paint), mark->sign);
		put_text(out, text_at(peer, "title"));
		fputs("</span>", out);
	}
	fputs("</p>", out);
}

/* ---- tables ---------------------------------------------------------------- */

/* "31,624", and how many times Rowan's time that is. */
static void put_cell(FILE *out, const json_t *part, const json_t *workload, const json_t *peer)
{
	const json_t *figures = figures_of(workload, peer);
	bool rowan = !strcmp(text_at(peer, "name"), "rowan");
	double ratio = ratio_of(part, figures);
	char rate[COUNT_SIZE];

	if (!figures) {
		fputs("<td>&ndash;</td>", out);
		return;
	}
	fprintf(out, "<td%s>%s", rowan ? " class=\"best\"" : "",
		grouped(number_at(figures, "per_second"), rate));
	if (!rowan && ratio > 0)
		fprintf(out, " <span class=\"note\">%.*f\303\227</span>", ratio < 9.995 ? 2 : 1, ratio);
	fputs("</td>", out);
}

static void put_rates(FILE *out, const json_t *part)
{
	const json_t *workloads = json_object_get(part, "workloads"), *workload;
	const json_t *peers = json_object_get(part, "peers"), *peer;
	size_t i, j;

	fputs("<div class=\"scroll\"><table>\n<tr><th></th>", out);
	json_array_foreach(peers, i, peer) {
		fputs("<th>", out);
		put_text(out, text_at(peer, "title"));
		fputs("</th>", out);
	}
	fputs("</tr>\n", out);
	json_array_foreach(workloads, i, workload) {
		fputs("<tr><td>", out);
		put_text(out, text_at(workload, "title"));
		fputs("</td>", out);
		json_array_foreach(peers, j, peer)
			put_cell(out, part, workload, peer);
		fputs("</tr>\n", out);
	}
	fputs("</table></div>\n", out);
}

static void put_versions(FILE *out, const json_t *part)
{
	json_t *peers = json_object_get(part, "peers"), *peer, *version;
	json_t *absent = json_object_get(part, "absent");
	const char *name;
	size_t i;

	fputs("<dl>\n", out);
	json_array_foreach(peers, i, peer) {
		json_t *versions = json_object_get(peer, "versions");
		const char *comma = "";

		if (!json_object_size(versions))
			continue;
		fputs("<dt>", out);
		put_text(out, text_at(peer, "title"));
		fputs("</dt><dd>", out);
		json_object_foreach(versions, name, version) {
			fputs(comma, out);
			put_text(out, name);
			fputc(' ', out);
			put_text(out, json_string_value(version));
			comma = ", ";
		}
		fputs("</dd>\n", out);
	}
	json_array_foreach(absent, i, peer) {
		fputs("<dt>", out);
		put_text(out, text_at(peer, "title"));
		fputs("</dt><dd>absent: ", out);
		put_text(out, text_at(peer, "why"));
		fputs("</dd>\n", out);
	}
	fputs("</dl>\n", out);
}

void peers_section(FILE *out, const json_t *part)
{
	const json_t *peers = json_object_get(part, "peers");

	fprintf(out, "<h2>Beside other libraries%s</h2>\n", waits(part) ? ", on PostgreSQL" : "");
	if (!json_array_size(json_object_get(part, "workloads"))) {
		fputs("<p>None of them is installed here.</p>\n", out);
		put_versions(out, part);
		return;
	}
	fprintf(out, "<p>The same rows and the same work in Python %s, as each library's users write "
		"it: every library in a process and on tables of its own, taking turns with Rowan "
		"within each of %.0f rounds, on %s. All came to the same checksums. The axis is "
		"logarithmic: to the right is faster.</p>\n<figure class=\"wide\">",
		text_at(part, "python"), number_at(part, "rounds"), text_at(part, "database"));
	put_legend(out, peers);
	draw_rates(out, part);
	fputs("</figure>\n", out);
	put_rates(out, part);
	fprintf(out, "<p class=\"note\">Per second; beside it the %s over Rowan's, the median of the "
		"rounds' own ratios. A library that has no such thing has no figure. What else is "
		"not alike is said in bench/README.md.</p>\n",
		waits(part) ? "time" : "processor time");
	put_versions(out, part);
}

/* ---- verdict --------------------------------------------------------------- */

/* Geometric mean of one competitor's ratios; 0 if there are none. */
static double mean_ratio(const json_t *part, const char *name)
{
	const json_t *workloads = json_object_get(part, "workloads"), *workload;
	double sum = 0;
	size_t i, count = 0;

	json_array_foreach(workloads, i, workload) {
		const json_t *results = json_object_get(workload, "results");
		double ratio = ratio_of(part, json_object_get(results, name));

		if (ratio <= 0)
			continue;
		sum += log(ratio);
		count++;
	}
	return count ? exp(sum / (double)count) : 0;
}

void peers_verdict(FILE *out, const json_t *part)
{
	double ratio = mean_ratio(part, "sqlalchemy");

	if (ratio > 0)
		fprintf(out, "On %s SQLAlchemy takes <b>%.1f times</b> %s Rowan for the same work (the "
			"geometric mean of %zu workloads).\n", text_at(part, "database"), ratio,
			waits(part) ? "as long as" : "the processor time of",
			json_array_size(json_object_get(part, "workloads")));
}
