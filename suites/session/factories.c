/* SPDX-License-Identifier: MIT */
#include "sample.h"

#include <stdlib.h>
#include <string.h>

/* The fixtures, which every other suite relies on. */

TestSuite(factories, .init = open_sample, .fini = close_sample, .timeout = 60);

Test(factories, f01_build_asks_nothing)
{
	assert_statements(engine, 0) {
		struct task *task = task_build(session);

		cr_assert(task->title[0] && task->owner.row->email[0]);
		assert_int(task->id, 0);
		cr_assert_not_null(user_build(session));
		cr_assert_not_null(category_build(session));
	}
	assert_ok(rowan_commit(session));
	assert_int(stored_users() + stored_tasks(), 0);
}

Test(factories, f01_create_flushes_and_does_not_commit)
{
	struct user *user = NULL;

	assert_statements(engine, 1)
		user = user_create(session);
	assert_int(user->id, 1);
	assert_ok(rowan_rollback(session));
	assert_int(stored_users(), 0);
}

Test(factories, f01_a_hundred_are_one_batch)
{
	struct user *owner = user_create(session);
	struct task *tasks[100];

	assert_statements(engine, inserts_of(100))
		assert_ok(task_create_batch(session, 100, .owner = owner, .completed = true,
					    .into = tasks));
	for (size_t i = 0; i < 100; i++) {
		assert_int(tasks[i]->owner_id, owner->id);
		assert_int(tasks[i]->completed, true);
		assert_int(tasks[i]->id, (int64_t)i + 1);
	}
	assert_int(rowan_count(session, rowan_select(task)), 100);
}

Test(factories, f01_batch_of_none)
{
	assert_statements(engine, 0)
		assert_ok(task_create_batch(session, 0));
}

Test(factories, f01_overrides_are_taken_and_the_rest_is_made_up)
{
	struct rowan_opt_datetime due = rowan_opt_datetime(rowan_datetime(2030, 1, 1, 0, 0, 0));
	struct user *user = user_create(session, .email = "ada@example.org", .traits = USER_INACTIVE);
	struct task *parent = task_create(session, .owner = user);
	struct task *task = task_create(session, .title = "Write it", .description = "soon",
		.priority = "high", .completed = true, .due_date = due, .owner = user,
		.parent = parent);
	struct category *root = category_create(session, .name = "root", .color = "#000000");
	struct category *leaf = category_create(session, .parent = root, .description = "leaf");

	assert_text(user->email, "ada@example.org");
	assert_int(user->is_active, false);
	cr_assert(user->name[0] && strlen(user->hashed_password) == 60);
	assert_text(task->title, "Write it");
	assert_text(task->description, "soon");
	assert_text(task->priority, "high");
	assert_int(task->completed, true);
	assert_int(task->due_date.value.us, due.value.us);
	assert_int(task->parent_id.value, parent->id);
	assert_text(parent->priority, "medium");
	assert_text(root->color, "#000000");
	assert_text(leaf->color, "#3B82F6");
	assert_int(leaf->parent_id.value, root->id);
	assert_ok(rowan_commit(session));
}

Test(factories, f02_a_task_makes_its_owner_once)
{
	struct task *tasks[5];

	cr_assert_not_null(task_create(session));
	assert_int(rowan_count(session, rowan_select(user)), 1);
	assert_ok(task_create_batch(session, 5, .into = tasks));
	assert_int(rowan_count(session, rowan_select(user)), 2);
	for (size_t i = 0; i < 5; i++)
		cr_assert_eq(tasks[i]->owner.row, tasks[0]->owner.row);
}

Test(factories, f02_users_come_with_tasks)
{
	struct user *users[3];

	assert_statements(engine, 2)
		assert_ok(user_create_batch(session, 3, .tasks = 4, .into = users));
	assert_int(rowan_count(session, rowan_select(task,
		.where = rowan_eq(TASK(owner_id), users[2]->id))), 4);
}

Test(factories, f02_sequences_keep_values_unique)
{
	assert_ok(user_create_batch(session, 1000));
	assert_ok(category_create_batch(session, 1000));
	assert_ok(rowan_commit(session));
}

Test(factories, f03_same_seed_same_rows)
{
	char *names[2][20];

	for (int run = 0; run < 2; run++) {
		rowan_fake_start(4711);
		assert_int(rowan_fake_seed(), 4711);
		for (int i = 0; i < 20; i++) {
			const struct user *user = user_build(session);
			const struct task *task = task_build(session, .owner = user);

			names[run][i] = strdup(rowan_text(session, "%s|%s|%s|%s", user->name,
				user->email, user->hashed_password, task->title));
		}
	}
	for (int i = 0; i < 20; i++) {
		assert_text(names[0][i], names[1][i]);
		for (int k = 0; k < i; k++)
			cr_assert_str_neq(names[0][i], names[0][k]);
	}
	for (int i = 0; i < 20; i++) {
		free(names[0][i]);
		free(names[1][i]);
	}
}

Test(factories, f03_another_seed_other_rows)
{
	const char *passwords[2];

	for (int run = 0; run < 2; run++) {
		rowan_fake_start((uint64_t)run);
		passwords[run] = user_build(session)->hashed_password;
	}
	cr_assert_str_neq(passwords[0], passwords[1]);
}

