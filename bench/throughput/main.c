/* SPDX-License-Identifier: MIT */
/* bench-throughput: Rowan beside hand-written C, workload by workload. */
#include "throughput/contest.h"
#include "throughput/turns.h"

#include "machine.h"
#include "options.h"
#include "progress.h"

#include <stdio.h>

static const struct workload *const workloads[] = {
	&insert_workload, &insert_bulk_workload, &get_workload,
	&load_untracked_workload, &load_tracked_workload,
	&list_kept_workload, &list_built_workload,
	&each_workload, &selectin_workload, &joined_workload,
	&update_workload, &delete_workload, &pool_workload, &pool_check_workload,
};
#define WORKLOADS (sizeof(workloads) / sizeof(workloads[0]))

static struct {
	const char *engine, *only, *side, *way, *json;
	long rounds, count;
	bool gate, turns;
} options = { .engine = "sqlite://", .rounds = 21 };

static bool wanted(const struct world *world, const struct workload *workload)
{
	return contest_of(world, workload)->twins &&
	       (!options.only || !strcmp(options.only, workload->name));
}

static long count_of(const struct world *world, const struct workload *workload)
{
	return options.count ? options.count : contest_of(world, workload)->count;
}

/* ---- all sides ------------------------------------------------------------- */

static int compare_all(struct world *world)
{
	json_t *list = json_array(), *report;
	int missed = 0;

	outcome_print_header();
	for (size_t i = 0; i < WORKLOADS; i++) {
		struct outcome outcome;

		if (!wanted(world, workloads[i]))
			continue;
		outcome = contest_run(world, workloads[i], count_of(world, workloads[i]),
				      options.rounds);
		outcome_print(&outcome);
		json_array_append_new(list, outcome_json(&outcome));
		missed += !outcome.fast || !outcome.lean;
	}
	report = json_pack("{s:i, s:s, s:s, s:I, s:o, s:o}", "schema", 1, "kind", "throughput",
			   "engine", world->title, "rounds", (json_int_t)options.rounds,
			   "machine", machine_facts(), "workloads", list);
	if (options.json)
		write_json(options.json, report);
	json_decref(report);
	return missed && options.gate ? 1 : 0;
}

/* ---- one side: for a profiler, or for callgrind to count instructions ------- */

static const struct side *side_of(const struct world *world, const struct workload *workload)
{
	const struct twin *twins = contest_of(world, workload)->twins, *twin;

	if (!strcmp(options.side, "rowan"))
		return &workload->rowan;
	if (!options.way)
		return &twins[0].side;
	for (twin = twins; twin->way; twin++)
		if (!strcmp(twin->way, options.way))
			return &twin->side;
	return NULL;
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

static int run_one_side(struct world *world)
{
	for (size_t i = 0; i < WORKLOADS; i++) {
		const struct side *side;
		struct run run = { 0 };
		long count;

		if (!wanted(world, workloads[i]))
			continue;
		side = side_of(world, workloads[i]);
		if (!side)
			continue;
		count = count_of(world, workloads[i]);
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

/* ---- the command line ------------------------------------------------------- */

static void check_options(void)
{
	bool known = !options.only;

	for (size_t i = 0; i < WORKLOADS; i++)
		known = known || !strcmp(options.only, workloads[i]->name);
	if (!known)
		usage_error("there is no workload '%s'", options.only);
	if (options.turns && (options.side || options.only))
		usage_error("--turns is for both sides of all workloads");
	if (options.side && strcmp(options.side, "rowan") && strcmp(options.side, "twin"))
		usage_error("--side is rowan or twin, not '%s'", options.side);
	if (options.way && (!options.side || strcmp(options.side, "twin") != 0))
		usage_error("--way is one of --side twin");
}

int main(int argc, char **argv)
{
	const struct option table[] = {
		{ "engine", OPTION_TEXT, &options.engine, "URL",
		  "sqlite://, in memory, or a server's: postgresql://.. [sqlite://]" },
		{ "rounds", OPTION_NUMBER, &options.rounds, "N", "rounds per workload [21]" },
		{ "only", OPTION_TEXT, &options.only, "NAME",
		  "one workload: insert, insert-bulk, get, load-untracked, load-tracked,\n"
		  "                       list-kept, list-built, each, selectin, joined, update,\n"
		  "                       delete, pool; on PostgreSQL also pool-check" },
		{ "side", OPTION_TEXT, &options.side, "SIDE", "run only rowan, or only its twin" },
		{ "way", OPTION_TEXT, &options.way, "WAY",
		  "the twin that is called so: prepared, pipeline .. [the best]" },
		{ "count", OPTION_NUMBER, &options.count, "N", "units per run, for all workloads" },
		{ "json", OPTION_TEXT, &options.json, "FILE", "write the figures here" },
		{ "gate", OPTION_FLAG, &options.gate, NULL, "exit 1 when a target is missed" },
		{ "turns", OPTION_FLAG, &options.turns, NULL,
		  "measure what each line of stdin names, \"get 2000\"" },
	};
	struct world world = { 0 };
	int status = 0;

	options_parse(argc, argv, "Rowan beside hand-written C, workload by workload.",
		      table, sizeof(table) / sizeof(table[0]));
	check_options();
	heap_settle();
	world_open(&world, options.engine, !options.side || !strcmp(options.side, "rowan"),
		   !options.side || !strcmp(options.side, "twin"));
	if (options.turns)
		take_turns(&world, workloads, WORKLOADS);
	else
		status = options.side ? run_one_side(&world) : compare_all(&world);
	world_close(&world);
	return status;
}
