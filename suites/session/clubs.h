/* SPDX-License-Identifier: MIT */
#ifndef SUITES_SESSION_CLUBS_H
#define SUITES_SESSION_CLUBS_H

/* Rows that refer to each other, and to themselves, in circles. */

#include "sample.h"

/* A club has players, one of whom is its captain; players have mentors. */
struct club {
	int64_t id;
	const char *name;
	struct rowan_opt_int64 captain_id;
	int32_t version;
	ROWAN_ONE(struct player) captain;
	ROWAN_MANY(struct player) players;
};

struct player {
	int64_t id;
	const char *name;
	int64_t club_id;
	struct rowan_opt_int64 mentor_id, rival_id;
	ROWAN_ONE(struct club) club;
	ROWAN_ONE(struct player) mentor;
	ROWAN_ONE(struct player) rival;
};

extern const struct rowan_model club_model, player_model;

/* Not added. */
struct player *new_player(const char *name);
struct club *new_club(const char *name);

/*
 * Added: each player is the next one's mentor, and the last one the first's; the one with the
 * club's number, or what is left of it, is the captain.
 */
struct club *add_club(int number, int players);

/* To be deleted, with its players. */
void delete_club(const struct club *club);

/* The database, as a session of its own sees it, has such a club. */
void check_club(const struct club *club, int number, int players);

#endif
