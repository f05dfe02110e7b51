/* SPDX-License-Identifier: MIT */
/*
 * What the compiler has to refuse, each beside its right form.  Nothing here is
 * ever linked or run.
 *
 * run.sh compiles this file once as it is: it must not draw a single warning.
 * Then once per mistake, with the mistake's name defined and no flag but
 * -std=c11: the first complaint must be about that line, in words that match
 * what the comment on it "says".  The regular expression fits both compilers.
 */
#include "models.h"

#define ORDERS rowan_asc(USER(email)), rowan_desc(USER(id))
#define LOADS rowan_selectin(user, tasks), rowan_each(user, tasks), rowan_raise(user, tasks)
#define GOOD_PATH rowan_selectin(user, tasks, task, categories)
#define BAD_PATH rowan_selectin(user, tasks, user, tasks)

static void take_field(struct rowan_field field)
{
	(void)field;
}

static void take_relation(struct rowan_relation relation)
{
	(void)relation;
}

static struct rowan_value now(struct rowan_session *session)
{
	(void)session;
	return ROWAN_VALUE(rowan_now());
}

/* ---- comparisons ---------------------------------------------------------- */

void comparisons(struct rowan_expr *out);
void comparisons(struct rowan_expr *out)
{
	static const char *const texts[] = { "a", "b" };
	static const int64_t numbers[] = { 1, 2 };

#ifdef m22_number_beside_a_text_column
	*out = rowan_eq(USER(email), 5); /* says: integer */
#else
	*out = rowan_eq(USER(email), "ada@example.org");
#endif

#ifdef m22_text_beside_a_number_column
	*out = rowan_eq(USER(id), "5"); /* says: incompatible type.*text */
#else
	*out = rowan_eq(USER(id), 5);
#endif

#ifdef m22_text_beside_a_bool_column
	*out = rowan_eq(USER(is_active), "yes"); /* says: incompatible type.*text */
#else
	*out = rowan_eq(USER(is_active), true);
#endif

#ifdef m22_real_beside_an_integer_column
	*out = rowan_eq(USER(id), 3.5); /* says: incompatible type.*double */
#else
	*out = rowan_eq(USER(score), 3.5);
#endif

#ifdef m22_real_beside_a_bool_column
	*out = rowan_ne(USER(is_active), 0.5); /* says: incompatible type.*double */
#else
	*out = rowan_ne(USER(is_active), false);
#endif

#ifdef m22_text_beside_a_datetime_column
	*out = rowan_lt(TASK(created_at), "2026-01-01"); /* says: incompatible type.*text */
#else
	*out = rowan_lt(TASK(created_at), rowan_now());
#endif

#ifdef m22_number_beside_a_datetime_column
	*out = rowan_lt(TASK(created_at), 2026); /* says: incompatible type.*datetime */
#else
	*out = rowan_lt(TASK(created_at), rowan_datetime(2026, 1, 1, 0, 0, 0));
#endif

#ifdef m22_date_beside_a_datetime_column
	*out = rowan_ge(TASK(created_at), rowan_date(2026, 1, 1)); /* says: incompatible type.*datetime */
#else
	*out = rowan_ge(USER(birthday), rowan_date(2026, 1, 1));
#endif

#ifdef m22_text_beside_a_uuid_column
	*out = rowan_eq(USER(token), "00112233"); /* says: incompatible type.*text */
#else
	*out = rowan_eq(USER(token), rowan_uuid4());
#endif

#ifdef m22_text_beside_a_bytes_column
	*out = rowan_eq(USER(avatar), "GIF89a"); /* says: incompatible type.*text */
#else
	*out = rowan_eq(USER(avatar), ((struct rowan_bytes){ "GIF89a", 6 }));
#endif

#ifdef m22_optional_number_beside_a_text_column
	*out = rowan_eq(USER(email), rowan_opt_int64(3)); /* says: incompatible type.*(int64|int_column) */
#else
	*out = rowan_eq(TASK(parent_id), rowan_opt_int64(3));
#endif

#ifdef m22_columns_of_two_kinds
	*out = rowan_eq(USER(id), TASK(title)); /* says: incompatible type.*text */
#else
	*out = rowan_eq(USER(id), TASK(owner_id));
#endif

#ifdef m22_date_column_beside_a_datetime_column
	*out = rowan_lt(TASK(created_at), USER(birthday)); /* says: incompatible type.*date */
#else
	*out = rowan_lt(TASK(created_at), USER(last_login));
#endif

#ifdef m22_misspelt_member
	*out = rowan_eq(USER(emial), "ada@example.org"); /* says: no member named .emial */
#else
	*out = rowan_eq(USER(email), NULL);
#endif

#ifdef m22_relation_as_a_column
	*out = rowan_eq(USER(tasks), 5); /* says: not compatible with any */
#else
	*out = rowan_is_null(USER(last_login));
#endif

#ifdef m22_whole_row_as_a_value
	*out = rowan_eq(USER(id), (struct user){ .id = 5 }); /* says: incompatible type */
#else
	*out = rowan_eq(USER(id), (int16_t)5);
#endif

#ifdef m22_list_of_numbers_for_a_text_column
	*out = rowan_in(USER(email), numbers, 2); /* says: incompatible pointer type */
#else
	*out = rowan_in(USER(email), texts, 2);
#endif

#ifdef m22_list_of_texts_for_a_number_column
	*out = rowan_in(USER(id), texts, 2); /* says: incompatible pointer type */
#else
	*out = rowan_in(USER(id), numbers, 2);
#endif

#ifdef m22_list_for_a_bool_column
	*out = rowan_in(USER(is_active), numbers, 2); /* says: bool_column.*not compatible with any */
#else
	*out = rowan_in(CATEGORY(id), numbers, 2);
#endif

#ifdef m22_pointer_beside_a_bool_column
	*out = rowan_eq(TASK(completed), out); /* says: pointer */
#else
	*out = rowan_eq(TASK(completed), 1);
#endif

#ifdef m22_reals_around_a_number_column
	*out = rowan_between(USER(id), 1.5, 2.5); /* says: incompatible type */
#else
	*out = rowan_between(USER(id), 1, 2);
#endif

#ifdef m22_texts_around_a_number_column
	*out = rowan_between(USER(id), "a", "b"); /* says: incompatible type */
#else
	*out = rowan_between(USER(id), 1, 9);
#endif

#ifdef m22_numbers_around_a_text_column
	*out = rowan_between(USER(email), 1, 2); /* says: integer */
#else
	*out = rowan_between(USER(email), "a", "b");
#endif

#ifdef m22_pattern_for_a_number_column
	*out = rowan_like(USER(id), "5%"); /* says: incompatible type */
#else
	*out = rowan_like(USER(email), "5%");
#endif

#ifdef m22_number_as_a_pattern
	*out = rowan_contains(TASK(title), 5); /* says: integer */
#else
	*out = rowan_contains(TASK(title), "5");
#endif

#ifdef m22_column_as_a_condition
	*out = rowan_and(*out, USER(is_active)); /* says: incompatible type */
#else
	*out = rowan_and(*out, rowan_eq(USER(is_active), true));
#endif

#ifdef m22_not_of_two_conditions
	*out = rowan_not(*out, *out); /* says: rowan_not.*passed 2 arguments|too many arguments */
#else
	*out = rowan_not(rowan_or(*out, *out));
#endif
}

