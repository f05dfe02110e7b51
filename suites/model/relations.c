/* SPDX-License-Identifier: MIT */
/* Which foreign key a relation goes by, and what is said when there is none. */
#include "broken.h"
#include "library.h"

#include "model/plan.h"

TestSuite(relations, .timeout = 30);

static const struct relation *relation(const struct rowan_model *model, size_t index)
{
	struct rowan_error error = { 0 };
	const struct plan *plan = NULL;
	int status = plan_of(model, &plan, &error);

	cr_assert(status == ROWAN_OK, "%s", error.message);
	return &plan->relations[index];
}

static void assert_keys(const struct relation *relation, enum relation_kind kind,
			const char *local, const char *remote)
{
	assert_int(relation->kind, kind);
	assert_text(relation->local.slots[0].name, local);
	assert_text(relation->remote.slots[0].name, remote);
}

Test(relations, r01_r02_are_tied_to_their_foreign_key_and_to_each_other)
{
	const struct relation *books = relation(&author_model, 0);
	const struct relation *author = relation(&book_model, 0);

	assert_keys(books, RELATION_HAS_MANY, "authors.id", "book.author_id");
	assert_keys(author, RELATION_BELONGS_TO, "book.author_id", "authors.id");
	cr_assert(books->back == author && author->back == books);
	cr_assert(books->owner == author->target && books->target == author->owner);
	cr_assert(plan_relation_at(books->owner, offsetof(struct author, books)) == books);
	cr_assert_null(plan_relation_at(books->owner, offsetof(struct author, id)));
}

Test(relations, r08_of_a_tree_go_up_by_one_and_down_by_many)
{
	const struct relation *prequel = relation(&book_model, 1);
	const struct relation *sequels = relation(&book_model, 2);

	assert_keys(prequel, RELATION_BELONGS_TO, "book.prequel_id", "book.id");
	assert_keys(sequels, RELATION_HAS_MANY, "book.id", "book.prequel_id");
	cr_assert(prequel->back == sequels && sequels->back == prequel);
}

Test(relations, r05_through_a_link)
{
	const struct relation *readers = relation(&book_model, 3);

	assert_keys(readers, RELATION_MANY_TO_MANY, "book.id", "authors.id");
	assert_text(readers->link_local.columns[0]->name, "book_id");
	assert_text(readers->link_remote.columns[0]->name, "author_id");
	assert_text(readers->link->table, "reading");
	cr_assert_null(readers->back);
}

/* ---- one-to-one ------------------------------------------------------------------ */

struct cover { int64_t id, book_id; ROWAN_ONE(struct book_with_cover) book; };
struct book_with_cover { int64_t id; ROWAN_ONE(struct cover) cover; };
extern const struct rowan_model cover_model, book_with_cover_model;
ROWAN_MODEL(cover,
	ROWAN_FIELDS(
		ROWAN_FIELD(cover, id, .primary_key = true),
		ROWAN_FIELD(cover, book_id, .unique = true,
			    .foreign_key = ROWAN_KEY(book_with_cover, id))),
	ROWAN_RELATIONS(ROWAN_TO_ONE(cover, book, book_with_cover, .back_populates = "cover")));
ROWAN_MODEL(book_with_cover,
	ROWAN_FIELDS(ROWAN_FIELD(book_with_cover, id, .primary_key = true)),
	ROWAN_RELATIONS(ROWAN_TO_ONE(book_with_cover, cover, cover, .back_populates = "book")));

Test(relations, r09_one_to_one_is_seen_from_both_sides)
{
	const struct relation *cover = relation(&book_with_cover_model, 0);

	assert_keys(cover, RELATION_HAS_ONE, "book_with_cover.id", "cover.book_id");
	assert_int(cover->back->kind, RELATION_BELONGS_TO);
}

/* ---- several candidates ------------------------------------------------------------ */

