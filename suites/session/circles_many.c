/* SPDX-License-Identifier: MIT */
#include "clubs.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* Many rows that refer to each other: in long lists, by many ways, and at random. */

static void open_clubs(void)
{
	open_models(ROWAN_MODELS(&club_model, &player_model));
}

TestSuite(circles_many, .init = open_clubs, .fini = close_sample, .timeout = 120);

/* Each generation descends from both of the one before: there are 2^40 ways to the first. */
Test(circles_many, b1_many_ways_lead_to_the_same_row)
{
	enum { GENERATIONS = 40 };
	struct club *club = new_club("family");
	struct player *before[2] = { NULL, NULL };

	for (int i = 0; i < GENERATIONS; i++) {
		struct player *both[2] = { new_player("Eve"), new_player("Abel") };

		for (int one = 0; one < 2; one++) {
			assert_ok(rowan_append(session, club, players, both[one]));
			assert_ok(rowan_set_one(session, both[one], mentor, before[0]));
			assert_ok(rowan_set_one(session, both[one], rival, before[1]));
		}
		memcpy(before, both, sizeof(both));
	}
	assert_ok(rowan_add(session, club));
	assert_ok(rowan_commit(session));
	assert_int(stored_of(player), 2 * GENERATIONS);
	delete_club(club);
	assert_ok(rowan_commit(session));
	assert_int(stored_of(player), 0);
}

#define DEEP 5000
#define SMALL_STACK ((size_t)256 << 10)

/* A list that is longer than a stack is deep, begun at its end. */
static void *store_list(void *context)
{
	struct club *club = new_club("list");
	struct player *last = new_player("last"), *player = last;

	for (int i = 1; i < DEEP; i++) {
		struct player *next = new_player("next");

		assert_ok(rowan_set_one(session, player, club, club));
		assert_ok(rowan_set_one(session, player, mentor, next));
		player = next;
	}
	assert_ok(rowan_set_one(session, player, club, club));
	assert_ok(rowan_set_one(session, player, mentor, last));
	assert_ok(rowan_add(session, last));
	assert_ok(rowan_commit(session));
	assert_int(stored_of(player), DEEP);
	delete_club(club);
	assert_ok(rowan_commit(session));
	assert_int(stored_of(player), 0);
	return context;
}

Test(circles_many, b1_a_list_may_be_longer_than_the_stack_is_deep)
{
	pthread_attr_t small;
	pthread_t thread;

	cr_assert_eq(pthread_attr_init(&small), 0);
	cr_assert_eq(pthread_attr_setstacksize(&small, SMALL_STACK), 0);
	cr_assert_eq(pthread_create(&thread, &small, store_list, NULL), 0);
	pthread_join(thread, NULL);
	pthread_attr_destroy(&small);
}

/* ---- at random ------------------------------------------------------------------------ */

#define ROUNDS 40
#define MOST 40		/* players at once */

struct expected { int mentor, rival; };

/* Players are called by their number; -1 is nobody. */
static struct {
	struct rowan_fake fake;
	const struct player *players[MOST];
	struct expected expected[MOST];
	struct club *club;
} world;

static int below(int limit)
{
	return (int)rowan_fake_below(&world.fake, (uint64_t)limit);
}

/* Anybody who is there, perhaps himself, or nobody. */
static int anybody(void)
{
	int player = below(MOST);

	return world.players[player] && below(5) > 0 ? player : -1;
}

static void relate(int number)
{
	int mentor = anybody(), rival = anybody();
	struct player *player = rowan_edit(session, player, world.players[number]);

	assert_ok(rowan_set_one(session, player, mentor,
				mentor < 0 ? NULL : world.players[mentor]));
	assert_ok(rowan_set_one(session, player, rival,
				rival < 0 ? NULL : world.players[rival]));
	world.expected[number].mentor = mentor;
	world.expected[number].rival = rival;
}

static void come(void)
{
	for (int i = 0; i < MOST; i++) {
		struct player *player;

		if (world.players[i] || below(2) > 0)
			continue;
		player = new_player(rowan_text(session, "%d", i));
		assert_ok(rowan_append(session, world.club, players, player));
		world.players[i] = player;
	}
}

/* Nobody who stays refers to one who goes. */
static void go(void)
{
	bool goes[MOST] = { false };

	for (int i = 0; i < MOST; i++)
		goes[i] = world.players[i] && world.players[i]->id > 0 && below(2) > 0;
	for (int i = 0; i < MOST; i++) {
		const struct expected *expected = &world.expected[i];

		if (!world.players[i] || goes[i])
			continue;
		while ((expected->mentor >= 0 && goes[expected->mentor]) ||
		       (expected->rival >= 0 && goes[expected->rival]))
			relate(i);
	}
	for (int i = 0; i < MOST; i++) {
		if (!goes[i])
			continue;
		assert_ok(rowan_delete(session, player, world.players[i]));
		world.players[i] = NULL;
	}
}

static int named(const struct player *player)
{
	return player ? atoi(player->name) : -1;
}

static void check_world(void)
{
	rowan_scoped struct rowan_session *other = rowan_session_open(engine);
	struct rowan_result *all = rowan_exec(other, rowan_select(player));
	const struct player *player;
	int there = 0;

	while ((player = rowan_next(all))) {
		const struct expected *expected = &world.expected[named(player)];

		assert_int(player->id, world.players[named(player)]->id);
		assert_int(named(rowan_load(other, player, mentor).row), expected->mentor);
		assert_int(named(rowan_load(other, player, rival).row), expected->rival);
		there++;
	}
	assert_int(rowan_error(other)->code, ROWAN_OK);
	for (int i = 0; i < MOST; i++)
		there -= world.players[i] != NULL;
	assert_int(there, 0);
}

Test(circles_many, b1_random_circles_come_and_go)
{
	world.fake = rowan_fake();
	world.club = new_club("random");
	assert_ok(rowan_add(session, world.club));
	for (int round = 0; round < ROUNDS; round++) {
		come();
		for (int i = 0; i < MOST; i++)
			if (world.players[i] && (world.players[i]->id == 0 || below(4) == 0))
				relate(i);
		go();
		assert_ok(rowan_commit(session));
		check_world();
	}
}
