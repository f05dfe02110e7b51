/* SPDX-License-Identifier: MIT */
#include "sample.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * Sandboxes: the code under test commits and rolls back as it likes, and nothing is left.
 * Each test has a user from before, who must still be there, as he was.
 */

static void open_with_user(void)
{
	open_sample();
	stored_user("before@example.org");
	assert_ok(rowan_sandbox_begin(engine, NULL));
}

/* Nothing is left but what was there before, and the engine works as it did. */
static void close_and_look(void)
{
	assert_ok(rowan_rollback(session));
	assert_ok(rowan_sandbox_end(engine, NULL));
	assert_int(stored_users(), 1);
	assert_int(stored_tasks(), 0);
	cr_assert_not_null(stored_user("after@example.org"));
	assert_int(stored_users(), 2);
	close_sample();
}

TestSuite(sandbox, .init = open_with_user, .fini = close_and_look, .timeout = 60);

/* A table that was never made. */
struct missing {
	int64_t id;
	const char *name;
};
ROWAN_MODEL(missing,
	ROWAN_FIELDS(
		ROWAN_FIELD(missing, id, .primary_key = true),
		ROWAN_FIELD(missing, name)),
	.table = "missing");

/* Another session, as the code under test would open it. */
static int add_user(const char *email, bool commit)
{
	rowan_scoped struct rowan_session *own = rowan_session_open(engine);

	user_create(own, .email = email);
	return commit ? rowan_commit(own) : rowan_rollback(own);
}

Test(sandbox, f04_a_commit_inside_is_seen_and_not_kept)
{
	assert_ok(add_user("in@example.org", true));
	assert_int(stored_users(), 2);
}

Test(sandbox, f04_a_commit_survives_the_rollback_of_another_session)
{
	assert_ok(add_user("kept@example.org", true));
	assert_ok(add_user("gone@example.org", false));
	assert_int(stored_users(), 2);
	assert_ok(add_user("gone@example.org", true));
	assert_int(stored_users(), 3);
}

Test(sandbox, f04_a_session_that_is_closed_in_the_middle_takes_its_work_along)
{
	{
		rowan_scoped struct rowan_session *own = rowan_session_open(engine);

		user_create(own);
		assert_int(rowan_count(own, rowan_select(user)), 2);
	}
	assert_int(stored_users(), 1);
}

Test(sandbox, f04_a_failure_inside_is_told_and_work_goes_on)
{
	assert_ok(add_user("in@example.org", true));
	user_create(session, .email = "before@example.org");
	assert_error(session, ROWAN_UNIQUE, "users: email already exists");
	assert_ok(rowan_rollback(session));
	user_create(session, .email = "next@example.org");
	assert_ok(rowan_commit(session));
	assert_int(stored_users(), 3);
}

Test(sandbox, f04_a_failed_commit_leaves_nothing_of_its_transaction)
{
	rowan_add(session, user_build(session, .email = "one@example.org"));
	assert_ok(rowan_flush(session));
	rowan_add(session, user_build(session, .email = "before@example.org"));
	assert_code(rowan_commit(session), ROWAN_UNIQUE);
	assert_ok(rowan_rollback(session));
	assert_int(stored_users(), 1);
}

Test(sandbox, f04_a_read_that_fails_does_not_stop_what_follows)
{
	const struct strict_task *task;
	struct user *owner = user_create(session);

	/* NULL, which that model says can't be. */
	cr_assert_not_null(task_create(session, .owner = owner));
	assert_ok(rowan_commit(session));
	task = rowan_get(session, strict_task, 1);
	assert_null(task);
	assert_error(session, ROWAN_DATA, "description");
	assert_ok(rowan_rollback(session));
	assert_ok(add_user("next@example.org", true));
	assert_int(stored_tasks(), 1);
}