/* ---- queries -------------------------------------------------------------- */

void queries(struct rowan_session *session);
void queries(struct rowan_session *session)
{
#ifdef m22_misspelt_clause
	rowan_exec(session, rowan_select(user, .wher = rowan_eq(USER(id), 1))); /* says: wher */
#else
	rowan_exec(session, rowan_select(user, .where = rowan_eq(USER(id), 1)));
#endif

#ifdef m22_misspelt_model
	rowan_exec(session, rowan_select(usr)); /* says: usr_model */
#else
	rowan_exec(session, rowan_select(user));
#endif

#ifdef m22_column_as_a_where
	rowan_exec(session, rowan_select(user, .where = USER(is_active))); /* says: incompatible type */
#else
	rowan_exec(session, rowan_select(user, .where = rowan_is_not_null(USER(email))));
#endif

#ifdef m22_sql_text_as_a_query
	rowan_exec(session, "SELECT 1"); /* says: incompatible pointer type */
#else
	rowan_exec(session, (struct rowan_query){ .model = &user_model });
#endif

#ifdef m22_order_by_a_misspelt_member
	rowan_exec(session, rowan_select(user, .order_by = { rowan_asc(USER(nmae)) })); /* says: no member named .nmae */
#else
	rowan_exec(session, rowan_select(user, .order_by = { rowan_asc(USER(email)) }));
#endif

#ifdef m22_order_by_a_relation
	rowan_exec(session, rowan_select(user, .order_by = { rowan_desc(USER(tasks)) })); /* says: not compatible with any */
#else
	rowan_exec(session, rowan_select(user, .order_by = { rowan_desc(USER(score)) }));
#endif

#ifdef m22_too_many_order_keys
	rowan_exec(session, rowan_select(user, .order_by = { ORDERS, ORDERS, ORDERS })); /* says: excess elements */
#else
	rowan_exec(session, rowan_select(user, .order_by = { ORDERS, ORDERS }));
#endif

#ifdef m22_too_many_loading_options
	rowan_exec(session, rowan_select(user, .load = { LOADS, LOADS, LOADS })); /* says: excess elements */
#else
	rowan_exec(session, rowan_select(user, .load = { LOADS, LOADS }));
#endif

#ifdef m22_loading_option_on_a_plain_member
	rowan_exec(session, rowan_select(user, .load = { rowan_selectin(user, email) })); /* says: not a structure or union */
#else
	rowan_exec(session, rowan_select(user, .load = { rowan_selectin(user, tasks) }));
#endif

#ifdef m22_loading_option_on_a_misspelt_relation
	rowan_exec(session, rowan_select(user, .load = { rowan_joined(user, taks) })); /* says: no member named .taks */
#else
	rowan_exec(session, rowan_select(user, .load = { rowan_joined(user, tasks) }));
#endif

#ifdef m22_loading_path_that_does_not_follow
	rowan_exec(session, rowan_select(user, .load = { BAD_PATH })); /* says: task.*not compatible with any */
#else
	rowan_exec(session, rowan_select(user, .load = { GOOD_PATH }));
#endif

#ifdef m22_loading_path_with_half_a_step
	rowan_exec(session, rowan_select(user, .load = { rowan_selectin(user, tasks, task) })); /* says: ROWAN_NO_PATH_ */
#else
	rowan_exec(session, rowan_select(task, .load = { rowan_selectin(task, owner) }));
#endif

#ifdef m22_aggregate_of_a_number
	rowan_scalar(session, rowan_select(task, .scalar = rowan_max(5))); /* says: not a structure or union */
#else
	rowan_scalar(session, rowan_select(task, .scalar = rowan_max(TASK(id))));
#endif
}

