/* SPDX-License-Identifier: MIT */
#include "sample.h"

/* Relations of which a query of their own chooses the rows. */

TestSuite(selectin_by, .init = open_sample, .fini = close_sample, .timeout = 60);

/* Users 0..n-1, of whom the i-th has tasks "t0" to "t<i>", the even ones completed. */
static void store_users(int count)
{
	for (int i = 0; i < count; i++) {
		struct user *user = user_create(session,
						.email = rowan_text(session, "%02d@example.org", i));

		for (int j = 0; j <= i; j++)
			task_create(session, .title = rowan_text(session, "t%d", j), .owner = user,
				    .completed = j % 2 == 0);
	}
	assert_ok(rowan_commit(session, .clear = true));
}

static struct rowan_query users_by_email(void)
{
	return rowan_select(user, .order_by = { rowan_asc(USER(email)) });
}

/* The titles of a user's tasks, as they are in the slot: "t2 t1". */
static const char *titles(const struct user *user)
{
	const char *all = "";

	for (size_t i = 0; i < user->tasks.count; i++)
		all = rowan_text(session, "%s%s%s", all, i ? " " : "", user->tasks.rows[i]->title);
	return all;
}

static const struct user *next_user(struct rowan_result *users)
{
	const struct user *user = rowan_next(users);

	cr_assert_not_null(user);
	return user;
}

Test(selectin_by, l02_the_last_three_of_each_take_two_statements)
{
	struct rowan_query latest = rowan_select(task,
		.order_by = { rowan_desc(TASK(title)) }, .limit = 3);
	struct rowan_query query = users_by_email();
	struct rowan_result *users = NULL;

	store_users(6);
	query.load[0] = (struct rowan_load)rowan_selectin_by(user, tasks, &latest);
	assert_statements(engine, 2)
		users = rowan_exec(session, query);
	assert_text(titles(next_user(users)), "t0");
	assert_text(titles(next_user(users)), "t1 t0");
	assert_text(titles(next_user(users)), "t2 t1 t0");
	assert_text(titles(next_user(users)), "t3 t2 t1");
	assert_text(titles(next_user(users)), "t4 t3 t2");
	assert_text(titles(next_user(users)), "t5 t4 t3");
}

Test(selectin_by, l02_a_condition_and_an_offset)
{
	struct rowan_query done = rowan_select(task,
		.where = rowan_or(rowan_eq(TASK(completed), true), rowan_eq(TASK(title), "t1")),
		.order_by = { rowan_asc(TASK(title)) }, .offset = 1, .limit = 2);
	struct rowan_query query = users_by_email();
	struct rowan_result *users;

	store_users(6);
	query.load[0] = (struct rowan_load)rowan_selectin_by(user, tasks, &done);
	users = rowan_exec(session, query);
	assert_text(titles(next_user(users)), "");
	assert_text(titles(next_user(users)), "t1");
	assert_text(titles(next_user(users)), "t1 t2");
	assert_text(titles(next_user(users)), "t1 t2");

	/* Another limit is the same statement; without one it is another. */
	done.limit = INT64_MAX;
	done.offset = 2;
	users = rowan_exec(session, query);
	for (int i = 0; i < 5; i++)
		next_user(users);
	assert_text(titles(next_user(users)), "t2 t4");
	done.limit = 0;
	users = rowan_exec(session, query);
	for (int i = 0; i < 4; i++)
		next_user(users);
	assert_text(titles(next_user(users)), "t2 t4");
	done.offset = 0;
	users = rowan_exec(session, query);
	for (int i = 0; i < 4; i++)
		next_user(users);
	assert_text(titles(next_user(users)), "t0 t1 t2 t4");
}

Test(selectin_by, l02_one_parent_alone)
{
	struct rowan_query first = rowan_select(task, .where = rowan_starts_with(TASK(title), "t"),
		.order_by = { rowan_asc(TASK(title)) }, .limit = 1);
	const struct user *user;

	store_users(3);
	user = rowan_one(rowan_exec(session, rowan_select(user,
		.where = rowan_eq(USER(email), "02@example.org"),
		.load = { rowan_selectin_by(user, tasks, &first) })));
	assert_text(titles(user), "t0");
}

Test(selectin_by, l02_through_a_link)
{
	struct rowan_query last = rowan_select(category,
		.order_by = { rowan_desc(CATEGORY(name)) }, .limit = 2);
	struct rowan_result *tasks = NULL;
	const struct task *task;
	struct user *user = user_create(session, .email = "ada@example.org");

	for (int i = 0; i < 3; i++)
		category_create(session, .name = rowan_text(session, "c%d", i));
	for (int i = 0; i < 3; i++) {
		struct rowan_result *all = rowan_exec(session, rowan_select(category));
		struct task *made = task_create(session, .owner = user);
		const struct category *category;

		while ((category = rowan_next(all)))
			if (category->id <= i + 1)
				assert_ok(rowan_append(session, made, categories, category));
	}
	assert_ok(rowan_commit(session, .clear = true));

	assert_statements(engine, 2)
		tasks = rowan_exec(session, rowan_select(task, .order_by = { rowan_asc(TASK(id)) },
			.load = { rowan_selectin_by(task, categories, &last) }));
	task = rowan_next(tasks);
	assert_int(task->categories.count, 1);
	assert_text(task->categories.rows[0]->name, "c0");
	task = rowan_next(tasks);
	assert_int(task->categories.count, 2);
	assert_text(task->categories.rows[0]->name, "c1");
	task = rowan_next(tasks);
	assert_int(task->categories.count, 2);
	assert_text(task->categories.rows[0]->name, "c2");
	assert_text(task->categories.rows[1]->name, "c1");

	/* Without a limit the link's key is read from the link itself. */
	last.limit = 0;
	last.where = rowan_ne(CATEGORY(name), "c1");
	tasks = rowan_exec(session, rowan_select(task, .order_by = { rowan_desc(TASK(id)) },
		.load = { rowan_selectin_by(task, categories, &last) }));
	task = rowan_next(tasks);
	assert_int(task->categories.count, 2);
	assert_text(task->categories.rows[1]->name, "c0");
}

