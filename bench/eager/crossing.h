/* SPDX-License-Identifier: MIT */
#ifndef EAGER_CROSSING_H
#define EAGER_CROSSING_H

/* Where one strategy overtakes another, as the number of parents grows. */

#include "eager/cell.h"

struct crossing {
	long levels, fanout, latency_ms;
	int before, after;	/* strategies: the faster one below `parents`, and above */
	double parents;		/* 0: `after` was faster everywhere, or as fast */
};

/* Of two strategies only that differ: batch is select-in a moment later. */
#define CROSSING_PAIRS 3

/*
 * Cells of one panel, by parents.  Fills in a crossing for each pair where there is
 * one; between two sizes times are taken to grow by powers.
 */
int find_crossings(const struct cell *cells, int count, struct crossing out[CROSSING_PAIRS]);

#endif
