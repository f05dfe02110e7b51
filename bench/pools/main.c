/* SPDX-License-Identifier: MIT */
/*
 * bench-pools: how long threads wait for a connection, by kind of pool, number
 * of threads and time that a connection is held.
 */
#include "dataset.h"
#include "engine/engine.h"
#include "harness.h"
#include "machine.h"
#include "options.h"
#include "pools/histogram.h"
#include "progress.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define MOST_THREADS 64
#define USERS 1000L

/* One statement in so many is an update, where there are writers. */
#define WRITE_EVERY 10

static struct {
	const char *engine, *json;
	long threads, ms, size;
	bool quick;
} options = { .size = 4 };

static const struct pool {
	enum rowan_pool_kind kind;
	const char *name;
} pools[] = {
	{ ROWAN_POOL_QUEUE, "queue" }, { ROWAN_POOL_NULL, "null" }, { ROWAN_POOL_STATIC, "static" },
};

static const struct hold {
	long us;
	const char *text;
} holds[] = {
	{ 0, "not held" }, { 100, "held 100 us" }, { 1000, "held 1 ms" },
};

/* ---- what a thread does ---------------------------------------------------- */

enum phase { WARMING, MEASURING, DONE };

struct scene {
	struct rowan_engine *engine;
	long hold_us;
	bool writers;
	int phase;		/* enum phase; set by main, read by all */
	pthread_barrier_t start;
};

struct worker {
	struct scene *scene;
	pthread_t thread;
	uint64_t seed;
	uint64_t operations, failures;
	struct histogram waits;
};

static int render_read(void *context, struct text *sql, struct rowan_error *error)
{
	(void)context, (void)error;
	text_add(sql, "SELECT \"title\" FROM \"tasks\" WHERE \"id\" = ?1");
	return ROWAN_OK;
}

static int render_write(void *context, struct text *sql, struct rowan_error *error)
{
	(void)context, (void)error;
	text_add(sql, "UPDATE \"tasks\" SET \"priority\" = \"priority\" + 1 WHERE \"id\" = ?1");
	return ROWAN_OK;
}

/* A statement as a session runs it: from the connection's cache, bound and stepped. */
static int use(struct connection *connection, int64_t id, bool write, struct rowan_error *error)
{
	struct statement *statement;
	struct execution run;
	struct shape shape;
	int status;

	shape_start(&shape);
	shape_add(&shape, write ? "bench write" : "bench read ", 11);
	status = connection_statement(connection, &shape, write ? render_write : render_read,
				      NULL, &statement, error);
	if (status != ROWAN_OK)
		return status;
	execution_begin(&run, connection, statement, ROWAN_HERE, error);
	execution_bind_value(&run, ROWAN_TYPE_INT64, &id, false);
	while ((status = execution_step(&run)) == DRIVER_ROW)
		;
	return execution_end(&run, status);
}

static void hold(long us)
{
	struct timespec pause = { .tv_nsec = us * 1000 };

	if (us)
		nanosleep(&pause, NULL);
}

static uint64_t random_number(struct worker *worker)
{
	worker->seed = worker->seed * UINT64_C(6364136223846793005) + 1442695040888963407;
	return worker->seed >> 33;
}

static void operate(struct worker *worker)
{
	struct scene *scene = worker->scene;
	int64_t id = (int64_t)(random_number(worker) % USERS) + 1;
	bool write = scene->writers && random_number(worker) % WRITE_EVERY == 0;
	bool counts = __atomic_load_n(&scene->phase, __ATOMIC_RELAXED) == MEASURING;
	struct connection *connection;
	struct rowan_error error;
	int64_t asked = time_ns(), waited;
	int status;

	status = engine_checkout(scene->engine, ROWAN_HERE, &connection, &error);
	waited = time_ns() - asked;
	if (status == ROWAN_OK) {
		status = use(connection, id, write, &error);
		hold(scene->hold_us);
		engine_checkin(connection);
	}
	if (!counts)
		return;
	worker->operations++;
	worker->failures += status != ROWAN_OK;
	histogram_add(&worker->waits, (uint64_t)waited);
}

static void *work(void *context)
{
	struct worker *worker = context;

	pthread_barrier_wait(&worker->scene->start);
	while (__atomic_load_n(&worker->scene->phase, __ATOMIC_RELAXED) != DONE)
		operate(worker);
	return NULL;
}

/* ---- one measurement ------------------------------------------------------- */

