/* SPDX-License-Identifier: MIT */

/*
 * Threads that borrow, return, fail, dispose and look, all at once and for a
 * while: for ThreadSanitizer, which Criterion's own processes do not bear.  A
 * plain program: it ends with 0 if every promise held.  On SQLite, and where
 * ROWAN_POSTGRES_URL is set, on that server, where one more thread ends the sessions
 * of the others.
 *
 *	pool_stress [rounds [seed]]
 */

#include "fault.h"

#include "engine/engine.h"

#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define BORROWERS 8

struct borrower {
	struct rowan_engine *engine;
	pthread_t thread;
	unsigned rounds;
	uint64_t random;
	unsigned served, timeouts, lost, wrong;
};

/* What became of a statement. */
enum answer { RIGHT, LOST, WRONG };

#define NAME "rowan pool-stress"

static bool stop;
static unsigned events;

static uint64_t next_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

static int render(void *context, struct text *sql, struct rowan_error *error)
{
	(void)error;
	text_addf(sql, "SELECT %d", *(const int *)context);
	return ROWAN_OK;
}

/* SELECT n is n. */
static enum answer ask(struct connection *connection, int number)
{
	struct rowan_error error = { 0 };
	struct statement *statement;
	struct execution run;
	struct shape shape;
	bool right;

	shape_start(&shape);
	shape_add(&shape, &number, sizeof(number));
	if (connection_statement(connection, &shape, render, &number, &statement, &error) < 0)
		return connection->broken ? LOST : WRONG;
	execution_begin(&run, connection, statement, ROWAN_HERE, &error);
	right = execution_step(&run) == DRIVER_ROW &&
		run.driver->read_int(statement->handle, 0) == number;
	if (execution_end(&run, ROWAN_OK) < 0 && connection->broken)
		return LOST;
	return right && error.code == ROWAN_OK ? RIGHT : WRONG;
}

/* Use it, and leave it in one state or another. */
static enum answer use(struct connection *connection, uint64_t random)
{
	struct rowan_error error;
	enum answer answer = ask(connection, (int)(random % 7));

	if (random % 3 == 0)
		sched_yield();
	if (random % 5 == 0)
		connection_execute(connection, "BEGIN", ROWAN_HERE, &error);
	if (random % 11 == 0)
		connection->broken = true;
	return answer;
}

static void *borrow(void *argument)
{
	struct borrower *self = argument;

	for (unsigned i = 0; i < self->rounds; i++) {
		uint64_t random = next_random(&self->random);
		struct connection *connection;
		struct rowan_error error;

		engine_session_opened(self->engine, &error, ROWAN_HERE);
		if (engine_checkout(self->engine, ROWAN_HERE, &connection, &error) == ROWAN_OK) {
			enum answer answer = use(connection, random);

			self->served++;
			self->lost += answer == LOST;
			self->wrong += answer == WRONG;
			engine_checkin(connection);
		} else if (error.code == ROWAN_TIMEOUT) {
			self->timeouts++;
		} else {
			self->wrong++;
		}
		engine_session_closed(self->engine, &error);
	}
	return NULL;
}

static void *dispose(void *argument)
{
	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
		rowan_engine_dispose(argument);
		rowan_engine_close(argument);	/* refused: this very thread's user is open */
		for (int i = 0; i < 100; i++)
			rowan_engine_stats(argument);
	}
	return NULL;
}

static void count(struct rowan_observer *self, const struct rowan_event *event)
{
	(void)self;
	(void)event;
	__atomic_add_fetch(&events, 1, __ATOMIC_RELAXED);
}

static void *listen(void *argument)
{
	struct rowan_observer observer = { .on_event = count };

	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
		rowan_engine_observe(argument, &observer);
		rowan_engine_unobserve(argument, &observer);
	}
	return NULL;
}

static void ignore(void *context, const char *line)
{
	(void)context;
	(void)line;
}

/* End the others' sessions, on a server. */
static void *terminate(void *argument)
{
	static const char sql[] = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
				  " WHERE application_name = '" NAME "' LIMIT 1";
	struct connection *connection;
	struct rowan_error error;

	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
		if (engine_checkout(argument, ROWAN_HERE, &connection, &error) < 0)
			continue;
		connection_execute(connection, sql, ROWAN_HERE, &error);
		engine_checkin(connection);
		nanosleep(&(struct timespec){ .tv_nsec = 20000000 }, NULL);
	}
	return NULL;
}

