/* SPDX-License-Identifier: MIT */
#include "clubs.h"

#include <rowan/hooks.h>

#include <string.h>

/* What becomes of rows that refer to each other in circles. */

/* Neither can come first. */
struct hen {
	int64_t id;
	int64_t egg_id;
	ROWAN_ONE(struct egg) egg;
};

struct egg {
	int64_t id;
	int64_t hen_id;
	ROWAN_ONE(struct hen) hen;
};

/* A medal is a profile's, which goes by its owner, whose key comes late. */
struct profile {
	int64_t id;
	struct rowan_opt_int64 owner_id;
	ROWAN_ONE(struct owner) owner;
};

struct owner {
	int64_t id;
	int64_t profile_id;
	ROWAN_ONE(struct profile) profile;
};

struct medal {
	int64_t id;
	struct rowan_opt_int64 owner_id;
	ROWAN_ONE(struct profile) profile;
};

/* The database has another value for what is NULL. */
struct bead {
	int64_t id;
	struct rowan_opt_int64 next_id;
	ROWAN_ONE(struct bead) next;
};

extern const struct rowan_model hen_model, egg_model, profile_model, owner_model, medal_model,
	bead_model;

ROWAN_MODEL(hen,
	ROWAN_FIELDS(
		ROWAN_FIELD(hen, id, .primary_key = true),
		ROWAN_FIELD(hen, egg_id, .foreign_key = ROWAN_KEY(egg, id))),
	ROWAN_RELATIONS(ROWAN_TO_ONE(hen, egg, egg)));

ROWAN_MODEL(egg,
	ROWAN_FIELDS(
		ROWAN_FIELD(egg, id, .primary_key = true),
		ROWAN_FIELD(egg, hen_id, .foreign_key = ROWAN_KEY(hen, id))),
	ROWAN_RELATIONS(ROWAN_TO_ONE(egg, hen, hen)));

ROWAN_MODEL(profile,
	ROWAN_FIELDS(
		ROWAN_FIELD(profile, id, .primary_key = true),
		ROWAN_FIELD(profile, owner_id, .unique = true,
			    .foreign_key = ROWAN_KEY(owner, id))),
	ROWAN_RELATIONS(ROWAN_TO_ONE(profile, owner, owner)));

ROWAN_MODEL(owner,
	ROWAN_FIELDS(
		ROWAN_FIELD(owner, id, .primary_key = true),
		ROWAN_FIELD(owner, profile_id, .foreign_key = ROWAN_KEY(profile, id))),
	ROWAN_RELATIONS(ROWAN_TO_ONE(owner, profile, profile)));

ROWAN_MODEL(medal,
	ROWAN_FIELDS(
		ROWAN_FIELD(medal, id, .primary_key = true),
		ROWAN_FIELD(medal, owner_id, .foreign_key = ROWAN_KEY(profile, owner_id))),
	ROWAN_RELATIONS(ROWAN_TO_ONE(medal, profile, profile)));

ROWAN_MODEL(bead,
	ROWAN_FIELDS(
		ROWAN_FIELD(bead, id, .primary_key = true),
		ROWAN_FIELD(bead, next_id, .server_default = "77",
			    .foreign_key = ROWAN_KEY(bead, id))),
	ROWAN_RELATIONS(ROWAN_TO_ONE(bead, next, bead)));

#define CIRCLES ROWAN_MODELS(&club_model, &player_model, &hen_model, &egg_model, &profile_model, \
			     &owner_model, &medal_model, &bead_model)

static void open_circles(void)
{
	open_models(CIRCLES);
}

TestSuite(circles, .init = open_circles, .fini = close_sample, .timeout = 60);

/* How often a statement was executed that has these words in it. */
static size_t executed(const struct rowan_counter *counter, const char *words)
{
	size_t count = 0;

	for (size_t i = 0; i < counter->statement_count; i++)
		if (strstr(counter->statements[i].sql, words))
			count += counter->statements[i].count;
	return count;
}

