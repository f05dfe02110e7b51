/* SPDX-License-Identifier: MIT */
#include "sample.h"

#include <time.h>

/* What a session may ask for. */

TestSuite(budgets, .init = open_sample, .fini = close_sample, .timeout = 60);

static void store_users(int count, int tasks)
{
	for (int i = 0; i < count; i++) {
		struct user *user = user_create(session);

		task_create_batch(session, (size_t)tasks, .owner = user);
	}
	assert_ok(rowan_commit(session));
}

static struct rowan_session *within(struct rowan_budget budget)
{
	struct rowan_session *limited = rowan_session_open(engine, .budget = budget,
							   .lazy = ROWAN_LOAD_EACH);

	cr_assert_not_null(limited);
	return limited;
}

/* An N+1 loop ends at the 11th repetition, and the error says how to mend it. */
Test(budgets, c7_a_loop_of_lazy_loads_is_stopped)
{
	struct rowan_session *limited = within((struct rowan_budget){ .repeats = 10 });
	struct rowan_result *users;
	const struct user *user;
	int line, loaded = 0;

	store_users(20, 1);
	users = rowan_exec(limited, rowan_select(user));
	line = __LINE__ + 2;
	while ((user = rowan_next(users)) && rowan_error(limited)->code == ROWAN_OK)
		loaded += rowan_load(limited, user, tasks).count == 1;
	assert_int(loaded, 10);
	assert_error(limited, ROWAN_BUDGET, "this line executes one statement more than 10 times");
	assert_int(rowan_error(limited)->site.line, line);
	assert_contains(rowan_error(limited)->message,
			"; user.tasks is loaded row by row: add .load = { rowan_selectin(user, tasks) } "
			"to the query at ");
	assert_contains(rowan_error(limited)->message, "budgets.c:");
	rowan_session_close(limited);
}

/* One by key after another is the same mistake. */
Test(budgets, c7_a_loop_of_gets_is_stopped)
{
	struct rowan_session *limited = within((struct rowan_budget){ .repeats = 3 });
	int found = 0;

	store_users(5, 0);
	for (int64_t id = 1; id <= 5; id++)
		found += rowan_get(limited, user, id) != NULL;
	assert_int(found, 3);
	assert_error(limited, ROWAN_BUDGET, "more than 3 times");

	/* Other lines, and rows that are held, are free. */
	assert_ok(rowan_rollback(limited));
	cr_assert_not_null(rowan_get(limited, user, 4));
	for (int i = 0; i < 10; i++)
		cr_assert_not_null(rowan_get(limited, user, 4));
	rowan_session_close(limited);
}

Test(budgets, c7_statements_are_counted_and_commands_are_not)
{
	struct rowan_session *limited = within((struct rowan_budget){ .statements = 3 });

	assert_ok(rowan_begin(limited));
	user_create(limited);
	assert_ok(rowan_savepoint(limited));
	assert_ok(rowan_release(limited));
	assert_int(rowan_count(limited, rowan_select(user)), 1);
	assert_ok(rowan_commit(limited));
	assert_int(rowan_count(limited, rowan_select(user)), 1);
	assert_statements(engine, 0)
		assert_code((int)rowan_count(limited, rowan_select(user)), ROWAN_BUDGET);
	assert_error(limited, ROWAN_BUDGET, "more than 3 statements in one session");

	/* There is no more after a rollback either; another session has its own. */
	assert_ok(rowan_rollback(limited));
	assert_null(rowan_exec(limited, rowan_select(user)));
	assert_error(limited, ROWAN_BUDGET, "more than 3 statements");
	assert_int(stored_users(), 1);
	rowan_session_close(limited);
}

Test(budgets, c7_a_flush_that_is_too_much_stores_nothing)
{
	struct rowan_session *limited = within((struct rowan_budget){ .statements = 1 });
	struct user *user = rowan_new(limited, user);

	user->email = "ada@example.org";
	user->hashed_password = user->name = "-";
	assert_ok(rowan_add(limited, user));
	task_build(limited, .owner = user);
	assert_ok(rowan_add(limited, task_build(limited, .owner = user)));
	assert_code(rowan_commit(limited), ROWAN_BUDGET);
	assert_ok(rowan_rollback(limited));
	assert_int(stored_users(), 0);
	rowan_session_close(limited);
}

Test(budgets, c7_rows)
{
	struct rowan_session *limited = within((struct rowan_budget){ .rows = 5 });

	store_users(3, 2);
	cr_assert_not_null(rowan_exec(limited, rowan_select(user)));
	assert_null(rowan_exec(limited, rowan_select(task)));
	assert_error(limited, ROWAN_BUDGET, "more than 5 rows are read in one session");
	assert_ok(rowan_rollback(limited));
	assert_null(rowan_exec(limited, rowan_select(user, .limit = 1)));
	rowan_session_close(limited);

	limited = within((struct rowan_budget){ .rows = 5 });
	cr_assert_not_null(rowan_exec(limited, rowan_select(task, .limit = 5,
							    .order_by = { rowan_asc(TASK(id)) })));
	rowan_session_close(limited);
}

Test(budgets, c7_rows_of_a_stream)
{
	struct rowan_session *limited = within((struct rowan_budget){ .rows = 2 });
	struct rowan_stream *users;
	int read = 0;

	store_users(3, 0);
	users = rowan_stream(limited, rowan_select(user));
	while (rowan_stream_next(users))
		read++;
	assert_int(read, 2);
	assert_code(rowan_stream_close(users), ROWAN_BUDGET);
	rowan_session_close(limited);
}

Test(budgets, c7_time)
{
	struct rowan_session *limited = within((struct rowan_budget){ .ms = 1 });
	struct timespec pause = { .tv_nsec = 5000000 };

	nanosleep(&pause, NULL);
	assert_null(rowan_exec(limited, rowan_select(user)));
	assert_error(limited, ROWAN_BUDGET, "has been open for more than 1 ms");
	rowan_session_close(limited);
}

static int read_twice(struct rowan_session *of, void *context)
{
	int *calls = context;

	(*calls)++;
	rowan_exec(of, rowan_select(user));
	rowan_exec(of, rowan_select(user));
	return ROWAN_OK;
}

Test(budgets, c7_a_transaction_has_a_budget_and_is_not_run_again)
{
	struct rowan_error error = { 0 };
	int calls = 0;

	assert_ok(rowan_transaction(engine, read_twice, &calls, .budget = { .statements = 2 }));
	assert_code(rowan_transaction(engine, read_twice, &calls, .budget = { .statements = 1 },
				      .error = &error), ROWAN_BUDGET);
	assert_int(calls, 2);
	assert_contains(error.message, "more than 1 statements");
}

Test(budgets, c7_a_budget_is_not_negative)
{
	struct rowan_error error = { 0 };

	assert_null(rowan_session_open(engine, .budget = { .rows = -1 }, .error = &error));
	assert_code(error.code, ROWAN_MISUSE);
	assert_contains(error.message, "a budget is negative");
}
