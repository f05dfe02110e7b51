/* SPDX-License-Identifier: MIT */
/* bench-throughput: Rowan beside hand-written C, workload by workload. */
#include "throughput/turns.h"

#include "allocations.h"
#include "machine.h"
#include "options.h"
#include "progress.h"

#include <stdio.h>

static const struct workload *const workloads[] = {
	&insert_workload, &get_workload, &load_untracked_workload, &load_tracked_workload,
	&list_kept_workload, &list_built_workload,
	&each_workload, &selectin_workload, &joined_workload,
	&update_workload, &delete_workload, &pool_workload,
};
#define WORKLOADS (sizeof(workloads) / sizeof(workloads[0]))

static struct {
	const char *only, *side, *json;
	long rounds, count;
	bool gate, turns;
} options = { .rounds = 21 };

/* ---- measuring ------------------------------------------------------------ */

struct outcome {
	const struct workload *workload;
	long count;
	struct spread rowan, twin, ratio;	/* ns per unit; ratio of rounds */
	double cpu_ratio;			/* .. of processor time */
	double rowan_allocations, twin_allocations;	/* per unit */
	uint64_t statements;	/* Rowan's, in one run */
	uint64_t prepares;	/* .. in all runs after the first */
	bool pass;
};

static void compare_checksums(const struct workload *workload, struct run rowan, struct run twin)
{
	if (rowan.checksum != twin.checksum)
		die("%s: Rowan and its twin did not do the same work (%016llx, %016llx)",
		    workload->name, (unsigned long long)rowan.checksum,
		    (unsigned long long)twin.checksum);
}

static struct outcome measure(struct world *world, const struct workload *workload)
{
	long count = options.count ? options.count : workload->count;
	struct outcome outcome = { .workload = workload, .count = count };
	struct series rowan = { 0 }, twin = { 0 }, cpu = { 0 }, ratio;
	struct run a, b;

	/* Round 0 warms up and is not counted. */
	for (long round = 0; round <= options.rounds; round++) {
		progress_show("%s: round %ld of %ld", workload->name, round, options.rounds);
		/* Taking turns at going first, too. */
		if (round % 2) {
			a = side_measure(&workload->rowan, world, count, world->engine);
			b = side_measure(&workload->twin, world, count, NULL);
		} else {
			b = side_measure(&workload->twin, world, count, NULL);
			a = side_measure(&workload->rowan, world, count, world->engine);
		}
		compare_checksums(workload, a, b);
		if (round == 0)
			continue;
		series_add(&rowan, (double)a.ns / (double)count);
		series_add(&twin, (double)b.ns / (double)count);
		series_add(&cpu, (double)a.cpu_ns / (double)b.cpu_ns);
		outcome.prepares += a.prepares;
	}
	ratio = series_ratio(&rowan, &twin);

	outcome.rowan = series_spread(&rowan);
	outcome.twin = series_spread(&twin);
	outcome.ratio = series_spread(&ratio);
	outcome.cpu_ratio = series_percentile(&cpu, 50);
	outcome.rowan_allocations = (double)a.allocations / (double)count;
	outcome.twin_allocations = (double)b.allocations / (double)count;
	outcome.statements = a.statements;
	outcome.pass = workload->target_ns > 0 ? outcome.rowan.median <= workload->target_ns
					       : outcome.ratio.median <= workload->target;
	series_free(&rowan);
	series_free(&twin);
	series_free(&cpu);
	series_free(&ratio);
	return outcome;
}

/* ---- telling -------------------------------------------------------------- */

static void print_header(void)
{
	printf("%-32s %10s %10s  %-18s %5s %7s        %9s %8s\n", "", "Rowan", "by hand",
	       "ratio (p10..p90)", "CPU", "target", "allocs", "prepares");
}

static void print_outcome(const struct outcome *outcome)
{
	const struct workload *workload = outcome->workload;
	bool colour = wants_colour();
	char target[16];

	if (workload->target_ns > 0)
		snprintf(target, sizeof(target), "%.0f ns", workload->target_ns);
	else
		snprintf(target, sizeof(target), "%.2f", workload->target);
	progress_clear();
	printf("%-32s %7.0f ns %7.0f ns  %5.2f (%.2f..%.2f) %6.2f %7s  %s%s%s %9.3f %8llu\n",
	       workload->title, outcome->rowan.median, outcome->twin.median,
	       outcome->ratio.median, outcome->ratio.p10, outcome->ratio.p90,
	       outcome->cpu_ratio, target,
	       !colour ? "" : outcome->pass ? "\033[32m" : "\033[31m",
	       outcome->pass ? "pass" : "MISS", colour ? "\033[0m" : "",
	       outcome->rowan_allocations, (unsigned long long)outcome->prepares);
	fflush(stdout);
}

static json_t *json_spread(struct spread spread)
{
	return json_pack("{s:f, s:f, s:f, s:f, s:f}", "median", spread.median, "p10", spread.p10,
			 "p90", spread.p90, "min", spread.min, "max", spread.max);
}

