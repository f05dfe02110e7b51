/* SPDX-License-Identifier: MIT */
/* What stands beside a column in a condition.  See run.sh. */
#include "models.h"

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
