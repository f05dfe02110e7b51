/* SPDX-License-Identifier: MIT */
/* Rows, and what is done with them.  See run.sh. */
#include "models.h"

void rows(struct rowan_session *session, const struct user *user, struct task *task,
	  const struct task *stored, const struct category *category);
void rows(struct rowan_session *session, const struct user *user, struct task *task,
	  const struct task *stored, const struct category *category)
{
#ifdef m22_write_to_a_const_row
	stored->title = "x"; /* says: read-only|const */
#else
	task->title = "x";
#endif

#ifdef m22_write_through_a_relation
	stored->owner.row->email = "x"; /* says: read-only|const */
#else
	task->owner_id = user->id;
#endif

#ifdef m22_text_for_an_integer_member
	task->owner_id = "x"; /* says: integer */
#else
	task->owner_id = 7;
#endif

#ifdef m22_plain_number_for_an_optional_member
	task->parent_id = 7; /* says: incompatible type */
#else
	task->parent_id = rowan_opt_int64(7);
#endif

#ifdef m22_edit_a_row_of_another_model
	rowan_edit(session, user, stored); /* says: pointer type mismatch */
#else
	rowan_edit(session, task, stored);
#endif

#ifdef m22_delete_a_row_of_another_model
	rowan_delete(session, user, stored); /* says: pointer type mismatch */
#else
	rowan_delete(session, task, stored);
#endif

#ifdef m22_refresh_a_row_of_another_model
	rowan_refresh(session, category, user); /* says: pointer type mismatch */
#else
	rowan_refresh(session, category, category);
#endif

#ifdef m22_edited_row_kept_as_another_model
	task = rowan_edit(session, user, user); /* says: incompatible pointer type */
#else
	task = rowan_edit(session, task, stored);
#endif

#ifdef m22_new_row_kept_as_another_model
	task = rowan_new(session, user); /* says: incompatible pointer type */
#else
	task = rowan_new(session, task);
#endif

#ifdef m22_found_row_kept_as_another_model
	stored = rowan_get(session, user, 7); /* says: incompatible pointer type */
#else
	stored = rowan_get(session, task, 7);
#endif

#ifdef m22_found_row_kept_as_writable
	task = rowan_get(session, task, 7); /* says: discards */
#else
	stored = rowan_get(session, task, 7);
#endif

#ifdef m22_next_row_kept_as_writable
	task = rowan_next(NULL); /* says: discards */
#else
	stored = rowan_next(NULL);
#endif

#ifdef m22_row_as_a_key
	stored = rowan_get(session, task, *user); /* says: incompatible type */
#else
	stored = rowan_get(session, task, user->id);
#endif

#ifdef m22_wrong_target_for_set_one
	rowan_set_one(session, task, owner, category); /* says: pointer type mismatch */
#else
	rowan_set_one(session, task, owner, user);
#endif

#ifdef m22_set_one_on_a_const_row
	rowan_set_one(session, stored, owner, user); /* says: discards */
#else
	rowan_set_one(session, task, owner, NULL);
#endif

#ifdef m22_set_one_on_a_to_many_relation
	rowan_set_one(session, task, categories, category); /* says: no member named .row\b */
#else
	rowan_append(session, task, categories, category);
#endif

#ifdef m22_wrong_target_for_append
	rowan_append(session, user, tasks, category); /* says: pointer type mismatch */
#else
	rowan_append(session, user, tasks, task);
#endif

#ifdef m22_append_on_a_to_one_relation
	rowan_append(session, task, owner, user); /* says: no member named .rows */
#else
	rowan_append(session, stored, categories, category);
#endif

#ifdef m22_wrong_target_for_remove
	rowan_remove(session, user, tasks, user); /* says: pointer type mismatch */
#else
	rowan_remove(session, user, tasks, stored);
#endif

#ifdef m22_load_a_plain_member
	(void)rowan_load(session, user, email); /* says: not a structure or union */
#else
	(void)rowan_load(session, user, tasks);
#endif

#ifdef m22_load_a_misspelt_relation
	(void)rowan_load(session, user, taks); /* says: no member named .taks */
#else
	(void)rowan_load(session, stored, owner).row;
#endif

#ifdef m22_to_many_rows_of_a_to_one_relation
	(void)rowan_load(session, stored, owner).rows; /* says: no member named .rows */
#else
	(void)rowan_load(session, stored, categories).rows;
#endif

#ifdef m22_named_row_kept_as_another_model
	task = rowan_new_from(session, user, NULL, 0); /* says: incompatible pointer type */
#else
	task = rowan_new_from(session, task, NULL, 0);
#endif

#ifdef m22_set_by_name_on_a_const_row
	rowan_set(session, stored, "title", "x"); /* says: discards */
#else
	rowan_set(session, task, "title", "x");
#endif

#ifdef m22_row_as_a_named_value
	rowan_set(session, task, "owner", *user); /* says: incompatible type */
#else
	rowan_set(session, task, "owner_id", user->id);
#endif

#ifdef m22_values_without_their_count
	rowan_set_all(session, task, NULL); /* says: too few arguments|incompatible type */
#else
	rowan_set_all(session, task, NULL, 0);
#endif

#ifdef m22_bulk_of_another_model
	rowan_insert_all(session, user, task, 1); /* says: pointer type mismatch */
#else
	rowan_insert_all(session, task, task, 1);
#endif

#ifdef m22_number_for_a_text_member
	task->title = 7; /* says: pointer */
#else
	task->title = NULL;
#endif

#ifdef m22_bare_time_for_a_datetime_member
	task->created_at = 2026; /* says: incompatible type|assigning to */
#else
	task->created_at = rowan_now();
#endif

#ifdef m22_date_for_a_datetime_member
	task->created_at = rowan_date(2026, 1, 1); /* says: incompatible type|assigning to */
#else
	task->created_at = rowan_datetime(2026, 1, 1, 0, 0, 0);
#endif

#ifdef m22_add_of_a_row_by_value
	rowan_add(session, *task); /* says: incompatible type */
#else
	rowan_add(session, task);
#endif
}
