/* SPDX-License-Identifier: MIT */
#include "throughput/contest.h"

#include "allocations.h"
#include "progress.h"

#include <stdio.h>

void outcome_print_header(void)
{
	printf("%-32s %10s %10s  %-18s %5s %7s        %9s %8s\n", "", "Rowan", "by hand",
	       "ratio (p10..p90)", "CPU", "target", "allocs", "prepares");
}

static void print_twins(const struct outcome *outcome)
{
	const struct twin *twins = outcome->contest->twins;

	for (int i = 0; twins[i].way; i++) {
		if (i == outcome->best)
			printf("    by hand, %s: the best\n", twins[i].way);
		else
			printf("    by hand, %-25s %7.0f ns  %5.2f of the best\n", twins[i].way,
			       outcome->twins[i].median,
			       outcome->twins[i].median / outcome->twins[outcome->best].median);
	}
}

static void print_verdict(bool pass)
{
	bool colour = wants_colour();

	printf("  %s%s%s", !colour ? "" : pass ? "\033[32m" : "\033[31m", pass ? "pass" : "MISS",
	       colour ? "\033[0m" : "");
}

static void print_memory(const struct outcome *outcome)
{
	double rowan = (double)outcome->rowan_bytes / (1 << 20);
	double twin = (double)outcome->twin_bytes / (1 << 20);

	printf("    memory %30.1f MiB %6.1f MiB  %5.2f", rowan, twin, rowan / twin);
	if (outcome->workload->memory_target > 0) {
		printf(" %27.2f", outcome->workload->memory_target);
		print_verdict(outcome->lean);
	}
	putchar('\n');
}

void outcome_print(const struct outcome *outcome)
{
	const struct contest *contest = outcome->contest;
	char target[16];

	if (contest->target_ns > 0)
		snprintf(target, sizeof(target), "%.0f ns", contest->target_ns);
	else
		snprintf(target, sizeof(target), "%.2f", contest->target);
	progress_clear();
	printf("%-32s %7.0f ns %7.0f ns  %5.2f (%.2f..%.2f) %6.2f %7s",
	       outcome->workload->title, outcome->rowan.median,
	       outcome->twins[outcome->best].median, outcome->ratio.median, outcome->ratio.p10,
	       outcome->ratio.p90, outcome->cpu_ratio, target);
	print_verdict(outcome->fast);
	printf(" %9.3f %8llu\n", outcome->rowan_allocations,
	       (unsigned long long)outcome->prepares);
	if (contest->twins[1].way)
		print_twins(outcome);
	if (outcome->twin_bytes)
		print_memory(outcome);
	fflush(stdout);
}

/* ---- json ------------------------------------------------------------------ */

static json_t *json_spread(struct spread spread)
{
	return json_pack("{s:f, s:f, s:f, s:f, s:f}", "median", spread.median, "p10", spread.p10,
			 "p90", spread.p90, "min", spread.min, "max", spread.max);
}

static json_t *json_twins(const struct outcome *outcome)
{
	const struct twin *twins = outcome->contest->twins;
	json_t *list = json_array();

	for (int i = 0; twins[i].way; i++)
		json_array_append_new(list, json_pack("{s:s, s:o}", "way", twins[i].way,
						      "ns", json_spread(outcome->twins[i])));
	return list;
}

json_t *outcome_json(const struct outcome *outcome)
{
	const struct workload *workload = outcome->workload;
	const struct contest *contest = outcome->contest;
	json_t *object = json_pack("{s:s, s:s, s:s, s:I, s:b, s:b}", "name", workload->name,
		"title", workload->title, "unit", workload->unit,
		"count", (json_int_t)outcome->count, "load", workload->load,
		"pass", outcome->fast);

	if (contest->target_ns > 0)
		json_object_set_new(object, "target_ns", json_real(contest->target_ns));
	else
		json_object_set_new(object, "target_ratio", json_real(contest->target));
	json_object_set_new(object, "rowan_ns", json_spread(outcome->rowan));
	json_object_set_new(object, "twin_ns", json_spread(outcome->twins[outcome->best]));
	json_object_set_new(object, "way", json_string(contest->twins[outcome->best].way));
	json_object_set_new(object, "twins", json_twins(outcome));
	json_object_set_new(object, "ratio", json_spread(outcome->ratio));
	json_object_set_new(object, "cpu_ratio", json_real(outcome->cpu_ratio));
	if (allocations_counted()) {
		json_object_set_new(object, "rowan_allocations",
				    json_real(outcome->rowan_allocations));
		json_object_set_new(object, "twin_allocations",
				    json_real(outcome->twin_allocations));
	}
	if (outcome->twin_bytes) {
		json_object_set_new(object, "rowan_bytes",
				    json_integer((json_int_t)outcome->rowan_bytes));
		json_object_set_new(object, "twin_bytes",
				    json_integer((json_int_t)outcome->twin_bytes));
		if (outcome->workload->memory_target > 0) {
			json_object_set_new(object, "memory_target",
					    json_real(outcome->workload->memory_target));
			json_object_set_new(object, "lean", json_boolean(outcome->lean));
		}
	}
	json_object_set_new(object, "statements",
			    json_integer((json_int_t)outcome->statements));
	json_object_set_new(object, "prepares",
			    json_integer((json_int_t)outcome->prepares));
	return object;
}
