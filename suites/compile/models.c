/* SPDX-License-Identifier: MIT */
/* Models as a whole: indexes, checks, what they say of themselves.  See run.sh. */
#include "models.h"

#define ID(model_) ROWAN_FIELD(model_, id, .primary_key = true)
#define FOUR title, completed, owner_id, parent_id

struct m1 { int64_t id, owner_id, parent_id; const char *title; bool completed; };
#ifdef m22_misspelt_member_of_an_index
ROWAN_MODEL(m1, ROWAN_FIELDS(ID(m1)), ROWAN_INDEXES(ROWAN_INDEX(m1, (titel, id)))); /* says: no member named .titel */
#else
ROWAN_MODEL(m1, ROWAN_FIELDS(ID(m1)), ROWAN_INDEXES(ROWAN_INDEX(m1, (title, id))));
#endif

struct m2 { int64_t id, owner_id, parent_id; const char *title; bool completed; };
#ifdef m22_index_without_parentheses
ROWAN_MODEL(m2, ROWAN_FIELDS(ID(m2)), ROWAN_INDEXES(ROWAN_INDEX(m2, title))); /* says: MEMBERS_IN_PARENTHESES|expected */
#else
ROWAN_MODEL(m2, ROWAN_FIELDS(ID(m2)), ROWAN_INDEXES(ROWAN_INDEX(m2, (title))));
#endif

struct m3 { int64_t id, owner_id, parent_id; const char *title; bool completed; };
#ifdef m22_misspelt_option_of_an_index
ROWAN_MODEL(m3, ROWAN_FIELDS(ID(m3)), ROWAN_INDEXES(ROWAN_INDEX(m3, (title, id), .uniqe = true))); /* says: uniqe */
#else
ROWAN_MODEL(m3, ROWAN_FIELDS(ID(m3)), ROWAN_INDEXES(ROWAN_INDEX(m3, (title, id), .unique = true)));
#endif

struct m4 { int64_t id, owner_id, parent_id; const char *title; bool completed; };
#ifdef m22_condition_as_a_where_of_an_index
ROWAN_MODEL(m4, ROWAN_FIELDS(ID(m4)), ROWAN_INDEXES(ROWAN_INDEX(m4, (id), .where = true))); /* says: pointer */
#else
ROWAN_MODEL(m4, ROWAN_FIELDS(ID(m4)), ROWAN_INDEXES(ROWAN_INDEX(m4, (id), .where = "completed")));
#endif

struct m5 { int64_t id, owner_id, parent_id; const char *title; bool completed; };
#ifdef m22_too_many_columns_of_an_index
ROWAN_MODEL(m5, ROWAN_FIELDS(ID(m5)), ROWAN_INDEXES(ROWAN_INDEX(m5, (id, FOUR, FOUR)))); /* says: TOO_MANY_COLUMNS */
#else
ROWAN_MODEL(m5, ROWAN_FIELDS(ID(m5)), ROWAN_INDEXES(ROWAN_INDEX(m5, (id, FOUR))));
#endif

struct m6 { int64_t id, owner_id, parent_id; const char *title; bool completed; };
#ifdef m22_number_as_a_check
ROWAN_MODEL(m6, ROWAN_FIELDS(ID(m6)), ROWAN_CHECKS(ROWAN_CHECK(5, .name = "five"))); /* says: pointer */
#else
ROWAN_MODEL(m6, ROWAN_FIELDS(ID(m6)), ROWAN_CHECKS(ROWAN_CHECK("id > 5", .name = "five")));
#endif

struct m7 { int64_t id, owner_id, parent_id; const char *title; bool completed; };
#ifdef m22_misspelt_option_of_a_check
ROWAN_MODEL(m7, ROWAN_FIELDS(ID(m7)), ROWAN_CHECKS(ROWAN_CHECK("id > 5", .nmae = "five"))); /* says: nmae */
#else
ROWAN_MODEL(m7, ROWAN_FIELDS(ID(m7)), ROWAN_CHECKS(ROWAN_CHECK("id > 5", .name = "five", .message = "too few")));
#endif

struct m8 { int64_t id, owner_id, parent_id; const char *title; bool completed; };
#ifdef m22_misspelt_option_of_a_model
ROWAN_MODEL(m8, ROWAN_FIELDS(ID(m8)), .tabel = "tasks"); /* says: tabel */
#else
ROWAN_MODEL(m8, ROWAN_FIELDS(ID(m8)), .table = "tasks");
#endif

