/* SPDX-License-Identifier: MIT */
/*
 * bench-pools: how long threads wait for a connection, by kind of pool, connections,
 * threads and time that one is held; how connections are looked at before they are
 * handed out; what happens when there are too few; and a pool by hand beside it.
 */
#include "dataset.h"
#include "machine.h"
#include "options.h"
#include "pools/tell.h"
#include "progress.h"
#include "server.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Whoever waited in vain asks again at once: it takes some rounds to see who loses. */
#define OVERLOAD_MS 3000

static struct {
	const char *engine, *json;
	long threads, ms, size;
	bool quick;
} options;

struct report {
	json_t *cells, *overloads, *duels;
};

struct storage {
	const char *name;
	const char *url;
	bool writers;
	bool filled;		/* else each engine makes and drops the tables */
};

/* A pool of an engine, and what it is called. */
struct pool {
	const char *name, *check;
	long size;
	struct rowan_engine_options options;
};

struct numbers {
	int count;
	long values[8];
};

static const struct dataset_size tables = { .users = USERS, .tasks_per_user = 1 };

static struct numbers pick(long asked, struct numbers all)
{
	return asked ? (struct numbers){ 1, { asked } } : all;
}

/* ---- one measurement -------------------------------------------------------- */

static struct rowan_engine *open_pool(const struct storage *storage, const struct pool *pool)
{
	struct rowan_engine_options with = pool->options;
	struct rowan_engine *engine;
	struct rowan_error error = { 0 };

	with.error = &error;
	with.pool_size = (int)pool->size;
	with.max_overflow = -1;
	engine = rowan_engine_open_(storage->url, with);
	if (!engine)
		die("%s", error.message);
	if (!storage->filled)
		dataset_create(engine, tables);
	return engine;
}

static void close_pool(const struct storage *storage, struct rowan_engine *engine)
{
	if (!storage->filled)
		dataset_drop(engine, tables);
	rowan_engine_close(engine);
}

static void measure(const struct storage *storage, struct cell cell,
		    const struct supply *supply, void *stock, struct report *report)
{
	struct scene scene = { .supply = supply, .stock = stock, .threads = cell.threads,
			       .ms = options.ms, .hold_us = cell.hold_us,
			       .writers = storage->writers };

	progress_show("pools: %s, %s, %ld threads", storage->name, cell.pool, cell.threads);
	cell.storage = storage->name;
	cell.figures = scene_run(&scene);
	print_cell(&cell);
	json_array_append_new(report->cells, json_cell(&cell));
}

static void run_pool(const struct storage *storage, const struct pool *pool,
		     struct numbers threads, long hold_us, struct report *report)
{
	struct rowan_engine *engine = open_pool(storage, pool);

	for (int i = 0; i < threads.count; i++)
		measure(storage, (struct cell){ .pool = pool->name, .check = pool->check,
						.size = pool->size, .threads = threads.values[i],
						.hold_us = hold_us },
			&engine_supply, engine, report);
	close_pool(storage, engine);
}

/* ---- too many threads ------------------------------------------------------- */

static void run_overload(const struct storage *storage, struct report *report)
{
	struct overload overload = { .storage = storage->name, .threads = 32, .size = 2,
				     .hold_us = 5000, .timeout_ms = 50 };
	struct pool pool = { .size = overload.size,
			     .options.pool_timeout_ms = (int)overload.timeout_ms };
	struct rowan_engine *engine = open_pool(storage, &pool);
	struct scene scene = { .supply = &engine_supply, .stock = engine,
			       .threads = overload.threads, .ms = OVERLOAD_MS,
			       .hold_us = overload.hold_us,
			       .timeout_ns = overload.timeout_ms * 1000000 };

	progress_show("pools: %s, too many threads", storage->name);
	overload.figures = scene_run(&scene);
	close_pool(storage, engine);
	print_overload(&overload);
	json_array_append_new(report->overloads, json_overload(&overload));
}

/* ---- embedded --------------------------------------------------------------- */

static void run_embedded_storage(const struct storage *storage, struct report *report)
{
	static const struct { long us; const char *text; } holds[] = {
		{ 0, "not held" }, { 100, "held 100 us" }, { 1000, "held 1 ms" },
	};
	const struct pool pools[] = {
		{ "queue", .size = options.size ? options.size : 4 },
		{ "null", .options.pool = ROWAN_POOL_NULL },
		{ "static", .size = 1, .options.pool = ROWAN_POOL_STATIC },
	};
	struct numbers threads = pick(options.threads, options.quick
		? (struct numbers){ 3, { 1, 4, 16 } } : (struct numbers){ 5, { 1, 2, 4, 8, 16 } });

	for (size_t i = 0; i < sizeof(holds) / sizeof(holds[0]); i++) {
		if (options.quick && holds[i].us == 1000)
			continue;
		print_header(storage->name, holds[i].text);
		for (size_t j = 0; j < sizeof(pools) / sizeof(pools[0]); j++)
			run_pool(storage, &pools[j], threads, holds[i].us, report);
	}
}

