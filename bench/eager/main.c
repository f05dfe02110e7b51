/* SPDX-License-Identifier: MIT */
/* bench-eager: the four ways to load relations, by parents, fan-out and depth. */
#include "dataset.h"
#include "harness.h"
#include "machine.h"
#include "options.h"
#include "progress.h"
#include "strategies.h"

#include <stdio.h>

/* Children (and theirs) in one cell: more says nothing new and takes minutes. */
#define MOST_ROWS 120000L

#define FEWEST_ROUNDS 5L
#define MOST_ROUNDS 41L

static struct {
	const char *engine, *json;
	long parents, fanout, levels, rounds;
	bool quick;
} options = { .engine = "sqlite://" };

/* ---- one cell: a size, measured with every strategy ------------------------ */

struct cell {
	long levels, fanout, parents, rounds;
	uint64_t rows;
	struct {
		struct spread ns;
		double to_selectin;	/* median of the rounds' ratios */
		uint64_t statements;
	} by[STRATEGIES];
};

struct attempt {
	struct rowan_session *session;
	struct rowan_query query;
	long levels;
	struct walked walked;
};

static uint64_t attempt_run(void *context, long count)
{
	struct attempt *attempt = context;

	(void)count;
	attempt->walked = strategy_run(attempt->session, &attempt->query, attempt->levels);
	return attempt->walked.checksum;
}

static void attempt_finish(void *context, long count)
{
	struct attempt *attempt = context;

	(void)count;
	must(attempt->session, rowan_clear(attempt->session));
}

static const struct side attempt_side = { .run = attempt_run, .finish = attempt_finish };

static long rounds_within(int64_t round_ns)
{
	int64_t budget_ns = options.quick ? 150000000 : 1500000000;
	long rounds = (long)(budget_ns / (round_ns + 1));

	if (options.rounds)
		return options.rounds;
	if (rounds < FEWEST_ROUNDS)
		return FEWEST_ROUNDS;
	return rounds < MOST_ROUNDS ? rounds : MOST_ROUNDS;
}

/* Also the warm-up: counts statements, and sees that all find the same rows. */
static int64_t try_all(struct rowan_engine *engine, struct attempt *attempts, struct cell *cell)
{
	int64_t total_ns = 0;

	for (int i = 0; i < STRATEGIES; i++) {
		struct run run = side_measure(&attempt_side, &attempts[i], 1, engine);

		total_ns += run.ns;
		cell->by[i].statements = run.statements;
		if (attempts[i].walked.checksum != attempts[0].walked.checksum)
			die("%s and %s did not find the same rows", strategies[0].name,
			    strategies[i].name);
	}
	cell->rows = attempts[0].walked.rows;
	return total_ns;
}

static void measure(struct rowan_engine *engine, struct cell *cell)
{
	struct attempt attempts[STRATEGIES];
	struct series series[STRATEGIES] = { 0 };

	for (int i = 0; i < STRATEGIES; i++)
		attempts[i] = (struct attempt){
			.session = strategy_session(engine, &strategies[i]),
			.levels = cell->levels,
			.query = strategy_query(&strategies[i], cell->parents, cell->levels) };

	cell->rounds = rounds_within(try_all(engine, attempts, cell));
	for (long round = 0; round < cell->rounds; round++) {
		progress_show("eager: %ld level%s, fan-out %ld, %ld parents, round %ld of %ld",
			      cell->levels, cell->levels == 1 ? "" : "s", cell->fanout,
			      cell->parents, round + 1, cell->rounds);
		for (int i = 0; i < STRATEGIES; i++) {
			/* Each round begins with another strategy. */
			int turn = (int)((i + round) % STRATEGIES);

			series_add(&series[turn],
				   (double)side_measure(&attempt_side, &attempts[turn], 1, NULL).ns);
		}
	}
	for (int i = 0; i < STRATEGIES; i++) {
		struct series ratio = series_ratio(&series[i], &series[SELECTIN]);

		cell->by[i].ns = series_spread(&series[i]);
		cell->by[i].to_selectin = series_percentile(&ratio, 50);
		series_free(&ratio);
		rowan_session_close(attempts[i].session);
	}
	for (int i = 0; i < STRATEGIES; i++)
		series_free(&series[i]);
}

/* ---- which cells there are ------------------------------------------------- */

static long rows_of(long parents, long fanout, long levels)
{
	return parents * fanout * (levels == 2 ? 1 + fanout : 1);
}

static bool wanted(long parents, long fanout, long levels)
{
	if (options.parents || options.fanout)
		return true;
	if (options.quick && (parents == 10 || rows_of(parents, fanout, levels) > 20000))
		return false;
	return rows_of(parents, fanout, levels) <= MOST_ROWS;
}

struct sizes {
	size_t count;
	long values[4];
};

static const struct sizes all_parents = { 4, { 10, 100, 1000, 10000 } };
static const struct sizes all_fanouts = { 3, { 1, 10, 100 } };

