/* SPDX-License-Identifier: MIT */
/* Queries and their options.  See run.sh. */
#include "models.h"

#define ORDERS rowan_asc(USER(email)), rowan_desc(USER(id))
#define LOADS rowan_selectin(user, tasks), rowan_each(user, tasks), rowan_raise(user, tasks)
#define GOOD_PATH rowan_selectin(user, tasks, task, categories)
#define BAD_PATH rowan_selectin(user, tasks, user, tasks)

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

#ifdef m22_text_as_a_limit
	rowan_exec(session, rowan_select(user, .limit = "10")); /* says: integer */
#else
	rowan_exec(session, rowan_select(user, .limit = 10));
#endif

#ifdef m22_misspelt_member_of_a_mixin_in_a_query
	rowan_exec(session, rowan_select(page, .order_by = { rowan_asc(rowan_column(page, stamps.made_at)) })); /* says: no member named .made_at */
#else
	rowan_exec(session, rowan_select(page, .order_by = { rowan_asc(rowan_column(page, stamps.created_at)) }));
#endif

#ifdef m22_query_that_is_a_model
	rowan_count(session, user_model); /* says: incompatible type */
#else
	rowan_count(session, rowan_select(user));
#endif

#ifdef m22_delete_where_by_a_bare_condition
	rowan_delete_where(session, rowan_eq(USER(id), 1)); /* says: incompatible type */
#else
	rowan_delete_where(session, rowan_select(user, .where = rowan_eq(USER(id), 1)));
#endif

#ifdef m22_text_assigned_to_a_number
	rowan_update_where(session, rowan_select(task), rowan_assign(TASK(owner_id), "7")); /* says: incompatible type|makes integer */
#else
	rowan_update_where(session, rowan_select(task), rowan_assign(TASK(owner_id), 7));
#endif

#ifdef m22_column_of_another_kind_assigned
	rowan_update_where(session, rowan_select(task), rowan_assign(TASK(owner_id), TASK(title))); /* says: incompatible type */
#else
	rowan_update_where(session, rowan_select(task), rowan_assign(TASK(owner_id), TASK(id)));
#endif

#ifdef m22_misspelt_member_assigned
	rowan_update_where(session, rowan_select(task), rowan_assign(TASK(titel), "x")); /* says: no member named .titel */
#else
	rowan_update_where(session, rowan_select(task), rowan_assign(TASK(title), "x"));
#endif

#ifdef m22_condition_as_an_assignment
	rowan_update_where(session, rowan_select(task), rowan_eq(TASK(title), "x")); /* says: incompatible type|invalid initializer */
#else
	rowan_update_where(session, rowan_select(task), rowan_assign(TASK(title), (char *)NULL));
#endif

#ifdef m22_text_that_grows
	rowan_update_where(session, rowan_select(task), rowan_increase(TASK(title), 1)); /* says: not compatible with any */
#else
	rowan_update_where(session, rowan_select(task), rowan_increase(TASK(owner_id), -1));
#endif

#ifdef m22_integer_that_grows_by_a_fraction
	rowan_update_where(session, rowan_select(task), rowan_increase(TASK(owner_id), 0.5)); /* says: incompatible type */
#else
	rowan_update_where(session, rowan_select(user), rowan_increase(USER(score), 1), rowan_increase(USER(score), 0.5));
#endif

#ifdef m22_text_as_a_query_of_a_stream
	rowan_stream(session, "SELECT 1"); /* says: incompatible pointer type */
#else
	rowan_stream(session, rowan_select(user));
#endif
}
