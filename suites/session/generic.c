/* SPDX-License-Identifier: MIT */
#include "sample.h"

/*
 * A layer for any model: what the macros take by name, functions take as a value.  These
 * five are all that a program needs to offer every table of its own in the same way.
 */

TestSuite(generic, .init = open_sample, .fini = close_sample, .timeout = 60);

static void *generic_create(const struct rowan_model *model,
			    const struct rowan_named_value *values, size_t count)
{
	void *row = rowan_new_from_(session, model, values, count, ROWAN_HERE);

	if (row)
		rowan_add(session, row);
	return rowan_commit(session) == ROWAN_OK ? row : NULL;
}

static const void *generic_get(const struct rowan_model *model, int64_t id)
{
	return rowan_get_(session, model, ROWAN_VALUES_(id), ROWAN_HERE);
}

static struct rowan_result *generic_list(const struct rowan_model *model, int64_t skip,
					 int64_t limit)
{
	const struct rowan_query query = {
		.model = model, .site = ROWAN_HERE, .offset = skip, .limit = limit,
		.order_by = { { .column = { model, model->fields[0].offset } } },
	};

	return rowan_exec_(session, &query);
}

static void *generic_update(const struct rowan_model *model, int64_t id,
			    const struct rowan_named_value *values, size_t count)
{
	const void *row = generic_get(model, id);
	void *edited = row ? rowan_edit_(session, model, row, ROWAN_HERE) : NULL;

	if (!edited)
		return NULL;
	rowan_set_all_(session, edited, values, count, ROWAN_HERE);
	return rowan_commit(session) == ROWAN_OK ? edited : NULL;
}

/* Whether there was one. */
static bool generic_delete(const struct rowan_model *model, int64_t id)
{
	const void *row = generic_get(model, id);

	return row && rowan_delete_(session, model, row, ROWAN_HERE) == ROWAN_OK &&
	       rowan_commit(session) == ROWAN_OK;
}

static void live_a_life(const struct rowan_model *model, const struct rowan_named_value *values,
			size_t count, struct rowan_named_value change)
{
	const void *row = generic_create(model, values, count);
	int64_t id;

	cr_assert_not_null(row);
	id = *(const int64_t *)row;	/* the sample's keys come first */
	cr_assert_eq(generic_get(model, id), row);
	cr_assert_not_null(generic_update(model, id, &change, 1));
	assert_int(rowan_result_count(generic_list(model, 0, 100)), 1);
	assert_int(rowan_result_count(generic_list(model, 1, 100)), 0);
	cr_assert(generic_delete(model, id));
	cr_assert_not(generic_delete(model, id));
	assert_null(generic_get(model, id));
	assert_null(generic_update(model, id, &change, 1));
}

Test(generic, s16_the_same_five_calls_work_for_unrelated_models)
{
	const struct rowan_named_value user[] = {
		{ "email", ROWAN_VALUE("ada@example.org") }, { "hashed_password", ROWAN_VALUE("-") },
		{ "name", ROWAN_VALUE("Ada") },
	};
	const struct rowan_named_value category[] = { { "name", ROWAN_VALUE("home") } };

	live_a_life(&user_model, user, 3, (struct rowan_named_value){ "is_active", ROWAN_VALUE(false) });
	live_a_life(&category_model, category, 1,
		    (struct rowan_named_value){ "color", ROWAN_VALUE("#fff") });
}

Test(generic, s16_what_is_wrong_is_named)
{
	const struct rowan_named_value typo[] = { { "nmae", ROWAN_VALUE("home") } };

	assert_null(generic_create(&category_model, typo, 1));
	assert_error(session, ROWAN_VALIDATION, "nmae");
	assert_contains(rowan_error(session)->message, "name");
}
