/* SPDX-License-Identifier: MIT */
#ifndef POOLS_TELL_H
#define POOLS_TELL_H

/* What was measured, for the terminal and as JSON. */

#include "pools/scene.h"

#include <jansson.h>

/* One measurement, and of what. */
struct cell {
	const char *storage, *pool, *check;	/* check: how connections are looked at, or NULL */
	long size;				/* connections; 0: as many as there are threads */
	long threads, hold_us;
	struct figures figures;
};

void print_header(const char *storage, const char *what);
void print_cell(const struct cell *cell);
json_t *json_cell(const struct cell *cell);

/* More threads than connections, and no patience. */
struct overload {
	const char *storage;
	long threads, size, hold_us, timeout_ms;
	struct figures figures;
};

void print_overload(const struct overload *overload);
json_t *json_overload(const struct overload *overload);

/*
 * Rowan's pool and two by hand, in turns.  The target is for the one that does the same:
 * serve those who wait in the order in which they came.
 */
struct duel {
	const char *storage;
	long threads, size;
	struct duellist {
		struct spread per_second, worst_us;	/* of rounds; the longest wait of each */
		double fairness;			/* median */
		struct spread ratio;	/* Rowan's time for an operation over its */
	} rowan, line, barging;
	double target;
};

void print_duel(const struct duel *duel);
json_t *json_duel(const struct duel *duel);

#endif
