/* SPDX-License-Identifier: MIT */
#include "places.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * Random work against a plain model of what should come of it: users, their
 * tasks, and links to categories, with flushes, commits, rollbacks and savepoints
 * in between.  After each commit another session must read what the model says, and
 * the rows in memory must agree; after going back to a savepoint both must, too.
 */

#define USERS 12
#define TASKS 30
#define CATEGORIES 5
#define STEPS 2000
#define DEPTH 20	/* savepoints in savepoints */

struct expected_user { bool live; int name; };
struct expected_task { bool live; int title, owner; unsigned categories; };

/* What is so now; and what was so at the last commit, and at each savepoint since. */
struct past {
	struct expected_user user[USERS];
	struct expected_task task[TASKS];
	struct user *users[USERS];
	struct task *tasks[TASKS];
};

static struct {
	struct user *users[USERS];
	struct task *tasks[TASKS];
	struct category *categories[CATEGORIES];
	int64_t category_ids[CATEGORIES];
	struct expected_user user[USERS];
	struct expected_task task[TASKS];
	struct past pasts[DEPTH + 1];
	int depth;			/* of these, the last; 0: the last commit */
	int deepest, commits, rollbacks, failures, returns;	/* so far; to savepoints */
	struct rowan_fake fake;
	int step;
} world;

static int below(int limit)
{
	return (int)rowan_fake_below(&world.fake, (uint64_t)limit);
}

/* A random index for which `live` is as wanted, or -1. */
static int pick_user(bool live)
{
	for (int tries = 0; tries < 30; tries++) {
		int u = below(USERS);

		if (world.user[u].live == live)
			return u;
	}
	return -1;
}

static int pick_task(bool live)
{
	for (int tries = 0; tries < 30; tries++) {
		int t = below(TASKS);

		if (world.task[t].live == live)
			return t;
	}
	return -1;
}

#define ok(call_) \
	cr_assert_eq((call_), ROWAN_OK, "step %d, line %d: %s", world.step, __LINE__, \
		     rowan_error(session)->message)

/* ---- steps -------------------------------------------------------------------- */

/* A row that a rollback made new again is added once more, or another is made. */
static void add_user(void)
{
	int u = pick_user(false);

	if (u < 0)
		return;
	if (!world.users[u] || below(2))
		world.users[u] = user_build(session,	/* the index, to be found again */
			.email = rowan_text(session, "%d.%d", u, world.step));
	world.user[u] = (struct expected_user){ true, below(1000) };
	world.users[u]->name = rowan_text(session, "%d", world.user[u].name);
	ok(rowan_add(session, world.users[u]));
}

static void rename_user(void)
{
	int u = pick_user(true);

	if (u < 0)
		return;
	world.user[u].name = below(3) ? below(1000) : world.pasts[world.depth].user[u].name;
	world.users[u]->name = rowan_text(session, "%d", world.user[u].name);
}

static bool has_tasks(int u)
{
	for (int t = 0; t < TASKS; t++)
		if (world.task[t].live && world.task[t].owner == u)
			return true;
	return false;
}

static void delete_user(void)
{
	int u = pick_user(true);

	if (u < 0 || world.users[u]->id == 0 || has_tasks(u))
		return;
	ok(rowan_delete(session, user, world.users[u]));
	world.user[u].live = false;
	world.users[u] = NULL;
}

static void add_task(void)
{
	int t = pick_task(false), u = pick_user(true);

	if (t < 0 || u < 0)
		return;
	if (!world.tasks[t] || below(2))
		world.tasks[t] = rowan_new(session, task);
	world.task[t] = (struct expected_task){ true, below(1000), u, 0 };
	world.tasks[t]->title = rowan_text(session, "%d", world.task[t].title);
	world.tasks[t]->description = rowan_text(session, "%d", t);
	ok(rowan_add(session, world.tasks[t]));
	ok(rowan_set_one(session, world.tasks[t], owner, world.users[u]));
}

