/* SPDX-License-Identifier: MIT */
#include "sample.h"

#include <stdio.h>
#include <stdlib.h>

/* What loading relations costs, counted. */

#define USERS 10
#define TASKS 3

/* Ten users with three tasks each, every task in two of four categories. */
static void open_crowd(void)
{
	struct category *categories[4];
	struct user *users[USERS];

	open_sample();
	assert_ok(category_create_batch(session, 4, .into = categories));
	assert_ok(user_create_batch(session, USERS, .tasks = TASKS, .into = users));
	for (size_t i = 0; i < USERS; i++) {
		for (size_t t = 0; t < rowan_load(session, users[i], tasks).count; t++) {
			const struct task *task = users[i]->tasks.rows[t];

			rowan_append(session, task, categories, categories[(i + t) % 4]);
			rowan_append(session, task, categories, categories[(i + t + 1) % 4]);
		}
	}
	assert_ok(rowan_commit(session, .clear = true));
	assert_int(stored_links(), 2 * USERS * TASKS);
}

TestSuite(nplus1, .init = open_crowd, .fini = close_sample, .timeout = 60);

/* Walks to every task; `line` is that of the lazy load. */
static size_t count_tasks(struct rowan_query query, int *line)
{
	struct rowan_result *users = rowan_exec(session, query);
	const struct user *user;
	size_t count = 0;

	while ((user = rowan_next(users)))
		count += (*line = __LINE__, rowan_load(session, user, tasks).count);
	return count;
}

static size_t count_titles(struct rowan_query query)
{
	struct rowan_result *users = rowan_exec(session, query);
	const struct user *user;
	size_t letters = 0;

	while ((user = rowan_next(users)))
		for (size_t t = 0; t < rowan_load(session, user, tasks).count; t++) {
			const struct task *task = user->tasks.rows[t];

			for (size_t c = 0; c < rowan_load(session, task, categories).count; c++)
				letters += task->categories.rows[c]->name[0] != '\0';
		}
	return letters;
}

/* ---- each ------------------------------------------------------------------- */

Test(nplus1, l04_loading_each_is_n_plus_one_and_is_reported)
{
	struct rowan_counter *counter = rowan_counter_open(engine);
	int line, query_line;

	query_line = __LINE__ + 1;
	assert_int(count_tasks(rowan_select(user, .load = { rowan_each(user, tasks) }), &line),
		   USERS * TASKS);
	assert_int(counter->count, USERS + 1);
	assert_int(counter->n_plus_one, 1);		/* once, not once for each row */
	assert_int(counter->last_site.line, line);
	assert_contains(counter->last_site.file, "nplus1.c");
	assert_contains(counter->last_report, "rowan_selectin(user, tasks)");
	assert_contains(counter->last_report, rowan_text(session, "nplus1.c:%d", query_line));

	/* the counter's own report says the same, for a failing test */
	assert_contains(rowan_counter_report(counter), "11 statements");
	assert_contains(rowan_counter_report(counter),
			rowan_text(session, "%d x  %s:%d", USERS, __FILE__, line));
	assert_contains(rowan_counter_report(counter), "N+1");
	rowan_counter_close(counter);
}

Test(nplus1, l04_each_goes_down_a_whole_path)
{
	struct rowan_query query = rowan_select(user,
		.load = { rowan_each(user, tasks, task, categories) });

	assert_statements(engine, 1 + USERS + USERS * TASKS)
		count_titles(query);
}

Test(nplus1, l02_selectin_below_a_lazy_step_comes_with_it)
{
	struct rowan_query query = rowan_select(user,
		.load = { rowan_selectin(user, tasks, task, categories), rowan_each(user, tasks) });

	assert_statements(engine, 1 + 2 * USERS)
		count_titles(query);
}

Test(nplus1, l04_each_may_be_a_session_s_habit)
{
	rowan_session_close(session);
	session = rowan_session_open(engine, .lazy = ROWAN_LOAD_EACH);
	assert_statements(engine, USERS + 1) {
		int line;

		count_tasks(rowan_select(user), &line);
	}
}