/* Memory for readers; a file in memory, with its log, where some write. */
static void run_embedded(struct report *report)
{
	const char *folder = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
	const struct storage memory = { .name = "In memory, reading", .url = "sqlite://" };
	char directory[64], file[96], url[192];

	snprintf(directory, sizeof(directory), "%s/bench-pools-XXXXXX", folder);
	if (!mkdtemp(directory))
		die("cannot make a directory in %s", folder);
	snprintf(file, sizeof(file), "%s/pools.db", directory);
	snprintf(url, sizeof(url), "sqlite:///%s?journal_mode=wal&synchronous=normal", file);

	run_embedded_storage(&memory, report);
	run_embedded_storage(&(struct storage){ .name = "WAL file, 1 in 10 writes",
						.url = url, .writers = true }, report);
	run_overload(&memory, report);

	for (size_t i = 0; i < 3; i++) {
		char path[128];

		snprintf(path, sizeof(path), "%s%s", file,
			 (const char *[]){ "", "-wal", "-shm" }[i]);
		unlink(path);
	}
	rmdir(directory);
}

/* ---- a server --------------------------------------------------------------- */

#ifdef ROWAN_POSTGRES

static void run_pinned(const struct storage *storage, struct numbers threads,
		       struct report *report)
{
	for (int i = 0; i < threads.count; i++) {
		struct hand_pool *pool = hand_open(storage->url, threads.values[i]);

		measure(storage, (struct cell){ .pool = "pinned", .threads = threads.values[i] },
			&pinned_supply, pool, report);
		hand_close(pool);
	}
}

/* Threads on connections, and what other kinds of pools come to. */
static void run_sizes(const struct storage *storage, struct report *report)
{
	struct numbers sizes = pick(options.size, options.quick
		? (struct numbers){ 2, { 2, 8 } } : (struct numbers){ 5, { 1, 2, 4, 8, 16 } });
	struct numbers threads = pick(options.threads, options.quick
		? (struct numbers){ 3, { 1, 8, 32 } }
		: (struct numbers){ 6, { 1, 2, 4, 8, 16, 32 } });

	print_header(storage->name, "not held");
	run_pinned(storage, threads, report);
	for (int i = 0; i < sizes.count; i++)
		run_pool(storage, &(struct pool){ "queue", .size = sizes.values[i] }, threads, 0,
			 report);
	run_pool(storage, &(struct pool){ "static", .size = 1,
					  .options.pool = ROWAN_POOL_STATIC }, threads, 0, report);
	run_pool(storage, &(struct pool){ "null", .options.pool = ROWAN_POOL_NULL }, threads, 0,
		 report);
}

/* How a connection is looked at before it is handed out. */
static void run_checks(const struct storage *storage, struct report *report)
{
	const struct pool pools[] = {
		{ "queue", "no check", 4, { .check = ROWAN_CHECK_NONE } },
		{ "queue", "socket", 4, { .check = ROWAN_CHECK_SOCKET, .check_after_ms = -1 } },
		{ "queue", "ping if idle", 4, { .check = ROWAN_CHECK_PING } },
		{ "queue", "ping", 4, { .check = ROWAN_CHECK_PING, .check_after_ms = -1 } },
	};
	struct numbers threads = pick(options.threads, (struct numbers){ 2, { 1, 8 } });

	print_header(storage->name, "checked in four ways");
	for (size_t i = 0; i < sizeof(pools) / sizeof(pools[0]); i++)
		run_pool(storage, &pools[i], threads, 0, report);
}

/* A duellist's rounds. */
struct tally {
	const struct supply *supply;
	void *stock;
	struct series ns, per_second, worst_us, fairness;
};

static void run_turn(struct scene *scene, struct tally *tally)
{
	struct figures figures;

	scene->supply = tally->supply;
	scene->stock = tally->stock;
	figures = scene_run(scene);
	if (figures.failures)
		die("%llu statements failed", (unsigned long long)figures.failures);
	if (!figures.operations)
		die("not one statement in %ld ms", options.ms);
	series_add(&tally->ns, 1e9 / figures.per_second);
	series_add(&tally->per_second, figures.per_second);
	series_add(&tally->worst_us, figures.max);
	series_add(&tally->fairness, figures.fairness);
}

