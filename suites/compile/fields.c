/* SPDX-License-Identifier: MIT */
/* Models: fields and relations.  See run.sh. */
#include "models.h"

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

#ifdef m22_text_as_a_length
	take_field((struct rowan_field)ROWAN_FIELD(user, email, .max_length = "255")); /* says: integer */
#else
	take_field((struct rowan_field)ROWAN_FIELD(user, email, .max_length = 255));
#endif

#ifdef m22_number_as_a_column_name
	take_field((struct rowan_field)ROWAN_FIELD(user, email, .column = 5)); /* says: pointer */
#else
	take_field((struct rowan_field)ROWAN_FIELD(user, email, .column = "e_mail"));
#endif

#ifdef m22_foreign_key_to_no_model
	take_field((struct rowan_field)ROWAN_FIELD(task, owner_id, .foreign_key = ROWAN_KEY(usr, id))); /* says: usr */
#else
	take_field((struct rowan_field)ROWAN_FIELD(task, parent_id, .foreign_key = ROWAN_KEY(task, id)));
#endif

#ifdef m22_foreign_key_as_text
	take_field((struct rowan_field)ROWAN_FIELD(task, owner_id, .foreign_key = "users.id")); /* says: pointer */
#else
	take_field((struct rowan_field)ROWAN_FIELD(task, owner_id, .foreign_key = ROWAN_KEY(user, id), .index = true));
#endif

#ifdef m22_on_update_of_another_type
	take_field((struct rowan_field)ROWAN_FIELD(task, created_at, .on_update = rowan_now)); /* says: incompatible.*pointer type */
#else
	take_field((struct rowan_field)ROWAN_FIELD(task, created_at, .on_update = rowan_now_factory));
#endif

#ifdef m22_on_update_that_is_called
	take_field((struct rowan_field)ROWAN_FIELD(task, created_at, .on_update = rowan_now())); /* says: incompatible type */
#else
	take_field((struct rowan_field)ROWAN_FIELD(task, created_at, .on_update = now));
#endif

#ifdef m22_number_as_a_server_default
	take_field((struct rowan_field)ROWAN_FIELD(task, parent_id, .server_default = 7)); /* says: pointer */
#else
	take_field((struct rowan_field)ROWAN_FIELD(task, parent_id, .server_default = "7"));
#endif

#ifdef m22_misspelt_member_of_a_mixin
	take_field((struct rowan_field)ROWAN_FIELD(page, stamps.creatd_at)); /* says: no member named .creatd_at */
#else
	take_field((struct rowan_field)ROWAN_FIELD(page, stamps.created_at));
#endif

#ifdef m22_mixin_as_a_field
	take_field((struct rowan_field)ROWAN_FIELD(page, stamps)); /* says: not compatible with any */
#else
	take_field((struct rowan_field)ROWAN_FIELD(page, stamps.updated_at));
#endif

#ifdef m22_mixin_that_is_not_embedded
	take_field((struct rowan_field)ROWAN_FIELD(task, stamps.created_at)); /* says: no member named .stamps */
#else
	take_field((struct rowan_field)ROWAN_FIELD(task, created_at));
#endif
}