/* A statement that the server itself refuses, outside of what the session takes for one. */
Test(sandbox, f04_a_statement_that_is_refused_does_not_stop_what_follows)
{
	rowan_count(session, rowan_select(missing));
	assert_code(rowan_error(session)->code, ROWAN_OPERATIONAL);
	assert_ok(rowan_rollback(session));
	assert_ok(add_user("next@example.org", true));
	assert_int(stored_users(), 2);
}

Test(sandbox, f04_savepoints_inside)
{
	user_create(session, .email = "kept@example.org");
	assert_ok(rowan_savepoint(session));
	user_create(session, .email = "undone@example.org");
	assert_ok(rowan_savepoint(session));
	user_create(session, .email = "before@example.org");
	assert_error(session, ROWAN_UNIQUE, "email");
	assert_ok(rowan_rollback_to(session));
	assert_ok(rowan_rollback_to(session));
	assert_ok(rowan_savepoint(session));
	user_create(session, .email = "released@example.org");
	assert_ok(rowan_release(session));
	assert_ok(rowan_commit(session));
	assert_int(stored_users(), 3);
}

Test(sandbox, f04_one_session_that_commits_and_rolls_back_again_and_again)
{
	for (int i = 0; i < 300; i++) {
		cr_assert_not_null(user_create(session));
		assert_ok(i % 3 == 0 ? rowan_rollback(session) : rowan_commit(session));
	}
	assert_int(rowan_count(session, rowan_select(user)), 201);
}

static int add_two(struct rowan_session *own, void *context)
{
	user_create(own);
	user_create(own, .email = context);
	return rowan_error(own)->code;
}

Test(sandbox, f04_transactions_inside)
{
	static char fresh[] = "fresh@example.org", taken[] = "before@example.org";
	struct rowan_error error;

	assert_ok(rowan_transaction(engine, add_two, fresh));
	assert_int(stored_users(), 3);
	assert_code(rowan_transaction(engine, add_two, taken, .error = &error), ROWAN_UNIQUE);
	assert_int(stored_users(), 3);
	assert_code(rowan_transaction(engine, add_two, fresh, .isolation = ROWAN_SERIALIZABLE,
				      .error = &error), ROWAN_MISUSE);
	assert_contains(error.message, "sandbox");
}

Test(sandbox, f04_what_writes_without_a_flush)
{
	struct user *owner = user_create(session);
	struct task tasks[3] = {
		{ .title = "a", .priority = "low" }, { .title = "b", .priority = "low" },
		{ .title = "c", .priority = "low" },
	};

	assert_ok(rowan_commit(session));
	for (int i = 0; i < 3; i++)
		tasks[i].owner_id = owner->id;
	assert_ok(rowan_insert_all(session, task, tasks, 3));
	assert_ok(rowan_commit(session));
	assert_int(stored_tasks(), 3);
	assert_int(rowan_delete_where(session, rowan_select(task, .all_rows = true)), 3);
	assert_ok(rowan_rollback(session));
	assert_int(stored_tasks(), 3);
}

Test(sandbox, f04_read_only_is_kept_by_the_session)
{
	assert_ok(rowan_begin(session, .read_only = true));
	assert_int(rowan_count(session, rowan_select(user)), 1);
	user_create(session);
	assert_error(session, ROWAN_MISUSE, ".read_only");
}

Test(sandbox, f04_isolation_levels_are_refused)
{
	assert_code(rowan_begin(session, .isolation = ROWAN_REPEATABLE_READ), ROWAN_MISUSE);
	assert_error(session, ROWAN_MISUSE, "a sandbox's transaction has begun");
}

/* ---- one at a time --------------------------------------------------------------- */

Test(sandbox, f04_a_second_session_at_work_is_named)
{
	rowan_scoped struct rowan_session *second = rowan_session_open(engine);

	cr_assert_not_null(rowan_get(session, user, 1));
	cr_assert(rowan_count(second, rowan_select(user)) < 0);
	assert_error(second, ROWAN_MISUSE, "the sandbox's one connection is already in use");
	assert_contains(rowan_error(second)->message, "sandbox.c");
	assert_ok(rowan_rollback(second));
	assert_ok(rowan_commit(session));
	assert_int(rowan_count(second, rowan_select(user)), 1);
}

