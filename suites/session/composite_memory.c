/* SPDX-License-Identifier: MIT */
/* Relations by keys of several columns, and circles of them, when there is no memory. */
#include "trade.h"

#include "model/failing.h"

TestSuite(composite_memory, .init = open_trade, .fini = close_sample, .timeout = 120);

/* Loads, moves and deletes; < 0, and the session waits with the error. */
static int work(struct rowan_session *own)
{
	struct rowan_result *purchases = rowan_exec(own, rowan_select(purchase,
		.load = { rowan_selectin(purchase, lines), rowan_joined(purchase, shop) },
		.order_by = { rowan_asc(rowan_column(purchase, number)) }));
	const struct purchase *first = rowan_next(purchases), *second = rowan_next(purchases);
	const struct product *apple = rowan_get(own, product, 1, "apple");
	struct line *line;

	if (!first || !second || !apple)
		return rowan_error(own)->code;
	line = rowan_edit(own, line, first->lines.rows[0]);
	if (!line)
		return rowan_error(own)->code;
	rowan_set_one(own, line, product, apple);
	rowan_set_one(own, line, purchase, second);
	rowan_append(own, second, wishes, apple);
	rowan_delete(own, purchase, first);	/* its other line and its wish go with it */
	return rowan_commit(own);
}

static void store(void)
{
	rowan_delete_where(session, rowan_select(wish, .all_rows = true));
	rowan_delete_where(session, rowan_select(line, .all_rows = true));
	rowan_delete_where(session, rowan_select(purchase, .all_rows = true));
	for (int number = 1; number <= 2; number++) {
		struct purchase *purchase = rowan_new(session, purchase);

		purchase->shop_id = 1;
		purchase->number = number;
		purchase->buyer = "Ada";
		rowan_add(session, purchase);
		for (int i = 0; i < 2; i++)
			rowan_append(session, purchase, lines, rowan_new(session, line));
		if (number == 1)
			rowan_append(session, purchase, wishes,
				     rowan_get(session, product, 1, "apple"));
	}
	assert_ok(rowan_commit(session, .clear = true));
}

static void check(int status)
{
	bool done = status == ROWAN_OK;

	assert_int(stored_lines(), done ? 3 : 4);
	assert_int(stored_wishes(), 1);
	assert_int(rowan_count(session, rowan_select(purchase)), done ? 1 : 2);
	assert_ok(rowan_rollback(session));
}

/* Do it again and again, each time with the next allocation failing, until none does. */
static void fail_each(void (*before)(void), int (*call)(struct rowan_session *own),
		      void (*after)(int status))
{
	bool failed = true;
	long count = 0;

	while (failed) {
		struct rowan_session *own;
		int status;

		before();
		fail_allocation_after(count++);
		own = rowan_session_open(engine);
		status = own ? call(own) : ROWAN_NO_MEMORY;
		failed = allocation_failed();
		cr_assert(status == ROWAN_OK || (failed && status == ROWAN_NO_MEMORY), "%s",
			  rowan_error(own)->message);
		fail_allocation_after(-1);
		assert_ok(own ? rowan_rollback(own) : ROWAN_OK);
		rowan_session_close(own);
		after(status);
	}
	cr_assert(count > 10, "only %ld allocations", count);
}

Test(composite_memory, r01_r05_r10_nothing_is_half_done)
{
	stored_product(stored_shop("corner", 0, 0), "apple");
	fail_each(store, work, check);
}

/* ---- rows in a circle -------------------------------------------------------------- */

enum { CIRCLE = 100 };

/* Each stands on the next, and the last on the first. */
static int add_circle(struct rowan_session *own)
{
	struct shelf *shelves[CIRCLE];

	for (int16_t i = 0; i < CIRCLE; i++) {
		shelves[i] = rowan_new(own, shelf);
		if (!shelves[i])
			return rowan_error(own)->code;
		shelves[i]->row = i;
		shelves[i]->name = "round";
	}
	for (int i = 0; i < CIRCLE; i++)
		rowan_set_one(own, shelves[i], below, shelves[(i + 1) % CIRCLE]);
	rowan_add(own, shelves[0]);
	return rowan_commit(own);
}

static int delete_circle(struct rowan_session *own)
{
	struct rowan_result *found = rowan_exec(own, rowan_select(shelf));
	const struct shelf *shelf;

	while ((shelf = rowan_next(found)))
		rowan_delete(own, shelf, shelf);
	return rowan_commit(own);
}

static int64_t whole(void)
{
	return rowan_count(session, rowan_select(shelf,
		.where = rowan_is_not_null(rowan_column(shelf, below_row))));
}

static void no_circle(void)
{
	assert_ok(delete_circle(session));
	assert_ok(rowan_clear(session));
	assert_int(whole(), 0);
	assert_ok(rowan_rollback(session));
}

static void a_circle(void)
{
	no_circle();
	assert_ok(add_circle(session));
	assert_ok(rowan_clear(session));
}

static void check_added(int status)
{
	assert_int(whole(), status == ROWAN_OK ? CIRCLE : 0);
	assert_ok(rowan_rollback(session));
}

static void check_deleted(int status)
{
	assert_int(whole(), status == ROWAN_OK ? 0 : CIRCLE);
	assert_ok(rowan_rollback(session));
}

Test(composite_memory, b1_circles_are_stored_whole)
{
	fail_each(no_circle, add_circle, check_added);
}

Test(composite_memory, b1_circles_are_deleted_whole)
{
	fail_each(a_circle, delete_circle, check_deleted);
}
