/* SPDX-License-Identifier: MIT */
#include "sample.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Making, finding, changing and deleting rows. */

TestSuite(crud, .init = open_sample, .fini = close_sample, .timeout = 60);

/* ---- add ------------------------------------------------------------------- */

Test(crud, m27_defaults_are_there_before_any_statement)
{
	struct rowan_datetime before = rowan_now();
	struct task *task = NULL;

	assert_statements(engine, 0)
		task = rowan_new(session, task);
	assert_int(task->completed, false);
	assert_text(task->priority, "medium");
	assert_int(task->stamps.created_at.us >= before.us, true);
	assert_int(task->stamps.created_at.us <= rowan_now().us, true);
	assert_int(task->id, 0);
	assert_int(task->due_date.set, false);
	assert_null(task->description);
}

Test(crud, m06_key_is_unset_until_the_flush_and_then_filled_in)
{
	struct user *ada = user_build(session), *bob = user_build(session);

	rowan_add(session, ada);
	rowan_add(session, bob);
	assert_int(ada->id, 0);
	assert_statements(engine, 1)
		assert_ok(rowan_flush(session));
	assert_int(ada->id, 1);
	assert_int(bob->id, 2);
}

Test(crud, m06_a_key_that_was_given_is_kept)
{
	struct user *given = user_build(session), *generated = user_build(session);

	given->id = 700;
	rowan_add(session, given);
	rowan_add(session, generated);
	assert_ok(rowan_commit(session));
	assert_int(given->id, 700);
	assert_int(generated->id != 700 && generated->id > 0, true);
	assert_text(rowan_get(session, user, 700)->email, given->email);
}

Test(crud, m06_smallest_and_largest_keys)
{
	const int64_t keys[] = { INT64_MIN, -1, INT64_MAX };

	for (size_t i = 0; i < 3; i++) {
		struct user *user = user_build(session);

		user->id = keys[i];
		rowan_add(session, user);
	}
	assert_ok(rowan_commit(session, .clear = true));
	for (size_t i = 0; i < 3; i++)
		assert_int(rowan_get(session, user, keys[i])->id, keys[i]);
}

Test(crud, s02_add_all_is_one_insert_with_ids_in_order)
{
	struct user *users[3];
	struct rowan_counter *counter = rowan_counter_open(engine);

	for (size_t i = 0; i < 3; i++)
		users[i] = user_build(session);
	assert_ok(rowan_add_all(session, users, 3));
	assert_int(counter->count, 0);
	assert_ok(rowan_commit(session));
	assert_int(counter->count, 1);
	assert_int(rowan_counter_like(counter, "INSERT"), 1);
	for (size_t i = 0; i < 3; i++)
		assert_int(users[i]->id, (int64_t)i + 1);
	rowan_counter_close(counter);
}

Test(crud, s02_adding_twice_is_once)
{
	struct user *user = user_build(session);

	assert_ok(rowan_add(session, user));
	assert_ok(rowan_add(session, user));
	assert_ok(rowan_flush(session));
	assert_ok(rowan_add(session, user));
	assert_ok(rowan_commit(session));
	assert_int(stored_users(), 1);
}

Test(crud, a_row_that_is_not_added_is_not_stored)
{
	cr_assert_not_null(user_build(session));
	assert_ok(rowan_commit(session));
	assert_int(stored_users(), 0);
}

Test(crud, rows_of_mixed_columns_are_stored_each_with_its_own)
{
	for (int i = 0; i < 20; i++) {
		struct category *category = category_build(session,
			.name = rowan_text(session, "%d", i),
			.description = i % 3 ? NULL : "every third");

		rowan_add(session, category);
	}
	assert_ok(rowan_commit(session, .clear = true));
	assert_int(rowan_count(session, rowan_select(category)), 20);
	assert_int(rowan_count(session, rowan_select(category,
		.where = rowan_eq(CATEGORY(description), "every third"))), 7);
}

Test(crud, ten_thousand_rows_take_far_fewer_statements)
{
	struct task **tasks = calloc(10000, sizeof(struct task *));
	struct rowan_counter *counter = rowan_counter_open(engine);

	assert_ok(task_create_batch(session, 10000, .into = tasks));
	assert_ok(rowan_commit(session));
	assert_int(counter->count, 1 + inserts_of(10000));	/* and their owner */
	assert_int(counter->prepares, 2);
	for (size_t i = 1; i < 10000; i++)
		assert_int(tasks[i]->id, tasks[i - 1]->id + 1);
	assert_int(rowan_count(session, rowan_select(task)), 10000);

	/* .. and the keys are those of the rows, not merely numbers in order */
	for (size_t i = 0; i < 10000; i += 997) {
		rowan_scoped struct rowan_session *other = rowan_session_open(engine);

		assert_text(rowan_get(other, task, tasks[i]->id)->title, tasks[i]->title);
	}
	rowan_counter_close(counter);
	free(tasks);
}

