/* SPDX-License-Identifier: MIT */
#include "pools/histogram.h"

/* 0 to 31 have a class each; then the five bits below the highest one decide. */
static unsigned class_of(uint64_t value)
{
	unsigned shift;

	if (value < 32)
		return (unsigned)value;
	shift = 63 - (unsigned)__builtin_clzll(value) - 5;
	return (shift + 1) * 32 + (unsigned)(value >> shift & 31);
}

static uint64_t upper_end(unsigned class)
{
	unsigned shift;

	if (class < 32)
		return class;
	shift = class / 32 - 1;
	return ((UINT64_C(32) + class % 32 + 1) << shift) - 1;
}

void histogram_add(struct histogram *histogram, uint64_t ns)
{
	histogram->counts[class_of(ns)]++;
	histogram->total++;
	if (ns > histogram->max)
		histogram->max = ns;
}

void histogram_merge(struct histogram *into, const struct histogram *from)
{
	for (unsigned i = 0; i < HISTOGRAM_CLASSES; i++)
		into->counts[i] += from->counts[i];
	into->total += from->total;
	if (from->max > into->max)
		into->max = from->max;
}

uint64_t histogram_percentile(const struct histogram *histogram, double percent)
{
	uint64_t wanted = (uint64_t)((double)histogram->total * percent / 100), seen = 0;

	for (unsigned i = 0; i < HISTOGRAM_CLASSES; i++) {
		seen += histogram->counts[i];
		if (seen > wanted || (seen == wanted && seen == histogram->total))
			return upper_end(i) < histogram->max ? upper_end(i) : histogram->max;
	}
	return histogram->max;
}