/* A letter from one person to another, and who knows whom. */
struct letter { int64_t id, from_id, to_id; ROWAN_ONE(struct person) from, to; };
struct knows { int64_t from_id, to_id; };
struct person {
	int64_t id;
	ROWAN_MANY(struct letter) sent, received;
	ROWAN_MANY(struct person) friends, fans;
};
extern const struct rowan_model letter_model, knows_model, person_model;
ROWAN_MODEL(letter,
	ROWAN_FIELDS(
		ROWAN_FIELD(letter, id, .primary_key = true),
		ROWAN_FIELD(letter, from_id, .foreign_key = ROWAN_KEY(person, id)),
		ROWAN_FIELD(letter, to_id, .foreign_key = ROWAN_KEY(person, id))),
	ROWAN_RELATIONS(
		ROWAN_TO_ONE(letter, from, person, .foreign_key = ROWAN_KEY(letter, from_id),
			     .back_populates = "sent"),
		ROWAN_TO_ONE(letter, to, person, .foreign_key = ROWAN_KEY(letter, to_id),
			     .back_populates = "received")));
ROWAN_MODEL(knows,
	ROWAN_FIELDS(
		ROWAN_FIELD(knows, from_id, .primary_key = true,
			    .foreign_key = ROWAN_KEY(person, id)),
		ROWAN_FIELD(knows, to_id, .primary_key = true,
			    .foreign_key = ROWAN_KEY(person, id))));
ROWAN_MODEL(person,
	ROWAN_FIELDS(ROWAN_FIELD(person, id, .primary_key = true)),
	ROWAN_RELATIONS(
		ROWAN_TO_MANY(person, sent, letter, .foreign_key = ROWAN_KEY(letter, from_id),
			      .back_populates = "from"),
		ROWAN_TO_MANY(person, received, letter, .foreign_key = ROWAN_KEY(letter, to_id),
			      .back_populates = "to"),
		ROWAN_TO_MANY(person, friends, person, .through = &knows_model,
			      .foreign_key = ROWAN_KEY(knows, from_id), .back_populates = "fans"),
		ROWAN_TO_MANY(person, fans, person, .through = &knows_model,
			      .remote_key = ROWAN_KEY(knows, from_id), .back_populates = "friends")));

Test(relations, that_are_named_go_by_the_key_that_is_named)
{
	assert_keys(relation(&letter_model, 0), RELATION_BELONGS_TO, "letter.from_id", "person.id");
	assert_keys(relation(&letter_model, 1), RELATION_BELONGS_TO, "letter.to_id", "person.id");
	assert_keys(relation(&person_model, 0), RELATION_HAS_MANY, "person.id", "letter.from_id");
	assert_keys(relation(&person_model, 1), RELATION_HAS_MANY, "person.id", "letter.to_id");
}

Test(relations, of_a_table_with_itself_need_one_side_of_the_link)
{
	const struct relation *friends = relation(&person_model, 2);
	const struct relation *fans = relation(&person_model, 3);

	assert_text(friends->link_local.columns[0]->name, "from_id");
	assert_text(friends->link_remote.columns[0]->name, "to_id");
	assert_text(fans->link_local.columns[0]->name, "to_id");
	assert_text(fans->link_remote.columns[0]->name, "from_id");
	cr_assert(friends->back == fans && fans->back == friends);
}

/* ---- mistakes ---------------------------------------------------------------------- */

struct thing {
	int64_t id, person_id, letter_id;
	struct rowan_bytes bytes;
	ROWAN_ONE(struct person) person;
	ROWAN_ONE(struct letter) letter;
	ROWAN_ONE(struct author) author;
	ROWAN_MANY(struct person) people;
	ROWAN_MANY(struct book) books;
	ROWAN_ONE(struct thing) self;
	ROWAN_ONE(struct blob) blob;
};
#define ID ROWAN_FIELD(thing, id, .primary_key = true)
#define PERSON ROWAN_FIELD(thing, person_id, .foreign_key = ROWAN_KEY(person, id))
#define THING_WITH(name_, ...) \
	THING(name_, ROWAN_FIELDS(ID, PERSON), ROWAN_RELATIONS(__VA_ARGS__))

THING_WITH(no_foreign_key, ROWAN_TO_ONE(thing, author, author));
THING_WITH(no_foreign_key_back, ROWAN_TO_MANY(thing, books, book));
THING(two_candidates, ROWAN_FIELDS(ID, PERSON,
	ROWAN_FIELD(thing, letter_id, .foreign_key = ROWAN_KEY(person, id))),
	ROWAN_RELATIONS(ROWAN_TO_ONE(thing, person, person)));