Test(crud, the_second_run_of_a_shape_prepares_nothing)
{
	struct rowan_counter *counter = rowan_counter_open(engine);

	for (int run = 0; run < 3; run++) {
		struct user *user = user_create(session);

		user->name = "changed";
		assert_ok(rowan_commit(session, .clear = true));
		cr_assert_not_null(rowan_get(session, user, run + 1));
		assert_int(rowan_count(session, rowan_select(user,
			.where = rowan_eq(USER(name), run ? "changed" : "other"))), run ? run + 1 : 0);
		cr_assert_eq(counter->prepares > 0, run == 0, "%s", rowan_counter_report(counter));
		rowan_counter_reset(counter);
	}
	rowan_counter_close(counter);
}

/* ---- get ------------------------------------------------------------------- */

Test(crud, s03_second_get_costs_nothing_and_is_the_same_row)
{
	int64_t id = stored_user("ada@example.org")->id;
	rowan_scoped struct rowan_session *other = rowan_session_open(engine);
	const struct user *first = NULL, *second = NULL;

	assert_statements(engine, 1)
		first = rowan_get(other, user, id);
	assert_statements(engine, 0)
		second = rowan_get(other, user, id);
	cr_assert_not_null(first);
	cr_assert_eq(first, second);
	assert_text(first->email, "ada@example.org");
}

Test(crud, s03_missing_row_is_null_and_no_error)
{
	assert_null(rowan_get(session, user, 42));
	assert_null(rowan_get(session, user, INT64_MIN));
	assert_ok(rowan_error(session)->code);
	cr_assert_not_null(user_create(session));
}

Test(crud, a_row_has_one_address_however_it_is_read)
{
	const struct user *made = stored_user("ada@example.org"), *got, *found;
	const struct task *task = task_create(session, .owner = made);

	assert_ok(rowan_commit(session));
	got = rowan_get(session, user, made->id);
	found = rowan_one(rowan_exec(session, rowan_select(user)));
	cr_assert_eq(got, made);
	cr_assert_eq(found, made);
	cr_assert_eq(rowan_load(session, task, owner).row, made);
}

Test(crud, after_a_commit_a_clean_row_is_read_anew_in_place)
{
	const struct user *row = stored_user("ada@example.org");
	rowan_scoped struct rowan_session *other = rowan_session_open(engine);

	rowan_edit(other, user, rowan_get(other, user, row->id))->name = "from elsewhere";
	assert_ok(rowan_commit(other));
	cr_assert_eq(rowan_get(session, user, row->id), row);
	assert_text(row->name, "from elsewhere");
}

Test(crud, in_a_transaction_the_first_reading_counts)
{
	int64_t id = stored_user("ada@example.org")->id;
	const struct user *row;
	const char *name;

	assert_ok(rowan_commit(session, .clear = true));
	assert_ok(rowan_begin(session));
	row = rowan_get(session, user, id);
	name = row->name;
	cr_assert_eq(rowan_one(rowan_exec(session, rowan_select(user))), row);
	cr_assert_eq(row->name, name, "the row was read over");
}

Test(crud, unflushed_edits_survive_a_reading)
{
	const struct user *row = stored_user("ada@example.org");

	rowan_edit(session, user, row)->name = "edited";
	cr_assert_eq(rowan_one(rowan_exec(session, rowan_select(user))), row);
	assert_text(row->name, "edited");
	assert_ok(rowan_commit(session));
	assert_text(rowan_get(session, user, row->id)->name, "edited");
}

/* ---- edit ------------------------------------------------------------------ */

Test(crud, only_changed_columns_are_updated)
{
	struct rowan_counter *counter;
	struct user *user = stored_user("ada@example.org");
	const char *sql = NULL;

	counter = rowan_counter_open(engine);
	rowan_edit(session, user, user)->name = "Ada L.";
	assert_ok(rowan_commit(session));
	assert_int(counter->count, 1);
	for (size_t i = 0; i < counter->statement_count; i++)
		if (!counter->statements[i].internal)
			sql = counter->statements[i].sql;
	assert_contains(sql, "UPDATE \"users\"");
	assert_contains(sql, "\"name\"");
	assert_lacks(sql, "email");
	assert_lacks(sql, "is_active");
	rowan_counter_close(counter);
}