/* The call updates rows so many times, and always so. */
static void check_updates(size_t times, const char *words, int (*call)(struct rowan_session *own))
{
	struct rowan_counter *counter = rowan_counter_open(engine);

	assert_ok(call(session));
	assert_int(executed(counter, "UPDATE"), times);
	assert_int(executed(counter, words), times);
	rowan_counter_close(counter);
}

static int commit(struct rowan_session *own)
{
	return rowan_commit(own);
}

/* ---- stored ------------------------------------------------------------------------------ */

Test(circles, b1_fifty_rows_in_circles_are_stored_in_the_order_of_their_keys)
{
	struct club *clubs[5];

	for (int i = 0; i < 5; i++)
		clubs[i] = add_club(i, 9);
	/* A captain's and a mentor's key of each club. */
	check_updates(runs_on("postgresql") ? 2 : 10, "UPDATE", commit);
	assert_int(stored_of(club) + stored_of(player), 50);
	for (int i = 0; i < 5; i++) {
		check_club(clubs[i], i, 9);
		assert_int(clubs[i]->captain_id.value, clubs[i]->captain.row->id);
	}
}

Test(circles, b1_of_fifty_rows_in_circles_only_changed_columns_are_sent)
{
	struct rowan_counter *counter = rowan_counter_open(engine);
	struct club *club = NULL;
	struct player *player;

	for (int i = 0; i < 5; i++)
		club = add_club(i, 9);
	assert_ok(rowan_commit(session));
	player = rowan_edit(session, player, rowan_load(session, club, players).rows[3]);
	player->name = "renamed";
	assert_ok(rowan_set_one(session, club, captain, player));
	rowan_counter_reset(counter);
	assert_ok(rowan_commit(session));
	assert_int(counter->count, 2);
	assert_int(executed(counter, "UPDATE \"player\" SET \"name\" = "), 1);
	assert_int(executed(counter, "UPDATE \"club\" SET \"captain_id\" = "), 1);
	assert_int(executed(counter, "\"mentor_id\"") + executed(counter, "\"club_id\""), 0);
	rowan_counter_close(counter);
}

Test(circles, b1_a_circle_is_cut_once)
{
	struct rowan_counter *counter = rowan_counter_open(engine);
	struct club *club = add_club(0, 1);	/* its player is captain, and a mentor to himself */

	assert_ok(rowan_flush(session));
	assert_int(counter->count, 4);
	assert_int(executed(counter, "INSERT"), 2);
	assert_int(executed(counter, "UPDATE"), 2);
	assert_int(club->captain_id.value, club->players.rows[0]->id);
	assert_int(club->players.rows[0]->mentor_id.value, club->players.rows[0]->id);
	assert_statements(engine, 0)
		assert_ok(rowan_flush(session));
	assert_ok(rowan_commit(session));
	check_club(club, 0, 1);
	rowan_counter_close(counter);
}

Test(circles, b1_a_row_in_two_circles_takes_one_statement_more)
{
	struct player *players[2] = { new_player("Ada"), new_player("Eve") };
	struct club *club = new_club("pair");
	const char *both = runs_on("postgresql") ? "SET \"mentor_id\" = $1, \"rival_id\" = $2"
						 : "SET \"mentor_id\" = ?1, \"rival_id\" = ?2";

	for (int i = 0; i < 2; i++) {
		assert_ok(rowan_append(session, club, players, players[i]));
		assert_ok(rowan_set_one(session, players[i], mentor, players[1 - i]));
		assert_ok(rowan_set_one(session, players[i], rival, players[1 - i]));
	}
	assert_ok(rowan_add(session, club));
	check_updates(1, both, commit);
	delete_club(club);
	check_updates(1, both, commit);
	assert_int(stored_of(player), 0);
}

