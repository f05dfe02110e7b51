/* SPDX-License-Identifier: MIT */
/* Each mistake that a model's fields can hold, alone and with others. */
#include "broken.h"
#include "library.h"

#include "model/plan.h"

#include <stdio.h>
#include <string.h>

TestSuite(check, .timeout = 30);

struct thing {
	int64_t id;
	int32_t number;
	int16_t small;
	bool flag;
	double price;
	const char *title, *other;
	struct rowan_bytes bytes;
	struct rowan_datetime made_at;
	struct rowan_uuid uuid;
	struct rowan_opt_int64 maybe;
	ROWAN_ONE(struct author) author;
};

#define ID ROWAN_FIELD(thing, id, .primary_key = true)
#define WITH(...) ROWAN_FIELDS(ID, ROWAN_FIELD(thing, __VA_ARGS__))
#define LONG_NAME "a_name_that_is_as_long_as_any_database_takes_and_then_one_more__"
#define BYTES_57 "a_name_of_57_bytes_with_a_constraint_is_one_over_the_most"

static struct rowan_value factory(struct rowan_session *session)
{
	(void)session;
	return rowan_int_value(1);
}

/* ---- no model, no fields, no key ---------------------------------------------- */

static const struct rowan_model zero_model;
THING(no_fields, .fields = NULL);
THING(no_key, ROWAN_FIELDS(ROWAN_FIELD(thing, number)));
THING(by_hand, ROWAN_FIELDS(ID, { .offset = 8 }));
THING(no_type, ROWAN_FIELDS(ID, { .name = "number", .offset = 8 }));

Test(check, what_is_no_model)
{
	ASSERT_MISTAKES(
		{ NULL, "the model is NULL" },
		{ &zero_model, "this is no model: define it with ROWAN_MODEL()" },
		{ &no_fields, "thing has no fields" },
		{ &no_key, "thing has no primary key, and does not say .data_only" },
		{ &by_hand, "thing: field 2 has no name: write it as ROWAN_FIELD()" },
		{ &no_type, "thing.number has no type: write it as ROWAN_FIELD()" });
}

/* ---- two of a kind -------------------------------------------------------------- */

struct bigger { char before[4096]; int64_t id; };
THING(twice, ROWAN_FIELDS(ID, ROWAN_FIELD(thing, number), ROWAN_FIELD(thing, number)));
THING(same_place, ROWAN_FIELDS(ID, ROWAN_FIELD(thing, number), RENAMED(thing, number, "again")));
THING(same_column, ROWAN_FIELDS(ID, ROWAN_FIELD(thing, title, .column = "Text"),
				ROWAN_FIELD(thing, other, .column = "text")));
THING(elsewhere, ROWAN_FIELDS(ID, RENAMED(bigger, id, "number")));

struct twin { int64_t id, author_id; };
static const struct rowan_model second_twin;
static void *twin_plans[2];
static const struct rowan_model first_twin = { .name = "twin", .size = sizeof(struct twin),
	.plan_ = &twin_plans[0], .table = "twins",
	ROWAN_FIELDS(ROWAN_FIELD(twin, id, .primary_key = true),
		     ROWAN_FIELD(twin, author_id, .foreign_key = { &second_twin, 0 })) };
static const struct rowan_model second_twin = { .name = "sibling", .size = sizeof(struct twin),
	.plan_ = &twin_plans[1], .table = "TWINS",
	ROWAN_FIELDS(ROWAN_FIELD(twin, id, .primary_key = true)) };

Test(check, two_of_a_kind)
{
	ASSERT_MISTAKES(
		{ &twice, "thing.number is listed twice" },
		{ &same_place, "thing.number and thing.again are at the same place in the struct" },
		{ &same_column, "thing.title and thing.other have the same column name \"text\"" },
		{ &elsewhere, "thing.number is a member of another struct" },
		{ &first_twin, "twin and sibling have the same table name \"TWINS\"" });
}

