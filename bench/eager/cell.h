/* SPDX-License-Identifier: MIT */
#ifndef EAGER_CELL_H
#define EAGER_CELL_H

/* One size, at one distance from the database, measured with every strategy. */

#include "eager/network.h"
#include "strategies.h"

struct cell {
	long levels, fanout, parents;
	long latency_ms;	/* of a round trip; < 0: the database is in the process */
	long rounds;
	uint64_t rows;
	struct {
		struct spread ns;
		double to_selectin;	/* median of the rounds' ratios */
		uint64_t statements, round_trips;
	} by[STRATEGIES];
};

/* How long a cell may take, and how often it is measured; 0 = as time allows. */
struct effort {
	int64_t budget_ns;
	long rounds;
};

void cell_measure(struct cell *cell, struct network *network, struct effort effort);

#endif
