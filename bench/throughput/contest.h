/* SPDX-License-Identifier: MIT */
#ifndef THROUGHPUT_CONTEST_H
#define THROUGHPUT_CONTEST_H

/* One workload on one engine: Rowan and its twins in turns, and how it came out. */

#include "throughput/workload.h"

#include <jansson.h>

#define MOST_TWINS 8

struct outcome {
	const struct workload *workload;
	const struct contest *contest;
	long count;
	struct spread rowan, twins[MOST_TWINS];	/* ns per unit */
	int best;				/* of the twins: the shortest median */
	struct spread ratio;			/* Rowan's to the best twin's, of rounds */
	double cpu_ratio;			/* .. of processor time */
	double rowan_allocations, twin_allocations;	/* per unit, without libpq's */
	uint64_t rowan_bytes, twin_bytes;	/* at most, of a load */
	uint64_t statements;	/* Rowan's, in one run */
	uint64_t prepares;	/* .. in all runs after the first */
	bool fast, lean;	/* the targets for time and memory are met */
};

const struct contest *contest_of(const struct world *world, const struct workload *workload);

struct outcome contest_run(struct world *world, const struct workload *workload, long count,
			   long rounds);

void outcome_print_header(void);
void outcome_print(const struct outcome *outcome);
json_t *outcome_json(const struct outcome *outcome);

#endif