struct figures {
	const char *storage, *pool;
	long threads, hold_us;
	double p50, p90, p99, max;	/* microseconds until a connection was there */
	double per_second;
	double fairness;		/* the slowest thread's operations over the fastest's */
	uint64_t operations, failures;
};

static void pause_ms(long ms)
{
	struct timespec pause = { ms / 1000, ms % 1000 * 1000000 };

	nanosleep(&pause, NULL);
}

static void set_phase(struct scene *scene, enum phase phase)
{
	__atomic_store_n(&scene->phase, (int)phase, __ATOMIC_RELAXED);
}

static void collect(struct figures *figures, const struct worker *workers, double seconds)
{
	struct histogram *all = calloc(1, sizeof(*all));
	uint64_t least = UINT64_MAX, most = 1;

	if (!all)
		die("out of memory");
	for (long i = 0; i < figures->threads; i++) {
		uint64_t operations = workers[i].operations;

		histogram_merge(all, &workers[i].waits);
		figures->operations += operations;
		figures->failures += workers[i].failures;
		least = operations < least ? operations : least;
		most = operations > most ? operations : most;
	}
	figures->p50 = (double)histogram_percentile(all, 50) / 1e3;
	figures->p90 = (double)histogram_percentile(all, 90) / 1e3;
	figures->p99 = (double)histogram_percentile(all, 99) / 1e3;
	figures->max = (double)all->max / 1e3;
	figures->per_second = (double)figures->operations / seconds;
	figures->fairness = (double)least / (double)most;
	free(all);
}

static void measure(struct scene *scene, struct figures *figures)
{
	struct worker *workers = calloc((size_t)figures->threads, sizeof(*workers));
	int64_t started;

	if (!workers)
		die("out of memory");
	set_phase(scene, WARMING);
	pthread_barrier_init(&scene->start, NULL, (unsigned)figures->threads + 1);
	for (long i = 0; i < figures->threads; i++) {
		workers[i].scene = scene;
		workers[i].seed = (uint64_t)i + 1;
		if (pthread_create(&workers[i].thread, NULL, work, &workers[i]))
			die("cannot start %ld threads", figures->threads);
	}
	pthread_barrier_wait(&scene->start);
	pause_ms(options.ms / 5);
	started = time_ns();
	set_phase(scene, MEASURING);
	pause_ms(options.ms);
	set_phase(scene, DONE);
	for (long i = 0; i < figures->threads; i++)
		pthread_join(workers[i].thread, NULL);
	collect(figures, workers, (double)(time_ns() - started) / 1e9);
	pthread_barrier_destroy(&scene->start);
	free(workers);
}

/* ---- telling --------------------------------------------------------------- */

static void print_header(const char *storage, const char *hold_text)
{
	progress_clear();
	printf("\n%s, %s: microseconds until a connection is there\n"
	       "%-8s %7s %10s %10s %10s %10s %12s %9s %7s\n", storage, hold_text, "pool",
	       "threads", "p50", "p90", "p99", "max", "per second", "fairness", "failed");
}

static void print_figures(const struct figures *figures)
{
	progress_clear();
	printf("%-8s %7ld %10.2f %10.2f %10.2f %10.2f %12.0f %9.2f %7llu\n", figures->pool,
	       figures->threads, figures->p50, figures->p90, figures->p99, figures->max,
	       figures->per_second, figures->fairness, (unsigned long long)figures->failures);
	fflush(stdout);
}

static json_t *json_figures(const struct figures *figures)
{
	return json_pack("{s:s, s:s, s:I, s:I, s:{s:f, s:f, s:f, s:f}, s:f, s:f, s:I, s:I}",
			 "storage", figures->storage, "pool", figures->pool,
			 "threads", (json_int_t)figures->threads,
			 "hold_us", (json_int_t)figures->hold_us, "wait_us", "p50", figures->p50,
			 "p90", figures->p90, "p99", figures->p99, "max", figures->max,
			 "per_second", figures->per_second, "fairness", figures->fairness,
			 "operations", (json_int_t)figures->operations,
			 "failures", (json_int_t)figures->failures);
}

/* ---- which measurements there are ------------------------------------------ */

struct storage {
	const char *name;
	const char *url;
	bool writers;
};

static struct rowan_engine *open_pool(const struct storage *storage, const struct pool *pool)
{
	struct rowan_error error = { 0 };
	struct rowan_engine *engine = rowan_engine_open(storage->url, .pool = pool->kind,
		.pool_size = (int)options.size, .max_overflow = -1, .error = &error);