static void move_task(void)
{
	int t = pick_task(true), u = pick_user(true);

	if (t < 0 || u < 0)
		return;
	if (below(2))
		ok(rowan_set_one(session, world.tasks[t], owner, world.users[u]));
	else
		ok(rowan_append(session, world.users[u], tasks, world.tasks[t]));
	world.task[t].owner = u;
}

static void delete_task(void)
{
	int t = pick_task(true);

	if (t < 0 || world.tasks[t]->id == 0 || world.task[t].categories)
		return;
	ok(rowan_delete(session, task, world.tasks[t]));
	world.task[t].live = false;
	world.tasks[t] = NULL;
}

static void change_link(void)
{
	int t = pick_task(true), c = below(CATEGORIES);
	bool add = below(2), from_task = below(2);

	if (t < 0)
		return;
	if (add && from_task)
		ok(rowan_append(session, world.tasks[t], categories, world.categories[c]));
	else if (add)
		ok(rowan_append(session, world.categories[c], tasks, world.tasks[t]));
	else if (from_task)
		ok(rowan_remove(session, world.tasks[t], categories, world.categories[c]));
	else
		ok(rowan_remove(session, world.categories[c], tasks, world.tasks[t]));
	if (add)
		world.task[t].categories |= 1u << c;
	else
		world.task[t].categories &= ~(1u << c);
}

static void look(void)
{
	int t = pick_task(true), u = pick_user(true), c = below(CATEGORIES);

	if (u >= 0)
		(void)rowan_load(session, world.users[u], tasks);
	if (t >= 0)
		(void)rowan_load(session, world.tasks[t], categories);
	(void)rowan_load(session, world.categories[c], tasks);
	ok(rowan_error(session)->code);
}

static void fail(void)
{
	const struct user *taken = rowan_first(rowan_exec(session, rowan_select(user,
		.order_by = { rowan_asc(USER(id)) }, .limit = 1)));

	if (!taken)
		return;
	rowan_add(session, user_build(session, .email = taken->email));
	cr_assert(rowan_flush(session) < 0, "step %d: two users with one address", world.step);
	world.failures++;
}

/* ---- what must be so ------------------------------------------------------------ */

static unsigned links_of(struct rowan_session *reader, const struct task *task)
{
	unsigned links = 0;

	for (size_t i = 0; i < rowan_load(reader, task, categories).count; i++)
		for (int c = 0; c < CATEGORIES; c++)
			if (task->categories.rows[i]->id == world.category_ids[c]) {
				cr_assert(!(links & 1u << c), "step %d: twice", world.step);
				links |= 1u << c;
			}
	return links;
}

static void check_task(struct rowan_session *reader, const struct task *task, int t)
{
	const struct expected_task *expected = &world.task[t];

	cr_assert_not_null(task, "step %d: task %d is gone", world.step, t);
	cr_assert_eq(atoi(task->title), expected->title, "step %d", world.step);
	cr_assert_eq(rowan_load(reader, task, owner).row->id, world.users[expected->owner]->id,
		     "step %d: task %d has another owner", world.step, t);
	cr_assert_eq(task->owner_id, task->owner.row->id);
	cr_assert_eq(links_of(reader, task), expected->categories,
		     "step %d: task %d has links %x, not %x", world.step, t,
		     links_of(reader, task), expected->categories);
}

static void check_user(struct rowan_session *reader, const struct user *user, int u)
{
	size_t tasks = 0;

	for (int t = 0; t < TASKS; t++)
		tasks += world.task[t].live && world.task[t].owner == u;
	cr_assert_not_null(user, "step %d: user %d is gone", world.step, u);
	cr_assert_eq(atoi(user->name), world.user[u].name, "step %d", world.step);
	cr_assert_eq(rowan_load(reader, user, tasks).count, tasks,
		     "step %d: user %d has %zu tasks, not %zu", world.step, u,
		     user->tasks.count, tasks);
}

