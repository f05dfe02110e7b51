/* SPDX-License-Identifier: MIT */
#include "sample.h"

#include <string.h>

/* Relations written through a session: both sides, links, and the order of it all. */

TestSuite(relations, .init = open_sample, .fini = close_sample, .timeout = 60);

/* The position of the first statement with these words, -1 if there is none. */
static int position_of(const struct rowan_counter *counter, const char *words)
{
	for (size_t i = 0; i < counter->statement_count; i++)
		if (strstr(counter->statements[i].sql, words))
			return (int)i;
	return -1;
}

static bool holds_task(const struct user *user, const struct task *task)
{
	for (size_t i = 0; i < user->tasks.count; i++)
		if (user->tasks.rows[i] == task)
			return true;
	return false;
}

/* ---- one to many --------------------------------------------------------------- */

Test(relations, r01_append_sets_the_foreign_key)
{
	struct user *user = stored_user("ada@example.org");
	struct task *task = rowan_new(session, task);

	task->title = "appended";
	rowan_add(session, task);
	assert_ok(rowan_append(session, user, tasks, task));
	assert_ok(rowan_commit(session));
	assert_int(task->owner_id, user->id);
	assert_int(rowan_count(session, rowan_select(task,
		.where = rowan_eq(TASK(owner_id), user->id))), 1);
}

Test(relations, r01_append_to_a_parent_that_is_new_itself)
{
	struct user *user = user_build(session);
	struct task *task = rowan_new(session, task);

	task->title = "appended";
	rowan_add(session, task);
	rowan_add(session, user);
	assert_ok(rowan_append(session, user, tasks, task));
	assert_ok(rowan_commit(session));
	cr_assert(user->id > 0);
	assert_int(task->owner_id, user->id);
}

/* Whoever was made first, and however deep. */
Test(relations, r01_what_is_appended_to_a_new_row_is_added_with_it)
{
	struct task *child = task_build(session), *parent = task_build(session);
	struct user *user = user_build(session), *other = user_build(session);

	assert_ok(rowan_append(session, parent, subtasks, child));
	assert_ok(rowan_append(session, user, tasks, parent));
	assert_ok(rowan_append(session, other, tasks, child));
	assert_ok(rowan_commit(session));
	assert_int(stored_users() + stored_tasks(), 0);

	assert_ok(rowan_add(session, user));
	assert_ok(rowan_commit(session));
	assert_int(stored_users(), 2);
	assert_int(stored_tasks(), 2);
	assert_int(parent->owner_id, user->id);
	assert_int(child->parent_id.value, parent->id);
	assert_int(child->owner_id, other->id);
}

Test(relations, r01_what_was_taken_out_again_is_not_added)
{
	struct task *kept = task_build(session), *dropped = task_build(session);
	struct task *parent = task_build(session);

	assert_ok(rowan_append(session, parent, subtasks, kept));
	assert_ok(rowan_append(session, parent, subtasks, dropped));
	assert_ok(rowan_remove(session, parent, subtasks, dropped));
	assert_ok(rowan_add(session, parent));
	assert_ok(rowan_commit(session));
	assert_int(stored_tasks(), 2);
	assert_int(dropped->id, 0);
}

Test(relations, r01_what_was_appended_is_not_any_more_after_a_rollback)
{
	struct task *child = task_build(session), *parent = task_build(session);

	assert_ok(rowan_append(session, parent, subtasks, child));
	assert_ok(rowan_rollback(session));
	assert_ok(rowan_add(session, parent));
	assert_ok(rowan_commit(session));
	assert_int(stored_tasks(), 1);
	assert_int(rowan_load(session, parent, subtasks).count, 0);
}

