/* SPDX-License-Identifier: MIT */
#include "fault.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static struct timespec began;

__attribute__((constructor))
static void note_begin(void)
{
	clock_gettime(CLOCK_MONOTONIC, &began);
}

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)(now.tv_sec - began.tv_sec) + (double)(now.tv_nsec - began.tv_nsec) / 1e9;
}

/* One write: tests run at the same time. */
static bool append(const char *path, const char *line, size_t length)
{
	int file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
	bool written = file >= 0 && write(file, line, length) == (ssize_t)length;

	return (file < 0 || close(file) == 0) && written;
}

bool fault_note(const struct fault_line *fault)
{
	const char *path = getenv("ROWAN_FAULTS");
	char line[1024];
	int length;

	if (!path)
		return true;
	length = snprintf(line, sizeof(line), "%s\t%s\t%s\t%ld\t%ld\t%ld\t%ld\t%.1f\t%s\n",
			  fault->id, fault->engine, fault->test, fault->injections,
			  fault->survived, fault->wrong, fault->leaked, seconds(),
			  fault->figure ? fault->figure : "");
	return length > 0 && (size_t)length < sizeof(line) && append(path, line, (size_t)length);
}
