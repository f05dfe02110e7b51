/* SPDX-License-Identifier: MIT */
#include "eager/crossing.h"

#include <math.h>

enum { EACH, BATCH, JOINED = SELECTIN + 1 };

/* What is ahead by less is not: measuring is not as exact. */
#define MARGIN 0.05

/* In which order they overtake: the first is never slower for few parents. */
static const int pairs[CROSSING_PAIRS][2] = {
	{ EACH, SELECTIN }, { EACH, JOINED }, { JOINED, SELECTIN },
};

/* How much faster `b` is than `a`, as a logarithm. */
static double lead(const struct cell *cell, int a, int b)
{
	return log(cell->by[a].ns.median / cell->by[b].ns.median);
}

/* The last size from which on `b` stays ahead; whether there is one. */
static bool crosses(const struct cell *cells, int count, int a, int b, double *parents)
{
	int first = count;
	double below, above, share;

	while (first > 0 && lead(&cells[first - 1], a, b) > MARGIN)
		first--;
	if (first == count)
		return false;
	*parents = 0;
	if (first == 0)
		return true;
	below = lead(&cells[first - 1], a, b);
	above = lead(&cells[first], a, b);
	share = below < 0 ? -below / (above - below) : 0;
	*parents = exp((1 - share) * log((double)cells[first - 1].parents) +
		       share * log((double)cells[first].parents));
	return true;
}

int find_crossings(const struct cell *cells, int count, struct crossing out[CROSSING_PAIRS])
{
	int found = 0;

	for (int i = 0; i < CROSSING_PAIRS; i++) {
		double parents;

		if (!crosses(cells, count, pairs[i][0], pairs[i][1], &parents))
			continue;
		out[found++] = (struct crossing){
			.levels = cells->levels, .fanout = cells->fanout,
			.latency_ms = cells->latency_ms,
			.before = pairs[i][0], .after = pairs[i][1], .parents = parents };
	}
	return found;
}
