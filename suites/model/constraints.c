/* SPDX-License-Identifier: MIT */
/* Mistakes in indexes, checks, their names, and what the server puts in. */
#include "broken.h"

TestSuite(model_constraints, .timeout = 30);

struct thing {
	int64_t id, number;
	bool flag;
	const char *title, *other;
};

#define FIELDS ROWAN_FIELDS( \
	ROWAN_FIELD(thing, id, .primary_key = true), ROWAN_FIELD(thing, flag), \
	ROWAN_FIELD(thing, number), ROWAN_FIELD(thing, title))
#define BYTES_60 "a_name_of_60_bytes_with_the_prefix_of_an_index_is_one_over__"

THING(no_field, FIELDS, ROWAN_INDEXES(
	ROWAN_INDEX(thing, (number, title)), ROWAN_INDEX(thing, (number, other))));
THING(no_columns, FIELDS, ROWAN_INDEXES({ .name = "ix_thing" }));
THING(twice, FIELDS, ROWAN_INDEXES(ROWAN_INDEX(thing, (number, title, number))));
THING(long_name, FIELDS, ROWAN_INDEXES(ROWAN_INDEX(thing, (id), .name = BYTES_60 "four")));
THING(long_made, FIELDS, ROWAN_INDEXES(ROWAN_INDEX(thing, (number, title))),
      .table = "a_table_with_47_bytes_that_leaves_too_little____");
THING(no_name, FIELDS, ROWAN_INDEXES(ROWAN_INDEX(thing, (id), .name = "")));
THING(no_where, FIELDS, ROWAN_INDEXES(ROWAN_INDEX(thing, (id), .where = "")));

Test(model_constraints, m12_mistakes_in_indexes)
{
	ASSERT_MISTAKES(
		{ &no_field, "thing: member 2 of index 2 is no field of the model" },
		{ &no_columns, "thing: index 1 has no columns: write it as ROWAN_INDEX()" },
		{ &twice, "thing: the index ix_thing_number_title_number has number twice" },
		{ &long_name, "thing: the name of its index " BYTES_60 "four is longer than 63 bytes" },
		{ &long_made, "thing: the name of its index ix_a_table_with_47_bytes_that_leaves_too"
			      "_little_____number_title is longer than 63 bytes" },
		{ &no_name, "thing: the name of its index  is empty" },
		{ &no_where, "thing: the .where of its index ix_thing_id is empty" });
}

THING(nameless, FIELDS, ROWAN_CHECKS(ROWAN_CHECK("id > 0"), ROWAN_CHECK("id > 1", .name = "")));
THING(no_sql, FIELDS, ROWAN_CHECKS(ROWAN_CHECK(NULL, .name = "a"), ROWAN_CHECK("", .name = "b"),
				   ROWAN_CHECK(NULL, .name = "c", .sqlite_sql = "1")));
THING(same_name, FIELDS, ROWAN_CHECKS(
	ROWAN_CHECK("id > 0", .name = "small"), ROWAN_CHECK("id > 1", .name = "Small")));
THING(booleans_own, FIELDS, ROWAN_CHECKS(ROWAN_CHECK("flag", .name = "flag")));
THING(long_check, FIELDS, ROWAN_CHECKS(ROWAN_CHECK("flag", .name = BYTES_60)));

Test(model_constraints, m13_mistakes_in_checks)
{
	ASSERT_MISTAKES(
		{ &nameless, "thing: check 1 has no name: .name = \"..\"\n"
			     "thing: check 2 has no name: .name = \"..\"" },
		{ &no_sql, "thing: the check a has no SQL\nthing: the check b has no SQL\n"
			   "thing: the check c has no SQL" },
		{ &same_name, "thing has two checks with the name Small" },
		{ &booleans_own, "thing: flag is the name of the check that a boolean has of its own" },
		{ &long_check, "thing: the name of its constraint ck_thing_" BYTES_60
			       " is longer than 63 bytes" });
}

#define WITH(...) ROWAN_FIELDS(ROWAN_FIELD(thing, id, .primary_key = true), \
			       ROWAN_FIELD(thing, __VA_ARGS__))
THING(half_a_default, WITH(title, .sqlite_default = "'a'"));
THING(other_half, WITH(title, .postgres_default = "'a'"));
THING(empty_default, WITH(title, .server_default = ""));
THING(numbered, ROWAN_FIELDS(ROWAN_FIELD(thing, id, .primary_key = true, .server_default = "1")));

Test(model_constraints, m16_mistakes_in_server_defaults)
{
	ASSERT_MISTAKES(
		{ &half_a_default, "thing.title: there is no server's default for PostgreSQL" },
		{ &other_half, "thing.title: there is no server's default for SQLite" },
		{ &empty_default, "thing.title: the server's default is empty" },
		{ &numbered, "thing.id: the database numbers it: it has no other default" });
}