static void check_links(void)
{
	const struct task_category *link;
	struct rowan_result *links =
		rowan_exec(session, rowan_select(task_category, .untracked = true));
	size_t count = 0;

	for (int t = 0; t < TASKS; t++)
		if (world.task[t].live)
			count += (size_t)__builtin_popcount(world.task[t].categories);
	cr_assert_eq(rowan_result_count(links), count, "step %d", world.step);
	while ((link = rowan_next(links))) {
		bool expected = false;

		for (int t = 0; t < TASKS; t++)
			for (int c = 0; c < CATEGORIES; c++)
				expected |= world.task[t].live &&
					    world.tasks[t]->id == link->task_id &&
					    world.category_ids[c] == link->category_id &&
					    (world.task[t].categories & 1u << c);
		cr_assert(expected, "step %d: a link too many", world.step);
	}
}

/* What the open transaction sees, past all that the session remembers. */
static void check_inside(void)
{
	struct rowan_result *users, *tasks;
	const struct user *user;
	const struct task *task;
	size_t live = 0;

	ok(rowan_flush(session));
	users = rowan_exec(session, rowan_select(user, .untracked = true));
	while ((user = rowan_next(users))) {
		int u = atoi(user->email);

		cr_assert(world.user[u].live, "step %d: user %d is there", world.step, u);
		cr_assert_eq(user->id, world.users[u]->id, "step %d", world.step);
		cr_assert_eq(atoi(user->name), world.user[u].name, "step %d", world.step);
	}
	tasks = rowan_exec(session, rowan_select(task, .untracked = true));
	while ((task = rowan_next(tasks))) {
		int t = atoi(task->description);

		cr_assert(world.task[t].live, "step %d: task %d is there", world.step, t);
		cr_assert_eq(task->id, world.tasks[t]->id, "step %d", world.step);
		cr_assert_eq(task->owner_id, world.users[world.task[t].owner]->id);
	}
	for (int u = 0; u < USERS; u++)
		if (world.user[u].live && ++live)
			check_user(session, world.users[u], u);
	cr_assert_eq(rowan_result_count(users), live, "step %d", world.step);
	for (int t = 0; t < TASKS; t++)
		if (world.task[t].live && ++live)
			check_task(session, world.tasks[t], t);
	cr_assert_eq(rowan_result_count(users) + rowan_result_count(tasks), live, "step %d",
		     world.step);
	check_links();
}

static void check(void)
{
	rowan_scoped struct rowan_session *other = rowan_session_open(engine);
	int64_t users = 0, tasks = 0;

	for (int u = 0; u < USERS; u++)
		if (world.user[u].live) {
			check_user(session, world.users[u], u);
			check_user(other, rowan_get(other, user, world.users[u]->id), u);
			users++;
		}
	for (int t = 0; t < TASKS; t++)
		if (world.task[t].live) {
			check_task(session, world.tasks[t], t);
			check_task(other, rowan_get(other, task, world.tasks[t]->id), t);
			tasks++;
		}
	cr_assert_eq(stored_users(), users, "step %d", world.step);
	cr_assert_eq(stored_tasks(), tasks, "step %d", world.step);
}

/* ---- transactions ----------------------------------------------------------------- */

static void remember(void)
{
	struct past *past = &world.pasts[world.depth];

	memcpy(past->user, world.user, sizeof(past->user));
	memcpy(past->task, world.task, sizeof(past->task));
	memcpy(past->users, world.users, sizeof(past->users));
	memcpy(past->tasks, world.tasks, sizeof(past->tasks));
}

/* All rows are forgotten, and read again. */
static void forget(void)
{
	int64_t user_ids[USERS] = { 0 }, task_ids[TASKS] = { 0 };

	for (int u = 0; u < USERS; u++)
		user_ids[u] = world.user[u].live ? world.users[u]->id : 0;
	for (int t = 0; t < TASKS; t++)
		task_ids[t] = world.task[t].live ? world.tasks[t]->id : 0;
	ok(rowan_commit(session, .clear = true));
	for (int c = 0; c < CATEGORIES; c++)
		world.categories[c] = rowan_edit(session, category,
			rowan_get(session, category, world.category_ids[c]));
	for (int u = 0; u < USERS; u++)
		world.users[u] = !user_ids[u] ? NULL : rowan_edit(session, user,
			rowan_get(session, user, user_ids[u]));
	for (int t = 0; t < TASKS; t++)
		world.tasks[t] = !task_ids[t] ? NULL : rowan_edit(session, task,
			rowan_get(session, task, task_ids[t]));
	remember();
}

