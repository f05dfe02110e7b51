/* SPDX-License-Identifier: MIT */
#ifndef BENCH_PROGRESS_H
#define BENCH_PROGRESS_H

#include <stdbool.h>

/*
 * One line on stderr that says what is being measured, rewritten in place: on a
 * terminal only, at most ten times a second.
 */
void progress_show(const char *format, ...) __attribute__((format(printf, 1, 2)));
void progress_clear(void);

/* Whether stdout wants colour: a terminal, and NO_COLOR is not set. */
bool wants_colour(void);

#endif
