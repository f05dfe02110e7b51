/* SPDX-License-Identifier: MIT */
/* One row of many is refused: none of them is stored, whichever it is. */
#include "bank.h"
#include "places.h"

#include <stdio.h>
#include <stdlib.h>

TestSuite(batches, .init = open_place, .fini = close_place, .timeout = 240);

/* Around where a batch ends and another begins; and others, or all up to 200 (ROWAN_BATCHES=all). */
static const size_t sizes[] = { 1, 2, 3, 7, 49, 50, 51, 99, 100, 101, 200 };
#define TAKEN 1000	/* a key that somebody has */

static struct account rows[200];

static void set_rows(size_t count, size_t wrong)
{
	for (size_t i = 0; i < count; i++)
		rows[i] = (struct account){ .id = 1 + (int64_t)i, .balance = 5 };
	rows[wrong].id = TAKEN;
}

static void assert_none_stored(int status, size_t count, size_t wrong)
{
	cr_assert(status == ROWAN_UNIQUE, "row %zu of %zu: %s", wrong, count,
		  rowan_error(session)->message);
	assert_ok(rowan_rollback(session));
	assert_int(rowan_count(session, rowan_select(account)), 1);
}

static void insert_structs(size_t count, size_t wrong)
{
	set_rows(count, wrong);
	rowan_insert_all(session, account, rows, count);
	assert_none_stored(rowan_commit(session), count, wrong);
}

static void flush_rows(size_t count, size_t wrong)
{
	set_rows(count, wrong);
	for (size_t i = 0; i < count; i++) {
		struct account *account = rowan_new(session, account);

		*account = rows[i];
		rowan_add(session, account);
	}
	assert_none_stored(rowan_commit(session), count, wrong);
	assert_ok(rowan_clear(session));
}

static long refuse_each(void (*insert)(size_t count, size_t wrong), size_t step)
{
	const char *which = getenv("ROWAN_BATCHES");
	bool all = which && which[0] == 'a';
	size_t most = all ? 200 : sizeof(sizes) / sizeof(sizes[0]);
	long injected = 0;

	rows[0] = (struct account){ TAKEN, 5 };
	assert_ok(rowan_insert_all(session, account, rows, 1));
	assert_ok(rowan_commit(session));
	for (size_t i = 0; i < most; i++) {
		size_t count = all ? i + 1 : sizes[i];

		for (size_t wrong = 0; wrong < count; wrong += all ? 1 : step) {
			insert(count, wrong);
			injected++;
		}
		insert(count, count - 1);
		injected++;
	}
	return injected;
}

Test(batches, txn8_of_structs_none_is_stored)
{
	long injected = refuse_each(insert_structs, 1);

	record_fault("txn-8", .injections = injected, .survived = injected,
		     .figure = "row k of n refused, inserted at once: no row left");
}

Test(batches, txn8_of_a_flush_none_is_stored)
{
	long injected = refuse_each(flush_rows, 3);

	record_fault("txn-8", .injections = injected, .survived = injected,
		     .figure = "row k of n refused, in a flush: no row left");
}
