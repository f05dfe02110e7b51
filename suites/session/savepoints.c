/* SPDX-License-Identifier: MIT */
#include "bank.h"
#include "places.h"

/* A part of a transaction is undone, in the database and in memory; the rest stays. */

TestSuite(savepoints, .init = open_sample, .fini = close_sample, .timeout = 60);

/* ---- rows in memory ------------------------------------------------------------ */

Test(savepoints, edited_rows_are_as_they_were_at_the_savepoint)
{
	struct user *user = stored_user("ada@example.org");

	user->name = "waits";
	assert_ok(rowan_savepoint(session));
	user->name = "flushed inside";
	user->is_active = false;
	assert_ok(rowan_flush(session));
	user->name = "waits inside";
	assert_ok(rowan_rollback_to(session));
	assert_text(user->name, "waits");
	assert_int(user->is_active, true);

	user->is_active = false;	/* what is sent is what differs from then */
	assert_ok(rowan_commit(session));
	assert_text(rowan_get(session, user, user->id)->name, "waits");
	assert_int(rowan_get(session, user, user->id)->is_active, false);
}

Test(savepoints, each_level_has_its_own_values)
{
	static const char *const names[] = { "none", "one", "two", "three", "four" };
	struct user *user = stored_user("ada@example.org");

	for (int level = 0; level < 4; level++) {
		user->name = names[level];
		assert_ok(rowan_savepoint(session));
	}
	user->name = names[4];
	for (int level = 3; level >= 0; level--) {
		assert_ok(rowan_flush(session));
		assert_ok(rowan_rollback_to(session));
		assert_text(user->name, names[level]);
		assert_text(rowan_get(session, user, user->id)->name, names[level]);
	}
	assert_ok(rowan_commit(session));
	assert_text(rowan_get(session, user, user->id)->name, "none");
}

Test(savepoints, a_row_that_is_flushed_again_and_again_has_all_its_pasts)
{
	struct user *user = stored_user("ada@example.org");

	user->name = "before";
	assert_ok(rowan_savepoint(session));
	for (int i = 0; i < 5; i++) {
		user->name = rowan_text(session, "outer %d", i);
		assert_ok(rowan_flush(session));
	}
	assert_ok(rowan_savepoint(session));
	for (int i = 0; i < 5; i++) {
		user->name = rowan_text(session, "inner %d", i);
		assert_ok(rowan_flush(session));
	}
	assert_ok(rowan_rollback_to(session));
	assert_text(user->name, "outer 4");
	user->name = "once more";
	assert_ok(rowan_flush(session));
	assert_ok(rowan_rollback_to(session));
	assert_text(user->name, "before");
	assert_ok(rowan_rollback(session));
	assert_lacks(user->name, "before");
}

Test(savepoints, rows_inserted_since_are_new_again)
{
	struct user *before = user_create(session, .email = "before@example.org");
	struct user *since;

	assert_ok(rowan_savepoint(session));
	since = user_create(session, .email = "since@example.org");
	cr_assert_neq(since->id, 0);
	assert_ok(rowan_rollback_to(session));
	assert_int(since->id, 0);
	assert_text(since->email, "since@example.org");
	cr_assert_neq(before->id, 0);
	cr_assert_eq(rowan_get(session, user, before->id), before);
	assert_int(rowan_count(session, rowan_select(user)), 1);

	assert_ok(rowan_add(session, since));
	assert_ok(rowan_commit(session));
	assert_int(stored_users(), 2);
	cr_assert_eq(rowan_get(session, user, since->id), since);
}

Test(savepoints, rows_deleted_since_are_back)
{
	struct user *flushed = stored_user("flushed@example.org");
	struct user *waits = stored_user("waits@example.org");
	struct user *made = user_create(session, .email = "made@example.org");

	assert_ok(rowan_savepoint(session));
	assert_ok(rowan_delete(session, user, flushed));
	assert_ok(rowan_delete(session, user, made));
	assert_ok(rowan_flush(session));
	assert_ok(rowan_delete(session, user, waits));
	assert_null(rowan_get(session, user, flushed->id));
	assert_ok(rowan_rollback_to(session));
	cr_assert_eq(rowan_get(session, user, flushed->id), flushed);
	cr_assert_eq(rowan_get(session, user, waits->id), waits);
	cr_assert_eq(rowan_get(session, user, made->id), made);
	flushed->name = "edited again";
	assert_ok(rowan_commit(session));
	assert_int(stored_users(), 3);
	assert_text(rowan_get(session, user, flushed->id)->name, "edited again");
}

