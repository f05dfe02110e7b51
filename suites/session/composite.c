/* SPDX-License-Identifier: MIT */
#include "trade.h"

/* Relations that go by keys of several columns. */

TestSuite(composite, .init = open_trade, .fini = close_sample, .timeout = 60);

/* ---- the database's part ------------------------------------------------------------ */

Test(composite, m14_a_row_that_refers_to_nothing_is_refused_and_the_key_is_named)
{
	const struct shop *shop = stored_shop("corner", 1, 0);
	struct line *line = rowan_new(session, line);

	line->shop_id = shop->id;
	line->number = rowan_opt_int32(2);
	assert_ok(rowan_add(session, line));
	assert_code(rowan_flush(session), ROWAN_FOREIGN_KEY);
	assert_text(rowan_error(session)->constraint, "fk_line_shop_id_number");
	assert_text(rowan_error(session)->columns, "shop_id, number");
	assert_text(rowan_error(session)->table, "line");
}

Test(composite, m14_of_two_keys_the_right_one_is_named)
{
	const struct shop *shop = stored_shop("corner", 1, 0);
	struct line *line = rowan_new(session, line);

	line->shop_id = shop->id;
	line->number = rowan_opt_int32(1);
	line->code = "missing";
	assert_ok(rowan_add(session, line));
	assert_code(rowan_flush(session), ROWAN_FOREIGN_KEY);
	assert_text(rowan_error(session)->constraint, "line_product");
	assert_text(rowan_error(session)->columns, "code, shop_id");
}

Test(composite, m14_a_key_with_null_in_it_refers_to_nothing)
{
	const struct shop *shop = stored_shop("corner", 0, 0);
	struct line *line = rowan_new(session, line);

	line->shop_id = shop->id;
	assert_ok(rowan_add(session, line));
	assert_ok(rowan_commit(session));
	assert_null(rowan_load(session, line, purchase).row);
	assert_null(rowan_load(session, line, product).row);
}

Test(composite, r11_a_row_that_is_referred_to_is_not_deleted)
{
	struct shop *shop = stored_shop("corner", 1, 0);
	struct product *apple = stored_product(shop, "apple");
	struct line *line = rowan_new(session, line);

	assert_ok(rowan_set_one(session, line, product, apple));
	assert_ok(rowan_add(session, line));
	assert_ok(rowan_commit(session));
	assert_ok(rowan_delete(session, product, apple));
	assert_code(rowan_commit(session), ROWAN_FOREIGN_KEY);
	assert_text(rowan_error(session)->message,
		    "product: rows of line still refer to it by code, shop_id");
}

Test(composite, r11_on_delete_acts)
{
	struct shop *shop = stored_shop("corner", 2, 0);
	const struct purchase *first = rowan_get(session, purchase, shop->id, 1);
	struct receipt *receipt = rowan_new(session, receipt);

	assert_ok(rowan_set_one(session, receipt, purchase, first));
	receipt->text = "paid";
	assert_ok(rowan_add(session, receipt));
	assert_ok(rowan_commit(session));
	assert_int(receipt->number, 1);
	assert_ok(rowan_delete(session, purchase, first));
	assert_ok(rowan_commit(session));
	assert_null(rowan_get(session, receipt, shop->id, 1));
	assert_int(rowan_count(session, rowan_select(receipt)), 0);
}

/* ---- loading ------------------------------------------------------------------------- */

/* Two shops with the same numbers: half of a key would lead to the other's. */
static void store_two_shops(void)
{
	stored_shop("corner", 3, 2);
	stored_shop("market", 3, 4);
	assert_ok(rowan_clear(session));
}

static void check_purchases(struct rowan_query query)
{
	struct rowan_result *purchases = rowan_exec(session, query);
	const struct purchase *purchase;
	size_t seen = 0;

	while ((purchase = rowan_next(purchases))) {
		const struct shop *shop = rowan_load(session, purchase, shop).row;

		assert_text(purchase->buyer, rowan_text(session, "%s %d", shop->name,
							purchase->number));
		assert_int(rowan_load(session, purchase, lines).count, shop->id == 1 ? 2 : 4);
		for (size_t i = 0; i < purchase->lines.count; i++) {
			const struct line *line = purchase->lines.rows[i];

			assert_int(line->shop_id, purchase->shop_id);
			assert_int(line->number.value, purchase->number);
			cr_assert_eq(rowan_load(session, line, purchase).row, purchase);
		}
		seen++;
	}
	assert_int(rowan_error(session)->code, ROWAN_OK);
	assert_int(seen, 6);
}

Test(composite, r01_children_are_loaded_in_one_statement)
{
	store_two_shops();
	assert_statements(engine, 3)	/* purchases, shops, lines; a line's purchase is known */
		check_purchases(rowan_select(purchase));
}

