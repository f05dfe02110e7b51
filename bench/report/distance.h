/* SPDX-License-Identifier: MIT */
#ifndef REPORT_DISTANCE_H
#define REPORT_DISTANCE_H

/* What the pictures and the text about distances share. */

#include "report/page.h"
#include "report/plot.h"

#define STRATEGIES 4
#define MOST_SIZES 8

struct line {
	const char *name, *label;
	enum paint paint;
	int point;	/* gnuplot's point type */
};
extern const struct line lines[STRATEGIES];

/* The values of a member that occur, as they do; where one is among them, or `count`. */
struct sizes {
	int count;
	long values[MOST_SIZES];
};
struct sizes sizes_of(const json_t *cells, const char *member);
int place_of(const struct sizes *sizes, long value);

/* A strategy's figure in a cell, "ns.median". */
double figure(const json_t *cell, int line, const char *what);
double median_ms(const json_t *cell, int line);

/* Whether a cell, or a crossing, is of one level, with this fan-out, at this distance. */
bool in_panel(const json_t *cell, long fanout, long latency_ms);

/* Time by users, a panel for each distance; who is the fastest, by users and tasks. */
void draw_times(FILE *out, const json_t *part, long fanout);
void draw_map(FILE *out, const json_t *cells);

#endif