THING_WITH(named_no_field, ROWAN_TO_ONE(thing, person, person, .foreign_key = { &person_model, 3 }));
THING_WITH(named_no_key, ROWAN_TO_ONE(thing, person, person, .foreign_key = { &person_model, 0 }));
THING_WITH(named_for_others, ROWAN_TO_ONE(thing, person, person,
	.foreign_key = ROWAN_KEY(letter, to_id)));
THING_WITH(no_target, { .name = "person", .offset = offsetof(struct thing, person) });
THING_WITH(one_through, ROWAN_TO_ONE(thing, person, person, .through = &knows_model));
THING_WITH(remote_alone, ROWAN_TO_ONE(thing, person, person,
	.remote_key = ROWAN_KEY(knows, to_id)));
THING_WITH(link_elsewhere, ROWAN_TO_MANY(thing, people, person, .through = &knows_model));
THING_WITH(twice, ROWAN_TO_ONE(thing, person, person), ROWAN_TO_ONE(thing, person, person));
THING(field_and_slot, ROWAN_FIELDS(ID, PERSON,
	RENAMED(thing, letter_id, "person")),
	ROWAN_RELATIONS(ROWAN_TO_ONE(thing, person, person)));

Test(relations, without_a_usable_foreign_key_are_mistakes)
{
	ASSERT_MISTAKES(
		{ &no_foreign_key, "thing.author: there is no foreign key between thing and author" },
		{ &no_foreign_key_back, "thing.books: there is no foreign key between thing and book" },
		{ &two_candidates, "thing.person is ambiguous: thing.person_id or thing.letter_id? "
				   "say .foreign_key = ROWAN_KEY(..)" },
		{ &named_no_field, "thing.person: .foreign_key names no field" },
		{ &named_no_key, "thing.person: .foreign_key: person.id is no foreign key to either "
				 "side" },
		{ &named_for_others, "thing.person: .foreign_key: letter.to_id does not join thing "
				     "and person" },
		{ &no_target, "thing.person leads to no model" },
		{ &one_through, "thing.person: .through is for relations to many" },
		{ &remote_alone, "thing.person: .remote_key is for relations with .through" },
		{ &link_elsewhere, "thing.people: the link knows has no foreign key to thing" },
		{ &twice, "thing.person is listed twice" },
		{ &field_and_slot, "thing.person is both a field and a relation" });
}

/* A person's many friends, with a link that is not told which way to go. */
struct lonely { int64_t id; ROWAN_MANY(struct lonely) friends; };
struct lonely_link { int64_t a, b; };
extern const struct rowan_model lonely_model, lonely_link_model;
ROWAN_MODEL(lonely_link, ROWAN_FIELDS(
	ROWAN_FIELD(lonely_link, a, .primary_key = true, .foreign_key = ROWAN_KEY(lonely, id)),
	ROWAN_FIELD(lonely_link, b, .primary_key = true, .foreign_key = ROWAN_KEY(lonely, id))));
ROWAN_MODEL(lonely, ROWAN_FIELDS(ROWAN_FIELD(lonely, id, .primary_key = true)),
	ROWAN_RELATIONS(ROWAN_TO_MANY(lonely, friends, lonely, .through = &lonely_link_model)));

struct blob { struct rowan_bytes key; };
ROWAN_MODEL(blob, ROWAN_FIELDS(ROWAN_FIELD(blob, key, .primary_key = true)));
THING(by_bytes, ROWAN_FIELDS(ID, ROWAN_FIELD(thing, bytes, .foreign_key = ROWAN_KEY(blob, key))),
	ROWAN_RELATIONS(ROWAN_TO_ONE(thing, blob, blob)));

/* One side of a one-to-one whose key lets several rows in. */
struct lid { int64_t id, pot_id; };
struct pot { int64_t id; ROWAN_ONE(struct lid) lid; };
extern const struct rowan_model lid_model, pot_model;
ROWAN_MODEL(lid, ROWAN_FIELDS(
	ROWAN_FIELD(lid, id, .primary_key = true),
	ROWAN_FIELD(lid, pot_id, .foreign_key = ROWAN_KEY(pot, id))));
