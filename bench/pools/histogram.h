/* SPDX-License-Identifier: MIT */
#ifndef POOLS_HISTOGRAM_H
#define POOLS_HISTOGRAM_H

/*
 * Many durations in little memory: 32 classes for each power of two, so that a
 * percentile is off by 3 % at most.
 */

#include <stdint.h>

#define HISTOGRAM_CLASSES (60 * 32)

struct histogram {
	uint64_t total, max;
	uint32_t counts[HISTOGRAM_CLASSES];
};

void histogram_add(struct histogram *histogram, uint64_t ns);
void histogram_merge(struct histogram *into, const struct histogram *from);
/* The upper end of the class in which `percent` of all values are reached. */
uint64_t histogram_percentile(const struct histogram *histogram, double percent);

#endif