static void commit(void)
{
	bool clear = below(3) == 0;

	ok(rowan_commit(session));
	world.commits++;
	check();
	world.depth = 0;
	remember();
	if (clear)
		forget();
}

/* Rows in memory are what they were, at once and at the addresses they had. */
static void go_back(void)
{
	const struct past *past = &world.pasts[world.depth];

	memcpy(world.user, past->user, sizeof(world.user));
	memcpy(world.task, past->task, sizeof(world.task));
	for (int u = 0; u < USERS; u++)
		if (world.user[u].live) {
			world.users[u] = past->users[u];
			cr_assert_eq(atoi(world.users[u]->name), world.user[u].name,
				     "step %d: user %d", world.step, u);
		}
	for (int t = 0; t < TASKS; t++)
		if (world.task[t].live) {
			world.tasks[t] = past->tasks[t];
			cr_assert_eq(atoi(world.tasks[t]->title), world.task[t].title,
				     "step %d: task %d", world.step, t);
			cr_assert_eq(world.tasks[t]->owner_id,
				     world.users[world.task[t].owner]->id,
				     "step %d: task %d", world.step, t);
		}
}

static void rollback(void)
{
	ok(rowan_rollback(session));
	world.rollbacks++;
	world.depth = 0;
	go_back();
	check();
}

static void open_savepoint(void)
{
	if (world.depth == DEPTH)
		return;
	ok(rowan_savepoint(session));
	world.depth++;
	world.deepest = world.depth > world.deepest ? world.depth : world.deepest;
	remember();
}

static void release(void)
{
	if (world.depth == 0)
		return;
	ok(rowan_release(session));
	world.depth--;
}

static void rollback_to(void)
{
	if (world.depth == 0)
		return;
	ok(rowan_rollback_to(session));
	world.returns++;
	go_back();
	world.depth--;
	check_inside();
}

static void fail_and_go_back(void)
{
	fail();
	if (world.depth > 0 && below(4))
		rollback_to();
	else
		rollback();
}

/* The engines are compared with each other in differential.c. */
static void record(void)
{
	char figure[128];

	snprintf(figure, sizeof(figure), "%d savepoints gone back to, up to %d deep, in %d steps "
		 "with %d commits", world.returns, world.deepest, STEPS, world.commits);
	record_fault("txn-4", .injections = world.returns, .survived = world.returns,
		     .figure = figure);
	snprintf(figure, sizeof(figure), "%d rollbacks and %d failed flushes: memory is what the "
		 "database is", world.rollbacks, world.failures);
	record_fault("txn-5", .injections = world.rollbacks + world.failures,
		     .survived = world.rollbacks + world.failures, .figure = figure);
}

TestSuite(random, .init = open_sample, .fini = close_sample, .timeout = 120);

Test(random, s05_sessions_agree_with_a_plain_model)
{
	static void (*const steps[])(void) = {
		add_user, add_user, rename_user, rename_user, delete_user, add_task, add_task,
		move_task, move_task, delete_task, change_link, change_link, change_link, look,
	};

	world.fake = rowan_fake();
	ok(category_create_batch(session, CATEGORIES, .into = world.categories));
	ok(rowan_commit(session));
	for (int c = 0; c < CATEGORIES; c++)
		world.category_ids[c] = world.categories[c]->id;
	for (world.step = 0; world.step < STEPS; world.step++) {
		int what = below(48);

		if (what < 32)
			steps[below(sizeof(steps) / sizeof(*steps))]();
		else if (what < 35)
			ok(rowan_flush(session));
		else if (what < 37)
			commit();
		else if (what < 42)
			open_savepoint();
		else if (what < 43)
			release();
		else if (what < 46)
			rollback_to();
		else if (what < 47)
			rollback();
		else
			fail_and_go_back();
	}
	commit();
	record();
}