Test(selectin_by, l02_a_query_within_the_query)
{
	struct rowan_query subtasks = rowan_select(task,
		.where = rowan_eq(TASK(completed), false), .order_by = { rowan_asc(TASK(title)) });
	struct rowan_query roots = rowan_select(task, .where = rowan_is_null(TASK(parent_id)),
		.load = { rowan_selectin_by(task, subtasks, &subtasks), rowan_selectin(task, owner) });
	const struct user *user = NULL;
	struct user *ada = user_create(session, .email = "ada@example.org");
	struct task *root = task_create(session, .title = "root", .owner = ada);

	for (int i = 0; i < 4; i++) {
		struct task *task = task_create(session, .title = rowan_text(session, "s%d", i),
						.owner = ada, .completed = i == 2);

		assert_ok(rowan_append(session, root, subtasks, task));
	}
	assert_ok(rowan_commit(session, .clear = true));

	/* The owner was read already. */
	assert_statements(engine, 3)
		user = rowan_one(rowan_exec(session, rowan_select(user,
			.load = { rowan_selectin_by(user, tasks, &roots) })));
	assert_text(titles(user), "root");
	assert_int(user->tasks.rows[0]->subtasks.count, 3);
	assert_text(user->tasks.rows[0]->subtasks.rows[2]->title, "s3");
	cr_assert_eq(user->tasks.rows[0]->owner.row, user);
}

/* What was loaded before is replaced; what waits to be flushed is there all the same. */
Test(selectin_by, l02_a_slot_is_loaded_anew)
{
	struct rowan_query done = rowan_select(task, .where = rowan_eq(TASK(completed), true),
		.order_by = { rowan_asc(TASK(title)) });
	const struct user *user;
	struct task *task;

	store_users(3);
	user = rowan_one(rowan_exec(session, rowan_select(user,
		.where = rowan_eq(USER(email), "02@example.org"),
		.load = { rowan_selectin(user, tasks) })));
	assert_int(user->tasks.count, 3);
	task = rowan_new(session, task);
	task->title = "new";
	assert_ok(rowan_append(session, user, tasks, task));
	rowan_exec(session, rowan_select(user, .load = { rowan_selectin_by(user, tasks, &done) }));
	assert_text(titles(user), "t0 t2 new");
	assert_ok(rowan_commit(session));
	assert_ok(rowan_refresh(session, user, user));
	assert_int(rowan_load(session, user, tasks).count, 4);
}

Test(selectin_by, l02_rows_that_are_not_tracked)
{
	struct rowan_query one = rowan_select(task, .order_by = { rowan_desc(TASK(title)) },
					      .limit = 1);
	struct rowan_query query = users_by_email();
	struct rowan_result *users;

	store_users(3);
	query.load[0] = (struct rowan_load)rowan_selectin_by(user, tasks, &one);
	query.untracked = true;
	users = rowan_exec(session, query);
	next_user(users);
	next_user(users);
	assert_text(titles(next_user(users)), "t2");
}

/* ---- mistakes ------------------------------------------------------------------- */

static void assert_refused(struct rowan_load load, const char *part)
{
	struct rowan_query query = rowan_select(user);

	query.load[0] = load;
	assert_null(rowan_exec(session, query));
	assert_error(session, ROWAN_MISUSE, part);
	assert_ok(rowan_rollback(session));
}

#define BY(...) (struct rowan_load)rowan_selectin_by(user, tasks, __VA_ARGS__)

Test(selectin_by, l02_queries_that_cannot_be)
{
	struct rowan_query endless = rowan_select(category);

	endless.load[0] = (struct rowan_load)rowan_selectin_by(category, children, &endless);
	assert_refused(BY(&rowan_select(category)),
		       "load: the query for users.tasks selects from categories, not from tasks");
	assert_refused(BY(&rowan_select(task, .lock = ROWAN_FOR_UPDATE)), "locks rows");
	assert_refused(BY(&rowan_select(task, .untracked = true)), "is .untracked");
	assert_refused(BY(&rowan_select(task, .limit = -1)), "limit: -1 is negative");
	assert_refused(BY(&rowan_select(task, .where = rowan_eq(USER(id), 1))), "users.id");
	assert_null(rowan_exec(session, endless));
	assert_error(session, ROWAN_MISUSE, "is nested too deeply");
	assert_ok(rowan_rollback(session));
}

Test(selectin_by, l02_a_relation_is_named_once_if_by_a_query)
{
	struct rowan_query done = rowan_select(task, .where = rowan_eq(TASK(completed), true));

	assert_null(rowan_exec(session, rowan_select(user,
		.load = { rowan_selectin(user, tasks), rowan_selectin_by(user, tasks, &done) })));
	assert_error(session, ROWAN_MISUSE, "users.tasks has a query and another option as well");
}