Test(circles, b1_what_is_in_no_circle_is_not_cut)
{
	struct club *club = new_club("only");
	struct player *root = new_player("root");

	/* A tree below the root, and beside it two that are rivals. */
	assert_ok(rowan_append(session, club, players, root));
	for (int i = 0; i < 20; i++) {
		struct player *leaf = new_player("leaf");

		assert_ok(rowan_append(session, club, players, leaf));
		assert_ok(rowan_set_one(session, leaf, mentor, root));
	}
	for (int i = 0; i < 2; i++)
		assert_ok(rowan_append(session, club, players, new_player("rival")));
	assert_ok(rowan_set_one(session, (struct player *)club->players.rows[21], rival,
				club->players.rows[22]));
	assert_ok(rowan_set_one(session, (struct player *)club->players.rows[22], rival,
				club->players.rows[21]));
	assert_ok(rowan_add(session, club));
	check_updates(1, "UPDATE \"player\" SET \"rival_id\" = ", commit);
	assert_int(stored(&rowan_select(player, .where =
		rowan_eq(rowan_column(player, mentor_id), root->id))), 20);
}

/* Whichever comes first, the key that can't be NULL stays. */
Test(circles, b1_the_key_that_can_be_null_is_the_one_to_wait)
{
	struct player *player = new_player("Ada");
	struct club *club = new_club("first");

	assert_ok(rowan_set_one(session, club, captain, player));
	assert_ok(rowan_set_one(session, player, club, club));
	assert_ok(rowan_add(session, player));
	assert_ok(rowan_commit(session));
	assert_int(player->club_id, club->id);
	assert_int(club->captain_id.value, player->id);
	assert_int(stored(&rowan_select(club, .where =
		rowan_eq(rowan_column(club, captain_id), player->id))), 1);
}

Test(circles, b1_who_follows_a_key_that_comes_late_comes_late)
{
	struct profile *profile = rowan_new(session, profile);
	struct owner *owner = rowan_new(session, owner);
	struct medal *medal = rowan_new(session, medal);

	/* So that the numbers of what is stored now differ. */
	for (int i = 0; i < 3; i++)
		assert_ok(rowan_add(session, rowan_new(session, profile)));
	assert_ok(rowan_commit(session));
	assert_ok(rowan_set_one(session, profile, owner, owner));
	assert_ok(rowan_set_one(session, owner, profile, profile));
	assert_ok(rowan_set_one(session, medal, profile, profile));
	assert_ok(rowan_add(session, medal));
	assert_ok(rowan_commit(session));
	cr_assert(owner->id > 0 && owner->id != profile->id);
	assert_int(medal->owner_id.value, owner->id);
	assert_int(stored(&rowan_select(medal, .where =
		rowan_eq(rowan_column(medal, owner_id), owner->id))), 1);
	assert_statements(engine, 0)
		assert_ok(rowan_flush(session));
}

Test(circles, b1_a_stored_row_needs_no_cut)
{
	struct club *club = new_club("there");
	struct player *player = new_player("new");

	assert_ok(rowan_add(session, club));
	assert_ok(rowan_commit(session));
	assert_ok(rowan_append(session, club, players, player));
	assert_ok(rowan_set_one(session, club, captain, player));
	assert_statements(engine, 2)
		assert_ok(rowan_commit(session));
	assert_int(club->version, 2);
}

/* ---- refused ------------------------------------------------------------------------------ */

Test(circles, b1_a_circle_that_can_be_cut_nowhere_is_refused)
{
	struct hen *hen = rowan_new(session, hen);
	struct egg *egg = rowan_new(session, egg);

	assert_ok(rowan_set_one(session, hen, egg, egg));
	assert_ok(rowan_set_one(session, egg, hen, hen));
	assert_ok(rowan_add(session, hen));
	assert_statements(engine, 0)
		assert_code(rowan_flush(session), ROWAN_MISUSE);
	assert_error(session, ROWAN_MISUSE, "refer to each other in a circle");
	assert_ok(rowan_rollback(session));
	assert_ok(rowan_commit(session));
	assert_int(stored_of(hen) + stored_of(egg), 0);
}