Test(savepoints, rows_deleted_before_stay_deleted)
{
	struct user *gone = stored_user("gone@example.org");

	rowan_delete(session, user, gone);
	assert_ok(rowan_savepoint(session));
	assert_ok(rowan_rollback_to(session));
	assert_null(rowan_edit(session, user, gone));
	assert_error(session, ROWAN_MISUSE, "deleted");
}

Test(savepoints, a_deleted_row_is_back_in_place_of_one_with_its_key)
{
	struct user *old = stored_user("old@example.org"), *young;

	assert_ok(rowan_savepoint(session));
	rowan_delete(session, user, old);
	assert_ok(rowan_flush(session));
	young = user_build(session, .email = "young@example.org");
	young->id = old->id;
	rowan_add(session, young);
	assert_ok(rowan_flush(session));
	cr_assert_eq(rowan_get(session, user, old->id), young);
	assert_ok(rowan_rollback_to(session));
	cr_assert_eq(rowan_get(session, user, old->id), old);
	assert_text(old->email, "old@example.org");
	assert_ok(rowan_commit(session));
	assert_int(stored_users(), 1);
}

Test(savepoints, a_row_made_and_deleted_inside_is_new_again)
{
	struct user *user;

	assert_ok(rowan_savepoint(session));
	user = user_create(session);
	rowan_delete(session, user, user);
	assert_ok(rowan_flush(session));
	assert_ok(rowan_rollback_to(session));
	assert_int(user->id, 0);
	assert_ok(rowan_add(session, user));
	assert_ok(rowan_commit(session));
	assert_int(stored_users(), 1);
}

Test(savepoints, rows_that_are_not_added_keep_what_was_written)
{
	struct user *user = user_build(session, .name = "before");

	assert_ok(rowan_savepoint(session));
	user->name = "after";
	assert_ok(rowan_rollback_to(session));
	assert_text(user->name, "after");
	assert_ok(rowan_commit(session));
	assert_int(stored_users(), 0);
}

Test(savepoints, a_full_rollback_undoes_what_a_savepoint_kept)
{
	struct user *user = user_create(session, .name = "inserted");

	assert_ok(rowan_savepoint(session));
	user->name = "edited";
	assert_ok(rowan_flush(session));
	assert_ok(rowan_rollback_to(session));
	assert_text(user->name, "inserted");
	assert_ok(rowan_rollback(session));
	assert_int(user->id, 0);
	assert_ok(rowan_add(session, user));
	assert_ok(rowan_commit(session));
	assert_int(stored_users(), 1);
}

/* ---- relations ------------------------------------------------------------------ */

Test(savepoints, a_moved_child_is_back_with_its_parent)
{
	struct user *ada = user_build(session), *bob = user_build(session);
	struct task *task = task_build(session, .owner = ada);

	rowan_add(session, bob);
	rowan_add(session, task);	/* and the owner that it follows */
	assert_ok(rowan_savepoint(session));
	assert_ok(rowan_set_one(session, task, owner, bob));
	assert_ok(rowan_flush(session));
	assert_int(rowan_load(session, bob, tasks).count, 1);
	assert_ok(rowan_rollback_to(session));
	assert_int(task->owner_id, ada->id);
	cr_assert_eq(rowan_load(session, task, owner).row, ada);
	assert_int(rowan_load(session, ada, tasks).count, 1);
	assert_int(rowan_load(session, bob, tasks).count, 0);

	/* What follows what is as it was, too. */
	assert_ok(rowan_rollback(session));
	stored_user("takes-the-first-key@example.org");
	rowan_add(session, task);
	assert_ok(rowan_commit(session));
	cr_assert_neq(ada->id, 0);
	assert_int(bob->id, 0);
	assert_int(task->owner_id, ada->id);
}

Test(savepoints, links_are_restored)
{
	struct category *kept = category_create(session), *cut = category_create(session);
	struct category *made = category_create(session);
	struct task *task = task_create(session);

	rowan_append(session, task, categories, kept);
	rowan_append(session, task, categories, cut);
	assert_ok(rowan_savepoint(session));
	rowan_remove(session, task, categories, cut);
	assert_ok(rowan_flush(session));
	assert_int(rowan_load(session, cut, tasks).count, 0);
	rowan_append(session, task, categories, made);	/* waits */
	assert_ok(rowan_rollback_to(session));
	assert_int(rowan_load(session, task, categories).count, 2);
	assert_int(rowan_load(session, cut, tasks).count, 1);
	assert_int(rowan_load(session, made, tasks).count, 0);
	rowan_append(session, task, categories, made);
	assert_ok(rowan_commit(session));
	assert_int(stored_links(), 3);
}

