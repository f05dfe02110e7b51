/* SPDX-License-Identifier: MIT */
#include "support.h"

#include <rowan/fixtures.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef ROWAN_POSTGRES
#include <libpq-fe.h>
#endif

/* Connections that are the caller's alone, and what they are for. */

static struct rowan_engine *engine;

static void open_engine(void)
{
	need_engine();
	engine = rowan_test_engine(sample_models);
	cr_assert_not_null(engine);
}

static void close_engine(void)
{
	rowan_test_engine_close(engine);
}

TestSuite(raw, .init = open_engine, .fini = close_engine, .timeout = 60);

/* Whether that went well, by whichever library it is. */
static bool run(const struct rowan_raw *raw, const char *sql)
{
	bool done = false;

	if (raw->sqlite)
		return sqlite3_exec(raw->sqlite, sql, NULL, NULL, NULL) == SQLITE_OK;
#ifdef ROWAN_POSTGRES
	PGresult *result = PQexec(raw->postgres, sql);

	done = PQresultStatus(result) == PGRES_COMMAND_OK
		|| PQresultStatus(result) == PGRES_TUPLES_OK;
	PQclear(result);
#endif
	return done;
}

static int64_t users(void)
{
	rowan_scoped struct rowan_session *session = rowan_session_open(engine);

	return rowan_count(session, rowan_select(user));
}

#define ADD_USER "INSERT INTO users (email, hashed_password, name, is_active, created_at, updated_at)" \
		 " SELECT 'raw@example.org', '', 'raw', is_active, created_at, updated_at FROM users"

Test(raw, its_client_library_does_what_it_likes_with_it)
{
	struct rowan_raw *raw;

	{
		rowan_scoped struct rowan_session *session = rowan_session_open(engine);

		user_create(session);
		assert_ok(rowan_commit(session));
	}
	raw = rowan_raw_open(engine, NULL);
	cr_assert_not_null(raw);
	assert_text(raw->sqlite ? "sqlite" : "postgresql", rowan_test_engine_name());
	cr_assert(!raw->sqlite == !!raw->postgres);
	cr_assert(run(raw, ADD_USER));
	assert_int(users(), 2);
	cr_assert(!run(raw, ADD_USER), "set up as all: with its constraints");
	rowan_raw_close(raw);
	rowan_raw_close(NULL);
}

Test(raw, it_is_none_of_the_pool)
{
	struct rowan_engine_stats before = rowan_engine_stats(engine), after;
	struct rowan_raw *raw = rowan_raw_open(engine, NULL);

	cr_assert(run(raw, "BEGIN"));
	after = rowan_engine_stats(engine);
	assert_int(after.in_use, before.in_use);
	assert_int(after.checkouts, before.checkouts);
	assert_int(users(), 0);
	rowan_raw_close(raw);
	assert_int(users(), 0);
}

Test(raw, what_it_left_undone_is_rolled_back)
{
	struct rowan_raw *raw = rowan_raw_open(engine, NULL);

	cr_assert(run(raw, "BEGIN"));
	cr_assert(run(raw, "DELETE FROM tasks"));
	rowan_raw_close(raw);
	{
		rowan_scoped struct rowan_session *session = rowan_session_open(engine);

		cr_assert_not_null(task_create(session));
		assert_ok(rowan_commit(session));
	}
}

Test(raw, a_database_that_cannot_be_had_is_told)
{
	struct rowan_error error = { 0 };
	struct rowan_engine *missing = rowan_engine_open("sqlite:////nowhere/at/all.db?mode=ro");

	assert_null(rowan_raw_open(NULL, &error));
	assert_int(error.code, ROWAN_MISUSE);
	assert_null(rowan_raw_open(missing, &error));
	assert_int(error.code, ROWAN_OPERATIONAL);
	assert_contains(error.message, "/nowhere/at/all.db");
	rowan_engine_close(missing);
}

/* A child that does this; whether it ended with 0. */
static bool fork_and(void (*act)(struct rowan_raw *raw), struct rowan_raw *raw)
{
	pid_t child = fork();
	int status = 1;

	if (child == 0) {
		act(raw);
		_exit(0);
	}
	return child > 0 && waitpid(child, &status, 0) == child && status == 0;
}

/* A goodbye of the child's would end the parent's connection. */
Test(raw, pool_11_a_child_that_closes_it_leaves_it_to_its_parent)
{
	struct rowan_raw *raw = rowan_raw_open(engine, NULL);

	cr_assert(fork_and(rowan_raw_close, raw));
	cr_assert(run(raw, "DELETE FROM tasks"));
	rowan_raw_close(raw);
}

static void expect_no_sandbox(struct rowan_raw *raw)
{
	struct rowan_session *session = rowan_session_open(engine);

	(void)raw;
	if (rowan_count(session, rowan_select(user)) != ROWAN_OPERATIONAL ||
	    !strstr(rowan_error(session)->message, "the sandbox's connection is gone"))
		_exit(1);
}

Test(raw, pool_11_a_child_is_not_in_its_parents_sandbox)
{
	assert_ok(rowan_sandbox_begin(engine, NULL));
	cr_assert(fork_and(expect_no_sandbox, NULL));
	assert_int(users(), 0);
	assert_ok(rowan_sandbox_end(engine, NULL));
}

Test(raw, f04_a_sandbox_whose_connection_was_killed_says_so_until_its_end)
{
	struct rowan_raw *raw = rowan_raw_open(engine, NULL);
	struct rowan_session *session;

	assert_ok(rowan_sandbox_begin(engine, NULL));
	session = rowan_session_open(engine);
	cr_assert_not_null(user_create(session));
	assert_ok(rowan_commit(session));
	cr_assert(run(raw, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
			   " WHERE datname = current_database() AND pid <> pg_backend_pid()"));
	assert_int(rowan_count(session, rowan_select(user)), ROWAN_OPERATIONAL);
	assert_ok(rowan_rollback(session));
	assert_int(rowan_count(session, rowan_select(user)), ROWAN_OPERATIONAL);
	assert_error(session, ROWAN_OPERATIONAL, "the sandbox's connection is gone");
	assert_ok(rowan_rollback(session));
	assert_ok(rowan_sandbox_end(engine, NULL));
	assert_int(rowan_count(session, rowan_select(user)), 0);
	rowan_session_close(session);
	rowan_raw_close(raw);
}
