/* SPDX-License-Identifier: MIT */
/* As many rows, keys and children as a statement could have parameters, and more. */
#include "bank.h"
#include "places.h"

#include <stdio.h>
#include <stdlib.h>

TestSuite(sizes, .init = open_place, .fini = close_place, .timeout = 240);

/* Around the limits of SQLite, old and new, of the wire, and of Debian's SQLite. */
static const size_t sizes[] = {
	0, 1, 998, 999, 1000, 32765, 32766, 32767, 65534, 65535, 65536, 65537, 250001,
};
#define SIZES (sizeof(sizes) / sizeof(sizes[0]))
#define MOST ((size_t)250001)

/* .. and for what takes longer. */
static const size_t some[] = { 998, 999, 1000, 32767, 65537 };
#define SOME (sizeof(some) / sizeof(some[0]))

static struct account *accounts;
static int64_t *ids;

/* Accounts 1, 2, .. in memory. */
static void make_accounts(void)
{
	accounts = calloc(MOST, sizeof(*accounts));
	ids = calloc(MOST, sizeof(*ids));
	cr_assert(accounts && ids);
	for (size_t i = 0; i < MOST; i++) {
		ids[i] = (int64_t)i + 1;
		accounts[i] = (struct account){ ids[i], 1 };
	}
}

static void free_accounts(void)
{
	free(accounts);
	free(ids);
}

static void record(const char *what, size_t count, size_t most)
{
	char figure[96];

	snprintf(figure, sizeof(figure), "%s: up to %zu, none lost", what, most);
	record_fault("value-1", .injections = (long)count, .survived = (long)count,
		     .figure = figure);
}

/* Inserted in bulk, counted, found by a list of keys, and deleted. */
Test(sizes, value_1_rows_in_are_rows_out)
{
	make_accounts();
	for (size_t i = 0; i < SIZES; i++) {
		const size_t size = sizes[i];

		assert_ok(rowan_insert_all(session, account, accounts, size));
		assert_ok(rowan_commit(session));
		assert_int(bank_total(engine), size);
		assert_int(rowan_count(session, rowan_select(account,
			.where = rowan_in(ACCOUNT(id), ids, size))), size);
		assert_int(rowan_delete_where(session, rowan_select(account,
			.where = rowan_in(ACCOUNT(id), ids, size))), size);
		assert_ok(rowan_commit(session));
	}
	free_accounts();
	record("rows at once, and keys in a list", SIZES, MOST);
}

/* As rows of a session, which are written, edited and deleted one by one. */
Test(sizes, value_1_a_flush_of_any_size_is_one)
{
	for (size_t i = 0; i < SOME; i++) {
		struct rowan_result *result;
		const struct account *found;

		for (size_t n = 0; n < some[i]; n++)
			rowan_add(session, rowan_new(session, account));
		assert_ok(rowan_commit(session, .clear = true));
		result = rowan_exec(session, rowan_select(account));
		while ((found = rowan_next(result)))
			rowan_edit(session, account, found)->balance = 1;
		assert_ok(rowan_commit(session));
		assert_int(bank_total(engine), some[i]);
		result = rowan_exec(session, rowan_select(account));
		while ((found = rowan_next(result)))
			rowan_delete(session, account, found);
		assert_ok(rowan_commit(session, .clear = true));
		assert_int(rowan_count(session, rowan_select(account)), 0);
	}
	record("inserts, updates, deletes in a flush", SOME, some[SOME - 1]);
}

/* One task for each user: as many keys in the statement that loads them. */
Test(sizes, value_1_parents_of_any_number_have_their_children)
{
	size_t have = 0;

	for (size_t i = 0; i < SOME; i++) {
		struct rowan_result *users;
		const struct user *user;

		assert_ok(user_create_batch(session, some[i] - have, .tasks = 1));
		assert_ok(rowan_commit(session, .clear = true));
		have = some[i];
		users = rowan_exec(session, rowan_select(user,
			.load = { rowan_selectin(user, tasks) }));
		assert_int(rowan_result_count(users), have);
		while ((user = rowan_next(users))) {
			assert_int(user->tasks.count, 1);
			assert_int(user->tasks.rows[0]->owner_id, user->id);
		}
		assert_ok(rowan_commit(session, .clear = true));
	}
	record("parents whose children are loaded at once", SOME, some[SOME - 1]);
}
