/* SPDX-License-Identifier: MIT */
/* Foreign keys of several columns: what they come to, and what is wrong with them. */
#include "broken.h"
#include "support.h"

#include "model/key.h"

TestSuite(foreign_keys, .timeout = 30);

/* Known by its key, by a unique index over two columns, and not by one over some rows. */
struct room {
	int32_t house;
	int64_t number;
	const char *name, *nick;
};
extern const struct rowan_model room_model;
ROWAN_MODEL(room,
	ROWAN_FIELDS(
		ROWAN_FIELD(room, house, .primary_key = true),
		ROWAN_FIELD(room, number, .primary_key = true),
		ROWAN_FIELD(room, name),
		ROWAN_FIELD(room, nick)),
	ROWAN_INDEXES(
		ROWAN_INDEX(room, (name, house), .unique = true),
		ROWAN_INDEX(room, (nick, house), .unique = true, .where = "nick <> ''"),
		ROWAN_INDEX(room, (nick, number))));

struct thing {
	int64_t id;
	int32_t house;
	int64_t number;
	const char *name;
	struct rowan_opt_int64 maybe;
	ROWAN_ONE(struct room) room, other;
	ROWAN_MANY(struct room) rooms;
};
#define FIELDS ROWAN_FIELDS( \
	ROWAN_FIELD(thing, id, .primary_key = true), ROWAN_FIELD(thing, house), \
	ROWAN_FIELD(thing, number), ROWAN_FIELD(thing, name), ROWAN_FIELD(thing, maybe))
#define BY_KEY ROWAN_FOREIGN_KEY(thing, (house, number), room, (house, number))
#define BY_NAME ROWAN_FOREIGN_KEY(thing, (house, name), room, (house, name))
#define THING_WITH(name_, ...) THING(name_, FIELDS, ROWAN_FOREIGN_KEYS(__VA_ARGS__))

static const struct plan *plan(const struct rowan_model *model)
{
	struct rowan_error error = { 0 };
	const struct plan *plan = NULL;
	int status = plan_of(model, &plan, &error);

	cr_assert(status == ROWAN_OK, "%s", error.message);
	return plan;
}

/* ---- what is right ---------------------------------------------------------------------- */

THING_WITH(by_key, BY_KEY);
THING_WITH(by_index, ROWAN_FOREIGN_KEY(thing, (house, name), room, (house, name),
				       .name = "who", .on_delete = ROWAN_ON_DELETE_CASCADE));
#define KEY_OF(model_, member_) { &(model_), offsetof(struct thing, member_) }
static const struct rowan_model both, shared;
THING(both, FIELDS, ROWAN_FOREIGN_KEYS(BY_KEY, BY_NAME), ROWAN_RELATIONS(
	ROWAN_TO_ONE(thing, room, room, .foreign_key = KEY_OF(both, number)),
	ROWAN_TO_ONE(thing, other, room, .foreign_key = KEY_OF(both, name))));

Test(foreign_keys, m14_of_several_columns_have_them_side_by_side)
{
	const struct foreign_key *key = plan(&by_key)->foreign_keys;
	char columns[32];

	assert_int(plan(&by_key)->foreign_key_count, 1);
	assert_text(key->name, "fk_thing_house_number");
	cr_assert_eq(key->target, plan(&room_model));
	key_columns(&key->columns, columns, sizeof(columns));
	assert_text(columns, "house, number");
	assert_text(key->references.slots[1].name, "room.number");
	cr_assert(key_is_primary(&key->references));
	cr_assert_not(key_is_primary(&key->columns));
	cr_assert(key_has(&key->columns, &plan(&by_key)->columns[1]));
	cr_assert_not(key_has(&key->columns, &plan(&by_key)->columns[3]));
	assert_int(plan(&by_key)->rank, plan(&room_model)->rank + 1);
	cr_assert_not(plan(&by_key)->acted_upon);
}

Test(foreign_keys, m14_may_refer_to_a_unique_index_in_any_order)
{
	const struct foreign_key *key = plan(&by_index)->foreign_keys;

	assert_text(key->name, "who");
	cr_assert_not(key_is_primary(&key->references));
	cr_assert(plan(&by_index)->acted_upon);
}

Test(foreign_keys, r01_a_relation_is_told_by_a_column_that_one_key_alone_has)
{
	const struct relation *relations = plan(&both)->relations;

	assert_text(relations[0].local.slots[1].name, "thing.number");
	assert_text(relations[1].local.slots[1].name, "thing.name");
	assert_text(relations[1].remote.slots[1].name, "room.name");
}

/* A list of columns that does not fit is cut, not written beyond its end. */
Test(foreign_keys, names_are_cut)
{
	char columns[9];

	key_columns(&plan(&by_key)->foreign_keys[0].columns, columns, sizeof(columns));
	assert_text(columns, "house, n");
}

/* The key is another table's: nobody numbers it. */
struct part { int64_t id; int32_t kind; };
static void *part_plan;
static const struct rowan_model part_model = { .name = "part", .size = sizeof(struct part),
	.plan_ = &part_plan,
	ROWAN_FIELDS(ROWAN_FIELD(part, id, .primary_key = true), ROWAN_FIELD(part, kind)),
	ROWAN_FOREIGN_KEYS(ROWAN_FOREIGN_KEY(part, (kind, id), room, (house, number))) };

Test(foreign_keys, m09_a_key_that_refers_is_not_generated)
{
	cr_assert_null(plan(&part_model)->generated);
}

