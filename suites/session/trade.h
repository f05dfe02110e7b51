/* SPDX-License-Identifier: MIT */
#ifndef SUITES_SESSION_TRADE_H
#define SUITES_SESSION_TRADE_H

/*
 * Models whose keys are of several columns.  All of them have the shop's, as tables of many
 * tenants do: so foreign keys share a column.
 */

#include "sample.h"

struct purchase;
struct product;

struct shop {
	int64_t id;
	const char *name;
	ROWAN_MANY(struct purchase) purchases;
};

/* Key: shop_id, number. */
struct purchase {
	int64_t shop_id;
	int32_t number;
	const char *buyer;
	ROWAN_ONE(struct shop) shop;
	ROWAN_MANY(struct line) lines;		/* DELETE_ORPHAN */
	ROWAN_MANY(struct product) wishes;	/* links: DELETE */
	ROWAN_ONE(struct receipt) receipt;
};

/* Key: shop_id, code. */
struct product {
	int64_t shop_id;
	const char *code;
	const char *title;
	ROWAN_MANY(struct line) lines;
	ROWAN_MANY(struct purchase) wished;
};

struct line {
	int64_t id;
	int64_t shop_id;			/* of both foreign keys */
	struct rowan_opt_int32 number;
	const char *code;			/* may be NULL */
	int32_t quantity;
	ROWAN_ONE(struct purchase) purchase;
	ROWAN_ONE(struct product) product;
};

/* Key: all of it. */
struct wish {
	int64_t shop_id;
	int32_t number;
	const char *code;
};

/* One for each purchase, and gone with it: CASCADE. */
struct receipt {
	int64_t shop_id;
	int32_t number;
	const char *text;
	ROWAN_ONE(struct purchase) purchase;
};

/* Key: region, row.  A tree. */
struct shelf {
	struct rowan_uuid region;
	int16_t row;
	struct rowan_opt_int16 below_row;
	const char *name;
	ROWAN_ONE(struct shelf) below;
	ROWAN_MANY(struct shelf) above;
};

/* Known by a code that it may be without. */
struct badge {
	int64_t id;
	const char *code;
	ROWAN_MANY(struct visit) visits;
};

struct visit {
	int64_t id;
	const char *code;
};

extern const struct rowan_model shop_model, purchase_model, product_model, line_model, wish_model,
	receipt_model, shelf_model, badge_model, visit_model;
extern const struct rowan_model *const trade_models[];

/* Open `engine` and `session` on their tables, empty. */
void open_trade(void);

/* Added and stored: a shop with so many purchases, from number 1 on, of so many lines. */
struct shop *stored_shop(const char *name, int purchases, int lines);
struct product *stored_product(const struct shop *shop, const char *code);

/* Two of them with three purchases each, which wish for products of one code in both: 8 wishes. */
void store_wishes(void);

/* By a session of its own. */
int64_t stored_lines(void);
int64_t stored_wishes(void);

#endif