Test(composite, r01_lists_are_side_by_side_not_every_one_with_every_other)
{
	struct rowan_session *small;
	struct rowan_result *purchases;
	const struct purchase *purchase;
	size_t lines = 0;

	stored_shop("corner", 40, 1);
	stored_shop("market", 40, 1);
	/* (1, 1..20) and (2, 21..40): 40 lines, but 80 have one of the shops and one of the numbers. */
	small = rowan_session_open(engine, .budget = { .rows = 80 });
	purchases = rowan_exec(small, rowan_select(purchase, .where = rowan_or(
		rowan_and(rowan_eq(rowan_column(purchase, shop_id), 1),
			  rowan_le(rowan_column(purchase, number), 20)),
		rowan_and(rowan_eq(rowan_column(purchase, shop_id), 2),
			  rowan_gt(rowan_column(purchase, number), 20)))));
	while ((purchase = rowan_next(purchases)))
		lines += rowan_load(small, purchase, lines).count;
	assert_int(rowan_error(small)->code, ROWAN_OK);
	assert_int(lines, 40);
	rowan_session_close(small);
}

Test(composite, l02_l03_eager_ways_give_the_same)
{
	store_two_shops();
	check_purchases(rowan_select(purchase, .load = { rowan_selectin(purchase, lines) }));
	assert_ok(rowan_clear(session));
	check_purchases(rowan_select(purchase, .load = { rowan_joined(purchase, lines),
							 rowan_joined(purchase, shop) }));
	assert_ok(rowan_clear(session));
	check_purchases(rowan_select(purchase, .load = { rowan_each(purchase, lines) }));
}

Test(composite, r02_parents_are_loaded_in_one_statement)
{
	struct rowan_result *lines;
	const struct line *line;

	store_two_shops();
	lines = rowan_exec(session, rowan_select(line, .load = { rowan_raise(line, product) }));
	assert_statements(engine, 1)
		while ((line = rowan_next(lines))) {
			const struct purchase *purchase = rowan_load(session, line, purchase).row;

			assert_int(purchase->shop_id, line->shop_id);
			assert_int(purchase->number, line->number.value);
		}
}

Test(composite, l02_a_limit_counts_for_each_key)
{
	struct rowan_query last = rowan_select(line, .limit = 1,
		.order_by = { rowan_desc(rowan_column(line, quantity)) });
	struct rowan_result *purchases;
	const struct purchase *purchase;
	size_t seen = 0;

	store_two_shops();
	purchases = rowan_exec(session, rowan_select(purchase,
		.load = { rowan_selectin_by(purchase, lines, &last) }));
	while ((purchase = rowan_next(purchases))) {
		assert_int(purchase->lines.count, 1);
		assert_int(purchase->lines.rows[0]->quantity, purchase->shop_id == 1 ? 2 : 4);
		seen++;
	}
	assert_int(seen, 6);
}

/* .. alone, and among others. */
Test(composite, r01_a_row_whose_key_is_null_has_no_children)
{
	static const char *const codes[] = { NULL, "a", NULL };
	struct rowan_result *badges;
	const struct badge *badge;

	for (size_t i = 0; i < 3; i++) {
		struct badge *new = rowan_new(session, badge);
		struct visit *visit = rowan_new(session, visit);

		new->code = visit->code = codes[i];
		assert_ok(rowan_add(session, new));
		assert_ok(rowan_flush(session));
		assert_ok(rowan_add(session, visit));
	}
	assert_ok(rowan_commit(session, .clear = true));
	badge = rowan_get(session, badge, 1);
	assert_int(rowan_load(session, badge, visits).count, 0);
	assert_ok(rowan_clear(session));
	badges = rowan_exec(session, rowan_select(badge));
	while ((badge = rowan_next(badges)))
		assert_int(rowan_load(session, badge, visits).count, badge->code ? 1 : 0);
	assert_int(rowan_error(session)->code, ROWAN_OK);
}

/* ---- the unit of work ---------------------------------------------------------------- */

Test(composite, r06_a_generated_key_is_followed_into_all_columns)
{
	struct shop *shop = rowan_new(session, shop);
	struct purchase *purchase = rowan_new(session, purchase);
	struct line *line = rowan_new(session, line);

	shop->name = "corner";
	purchase->number = 7;
	purchase->buyer = "Ada";
	assert_ok(rowan_set_one(session, line, purchase, purchase));
	assert_ok(rowan_set_one(session, purchase, shop, shop));
	assert_ok(rowan_add(session, line));		/* the others come along */
	assert_ok(rowan_commit(session));
	cr_assert(shop->id > 0);
	assert_int(purchase->shop_id, shop->id);
	assert_int(line->shop_id, shop->id);
	assert_int(line->number.value, 7);
	cr_assert_eq(rowan_get(session, purchase, shop->id, 7), purchase);
}

