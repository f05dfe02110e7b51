/* SPDX-License-Identifier: MIT */
#include "pools/scene.h"

#include <stdlib.h>
#include <time.h>

/* One statement in so many is an update, where there are writers. */
#define WRITE_EVERY 10

enum phase { WARMING, MEASURING, DONE };

struct worker {
	struct scene *scene;
	pthread_t thread;
	long number;
	uint64_t seed;
	uint64_t served, failures;
	struct histogram waits, lateness;
};

static void hold(long us)
{
	struct timespec pause = { us / 1000000, us % 1000000 * 1000 };

	if (us)
		nanosleep(&pause, NULL);
}

static uint64_t random_number(struct worker *worker)
{
	worker->seed = worker->seed * UINT64_C(6364136223846793005) + 1442695040888963407;
	return worker->seed >> 33;
}

static void note(struct worker *worker, bool taken, bool worked, int64_t waited_ns)
{
	int64_t late_ns = waited_ns - worker->scene->timeout_ns;

	if (taken)
		histogram_add(&worker->waits, (uint64_t)waited_ns);
	else
		histogram_add(&worker->lateness, late_ns > 0 ? (uint64_t)late_ns : 0);
	worker->served += worked;
	worker->failures += !worked;
}

static void operate(struct worker *worker)
{
	struct scene *scene = worker->scene;
	int64_t id = (int64_t)(random_number(worker) % USERS) + 1;
	bool write = scene->writers && random_number(worker) % WRITE_EVERY == 0;
	bool counts = __atomic_load_n(&scene->phase, __ATOMIC_RELAXED) == MEASURING;
	int64_t asked_ns = time_ns(), waited_ns;
	bool worked = false;
	void *connection;

	connection = scene->supply->take(scene->stock, worker->number);
	waited_ns = time_ns() - asked_ns;
	if (connection) {
		worked = scene->supply->use(connection, id, write);
		hold(scene->hold_us);
		scene->supply->give(scene->stock, connection);
	}
	if (counts)
		note(worker, connection, worked, waited_ns);
}

static void *work(void *context)
{
	struct worker *worker = context;

	pthread_barrier_wait(&worker->scene->start);
	while (__atomic_load_n(&worker->scene->phase, __ATOMIC_RELAXED) != DONE)
		operate(worker);
	return NULL;
}

static void set_phase(struct scene *scene, enum phase phase)
{
	__atomic_store_n(&scene->phase, (int)phase, __ATOMIC_RELAXED);
}

static double us_at(const struct histogram *histogram, double percent)
{
	return (double)histogram_percentile(histogram, percent) / 1e3;
}

static struct figures collect(const struct scene *scene, const struct worker *workers,
			      double seconds)
{
	struct histogram *waits = calloc(2, sizeof(*waits)), *lateness = waits + 1;
	uint64_t least = UINT64_MAX, most = 1, served = 0;
	struct figures figures = { 0 };

	if (!waits)
		die("out of memory");
	for (long i = 0; i < scene->threads; i++) {
		const struct worker *worker = &workers[i];

		histogram_merge(waits, &worker->waits);
		histogram_merge(lateness, &worker->lateness);
		served += worker->served;
		figures.failures += worker->failures;
		least = worker->served < least ? worker->served : least;
		most = worker->served > most ? worker->served : most;
	}
	figures.operations = served + figures.failures;
	figures.p50 = us_at(waits, 50);
	figures.p90 = us_at(waits, 90);
	figures.p99 = us_at(waits, 99);
	figures.max = (double)waits->max / 1e3;
	figures.late_p50 = us_at(lateness, 50);
	figures.late_max = (double)lateness->max / 1e3;
	figures.per_second = (double)served / seconds;
	figures.fairness = (double)least / (double)most;
	free(waits);
	return figures;
}

struct figures scene_run(struct scene *scene)
{
	struct worker *workers = calloc((size_t)scene->threads, sizeof(*workers));
	struct figures figures;
	int64_t started_ns;

	if (!workers)
		die("out of memory");
	set_phase(scene, WARMING);
	pthread_barrier_init(&scene->start, NULL, (unsigned)scene->threads + 1);
	for (long i = 0; i < scene->threads; i++) {
		workers[i].scene = scene;
		workers[i].number = i;
		workers[i].seed = (uint64_t)i + 1;
		if (pthread_create(&workers[i].thread, NULL, work, &workers[i]))
			die("cannot start %ld threads", scene->threads);
	}
	pthread_barrier_wait(&scene->start);
	hold(scene->ms * 1000 / 5);
	started_ns = time_ns();
	set_phase(scene, MEASURING);
	hold(scene->ms * 1000);
	set_phase(scene, DONE);
	for (long i = 0; i < scene->threads; i++)
		pthread_join(workers[i].thread, NULL);
	figures = collect(scene, workers, (double)(time_ns() - started_ns) / 1e9);
	pthread_barrier_destroy(&scene->start);
	free(workers);
	return figures;
}