Test(relations, r03_both_sides_stay_in_step_before_the_flush)
{
	struct user *ada = stored_user("ada@example.org"), *bob = stored_user("bob@example.org");
	struct task *task = task_build(session, .owner = ada);

	rowan_add(session, task);
	assert_statements(engine, 2) {		/* one list each, loaded on first use */
		(void)rowan_load(session, ada, tasks);
		(void)rowan_load(session, bob, tasks);
	}
	assert_statements(engine, 0) {
		assert_ok(rowan_set_one(session, task, owner, ada));
		cr_assert(holds_task(ada, task));
		cr_assert_eq(task->owner.row, ada);
		assert_ok(rowan_set_one(session, task, owner, bob));
		cr_assert(!holds_task(ada, task));
		cr_assert(holds_task(bob, task));
		assert_ok(rowan_append(session, ada, tasks, task));
		cr_assert_eq(task->owner.row, ada);
		cr_assert(!holds_task(bob, task));
	}
	assert_ok(rowan_commit(session));
	assert_int(task->owner_id, ada->id);
	assert_int(ada->tasks.count, 1);
}

Test(relations, r01_a_deleted_child_leaves_the_list)
{
	struct user *user = user_create(session, .tasks = 5);

	assert_int(rowan_load(session, user, tasks).count, 5);
	for (size_t i = 0; i < 5; i += 2)
		assert_ok(rowan_delete(session, task, user->tasks.rows[i]));
	assert_ok(rowan_flush(session));
	assert_int(user->tasks.count, 2);
	assert_int(user->tasks.rows[0]->id, 2);
	assert_int(user->tasks.rows[1]->id, 4);
	assert_ok(rowan_rollback(session));
}

Test(relations, r01_remove_sets_the_foreign_key_to_null)
{
	struct task *parent = task_create(session), *child;

	child = task_create(session, .owner = parent->owner.row, .parent = parent);
	assert_ok(rowan_commit(session));
	assert_int(rowan_load(session, parent, subtasks).count, 1);
	assert_ok(rowan_remove(session, parent, subtasks, child));
	assert_int(parent->subtasks.count, 0);
	assert_null(child->parent.row);
	assert_ok(rowan_commit(session));
	assert_int(child->parent_id.set, false);
	assert_int(rowan_count(session, rowan_select(task,
		.where = rowan_is_not_null(TASK(parent_id)))), 0);
}

Test(relations, r02_set_one_to_null)
{
	struct task *parent = task_create(session);
	struct task *child = task_create(session, .owner = parent->owner.row, .parent = parent);

	assert_ok(rowan_commit(session));
	assert_int(child->parent_id.value, parent->id);
	assert_ok(rowan_set_one(session, child, parent, NULL));
	assert_int(child->parent_id.set, false);
	assert_ok(rowan_commit(session, .clear = true));
	assert_null(rowan_load(session, rowan_get(session, task, 2), parent).row);
}

Test(relations, r02_foreign_key_follows_at_once_if_the_target_is_stored)
{
	struct user *ada = stored_user("ada@example.org"), *bob = stored_user("bob@example.org");
	struct task *task = task_create(session, .owner = ada);

	assert_ok(rowan_set_one(session, task, owner, bob));
	assert_int(task->owner_id, bob->id);
	assert_ok(rowan_commit(session, .clear = true));
	assert_text(rowan_load(session, rowan_get(session, task, 1), owner).row->email,
		    "bob@example.org");
}

/* ---- in one flush ----------------------------------------------------------------- */

Test(relations, r13_parent_child_and_link_in_one_flush_in_order)
{
	struct rowan_counter *counter = rowan_counter_open(engine);
	struct category *category = category_build(session);
	struct task *task = task_build(session);
	struct user *owner = rowan_edit(session, user, task->owner.row);
	int users, tasks, links, categories;

	/* added in the wrong order on purpose */
	rowan_append(session, task, categories, category);
	rowan_add(session, task);
	rowan_add(session, category);
	rowan_add(session, owner);
	assert_ok(rowan_commit(session));

	assert_int(task->owner_id, owner->id);
	cr_assert_not_null(rowan_get(session, task_category, task->id, category->id));
	users = position_of(counter, "INSERT INTO \"users\"");
	tasks = position_of(counter, "INSERT INTO \"tasks\"");
	categories = position_of(counter, "INSERT INTO \"categories\"");
	links = position_of(counter, "INSERT INTO \"task_categories\"");
	cr_assert(users >= 0 && users < tasks && tasks < links && categories < links
		  && categories >= 0, "%s", rowan_counter_report(counter));
	assert_int(rowan_counter_like(counter, "INSERT"), 4);
	assert_int(rowan_counter_like(counter, "UPDATE"), 0);
	rowan_counter_close(counter);
}

