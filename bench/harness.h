/* SPDX-License-Identifier: MIT */
#ifndef BENCH_HARNESS_H
#define BENCH_HARNESS_H

/*
 * Measuring.  Machines drift: another process wakes up, the clock slows down.
 * So competitors take turns within a round, each round yields one figure per
 * competitor, and what is compared are figures of the same round.
 */

#include <rowan/engine.h>

/* Nanoseconds of a clock that never jumps. */
int64_t time_ns(void);
/* Nanoseconds that this thread has had a processor: a busy machine adds little. */
int64_t cpu_ns(void);

/* Figures of the same thing, one per round. */
struct series {
	double *values;
	size_t count, capacity;
};

struct spread {
	double median, p10, p90, min, max;
};

void series_add(struct series *series, double value);
/* 0 <= percent <= 100, interpolated between neighbours; 0 for an empty series. */
double series_percentile(struct series *series, double percent);
struct spread series_spread(struct series *series);
/* Each figure of `a` over the one of `b` from the same round: before any percentile. */
struct series series_ratio(const struct series *a, const struct series *b);
void series_free(struct series *series);

/*
 * One competitor.  prepare() brings about the same state each time and finish()
 * clears up; only run() is timed.  It returns a checksum of what it read or
 * wrote, so that competitors can be seen to do the same work; look(), if there is
 * one, works it out afterwards instead.
 */
struct side {
	void (*prepare)(void *context, long count);
	uint64_t (*run)(void *context, long count);
	void (*finish)(void *context, long count);
	uint64_t (*look)(void *context, long count);
};

/* What one run came to. */
struct run {
	int64_t ns, cpu_ns;
	uint64_t checksum;
	uint64_t allocations;
	uint64_t statements, prepares;	/* of the engine, if there is one */
};

/* `engine`, which may be NULL, is asked what it did. */
struct run side_measure(const struct side *side, void *context, long count,
			struct rowan_engine *engine);

/* The most memory that is in use at a time beyond what was there before; not timed. */
uint64_t side_peak(const struct side *side, void *context, long count);

/*
 * The call that is timed, and nothing else.  A symbol of its own, so that
 * callgrind can be told to count instructions in here only.
 */
uint64_t measured_run(const struct side *side, void *context, long count);

/*
 * The heap keeps what is freed, for all competitors alike: whether the kernel
 * takes pages back between two runs is no property of theirs.
 */
void heap_settle(void);

/* "bench: message" on stderr, and exit 1: benchmarks have nothing to recover. */
_Noreturn void die(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