/* ---- NULL ------------------------------------------------------------------------ */

THING(null_scalar, WITH(number, .nullable = true));
THING(null_time, WITH(made_at, .nullable = true));
THING(not_null_plain, WITH(title, .not_null = true));
THING(null_or_not, WITH(maybe, .nullable = true, .not_null = true));
THING(null_key, ROWAN_FIELDS(ROWAN_FIELD(thing, title, .primary_key = true, .nullable = true)));
THING(optional_key, ROWAN_FIELDS(ROWAN_FIELD(thing, maybe, .primary_key = true)));

Test(check, null)
{
	ASSERT_MISTAKES(
		{ &null_scalar, "thing.number: int32 cannot hold NULL: use rowan_opt_int32" },
		{ &null_time, "thing.made_at: datetime cannot hold NULL: use rowan_opt_datetime" },
		{ &not_null_plain, "thing.title: .not_null is for members of type rowan_opt_*" },
		{ &null_or_not, "thing.maybe: .nullable and .not_null are both given" },
		{ &null_key, "thing.title: a primary key cannot be NULL" },
		{ &optional_key, "thing.maybe: a primary key cannot be NULL" });
}

/* ---- defaults -------------------------------------------------------------------- */

THING(text_for_number, WITH(number, .default_value = ROWAN_CONST("seven")));
THING(number_for_text, WITH(title, .default_value = ROWAN_CONST(7)));
THING(real_for_number, WITH(number, .default_value = ROWAN_CONST(7.5)));
THING(seven_for_flag, WITH(flag, .default_value = ROWAN_CONST(7)));
THING(number_for_time, WITH(made_at, .default_value = ROWAN_CONST(0)));
THING(too_big, WITH(small, .default_value = ROWAN_CONST(32768)));
THING(too_small, WITH(number, .default_value = ROWAN_CONST(-2147483649LL)));
THING(null_text, WITH(title, .default_value = ROWAN_CONST((const char *)NULL)));
THING(both_defaults, WITH(number, .default_value = ROWAN_CONST(1), .default_factory = factory));

Test(check, m15_defaults)
{
	ASSERT_MISTAKES(
		{ &text_for_number, "thing.number: the default is text, the member 32-bit integer" },
		{ &number_for_text, "thing.title: the default is integer, the member text" },
		{ &real_for_number, "thing.number: the default is real, the member 32-bit integer" },
		{ &seven_for_flag, "thing.flag: the default is integer, the member boolean" },
		{ &number_for_time, "thing.made_at: the default is integer, the member datetime" },
		{ &too_big, "thing.small: the default 32768 does not fit its member" },
		{ &too_small, "thing.number: the default -2147483649 does not fit its member" },
		{ &null_text, "thing.title: the default is NULL: leave it out" },
		{ &both_defaults, "thing.number: .default_value and .default_factory are both given" });
}

THING(fine, ROWAN_FIELDS(ID,
	ROWAN_FIELD(thing, number, .default_value = ROWAN_CONST(INT32_MAX)),
	ROWAN_FIELD(thing, small, .default_value = ROWAN_CONST(-32768)),
	ROWAN_FIELD(thing, flag, .default_value = ROWAN_CONST(true)),
	ROWAN_FIELD(thing, price, .default_value = ROWAN_CONST(3)),
	ROWAN_FIELD(thing, title, .default_value = ROWAN_CONST(""), .min_length = 1, .max_length = 1),
	ROWAN_FIELD(thing, bytes, .nullable = true),
	ROWAN_FIELD(thing, maybe, .not_null = true, .default_value = ROWAN_CONST(0))));

Test(check, what_is_no_mistake)
{
	struct rowan_error error = { 0 };

	cr_assert(rowan_model_check(&fine, &error) == ROWAN_OK, "%s", error.message);
	assert_ok(rowan_model_check(&fine, NULL));
}

/* ---- lengths and names ----------------------------------------------------------- */