/* ---- the database ---------------------------------------------------------------- */

Test(savepoints, released_work_is_part_of_the_outer)
{
	struct user *user = stored_user("ada@example.org");

	assert_ok(rowan_savepoint(session));
	assert_ok(rowan_savepoint(session));
	user->name = "inner";
	user_create(session, .email = "inner@example.org");
	assert_ok(rowan_release(session));
	assert_text(user->name, "inner");
	assert_int(rowan_count(session, rowan_select(user)), 2);
	assert_ok(rowan_rollback_to(session));
	cr_assert_neq(user->name[0], 'i');
	assert_int(rowan_count(session, rowan_select(user)), 1);

	assert_ok(rowan_savepoint(session));
	user->name = "released";
	assert_ok(rowan_release(session));
	assert_ok(rowan_commit(session));
	assert_text(rowan_get(session, user, user->id)->name, "released");
}

Test(savepoints, commit_and_rollback_end_all_of_them)
{
	for (int i = 0; i < 2; i++) {
		assert_ok(rowan_savepoint(session));
		user_create(session);
		assert_ok(rowan_savepoint(session));
		user_create(session);
		if (i == 0)
			assert_ok(rowan_commit(session));
		else
			assert_ok(rowan_rollback(session));
		assert_code(rowan_release(session), ROWAN_MISUSE);
		assert_ok(rowan_rollback(session));
		assert_code(rowan_rollback_to(session), ROWAN_MISUSE);
		assert_error(session, ROWAN_MISUSE, "no savepoint is open");
		assert_ok(rowan_rollback(session));
		assert_int(stored_users(), 2);
	}
}

Test(savepoints, nest_as_deep_as_one_likes)
{
	struct user *user = stored_user("ada@example.org");
	enum { DEPTH = 100 };

	for (int level = 0; level < DEPTH; level++) {
		user->name = rowan_text(session, "%d", level);
		assert_ok(rowan_savepoint(session));
	}
	for (int level = DEPTH - 1; level >= 0; level--) {
		user->name = "undone";
		if (level % 3 == 0)
			assert_ok(rowan_release(session));
		else
			assert_ok(rowan_rollback_to(session));
		if (level % 3 != 0)
			assert_text(user->name, rowan_text(session, "%d", level));
	}
	assert_ok(rowan_commit(session));
	assert_text(rowan_get(session, user, user->id)->name, "undone");
}

Test(savepoints, what_was_deleted_by_condition_is_found_again)
{
	const struct user bob = { .email = "b", .name = "b", .hashed_password = "b" };
	const struct user *ada = stored_user("ada@example.org");

	assert_ok(rowan_savepoint(session));
	assert_int(rowan_delete_where(session, rowan_select(user, .all_rows = true)), 1);
	assert_ok(rowan_insert_all(session, user, &bob, 1));
	assert_int(rowan_count(session, rowan_select(user)), 1);
	assert_ok(rowan_rollback_to(session));
	cr_assert_eq(rowan_first(rowan_exec(session, rowan_select(user))), ada);
	cr_assert_eq(rowan_get(session, user, ada->id), ada);
}

Test(savepoints, what_was_read_inside_is_read_anew)
{
	struct user *ada = stored_user("ada@example.org"), *bob;
	const struct user *ada_read, *carl;
	int64_t carl_id;

	execute(runs_on("sqlite")
		? "CREATE TRIGGER shout AFTER INSERT ON tasks BEGIN "
		  "UPDATE users SET name = 'SHOUTED'; END"
		: "CREATE FUNCTION shout() RETURNS trigger LANGUAGE plpgsql AS "
		  "'BEGIN UPDATE users SET name = ''SHOUTED''; RETURN NULL; END'");
	if (runs_on("postgresql"))
		execute("CREATE TRIGGER shout AFTER INSERT ON tasks "
			      "EXECUTE FUNCTION shout()");
	ada->name = "quiet";
	bob = stored_user("bob@example.org");
	carl_id = stored_user("carl@example.org")->id;
	assert_ok(rowan_commit(session, .clear = true));
	ada_read = rowan_get(session, user, 1);
	ada = rowan_edit(session, user, ada_read);
	bob = rowan_edit(session, user, rowan_get(session, user, 2));
	assert_ok(rowan_savepoint(session));
	task_create(session, .owner = ada);
	assert_ok(rowan_refresh(session, user, ada));
	assert_ok(rowan_refresh(session, user, bob));
	carl = rowan_get(session, user, carl_id);
	assert_text(ada->name, "SHOUTED");
	assert_text(carl->name, "SHOUTED");
	assert_ok(rowan_rollback_to(session));
	assert_text(ada->name, "quiet");
	assert_lacks(bob->name, "SHOUTED");
	cr_assert_eq(rowan_get(session, user, carl_id), carl);
	assert_lacks(carl->name, "SHOUTED");
	ada->is_active = false;
	assert_ok(rowan_commit(session));
	assert_text(rowan_get(session, user, ada->id)->name, "quiet");
}