Test(factories, f03_the_run_s_seed_is_used)
{
	const char *given = getenv("ROWAN_SEED");

	cr_assert_not_null(given, "support.c sets it for all tests of a run");
	assert_int(rowan_fake_seed(), strtoull(given, NULL, 0));
}

Test(factories, f03_valid_unless_it_is_asked_for)
{
	assert_ok(user_create_batch(session, 200, .tasks = 5));
	assert_ok(category_create_batch(session, 200));
	assert_ok(rowan_commit(session));
}

Test(factories, f02_traits_and_subtasks)
{
	struct task *task = task_create(session, .traits = TASK_COMPLETED | TASK_OVERDUE,
					.subtasks = 2);

	assert_int(task->completed, true);
	cr_assert(task->due_date.set && task->due_date.value.us < rowan_now().us);
	assert_text(task->priority, "medium");
	assert_text(task_create(session, .traits = TASK_URGENT)->priority, "high");
	assert_text(task_create(session, .traits = TASK_URGENT, .priority = "low")->priority, "low");
	assert_int(rowan_count(session, rowan_select(task,
		.where = rowan_and(rowan_eq(TASK(parent_id), task->id),
				   rowan_eq(TASK(owner_id), task->owner_id)))), 2);
}

Test(factories, f03_the_sample_s_factories_are_sound)
{
	assert_text(rowan_lint(session, user), NULL);
	assert_text(rowan_lint(session, task), NULL);
	assert_text(rowan_lint(session, category), NULL);
	assert_ok(rowan_commit(session));
	assert_int(stored_users() + stored_tasks(), 0);
}

Test(factories, f03_numbers_below_a_limit_are_spread)
{
	struct rowan_fake fake = rowan_fake();
	int seen[7] = { 0 };

	for (int i = 0; i < 7000; i++)
		seen[rowan_fake_below(&fake, 7)]++;
	for (int i = 0; i < 7; i++)
		cr_assert(seen[i] > 700 && seen[i] < 1300, "%d came %d times", i, seen[i]);
	assert_int(rowan_fake_below(&fake, 1), 0);
	assert_int(rowan_fake_below(&fake, 0), 0);
}

Test(factories, a_failed_session_makes_nothing)
{
	rowan_add(session, NULL);
	assert_null(user_build(session));
	assert_null(task_build(session));
	assert_null(category_build(session));
	assert_null(task_create(session));
	assert_code(user_create_batch(session, 3, .tasks = 1), ROWAN_MISUSE);
	assert_code(category_create_batch(session, 3), ROWAN_MISUSE);
}

/* ---- the kit ---------------------------------------------------------------------- */

Test(factories, t04_every_test_starts_empty)
{
	assert_int(stored_users() + stored_tasks() + stored_links(), 0);
	stored_user("here@example.org");
}

Test(factories, t04_two_databases_know_nothing_of_each_other)
{
	struct rowan_engine *other = rowan_test_engine(sample_models);

	stored_user("here@example.org");
	{
		rowan_scoped struct rowan_session *elsewhere = rowan_session_open(other);

		assert_int(rowan_count(elsewhere, rowan_select(user)), 0);
		cr_assert_not_null(user_create(elsewhere, .email = "here@example.org"));
	}
	rowan_test_engine_close(other);
	assert_int(stored_users(), 1);
}

Test(factories, t04_sessions_of_one_engine_share_the_database_in_every_pool)
{
	const enum rowan_pool_kind kinds[] = {
		ROWAN_POOL_QUEUE, ROWAN_POOL_NULL, ROWAN_POOL_STATIC,
	};

	for (size_t i = 0; i < 3; i++) {
		struct rowan_engine *other = rowan_test_engine(sample_models, .pool = kinds[i]);

		for (int64_t round = 0; round < 3; round++) {
			rowan_scoped struct rowan_session *scoped = rowan_session_open(other);

			assert_int(rowan_count(scoped, rowan_select(user)), round);
			cr_assert_not_null(user_create(scoped));
			assert_ok(rowan_commit(scoped));
		}
		rowan_test_engine_close(other);
	}
}

Test(factories, t04_a_list_that_can_not_be_created_is_told)
{
	struct rowan_error error = { 0 };

	assert_null(rowan_test_engine(ROWAN_MODELS(&task_model), .error = &error));
	assert_int(error.code, ROWAN_MISUSE);
}

Test(factories, counter_can_start_again)
{
	struct rowan_counter *counter = rowan_counter_open(engine);

	user_create(session);
	assert_int(counter->count, 1);
	assert_int(counter->rows, 1);
	rowan_counter_reset(counter);
	assert_int(counter->count, 0);
	assert_contains(rowan_counter_report(counter), "0 statements");
	rowan_count(session, rowan_select(user));
	assert_int(counter->count, 1);
	assert_contains(rowan_counter_report(counter), "1 statement:");
	assert_contains(rowan_counter_report(counter), "factories.c");
	rowan_counter_close(counter);
	rowan_counter_close(NULL);
	assert_ok(rowan_commit(session));	/* nobody listens any more */
}