ROWAN_MODEL(pot, ROWAN_FIELDS(ROWAN_FIELD(pot, id, .primary_key = true)),
	ROWAN_RELATIONS(ROWAN_TO_ONE(pot, lid, lid)));

Test(relations, that_could_mean_several_things_are_mistakes)
{
	ASSERT_MISTAKES(
		{ &lonely_model, "lonely.friends is ambiguous: lonely_link.a or lonely_link.b? "
				 "say .foreign_key = ROWAN_KEY(..)" },
		{ &by_bytes, "thing.blob: a relation cannot go by a key of bytes" },
		{ &pot_model, "pot.lid leads to one row: lid.pot_id must be .unique" });
}

/* ---- partners ---------------------------------------------------------------------- */

struct left { int64_t id; ROWAN_MANY(struct right) rights, others; };
struct right {
	int64_t id;
	struct rowan_opt_int64 left_id, other_id;
	ROWAN_ONE(struct left) left, other;
};
extern const struct rowan_model left_model, right_model;
ROWAN_MODEL(left, ROWAN_FIELDS(ROWAN_FIELD(left, id, .primary_key = true)),
	ROWAN_RELATIONS(
		ROWAN_TO_MANY(left, rights, right, .foreign_key = ROWAN_KEY(right, left_id),
			      .back_populates = "other"),
		ROWAN_TO_MANY(left, others, right, .foreign_key = ROWAN_KEY(right, other_id),
			      .back_populates = "lefty")));
ROWAN_MODEL(right, ROWAN_FIELDS(
		ROWAN_FIELD(right, id, .primary_key = true),
		ROWAN_FIELD(right, left_id, .foreign_key = ROWAN_KEY(left, id)),
		ROWAN_FIELD(right, other_id, .foreign_key = ROWAN_KEY(left, id))),
	ROWAN_RELATIONS(
		ROWAN_TO_ONE(right, left, left, .foreign_key = ROWAN_KEY(right, left_id),
			     .back_populates = "others"),
		ROWAN_TO_ONE(right, other, left, .foreign_key = ROWAN_KEY(right, other_id),
			     .back_populates = "rights")));

/* Two ways through a link that are one: neither leads back. */
struct one_way { int64_t id; ROWAN_MANY(struct one_way) likes, liked; };
struct one_way_link { int64_t from_id, to_id; };
extern const struct rowan_model one_way_model, one_way_link_model;
ROWAN_MODEL(one_way_link, ROWAN_FIELDS(
	ROWAN_FIELD(one_way_link, from_id, .primary_key = true,
		    .foreign_key = ROWAN_KEY(one_way, id)),
	ROWAN_FIELD(one_way_link, to_id, .primary_key = true,
		    .foreign_key = ROWAN_KEY(one_way, id))));
ROWAN_MODEL(one_way, ROWAN_FIELDS(ROWAN_FIELD(one_way, id, .primary_key = true)),
	ROWAN_RELATIONS(
		ROWAN_TO_MANY(one_way, likes, one_way, .through = &one_way_link_model,
			      .foreign_key = ROWAN_KEY(one_way_link, from_id),
			      .back_populates = "liked"),
		ROWAN_TO_MANY(one_way, liked, one_way, .through = &one_way_link_model,
			      .foreign_key = ROWAN_KEY(one_way_link, from_id),
			      .back_populates = "likes")));

Test(relations, r04_without_their_partner_are_mistakes)
{
	ASSERT_MISTAKES(
		{ &left_model, "left.rights: .back_populates: right.other does not use the same "
			       "foreign key\n"
			       "left.others: .back_populates: right has no relation \"lefty\"\n"
			       "right.left: .back_populates: left.others does not point back\n"
			       "right.other: .back_populates: left.rights does not use the same "
			       "foreign key" },
		{ &one_way_model, "one_way.likes: .back_populates: one_way.liked does not use the "
				  "same foreign key\n"
				  "one_way.liked: .back_populates: one_way.likes does not use the "
				  "same foreign key" });
}