Test(savepoints, cost_no_statement_of_their_own)
{
	struct user *user = stored_user("ada@example.org");

	assert_statements(engine, 1) {
		assert_ok(rowan_savepoint(session));
		user->name = "edited";
		assert_ok(rowan_savepoint(session));
		assert_ok(rowan_release(session));
		assert_ok(rowan_release(session));
		assert_ok(rowan_commit(session));
	}
}

/* ---- errors inside --------------------------------------------------------------- */

Test(savepoints, an_inner_failure_keeps_outer_work)
{
	struct user *ada = stored_user("ada@example.org"), *twin;

	ada->name = "outer";
	assert_ok(rowan_savepoint(session));
	user_create(session, .email = "bob@example.org");
	assert_null(user_create(session, .email = "ada@example.org"));
	assert_error(session, ROWAN_UNIQUE, "email");
	assert_code(rowan_flush(session), ROWAN_UNIQUE);
	assert_code(rowan_release(session), ROWAN_UNIQUE);
	assert_code(rowan_savepoint(session), ROWAN_UNIQUE);
	assert_code(rowan_commit(session), ROWAN_UNIQUE);

	assert_ok(rowan_rollback_to(session));
	assert_ok(rowan_error(session)->code);
	assert_text(ada->name, "outer");
	assert_int(rowan_count(session, rowan_select(user)), 1);
	twin = user_create(session, .email = "carl@example.org");
	cr_assert_not_null(twin);
	assert_ok(rowan_commit(session));
	assert_int(stored_users(), 2);
	assert_text(rowan_get(session, user, ada->id)->name, "outer");
}

Test(savepoints, a_failed_flush_fails_the_innermost_only)
{
	struct user *ada = stored_user("ada@example.org");

	assert_ok(rowan_savepoint(session));
	ada->name = "first level";
	assert_ok(rowan_savepoint(session));
	ada->name = "second level";
	assert_null(user_create(session, .email = "ada@example.org"));
	assert_ok(rowan_rollback_to(session));
	assert_text(ada->name, "first level");
	assert_ok(rowan_release(session));
	assert_ok(rowan_commit(session));
	assert_text(rowan_get(session, user, ada->id)->name, "first level");
}

Test(savepoints, a_row_of_a_failed_flush_can_be_mended_and_added_again)
{
	struct user *twin, *other;

	stored_user("ada@example.org");
	assert_ok(rowan_savepoint(session));
	other = user_build(session, .email = "other@example.org");
	twin = user_build(session, .email = "ada@example.org");
	rowan_add(session, other);
	rowan_add(session, twin);
	assert_code(rowan_flush(session), ROWAN_UNIQUE);
	assert_ok(rowan_rollback_to(session));
	assert_int(other->id, 0);
	assert_int(twin->id, 0);
	twin->email = "mended@example.org";
	rowan_add(session, other);
	rowan_add(session, twin);
	assert_ok(rowan_commit(session));
	assert_int(stored_users(), 3);
	cr_assert_neq(twin->id, other->id);
	assert_text(rowan_get(session, user, twin->id)->email, "mended@example.org");
}

Test(savepoints, every_kind_of_failure_can_be_undone)
{
	struct user *ada = stored_user("ada@example.org");
	struct task *task;

	task_create(session, .owner = ada);
	assert_ok(rowan_savepoint(session));
	ada->name = NULL;				/* nothing is sent */
	assert_code(rowan_flush(session), ROWAN_VALIDATION);
	assert_ok(rowan_rollback_to(session));
	cr_assert_not_null(ada->name);

	assert_ok(rowan_savepoint(session));
	rowan_delete(session, user, ada);
	assert_code(rowan_flush(session), ROWAN_FOREIGN_KEY);
	assert_ok(rowan_rollback_to(session));

	assert_ok(rowan_savepoint(session));
	assert_int(rowan_delete_where(session, rowan_select(user, .all_rows = true)),
		   ROWAN_FOREIGN_KEY);
	assert_ok(rowan_rollback_to(session));

	assert_ok(rowan_savepoint(session));
	task = task_build(session, .owner = ada);
	task->owner_id = 99;
	rowan_add(session, task);
	assert_code(rowan_flush(session), ROWAN_FOREIGN_KEY);
	assert_ok(rowan_rollback_to(session));

	assert_ok(rowan_savepoint(session));
	assert_null(rowan_get(session, user, 1, 2));
	assert_error(session, ROWAN_MISUSE, "rowan_get");
	assert_ok(rowan_rollback_to(session));

	assert_ok(rowan_savepoint(session));
	assert_null(rowan_exec(session, rowan_select(account)));	/* there is no such table */
	cr_assert_lt(rowan_error(session)->code, 0);
	assert_ok(rowan_rollback_to(session));

	ada->name = "fine";
	assert_ok(rowan_commit(session));
	assert_int(stored_tasks(), 1);
}