static struct duellist tally_up(struct tally *tally, struct tally *rowan)
{
	struct series ratio = series_ratio(&rowan->ns, &tally->ns);
	struct duellist duellist = { .per_second = series_spread(&tally->per_second),
				     .worst_us = series_spread(&tally->worst_us),
				     .fairness = series_percentile(&tally->fairness, 50),
				     .ratio = series_spread(&ratio) };

	series_free(&ratio);
	return duellist;
}

static void tally_free(struct tally *tally)
{
	series_free(&tally->ns);
	series_free(&tally->per_second);
	series_free(&tally->worst_us);
	series_free(&tally->fairness);
}

static void run_duel(const struct storage *storage, struct report *report)
{
	struct duel duel = { .storage = storage->name, .threads = 8, .size = 2, .target = 1.1 };
	struct rowan_engine *engine = open_pool(storage, &(struct pool){ .size = duel.size });
	struct hand_pool *hand = hand_open(storage->url, duel.size);
	struct scene scene = { .threads = duel.threads, .ms = options.ms };
	struct tally tallies[] = {
		{ .supply = &engine_supply, .stock = engine },
		{ .supply = &line_supply, .stock = hand },
		{ .supply = &barging_supply, .stock = hand },
	};

	for (int round = 0; round < (options.quick ? 6 : 15); round++) {
		progress_show("pools: %s, a duel, round %d", storage->name, round + 1);
		for (int turn = 0; turn < 3; turn++)
			run_turn(&scene, &tallies[(round + turn) % 3]);
	}
	duel.rowan = tally_up(&tallies[0], &tallies[0]);
	duel.line = tally_up(&tallies[1], &tallies[0]);
	duel.barging = tally_up(&tallies[2], &tallies[0]);
	print_duel(&duel);
	json_array_append_new(report->duels, json_duel(&duel));

	for (int i = 0; i < 3; i++)
		tally_free(&tallies[i]);
	hand_close(hand);
	close_pool(storage, engine);
}

static void run_server(struct report *report, char *title, size_t size)
{
	const struct storage storage = {
		.name = title, .url = server_database(options.engine, "pools", NULL),
		.filled = true };
	struct rowan_engine *engine = dataset_engine(storage.url);

	server_title(storage.url, title, size);
	dataset_create(engine, tables);
	rowan_engine_close(engine);
	server_settle(storage.url);
	run_sizes(&storage, report);
	run_checks(&storage, report);
	run_overload(&storage, report);
	run_duel(&storage, report);
}

#else

static void run_server(struct report *report, char *title, size_t size)
{
	(void)report, (void)title, (void)size;
	die("this build has no PostgreSQL for %s", options.engine);
}

#endif

int main(int argc, char **argv)
{
	const struct option table[] = {
		{ "engine", OPTION_TEXT, &options.engine, "URL",
		  "one database for reading, or a server's: postgresql://..\n"
		  "                       [SQLite in memory, and a WAL file with writers]" },
		{ "threads", OPTION_NUMBER, &options.threads, "N",
		  "threads [1 to 16; on a server to 32]" },
		{ "size", OPTION_NUMBER, &options.size, "N",
		  "connections of the queue pool [4; on a server 1 to 16]" },
		{ "ms", OPTION_NUMBER, &options.ms, "N", "time for each measurement [300]" },
		{ "quick", OPTION_FLAG, &options.quick, NULL, "fewer of them, 100 ms each" },
		{ "json", OPTION_TEXT, &options.json, "FILE", "write the figures here" },
	};
	struct report report = { json_array(), json_array(), json_array() };
	char title[64];
	json_t *whole;

	options_parse(argc, argv, "How long threads wait for a connection.", table,
		      sizeof(table) / sizeof(table[0]));
	if (options.threads > MOST_THREADS)
		usage_error("--threads is at most %d", MOST_THREADS);
	if (!options.ms)
		options.ms = options.quick ? 100 : 300;
	snprintf(title, sizeof(title), "SQLite %s", sqlite3_libversion());
	if (!options.engine)
		run_embedded(&report);
	else if (!is_server(options.engine))
		run_embedded_storage(&(struct storage){ .name = options.engine,
							.url = options.engine }, &report);
	else
		run_server(&report, title, sizeof(title));

	whole = json_pack("{s:i, s:s, s:s, s:I, s:o, s:o, s:o, s:o}", "schema", 1,
			  "kind", "pools", "engine", title, "ms", (json_int_t)options.ms,
			  "machine", machine_facts(), "cells", report.cells,
			  "overloads", report.overloads, "duels", report.duels);
	if (options.json)
		write_json(options.json, whole);
	json_decref(whole);
	return 0;
}
