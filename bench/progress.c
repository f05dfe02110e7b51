/* SPDX-License-Identifier: MIT */
#include "progress.h"

#include "harness.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define WIDTH 78
#define INTERVAL_NS 100000000

static bool shown;

static bool is_terminal(void)
{
	static int known = -1;

	if (known < 0)
		known = isatty(STDERR_FILENO);
	return known;
}

void progress_show(const char *format, ...)
{
	static int64_t last_ns;
	char line[WIDTH + 1];
	va_list args;

	if (!is_terminal() || (shown && time_ns() - last_ns < INTERVAL_NS))
		return;
	last_ns = time_ns();
	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	fprintf(stderr, "\r%-*s", WIDTH, line);
	fflush(stderr);
	shown = true;
}

void progress_clear(void)
{
	if (!shown)
		return;
	fprintf(stderr, "\r%*s\r", WIDTH, "");
	fflush(stderr);
	shown = false;
}

bool wants_colour(void)
{
	const char *no = getenv("NO_COLOR");

	return isatty(STDOUT_FILENO) && !(no && *no);
}