/* ---- mistakes --------------------------------------------------------------------------- */

static const struct rowan_model no_model = { .name = "nothing", .size = 8 };
#define BY_HAND(...) { .offsets = { offsetof(struct thing, house) }, .references = { 0 }, __VA_ARGS__ }
THING_WITH(no_columns, BY_HAND(.target = &room_model));
THING_WITH(no_target, BY_HAND(.count = 1, .reference_count = 1));
THING_WITH(to_no_model, BY_HAND(.count = 1, .reference_count = 1, .target = &no_model));
THING_WITH(more_than_it_refers_to, BY_HAND(.count = 2, .reference_count = 1,
					   .target = &room_model));
THING_WITH(no_field, { .offsets = { offsetof(struct thing, house), 3 }, .count = 2,
		       .references = { 0, 8 }, .reference_count = 2, .target = &room_model });
THING_WITH(to_no_field, { .offsets = { offsetof(struct thing, house) }, .count = 1,
			  .references = { 3 }, .reference_count = 1, .target = &room_model });
THING_WITH(other_types, ROWAN_FOREIGN_KEY(thing, (number, house), room, (house, number)));
THING_WITH(half_a_key, ROWAN_FOREIGN_KEY(thing, (house), room, (house)));
THING_WITH(more_than_a_key, ROWAN_FOREIGN_KEY(thing, (house, number, name), room,
					      (house, number, name)));
THING_WITH(partly_unique, ROWAN_FOREIGN_KEY(thing, (house, name), room, (house, nick)));
THING_WITH(not_unique, ROWAN_FOREIGN_KEY(thing, (number, name), room, (number, nick)));
THING_WITH(one_twice, ROWAN_FOREIGN_KEY(thing, (number, number), room, (number, number)));
THING_WITH(same_twice, BY_KEY, BY_KEY);
THING_WITH(null_in_vain, ROWAN_FOREIGN_KEY(thing, (house, maybe), room, (house, number),
					   .on_delete = ROWAN_ON_DELETE_SET_NULL));
THING_WITH(no_action, ROWAN_FOREIGN_KEY(thing, (house, number), room, (house, number),
					.on_delete = (enum rowan_on_delete)9));
THING_WITH(long_name, ROWAN_FOREIGN_KEY(thing, (house, number), room, (house, number),
	.name = "a_name_that_is_as_long_as_any_database_takes_and_then_one_more__"));
THING(ambiguous, FIELDS, ROWAN_FOREIGN_KEYS(BY_KEY, BY_NAME),
	ROWAN_RELATIONS(ROWAN_TO_ONE(thing, room, room)));
THING(shared, FIELDS, ROWAN_FOREIGN_KEYS(BY_KEY, BY_NAME), ROWAN_RELATIONS(
	ROWAN_TO_ONE(thing, room, room, .foreign_key = KEY_OF(shared, house))));
THING(null_keys, FIELDS, .foreign_key_count = 1);

Test(foreign_keys, m14_mistakes)
{
	ASSERT_MISTAKES(
		{ &no_columns, "thing: foreign key 1 has no columns: write it as ROWAN_FOREIGN_KEY()" },
		{ &no_target, "thing: foreign key 1 has no target: write it as ROWAN_FOREIGN_KEY()" },
		{ &to_no_model, "thing.foreign_keys names a struct that is no model: define it with "
				"ROWAN_MODEL()" },
		{ &more_than_it_refers_to, "thing: foreign key 1 has 2 columns, but refers to 1" },
		{ &no_field, "thing: member 2 of foreign key 1 is no field of the model" },
		{ &to_no_field, "thing: foreign key 1: the member 1 that it refers to is no field of "
				"room" },
		{ &other_types, "thing.number is integer, but refers to room.house, which is 32-bit "
				"integer\n"
				"thing.house is 32-bit integer, but refers to room.number, which is "
				"integer" },
		{ &half_a_key, "thing.house refers to room.house, which is neither the primary key nor "
			       "unique" },
		{ &more_than_a_key, "thing (house, number, name) refers to room (house, number, name), "
				    "which is neither the primary key nor unique" },
		{ &partly_unique, "thing (house, name) refers to room (house, nick), which is neither "
				  "the primary key nor unique" },
		{ &not_unique, "thing (number, name) refers to room (number, nick), which is neither "
			       "the primary key nor unique" },
		{ &one_twice, "thing: the foreign key fk_thing_number_number has number twice\n"
			      "thing (number, number) refers to room (number, number), which is "
			      "neither the primary key nor unique" },
		{ &same_twice, "thing has two foreign keys with the name fk_thing_house_number" },
		{ &null_in_vain, "thing.house: .on_delete would set it to NULL, which it cannot hold" },
		{ &no_action, "thing (house, number): .on_delete is none of ROWAN_ON_DELETE_*" },
		{ &long_name, "thing (house, number): the name of its constraint a_name_that_is_as_long_"
			      "as_any_database_takes_and_then_one_more__ is longer than 63 bytes" },
		{ &ambiguous, "thing.room is ambiguous: thing (house, number) or thing (house, name)? "
			      "say .foreign_key = ROWAN_KEY(..)" },
		{ &shared, "thing.room: .foreign_key: thing.house is in two foreign keys: name a column "
			   "that only one has" },
		{ &null_keys, "this is no model: define it with ROWAN_MODEL()" });
}
