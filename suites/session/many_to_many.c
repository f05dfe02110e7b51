/* SPDX-License-Identifier: MIT */
#include "sample.h"

/* Relations through the rows of a link. */

TestSuite(many_to_many, .init = open_sample, .fini = close_sample, .timeout = 60);

static void tag(struct task **task, struct category **first, struct category **second)
{
	*task = task_create(session);
	*first = category_create(session);
	*second = category_create(session);
	assert_ok(rowan_append(session, *task, categories, *first));
	assert_ok(rowan_append(session, *task, categories, *second));
	assert_ok(rowan_commit(session));
}

Test(many_to_many, r05_two_categories_are_two_link_rows)
{
	struct category *first, *second;
	struct task *task;

	tag(&task, &first, &second);
	assert_int(stored_links(), 2);
	assert_int(rowan_load(session, task, categories).count, 2);
	assert_int(rowan_load(session, first, tasks).count, 1);
	cr_assert_eq(first->tasks.rows[0], task);
}

Test(many_to_many, r05_appending_again_adds_no_duplicate)
{
	struct category *first, *second;
	struct task *task;

	tag(&task, &first, &second);
	assert_ok(rowan_append(session, task, categories, first));
	assert_ok(rowan_append(session, first, tasks, task));		/* from the other side */
	assert_ok(rowan_commit(session));
	assert_int(stored_links(), 2);

	/* in a session that has seen nothing of it */
	assert_ok(rowan_clear(session));
	assert_ok(rowan_append(session, rowan_get(session, task, 1), categories,
			       rowan_get(session, category, 1)));
	assert_ok(rowan_commit(session));
	assert_int(stored_links(), 2);

	/* twice before a flush */
	first = category_create(session);
	task = rowan_edit(session, task, rowan_get(session, task, 1));
	assert_ok(rowan_append(session, task, categories, first));
	assert_ok(rowan_append(session, task, categories, first));
	assert_ok(rowan_append(session, first, tasks, task));
	assert_ok(rowan_commit(session));
	assert_int(stored_links(), 3);
}

Test(many_to_many, r05_both_sides_of_a_link_stay_in_step)
{
	struct task *task = task_create(session);
	struct category *category = category_create(session);

	assert_int(rowan_load(session, task, categories).count, 0);
	assert_int(rowan_load(session, category, tasks).count, 0);
	assert_ok(rowan_append(session, task, categories, category));
	assert_int(category->tasks.count, 1);
	assert_int(task->categories.count, 1);
	assert_ok(rowan_remove(session, category, tasks, task));
	assert_int(task->categories.count, 0);
	assert_ok(rowan_commit(session));
	assert_int(stored_links(), 0);
}

Test(many_to_many, r07_remove_is_one_delete_of_the_link)
{
	struct rowan_counter *counter;
	struct category *first, *second;
	struct task *task;

	tag(&task, &first, &second);
	(void)rowan_load(session, task, categories);
	counter = rowan_counter_open(engine);
	assert_ok(rowan_remove(session, task, categories, first));
	assert_int(task->categories.count, 1);
	assert_ok(rowan_commit(session));
	assert_int(rowan_counter_like(counter, "DELETE FROM \"task_categories\""), 1);
	assert_int(rowan_counter_like(counter, "DELETE"), 1);
	assert_int(stored_links(), 1);
	assert_int(rowan_count(session, rowan_select(category)), 2);
	rowan_counter_close(counter);
}

Test(many_to_many, r07_removed_and_appended_again_before_a_flush)
{
	struct category *first, *second;
	struct task *task;

	tag(&task, &first, &second);
	assert_ok(rowan_remove(session, task, categories, first));
	assert_ok(rowan_append(session, task, categories, first));
	assert_int(task->categories.count, 2);
	assert_ok(rowan_commit(session));
	assert_int(stored_links(), 2);

	/* the same where the link row is one that was read */
	assert_ok(rowan_clear(session));
	task = rowan_edit(session, task, rowan_get(session, task, 1));
	first = rowan_edit(session, category, rowan_get(session, category, 1));
	assert_ok(rowan_delete(session, task_category, rowan_get(session, task_category, 1, 1)));
	assert_ok(rowan_remove(session, task, categories, first));
	assert_ok(rowan_append(session, task, categories, first));
	assert_ok(rowan_commit(session));
	assert_int(stored_links(), 2);
}

Test(many_to_many, r07_removing_what_is_not_there_does_nothing)
{
	struct category *first, *second, *other;
	struct task *task;

	tag(&task, &first, &second);
	other = category_create(session);
	assert_ok(rowan_remove(session, task, categories, other));
	assert_ok(rowan_commit(session));
	assert_int(stored_links(), 2);
}

