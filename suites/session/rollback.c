/* SPDX-License-Identifier: MIT */
#include "sample.h"

/* Transactions end well or leave no trace, in the database and in memory. */

TestSuite(rollback, .init = open_sample, .fini = close_sample, .timeout = 60);

/* ---- memory ------------------------------------------------------------------ */

Test(rollback, s05_edited_rows_have_their_old_values)
{
	struct user *user = stored_user("ada@example.org");
	const char *name = user->name;

	user->name = "unflushed";
	assert_ok(rowan_rollback(session));
	assert_text(user->name, name);

	user->name = "flushed";
	assert_ok(rowan_flush(session));
	user->name = "flushed twice";
	user->is_active = false;
	assert_ok(rowan_flush(session));
	assert_ok(rowan_rollback(session));
	assert_text(user->name, name);
	assert_int(user->is_active, true);
	assert_statements(engine, 0)
		assert_ok(rowan_commit(session));
	assert_text(rowan_get(session, user, user->id)->name, name);
}

Test(rollback, s05_new_rows_are_new_again_and_keep_their_values)
{
	struct user *user = user_create(session, .name = "Ada");

	assert_int(user->id, 1);
	assert_ok(rowan_rollback(session));
	assert_int(user->id, 0);
	assert_text(user->name, "Ada");
	assert_null(rowan_get(session, user, 1));
	assert_ok(rowan_commit(session));
	assert_int(stored_users(), 0);

	assert_ok(rowan_add(session, user));
	assert_ok(rowan_commit(session));
	assert_int(stored_users(), 1);
	assert_text(rowan_get(session, user, user->id)->name, "Ada");
}

Test(rollback, s05_a_given_key_stays)
{
	struct user *user = user_build(session);

	user->id = 77;
	rowan_add(session, user);
	assert_ok(rowan_flush(session));
	assert_ok(rowan_rollback(session));
	assert_int(user->id, 77);
}

Test(rollback, s05_deleted_rows_are_back)
{
	struct user *waiting = stored_user("ada@example.org");
	struct user *flushed = stored_user("bob@example.org");

	assert_ok(rowan_delete(session, user, flushed));
	assert_ok(rowan_flush(session));
	assert_ok(rowan_delete(session, user, waiting));
	assert_ok(rowan_rollback(session));
	cr_assert_eq(rowan_get(session, user, waiting->id), waiting);
	cr_assert_eq(rowan_get(session, user, flushed->id), flushed);
	assert_text(flushed->email, "bob@example.org");
	flushed->name = "edited again";
	assert_ok(rowan_commit(session));
	assert_int(stored_users(), 2);
	assert_text(rowan_get(session, user, flushed->id)->name, "edited again");
}

Test(rollback, s05_parent_and_child_can_be_added_again)
{
	struct user *user = user_build(session);
	struct task *task = task_build(session, .owner = user);

	rowan_add(session, user);
	rowan_add(session, task);
	assert_ok(rowan_flush(session));
	assert_int(task->owner_id, user->id);
	assert_ok(rowan_rollback(session));

	stored_user("in-between@example.org");		/* takes the key that the user had */
	rowan_add(session, user);
	rowan_add(session, task);
	assert_ok(rowan_commit(session));
	assert_int(task->owner_id, user->id);
	assert_int(rowan_count(session, rowan_select(task,
		.where = rowan_eq(TASK(owner_id), user->id))), 1);
}

Test(rollback, s05_new_rows_that_were_edited_after_the_flush)
{
	struct user *user = user_create(session, .name = "first");

	user->name = "second";
	assert_ok(rowan_flush(session));
	assert_ok(rowan_rollback(session));
	assert_int(user->id, 0);
	assert_text(user->name, "second");
	rowan_add(session, user);
	assert_ok(rowan_commit(session));
	assert_text(rowan_get(session, user, user->id)->name, "second");
}

Test(rollback, s05_a_row_made_and_deleted_in_the_transaction)
{
	struct user *user = user_create(session);

	assert_ok(rowan_delete(session, user, user));
	assert_ok(rowan_flush(session));
	assert_ok(rowan_rollback(session));
	assert_int(stored_users(), 0);
	assert_int(user->id, 0);
	assert_ok(rowan_add(session, user));
	assert_ok(rowan_commit(session));
	assert_int(stored_users(), 1);
}

