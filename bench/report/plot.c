/* SPDX-License-Identifier: MIT */
#include "report/plot.h"

#include "harness.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/*
 * gnuplot is given colours that occur nowhere else, the paint's number three
 * times; in its output they are replaced by the variables.
 */
#define UNIQUE(digit_) "rgb \"#0" digit_ "0" digit_ "0" digit_ "\""

static const struct {
	const char *name, *gnuplot, *day, *night;
} paints[PAINTS] = {
	[PAINT_INK] = { "ink", UNIQUE("1"), "#1c1f24", "#e6e8eb" },
	[PAINT_SOFT] = { "soft", UNIQUE("2"), "#69707a", "#9aa2ad" },
	[PAINT_GRID] = { "grid", UNIQUE("3"), "#e4e7eb", "#2e333b" },
	[PAINT_ON_BAR] = { "on-bar", UNIQUE("4"), "#ffffff", "#11151a" },
	[PAINT_BLUE] = { "blue", UNIQUE("5"), "#0072b2", "#56b4e9" },
	[PAINT_ORANGE] = { "orange", UNIQUE("6"), "#d55e00", "#f2903c" },
	[PAINT_GREEN] = { "green", UNIQUE("7"), "#008a64", "#2fc79a" },
	[PAINT_PURPLE] = { "purple", UNIQUE("8"), "#a8528a", "#dd92c0" },
};

const char *paint(enum paint paint)
{
	return paints[paint].gnuplot;
}

const char *paint_name(enum paint paint)
{
	return paints[paint].name;
}

void plot_style(FILE *out)
{
	fputs(":root {", out);
	for (int i = 0; i < PAINTS; i++)
		fprintf(out, " --%s: %s;", paints[i].name, paints[i].day);
	fputs(" }\n@media (prefers-color-scheme: dark) { :root {", out);
	for (int i = 0; i < PAINTS; i++)
		fprintf(out, " --%s: %s;", paints[i].name, paints[i].night);
	fputs(" } }\n", out);
}

static void path_in(const struct plot *plot, const char *name, char *path, size_t size)
{
	snprintf(path, size, "%s/%s", plot->directory, name);
}

void plot_begin(struct plot *plot, int width, int height)
{
	char path[96];

	snprintf(plot->directory, sizeof(plot->directory), "/tmp/bench-plot-XXXXXX");
	if (!mkdtemp(plot->directory))
		die("cannot make a directory in /tmp");
	path_in(plot, "script", path, sizeof(path));
	plot->script = fopen(path, "w");
	if (!plot->script)
		die("cannot write %s", path);
	fprintf(plot->script,
		"set terminal svg size %d,%d font 'sans-serif,13' dynamic\n"
		"set output '%s/picture.svg'\n"
		"set encoding utf8\n"
		"unset key\n"
		"set border 3 lc %s lw 1\n"
		"set tics nomirror out scale 0.5 textcolor %s\n"
		"set grid y lc %s lt 1 lw 1\n"
		"set style line 1 lc %s\n",
		width, height, plot->directory, paint(PAINT_SOFT), paint(PAINT_SOFT),
		paint(PAINT_GRID), paint(PAINT_INK));
}

static char *read_all(const char *path)
{
	FILE *file = fopen(path, "r");
	char *text = NULL;
	long size = -1;

	if (!file)
		return NULL;
	if (!fseek(file, 0, SEEK_END) && (size = ftell(file)) >= 0) {
		rewind(file);
		text = calloc(1, (size_t)size + 1);
		if (text && fread(text, 1, (size_t)size, file) != (size_t)size)
			text[0] = '\0';
	}
	fclose(file);
	return text;
}

/* The paint that "rgb(  5,   5,   5)" stands for, and its length; -1 for others. */
static int paint_at(const char *text, int *length)
{
	int red, green, blue;

	if (sscanf(text, "rgb(%d ,%d ,%d )%n", &red, &green, &blue, length) != 3)
		return -1;
	if (red != green || red != blue || red < 1 || red > PAINTS)
		return -1;
	return red - 1;
}

/* gnuplot's file without its prologue, in the page's colours. */
static void put_svg(FILE *out, const char *svg, const char *label)
{
	const char *view = strstr(svg, "viewBox=");
	const char *at = view ? strchr(view, '>') : NULL;

	if (!at) {
		fputs("<p class=\"note\">gnuplot drew nothing here.</p>\n", out);
		return;
	}
	fprintf(out, "<svg role=\"img\" aria-label=\"%s\" xmlns=\"http://www.w3.org/2000/svg\" "
		"xmlns:xlink=\"http://www.w3.org/1999/xlink\" %.*s>", label,
		(int)strcspn(view, "\n"), view);
	for (at++; *at; ) {
		int length = 0;
		int known = *at == 'r' ? paint_at(at, &length) : -1;

		if (known < 0 || !length) {
			fputc(*at++, out);
			continue;
		}
		fprintf(out, "var(--%s)", paints[known].name);
		at += length;
	}
}

void plot_end(struct plot *plot, FILE *out, const char *label)
{
	char script[96], picture[96], command[224];
	char *svg;
	int status;

	path_in(plot, "script", script, sizeof(script));
	path_in(plot, "picture.svg", picture, sizeof(picture));
	if (fclose(plot->script) != 0)
		die("cannot write %s", script);
	snprintf(command, sizeof(command), "gnuplot '%s'", script);
	status = system(command);
	svg = read_all(picture);
	if (status == 0 && svg)
		put_svg(out, svg, label);
	else
		fputs("<p class=\"note\">No picture: gnuplot could not be run.</p>\n", out);
	free(svg);
	unlink(script);
	unlink(picture);
	rmdir(plot->directory);
}

/* ---- labels ---------------------------------------------------------------- */

static int by_height(const void *a, const void *b)
{
	double x = ((const struct line_label *)a)->at, y = ((const struct line_label *)b)->at;

	return (x > y) - (x < y);
}

/* Neighbours that touch push each other away, a little at a time. */
static void spread_labels(struct line_label *labels, size_t count, double distance)
{
	qsort(labels, count, sizeof(*labels), by_height);
	for (int pass = 0; pass < 200; pass++) {
		for (size_t i = 1; i < count; i++) {
			double lack = distance - (labels[i].at - labels[i - 1].at);

			if (lack > 0) {
				labels[i - 1].at -= lack / 2;
				labels[i].at += lack / 2;
			}
		}
		for (size_t i = 0; i < count; i++)
			labels[i].at = fmin(fmax(labels[i].at, 0), 1);
	}
}

void plot_line_labels(struct plot *plot, struct line_label *labels, size_t count,
		      double x, double distance)
{
	spread_labels(labels, count, distance);
	for (size_t i = 0; i < count; i++)
		fprintf(plot->script, "set label %zu '%s' at first %f, graph %f left offset 1 textcolor %s\n",
			i + 1, labels[i].text, x, labels[i].at, paint(labels[i].paint));
}

/* ---- logarithmic axes ------------------------------------------------------ */

void range_add(struct range *range, double value)
{
	if (value <= 0)
		return;
	if (range->low <= 0 || value < range->low)
		range->low = value;
	if (value > range->high)
		range->high = value;
}

void range_round(struct range *range)
{
	if (range->high <= 0) {
		*range = (struct range){ 1, 10 };
		return;
	}
	range->low = pow(10, floor(log10(range->low)));
	range->high = pow(10, ceil(log10(range->high)));
	if (range->high <= range->low)
		range->high = range->low * 10;
}

double range_place(const struct range *range, double value)
{
	if (value < range->low)
		return 0;
	return log(value / range->low) / log(range->high / range->low);
}