	if (!engine)
		die("%s", error.message);
	return engine;
}

static void run_pool(const struct storage *storage, const struct pool *pool,
		     const struct hold *held, json_t *cells)
{
	static const long all_threads[] = { 1, 2, 4, 8, 16 };
	struct dataset_size size = { .users = USERS, .tasks_per_user = 1 };
	struct scene scene = { .hold_us = held->us, .writers = storage->writers };

	scene.engine = open_pool(storage, pool);
	dataset_create(scene.engine, size);
	for (size_t i = 0; i < sizeof(all_threads) / sizeof(all_threads[0]); i++) {
		struct figures figures = { .storage = storage->name, .pool = pool->name,
			.threads = all_threads[i], .hold_us = held->us };

		if (options.threads && i > 0)
			break;
		if (options.threads)
			figures.threads = options.threads;
		if (options.quick && (figures.threads == 2 || figures.threads == 8))
			continue;
		progress_show("pools: %s, %s, %ld threads, %s", storage->name, pool->name,
			      figures.threads, held->text);
		measure(&scene, &figures);
		print_figures(&figures);
		json_array_append_new(cells, json_figures(&figures));
	}
	dataset_drop(scene.engine, size);
	rowan_engine_close(scene.engine);
}

static void run_storage(const struct storage *storage, json_t *cells)
{
	for (size_t i = 0; i < sizeof(holds) / sizeof(holds[0]); i++) {
		if (options.quick && holds[i].us == 1000)
			continue;
		print_header(storage->name, holds[i].text);
		for (size_t j = 0; j < sizeof(pools) / sizeof(pools[0]); j++)
			run_pool(storage, &pools[j], &holds[i], cells);
	}
}

/* Memory for readers; a file in memory, with its log, where some write. */
static void run_embedded(json_t *cells)
{
	const char *folder = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
	char directory[64], file[96], url[192];

	snprintf(directory, sizeof(directory), "%s/bench-pools-XXXXXX", folder);
	if (!mkdtemp(directory))
		die("cannot make a directory in %s", folder);
	snprintf(file, sizeof(file), "%s/pools.db", directory);
	snprintf(url, sizeof(url), "sqlite:///%s?journal_mode=wal&synchronous=normal", file);

	run_storage(&(struct storage){ "In memory, reading", "sqlite://", false }, cells);
	run_storage(&(struct storage){ "WAL file, 1 in 10 writes", url, true }, cells);

	for (size_t i = 0; i < 3; i++) {
		char path[128];

		snprintf(path, sizeof(path), "%s%s", file,
			 (const char *[]){ "", "-wal", "-shm" }[i]);
		unlink(path);
	}
	rmdir(directory);
}

int main(int argc, char **argv)
{
	const struct option table[] = {
		{ "engine", OPTION_TEXT, &options.engine, "URL",
		  "one database for reading [in memory, and a WAL file with writers]" },
		{ "threads", OPTION_NUMBER, &options.threads, "N", "threads [1, 2, 4, 8 and 16]" },
		{ "size", OPTION_NUMBER, &options.size, "N", "connections of the queue pool [4]" },
		{ "ms", OPTION_NUMBER, &options.ms, "N", "time for each measurement [300]" },
		{ "quick", OPTION_FLAG, &options.quick, NULL, "fewer of them, 100 ms each" },
		{ "json", OPTION_TEXT, &options.json, "FILE", "write the figures here" },
	};
	json_t *cells = json_array(), *report;

	options_parse(argc, argv, "How long threads wait for a connection.", table,
		      sizeof(table) / sizeof(table[0]));
	if (options.threads > MOST_THREADS)
		usage_error("--threads is at most %d", MOST_THREADS);
	if (!options.ms)
		options.ms = options.quick ? 100 : 300;
	if (options.engine)
		run_storage(&(struct storage){ options.engine, options.engine, false }, cells);
	else
		run_embedded(cells);

	report = json_pack("{s:i, s:s, s:s, s:I, s:I, s:o, s:o}", "schema", 1, "kind", "pools",
			   "engine", options.engine ? options.engine : "embedded",
			   "size", (json_int_t)options.size, "ms", (json_int_t)options.ms,
			   "machine", machine_facts(), "cells", cells);
	if (options.json)
		write_json(options.json, report);
	json_decref(report);
	return 0;
}