Test(rollback, relations_are_loaded_anew)
{
	struct user *user = stored_user("ada@example.org");

	assert_int(rowan_load(session, user, tasks).count, 0);
	task_create(session, .owner = user);
	assert_int(rowan_load(session, user, tasks).count, 1);
	assert_ok(rowan_rollback(session));
	assert_int(rowan_load(session, user, tasks).count, 0);
}

/* ---- the database ------------------------------------------------------------ */

Test(rollback, nothing_of_a_rolled_back_flush_is_stored)
{
	struct user *user = stored_user("ada@example.org");

	user->name = "changed";
	assert_ok(task_create_batch(session, 10, .owner = user));
	assert_ok(rowan_rollback(session));
	assert_int(stored_tasks(), 0);
	assert_lacks(rowan_get(session, user, user->id)->name, "changed");
}

Test(rollback, a_commit_holds_after_a_later_rollback)
{
	struct user *user = stored_user("ada@example.org");

	user->name = "committed";
	assert_ok(rowan_commit(session));
	user->name = "not committed";
	assert_ok(rowan_rollback(session));
	assert_text(user->name, "committed");
	assert_text(rowan_get(session, user, user->id)->name, "committed");
}

Test(rollback, a_batch_that_fails_midway_leaves_no_row)
{
	stored_user("taken@example.org");
	for (int place = 0; place < 5; place++) {
		for (int i = 0; i < 5; i++) {
			struct user *user = i == place
				? user_build(session, .email = "taken@example.org")
				: user_build(session);

			rowan_add(session, user);
		}
		assert_code(rowan_commit(session), ROWAN_UNIQUE);
		assert_ok(rowan_rollback(session));
		assert_int(stored_users(), 1);
	}
}

Test(rollback, s11_user_and_task_are_stored_together_or_not_at_all)
{
	struct task *task;

	stored_user("ada@example.org");
	user_create(session, .email = "bob@example.org");
	task = task_build(session, .owner = rowan_get(session, user, 1));
	task->owner_id = 99;
	rowan_add(session, task);
	cr_assert(rowan_commit(session) < 0);
	assert_ok(rowan_rollback(session));
	assert_int(stored_users(), 1);
	assert_int(stored_tasks(), 0);
}

/* ---- errors that wait --------------------------------------------------------- */

Test(rollback, s13_session_is_usable_after_an_error_and_a_rollback)
{
	stored_user("ada@example.org");
	for (int i = 0; i < 3; i++) {
		assert_null(user_create(session, .email = "ada@example.org"));
		assert_ok(rowan_rollback(session));
		assert_ok(rowan_error(session)->code);
		cr_assert_not_null(user_create(session));
		assert_ok(rowan_commit(session));
	}
	assert_int(stored_users(), 4);
}

Test(rollback, s14_everything_fails_with_the_first_cause_until_then)
{
	struct user *ada = stored_user("ada@example.org"), *twin;
	struct rowan_error first;

	twin = user_build(session, .email = "ada@example.org");
	rowan_add(session, twin);
	assert_code(rowan_flush(session), ROWAN_UNIQUE);
	first = *rowan_error(session);

	assert_statements(engine, 0) {
		assert_code(rowan_flush(session), ROWAN_UNIQUE);
		assert_code(rowan_commit(session), ROWAN_UNIQUE);
		assert_code(rowan_begin(session), ROWAN_UNIQUE);
		assert_code(rowan_add(session, ada), ROWAN_UNIQUE);
		assert_code(rowan_delete(session, user, ada), ROWAN_UNIQUE);
		assert_code(rowan_refresh(session, user, ada), ROWAN_UNIQUE);
		assert_null(rowan_get(session, user, 1));
		assert_null(rowan_new(session, user));
		assert_null(rowan_edit(session, user, ada));
		assert_null(rowan_exec(session, rowan_select(user)));
		assert_int(rowan_count(session, rowan_select(user)) < 0, true);
		assert_int(rowan_scalar(session, rowan_select(user,
			.scalar = rowan_max(USER(id)))).type, ROWAN_TYPE_NONE);
		assert_null(user_create(session));
		assert_int(rowan_load(session, ada, tasks).count, 0);
	}
	assert_text(rowan_error(session)->message, first.message);
	assert_int(rowan_error(session)->code, first.code);
	assert_int(rowan_error(session)->site.line, first.site.line);
	assert_ok(rowan_rollback(session));
	cr_assert_not_null(rowan_get(session, user, 1));
}

