/* SPDX-License-Identifier: MIT */
#include "harness.h"

#include "allocations.h"
#include "progress.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#ifdef __GLIBC__
#include <malloc.h>
#endif

static int64_t read_clock(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int64_t time_ns(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

int64_t cpu_ns(void)
{
	return read_clock(CLOCK_THREAD_CPUTIME_ID);
}

void series_add(struct series *series, double value)
{
	if (series->count == series->capacity) {
		series->capacity = series->capacity ? series->capacity * 2 : 64;
		series->values = realloc(series->values, series->capacity * sizeof(double));
		if (!series->values)
			die("out of memory");
	}
	series->values[series->count++] = value;
}

static int compare_doubles(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double sorted_percentile(const struct series *sorted, double percent)
{
	if (!sorted->count)
		return 0;

	double place = percent / 100 * (double)(sorted->count - 1);
	size_t below = (size_t)place;
	size_t above = below + 1 < sorted->count ? below + 1 : below;
	double share = place - (double)below;

	return sorted->values[below] * (1 - share) + sorted->values[above] * share;
}

/* The order of the rounds is needed for ratios, so a copy is sorted. */
static struct series series_sorted(const struct series *series)
{
	struct series sorted = { 0 };

	for (size_t i = 0; i < series->count; i++)
		series_add(&sorted, series->values[i]);
	if (sorted.count)
		qsort(sorted.values, sorted.count, sizeof(double), compare_doubles);
	return sorted;
}

double series_percentile(struct series *series, double percent)
{
	struct series sorted = series_sorted(series);
	double value = sorted_percentile(&sorted, percent);

	series_free(&sorted);
	return value;
}

struct spread series_spread(struct series *series)
{
	struct series sorted = series_sorted(series);
	struct spread spread = {
		.median = sorted_percentile(&sorted, 50),
		.p10 = sorted_percentile(&sorted, 10),
		.p90 = sorted_percentile(&sorted, 90),
		.min = sorted_percentile(&sorted, 0),
		.max = sorted_percentile(&sorted, 100),
	};

	series_free(&sorted);
	return spread;
}

struct series series_ratio(const struct series *a, const struct series *b)
{
	struct series ratio = { 0 };

	for (size_t i = 0; i < a->count && i < b->count; i++)
		series_add(&ratio, a->values[i] / b->values[i]);
	return ratio;
}

void series_free(struct series *series)
{
	free(series->values);
	*series = (struct series){ 0 };
}

__attribute__((noinline))
uint64_t measured_run(const struct side *side, void *context, long count)
{
	return side->run(context, count);
}

static struct rowan_engine_stats stats_of(struct rowan_engine *engine)
{
	return engine ? rowan_engine_stats(engine) : (struct rowan_engine_stats){ 0 };
}

struct run side_measure(const struct side *side, void *context, long count,
			struct rowan_engine *engine)
{
	struct rowan_engine_stats before, after;
	struct run run = { 0 };
	uint64_t allocated;
	int64_t started, started_cpu;

	if (side->prepare)
		side->prepare(context, count);

	before = stats_of(engine);
	allocated = allocation_count();
	started_cpu = cpu_ns();
	started = time_ns();
	run.checksum = measured_run(side, context, count);
	run.ns = time_ns() - started;
	run.cpu_ns = cpu_ns() - started_cpu;
	run.allocations = allocation_count() - allocated;
	after = stats_of(engine);
	run.statements = after.statements - before.statements;
	run.prepares = after.prepares - before.prepares;

	if (side->look)
		run.checksum = side->look(context, count);
	if (side->finish)
		side->finish(context, count);
	return run;
}

uint64_t side_peak(const struct side *side, void *context, long count)
{
	uint64_t peak;

	if (side->prepare)
		side->prepare(context, count);
	allocation_watch();
	side->run(context, count);
	peak = allocation_peak();
	if (side->finish)
		side->finish(context, count);
	return peak;
}

void heap_settle(void)
{
#ifdef __GLIBC__
	mallopt(M_MMAP_THRESHOLD, 1 << 30);
	mallopt(M_TRIM_THRESHOLD, 1 << 30);
#endif
}

void die(const char *format, ...)
{
	va_list args;

	progress_clear();
	fputs("bench: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(1);
}
