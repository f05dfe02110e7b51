/* SPDX-License-Identifier: MIT */
#ifndef SCHEMA_TABLES_H
#define SCHEMA_TABLES_H

/* The tables of a list of models, referred ones first. */

#include "dialect/dialect.h"

#include <rowan/schema.h>

struct tables {
	const struct plan **plans;
	bool *made;		/* of each: it did not exist before */
	size_t count;
};

/* Two models of one table are refused.  To be released in any case. */
int tables_collect(struct tables *tables, const struct rowan_model *const *models,
		   const struct dialect *dialect, struct rowan_error *error);
void tables_release(struct tables *tables);

/* What can be said without the database: targets that are missing, indexes of one name. */
int tables_check(const struct tables *tables, const struct dialect *dialect,
		 struct rowan_error *error);

/* Whether the table is among those from place `from` on. */
bool tables_contain(const struct tables *tables, size_t from, const struct plan *plan);

#endif