THING(crossed, WITH(title, .min_length = 5, .max_length = 3));
THING(length_of_number, WITH(number, .max_length = 3));
THING(length_of_bytes, WITH(bytes, .min_length = 3));
THING(empty_table, ROWAN_FIELDS(ID), .table = "");
THING(long_table, ROWAN_FIELDS(ID), .table = LONG_NAME);
THING(crooked_table, ROWAN_FIELDS(ID), .table = "caf\xe9");
THING(long_key_name, ROWAN_FIELDS(ID), .table = BYTES_57 "abcd");
THING(empty_schema, ROWAN_FIELDS(ID), .schema = "");
THING(long_schema, ROWAN_FIELDS(ID), .schema = LONG_NAME);
THING(crooked_schema, ROWAN_FIELDS(ID), .schema = "\xff");
THING(in_a_schema, ROWAN_FIELDS(ID), .schema = BYTES_57);
THING(empty_column, WITH(title, .column = ""));
THING(long_column, WITH(title, .column = LONG_NAME));
THING(crooked_column, WITH(title, .column = "\xc3"));
THING(long_constraint, WITH(title, .column = BYTES_57, .unique = true));
THING(just_fits, WITH(title, .column = "a_name_of_54_bytes_with_a_constraint_is_63_bytes_long_",
		      .unique = true, .index = true));
THING(unconstrained, WITH(title, .column = BYTES_57));

Test(check, lengths_and_names)
{
	ASSERT_MISTAKES(
		{ &crossed, "thing.title: .min_length 5 is above .max_length 3" },
		{ &length_of_number, "thing.number: .min_length and .max_length are for text only" },
		{ &length_of_bytes, "thing.bytes: .min_length and .max_length are for text only" },
		{ &empty_table, "thing: the name of its table is empty" },
		{ &long_table, "thing: the name of its table is longer than 63 bytes" },
		{ &crooked_table, "thing: the name of its table is not UTF-8" },
		{ &long_key_name, "thing: the name of its constraint pk_" BYTES_57 "abcd"
				  " is longer than 63 bytes" },
		{ &empty_schema, "thing: the name of its schema is empty" },
		{ &long_schema, "thing: the name of its schema is longer than 63 bytes" },
		{ &crooked_schema, "thing: the name of its schema is not UTF-8" },
		{ &empty_column, "thing.title: the name of its column is empty" },
		{ &long_column, "thing.title: the name of its column is longer than 63 bytes" },
		{ &crooked_column, "thing.title: the name of its column is not UTF-8" },
		{ &long_constraint, "thing.title: the name of its constraint uq_thing_" BYTES_57
				    " is longer than 63 bytes" });
	assert_ok(rowan_model_check(&just_fits, NULL));
	assert_ok(rowan_model_check(&unconstrained, NULL));
	assert_ok(rowan_model_check(&in_a_schema, NULL));
}

struct cousin { int64_t id, other_id; };
#define COUSIN(name_, other_, ...) \
	static void *name_##_plan; \
	static const struct rowan_model name_ = { .name = #name_, .size = sizeof(struct cousin), \
		.plan_ = &name_##_plan, .table = "cousins", __VA_ARGS__, \
		ROWAN_FIELDS(ROWAN_FIELD(cousin, id, .primary_key = true), \
			     ROWAN_FIELD(cousin, other_id, .foreign_key = { other_, 0 })) }
static const struct rowan_model here, there, same;
COUSIN(here, &there, .schema = "here");
COUSIN(there, &there, .schema = NULL);
COUSIN(one, &same, .schema = "here");
COUSIN(same, &same, .schema = "HERE");

Test(check, m03_tables_of_one_name_are_two_in_two_schemas)
{
	assert_ok(rowan_model_check(&here, NULL));
	ASSERT_MISTAKES({ &one, "one and same have the same table name \"cousins\"" });
}

/* ---- foreign keys ---------------------------------------------------------------- */

