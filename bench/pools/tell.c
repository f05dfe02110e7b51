/* SPDX-License-Identifier: MIT */
#include "pools/tell.h"

#include "progress.h"

#include <stdio.h>

void print_header(const char *storage, const char *what)
{
	progress_clear();
	printf("\n%s, %s: microseconds until a connection is there\n"
	       "%-22s %5s %7s %9s %9s %9s %9s %11s %8s %7s\n", storage, what, "pool", "size",
	       "threads", "p50", "p90", "p99", "max", "per second", "fairness", "failed");
}

void print_cell(const struct cell *cell)
{
	const struct figures *figures = &cell->figures;
	char pool[32];

	progress_clear();
	snprintf(pool, sizeof(pool), "%s%s%s", cell->pool, cell->check ? ", " : "",
		 cell->check ? cell->check : "");
	printf("%-22s %5ld %7ld %9.2f %9.2f %9.2f %9.2f %11.0f %8.2f %7llu\n", pool,
	       cell->size ? cell->size : cell->threads, cell->threads, figures->p50, figures->p90,
	       figures->p99, figures->max, figures->per_second, figures->fairness,
	       (unsigned long long)figures->failures);
	fflush(stdout);
}

json_t *json_cell(const struct cell *cell)
{
	const struct figures *figures = &cell->figures;
	json_t *object = json_pack("{s:s, s:s, s:I, s:I, s:{s:f, s:f, s:f, s:f}, s:f, s:f, s:I, s:I}",
		"storage", cell->storage, "pool", cell->pool,
		"threads", (json_int_t)cell->threads, "hold_us", (json_int_t)cell->hold_us,
		"wait_us", "p50", figures->p50, "p90", figures->p90, "p99", figures->p99,
		"max", figures->max, "per_second", figures->per_second,
		"fairness", figures->fairness, "operations", (json_int_t)figures->operations,
		"failures", (json_int_t)figures->failures);

	if (cell->size)
		json_object_set_new(object, "size", json_integer(cell->size));
	if (cell->check)
		json_object_set_new(object, "check", json_string(cell->check));
	return object;
}

/* ---- overload --------------------------------------------------------------- */

/* What so many connections could serve if nobody had to wait for them. */
static double capacity(const struct overload *overload)
{
	return (double)overload->size * 1e6 / (double)overload->hold_us;
}

void print_overload(const struct overload *overload)
{
	const struct figures *figures = &overload->figures;

	progress_clear();
	printf("\n%s: %ld threads, %ld connections held for %ld us, nobody waits longer than %ld ms\n"
	       "    %.0f a second are served, %.0f %% of what can be; %llu of %llu asked in vain\n"
	       "    a time-out comes %.0f us late, at most %.0f; fairness %.2f\n",
	       overload->storage, overload->threads, overload->size, overload->hold_us,
	       overload->timeout_ms, figures->per_second,
	       100 * figures->per_second / capacity(overload),
	       (unsigned long long)figures->failures, (unsigned long long)figures->operations,
	       figures->late_p50, figures->late_max, figures->fairness);
	fflush(stdout);
}

json_t *json_overload(const struct overload *overload)
{
	const struct figures *figures = &overload->figures;

	return json_pack("{s:s, s:I, s:I, s:I, s:I, s:f, s:f, s:I, s:I, s:f, s:{s:f, s:f}, s:f}",
		"storage", overload->storage, "threads", (json_int_t)overload->threads,
		"size", (json_int_t)overload->size, "hold_us", (json_int_t)overload->hold_us,
		"timeout_ms", (json_int_t)overload->timeout_ms, "capacity", capacity(overload),
		"per_second", figures->per_second,
		"operations", (json_int_t)figures->operations,
		"failures", (json_int_t)figures->failures, "wait_p99_us", figures->p99,
		"late_us", "p50", figures->late_p50, "max", figures->late_max,
		"fairness", figures->fairness);
}

/* ---- duel ------------------------------------------------------------------- */

static void print_duellist(const char *name, const struct duellist *duellist)
{
	printf("    %-17s %8.0f a second, worst wait %8.0f us, fairness %.2f", name,
	       duellist->per_second.median, duellist->worst_us.median, duellist->fairness);
}

static void print_ratio(struct spread ratio)
{
	printf("; Rowan takes %.2f (%.2f..%.2f)", ratio.median, ratio.p10, ratio.p90);
}

static bool passes(const struct duel *duel)
{
	return duel->line.ratio.median <= duel->target;
}

void print_duel(const struct duel *duel)
{
	bool pass = passes(duel), colour = wants_colour();

	progress_clear();
	printf("\n%s: %ld threads on %ld connections, Rowan and two pools by hand\n", duel->storage,
	       duel->threads, duel->size);
	print_duellist("Rowan, in line", &duel->rowan);
	printf("\n");
	print_duellist("by hand, in line", &duel->line);
	print_ratio(duel->line.ratio);
	printf(", target %.2f  %s%s%s\n", duel->target,
	       !colour ? "" : pass ? "\033[32m" : "\033[31m", pass ? "pass" : "MISS",
	       colour ? "\033[0m" : "");
	print_duellist("by hand, barging", &duel->barging);
	print_ratio(duel->barging.ratio);
	printf("\n");
	fflush(stdout);
}

static json_t *json_spread(struct spread spread)
{
	return json_pack("{s:f, s:f, s:f, s:f, s:f}", "median", spread.median, "p10", spread.p10,
			 "p90", spread.p90, "min", spread.min, "max", spread.max);
}

static json_t *json_duellist(const struct duellist *duellist)
{
	return json_pack("{s:o, s:o, s:f, s:o}", "per_second", json_spread(duellist->per_second),
			 "worst_us", json_spread(duellist->worst_us),
			 "fairness", duellist->fairness, "ratio", json_spread(duellist->ratio));
}

json_t *json_duel(const struct duel *duel)
{
	return json_pack("{s:s, s:I, s:I, s:o, s:o, s:o, s:f, s:b}", "storage", duel->storage,
			 "threads", (json_int_t)duel->threads, "size", (json_int_t)duel->size,
			 "rowan", json_duellist(&duel->rowan), "line", json_duellist(&duel->line),
			 "barging", json_duellist(&duel->barging), "target_ratio", duel->target,
			 "pass", passes(duel));
}