/* ---- rows ----------------------------------------------------------------- */

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
}

/* ---- engines and sessions ------------------------------------------------- */

void engines_and_sessions(struct rowan_engine *engine, struct rowan_session *session);
void engines_and_sessions(struct rowan_engine *engine, struct rowan_session *session)
{
#ifdef m22_misspelt_engine_option
	engine = rowan_engine_open("sqlite://", .pol_size = 3); /* says: pol_size */
#else
	engine = rowan_engine_open("sqlite://", .pool_size = 3);
#endif

#ifdef m22_misspelt_session_option
	session = rowan_session_open(engine, .lasy = ROWAN_LOAD_RAISE); /* says: lasy */
#else
	session = rowan_session_open(engine, .lazy = ROWAN_LOAD_RAISE);
#endif

#ifdef m22_misspelt_begin_option
	rowan_begin(session, .writes = true); /* says: writes */
#else
	rowan_begin(session, .write = true);
#endif

#ifdef m22_misspelt_commit_option
	rowan_commit(session, .cleer = true); /* says: cleer */
#else
	rowan_commit(session, .clear = true);
#endif

#ifdef m22_one_model_where_a_list_is_wanted
	rowan_create_all(engine, &user_model, NULL); /* says: incompatible pointer type */
#else
	rowan_create_all(engine, ROWAN_MODELS(&user_model), NULL);
#endif
}

/* ---- descriptors ---------------------------------------------------------- */