Test(crud, a_flush_without_changes_asks_nothing)
{
	struct user *user = stored_user("ada@example.org");

	assert_statements(engine, 0) {
		struct user *same = rowan_edit(session, user, user);

		same->name = rowan_text(session, "%s", same->name);	/* equal, elsewhere */
		assert_ok(rowan_flush(session));
		assert_ok(rowan_commit(session));
	}
}

Test(crud, an_edit_that_is_taken_back_asks_nothing)
{
	struct user *user = stored_user("ada@example.org");

	user->is_active = false;
	user->is_active = true;
	assert_statements(engine, 0)
		assert_ok(rowan_commit(session));
}

Test(crud, s18_many_rows_are_updated_each_to_its_own)
{
	struct user *users[50];

	assert_ok(user_create_batch(session, 50, .into = users));
	assert_ok(rowan_commit(session));
	for (size_t i = 0; i < 50; i++)
		users[i]->name = rowan_text(session, "name %zu", i);
	assert_ok(rowan_commit(session, .clear = true));
	for (int64_t id = 1; id <= 50; id++)
		assert_text(rowan_get(session, user, id)->name,
			    rowan_text(session, "name %" PRId64, id - 1));
}

Test(crud, text_that_was_assigned_may_go_after_the_flush)
{
	char buffer[] = "from a buffer";
	struct user *user = user_create(session, .name = buffer);

	buffer[0] = 'X';
	assert_text(user->name, "from a buffer");
	assert_ok(rowan_commit(session));
	user->name = strcpy(buffer, "second");
	assert_ok(rowan_flush(session));
	memset(buffer, 'Y', sizeof(buffer) - 1);
	assert_text(user->name, "second");
	assert_statements(engine, 0)
		assert_ok(rowan_commit(session));
}

/* ---- delete ---------------------------------------------------------------- */

Test(crud, s18_a_deleted_row_is_gone)
{
	struct user *user = stored_user("ada@example.org");
	int64_t id = user->id;

	assert_ok(rowan_delete(session, user, user));
	assert_int(stored_users(), 1);
	assert_null(rowan_get(session, user, id));
	assert_statements(engine, 1)
		assert_ok(rowan_commit(session));
	assert_int(stored_users(), 0);
	assert_null(rowan_get(session, user, id));
}

Test(crud, s07_a_row_that_was_never_stored_can_not_be_deleted)
{
	struct user *made = user_build(session), *added = user_build(session);

	assert_code(rowan_delete(session, user, made), ROWAN_MISUSE);
	assert_error(session, ROWAN_MISUSE, "never stored");
	assert_error(session, ROWAN_MISUSE, "users");
	assert_ok(rowan_rollback(session));
	rowan_add(session, added);
	assert_code(rowan_delete(session, user, added), ROWAN_MISUSE);
	assert_ok(rowan_rollback(session));
}

Test(crud, deleted_then_added_is_kept)
{
	struct user *user = stored_user("ada@example.org");

	assert_ok(rowan_delete(session, user, user));
	assert_ok(rowan_add(session, user));
	assert_ok(rowan_commit(session));
	assert_int(stored_users(), 1);
}

Test(crud, parents_and_children_are_deleted_children_first)
{
	struct user *user = user_create(session, .tasks = 3);
	struct rowan_result *tasks;
	const struct task *task;

	assert_ok(rowan_commit(session));
	assert_ok(rowan_delete(session, user, user));	/* in the wrong order */
	tasks = rowan_exec(session, rowan_select(task));
	while ((task = rowan_next(tasks)))
		assert_ok(rowan_delete(session, task, task));
	assert_ok(rowan_commit(session));
	assert_int(stored_users() + stored_tasks(), 0);
}

/* ---- refresh --------------------------------------------------------------- */

Test(crud, s06_refresh_shows_what_changed_elsewhere)
{
	struct user *user = stored_user("ada@example.org");
	rowan_scoped struct rowan_session *other = rowan_session_open(engine);

	rowan_edit(other, user, rowan_get(other, user, user->id))->name = "changed";
	assert_ok(rowan_commit(other));
	user->email = "unflushed@example.org";
	assert_ok(rowan_refresh(session, user, user));
	assert_text(user->name, "changed");
	assert_text(user->email, "ada@example.org");
	assert_statements(engine, 0)
		assert_ok(rowan_commit(session));
}