Test(nplus1, l04_rows_got_one_by_one_are_reported_too)
{
	struct rowan_counter *counter = rowan_counter_open(engine);

	for (int64_t id = 1; id <= 5; id++) {
		const struct user *user = rowan_get(session, user, id);

		assert_int(rowan_load(session, user, tasks).count, TASKS);
	}
	assert_int(counter->count, 10);
	assert_int(counter->n_plus_one, 1);
	assert_contains(counter->last_report, "user.tasks");
	rowan_counter_close(counter);
}

Test(nplus1, l01_first_touch_is_one_statement_and_the_next_none)
{
	const struct user *user = rowan_get(session, user, 1);

	assert_statements(engine, 1)
		assert_int(rowan_load(session, user, tasks).count, TASKS);
	assert_statements(engine, 0) {
		assert_int(rowan_load(session, user, tasks).count, TASKS);
		assert_int(user->tasks.count, TASKS);
	}
}

/* ---- batch, selectin, joined --------------------------------------------------- */

Test(nplus1, l04_batch_is_two_statements_without_being_asked)
{
	struct rowan_counter *counter = rowan_counter_open(engine);
	int line;

	assert_int(count_tasks(rowan_select(user), &line), USERS * TASKS);
	assert_int(counter->count, 2);
	assert_int(counter->n_plus_one, 0);
	rowan_counter_close(counter);
}

Test(nplus1, l04_batch_goes_down_two_levels_in_three)
{
	assert_statements(engine, 3)
		assert_int(count_titles(rowan_select(user)), 2 * USERS * TASKS);
}

Test(nplus1, l02_selectin_is_two_statements_and_none_later)
{
	struct rowan_result *users = NULL;
	const struct user *user;

	assert_statements(engine, 2)
		users = rowan_exec(session, rowan_select(user,
			.load = { rowan_selectin(user, tasks) }));
	assert_statements(engine, 0)
		while ((user = rowan_next(users)))
			assert_int(rowan_load(session, user, tasks).count, TASKS);
}

Test(nplus1, l02_selectin_of_two_levels_is_three_statements)
{
	struct rowan_counter *counter = rowan_counter_open(engine);

	assert_int(count_titles(rowan_select(user,
		.load = { rowan_selectin(user, tasks, task, categories) })), 2 * USERS * TASKS);
	cr_assert_eq(counter->count, 3, "%s", rowan_counter_report(counter));
	rowan_counter_close(counter);
}

Test(nplus1, l02_selectin_takes_any_number_of_parents)
{
	struct rowan_result *users = NULL;
	const struct user *user;
	size_t count = 0;

	assert_ok(user_create_batch(session, 3000, .tasks = 1));
	assert_ok(rowan_commit(session, .clear = true));
	assert_statements(engine, 2)
		users = rowan_exec(session, rowan_select(user,
			.load = { rowan_selectin(user, tasks) }));
	while ((user = rowan_next(users)))
		for (size_t t = 0; t < user->tasks.count; t++, count++)
			assert_int(user->tasks.rows[t]->owner_id, user->id);
	assert_int(count, 3000 + USERS * TASKS);
}

Test(nplus1, l02_nothing_to_load_for_asks_nothing)
{
	assert_statements(engine, 1)
		rowan_exec(session, rowan_select(user, .where = rowan_eq(USER(email), "nobody"),
			.load = { rowan_selectin(user, tasks) }));
}

Test(nplus1, l03_joined_is_one_statement)
{
	struct rowan_result *users = NULL;
	const struct user *user;
	size_t count = 0;

	assert_statements(engine, 1) {
		users = rowan_exec(session, rowan_select(user,
			.load = { rowan_joined(user, tasks) },
			.order_by = { rowan_asc(USER(id)) }));
		assert_int(rowan_result_count(users), USERS);
		while ((user = rowan_next(users))) {
			assert_int(rowan_load(session, user, tasks).count, TASKS);
			for (size_t t = 0; t < TASKS; t++, count++)
				assert_int(user->tasks.rows[t]->owner_id, user->id);
		}
	}
	assert_int(count, USERS * TASKS);
}