Test(savepoints, a_commit_that_fails_inside_can_be_undone)
{
	struct user *ada = stored_user("ada@example.org");
	struct user *twin;

	ada->name = "outer";
	assert_ok(rowan_savepoint(session));
	ada->name = "inner";
	twin = user_build(session, .email = "ada@example.org");
	rowan_add(session, twin);
	assert_code(rowan_commit(session), ROWAN_UNIQUE);
	assert_ok(rowan_rollback_to(session));
	assert_text(ada->name, "outer");
	assert_ok(rowan_commit(session));
	assert_int(stored_users(), 1);
	assert_text(rowan_get(session, user, ada->id)->name, "outer");
}

Test(savepoints, what_cannot_be_flushed_opens_none)
{
	stored_user("ada@example.org");
	rowan_add(session, user_build(session, .email = "ada@example.org"));
	assert_code(rowan_savepoint(session), ROWAN_UNIQUE);
	assert_code(rowan_rollback_to(session), ROWAN_UNIQUE);
	assert_ok(rowan_rollback(session));
	assert_code(rowan_rollback_to(session), ROWAN_MISUSE);
	assert_ok(rowan_rollback(session));
	assert_int(stored_users(), 1);
}

/* PostgreSQL looks at deferred keys when it commits, and then it is too late. */
Test(savepoints, a_transaction_that_its_commit_ended_is_told)
{
	struct user *ada = stored_user("ada@example.org");
	const char *name = ada->name;
	struct task *task;

	execute("ALTER TABLE tasks ALTER CONSTRAINT fk_tasks_owner_id "
		"DEFERRABLE INITIALLY DEFERRED");
	ada->name = "outer";
	assert_ok(rowan_savepoint(session));
	task = task_build(session, .owner = ada);
	task->owner_id = 99;
	rowan_add(session, task);
	assert_ok(rowan_flush(session));
	assert_code(rowan_commit(session), ROWAN_FOREIGN_KEY);
	assert_code(rowan_rollback_to(session), ROWAN_FOREIGN_KEY);
	assert_error(session, ROWAN_FOREIGN_KEY, "only rowan_rollback() helps");
	assert_ok(rowan_rollback(session));
	assert_text(ada->name, name);
	assert_int(task->id, 0);
	assert_int(stored_tasks(), 0);
}

/* The database ended all of it: there is no savepoint to go back to. */
Test(savepoints, a_transaction_that_ended_by_itself_is_told)
{
	struct user *ada = stored_user("ada@example.org");
	const char *name = ada->name;

	if (runs_on("sqlite"))
		execute("CREATE TRIGGER refuse BEFORE INSERT ON tasks BEGIN "
			      "SELECT RAISE(ROLLBACK, 'refused'); END");
	ada->name = "outer";
	assert_ok(rowan_savepoint(session));
	if (runs_on("postgresql"))
		execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
			      "WHERE datname = current_database() AND "
			      "state = 'idle in transaction'");
	assert_null(task_create(session, .owner = ada));
	assert_int(rowan_rollback_to(session), rowan_error(session)->code);
	assert_error(session, runs_on("sqlite") ? ROWAN_CHECK : ROWAN_OPERATIONAL,
		     "only rowan_rollback() helps");
	assert_code(rowan_rollback_to(session), rowan_error(session)->code);
	assert_ok(rowan_rollback(session));
	assert_text(ada->name, name);
	ada->name = "works again";
	assert_ok(rowan_commit(session));
	assert_int(stored_tasks(), 0);
}

Test(savepoints, a_session_that_is_closed_with_one_stores_nothing)
{
	rowan_savepoint(session);
	user_create(session);
	rowan_savepoint(session);
	rowan_session_close(session);
	session = rowan_session_open(engine);
	assert_int(stored_users(), 0);
	assert_int(rowan_engine_stats(engine).in_use, 0);
}
