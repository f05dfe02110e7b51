/* SPDX-License-Identifier: MIT */
#include "trade.h"

ROWAN_MODEL(shop,
	ROWAN_FIELDS(
		ROWAN_FIELD(shop, id, .primary_key = true),
		ROWAN_FIELD(shop, name)),
	ROWAN_RELATIONS(ROWAN_TO_MANY(shop, purchases, purchase, .back_populates = "shop")));

ROWAN_MODEL(purchase,
	ROWAN_FIELDS(
		ROWAN_FIELD(purchase, shop_id, .primary_key = true,
			    .foreign_key = ROWAN_KEY(shop, id)),
		ROWAN_FIELD(purchase, number, .primary_key = true),
		ROWAN_FIELD(purchase, buyer)),
	ROWAN_RELATIONS(
		ROWAN_TO_ONE(purchase, shop, shop, .back_populates = "purchases"),
		ROWAN_TO_MANY(purchase, lines, line, .back_populates = "purchase",
			      .cascade = ROWAN_CASCADE_DELETE_ORPHAN),
		ROWAN_TO_MANY(purchase, wishes, product, .through = &wish_model,
			      .back_populates = "wished", .cascade = ROWAN_CASCADE_DELETE),
		ROWAN_TO_ONE(purchase, receipt, receipt, .back_populates = "purchase")));

ROWAN_MODEL(product,
	ROWAN_FIELDS(
		ROWAN_FIELD(product, shop_id, .primary_key = true,
			    .foreign_key = ROWAN_KEY(shop, id)),
		ROWAN_FIELD(product, code, .primary_key = true),
		ROWAN_FIELD(product, title)),
	ROWAN_RELATIONS(
		ROWAN_TO_MANY(product, lines, line, .back_populates = "product"),
		ROWAN_TO_MANY(product, wished, purchase, .through = &wish_model,
			      .back_populates = "wishes")));

ROWAN_MODEL(line,
	ROWAN_FIELDS(
		ROWAN_FIELD(line, id, .primary_key = true),
		ROWAN_FIELD(line, shop_id),
		ROWAN_FIELD(line, number),
		ROWAN_FIELD(line, code, .nullable = true),
		ROWAN_FIELD(line, quantity)),
	ROWAN_FOREIGN_KEYS(
		ROWAN_FOREIGN_KEY(line, (shop_id, number), purchase, (shop_id, number)),
		ROWAN_FOREIGN_KEY(line, (code, shop_id), product, (code, shop_id),
				  .name = "line_product")),
	ROWAN_RELATIONS(
		ROWAN_TO_ONE(line, purchase, purchase, .back_populates = "lines"),
		ROWAN_TO_ONE(line, product, product, .back_populates = "lines",
			     .foreign_key = ROWAN_KEY(line, code))));

ROWAN_MODEL(wish,
	ROWAN_FIELDS(
		ROWAN_FIELD(wish, shop_id, .primary_key = true),
		ROWAN_FIELD(wish, number, .primary_key = true),
		ROWAN_FIELD(wish, code, .primary_key = true)),
	ROWAN_FOREIGN_KEYS(
		ROWAN_FOREIGN_KEY(wish, (shop_id, number), purchase, (shop_id, number)),
		ROWAN_FOREIGN_KEY(wish, (shop_id, code), product, (shop_id, code))));

ROWAN_MODEL(receipt,
	ROWAN_FIELDS(
		ROWAN_FIELD(receipt, shop_id, .primary_key = true),
		ROWAN_FIELD(receipt, number, .primary_key = true),
		ROWAN_FIELD(receipt, text)),
	ROWAN_FOREIGN_KEYS(
		ROWAN_FOREIGN_KEY(receipt, (shop_id, number), purchase, (shop_id, number),
				  .on_delete = ROWAN_ON_DELETE_CASCADE)),
	ROWAN_RELATIONS(ROWAN_TO_ONE(receipt, purchase, purchase, .back_populates = "receipt")));

ROWAN_MODEL(shelf,
	ROWAN_FIELDS(
		ROWAN_FIELD(shelf, region, .primary_key = true),
		ROWAN_FIELD(shelf, row, .primary_key = true),
		ROWAN_FIELD(shelf, below_row),
		ROWAN_FIELD(shelf, name)),
	ROWAN_FOREIGN_KEYS(
		ROWAN_FOREIGN_KEY(shelf, (region, below_row), shelf, (region, row))),
	ROWAN_RELATIONS(
		ROWAN_TO_ONE(shelf, below, shelf, .back_populates = "above"),
		ROWAN_TO_MANY(shelf, above, shelf, .back_populates = "below")));

ROWAN_MODEL(badge,
	ROWAN_FIELDS(
		ROWAN_FIELD(badge, id, .primary_key = true),
		ROWAN_FIELD(badge, code, .nullable = true, .unique = true)),
	ROWAN_RELATIONS(ROWAN_TO_MANY(badge, visits, visit)));

ROWAN_MODEL(visit,
	ROWAN_FIELDS(
		ROWAN_FIELD(visit, id, .primary_key = true),
		ROWAN_FIELD(visit, code, .nullable = true, .foreign_key = ROWAN_KEY(badge, code))));

const struct rowan_model *const trade_models[] = {
	&line_model, &wish_model, &receipt_model, &purchase_model, &product_model, &shop_model,
	&shelf_model, &badge_model, &visit_model, NULL,
};

void open_trade(void)
{
	open_models(trade_models);
}

struct shop *stored_shop(const char *name, int purchases, int lines)
{
	struct shop *shop = rowan_new(session, shop);

	shop->name = name;
	rowan_add(session, shop);
	for (int i = 1; i <= purchases; i++) {
		struct purchase *purchase = rowan_new(session, purchase);

		purchase->number = i;
		purchase->buyer = rowan_text(session, "%s %d", name, i);
		rowan_append(session, shop, purchases, purchase);
		for (int j = 1; j <= lines; j++) {
			struct line *line = rowan_new(session, line);

			line->quantity = j;
			rowan_append(session, purchase, lines, line);
		}
	}
	assert_ok(rowan_commit(session));
	return shop;
}

struct product *stored_product(const struct shop *shop, const char *code)
{
	struct product *product = rowan_new(session, product);

	product->shop_id = shop->id;
	product->code = code;
	product->title = rowan_text(session, "product %s", code);
	rowan_add(session, product);
	assert_ok(rowan_commit(session));
	return product;
}

void store_wishes(void)
{
	struct shop *shops[2] = { stored_shop("corner", 3, 0), stored_shop("market", 3, 0) };

	for (int i = 0; i < 2; i++) {
		struct product *apple = stored_product(shops[i], "apple");
		struct product *pear = stored_product(shops[i], "pear");

		for (int number = 1; number <= 3; number++) {
			const struct purchase *purchase =
				rowan_get(session, purchase, shops[i]->id, number);

			assert_ok(rowan_append(session, purchase, wishes, apple));
			if (number == 2)
				assert_ok(rowan_append(session, purchase, wishes, pear));
		}
	}
	assert_ok(rowan_commit(session, .clear = true));
	assert_int(stored_wishes(), 8);
}

int64_t stored_lines(void)
{
	return stored_of(line);
}

int64_t stored_wishes(void)
{
	return stored_of(wish);
}
