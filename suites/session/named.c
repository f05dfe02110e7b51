/* SPDX-License-Identifier: MIT */
#include "sample.h"

#include <math.h>
#include <string.h>

/* Members by name: what came as names and values becomes a row, or says why not. */

struct sheet {
	int64_t id;
	int16_t small;
	int64_t large;
	double real;
	bool flag;
	const char *text, *maybe;
	struct rowan_opt_int32 number;
	struct rowan_date day;
	struct { const char *street, *town; } home;
	struct { const char *street; } work;
};
ROWAN_MODEL(sheet, ROWAN_FIELDS(
	ROWAN_FIELD(sheet, id, .primary_key = true),
	ROWAN_FIELD(sheet, small), ROWAN_FIELD(sheet, large), ROWAN_FIELD(sheet, real),
	ROWAN_FIELD(sheet, flag),
	ROWAN_FIELD(sheet, text, .column = "words", .default_value = ROWAN_CONST("none")),
	ROWAN_FIELD(sheet, maybe, .nullable = true),
	ROWAN_FIELD(sheet, number), ROWAN_FIELD(sheet, day),
	ROWAN_FIELD(sheet, home.street, .nullable = true),
	ROWAN_FIELD(sheet, home.town, .nullable = true),
	ROWAN_FIELD(sheet, work.street, .nullable = true, .column = "work_street")));

static struct sheet *sheet;

static void open_sheets(void)
{
	open_models(ROWAN_MODELS(&sheet_model));
	sheet = rowan_new(session, sheet);
}

TestSuite(named, .init = open_sheets, .fini = close_sample, .timeout = 60);

#define VALUES(...) (const struct rowan_named_value[]){ __VA_ARGS__ }, \
	sizeof((const struct rowan_named_value[]){ __VA_ARGS__ }) / sizeof(struct rowan_named_value)

Test(named, m28_a_row_from_names_and_values)
{
	struct sheet *made = rowan_new_from(session, sheet, VALUES(
		{ "small", ROWAN_VALUE(7) }, { "real", ROWAN_VALUE(1.5) },
		{ "flag", ROWAN_VALUE(true) }, { "maybe", ROWAN_VALUE("yes") },
		{ "number", ROWAN_VALUE(-1) }, { "day", ROWAN_VALUE(rowan_date(2026, 1, 1)) },
		{ "town", ROWAN_VALUE("Bern") }));
	const struct sheet *found;

	assert_ok(rowan_error(session)->code);
	rowan_add(session, made);
	assert_ok(rowan_commit(session, .clear = true));
	found = rowan_get(session, sheet, 1);
	assert_int(found->small, 7);
	cr_assert(found->real == 1.5 && found->flag);
	assert_text(found->maybe, "yes");
	assert_text(found->text, "none");	/* the default */
	assert_int(found->number.value, -1);
	assert_text(found->home.town, "Bern");
}

Test(named, m28_no_names_are_defaults)
{
	struct sheet *made = rowan_new_from(session, sheet, NULL, 0);

	assert_text(made->text, "none");
}

Test(named, m28_unknown_names_are_named)
{
	assert_null(rowan_new_from(session, sheet, VALUES(
		{ "flga", ROWAN_VALUE(true) }, { "small", ROWAN_VALUE(1) },
		{ "quite another", ROWAN_VALUE(1) })));
	assert_error(session, ROWAN_VALIDATION, "sheet has no field \"flga\": is flag meant?\n"
						"sheet has no field \"quite another\"");
	assert_text(rowan_error(session)->table, "sheet");
	assert_ok(rowan_rollback(session));

	/* Whatever it is that came. */
	assert_null(rowan_new_from(session, sheet, VALUES({ NULL, ROWAN_VALUE(1) })));
	assert_error(session, ROWAN_VALIDATION, "sheet has no field \"\"");
	assert_ok(rowan_rollback(session));
	assert_null(rowan_new_from(session, sheet, VALUES({ "a\xff", ROWAN_VALUE(1) })));
	assert_error(session, ROWAN_VALIDATION, "sheet has no field \"a\"");
}

Test(named, m28_an_embedded_member_by_its_last_part_or_all_of_it)
{
	assert_ok(rowan_set(session, sheet, "home.street", "Aarweg"));
	assert_ok(rowan_set(session, sheet, "work.street", "Marktgasse"));
	assert_text(sheet->home.street, "Aarweg");
	assert_text(sheet->work.street, "Marktgasse");
	assert_code(rowan_set(session, sheet, "street", "which?"), ROWAN_VALIDATION);
}

Test(named, x06_a_misspelt_name_is_told_with_the_nearest)
{
	assert_code(rowan_set(session, sheet, "txet", "x"), ROWAN_VALIDATION);
	assert_text(rowan_error(session)->message, "sheet has no field \"txet\": is text meant?");
	assert_text(rowan_error(session)->site.file, __FILE__);
}

Test(named, x05_x06_only_what_is_named_is_updated)
{
	struct rowan_counter *counter;

	rowan_add(session, sheet);
	assert_ok(rowan_commit(session));
	counter = rowan_counter_open(engine);
	assert_ok(rowan_set_all(session, sheet, VALUES({ "large", ROWAN_VALUE(9) },
						       { "maybe", ROWAN_VALUE("x") })));
	assert_ok(rowan_commit(session));
	assert_contains(rowan_counter_report(counter), "\"large\"");
	assert_contains(rowan_counter_report(counter), "\"maybe\"");
	assert_lacks(rowan_counter_report(counter), "\"words\"");
	rowan_counter_close(counter);
}