/* Its old owner's tasks are read, and it is none of them any more. */
Test(many_to_many, r05_the_links_of_a_task_that_moved_are_read)
{
	struct user *ada = stored_user("ada@example.org"), *bob = stored_user("bob@example.org");
	struct user *eve = stored_user("eve@example.org");
	struct task *task = task_create(session, .owner = ada);

	assert_ok(rowan_append(session, task, categories, category_create(session)));
	assert_ok(rowan_commit(session));
	cr_assert_eq(rowan_get(session, task, task->id), task);
	assert_ok(rowan_set_one(session, task, owner, eve));
	assert_int(rowan_result_count(rowan_exec(session, rowan_select(user,
		.where = rowan_le(USER(id), bob->id)))), 2);
	assert_int(rowan_load(session, ada, tasks).count, 0);
	assert_int(rowan_load(session, task, categories).count, 1);
}

Test(many_to_many, m09_a_composite_key_goes_by_the_order_of_the_fields)
{
	struct category *first, *second;
	struct task *task;

	tag(&task, &first, &second);		/* task 1 in categories 1 and 2 */
	assert_ok(rowan_clear(session));
	assert_int(rowan_get(session, task_category, 1, 2)->category_id, 2);
	assert_null(rowan_get(session, task_category, 2, 1));
	assert_statements(engine, 0)
		assert_int(rowan_get(session, task_category, 1, 2)->task_id, 1);
}

Test(many_to_many, r05_links_of_rows_without_a_key_are_told_apart)
{
	struct user *gone = stored_user("gone@example.org");
	struct category *category = category_create(session);
	struct task *first = task_build(session), *second = task_build(session);

	rowan_delete(session, user, gone);	/* links that wait are looked through now */
	rowan_add(session, first);
	rowan_add(session, second);
	assert_ok(rowan_append(session, first, categories, category));
	assert_ok(rowan_append(session, second, categories, category));
	assert_ok(rowan_commit(session));
	assert_int(stored_links(), 2);
}

Test(many_to_many, r12_the_link_row_leads_to_both_sides)
{
	struct category *first, *second;
	const struct task_category *link;
	struct task *task;

	tag(&task, &first, &second);
	link = rowan_get(session, task_category, task->id, second->id);
	cr_assert_eq(rowan_load(session, link, category).row, second);
	cr_assert_eq(rowan_load(session, link, task).row, task);
}

Test(many_to_many, r07_a_link_row_that_was_read_goes_with_the_link)
{
	struct category *first, *second;
	struct task *task;

	tag(&task, &first, &second);
	cr_assert_not_null(rowan_get(session, task_category, task->id, first->id));
	assert_ok(rowan_remove(session, task, categories, first));
	assert_ok(rowan_flush(session));
	assert_null(rowan_get(session, task_category, task->id, first->id));
	assert_ok(rowan_commit(session));
	assert_int(stored_links(), 1);
}

Test(many_to_many, r05_new_task_with_new_categories_in_one_flush)
{
	struct task *task = task_build(session);
	struct category *categories[3];

	rowan_add(session, task->owner.row);
	rowan_add(session, task);
	for (size_t i = 0; i < 3; i++) {
		categories[i] = category_build(session);
		rowan_add(session, categories[i]);
		assert_ok(rowan_append(session, task, categories, categories[i]));
	}
	assert_ok(rowan_commit(session));
	assert_int(stored_links(), 3);
	assert_int(rowan_load(session, task, categories).count, 3);
	for (size_t i = 0; i < 3; i++)
		cr_assert_not_null(rowan_get(session, task_category, task->id, categories[i]->id));
}

Test(many_to_many, r05_what_is_linked_to_a_new_row_is_added_with_it)
{
	struct task *task = task_build(session), *without = task_build(session);
	struct category *category = category_create(session), *fresh = category_build(session);

	assert_ok(rowan_append(session, task, categories, category));
	assert_ok(rowan_append(session, task, categories, fresh));
	assert_ok(rowan_append(session, without, categories, category));
	assert_ok(rowan_append(session, without, categories, category));
	assert_ok(rowan_commit(session));
	assert_int(stored_tasks() + stored_links(), 0);

	assert_ok(rowan_remove(session, without, categories, category));
	assert_ok(rowan_add(session, task));
	assert_ok(rowan_add(session, without));
	assert_ok(rowan_commit(session));
	assert_int(stored_tasks(), 2);
	assert_int(stored_links(), 2);
	cr_assert(fresh->id > 0);
}

