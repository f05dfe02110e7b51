/* SPDX-License-Identifier: MIT */

/*
 * A process forks while its threads are at work: whatever they are doing, no lock of
 * ours stays locked in the child, which can go on.  A plain program, under no sanitizer:
 * those keep locks of their own, which do.  On SQLite, and where ROWAN_POSTGRES_URL is
 * set, on that server.
 *
 *	fork_stress [forks]
 */

#include "fault.h"

#include "engine/engine.h"

#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define THREADS 6
#define SIZE 3
#define PATIENCE 20	/* seconds, for a lock that nobody gives back any more */

static bool stop;

static int render(void *context, struct text *sql, struct rowan_error *error)
{
	(void)context;
	(void)error;
	text_add(sql, "SELECT 1");
	return ROWAN_OK;
}

static bool ask(struct connection *connection)
{
	struct rowan_error error;
	struct statement *statement;
	struct execution run;
	struct shape shape;
	bool right;

	shape_start(&shape);
	shape_add(&shape, "1", 1);
	if (connection_statement(connection, &shape, render, NULL, &statement, &error) < 0)
		return false;
	execution_begin(&run, connection, statement, ROWAN_HERE, &error);
	right = execution_step(&run) == DRIVER_ROW &&
		run.driver->read_int(statement->handle, 0) == 1;
	return execution_end(&run, ROWAN_OK) == ROWAN_OK && right;
}

static void *work(void *engine)
{
	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
		struct connection *connection;
		struct rowan_error error;

		if (engine_checkout(engine, ROWAN_HERE, &connection, &error) < 0)
			break;
		connection->broken = !ask(connection);
		engine_session_opened(engine, &error, ROWAN_HERE);
		engine_checkin(connection);
		engine_session_closed(engine, &error);
	}
	return NULL;
}

static int take_every_lock(struct rowan_engine *engine)
{
	struct rowan_observer observer = { .on_event = NULL };
	static int session;

	engine_session_opened(engine, &session, ROWAN_HERE);
	engine_session_closed(engine, &session);
	rowan_engine_observe(engine, &observer);
	rowan_engine_unobserve(engine, &observer);
	rowan_engine_dispose(engine);
	return rowan_engine_stats(engine).size;
}

/* In the child: 0, or the number of what did not go well. */
static int go_on(struct rowan_engine *engine, bool server)
{
	struct connection *connection;
	struct rowan_error error;

	alarm(PATIENCE);
	if (take_every_lock(engine) != 0)
		return 1;
	/* SQLite has locks of its own, which a fork in the wrong moment leaves locked. */
	if (!server)
		return 0;
	if (engine_checkout(engine, ROWAN_HERE, &connection, &error) < 0)
		return 2;
	if (!ask(connection))
		return 3;
	engine_checkin(connection);
	rowan_engine_dispose(engine);
	return 0;
}

static bool fork_once(struct rowan_engine *engine, bool server)
{
	pid_t child = fork();
	int status;

	if (child == 0)
		_exit(go_on(engine, server));
	if (child < 0 || waitpid(child, &status, 0) != child)
		return false;
	if (status)
		printf("the child ended with %d, by signal %d\n", WEXITSTATUS(status),
		       WTERMSIG(status));
	return status == 0;
}

static bool stress(const char *url, const char *name, long forks)
{
	bool server = strcmp(name, "sqlite") != 0;
	struct rowan_engine *engine = rowan_engine_open(url, .pool_size = SIZE, .max_overflow = -1);
	pthread_t threads[THREADS];
	long survived = 0, wrong;

	if (!engine)
		return false;
	stop = false;
	for (int i = 0; i < THREADS; i++)
		if (pthread_create(&threads[i], NULL, work, engine) != 0)
			abort();
	/* Connecting takes locks of other libraries, GSSAPI's among them. */
	while (rowan_engine_stats(engine).connects < SIZE)
		sched_yield();
	for (long i = 0; i < forks; i++)
		survived += fork_once(engine, server);
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	wrong = forks - survived + rowan_engine_stats(engine).in_use;
	rowan_engine_close(engine);
	printf("%s: %ld forks, %ld survived, %ld wrong\n", name, forks, survived, wrong);
	return fault_note(&(struct fault_line){
		.id = "pool-11", .engine = name, .test = "fork-stress", .injections = forks,
		.survived = survived, .wrong = wrong,
		.figure = "no lock stays locked in a child" }) && wrong == 0;
}

int main(int argc, char **argv)
{
	long forks = argc > 1 ? atol(argv[1]) : 100;
	const char *url = NULL;
	bool right = stress("sqlite://", "sqlite", forks);

#ifdef ROWAN_POSTGRES
	url = getenv("ROWAN_POSTGRES_URL");
#endif
	if (url && *url)
		right &= stress(url, "postgresql", forks);
	return right ? 0 : 1;
}