static void *add_users(void *email)
{
	for (int i = 0; i < 20; i++) {
		char text[64];

		snprintf(text, sizeof(text), "%d%s", i, (const char *)email);
		if (add_user(text, true) != ROWAN_OK)
			return email;
	}
	return NULL;
}

Test(sandbox, f04_threads_take_turns)
{
	static char *const emails[] = { "@a.example.org", "@b.example.org", "@c.example.org" };
	pthread_t threads[3];
	void *failed;

	for (int i = 0; i < 3; i++)
		cr_assert_eq(pthread_create(&threads[i], NULL, add_users, emails[i]), 0);
	for (int i = 0; i < 3; i++) {
		pthread_join(threads[i], &failed);
		assert_null(failed);
	}
	assert_int(stored_users(), 61);
}

/* ---- their own life ---------------------------------------------------------------- */

Test(sandbox, f04_there_is_one_at_a_time)
{
	struct rowan_error error;

	assert_code(rowan_sandbox_begin(engine, &error), ROWAN_MISUSE);
	assert_contains(error.message, "has a sandbox already");
	assert_ok(rowan_sandbox_end(engine, NULL));
	assert_code(rowan_sandbox_end(engine, &error), ROWAN_MISUSE);
	assert_contains(error.message, "has no sandbox");
	assert_code(rowan_sandbox_begin(NULL, &error), ROWAN_MISUSE);
	assert_code(rowan_sandbox_end(NULL, &error), ROWAN_MISUSE);
	assert_ok(rowan_sandbox_begin(engine, NULL));
}

Test(sandbox, f04_neither_begins_nor_ends_in_the_middle_of_a_session)
{
	struct rowan_error error;

	cr_assert_not_null(user_create(session));
	assert_code(rowan_sandbox_end(engine, &error), ROWAN_MISUSE);
	assert_contains(error.message, "already in use");
	assert_ok(rowan_rollback(session));
	assert_ok(rowan_sandbox_end(engine, NULL));

	cr_assert_not_null(user_create(session));
	assert_code(rowan_sandbox_begin(engine, &error), ROWAN_MISUSE);
	assert_contains(error.message, "has a connection");
	assert_contains(error.message, "sandbox.c");	/* where it was taken */
	assert_ok(rowan_rollback(session));
	assert_ok(rowan_sandbox_begin(engine, NULL));
}

Test(sandbox, f04_one_after_another_begin_alike)
{
	for (int i = 0; i < 5; i++) {
		assert_int(stored_users(), 1);
		assert_ok(add_user("same@example.org", true));
		assert_ok(rowan_sandbox_end(engine, NULL));
		assert_ok(rowan_sandbox_begin(engine, NULL));
	}
}

Test(sandbox, f04_in_every_pool)
{
	const enum rowan_pool_kind kinds[] = {
		ROWAN_POOL_QUEUE, ROWAN_POOL_NULL, ROWAN_POOL_STATIC,
	};

	for (size_t i = 0; i < 3; i++) {
		struct rowan_engine *kept = engine;

		engine = rowan_test_engine(sample_models, .pool = kinds[i]);
		assert_ok(rowan_sandbox_begin(engine, NULL));
		assert_ok(add_user("in@example.org", true));
		assert_int(stored_users(), 1);
		assert_int(rowan_engine_stats(engine).size, 1);
		assert_ok(rowan_sandbox_end(engine, NULL));
		assert_int(stored_users(), 0);
		rowan_test_engine_close(engine);
		engine = kept;
	}
}

