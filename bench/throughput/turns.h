/* SPDX-License-Identifier: MIT */
#ifndef THROUGHPUT_TURNS_H
#define THROUGHPUT_TURNS_H

#include "throughput/workload.h"

/*
 * Measure when told to, so that peers in other languages (bench/peers) can take turns
 * with both sides.  A line {} says that the tables are filled, and each line
 * "workload count" on stdin is answered by one; a workload that is not known by {}.
 *
 *	get 2000
 *	{"rowan":{"ns":2281043,"cpu_ns":2280112,"checksum":"36387cf71710b7a2"},"twin":{..}}
 */
void take_turns(struct world *world, const struct workload *const *workloads, size_t count);

#endif