static bool record(const char *engine, unsigned uses, const struct borrower *sum)
{
	char figure[64];

	snprintf(figure, sizeof(figure), "%u lent, %u timed out, %u lost", sum->served,
		 sum->timeouts, sum->lost);
	return fault_note(&(struct fault_line){
		.id = "pool-10", .engine = engine, .test = "pool-stress", .injections = uses,
		.survived = sum->served + sum->timeouts, .wrong = sum->wrong, .figure = figure });
}

/* All of them at once; `admin` is NULL where nobody can be terminated. */
static int stress(struct rowan_engine *engine, struct rowan_engine *admin, unsigned rounds,
		  uint64_t seed)
{
	struct borrower borrowers[BORROWERS], sum = { 0 };
	pthread_t disposer, listener, terminator;

	stop = false;
	engine_session_opened(engine, &stop, ROWAN_HERE);
	for (size_t i = 0; i < BORROWERS; i++) {
		borrowers[i] = (struct borrower){ .engine = engine, .rounds = rounds,
						  .random = seed + i + 1 };
		pthread_create(&borrowers[i].thread, NULL, borrow, &borrowers[i]);
	}
	pthread_create(&disposer, NULL, dispose, engine);
	pthread_create(&listener, NULL, listen, engine);
	if (admin)
		pthread_create(&terminator, NULL, terminate, admin);
	for (size_t i = 0; i < BORROWERS; i++) {
		pthread_join(borrowers[i].thread, NULL);
		sum.served += borrowers[i].served;
		sum.timeouts += borrowers[i].timeouts;
		sum.lost += borrowers[i].lost;
		sum.wrong += borrowers[i].wrong;
	}
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	pthread_join(disposer, NULL);
	pthread_join(listener, NULL);
	if (admin)
		pthread_join(terminator, NULL);
	engine_session_closed(engine, &stop);

	sum.wrong += rowan_engine_stats(engine).in_use != 0;
	sum.wrong += rowan_engine_stats(engine).waiting != 0;
	sum.wrong += rowan_engine_stats(engine).timeouts != sum.timeouts;
	sum.wrong += sum.served + sum.timeouts != BORROWERS * rounds;
	printf("%u served, %u timed out, %u lost, %u wrong\n", sum.served, sum.timeouts, sum.lost,
	       sum.wrong);
	return sum.wrong != 0 ||
	       !record(admin ? "postgresql" : "sqlite", BORROWERS * rounds, &sum);
}

static int stress_sqlite(enum rowan_pool_kind kind, unsigned rounds, uint64_t seed)
{
	struct rowan_engine *engine =
		rowan_engine_open("sqlite://", .pool = kind, .pool_size = 2, .max_overflow = 1,
				  .pool_timeout_ms = kind == ROWAN_POOL_QUEUE ? 5 : 0, .log = ignore);
	int failed = engine ? stress(engine, NULL, rounds, seed) : 1;

	rowan_engine_close(engine);
	return failed;
}

/* Connecting takes its time, so the rounds are fewer. */
static int stress_server(const char *url, enum rowan_pool_kind kind, unsigned rounds, uint64_t seed)
{
	struct rowan_engine *engine =
		rowan_engine_open(url, .pool = kind, .pool_size = 3, .max_overflow = 2,
				  .check_after_ms = -1, .discard_on_return = kind != ROWAN_POOL_NULL,
				  .application_name = NAME, .log = ignore);
	struct rowan_engine *admin = rowan_engine_open(url, .log = ignore);
	int failed = engine && admin ? stress(engine, admin, rounds / 10, seed) : 1;

	rowan_engine_close(engine);
	rowan_engine_close(admin);
	return failed;
}

int main(int argc, char **argv)
{
	unsigned rounds = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : 500;
	uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
	const char *url = NULL;
	int failed = 0;

#ifdef ROWAN_POSTGRES
	url = getenv("ROWAN_POSTGRES_URL");
#endif

	for (int kind = ROWAN_POOL_QUEUE; kind <= ROWAN_POOL_STATIC; kind++) {
		failed |= stress_sqlite((enum rowan_pool_kind)kind, rounds, seed);
		if (url && *url)
			failed |= stress_server(url, (enum rowan_pool_kind)kind, rounds, seed);
	}
	return failed;
}
