/* SPDX-License-Identifier: MIT */
#ifndef REPORT_PLOT_H
#define REPORT_PLOT_H

/*
 * Pictures drawn by gnuplot, as SVG inside the page.  Colours are given by name
 * and become CSS variables, so that a picture follows the page into the dark.
 */

#include <stdbool.h>
#include <stdio.h>

enum paint {
	PAINT_INK,	/* text */
	PAINT_SOFT,	/* axes, notes */
	PAINT_GRID,
	PAINT_ON_BAR,	/* text on a bar of any colour */
	PAINT_BLUE, PAINT_ORANGE, PAINT_GREEN, PAINT_PURPLE,	/* Okabe and Ito's */
	PAINTS
};

/* As gnuplot takes it: rgb "#.." */
const char *paint(enum paint paint);
/* As CSS does: var(--..) */
const char *paint_name(enum paint paint);

/* The CSS variables of all paints, by day and by night. */
void plot_style(FILE *out);

/*
 * plot_begin() gives a stream for gnuplot commands, after the common settings;
 * plot_end() runs gnuplot and writes the picture.  `label` says to those who
 * can't see it what it shows.  Without gnuplot there is a line of text instead.
 */
struct plot {
	FILE *script;
	char directory[64];
};

void plot_begin(struct plot *plot, int width, int height);
void plot_end(struct plot *plot, FILE *out, const char *label);

/*
 * Labels beside the right ends of lines, which are at `x`, moved apart where
 * they would touch.  `at` are heights from 0 (the lower edge) to 1.
 */
struct line_label {
	const char *text;
	double at;
	enum paint paint;
};

void plot_line_labels(struct plot *plot, struct line_label *labels, size_t count,
		      double x, double distance);

/* Powers of ten that hold all values: a range for a logarithmic axis. */
struct range {
	double low, high;
};

void range_add(struct range *range, double value);
void range_round(struct range *range);
double range_place(const struct range *range, double value);

#endif
