/* SPDX-License-Identifier: MIT */
#include "sweep.h"

/* Which call fails; one injector is at work at a time. */
static const struct injector *armed;
static long left = -1;
static enum sweep_way way;
static bool failed;

void fuse_arm(const struct injector *of, enum sweep_way wanted, long count)
{
	armed = of;
	failed = false;
	way = wanted;
	left = count;
}

bool fuse_disarm(void)
{
	left = -1;
	return failed;
}

bool fuse_blows(const struct injector *of)
{
	if (left < 0 || of != armed)
		return false;
	if (left > 0) {
		left--;
		return false;
	}
	if (way == SWEEP_ONCE)
		left = -1;
	failed = true;
	return true;
}