Test(circles, b1_a_key_that_the_database_fills_in_can_not_wait)
{
	struct bead *beads[2] = { rowan_new(session, bead), rowan_new(session, bead) };

	for (int i = 0; i < 2; i++)
		assert_ok(rowan_set_one(session, beads[i], next, beads[1 - i]));
	assert_ok(rowan_add(session, beads[0]));
	assert_code(rowan_commit(session), ROWAN_MISUSE);
	assert_error(session, ROWAN_MISUSE, "rows of bead that were never stored");
	assert_ok(rowan_rollback(session));
	assert_int(stored_of(bead), 0);
}

/* The captain can wait; but the hen behind has nobody to wait for. */
Test(circles, b1_a_second_circle_is_found_behind_one_that_was_cut)
{
	struct hen *hen = rowan_new(session, hen);
	struct egg *egg = rowan_new(session, egg);

	add_club(1, 3);
	assert_ok(rowan_set_one(session, hen, egg, egg));
	assert_ok(rowan_set_one(session, egg, hen, hen));
	assert_ok(rowan_add(session, egg));
	assert_code(rowan_commit(session), ROWAN_MISUSE);
	assert_ok(rowan_rollback(session));
	assert_int(stored_of(club), 0);
}

/* ---- what goes wrong, and back ------------------------------------------------------------- */

/* Two clubs with one captain: the insert is fine, what closes the circle is not. */
Test(circles, b1_a_circle_that_can_not_be_closed_is_not_stored_in_half)
{
	struct club *good = add_club(1, 2), *bad = add_club(2, 2);
	const struct player *captain = bad->captain.row;

	assert_ok(rowan_set_one(session, bad, captain, good->captain.row));
	assert_code(rowan_commit(session), ROWAN_UNIQUE);
	assert_text(rowan_error(session)->columns, "captain_id");
	assert_ok(rowan_rollback(session));
	assert_int(stored_of(club) + stored_of(player), 0);
	assert_int(good->id, 0);

	/* Captains and their mentors are followed from club to club. */
	assert_ok(rowan_set_one(session, bad, captain, captain));
	assert_ok(rowan_add(session, good));
	assert_ok(rowan_add(session, bad));
	assert_ok(rowan_commit(session));
	check_club(good, 1, 2);
	check_club(bad, 2, 2);
}

Test(circles, b1_s08_circles_in_a_savepoint_go_back_with_it)
{
	struct club *kept = add_club(1, 3), *undone;

	assert_ok(rowan_savepoint(session));
	undone = add_club(2, 3);
	assert_ok(rowan_flush(session));
	assert_int(undone->captain_id.value, undone->captain.row->id);
	assert_ok(rowan_rollback_to(session));
	assert_int(undone->id, 0);
	assert_int(rowan_count(session, rowan_select(club)), 1);

	assert_ok(rowan_savepoint(session));
	assert_ok(rowan_add(session, undone));
	assert_ok(rowan_flush(session));
	assert_ok(rowan_release(session));
	assert_ok(rowan_commit(session));
	check_club(kept, 1, 3);
	assert_int(stored_of(club), 2);
	assert_int(stored(&rowan_select(club, .where =
		rowan_eq(rowan_column(club, captain_id), undone->captain.row->id))), 1);
	assert_int(stored(&rowan_select(player, .where =
		rowan_is_null(rowan_column(player, mentor_id)))), 0);
}

Test(circles, b1_a_cut_row_counts_both_of_its_versions)
{
	struct club *club = add_club(1, 2);

	assert_ok(rowan_commit(session));
	assert_int(club->version, 2);
	assert_int(stored(&rowan_select(club, .where =
		rowan_eq(rowan_column(club, version), 2))), 1);
	club = rowan_edit(session, club, club);
	club->name = "again";
	assert_ok(rowan_commit(session));
	assert_int(club->version, 3);

	club = add_club(2, 2);
	assert_ok(rowan_flush(session));
	assert_ok(rowan_rollback(session));
	assert_int(club->version, 1);
	assert_ok(rowan_add(session, club));
	assert_ok(rowan_commit(session));
	assert_int(club->version, 2);
}

