/* SPDX-License-Identifier: MIT */
/* Types that columns are given in place of their members'. */
#include "broken.h"

#include <stdio.h>

TestSuite(own_type, .timeout = 30);

struct thing {
	int64_t id;
	const char *title;
};

#define WITH(...) ROWAN_FIELDS(ROWAN_FIELD(thing, id, .primary_key = true), \
			       ROWAN_FIELD(thing, title, __VA_ARGS__))

/* What is said of a title with these types; nothing is planned, so all of it may go. */
static int check(const char *postgres_type, const char *sqlite_type, struct rowan_error *error)
{
	void *plan = NULL;
	const struct rowan_field fields[] = {
		ROWAN_FIELD(thing, id, .primary_key = true),
		ROWAN_FIELD(thing, title, .postgres_type = postgres_type,
			    .sqlite_type = sqlite_type),
	};
	const struct rowan_model model = { .name = "thing", .size = sizeof(struct thing),
		.plan_ = &plan, .fields = fields, .field_count = 2 };

	return rowan_model_check(&model, error);
}

/* It becomes part of the SQL: nothing but a type may be in it. */
Test(own_type, m18_what_is_no_type_is_refused)
{
	static const char *const types[] = {
		"", " text", "7", "(3)", "te;xt", "text;", "text -- more", "text /* more */",
		"\"text\"", "'text'", "text\n", "text\t", "text\x7f", "text\\", "caf\xc3\xa9",
		"text)", "numeric(10, 2", "numeric(10, 2))", "numeric((10), 2)",
		"text, evil text", "$1", "text::int",
	};
	struct rowan_error error;

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		cr_assert(check(types[i], NULL, &error) == ROWAN_MISUSE, "\"%s\"", types[i]);
		assert_text(error.message, "thing.title: .postgres_type is no name of a type");
	}
}

Test(own_type, m18_what_would_be_cut_is_refused)
{
	static const char *const types[] = {
		"char", "char(3)", "CHARACTER(3)", "character (3)", "nchar(3)", "bit", "bit(8)",
		"national character(3)",
	};
	struct rowan_error error;
	char message[128];

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		cr_assert(check(types[i], NULL, &error) == ROWAN_MISUSE, "\"%s\"", types[i]);
		snprintf(message, sizeof(message), "thing.title: .postgres_type: %s cuts what is"
			 " longer: use a varying one", types[i]);
		assert_text(error.message, message);
	}
}

Test(own_type, m18_sqlite_has_five_types)
{
	static const char *const types[] = { "", "JSON", "VARCHAR(3)", "TEXT;", "TEXT NULL", "\"TEXT\"" };
	struct rowan_error error;

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		cr_assert(check(NULL, types[i], &error) == ROWAN_MISUSE, "\"%s\"", types[i]);
		assert_text(error.message,
			    "thing.title: .sqlite_type is not INTEGER, REAL, TEXT, BLOB or ANY");
	}
}

#define KEYED(...) ROWAN_FIELDS(ROWAN_FIELD(thing, id, .primary_key = true, __VA_ARGS__))
THING(unnumbered, KEYED(.sqlite_type = "INT"));
THING(both, WITH(.postgres_type = "x;", .sqlite_type = "y;"));

Test(own_type, m18_mistakes_are_reported_together)
{
	ASSERT_MISTAKES(
		{ &unnumbered, "thing.id: .sqlite_type: a key that SQLite numbers is INTEGER" },
		{ &both, "thing.title: .postgres_type is no name of a type\n"
			 "thing.title: .sqlite_type is not INTEGER, REAL, TEXT, BLOB or ANY" });
}

THING(jsonb, WITH(.postgres_type = "jsonb", .sqlite_type = "TEXT"));
THING(numeric, WITH(.postgres_type = "numeric(10, 2)", .sqlite_type = "any"));
THING(array, WITH(.postgres_type = "varchar(20)[]", .sqlite_type = "Blob"));
THING(varying, WITH(.postgres_type = "character varying(20)"));
THING(bits, WITH(.postgres_type = "bit  varying (20)"));
THING(zoned, WITH(.postgres_type = "timestamp(3) with time zone"));
THING(elsewhere, WITH(.postgres_type = "other_schema._mood2"));
THING(charter, WITH(.postgres_type = "charter"));
THING(key, KEYED(.postgres_type = "integer", .sqlite_type = "integer"));

Test(own_type, m18_what_is_a_type)
{
	static const struct rowan_model *const models[] = {
		&jsonb, &numeric, &array, &varying, &bits, &zoned, &elsewhere, &charter, &key,
	};
	struct rowan_error error;

	for (size_t i = 0; i < sizeof(models) / sizeof(models[0]); i++)
		cr_assert(rowan_model_check(models[i], &error) == ROWAN_OK, "%zu: %s", i,
			  error.message);
}
