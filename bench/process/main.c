/* SPDX-License-Identifier: MIT */
/*
 * bench-process: a whole program for hyperfine to time: open a database file,
 * load users with what belongs to them in one of the four ways, and exit.
 */
#include "dataset.h"
#include "harness.h"
#include "options.h"
#include "strategies.h"

#include <stdio.h>

static struct {
	const char *engine, *strategy;
	long parents, fanout;
	bool prepare;
} options = { .strategy = "selectin", .parents = 1000, .fanout = 10 };

static void load(struct rowan_engine *engine, const struct strategy *strategy)
{
	rowan_scoped struct rowan_session *session = strategy_session(engine, strategy);
	struct rowan_query query = strategy_query(strategy, options.parents, 1);

	printf("%s: %llu rows\n", strategy->name,
	       (unsigned long long)strategy_run(session, &query, 1).rows);
}

int main(int argc, char **argv)
{
	const struct option table[] = {
		{ "engine", OPTION_TEXT, &options.engine, "URL", "the database file" },
		{ "strategy", OPTION_TEXT, &options.strategy, "NAME",
		  "each, batch, selectin or joined [selectin]" },
		{ "parents", OPTION_NUMBER, &options.parents, "N", "users to load [1000]" },
		{ "fanout", OPTION_NUMBER, &options.fanout, "N",
		  "with --prepare: tasks of a user [10]" },
		{ "prepare", OPTION_FLAG, &options.prepare, NULL, "create and fill the tables" },
	};
	const struct strategy *strategy;
	struct rowan_engine *engine;

	options_parse(argc, argv, "Load users and their tasks from a database file, once.",
		      table, sizeof(table) / sizeof(table[0]));
	strategy = strategy_named(options.strategy);
	if (!strategy)
		usage_error("there is no strategy '%s'", options.strategy);
	if (!options.engine)
		usage_error("--engine is needed: sqlite:///bench.db");

	engine = dataset_engine(options.engine);
	if (options.prepare)
		dataset_create(engine, (struct dataset_size){
			.users = options.parents, .tasks_per_user = options.fanout });
	else
		load(engine, strategy);
	rowan_engine_close(engine);
	return 0;
}
