/* SPDX-License-Identifier: MIT */
/* Relations by keys of several columns when there is no memory. */
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

Test(composite_memory, r01_r05_r10_nothing_is_half_done)
{
	bool failed = true;
	long count = 0;

	stored_product(stored_shop("corner", 0, 0), "apple");
	while (failed) {
		struct rowan_session *own;
		int status;

		store();
		fail_allocation_after(count++);
		own = rowan_session_open(engine);
		status = own ? work(own) : ROWAN_NO_MEMORY;
		failed = allocation_failed();
		cr_assert(status == ROWAN_OK || (failed && status == ROWAN_NO_MEMORY), "%s",
			  rowan_error(own)->message);
		fail_allocation_after(-1);
		assert_ok(own ? rowan_rollback(own) : ROWAN_OK);
		rowan_session_close(own);
		check(status);
	}
	cr_assert(count > 10, "only %ld allocations", count);
}
