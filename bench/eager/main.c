/* SPDX-License-Identifier: MIT */
/*
 * bench-eager: the four ways to load relations, by parents, fan-out, depth and, on a
 * server, the distance to it.
 */
#include "dataset.h"
#include "eager/tell.h"
#include "machine.h"
#include "options.h"
#include "progress.h"
#include "server.h"

#include <stdlib.h>

/* Children (and theirs) in one cell: more says nothing new and takes minutes. */
#define MOST_ROWS 120000L

#define MOST_SIZES 8

static struct {
	const char *engine, *latency, *json;
	long parents, fanout, levels, rounds;
	bool quick;
} options = { .engine = "sqlite://" };

struct sizes {
	int count;
	long values[MOST_SIZES];
};

/* ---- which cells there are ------------------------------------------------- */

static const struct sizes all_parents = { 4, { 10, 100, 1000, 10000 } };
static const struct sizes all_fanouts = { 3, { 1, 10, 100 } };
/* On a server: where a second round trip is worth it, and a thousand are too many. */
static const struct sizes distant_parents = { 7, { 1, 3, 10, 30, 100, 300, 1000 } };
static const struct sizes quick_parents = { 3, { 1, 10, 100 } };

static struct sizes latencies = { 1, { -1 } };

static bool distant(void)
{
	return latencies.values[0] >= 0;
}

/* All of them, or the one that was asked for. */
static struct sizes pick(long asked, struct sizes all)
{
	return asked ? (struct sizes){ 1, { asked } } : all;
}

static struct sizes pick_parents(void)
{
	return pick(options.parents, !distant() ? all_parents
				     : options.quick ? quick_parents : distant_parents);
}

static long rows_of(long parents, long fanout, long levels)
{
	return parents * fanout * (levels == 2 ? 1 + fanout : 1);
}

static bool wanted(long parents, long fanout, long levels)
{
	long rows = rows_of(parents, fanout, levels);

	if (options.parents || options.fanout)
		return true;
	if (options.quick && ((!distant() && parents == 10) || rows > 20000))
		return false;
	return rows <= MOST_ROWS;
}

/* "0,1,5,20" */
static void read_latencies(void)
{
	const char *at = options.latency;

	latencies.count = 0;
	do {
		char *end;
		long ms = strtol(at, &end, 10);

		if (end == at || (*end && *end != ',') || ms < 0 || ms > 1000 ||
		    latencies.count == MOST_SIZES)
			usage_error("--latency takes milliseconds, up to %d numbers from 0 to 1000, "
				    "not '%s'", MOST_SIZES, options.latency);
		latencies.values[latencies.count++] = ms;
		at = end + (*end == ',');
	} while (*at);
}

/* ---- measuring ------------------------------------------------------------- */

struct report {
	json_t *cells, *crossings;
};

/* All numbers of parents at one distance. */
static void run_panel(struct network *network, struct cell like, struct report *report)
{
	int64_t budget_ns = options.quick ? 150000000 : distant() ? 700000000 : 1500000000;
	struct effort effort = { budget_ns, options.rounds };
	struct crossing crossings[CROSSING_PAIRS];
	struct sizes parents = pick_parents();
	struct cell cells[MOST_SIZES];
	int count = 0, crossing_count;

	print_panel_header(&like);
	for (int i = 0; i < parents.count; i++) {
		if (!wanted(parents.values[i], like.fanout, like.levels))
			continue;
		cells[count] = like;
		cells[count].parents = parents.values[i];
		cell_measure(&cells[count], network, effort);
		print_cell(&cells[count]);
		json_array_append_new(report->cells, json_cell(&cells[count]));
		count++;
	}
	crossing_count = find_crossings(cells, count, crossings);
	print_crossings(crossings, crossing_count);
	for (int i = 0; i < crossing_count; i++)
		json_array_append_new(report->crossings, json_crossing(&crossings[i]));
}