Test(relations, r13_a_tree_of_one_table_in_one_flush)
{
	struct category *root = category_build(session, .name = "root");
	struct category *middle = category_build(session, .name = "middle", .parent = root);
	struct category *leaf = category_build(session, .name = "leaf", .parent = middle);

	rowan_add(session, leaf);
	rowan_add(session, middle);
	rowan_add(session, root);
	assert_ok(rowan_commit(session, .clear = true));
	leaf = rowan_edit(session, category, rowan_one(rowan_exec(session, rowan_select(category,
		.where = rowan_eq(CATEGORY(name), "leaf")))));
	assert_text(rowan_load(session, leaf, parent).row->name, "middle");
	assert_text(rowan_load(session, leaf->parent.row, parent).row->name, "root");
	assert_null(rowan_load(session, leaf->parent.row->parent.row, parent).row);
}

Test(relations, r13_a_wide_tree_of_fifty_in_one_flush)
{
	struct category *nodes[50];

	for (int i = 0; i < 50; i++)
		nodes[i] = category_build(session, .parent = i ? nodes[(i - 1) / 2] : NULL);
	for (int i = 50; i-- > 0; )
		rowan_add(session, nodes[i]);
	assert_ok(rowan_commit(session));
	for (int i = 1; i < 50; i++)
		assert_int(nodes[i]->parent_id.value, nodes[(i - 1) / 2]->id);
	assert_int(rowan_count(session, rowan_select(category,
		.where = rowan_is_null(CATEGORY(parent_id)))), 1);
}

Test(relations, r13_a_new_parent_comes_along_with_its_child)
{
	struct task *task = task_build(session);

	rowan_add(session, task);
	assert_ok(rowan_commit(session));
	assert_int(stored_users(), 1);
	assert_int(task->owner_id, task->owner.row->id);
}

Test(relations, r13_a_foreign_key_written_after_the_flush_is_not_taken_back)
{
	struct task *task = task_create(session);	/* its owner was new as well */
	const struct user *bob = user_create(session, .email = "bob@example.org");

	task->owner_id = bob->id;
	assert_ok(rowan_flush(session));
	assert_int(task->owner_id, bob->id);
	assert_ok(rowan_commit(session, .clear = true));
	task = rowan_edit(session, task, rowan_get(session, task, 1));
	assert_text(rowan_load(session, task, owner).row->email, "bob@example.org");
}

/* ---- self-reference ------------------------------------------------------------------ */

Test(relations, r08_three_levels_load_both_ways)
{
	struct category *root = category_create(session, .name = "root");

	for (int i = 0; i < 2; i++) {
		struct category *middle = category_create(session, .parent = root);

		category_create_batch(session, 2, .parent = middle);
	}
	assert_ok(rowan_commit(session, .clear = true));
	assert_statements(engine, 3) {
		const struct category *top = rowan_one(rowan_exec(session, rowan_select(category,
			.where = rowan_eq(CATEGORY(name), "root"),
			.load = { rowan_selectin(category, children, category, children) })));

		assert_int(top->children.count, 2);
		for (size_t i = 0; i < 2; i++) {
			const struct category *middle = top->children.rows[i];

			assert_int(middle->children.count, 2);
			cr_assert_eq(rowan_load(session, middle, parent).row, top);
		}
	}
}