Test(sandbox, f04_tables_made_inside_are_gone_with_it)
{
	assert_ok(rowan_create_all(engine, ROWAN_MODELS(&missing_model), NULL));
	assert_int(rowan_count(session, rowan_select(missing)), 0);
	assert_ok(rowan_commit(session));
	assert_code(rowan_drop_all(engine, sample_models, NULL), ROWAN_MISUSE);
	assert_ok(rowan_sandbox_end(engine, NULL));
	cr_assert(rowan_count(session, rowan_select(missing)) < 0);
	assert_ok(rowan_rollback(session));
	assert_ok(rowan_sandbox_begin(engine, NULL));
}

Test(sandbox, f04_what_disposes_of_its_connection_ends_it)
{
	struct rowan_engine *kept = engine;

	engine = rowan_test_engine(sample_models);
	assert_ok(rowan_sandbox_begin(engine, NULL));
	assert_ok(add_user("in@example.org", true));
	rowan_engine_dispose(engine);
	{
		rowan_scoped struct rowan_session *late = rowan_session_open(engine);

		user_create(late);
		assert_error(late, ROWAN_OPERATIONAL, "the sandbox's connection is gone");
	}
	assert_ok(rowan_sandbox_end(engine, NULL));
	assert_ok(rowan_create_all(engine, sample_models, NULL));
	assert_int(stored_users(), 0);
	rowan_test_engine_close(engine);
	engine = kept;
}

Test(sandbox, f04_an_engine_that_is_closed_leaves_nothing)
{
	const char *url = rowan_test_database(NULL);
	struct rowan_engine *first = rowan_engine_open(url), *second = rowan_engine_open(url);
	struct rowan_engine *kept = engine;

	assert_ok(rowan_create_all(first, sample_models, NULL));
	engine = first;
	assert_ok(rowan_sandbox_begin(engine, NULL));
	assert_ok(add_user("in@example.org", true));
	rowan_engine_close(engine);
	engine = second;
	assert_int(stored_users(), 0);
	rowan_engine_close(engine);
	rowan_test_database_drop(url);
	engine = kept;
}

/* ---- tests in any order ------------------------------------------------------------- */

/* Each of these passes on what the init made, and on nothing else. */
static void wants_no_other(void)
{
	assert_int(stored_users(), 1);
	assert_ok(add_user("a@example.org", true));
}

static void adds_the_same(void)
{
	assert_ok(add_user("a@example.org", true));
	assert_ok(add_user("b@example.org", true));
	assert_int(stored_users(), 3);
}

static void deletes_what_was_before(void)
{
	assert_int(rowan_delete_where(session, rowan_select(user, .all_rows = true)), 1);
	assert_ok(rowan_commit(session));
	assert_int(stored_users(), 0);
}

static void edits_what_was_before(void)
{
	const struct user *user = rowan_get(session, user, 1);

	assert_text(user->email, "before@example.org");
	rowan_edit(session, user, user)->email = "other@example.org";
	assert_ok(rowan_commit(session));
}

static void fails_in_the_middle(void)
{
	assert_code(add_user("before@example.org", true), ROWAN_UNIQUE);
	cr_assert_not_null(user_create(session));
}

Test(sandbox, txn9_tests_pass_in_any_order)
{
	static void (*const tests[])(void) = {
		wants_no_other, adds_the_same, deletes_what_was_before, edits_what_was_before,
		fails_in_the_middle,
	};
	struct rowan_fake fake;
	int order_dependent = 0;

	for (uint64_t seed = 1; seed <= 20; seed++) {
		size_t order[5] = { 0, 1, 2, 3, 4 };

		rowan_fake_start(seed);
		fake = rowan_fake();
		for (size_t i = 4; i > 0; i--) {
			size_t other = rowan_fake_below(&fake, i + 1), kept = order[i];

			order[i] = order[other];
			order[other] = kept;
		}
		for (size_t i = 0; i < 5; i++) {
			tests[order[i]]();
			assert_ok(rowan_rollback(session));
			assert_ok(rowan_clear(session));
			assert_ok(rowan_sandbox_end(engine, NULL));
			order_dependent += stored_users() != 1;
			assert_ok(rowan_sandbox_begin(engine, NULL));
		}
	}
	assert_int(order_dependent, 0);
}
