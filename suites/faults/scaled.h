/* SPDX-License-Identifier: MIT */
#ifndef SUITES_FAULTS_SCALED_H
#define SUITES_FAULTS_SCALED_H

/* How often something is done, which the environment may say. */

#include <stdlib.h>

/* A million where nothing watches: what is built as it is shipped. */
#ifdef NDEBUG
#define MANY 1000000
#else
#define MANY 50000
#endif

static inline long scaled(const char *variable, long usual)
{
	const char *text = getenv(variable);

	return text && *text ? atol(text) : usual;
}

#endif