Test(named, m28_nothing_is_lost_in_a_conversion)
{
	static const struct { const char *name; struct rowan_value value; const char *fault; } cases[] = {
		{ "small", { ROWAN_TYPE_INT64, .as.i = INT16_MAX }, NULL },
		{ "small", { ROWAN_TYPE_INT64, .as.i = INT16_MAX + 1 },
		  "sheet.small is 16-bit integer: the value does not fit" },
		{ "small", { ROWAN_TYPE_DOUBLE, .as.d = 3.0 }, NULL },
		{ "small", { ROWAN_TYPE_DOUBLE, .as.d = 3.5 },
		  "sheet.small is 16-bit integer: the value does not fit" },
		{ "large", { ROWAN_TYPE_DOUBLE, .as.d = 1e300 },
		  "sheet.large is integer: the value does not fit" },
		{ "large", { ROWAN_TYPE_DOUBLE, .as.d = NAN },
		  "sheet.large is integer: the value does not fit" },
		{ "large", { ROWAN_TYPE_INT64, .as.i = INT64_MIN }, NULL },
		{ "large", { ROWAN_TYPE_INT32, .as.i32 = 5 }, NULL },
		{ "large", { ROWAN_TYPE_TEXT, .as.text = "5" },
		  "sheet.large is integer, but the value is text" },
		{ "large", { ROWAN_TYPE_BOOL, .as.b = true },
		  "sheet.large is integer, but the value is boolean" },
		{ "large", { .null = true }, "sheet.large can't be NULL" },
		{ "real", { ROWAN_TYPE_INT64, .as.i = -3 }, NULL },
		{ "real", { ROWAN_TYPE_INT64, .as.i = ((int64_t)1 << 53) + 1 },
		  "sheet.real is real: the value does not fit" },
		{ "flag", { ROWAN_TYPE_INT64, .as.i = 1 }, NULL },
		{ "flag", { ROWAN_TYPE_INT64, .as.i = 2 },
		  "sheet.flag is boolean: the value does not fit" },
		{ "flag", { ROWAN_TYPE_DOUBLE, .as.d = 1 },
		  "sheet.flag is boolean, but the value is real" },
		{ "text", { ROWAN_TYPE_TEXT, .as.text = NULL }, "sheet.words can't be NULL" },
		{ "text", { ROWAN_TYPE_INT64, .as.i = 5 }, "sheet.words is text, but the value is integer" },
		{ "maybe", { .null = true }, NULL },
		{ "number", { .null = true }, NULL },
		{ "number", { ROWAN_TYPE_INT64, .as.i = (int64_t)INT32_MIN - 1 },
		  "sheet.number is 32-bit integer: the value does not fit" },
		{ "day", { ROWAN_TYPE_DATETIME, .as.datetime = { 0 } },
		  "sheet.day is date, but the value is datetime" },
	};

	sheet->number = rowan_opt_int32(1);
	sheet->maybe = "x";
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int status = rowan_set(session, sheet, cases[i].name, cases[i].value);

		cr_assert(status == (cases[i].fault ? ROWAN_VALIDATION : ROWAN_OK),
			  "case %zu: %s", i, rowan_error(session)->message);
		if (cases[i].fault) {
			assert_text(rowan_error(session)->message, cases[i].fault);
			assert_lacks(rowan_error(session)->columns, ".");
		}
		rowan_rollback(session);
	}
	assert_int(sheet->small, 3);
	assert_int(sheet->large, 5);
	cr_assert(sheet->real == -3 && sheet->flag);
	cr_assert(!sheet->number.set && !sheet->maybe);
}

Test(named, m28_with_a_mistake_nothing_is_set)
{
	assert_code(rowan_set_all(session, sheet, VALUES({ "small", ROWAN_VALUE(1) },
							 { "large", ROWAN_VALUE("x") })),
		    ROWAN_VALIDATION);
	assert_int(sheet->small, 0);
}

Test(named, x06_a_row_must_be_writable)
{
	struct sheet stranger = { 0 };

	assert_code(rowan_set(session, &stranger, "small", 1), ROWAN_MISUSE);
	assert_ok(rowan_rollback(session));
	rowan_add(session, sheet);
	assert_ok(rowan_commit(session));
	assert_ok(rowan_delete(session, sheet, sheet));
	assert_code(rowan_set(session, sheet, "small", 1), ROWAN_MISUSE);
}

/* ---- what factories make ----------------------------------------------------------- */

static struct rowan_value a_word(struct rowan_session *with)
{
	(void)with;
	return ROWAN_VALUE("seven");
}

struct odd { int64_t id; int32_t number; };
ROWAN_MODEL(odd, ROWAN_FIELDS(
	ROWAN_FIELD(odd, id, .primary_key = true),
	ROWAN_FIELD(odd, number, .default_factory = a_word)));

Test(named, m15_a_factorys_value_must_fit)
{
	assert_null(rowan_new(session, odd));
	assert_error(session, ROWAN_MISUSE, "odd.number is 32-bit integer: its factory's value,"
					    " text, does not fit");
}