/* All distances for one fan-out and depth, on one filling of the database. */
static void run_filling(struct network *network, long levels, long fanout, struct report *report)
{
	struct dataset_size size = { .tasks_per_user = fanout };
	struct sizes parents = pick_parents();

	for (int i = 0; i < parents.count; i++)
		if (wanted(parents.values[i], fanout, levels) && parents.values[i] > size.users)
			size.users = parents.values[i];
	if (!size.users)
		return;
	size.comments_per_task = levels == 2 ? fanout : 0;

	progress_show("eager: filling the tables");
	dataset_create(network->direct, size);
	network_settle(network);
	for (int i = 0; i < latencies.count; i++)
		run_panel(network, (struct cell){ .levels = levels, .fanout = fanout,
						  .latency_ms = latencies.values[i] }, report);
	dataset_drop(network->direct, size);
}

/* What each distance came to: a timer is late, and a proxy costs something. */
static json_t *measure_distances(struct network *network)
{
	json_t *list = json_array();

	for (int i = 0; i < latencies.count; i++)
		json_array_append_new(list, json_pack("{s:I, s:f}",
			"latency_ms", (json_int_t)latencies.values[i],
			"round_trip_ns", network_ping_ns(network, latencies.values[i])));
	return list;
}

/* N+1 over two levels at a distance takes minutes, and tells what one level does. */
static bool wanted_level(long level)
{
	return options.levels ? options.levels == level : level == 1 || !distant();
}

int main(int argc, char **argv)
{
	const struct option table[] = {
		{ "engine", OPTION_TEXT, &options.engine, "URL", "the database [sqlite://]" },
		{ "latency", OPTION_TEXT, &options.latency, "MS,..",
		  "a server's: milliseconds that a round trip takes [0,1,5,20]" },
		{ "parents", OPTION_NUMBER, &options.parents, "N",
		  "users [10 to 10000; on a server 1 to 1000]" },
		{ "fanout", OPTION_NUMBER, &options.fanout, "N",
		  "tasks of a user, comments of a task [1, 10 and 100]" },
		{ "levels", OPTION_NUMBER, &options.levels, "N",
		  "1: tasks; 2: tasks and their comments [both; on a server 1]" },
		{ "rounds", OPTION_NUMBER, &options.rounds, "N", "rounds [as time allows: up to 41]" },
		{ "quick", OPTION_FLAG, &options.quick, NULL, "fewer sizes, less time for each" },
		{ "json", OPTION_TEXT, &options.json, "FILE", "write the figures here" },
	};
	struct report report = { json_array(), json_array() };
	struct network network = { 0 };
	struct sizes fanouts;
	json_t *whole;

	options_parse(argc, argv, "Four ways to load relations: one query each, batch, select-in,"
		      " joined.", table, sizeof(table) / sizeof(table[0]));
	if (options.levels > 2)
		usage_error("--levels is 1 or 2, not %ld", options.levels);
	if (options.latency && !is_server(options.engine))
		usage_error("--latency is for a server: --engine postgresql://..");
	if (!options.latency && is_server(options.engine))
		options.latency = "0,1,5,20";
	if (options.latency)
		read_latencies();
	heap_settle();
	network_open(&network, options.engine);
	fanouts = pick(options.fanout, all_fanouts);
	for (long levels = 1; levels <= 2; levels++)
		for (int i = 0; i < fanouts.count; i++)
			if (wanted_level(levels))
				run_filling(&network, levels, fanouts.values[i], &report);
	progress_clear();

	whole = json_pack("{s:i, s:s, s:s, s:o, s:o, s:o}", "schema", 1, "kind", "eager",
			  "engine", network.title, "machine", machine_facts(),
			  "cells", report.cells, "crossings", report.crossings);
	if (distant())
		json_object_set_new(whole, "distances", measure_distances(&network));
	if (options.json)
		write_json(options.json, whole);
	json_decref(whole);
	network_close(&network);
	return 0;
}
