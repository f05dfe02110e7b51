/* SPDX-License-Identifier: MIT */
#ifndef SUITES_FAULT_H
#define SUITES_FAULT_H

/* What faults did: lines that scripts/faults makes the fault matrix of. */

#include <stdbool.h>

struct fault_line {
	const char *id;		/* "pool-7": see scripts/faults */
	long injections;	/* how often it was made to happen */
	long survived;		/* .. and what had to come of it, did */
	long wrong;		/* lost, doubled or false rows; hangs; crashes */
	long leaked;		/* connections, sockets, memory */
	const char *figure;	/* what else is worth knowing; NULL = nothing */
	const char *engine;	/* "sqlite", "postgresql" */
	const char *test;
};

/*
 * Append it to the file that the environment names (ROWAN_FAULTS), with the seconds
 * since the process began; without that, nothing.  false: the file can't be written.
 */
bool fault_note(const struct fault_line *fault);

#endif
