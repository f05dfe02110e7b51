/* SPDX-License-Identifier: MIT */
/* One row of many is refused: none of them is stored, whichever it is. */
#include "bank.h"
#include "places.h"

#include <stdio.h>
#include <stdlib.h>

TestSuite(batches, .init = open_place, .fini = close_place, .timeout = 240);

#define MOST 200	/* rows, unless it is to be quicker: ROWAN_BATCHES */
#define TAKEN 1000	/* a key that somebody has */

static struct account rows[MOST];

static void set_rows(size_t count, size_t wrong)
{
	for (size_t i = 0; i < count; i++)
		rows[i] = (struct account){ .id = 1 + (int64_t)i, .balance = 5 };
	rows[wrong].id = TAKEN;
}

static void assert_refused(int status, size_t count, size_t wrong)
{
	cr_assert(status == ROWAN_UNIQUE, "row %zu of %zu: %s", wrong, count,
		  rowan_error(session)->message);
	assert_ok(rowan_rollback(session));
}

static void insert_structs(size_t count, size_t wrong)
{
	set_rows(count, wrong);
	rowan_insert_all(session, account, rows, count);
	assert_refused(rowan_commit(session), count, wrong);
}

static void flush_rows(size_t count, size_t wrong)
{
	set_rows(count, wrong);
	for (size_t i = 0; i < count; i++) {
		struct account *account = rowan_new(session, account);

		*account = rows[i];
		rowan_add(session, account);
	}
	assert_refused(rowan_commit(session), count, wrong);
	assert_ok(rowan_clear(session));
}

/* What one of them left would be there still when the rows are counted. */
static long refuse_each(void (*insert)(size_t count, size_t wrong))
{
	const char *text = getenv("ROWAN_BATCHES");
	const size_t most = text && atoi(text) > 0 && atoi(text) < MOST ? (size_t)atoi(text) : MOST;
	long injected = 0;

	rows[0] = (struct account){ TAKEN, 5 };
	assert_ok(rowan_insert_all(session, account, rows, 1));
	assert_ok(rowan_commit(session));
	for (size_t count = 1; count <= most; count++) {
		for (size_t wrong = 0; wrong < count; wrong++, injected++)
			insert(count, wrong);
		assert_int(rowan_count(session, rowan_select(account)), 1);
	}
	return injected;
}

Test(batches, txn8_of_structs_none_is_stored)
{
	long injected = refuse_each(insert_structs);

	record_fault("txn-8", .injections = injected, .survived = injected,
		     .figure = "row k of n refused, for all k and n, inserted at once: no row left");
}

Test(batches, txn8_of_a_flush_none_is_stored)
{
	long injected = refuse_each(flush_rows);

	record_fault("txn-8", .injections = injected, .survived = injected,
		     .figure = "row k of n refused, for all k and n, in a flush: no row left");
}
