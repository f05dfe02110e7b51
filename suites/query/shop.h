/* SPDX-License-Identifier: MIT */
#ifndef SUITES_QUERY_SHOP_H
#define SUITES_QUERY_SHOP_H

/* Customers and their orders: what the queries here select from. */

#include "support.h"

struct sale;

struct customer {
	int64_t id;
	const char *email;
	const char *note;
	bool active;
	double credit;
	int16_t level;
	struct rowan_bytes photo;
	struct rowan_datetime joined_at;
	struct rowan_date born;
	struct rowan_time wakes_at;
	struct rowan_uuid token;
	struct rowan_opt_int64 patron_id;
	struct rowan_opt_datetime seen_at;
	ROWAN_MANY(struct sale) sales;
};

struct sale {
	int64_t id;
	int64_t customer_id;
	int64_t total;
	ROWAN_ONE(struct customer) customer;
};

extern const struct rowan_model customer_model, sale_model;

#define CUSTOMER(member_) rowan_column(customer, member_)
#define SALE(member_) rowan_column(sale, member_)

#endif