Test(crud, s06_refresh_of_a_row_that_is_gone_is_an_error)
{
	struct user *user = stored_user("ada@example.org");
	rowan_scoped struct rowan_session *other = rowan_session_open(engine);

	rowan_delete(other, user, rowan_get(other, user, user->id));
	assert_ok(rowan_commit(other));
	assert_code(rowan_refresh(session, user, user), ROWAN_STALE);
	assert_error(session, ROWAN_STALE, "users");
	assert_ok(rowan_rollback(session));
	assert_int(rowan_count(session, rowan_select(user)), 0);
}

/* ---- results --------------------------------------------------------------- */

Test(crud, s04_first_one_and_one_or_none)
{
	struct rowan_result *none, *two;

	none = rowan_exec(session, rowan_select(user));
	cr_assert_not_null(none);
	assert_null(rowan_first(none));
	assert_null(rowan_one_or_none(none));
	assert_null(rowan_next(none));
	assert_int(rowan_result_count(none), 0);
	assert_ok(rowan_error(session)->code);

	assert_null(rowan_one(none));
	assert_error(session, ROWAN_NO_ROW, "none");
	assert_ok(rowan_rollback(session));

	assert_ok(user_create_batch(session, 2));
	assert_ok(rowan_commit(session));
	two = rowan_exec(session, rowan_select(user, .order_by = { rowan_asc(USER(id)) }));
	assert_int(((const struct user *)rowan_first(two))->id, 1);
	assert_null(rowan_one(two));
	assert_error(session, ROWAN_MANY_ROWS, "2");
	assert_ok(rowan_rollback(session));
	two = rowan_exec(session, rowan_select(user));
	assert_null(rowan_one_or_none(two));
	assert_error(session, ROWAN_MANY_ROWS, "2");
}

Test(crud, s04_all_and_next_give_the_same_rows_in_order)
{
	const struct user *const *users, *user;
	struct rowan_result *result;
	size_t seen = 0;

	assert_ok(user_create_batch(session, 200));
	assert_ok(rowan_commit(session, .clear = true));
	result = rowan_exec(session, rowan_select(user, .order_by = { rowan_desc(USER(id)) }));
	users = rowan_all(result);
	assert_int(rowan_result_count(result), 200);
	assert_statements(engine, 0)
		for (; (user = rowan_next(result)); seen++) {
			cr_assert_eq(user, users[seen]);
			assert_int(user->id, 200 - (int64_t)seen);
		}
	assert_int(seen, 200);
	assert_null(rowan_next(result));
}

Test(crud, results_of_a_failed_query_are_null_all_the_way)
{
	assert_null(rowan_next(NULL));
	assert_null(rowan_first(NULL));
	assert_null(rowan_one(NULL));
	assert_null(rowan_one_or_none(NULL));
	assert_null(rowan_all(NULL));
	assert_int(rowan_result_count(NULL), 0);
}

/* ---- long sessions ---------------------------------------------------------- */

Test(crud, commit_with_clear_forgets_the_rows_and_keeps_the_session)
{
	for (int round = 1; round <= 5; round++) {
		assert_ok(user_create_batch(session, 100));
		assert_ok(rowan_commit(session, .clear = true));
		assert_statements(engine, 1)
			cr_assert_not_null(rowan_get(session, user, 1));
	}
	assert_int(stored_users(), 500);
}

Test(crud, clear_is_refused_while_something_waits)
{
	struct user *user = user_build(session);

	rowan_add(session, user);
	assert_code(rowan_clear(session), ROWAN_MISUSE);
	assert_ok(rowan_rollback(session));
	assert_ok(rowan_clear(session));

	user = stored_user("ada@example.org");
	user->name = "an edit is work as well";
	assert_code(rowan_clear(session), ROWAN_MISUSE);
	assert_ok(rowan_rollback(session));
	assert_ok(rowan_clear(session));
}

Test(crud, untracked_rows_have_no_identity)
{
	const struct user *first, *second;

	stored_user("ada@example.org");
	first = rowan_one(rowan_exec(session, rowan_select(user, .untracked = true)));
	second = rowan_one(rowan_exec(session, rowan_select(user, .untracked = true)));
	cr_assert_neq(first, second);
	assert_text(first->email, second->email);
	assert_null(rowan_edit(session, user, first));
	assert_error(session, ROWAN_MISUSE, "users");
}
