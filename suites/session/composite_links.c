/* SPDX-License-Identifier: MIT */
#include "trade.h"

/* Many-to-many relations that go by keys of several columns. */

TestSuite(composite_links, .init = open_trade, .fini = close_sample, .timeout = 60);

static void check_wishes(struct rowan_query query)
{
	struct rowan_result *purchases = rowan_exec(session, query);
	const struct purchase *purchase;
	size_t seen = 0;

	while ((purchase = rowan_next(purchases))) {
		assert_int(rowan_load(session, purchase, wishes).count,
			   purchase->number == 2 ? 2 : 1);
		for (size_t i = 0; i < purchase->wishes.count; i++)
			assert_int(purchase->wishes.rows[i]->shop_id, purchase->shop_id);
		seen++;
	}
	assert_int(seen, 6);
}

Test(composite_links, r05_a_link_is_found_by_all_its_columns)
{
	struct rowan_result *products;
	const struct product *product;

	store_wishes();
	assert_statements(engine, 2)
		check_wishes(rowan_select(purchase));
	assert_ok(rowan_clear(session));
	check_wishes(rowan_select(purchase, .load = { rowan_joined(purchase, wishes) }));
	assert_ok(rowan_clear(session));
	products = rowan_exec(session, rowan_select(product));
	while ((product = rowan_next(products)))
		assert_int(rowan_load(session, product, wished).count,
			   product->code[0] == 'a' ? 3 : 1);
}

Test(composite_links, r05_a_limit_counts_for_each_key_of_a_link)
{
	struct rowan_query first = rowan_select(product, .limit = 1,
		.order_by = { rowan_desc(rowan_column(product, code)) });
	struct rowan_result *purchases;
	const struct purchase *purchase;

	store_wishes();
	purchases = rowan_exec(session, rowan_select(purchase,
		.load = { rowan_selectin_by(purchase, wishes, &first) }));
	while ((purchase = rowan_next(purchases))) {
		assert_int(purchase->wishes.count, 1);
		assert_text(purchase->wishes.rows[0]->code, purchase->number == 2 ? "pear" : "apple");
		assert_int(purchase->wishes.rows[0]->shop_id, purchase->shop_id);
	}
}

Test(composite_links, r05_links_are_taken_out_and_put_back)
{
	const struct purchase *purchase;
	const struct product *apple;

	store_wishes();
	purchase = rowan_get(session, purchase, 1, 2);
	apple = rowan_get(session, product, 1, "apple");
	assert_ok(rowan_remove(session, purchase, wishes, apple));
	assert_int(purchase->wishes.count, 1);
	assert_ok(rowan_flush(session));
	assert_int(rowan_count(session, rowan_select(wish)), 7);
	assert_ok(rowan_append(session, purchase, wishes, apple));
	assert_ok(rowan_remove(session, purchase, wishes, apple));
	assert_ok(rowan_append(session, purchase, wishes, apple));
	assert_ok(rowan_append(session, purchase, wishes, apple));
	assert_ok(rowan_commit(session));
	assert_int(stored_wishes(), 8);
}

Test(composite_links, r10_links_are_deleted_with_their_owner)
{
	store_wishes();
	assert_ok(rowan_delete(session, purchase, rowan_get(session, purchase, 1, 2)));
	assert_ok(rowan_delete(session, purchase, rowan_get(session, purchase, 2, 1)));
	assert_ok(rowan_commit(session));
	assert_int(stored_wishes(), 8 - 3);
}

Test(composite_links, r10_a_link_that_was_not_stored_yet_is_not_stored)
{
	struct shop *shop = stored_shop("corner", 1, 0);
	struct product *apple = stored_product(shop, "apple");
	const struct purchase *purchase = rowan_get(session, purchase, shop->id, 1);

	assert_ok(rowan_append(session, purchase, wishes, apple));
	assert_ok(rowan_delete(session, purchase, purchase));
	assert_ok(rowan_commit(session));
	assert_int(stored_wishes(), 0);
}
