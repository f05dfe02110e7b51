/* SPDX-License-Identifier: MIT */
/* rowan_insert_all(): structs straight into the database. */
#include "sample.h"

#include <rowan/fixtures/factories.h>
#include <stdlib.h>

TestSuite(bulk, .init = open_sample, .fini = close_sample, .timeout = 60);

#define ROWS 10000

static struct task *make_tasks(size_t count, int64_t owner_id)
{
	struct task *tasks = calloc(count, sizeof(*tasks));

	cr_assert(tasks);
	for (size_t i = 0; i < count; i++) {
		tasks[i].title = i % 2 ? "odd" : "even \xc3\xa9";
		tasks[i].description = i % 3 ? "some text" : NULL;
		tasks[i].priority = "medium";
		tasks[i].completed = i % 5 == 0;
		tasks[i].owner_id = owner_id;
		tasks[i].due_date = i % 7 ? rowan_opt_datetime(rowan_datetime(2026, 1, 1, 0, 0, 0))
					  : (struct rowan_opt_datetime){ 0 };
		tasks[i].stamps.created_at = tasks[i].stamps.updated_at = rowan_datetime(2026, 1, 1, 0, 0, (int)i);
	}
	return tasks;
}

Test(bulk, s15_ten_thousand_rows_take_one_statement_for_each_batch)
{
	struct user *owner = user_create(session);
	struct task *tasks = make_tasks(ROWS, owner->id);
	struct rowan_counter *counter = rowan_counter_open(engine);

	assert_ok(rowan_insert_all(session, task, tasks, ROWS));
	cr_assert(rowan_counter_like(counter, "INSERT") + rowan_counter_like(counter, "WITH") <=
		  ROWS / 50, "%s", rowan_counter_report(counter));
	assert_ok(rowan_commit(session));
	assert_int(rowan_count(session, rowan_select(task)), ROWS);
	assert_int(rowan_count(session, rowan_select(task,
		.where = rowan_eq(TASK(completed), true))), ROWS / 5);
	assert_int(rowan_count(session, rowan_select(task,
		.where = rowan_is_null(TASK(description)))), ROWS / 3 + 1);
	rowan_counter_close(counter);
	free(tasks);
}

Test(bulk, rows_arrive_as_they_were_given)
{
	struct user *owner = user_create(session);
	struct task *tasks = make_tasks(120, owner->id);
	struct rowan_result *result;
	const struct task *task;

	assert_ok(rowan_insert_all(session, task, tasks, 120));
	result = rowan_exec(session, rowan_select(task, .order_by = { rowan_asc(TASK(stamps.created_at)) }));
	assert_int(rowan_result_count(result), 120);
	for (size_t i = 0; (task = rowan_next(result)); i++) {
		assert_text(task->title, tasks[i].title);
		assert_text(task->description, tasks[i].description);
		assert_int(task->due_date.set, tasks[i].due_date.set);
		assert_int(task->due_date.value.us, tasks[i].due_date.value.us);
		assert_int(task->stamps.created_at.us, tasks[i].stamps.created_at.us);
		cr_assert(task->id > 0);
	}
	free(tasks);
}

Test(bulk, m06_explicit_keys_are_kept_beside_generated_ones)
{
	struct user *owner = user_create(session);
	struct task *tasks = make_tasks(9, owner->id);

	for (size_t i = 3; i < 6; i++)
		tasks[i].id = 1000 + (int64_t)i;
	assert_ok(rowan_insert_all(session, task, tasks, 9));
	for (size_t i = 3; i < 6; i++)
		cr_assert(rowan_get(session, task, 1000 + (int64_t)i));
	assert_int(rowan_count(session, rowan_select(task)), 9);
	free(tasks);
}

Test(bulk, v06_nothing_is_sent_if_one_row_is_not_valid)
{
	struct user *owner = user_create(session);
	struct task *tasks = make_tasks(100, owner->id);

	assert_ok(rowan_commit(session));
	tasks[77].title = "";
	assert_statements(engine, 0)
		assert_code(rowan_insert_all(session, task, tasks, 100), ROWAN_VALIDATION);
	assert_error(session, ROWAN_VALIDATION, "row 77: tasks.title has 0 characters");
	assert_ok(rowan_rollback(session));
	assert_int(rowan_count(session, rowan_select(task)), 0);
	free(tasks);
}

Test(bulk, m14_a_refused_row_leaves_none)
{
	struct user *owner = user_create(session);
	struct task *tasks = make_tasks(4000, owner->id);

	assert_ok(rowan_commit(session));
	tasks[3999].owner_id = 987654;
	assert_code(rowan_insert_all(session, task, tasks, 4000), ROWAN_FOREIGN_KEY);
	assert_text(rowan_error(session)->constraint, "fk_tasks_owner_id");
	assert_ok(rowan_rollback(session));
	assert_int(rowan_count(session, rowan_select(task)), 0);
	free(tasks);
}

Test(bulk, no_rows_are_no_statement)
{
	assert_statements(engine, 0)
		assert_ok(rowan_insert_all(session, task, (const struct task *)NULL, 0));
	assert_code(rowan_insert_all(session, task, (const struct task *)NULL, 1), ROWAN_MISUSE);
	assert_error(session, ROWAN_MISUSE, "the rows of tasks are NULL");
}