/* It was linked from the other side before anybody looked. */
Test(many_to_many, r05_a_new_row_that_is_looked_at_late_knows_its_links)
{
	struct task *task = task_build(session), *other = task_build(session);
	struct category *category = category_build(session);

	assert_ok(rowan_append(session, task, categories, category));
	assert_ok(rowan_append(session, other, categories, category));
	assert_ok(rowan_remove(session, task, categories, category));
	assert_int(rowan_load(session, category, tasks).count, 1);
	cr_assert_eq(category->tasks.rows[0], other);
	assert_int(task->categories.count, 0);
}

/* Each row is known only to the one before it; the last made is the first to be added. */
Test(many_to_many, r05_a_long_chain_of_links_is_added_with_its_end)
{
	enum { LINKS = 4000 };
	struct task *task = task_build(session);
	struct category *category;

	for (int i = 0; i < LINKS / 2; i++) {
		category = category_build(session);
		assert_ok(rowan_append(session, category, tasks, task));
		task = task_build(session);
		assert_ok(rowan_append(session, task, categories, category));
	}
	assert_ok(rowan_add(session, task));
	assert_ok(rowan_commit(session));
	assert_int(stored_links(), LINKS);
	assert_int(stored_tasks(), LINKS / 2 + 1);
}

Test(many_to_many, r05_links_are_taken_back_by_a_rollback)
{
	struct category *first, *second, *third;
	struct task *task;

	tag(&task, &first, &second);
	third = category_create(session);
	assert_ok(rowan_append(session, task, categories, third));
	assert_ok(rowan_remove(session, task, categories, first));
	assert_ok(rowan_flush(session));
	assert_ok(rowan_rollback(session));
	assert_int(stored_links(), 2);
	assert_int(rowan_load(session, task, categories).count, 2);
	assert_ok(rowan_commit(session));
	assert_int(stored_links(), 2);
}

/* ---- links that say more than the pair ------------------------------------------- */

struct place {
	int64_t id;
	ROWAN_MANY(struct place) reachable;
};
struct road {
	int64_t from_id, to_id;
	const char *kind;
};
extern const struct rowan_model place_model, road_model;

ROWAN_MODEL(place,
	ROWAN_FIELDS(ROWAN_FIELD(place, id, .primary_key = true)),
	ROWAN_RELATIONS(
		ROWAN_TO_MANY(place, reachable, place, .through = &road_model,
			      .foreign_key = ROWAN_KEY(road, from_id),
			      .remote_key = ROWAN_KEY(road, to_id))));
ROWAN_MODEL(road,
	ROWAN_FIELDS(
		ROWAN_FIELD(road, from_id, .primary_key = true, .foreign_key = ROWAN_KEY(place, id)),
		ROWAN_FIELD(road, to_id, .primary_key = true, .foreign_key = ROWAN_KEY(place, id)),
		ROWAN_FIELD(road, kind, .primary_key = true)));

static void add_road(struct rowan_session *atlas, int64_t from, int64_t to, const char *kind)
{
	struct road *road = rowan_new(atlas, road);

	road->from_id = from;
	road->to_id = to;
	road->kind = kind;
	rowan_add(atlas, road);
}

Test(many_to_many, r05_a_row_that_several_links_lead_to_is_there_once)
{
	static const enum rowan_loading ways[] = {
		ROWAN_LOAD_BATCH, ROWAN_LOAD_EACH, ROWAN_LOAD_SELECTIN, ROWAN_LOAD_JOINED,
	};
	struct rowan_engine *roads = rowan_test_engine(ROWAN_MODELS(&place_model, &road_model));
	struct rowan_session *atlas = rowan_session_open(roads);

	for (int i = 0; i < 3; i++)
		rowan_add(atlas, rowan_new(atlas, place));
	assert_ok(rowan_flush(atlas));
	add_road(atlas, 1, 2, "path");
	add_road(atlas, 1, 2, "rail");
	add_road(atlas, 1, 3, "path");
	add_road(atlas, 2, 3, "path");
	assert_ok(rowan_commit(atlas, .clear = true));

	for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++) {
		struct rowan_query query = rowan_select(place,
			.order_by = { rowan_asc(rowan_column(place, id)) },
			.load = { rowan_selectin(place, reachable) });
		const struct place *const *places;

		query.load[0].loading = ways[i];
		places = rowan_all(rowan_exec(atlas, query));
		assert_ok(rowan_error(atlas)->code);
		assert_int(rowan_load(atlas, places[0], reachable).count, 2);
		assert_int(rowan_load(atlas, places[1], reachable).count, 1);
		assert_int(rowan_load(atlas, places[2], reachable).count, 0);
		assert_ok(rowan_clear(atlas));
	}
	rowan_session_close(atlas);
	rowan_test_engine_close(roads);
}
