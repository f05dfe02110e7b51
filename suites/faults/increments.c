/* SPDX-License-Identifier: MIT */

/*
 * Processes that count up one number in a file, and threads that do so in memory: no step
 * is lost, and nobody waits for ever.  A plain program, under ThreadSanitizer.
 *
 *	increments [steps]	(of each; 1,000)
 */
#define _DEFAULT_SOURCE	/* MAP_ANONYMOUS */

#include "bank.h"
#include "fault.h"

#include <rowan/schema.h>

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define WRITERS 8

struct writer {
	struct rowan_engine *engine;
	long steps, done, attempts, surfaced;
	int64_t *waits;		/* us, of each step */
	struct rowan_error error;
};

static int64_t now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static int add_one(struct rowan_session *session, void *context)
{
	struct account *account = rowan_edit(session, account, rowan_get(session, account, 1));

	(void)context;
	if (account)
		account->balance++;
	return ROWAN_OK;
}

static void count_up(struct writer *self)
{
	for (long i = 0; i < self->steps; i++) {
		int64_t began = now_us();
		int attempts = 0;

		self->done += rowan_transaction(self->engine, add_one, NULL,
						.attempts_made = &attempts,
						.error = &self->error) == ROWAN_OK;
		self->attempts += attempts;
		self->surfaced += self->error.code == ROWAN_TIMEOUT;
		self->waits[i] = now_us() - began;
	}
}

static int by_number(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

/* What the writers say they did, and what is there. */
static bool judge(const char *test, struct rowan_engine *engine, struct writer *writers,
		  int64_t *waits, long steps)
{
	struct writer sum = { 0 };
	char figure[160];
	long lost;

	for (int i = 0; i < WRITERS; i++) {
		sum.done += writers[i].done;
		sum.attempts += writers[i].attempts;
		sum.surfaced += writers[i].surfaced;
		if (writers[i].error.code)
			printf("%s\n", writers[i].error.message);
	}
	lost = 1000 + sum.done - (long)bank_total(engine);
	qsort(waits, (size_t)(WRITERS * steps), sizeof(*waits), by_number);
	snprintf(figure, sizeof(figure), "%ld steps by %d, %ld lost; p99 %.1f ms; %ld run "
		 "again, %ld locks not had", sum.done, WRITERS, lost,
		 (double)waits[WRITERS * steps * 99 / 100] / 1e3, sum.attempts - WRITERS * steps,
		 sum.surfaced);
	printf("%s: %s\n", test, figure);
	return fault_note(&(struct fault_line){
		       .id = "lite-1", .engine = "sqlite", .test = test,
		       .injections = WRITERS * steps, .survived = sum.done, .wrong = labs(lost),
		       .figure = figure }) &&
	       lost == 0 && sum.done == WRITERS * steps;
}

static struct rowan_engine *open_bank(const char *url)
{
	struct rowan_error error;
	struct rowan_engine *engine = rowan_engine_open(url, .pool_size = WRITERS,
							.busy_timeout_ms = 30000, .error = &error);

	if (engine && rowan_create_all(engine, bank_models, &error) == ROWAN_OK &&
	    bank_open(engine, 1, 0) == ROWAN_OK)
		return engine;
	printf("%s\n", error.message);
	rowan_engine_close(engine);
	return NULL;
}

/* ---- threads, in memory ------------------------------------------------------------- */

static void *run_thread(void *writer)
{
	count_up(writer);
	return NULL;
}

static bool in_memory(struct writer *writers, int64_t *waits, long steps)
{
	struct rowan_engine *engine = open_bank("sqlite://");
	pthread_t threads[WRITERS];
	bool right;

	if (!engine)
		return false;
	for (int i = 0; i < WRITERS; i++) {
		writers[i] = (struct writer){ .engine = engine, .steps = steps,
					      .waits = waits + i * steps };
		if (pthread_create(&threads[i], NULL, run_thread, &writers[i]) != 0)
			abort();
	}
	for (int i = 0; i < WRITERS; i++)
		pthread_join(threads[i], NULL);
	right = judge("threads in memory", engine, writers, waits, steps);
	rowan_engine_close(engine);
	return right;
}

/* ---- processes, on a file ------------------------------------------------------------- */

static void run_process(struct writer *writer, const char *url)
{
	writer->engine = rowan_engine_open(url, .busy_timeout_ms = 30000, .error = &writer->error);
	if (writer->engine)
		count_up(writer);
	rowan_engine_close(writer->engine);
}

static bool on_url(const char *url, struct writer *writers, int64_t *waits, long steps)
{
	struct rowan_engine *engine = open_bank(url);
	bool right;

	rowan_engine_close(engine);
	if (!engine)
		return false;
	fflush(stdout);
	for (int i = 0; i < WRITERS; i++) {
		writers[i] = (struct writer){ .steps = steps, .waits = waits + i * steps };
		if (fork() == 0) {
			run_process(&writers[i], url);
			_exit(0);
		}
	}
	while (wait(NULL) > 0)
		;
	engine = rowan_engine_open(url);
	right = engine && judge("processes on a file", engine, writers, waits, steps);
	rowan_engine_close(engine);
	return right;
}

static bool on_file(struct writer *writers, int64_t *waits, long steps)
{
	static const char *const ends[] = { "", "-wal", "-shm" };
	char folder[] = "/tmp/rowan-increments-XXXXXX", url[128], path[64];
	bool right;

	if (!mkdtemp(folder))
		return false;
	snprintf(url, sizeof(url), "sqlite:///%s/bank.db?journal_mode=wal&synchronous=off", folder);
	right = on_url(url, writers, waits, steps);
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		snprintf(path, sizeof(path), "%s/bank.db%s", folder, ends[i]);
		unlink(path);
	}
	rmdir(folder);
	return right;
}

int main(int argc, char **argv)
{
	long steps = argc > 1 ? strtol(argv[1], NULL, 10) : 1000;
	size_t size = sizeof(struct writer) * WRITERS + sizeof(int64_t) * (size_t)(WRITERS * steps);
	void *shared = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct writer *writers = shared;
	bool right;

	if (shared == MAP_FAILED || steps < 1)
		return 1;
	right = on_file(writers, (int64_t *)(writers + WRITERS), steps);
	right &= in_memory(writers, (int64_t *)(writers + WRITERS), steps);
	return right ? 0 : 1;
}
