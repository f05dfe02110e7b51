/* SPDX-License-Identifier: MIT */
#ifndef PACKAGES_METER_H
#define PACKAGES_METER_H

#include <rowan.h>

/* Counts what an engine executes between start and stop, and the time it takes. */
struct meter {
	struct rowan_engine *engine;
	struct rowan_observer observer;
	double started_ms;
	double ms;
	uint64_t statements;	/* BEGIN, COMMIT and the like are not counted */
	int64_t rows;		/* read, or changed */
	uint64_t warnings;	/* of N+1: a relation that a line loads row by row */
};

void meter_start(struct meter *meter, struct rowan_engine *engine);
void meter_stop(struct meter *meter);

#endif
