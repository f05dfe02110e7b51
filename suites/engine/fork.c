/* SPDX-License-Identifier: MIT */
#include "database.h"

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* A child never asserts: Criterion would wait for it.  It says by its status what went wrong. */

TestSuite(fork, .init = open_database, .fini = close_database, .timeout = 60);

static int status_of(pid_t child)
{
	int status;

	cr_assert(child > 0);
	assert_int(waitpid(child, &status, 0), child);
	cr_assert(WIFEXITED(status), "the child was killed by signal %d", WTERMSIG(status));
	return WEXITSTATUS(status);
}

/* 0, or the number of what did not go well. */
static int use_inherited(struct rowan_engine *engine, struct connection *held)
{
	struct rowan_error error = { 0 };
	struct connection *own;

	if (run_sql(held, "SELECT 1", ROWAN_HERE, &error) != ROWAN_MISUSE ||
	    !strstr(error.message, "of the process that forked"))
		return 1;
	if (connection_execute(held, "ROLLBACK", ROWAN_HERE, &error) != ROWAN_MISUSE)
		return 2;
	if (connection_command(held, "ROLLBACK", ROWAN_HERE, &error) != ROWAN_MISUSE)
		return 3;
	engine_checkin(held);
	if (rowan_engine_stats(engine).size != 0)
		return 4;
	if (engine_checkout(engine, ROWAN_HERE, &own, &error) < 0)
		return 5;
	if (run_sql(own, "SELECT 1", ROWAN_HERE, &error) < 0)
		return 6;
	engine_checkin(own);
	if (rowan_engine_stats(engine).idle != 1)
		return 7;
	rowan_engine_dispose(engine);
	rowan_engine_close(engine);
	return 0;
}

Test(fork, pool_11_a_child_leaves_its_parents_connections_alone_and_opens_its_own)
{
	struct rowan_engine *engine = rowan_engine_open(database_url(""));
	struct connection *held = checkout(engine, ROWAN_HERE);
	struct rowan_error error;
	pid_t child;

	run_alone(engine, "CREATE TABLE tasks (id INTEGER)");
	assert_ok(run_sql(held, "BEGIN", ROWAN_HERE, &error));
	child = fork();
	if (child == 0)
		_exit(use_inherited(engine, held));
	assert_int(status_of(child), 0);

	assert_ok(run_sql(held, "INSERT INTO tasks VALUES (1)", ROWAN_HERE, &error));
	assert_ok(run_sql(held, "COMMIT", ROWAN_HERE, &error));
	engine_checkin(held);
	assert_int(read_alone(engine, "SELECT count(*) FROM tasks"), 1);
	assert_int(rowan_engine_stats(engine).connects, 2);
	rowan_engine_close(engine);
	record_fault("pool-11", .injections = 1, .survived = 1,
		     .figure = "refused in the child, and the parent's transaction goes on");
}

static int find_nothing(struct rowan_engine *engine)
{
	struct connection *own;
	struct rowan_error error;

	if (engine_checkout(engine, ROWAN_HERE, &own, &error) < 0)
		return 1;
	if (run_sql(own, "SELECT * FROM tasks", ROWAN_HERE, &error) != ROWAN_OPERATIONAL)
		return 2;
	if (run_sql(own, "CREATE TABLE tasks (id INTEGER)", ROWAN_HERE, &error) < 0)
		return 3;
	engine_checkin(own);
	rowan_engine_close(engine);
	return 0;
}

Test(fork, pool_11_a_database_in_memory_stays_with_the_parent)
{
	static const enum rowan_pool_kind kinds[] = { ROWAN_POOL_QUEUE, ROWAN_POOL_NULL,
						      ROWAN_POOL_STATIC };

	for (size_t i = 0; i < 3; i++) {
		struct rowan_engine *engine = rowan_engine_open("sqlite://", .pool = kinds[i]);
		pid_t child;

		run_alone(engine, "CREATE TABLE tasks (id INTEGER)");
		child = fork();
		if (child == 0)
			_exit(find_nothing(engine));
		assert_int(status_of(child), 0);
		run_alone(engine, "INSERT INTO tasks VALUES (1)");
		assert_int(read_alone(engine, "SELECT count(*) FROM tasks"), 1);
		rowan_engine_close(engine);
	}
}

Test(fork, rows_half_read_are_the_parents)
{
	struct rowan_engine *engine = rowan_engine_open(database_url(""));
	struct connection *held = checkout(engine, ROWAN_HERE);
	struct statement *statement;
	struct execution run;
	struct rowan_error error;
	pid_t child;

	assert_ok(statement_of(held, "SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3", &statement, &error));
	execution_begin(&run, held, statement, ROWAN_HERE, &error);
	assert_int(execution_step(&run), DRIVER_ROW);
	child = fork();
	if (child == 0) {
		if (execution_step(&run) != ROWAN_MISUSE)
			_exit(1);
		if (execution_end(&run, ROWAN_OK) != ROWAN_MISUSE)
			_exit(2);
		engine_checkin(held);
		_exit(0);
	}
	assert_int(status_of(child), 0);
	assert_int(execution_step(&run), DRIVER_ROW);
	assert_int(execution_step(&run), DRIVER_ROW);
	assert_int(execution_step(&run), DRIVER_DONE);
	assert_ok(execution_end(&run, ROWAN_OK));
	engine_checkin(held);
	rowan_engine_close(engine);
}