Test(composite, r06_both_sides_are_kept_in_step)
{
	struct shop *shop = stored_shop("corner", 2, 1);
	const struct purchase *one = rowan_get(session, purchase, shop->id, 1);
	const struct purchase *two = rowan_get(session, purchase, shop->id, 2);
	struct line *line = rowan_edit(session, line, rowan_load(session, one, lines).rows[0]);

	assert_int(rowan_load(session, two, lines).count, 1);
	assert_ok(rowan_set_one(session, line, purchase, two));
	assert_int(one->lines.count, 0);
	assert_int(two->lines.count, 2);
	assert_int(line->number.value, 2);
	assert_ok(rowan_commit(session, .clear = true));
	two = rowan_get(session, purchase, 1, 2);
	assert_int(rowan_load(session, two, lines).count, 2);
}

/* Though the column that it keeps goes on to follow the product's. */
Test(composite, r06_what_is_taken_out_of_a_new_row_is_not_added_with_it)
{
	struct shop *shop = stored_shop("corner", 0, 0);
	struct product *apple = rowan_new(session, product);
	struct line *kept = rowan_new(session, line), *dropped = rowan_new(session, line);
	struct line *emptied = rowan_new(session, line);

	apple->code = "apple";
	apple->title = "Apple";
	apple->shop_id = shop->id;
	assert_ok(rowan_append(session, apple, lines, kept));
	assert_ok(rowan_append(session, apple, lines, dropped));
	assert_ok(rowan_append(session, apple, lines, emptied));
	assert_ok(rowan_remove(session, apple, lines, dropped));
	assert_ok(rowan_set_one(session, emptied, product, NULL));
	assert_ok(rowan_add(session, apple));
	assert_ok(rowan_commit(session));
	assert_int(stored_lines(), 1);
	assert_text(kept->code, "apple");
}

/* What can be NULL becomes so; the shop, which the other key has as well, stays. */
Test(composite, r02_a_relation_that_is_emptied_leaves_the_shared_column)
{
	struct shop *shop = stored_shop("corner", 1, 1);
	struct product *apple = stored_product(shop, "apple");
	const struct purchase *purchase = rowan_get(session, purchase, shop->id, 1);
	struct line *line = rowan_edit(session, line, rowan_load(session, purchase, lines).rows[0]);

	assert_ok(rowan_set_one(session, line, product, apple));
	assert_text(line->code, "apple");
	assert_ok(rowan_commit(session));
	line = rowan_edit(session, line, line);
	assert_ok(rowan_set_one(session, line, product, NULL));
	assert_null(line->code);
	assert_int(line->shop_id, shop->id);
	assert_int(line->number.value, 1);
	assert_ok(rowan_commit(session));
	assert_int(stored_lines(), 1);
}

Test(composite, r02_a_key_that_cannot_be_null_is_not_emptied)
{
	struct shop *shop = stored_shop("corner", 1, 0);
	struct receipt *receipt = rowan_new(session, receipt);

	assert_ok(rowan_set_one(session, receipt, purchase,
				rowan_get(session, purchase, shop->id, 1)));
	assert_code(rowan_set_one(session, receipt, purchase, NULL), ROWAN_MISUSE);
	assert_contains(rowan_error(session)->message, "receipt.number can't be NULL");
}

Test(composite, r10_orphans_go)
{
	struct shop *shop = stored_shop("corner", 1, 3);
	const struct purchase *purchase = rowan_get(session, purchase, shop->id, 1);
	const struct line *line = rowan_load(session, purchase, lines).rows[1];

	assert_ok(rowan_remove(session, purchase, lines, rowan_edit(session, line, line)));
	assert_ok(rowan_commit(session));
	assert_int(stored_lines(), 2);
}

Test(composite, r10_what_a_row_has_is_deleted_with_it)
{
	struct shop *corner = stored_shop("corner", 2, 3);

	stored_shop("market", 2, 1);
	assert_ok(rowan_delete(session, purchase, rowan_get(session, purchase, corner->id, 2)));
	assert_ok(rowan_commit(session));
	assert_int(stored_lines(), 3 + 2);
}

/* ---- trees, and other types -------------------------------------------------------------- */

static struct shelf *new_shelf(struct rowan_uuid region, int row, struct shelf *below)
{
	struct shelf *shelf = rowan_new(session, shelf);

