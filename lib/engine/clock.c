/* SPDX-License-Identifier: MIT */
#include "engine/internal.h"

#include <time.h>

/* Where there is no cheap clock the exact one serves. */
#ifndef CLOCK_MONOTONIC_COARSE
#define CLOCK_MONOTONIC_COARSE CLOCK_MONOTONIC
#endif

static int64_t read_clock(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (int64_t)now.tv_sec * NS_PER_S + now.tv_nsec;
}

int64_t clock_ns(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

int64_t clock_coarse_ns(void)
{
	return read_clock(CLOCK_MONOTONIC_COARSE);
}

int64_t clock_after(int ms)
{
	return clock_ns() + (int64_t)ms * NS_PER_MS;
}

struct timespec clock_time(int64_t ns)
{
	return (struct timespec){ .tv_sec = ns / NS_PER_S, .tv_nsec = ns % NS_PER_S };
}
