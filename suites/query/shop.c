/* SPDX-License-Identifier: MIT */
#include "shop.h"

ROWAN_MODEL(customer,
	ROWAN_FIELDS(
		ROWAN_FIELD(customer, id, .primary_key = true),
		ROWAN_FIELD(customer, email, .unique = true),
		ROWAN_FIELD(customer, note, .nullable = true),
		ROWAN_FIELD(customer, active),
		ROWAN_FIELD(customer, credit),
		ROWAN_FIELD(customer, level),
		ROWAN_FIELD(customer, photo, .nullable = true),
		ROWAN_FIELD(customer, joined_at),
		ROWAN_FIELD(customer, born),
		ROWAN_FIELD(customer, wakes_at),
		ROWAN_FIELD(customer, token),
		ROWAN_FIELD(customer, patron_id, .foreign_key = ROWAN_KEY(customer, id)),
		ROWAN_FIELD(customer, seen_at)),
	ROWAN_RELATIONS(ROWAN_TO_MANY(customer, sales, sale, .back_populates = "customer")),
	.table = "customers");

ROWAN_MODEL(sale,
	ROWAN_FIELDS(
		ROWAN_FIELD(sale, id, .primary_key = true),
		ROWAN_FIELD(sale, customer_id, .foreign_key = ROWAN_KEY(customer, id)),
		ROWAN_FIELD(sale, total)),
	ROWAN_RELATIONS(ROWAN_TO_ONE(sale, customer, customer, .back_populates = "sales")),
	.table = "sales");
