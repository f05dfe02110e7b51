/* SPDX-License-Identifier: MIT */
#include "clubs.h"

ROWAN_MODEL(club,
	ROWAN_FIELDS(
		ROWAN_FIELD(club, id, .primary_key = true),
		ROWAN_FIELD(club, name),
		ROWAN_FIELD(club, captain_id, .foreign_key = ROWAN_KEY(player, id),
			    .unique = true),
		ROWAN_FIELD(club, version, .version = true)),
	ROWAN_RELATIONS(
		ROWAN_TO_ONE(club, captain, player),
		ROWAN_TO_MANY(club, players, player, .back_populates = "club")));

ROWAN_MODEL(player,
	ROWAN_FIELDS(
		ROWAN_FIELD(player, id, .primary_key = true),
		ROWAN_FIELD(player, name),
		ROWAN_FIELD(player, club_id, .foreign_key = ROWAN_KEY(club, id)),
		ROWAN_FIELD(player, mentor_id, .foreign_key = ROWAN_KEY(player, id)),
		ROWAN_FIELD(player, rival_id, .foreign_key = ROWAN_KEY(player, id))),
	ROWAN_RELATIONS(
		ROWAN_TO_ONE(player, club, club, .back_populates = "players"),
		ROWAN_TO_ONE(player, mentor, player, .foreign_key = ROWAN_KEY(player, mentor_id)),
		ROWAN_TO_ONE(player, rival, player, .foreign_key = ROWAN_KEY(player, rival_id))));

struct player *new_player(const char *name)
{
	struct player *player = rowan_new(session, player);

	player->name = name;
	return player;
}

struct club *new_club(const char *name)
{
	struct club *club = rowan_new(session, club);

	club->name = name;
	return club;
}

struct club *add_club(int number, int players)
{
	struct club *club = new_club(rowan_text(session, "club %d", number));
	struct player *first = NULL, *last = NULL;

	for (int i = 0; i < players; i++) {
		struct player *player = new_player(rowan_text(session, "%d.%d", number, i));

		assert_ok(rowan_append(session, club, players, player));
		assert_ok(rowan_set_one(session, player, mentor, last));
		if (!first)
			first = player;
		if (i == number % players)
			assert_ok(rowan_set_one(session, club, captain, player));
		last = player;
	}
	assert_ok(rowan_set_one(session, first, mentor, last));
	assert_ok(rowan_add(session, club));
	return club;
}

void delete_club(const struct club *club)
{
	const struct player *const *players = rowan_load(session, club, players).rows;

	for (size_t i = 0; i < club->players.count; i++)
		assert_ok(rowan_delete(session, player, players[i]));
	assert_ok(rowan_delete(session, club, club));
}

void check_club(const struct club *club, int number, int players)
{
	rowan_scoped struct rowan_session *other = rowan_session_open(engine);
	const struct club *found = rowan_get(other, club, club->id);
	const struct player *player, *captain;

	cr_assert_not_null(found);
	captain = rowan_load(other, found, captain).row;
	cr_assert_not_null(captain);
	assert_text(captain->name, rowan_text(other, "%d.%d", number, number % players));
	assert_int(rowan_load(other, found, players).count, players);
	for (int i = 0; i < players; i++) {
		player = found->players.rows[i];
		for (int steps = 0; steps < players; steps++) {
			player = rowan_load(other, player, mentor).row;
			cr_assert_not_null(player);
			cr_assert((player == found->players.rows[i]) == (steps == players - 1));
		}
	}
}