struct told {
	int before[3], after[3];	/* by the kind of writing */
};

static int count_before(struct rowan_session *own, const struct rowan_write *write, void *context)
{
	(void)own;
	((struct told *)context)->before[write->kind]++;
	return ROWAN_OK;
}

static int count_after(struct rowan_session *own, const struct rowan_write *write, void *context)
{
	(void)own;
	((struct told *)context)->after[write->kind]++;
	return ROWAN_OK;
}

Test(circles, b1_b26_hooks_are_told_of_each_row_once)
{
	struct told told = { 0 };
	struct rowan_hooks hooks = { .before_write = count_before, .after_write = count_after,
				     .context = &told };
	struct club *club;

	close_sample();
	engine = rowan_test_engine(CIRCLES, .hooks = &hooks);
	session = rowan_session_open(engine);
	club = add_club(1, 3);
	assert_ok(rowan_commit(session));
	assert_int(told.before[ROWAN_WRITE_INSERT], 4);
	assert_int(told.after[ROWAN_WRITE_INSERT], 4);
	delete_club(club);
	assert_ok(rowan_commit(session));
	assert_int(told.before[ROWAN_WRITE_DELETE], 4);
	assert_int(told.after[ROWAN_WRITE_DELETE], 4);
	assert_int(told.before[ROWAN_WRITE_UPDATE] + told.after[ROWAN_WRITE_UPDATE], 0);
}

/* ---- deleted -------------------------------------------------------------------------------- */

Test(circles, b1_fifty_rows_in_circles_are_deleted)
{
	struct club *clubs[5];

	for (int i = 0; i < 5; i++)
		clubs[i] = add_club(i, 9);
	assert_ok(rowan_commit(session));
	for (int i = 0; i < 5; i++)
		delete_club(clubs[i]);
	check_updates(runs_on("postgresql") ? 2 : 10, "UPDATE", commit);
	assert_int(stored_of(club) + stored_of(player), 0);
}

Test(circles, b1_deleted_circles_come_back_when_it_is_rolled_back)
{
	struct club *club = add_club(1, 3);
	int64_t captain;

	assert_ok(rowan_commit(session));
	captain = club->captain_id.value;
	delete_club(club);
	assert_ok(rowan_flush(session));
	assert_int(rowan_count(session, rowan_select(club)), 0);
	assert_ok(rowan_rollback(session));
	assert_int(club->captain_id.value, captain);
	assert_int(club->version, 2);
	check_club(club, 1, 3);

	assert_ok(rowan_savepoint(session));
	delete_club(club);
	assert_ok(rowan_flush(session));
	assert_ok(rowan_rollback_to(session));
	assert_int(club->captain_id.value, captain);
	delete_club(club);
	assert_ok(rowan_commit(session));
	assert_int(stored_of(club) + stored_of(player), 0);
}

/* Neither its captain's key nor the rest may be emptied behind another's back. */
Test(circles, b1_a_circle_that_was_changed_meanwhile_is_not_deleted)
{
	struct club *club = add_club(1, 2);

	assert_ok(rowan_commit(session));
	delete_club(club);
	{
		rowan_scoped struct rowan_session *other = rowan_session_open(engine);
		struct club *theirs = rowan_edit(other, club, rowan_get(other, club, club->id));

		theirs->name = "theirs";
		assert_ok(rowan_commit(other));
	}
	assert_code(rowan_commit(session), ROWAN_STALE);
	assert_ok(rowan_rollback(session));
	check_club(club, 1, 2);
}

Test(circles, b1_a_circle_that_is_still_referred_to_is_not_deleted)
{
	struct club *club = add_club(1, 2), *other = add_club(2, 2);

	assert_ok(rowan_set_one(session, (struct player *)other->players.rows[0], rival,
				club->players.rows[0]));
	assert_ok(rowan_commit(session));
	delete_club(club);
	assert_code(rowan_commit(session), ROWAN_FOREIGN_KEY);
	assert_ok(rowan_rollback(session));
	check_club(club, 1, 2);
}