/* All of them, or the one that was asked for. */
static struct sizes pick(long asked, struct sizes all)
{
	return asked ? (struct sizes){ 1, { asked } } : all;
}

/* ---- telling --------------------------------------------------------------- */

static void print_header(long levels, long fanout)
{
	progress_clear();
	printf("\n%s, fan-out %ld: milliseconds (statements)\n%8s",
	       levels == 1 ? "users and tasks" : "users, tasks and comments", fanout, "parents");
	for (int i = 0; i < STRATEGIES; i++)
		printf(" %19s", strategies[i].title);
	printf("   N+1 / select-in\n");
}

static void print_cell(const struct cell *cell)
{
	progress_clear();
	printf("%8ld", cell->parents);
	for (int i = 0; i < STRATEGIES; i++)
		printf(" %10.3f (%6llu)", cell->by[i].ns.median / 1e6,
		       (unsigned long long)cell->by[i].statements);
	printf("   %13.2f x\n", cell->by[0].to_selectin);
	fflush(stdout);
}

static json_t *json_cell(const struct cell *cell)
{
	json_t *by = json_object();

	for (int i = 0; i < STRATEGIES; i++) {
		struct spread ns = cell->by[i].ns;

		json_object_set_new(by, strategies[i].name, json_pack(
			"{s:{s:f, s:f, s:f, s:f, s:f}, s:f, s:I}", "ns", "median", ns.median,
			"p10", ns.p10, "p90", ns.p90, "min", ns.min, "max", ns.max,
			"to_selectin", cell->by[i].to_selectin,
			"statements", (json_int_t)cell->by[i].statements));
	}
	return json_pack("{s:I, s:I, s:I, s:I, s:I, s:o}", "levels", (json_int_t)cell->levels,
			 "fanout", (json_int_t)cell->fanout, "parents", (json_int_t)cell->parents,
			 "rows", (json_int_t)cell->rows, "rounds", (json_int_t)cell->rounds,
			 "strategies", by);
}

/* All numbers of parents for one fan-out and depth, on one database. */
static void run_panel(long levels, long fanout, json_t *cells)
{
	struct dataset_size size = { .tasks_per_user = fanout };
	struct rowan_engine *engine;
	struct sizes parents = pick(options.parents, all_parents);

	for (size_t i = 0; i < parents.count; i++)
		if (wanted(parents.values[i], fanout, levels) && parents.values[i] > size.users)
			size.users = parents.values[i];
	if (!size.users)
		return;
	size.comments_per_task = levels == 2 ? fanout : 0;

	progress_show("eager: filling the tables");
	engine = dataset_engine(options.engine);
	dataset_create(engine, size);
	print_header(levels, fanout);
	for (size_t i = 0; i < parents.count; i++) {
		struct cell cell = { .levels = levels, .fanout = fanout,
				     .parents = parents.values[i] };

		if (!wanted(cell.parents, fanout, levels))
			continue;
		measure(engine, &cell);
		print_cell(&cell);
		json_array_append_new(cells, json_cell(&cell));
	}
	dataset_drop(engine, size);
	rowan_engine_close(engine);
}

int main(int argc, char **argv)
{
	const struct option table[] = {
		{ "engine", OPTION_TEXT, &options.engine, "URL", "the database [sqlite://]" },
		{ "parents", OPTION_NUMBER, &options.parents, "N",
		  "users [10, 100, 1000 and 10000]" },
		{ "fanout", OPTION_NUMBER, &options.fanout, "N",
		  "tasks of a user, comments of a task [1, 10 and 100]" },
		{ "levels", OPTION_NUMBER, &options.levels, "N",
		  "1: tasks; 2: tasks and their comments [both]" },
		{ "rounds", OPTION_NUMBER, &options.rounds, "N", "rounds [as time allows: 5 to 41]" },
		{ "quick", OPTION_FLAG, &options.quick, NULL, "fewer sizes, less time for each" },
		{ "json", OPTION_TEXT, &options.json, "FILE", "write the figures here" },
	};
	json_t *cells = json_array(), *report;
	struct sizes fanouts;

	options_parse(argc, argv, "Four ways to load relations: one query each, batch, select-in,"
		      " joined.", table, sizeof(table) / sizeof(table[0]));
	if (options.levels > 2)
		usage_error("--levels is 1 or 2, not %ld", options.levels);
	heap_settle();
	fanouts = pick(options.fanout, all_fanouts);
	for (long levels = 1; levels <= 2; levels++)
		for (size_t i = 0; i < fanouts.count; i++)
			if (!options.levels || options.levels == levels)
				run_panel(levels, fanouts.values[i], cells);
	progress_clear();

	report = json_pack("{s:i, s:s, s:s, s:o, s:o}", "schema", 1, "kind", "eager",
			   "engine", options.engine, "machine", machine_facts(), "cells", cells);
	if (options.json)
		write_json(options.json, report);
	json_decref(report);
	return 0;
}