void descriptors(void);
void descriptors(void)
{
#ifdef m22_char_array_as_a_field
	take_field((struct rowan_field)ROWAN_FIELD(badge, name)); /* says: char \(\*\)\[32\].*not compatible with any */
#else
	take_field((struct rowan_field)ROWAN_FIELD(category, name, .max_length = 31));
#endif

#ifdef m22_writable_text_as_a_field
	take_field((struct rowan_field)ROWAN_FIELD(badge, label)); /* says: char \*\*.*not compatible with any */
#else
	take_field((struct rowan_field)ROWAN_FIELD(user, email));
#endif

#ifdef m22_float_as_a_field
	take_field((struct rowan_field)ROWAN_FIELD(badge, weight)); /* says: float \*.*not compatible with any */
#else
	take_field((struct rowan_field)ROWAN_FIELD(user, score));
#endif

#ifdef m22_long_long_as_a_field
	take_field((struct rowan_field)ROWAN_FIELD(badge, points)); /* says: long long.*not compatible with any */
#else
	take_field((struct rowan_field)ROWAN_FIELD(badge, id));
#endif

#ifdef m22_relation_as_a_field
	take_field((struct rowan_field)ROWAN_FIELD(task, owner)); /* says: not compatible with any */
#else
	take_field((struct rowan_field)ROWAN_FIELD(task, owner_id));
#endif

#ifdef m22_misspelt_field
	take_field((struct rowan_field)ROWAN_FIELD(user, emial)); /* says: no member named .emial */
#else
	take_field((struct rowan_field)ROWAN_FIELD(user, email, .unique = true));
#endif

#ifdef m22_misspelt_field_option
	take_field((struct rowan_field)ROWAN_FIELD(user, id, .primry_key = true)); /* says: primry_key */
#else
	take_field((struct rowan_field)ROWAN_FIELD(user, id, .primary_key = true));
#endif

#ifdef m22_misspelt_member_of_a_foreign_key
	take_field((struct rowan_field)ROWAN_FIELD(task, owner_id, .foreign_key = ROWAN_KEY(user, idd))); /* says: no member named .idd */
#else
	take_field((struct rowan_field)ROWAN_FIELD(task, owner_id, .foreign_key = ROWAN_KEY(user, id)));
#endif

#ifdef m22_default_factory_of_another_type
	take_field((struct rowan_field)ROWAN_FIELD(task, created_at, .default_factory = rowan_now)); /* says: incompatible.*pointer type */
#else
	take_field((struct rowan_field)ROWAN_FIELD(task, created_at, .default_factory = now));
#endif

#ifdef m22_bare_number_as_a_default
	take_field((struct rowan_field)ROWAN_FIELD(task, completed, .default_value = 1)); /* says: pointer */
#else
	take_field((struct rowan_field)ROWAN_FIELD(task, completed, .default_value = ROWAN_CONST(true)));
#endif

#ifdef m22_to_one_relation_of_another_model
	take_relation((struct rowan_relation)ROWAN_TO_ONE(task, owner, category)); /* says: user.*not compatible with any */
#else
	take_relation((struct rowan_relation)ROWAN_TO_ONE(task, owner, user));
#endif

#ifdef m22_to_many_relation_of_another_model
	take_relation((struct rowan_relation)ROWAN_TO_MANY(user, tasks, user)); /* says: task.*not compatible with any */
#else
	take_relation((struct rowan_relation)ROWAN_TO_MANY(user, tasks, task));
#endif

#ifdef m22_to_one_where_to_many_is_wanted
	take_relation((struct rowan_relation)ROWAN_TO_ONE(user, tasks, task)); /* says: no member named .row\b */
#else
	take_relation((struct rowan_relation)ROWAN_TO_MANY(user, tasks, task, .back_populates = "owner"));
#endif

#ifdef m22_to_many_where_to_one_is_wanted
	take_relation((struct rowan_relation)ROWAN_TO_MANY(task, owner, user)); /* says: no member named .rows */
#else
	take_relation((struct rowan_relation)ROWAN_TO_ONE(task, owner, user, .back_populates = "tasks"));
#endif

#ifdef m22_plain_member_as_a_relation
	take_relation((struct rowan_relation)ROWAN_TO_ONE(task, title, user)); /* says: not a structure or union */
#else
	take_relation((struct rowan_relation)ROWAN_TO_MANY(task, categories, category));
#endif

#ifdef m22_misspelt_relation_option
	take_relation((struct rowan_relation)ROWAN_TO_MANY(user, tasks, task, .back_popultes = "owner")); /* says: back_popultes */
#else
	take_relation((struct rowan_relation)ROWAN_TO_MANY(task, categories, category, .through = &task_category_model));
#endif
}
