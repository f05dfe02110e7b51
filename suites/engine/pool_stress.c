/* SPDX-License-Identifier: MIT */

/*
 * Threads that borrow, return, fail, dispose and look, all at once and for a
 * while: for ThreadSanitizer, which Criterion's own processes do not bear.  A
 * plain program: it ends with 0 if every promise held.
 *
 *	pool_stress [rounds [seed]]
 */

#include "engine/engine.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BORROWERS 8

struct borrower {
	struct rowan_engine *engine;
	pthread_t thread;
	unsigned rounds;
	uint64_t random;
	unsigned served, timeouts, wrong;
};

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
static bool ask(struct connection *connection, int number)
{
	struct rowan_error error;
	struct statement *statement;
	struct execution run;
	struct shape shape;
	bool right;

	shape_start(&shape);
	shape_add(&shape, &number, sizeof(number));
	if (connection_statement(connection, &shape, render, &number, &statement, &error) < 0)
		return false;
	execution_begin(&run, connection, statement, ROWAN_HERE, &error);
	right = execution_step(&run) == DRIVER_ROW &&
		run.driver->read_int(statement->handle, 0) == number;
	return execution_end(&run, ROWAN_OK) == ROWAN_OK && right;
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
			self->served++;
			self->wrong += !ask(connection, (int)(random % 7));
			if (random % 5 == 0)
				connection_execute(connection, "BEGIN", ROWAN_HERE, &error);
			if (random % 11 == 0)
				connection->broken = true;
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

static int stress(struct rowan_engine *engine, unsigned rounds, uint64_t seed)
{
	struct borrower borrowers[BORROWERS];
	pthread_t disposer, listener;
	unsigned served = 0, timeouts = 0, wrong = 0;

	stop = false;
	engine_session_opened(engine, &stop, ROWAN_HERE);
	for (size_t i = 0; i < BORROWERS; i++) {
		borrowers[i] = (struct borrower){ .engine = engine, .rounds = rounds,
						  .random = seed + i + 1 };
		pthread_create(&borrowers[i].thread, NULL, borrow, &borrowers[i]);
	}
	pthread_create(&disposer, NULL, dispose, engine);
	pthread_create(&listener, NULL, listen, engine);
	for (size_t i = 0; i < BORROWERS; i++) {
		pthread_join(borrowers[i].thread, NULL);
		served += borrowers[i].served;
		timeouts += borrowers[i].timeouts;
		wrong += borrowers[i].wrong;
	}
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	pthread_join(disposer, NULL);
	pthread_join(listener, NULL);
	engine_session_closed(engine, &stop);

	wrong += rowan_engine_stats(engine).in_use != 0;
	wrong += rowan_engine_stats(engine).waiting != 0;
	wrong += rowan_engine_stats(engine).timeouts != timeouts;
	wrong += served + timeouts != BORROWERS * rounds;
	printf("%u served, %u timed out, %u wrong\n", served, timeouts, wrong);
	return wrong != 0;
}

int main(int argc, char **argv)
{
	unsigned rounds = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : 500;
	uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
	int failed = 0;

	for (int kind = ROWAN_POOL_QUEUE; kind <= ROWAN_POOL_STATIC; kind++) {
		struct rowan_engine *engine =
			rowan_engine_open("sqlite://", .pool = (enum rowan_pool_kind)kind,
					  .pool_size = 2, .max_overflow = 1,
					  .pool_timeout_ms = kind == ROWAN_POOL_QUEUE ? 5 : 0,
					  .log = ignore);

		if (!engine)
			return 1;
		failed |= stress(engine, rounds, seed);
		rowan_engine_close(engine);
	}
	return failed;
}