Test(nplus1, l03_joined_with_a_limit_of_two_gives_two_parents)
{
	struct rowan_result *users = NULL;
	const struct user *user;

	assert_statements(engine, 1)
		users = rowan_exec(session, rowan_select(user, .limit = 2, .offset = 3,
			.order_by = { rowan_desc(USER(id)) },
			.load = { rowan_joined(user, tasks) }));
	assert_int(rowan_result_count(users), 2);
	user = rowan_next(users);
	assert_int(user->id, USERS - 3);
	assert_int(user->tasks.count, TASKS);
	user = rowan_next(users);
	assert_int(user->id, USERS - 4);
	assert_int(user->tasks.count, TASKS);
}

Test(nplus1, l03_joined_with_a_condition_and_first)
{
	const struct user *user = rowan_first(rowan_exec(session, rowan_select(user,
		.where = rowan_gt(USER(id), 4), .limit = 1, .order_by = { rowan_asc(USER(id)) },
		.load = { rowan_joined(user, tasks) })));

	assert_int(user->id, 5);
	assert_int(user->tasks.count, TASKS);
}

Test(nplus1, l03_joined_of_two_levels_is_one_statement)
{
	assert_statements(engine, 1)
		assert_int(count_titles(rowan_select(user,
			.load = { rowan_joined(user, tasks, task, categories) })),
			2 * USERS * TASKS);
}

Test(nplus1, l03_joined_to_one_shares_the_rows)
{
	struct rowan_result *tasks;
	const struct task *task;

	assert_statements(engine, 1) {
		tasks = rowan_exec(session, rowan_select(task, .load = { rowan_joined(task, owner) }));
		assert_int(rowan_result_count(tasks), USERS * TASKS);
		while ((task = rowan_next(tasks))) {
			assert_int(rowan_load(session, task, owner).row->id, task->owner_id);
			cr_assert_eq(rowan_get(session, user, task->owner_id), task->owner.row);
		}
	}
}

Test(nplus1, l03_a_parent_without_children_has_an_empty_list)
{
	struct rowan_result *users = NULL;
	const struct user *user;

	assert_ok(rowan_commit(session));
	user_create(session, .email = "alone@example.org");
	assert_ok(rowan_commit(session, .clear = true));
	assert_statements(engine, 1) {
		users = rowan_exec(session, rowan_select(user,
			.where = rowan_eq(USER(email), "alone@example.org"),
			.load = { rowan_joined(user, tasks) }));
		user = rowan_one(users);
		assert_int(rowan_load(session, user, tasks).count, 0);
	}
}

Test(nplus1, l02_many_to_many_both_ways)
{
	struct rowan_result *categories;
	const struct category *category;
	size_t links = 0;

	assert_statements(engine, 2) {
		categories = rowan_exec(session, rowan_select(category,
			.load = { rowan_selectin(category, tasks) }));
		while ((category = rowan_next(categories)))
			links += rowan_load(session, category, tasks).count;
	}
	assert_int(links, 2 * USERS * TASKS);
}

Test(nplus1, several_options_in_one_query)
{
	struct rowan_result *tasks;
	const struct task *task;

	assert_statements(engine, 3) {
		tasks = rowan_exec(session, rowan_select(task,
			.load = { rowan_joined(task, owner), rowan_selectin(task, categories),
				  rowan_selectin(task, subtasks) }));
		while ((task = rowan_next(tasks))) {
			cr_assert_not_null(rowan_load(session, task, owner).row);
			assert_int(rowan_load(session, task, categories).count, 2);
			assert_int(rowan_load(session, task, subtasks).count, 0);
		}
	}
}

Test(nplus1, every_way_gives_the_same_rows)
{
	const struct rowan_query ways[] = {
		rowan_select(user),
		rowan_select(user, .load = { rowan_each(user, tasks) }),
		rowan_select(user, .load = { rowan_batch(user, tasks) }),
		rowan_select(user, .load = { rowan_selectin(user, tasks) }),
		rowan_select(user, .load = { rowan_joined(user, tasks) }),
	};

	for (size_t way = 0; way < sizeof(ways) / sizeof(*ways); way++)
		for (int untracked = 0; untracked < 2; untracked++) {
			struct rowan_query query = ways[way];
			int64_t sum = 0, expected = 0;
			struct rowan_result *users = NULL;
			const struct user *user;

			query.untracked = untracked;
			users = rowan_exec(session, query);
			while ((user = rowan_next(users)))
				for (size_t t = 0; t < rowan_load(session, user, tasks).count; t++) {
					assert_int(user->tasks.rows[t]->owner_id, user->id);
					sum += user->tasks.rows[t]->id;
				}
			for (int64_t id = 1; id <= USERS * TASKS; id++)
				expected += id;
			cr_assert_eq(sum, expected, "way %zu, untracked %d", way, untracked);
			assert_ok(rowan_clear(session));
		}
}