struct m9 { int64_t id, owner_id, parent_id; const char *title; bool completed; };
#ifdef m22_number_as_a_table
ROWAN_MODEL(m9, ROWAN_FIELDS(ID(m9)), .table = 5); /* says: pointer */
#else
ROWAN_MODEL(m9, ROWAN_FIELDS(ID(m9)), .table = "five");
#endif

struct m10 { int64_t id, owner_id, parent_id; const char *title; bool completed; };
#ifdef m22_misspelt_member_of_a_foreign_key
ROWAN_MODEL(m10, ROWAN_FIELDS(ID(m10)), ROWAN_FOREIGN_KEYS(ROWAN_FOREIGN_KEY(m10, (id, onwer_id), task_category, (task_id, category_id)))); /* says: no member named .onwer_id */
#else
ROWAN_MODEL(m10, ROWAN_FIELDS(ID(m10)), ROWAN_FOREIGN_KEYS(ROWAN_FOREIGN_KEY(m10, (id, owner_id), task_category, (task_id, category_id))));
#endif

struct m11 { int64_t id, owner_id, parent_id; const char *title; bool completed; };
#ifdef m22_misspelt_member_that_a_foreign_key_refers_to
ROWAN_MODEL(m11, ROWAN_FIELDS(ID(m11)), ROWAN_FOREIGN_KEYS(ROWAN_FOREIGN_KEY(m11, (id, owner_id), task_category, (task_id, catgory_id)))); /* says: no member named .catgory_id */
#else
ROWAN_MODEL(m11, ROWAN_FIELDS(ID(m11)), ROWAN_FOREIGN_KEYS(ROWAN_FOREIGN_KEY(m11, (id, owner_id), task_category, (task_id, category_id), .name = "both")));
#endif

struct m12 { int64_t id, owner_id, parent_id; const char *title; bool completed; };
#ifdef m22_foreign_key_to_no_model
ROWAN_MODEL(m12, ROWAN_FIELDS(ID(m12)), ROWAN_FOREIGN_KEYS(ROWAN_FOREIGN_KEY(m12, (id, owner_id), tsk_category, (task_id, category_id)))); /* says: tsk_category */
#else
ROWAN_MODEL(m12, ROWAN_FIELDS(ID(m12)), ROWAN_FOREIGN_KEYS(ROWAN_FOREIGN_KEY(m12, (id), user, (id))));
#endif

struct m13 { int64_t id, owner_id, parent_id; const char *title; bool completed; };
#ifdef m22_misspelt_option_of_a_foreign_key
ROWAN_MODEL(m13, ROWAN_FIELDS(ID(m13)), ROWAN_FOREIGN_KEYS(ROWAN_FOREIGN_KEY(m13, (id), user, (id), .on_delet = ROWAN_ON_DELETE_CASCADE))); /* says: on_delet */
#else
ROWAN_MODEL(m13, ROWAN_FIELDS(ID(m13)), ROWAN_FOREIGN_KEYS(ROWAN_FOREIGN_KEY(m13, (id), user, (id), .on_delete = ROWAN_ON_DELETE_CASCADE)));
#endif

struct whole { int64_t id; };

#ifdef m22_model_of_no_struct
ROWAN_MODEL(nothing, ROWAN_FIELDS(ROWAN_FIELD(nothing, id))); /* says: nothing */
#else
ROWAN_MODEL(whole, ROWAN_FIELDS(ROWAN_FIELD(whole, id, .primary_key = true)));
#endif

#ifdef m22_model_defined_twice
ROWAN_MODEL(m1, ROWAN_FIELDS(ID(m1))); /* says: redefinition */
#else
extern const struct rowan_model m1_model;
#endif

#ifdef m22_fields_of_another_struct
const struct rowan_column key = ROWAN_KEY(m1, titel); /* says: no member named .titel */
#else
const struct rowan_column key = ROWAN_KEY(m1, title);
#endif

int policy(struct rowan_error *error);
int policy(struct rowan_error *error)
{
#ifdef m22_misspelt_naming
	return rowan_naming(.plurals = true, .error = error); /* says: plurals */
#else
	return rowan_naming(.plural = true, .error = error);
#endif
}