static const struct rowan_model no_model = { .name = "nothing", .size = 8 };
THING(to_nowhere, WITH(maybe, .foreign_key = { &author_model, 1 }));
THING(to_other_type, WITH(number, .foreign_key = ROWAN_KEY(author, id)));
THING(to_plain_column, WITH(title, .foreign_key = ROWAN_KEY(author, motto)));
THING(to_half_a_key, WITH(maybe, .foreign_key = ROWAN_KEY(reading, book_id)));
THING(to_no_model, WITH(maybe, .foreign_key = { &no_model, 0 }));
THING(to_unique, WITH(title, .foreign_key = ROWAN_KEY(author, name)));

Test(check, m14_foreign_keys)
{
	ASSERT_MISTAKES(
		{ &to_nowhere, "thing.maybe: its foreign key names no field of author" },
		{ &to_other_type, "thing.number is 32-bit integer, but refers to author.id, "
				  "which is integer" },
		{ &to_plain_column, "thing.title refers to author.motto, which is neither the "
				    "primary key nor unique" },
		{ &to_half_a_key, "thing.maybe refers to reading.book_id, which is neither the "
				  "primary key nor unique" },
		{ &to_no_model, "thing.maybe names a struct that is no model: define it with "
				"ROWAN_MODEL()" });
	assert_ok(rowan_model_check(&to_unique, NULL));
}

/* ---- all together ---------------------------------------------------------------- */

THING(three, ROWAN_FIELDS(
	ROWAN_FIELD(thing, number, .nullable = true),
	ROWAN_FIELD(thing, title, .min_length = 2, .max_length = 1)));

#define FIVE_WRONG(member_) \
	.nullable = true, .not_null = true, .min_length = 9, .max_length = 1, \
	.default_value = ROWAN_CONST(1), .default_factory = factory, \
	.foreign_key = { &author_model, 1 }
THING(everything, ROWAN_FIELDS(
	ROWAN_FIELD(thing, title, FIVE_WRONG(title)),
	ROWAN_FIELD(thing, other, FIVE_WRONG(other))));

Test(check, all_mistakes_are_reported_together)
{
	ASSERT_MISTAKES(
		{ &three, "thing has no primary key, and does not say .data_only\n"
			  "thing.number: int32 cannot hold NULL: use rowan_opt_int32\n"
			  "thing.title: .min_length 2 is above .max_length 1" });
}

/* Lines are whole, and those that do not fit are counted. */
Test(check, a_report_that_is_too_long_says_how_many_are_missing)
{
	struct rowan_error error;
	size_t lines = 1, more = 0;
	const char *last;

	assert_code(rowan_model_check(&everything, &error), ROWAN_MISUSE);
	cr_assert(strlen(error.message) > 400, "%s", error.message);
	last = strrchr(error.message, '\n');
	for (const char *c = error.message; c < last; c++)
		lines += *c == '\n';
	assert_int(sscanf(last, "\nand %zu more", &more), 1);
	assert_int(lines + more, 1 + 2 * 5);
	assert_contains(error.message, "thing has no primary key, and does not say .data_only\n");
}

/* A model that is reached is checked as well, and a good one stays unplanned. */
THING(reaches_broken, WITH(number, .foreign_key = { &null_time, 0 }));
THING(good_in_bad_company, WITH(maybe, .foreign_key = { &to_nowhere, 0 }));

Test(check, nothing_is_planned_when_there_is_a_mistake)
{
	ASSERT_MISTAKES(
		{ &reaches_broken, "thing.made_at: datetime cannot hold NULL: use "
				   "rowan_opt_datetime\n"
				   "thing and thing have the same table name \"thing\"\n"
				   "thing.number is 32-bit integer, but refers to thing.id, which is "
				   "integer" },
		{ &good_in_bad_company, "thing and thing have the same table name \"thing\"\n"
					"thing.maybe: its foreign key names no field of author" });
	cr_assert_null(*author_model.plan_);
	cr_assert_null(plan_next(NULL));
	assert_ok(rowan_model_check(&author_model, NULL));
}