/* ---- raise ---------------------------------------------------------------------- */

static void assert_raised(void)
{
	assert_error(session, ROWAN_MISUSE, "user.tasks");
	assert_error(session, ROWAN_MISUSE, "rowan_selectin(user, tasks)");
	assert_error(session, ROWAN_MISUSE, "rowan_joined(user, tasks)");
	assert_contains(rowan_error(session)->site.file, "nplus1.c");
}

Test(nplus1, l05_raise_refuses_and_names_the_options)
{
	const struct user *user = rowan_first(rowan_exec(session, rowan_select(user,
		.load = { rowan_raise(user, tasks) })));

	assert_statements(engine, 0)
		assert_int(rowan_load(session, user, tasks).count, 0);
	assert_raised();
}

Test(nplus1, l05_raise_may_be_a_session_s_habit)
{
	const struct user *user;

	rowan_session_close(session);
	session = rowan_session_open(engine, .lazy = ROWAN_LOAD_RAISE);
	user = rowan_first(rowan_exec(session, rowan_select(user,
		.load = { rowan_selectin(user, tasks) })));
	assert_int(rowan_load(session, user, tasks).count, TASKS);
	assert_ok(rowan_error(session)->code);
	user = rowan_get(session, user, 2);
	assert_ok(rowan_clear(session));
	user = rowan_get(session, user, 2);
	assert_int(rowan_load(session, user, tasks).count, 0);
	assert_raised();
}

/* ---- the budget ------------------------------------------------------------------- */

static char *refusal;

static void keep_refusal(const char *report, struct rowan_site site)
{
	refusal = malloc(4096);
	snprintf(refusal, 4096, "%s:%d\n%s", site.file, site.line, report);
}

Test(nplus1, l04_a_broken_budget_lists_statements_and_their_lines)
{
	int line, block = __LINE__ + 1;
	rowan_expect_statements(engine, 2, keep_refusal)
		count_tasks(rowan_select(user, .load = { rowan_each(user, tasks) }), &line);

	assert_contains(refusal, rowan_text(session, "nplus1.c:%d\n", block));
	assert_contains(refusal, "11 statements");
	assert_contains(refusal, rowan_text(session, "nplus1.c:%d  SELECT", line));
	assert_contains(refusal, "rowan_selectin(user, tasks)");
	free(refusal);
}

Test(nplus1, l04_a_budget_counts_every_kind_of_statement_but_not_begin_and_commit)
{
	struct rowan_counter *counter = rowan_counter_open(engine);
	struct user *user = user_create(session);

	assert_ok(rowan_commit(session));
	user->name = "changed";
	assert_ok(rowan_commit(session));
	rowan_count(session, rowan_select(user));
	rowan_scalar(session, rowan_select(user, .scalar = rowan_max(USER(id))));
	assert_ok(rowan_refresh(session, user, user));
	assert_ok(rowan_delete(session, user, user));
	assert_ok(rowan_commit(session));
	assert_int(rowan_counter_like(counter, "INSERT"), 1);
	assert_int(rowan_counter_like(counter, "UPDATE"), 1);
	assert_int(rowan_counter_like(counter, "DELETE"), 1);
	assert_int(rowan_counter_like(counter, "SELECT"), 3);
	assert_int(counter->count, 6);
	assert_contains(rowan_counter_report(counter), "BEGIN");
	assert_contains(rowan_counter_report(counter), "COMMIT");
	rowan_counter_close(counter);
}

Test(nplus1, l04_a_block_ends_by_break_and_by_return_too)
{
	rowan_expect_statements(engine, 1, keep_refusal)
		if (rowan_get(session, user, 1))
			break;
	assert_null(refusal);
	rowan_expect_statements(engine, 1, keep_refusal) {
		if (rowan_get(session, user, 1))	/* known: no statement */
			break;
	}
	assert_contains(refusal, "0 statements");
	free(refusal);
}