	shelf->region = region;
	shelf->row = (int16_t)row;
	shelf->name = rowan_text(session, "shelf %d", row);
	if (below)
		assert_ok(rowan_set_one(session, shelf, below, below));
	assert_ok(rowan_add(session, shelf));
	return shelf;
}

/* In each of two regions 1 below 2 and 3, and 4 above 3. */
static void store_shelves(void)
{
	for (int i = 0; i < 2; i++) {
		struct rowan_uuid region = rowan_uuid4();
		struct shelf *first = new_shelf(region, 1, NULL);

		new_shelf(region, 2, first);
		new_shelf(region, 4, new_shelf(region, 3, first));
	}
	assert_ok(rowan_commit(session, .clear = true));
}

static bool same_region(const struct shelf *a, const struct shelf *b)
{
	return memcmp(a->region.bytes, b->region.bytes, sizeof(a->region.bytes)) == 0;
}

Test(composite, r08_a_tree_goes_up_and_down)
{
	static const size_t above[] = { 2, 0, 1, 0 }, below[] = { 0, 1, 1, 3 };
	struct rowan_result *shelves;
	const struct shelf *shelf;

	store_shelves();
	shelves = rowan_exec(session, rowan_select(shelf));
	assert_statements(engine, 1)
		while ((shelf = rowan_next(shelves))) {
			assert_int(rowan_load(session, shelf, above).count, above[shelf->row - 1]);
			for (size_t i = 0; i < shelf->above.count; i++)
				cr_assert(same_region(shelf->above.rows[i], shelf));
		}
	shelves = rowan_exec(session, rowan_select(shelf));
	while ((shelf = rowan_next(shelves))) {
		const struct shelf *under = rowan_load(session, shelf, below).row;

		assert_int(under ? under->row : 0, below[shelf->row - 1]);
		cr_assert(!under || same_region(under, shelf));
	}
}

/* Rows of one table are deleted before those that they refer to. */
Test(composite, r08_a_tree_is_deleted_from_its_leaves)
{
	struct rowan_result *shelves;
	const struct shelf *shelf;

	store_shelves();
	shelves = rowan_exec(session, rowan_select(shelf,
		.order_by = { rowan_asc(rowan_column(shelf, row)) }));
	while ((shelf = rowan_next(shelves)))
		assert_ok(rowan_delete(session, shelf, shelf));
	assert_ok(rowan_commit(session));
	assert_int(rowan_count(session, rowan_select(shelf)), 0);
}

/* ---- what fixtures know of them ----------------------------------------------------------- */

/* The rules of a model that say so, each broken by a row that is valid but for that. */
static int break_keys(const struct rowan_model *model, void *(*build)(void), const void *stored)
{
	struct rowan_rule rule = { 0 };
	int broken = 0;

	while (rowan_next_rule(model, &rule)) {
		void *bad;

		if (rule.kind != ROWAN_RULE_FOREIGN_KEY && rule.kind != ROWAN_RULE_PRIMARY_KEY)
			continue;
		bad = rowan_break_rule(session, build(), &rule, stored);
		cr_assert_not_null(bad, "%s %s", rule.field->name, rule.words);
		assert_ok(rowan_add_(session, bad, ROWAN_HERE));
		cr_assert_eq(rowan_flush(session), rule.code, "%s %s: %s", rule.field->name,
			     rule.words, rowan_error(session)->message);
		assert_ok(rowan_rollback(session));
		broken++;
	}
	return broken;
}

static void *build_wish(void)
{
	struct wish *wish = rowan_new(session, wish);

	wish->shop_id = 1;
	wish->number = 1;
	wish->code = "pear";
	return wish;
}

static void *build_line(void)
{
	struct line *line = rowan_new(session, line);

	line->shop_id = 1;
	line->number = rowan_opt_int32(1);
	line->code = "pear";
	return line;
}

Test(composite, f03_each_column_of_a_key_can_be_wrong)
{
	struct line *line;

	store_wishes();
	assert_int(break_keys(&wish_model, build_wish, rowan_get(session, wish, 1, 1, "apple")), 4);
	line = build_line();
	assert_ok(rowan_add(session, line));
	assert_ok(rowan_commit(session));
	assert_int(break_keys(&line_model, build_line, line), 4);
}

Test(composite, f03_a_key_with_null_in_it_cannot_be_wrong)
{
	struct rowan_rule rule = { &line_model, ROWAN_RULE_FOREIGN_KEY, &line_model.fields[1], "", 0 };
	struct line *line = rowan_new(session, line), *other = rowan_new(session, line);

	line->shop_id = other->shop_id = 1;
	assert_null(rowan_break_rule(session, line, &rule, other));
	other->code = "pear";
	cr_assert_not_null(rowan_break_rule(session, line, &rule, other));
}
