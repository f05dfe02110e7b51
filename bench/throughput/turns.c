/* SPDX-License-Identifier: MIT */
#include "throughput/turns.h"

#include "throughput/contest.h"

#include "machine.h"

#include <stdio.h>

static const struct workload *workload_named(const struct workload *const *workloads,
					     size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (!strcmp(workloads[i]->name, name))
			return workloads[i];
	return NULL;
}

static json_t *figures(struct run run)
{
	return json_pack("{s:I, s:I, s:o}", "ns", (json_int_t)run.ns,
			 "cpu_ns", (json_int_t)run.cpu_ns, "checksum",
			 json_sprintf("%016llx", (unsigned long long)run.checksum));
}

/* The twin is the way that should be the best. */
static json_t *measure(const struct workload *workload, struct world *world, long count)
{
	const struct twin *twins = contest_of(world, workload)->twins;
	static bool twin_first;
	struct run rowan, twin;

	if (!twins)
		return json_object();
	twin_first = !twin_first;
	if (twin_first)
		twin = side_measure(&twins[0].side, world, count, NULL);
	rowan = side_measure(&workload->rowan, world, count, world->engine);
	if (!twin_first)
		twin = side_measure(&twins[0].side, world, count, NULL);
	return json_pack("{s:o, s:o}", "rowan", figures(rowan), "twin", figures(twin));
}

static void answer(json_t *line)
{
	if (json_dumpf(line, stdout, JSON_COMPACT) != 0 || putchar('\n') == EOF ||
	    fflush(stdout) != 0)
		die("cannot write the answer");
	json_decref(line);
}

void take_turns(struct world *world, const struct workload *const *workloads, size_t count)
{
	char line[128], name[32];
	long units;

	answer(json_object());
	while (fgets(line, sizeof(line), stdin)) {
		const struct workload *workload;

		if (sscanf(line, "%31s %ld", name, &units) != 2 || units < 1 || units > TASKS)
			die("a turn is a workload and a count up to %ld, not '%.*s'", TASKS,
			    (int)strcspn(line, "\n"), line);
		workload = workload_named(workloads, count, name);
		answer(workload ? measure(workload, world, units) : json_object());
	}
}