static json_t *json_outcome(const struct outcome *outcome)
{
	const struct workload *workload = outcome->workload;
	json_t *object = json_pack("{s:s, s:s, s:s, s:I, s:b, s:b}", "name", workload->name,
		"title", workload->title, "unit", workload->unit,
		"count", (json_int_t)outcome->count, "load", workload->load,
		"pass", outcome->pass);

	if (workload->target_ns > 0)
		json_object_set_new(object, "target_ns", json_real(workload->target_ns));
	else
		json_object_set_new(object, "target_ratio", json_real(workload->target));
	json_object_set_new(object, "rowan_ns", json_spread(outcome->rowan));
	json_object_set_new(object, "twin_ns", json_spread(outcome->twin));
	json_object_set_new(object, "ratio", json_spread(outcome->ratio));
	json_object_set_new(object, "cpu_ratio", json_real(outcome->cpu_ratio));
	if (allocations_counted()) {
		json_object_set_new(object, "rowan_allocations",
				    json_real(outcome->rowan_allocations));
		json_object_set_new(object, "twin_allocations",
				    json_real(outcome->twin_allocations));
	}
	json_object_set_new(object, "statements",
			    json_integer((json_int_t)outcome->statements));
	json_object_set_new(object, "prepares",
			    json_integer((json_int_t)outcome->prepares));
	return object;
}

static bool wanted(const struct workload *workload)
{
	return !options.only || !strcmp(options.only, workload->name);
}

static int compare_all(struct world *world)
{
	json_t *list = json_array(), *report;
	int missed = 0;

	print_header();
	for (size_t i = 0; i < WORKLOADS; i++) {
		struct outcome outcome;

		if (!wanted(workloads[i]))
			continue;
		outcome = measure(world, workloads[i]);
		print_outcome(&outcome);
		json_array_append_new(list, json_outcome(&outcome));
		missed += !outcome.pass;
	}
	report = json_pack("{s:i, s:s, s:s, s:I, s:o, s:o}", "schema", 1, "kind", "throughput",
			   "engine", WORLD_ENGINE, "rounds", (json_int_t)options.rounds,
			   "machine", machine_facts(), "workloads", list);
	if (options.json)
		write_json(options.json, report);
	json_decref(report);
	return missed && options.gate ? 1 : 0;
}

/* As measured, but not to be seen by callgrind: measured_run() is not in it. */
static void warm_up(const struct side *side, struct world *world, long count)
{
	if (side->prepare)
		side->prepare(world, count);
	side->run(world, count);
	if (side->finish)
		side->finish(world, count);
}

/* One side alone: for a profiler, or for callgrind to count instructions. */
static int run_one_side(struct world *world)
{
	bool twin = !strcmp(options.side, "twin");

	for (size_t i = 0; i < WORKLOADS; i++) {
		const struct side *side = twin ? &workloads[i]->twin : &workloads[i]->rowan;
		long count = options.count ? options.count : workloads[i]->count;
		struct run run = { 0 };

		if (!wanted(workloads[i]))
			continue;
		progress_show("%s: %s", workloads[i]->name, options.side);
		warm_up(side, world, count);
		for (long round = 0; round < options.rounds; round++)
			run = side_measure(side, world, count, NULL);
		progress_clear();
		printf("%s %s: %ld x %.0f ns, %.3f allocations, checksum %016llx\n",
		       workloads[i]->name, options.side, count, (double)run.ns / (double)count,
		       (double)run.allocations / (double)count,
		       (unsigned long long)run.checksum);
	}
	return 0;
}

static void check_options(void)
{
	bool known = !options.only;

	for (size_t i = 0; i < WORKLOADS; i++)
		known = known || wanted(workloads[i]);
	if (!known)
		usage_error("there is no workload '%s'", options.only);
	if (options.turns && (options.side || options.only))
		usage_error("--turns is for both sides of all workloads");
	if (options.side && strcmp(options.side, "rowan") && strcmp(options.side, "twin"))
		usage_error("--side is rowan or twin, not '%s'", options.side);
}

int main(int argc, char **argv)
{
	const struct option table[] = {
		{ "rounds", OPTION_NUMBER, &options.rounds, "N", "rounds per workload [21]" },
		{ "only", OPTION_TEXT, &options.only, "NAME",
		  "one workload: insert, get, load-untracked, load-tracked, list-kept,\n"
		  "                       list-built, each, selectin, joined, update, delete, pool" },
		{ "side", OPTION_TEXT, &options.side, "SIDE", "run only rowan, or only its twin" },
		{ "count", OPTION_NUMBER, &options.count, "N", "units per run, for all workloads" },
		{ "json", OPTION_TEXT, &options.json, "FILE", "write the figures here" },
		{ "gate", OPTION_FLAG, &options.gate, NULL, "exit 1 when a target is missed" },
		{ "turns", OPTION_FLAG, &options.turns, NULL,
		  "measure what each line of stdin names, \"get 2000\"" },
	};
	struct world world = { 0 };
	int status = 0;

	options_parse(argc, argv, "Rowan beside hand-written C on sqlite3, workload by workload.",
		      table, sizeof(table) / sizeof(table[0]));
	check_options();
	heap_settle();
	world_open(&world, !options.side || !strcmp(options.side, "rowan"),
		   !options.side || !strcmp(options.side, "twin"));
	if (options.turns)
		take_turns(&world, workloads, WORKLOADS);
	else
		status = options.side ? run_one_side(&world) : compare_all(&world);
	world_close(&world);
	return status;
}