Test(rollback, s14_straight_line_code_is_asked_once_at_its_commit)
{
	struct task *task;

	stored_user("ada@example.org");
	task = task_create(session, .owner = user_create(session, .email = "ada@example.org"));
	rowan_add(session, task);
	assert_code(rowan_commit(session), ROWAN_UNIQUE);
	assert_contains(rowan_error(session)->message, "email");
}

Test(rollback, rollback_of_nothing_is_fine)
{
	assert_statements(engine, 0) {
		assert_ok(rowan_rollback(session));
		assert_ok(rowan_rollback(session));
	}
	assert_ok(rowan_begin(session));
	assert_ok(rowan_rollback(session));
	assert_ok(rowan_commit(session));
}

/* ---- scopes ------------------------------------------------------------------- */

/* Leaves by the early return if `early`. */
static int use_a_scope(bool early)
{
	rowan_scoped struct rowan_session *scoped = rowan_session_open(engine);

	if (!user_create(scoped))
		return -1;
	assert_int(rowan_engine_stats(engine).in_use, 1);
	if (early)
		return 0;
	return rowan_commit(scoped);
}

Test(rollback, s01_scope_closes_on_every_way_out)
{
	assert_int(use_a_scope(true), 0);
	assert_int(rowan_engine_stats(engine).in_use, 0);
	assert_int(stored_users(), 0);
	assert_int(use_a_scope(false), 0);
	assert_int(rowan_engine_stats(engine).in_use, 0);
	assert_int(stored_users(), 1);
}

Test(rollback, s01_scope_closes_after_an_error)
{
	stored_user("ada@example.org");
	{
		rowan_scoped struct rowan_session *scoped = rowan_session_open(engine);

		user_create(scoped, .email = "before@example.org");
		assert_null(user_create(scoped, .email = "ada@example.org"));
	}
	assert_int(rowan_engine_stats(engine).in_use, 0);
	assert_int(stored_users(), 1);
}

Test(rollback, s01_connection_goes_back_after_commit_and_rollback)
{
	user_create(session);
	assert_int(rowan_engine_stats(engine).in_use, 1);
	assert_ok(rowan_commit(session));
	assert_int(rowan_engine_stats(engine).in_use, 0);
	user_create(session);
	assert_ok(rowan_rollback(session));
	assert_int(rowan_engine_stats(engine).in_use, 0);
	rowan_get(session, user, 1);
	assert_ok(rowan_commit(session));
	assert_int(rowan_engine_stats(engine).in_use, 0);
}

Test(rollback, s01_engine_with_an_open_session_is_kept_and_names_it)
{
	struct rowan_engine *other = rowan_test_engine(sample_models);
	struct rowan_counter *counter = rowan_counter_open(other);
	struct rowan_session *left_open = rowan_session_open(other);
	int line = __LINE__ - 1;

	rowan_engine_close(other);
	assert_int(counter->warnings, 1);
	assert_contains(counter->last_site.file, "rollback.c");
	assert_int(counter->last_site.line, line);
	cr_assert_not_null(user_create(left_open));	/* nothing dangles */
	rowan_session_close(left_open);
	rowan_counter_close(counter);
	rowan_test_engine_close(other);
}

Test(rollback, two_sessions_see_each_other_after_the_commit_only)
{
	rowan_scoped struct rowan_session *other = rowan_session_open(engine);
	struct user *user = user_build(session);

	rowan_add(session, user);
	assert_int(rowan_count(other, rowan_select(user)), 0);
	assert_ok(rowan_commit(session));
	assert_int(rowan_count(other, rowan_select(user)), 1);
}
