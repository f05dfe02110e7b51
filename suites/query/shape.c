/* SPDX-License-Identifier: MIT */
/* Shapes: equal where the SQL is, different where it differs. */
#include "shop.h"

#include "query/select.h"

#include <string.h>

TestSuite(shape, .timeout = 30);

static struct shape shape_of(enum select_kind kind, struct rowan_query query)
{
	struct rowan_error error = { 0 };
	struct select select;
	struct shape shape;

	cr_assert(select_check(&select, kind, &query, &error) == ROWAN_OK, "%s", error.message);
	shape_start(&shape);
	select_shape(&select, &shape);
	return shape;
}

static bool same(const struct shape *a, const struct shape *b)
{
	return a->length == b->length && memcmp(a->bytes, b->bytes, a->length) == 0;
}

#define ROWS(...) shape_of(SELECT_ROWS, rowan_select(__VA_ARGS__))

Test(shape, does_not_depend_on_values)
{
	const int64_t few[] = { 1 }, many[] = { 1, 2, 3 };
	const struct rowan_column none = { 0 };
	const struct shape pairs[][2] = {
		{ ROWS(sale), ROWS(sale, .untracked = true) },
		{ ROWS(sale, .where = rowan_eq(SALE(id), 1)),
		  ROWS(sale, .where = rowan_eq(SALE(id), 2)) },
		{ ROWS(sale, .where = rowan_in(SALE(id), few, 1)),
		  ROWS(sale, .where = rowan_in(SALE(id), many, 3)) },
		{ ROWS(sale, .limit = 1, .offset = 2), ROWS(sale, .limit = 30, .offset = 40) },
		{ ROWS(sale, .where = rowan_and(rowan_eq(SALE(id), 1))),
		  ROWS(sale, .where = rowan_eq(SALE(id), 1)) },
		{ ROWS(sale, .where = rowan_in(SALE(id), NULL, 0)),
		  ROWS(sale, .where = rowan_in(SALE(total), NULL, 0)) },
		{ ROWS(sale, .order_by = { { none, false }, rowan_asc(SALE(id)) }),
		  ROWS(sale, .order_by = { rowan_asc(SALE(id)) }) },
		{ ROWS(customer, .load = { rowan_selectin(customer, sales) }), ROWS(customer) },
	};

	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		cr_assert(same(&pairs[i][0], &pairs[i][1]), "pair %zu", i);
}

/* Each of these is another statement. */
Test(shape, differs_where_the_sql_does)
{
	struct rowan_expr a = rowan_eq(SALE(id), 1), b = rowan_eq(SALE(total), 1);
	const int64_t ids[] = { 1 };
	const struct rowan_scalar count_all = { ROWAN_AGGREGATE_COUNT, { 0 } };
	const struct shape shapes[] = {
		ROWS(sale),
		ROWS(customer),
		shape_of(SELECT_COUNT, rowan_select(sale)),
		shape_of(SELECT_SCALAR, rowan_select(sale, .scalar = count_all)),
		shape_of(SELECT_SCALAR, rowan_select(sale, .scalar = rowan_count_of(SALE(id)))),
		shape_of(SELECT_SCALAR, rowan_select(sale, .scalar = rowan_max(SALE(id)))),
		shape_of(SELECT_SCALAR, rowan_select(sale, .scalar = rowan_max(SALE(total)))),
		ROWS(sale, .limit = 1),
		ROWS(sale, .offset = 1),
		ROWS(sale, .limit = 1, .offset = 1),
		ROWS(sale, .lock = ROWAN_FOR_UPDATE),
		ROWS(sale, .lock = ROWAN_FOR_SHARE),
		ROWS(sale, .lock = ROWAN_FOR_UPDATE, .locked = ROWAN_NOWAIT),
		ROWS(sale, .lock = ROWAN_FOR_UPDATE, .locked = ROWAN_SKIP_LOCKED),
		ROWS(sale, .lock = ROWAN_FOR_SHARE, .locked = ROWAN_SKIP_LOCKED),
		ROWS(sale, .order_by = { rowan_asc(SALE(id)) }),
		ROWS(sale, .order_by = { rowan_desc(SALE(id)) }),
		ROWS(sale, .order_by = { rowan_asc(SALE(total)) }),
		ROWS(sale, .order_by = { rowan_asc(SALE(total)), rowan_asc(SALE(id)) }),
		ROWS(sale, .order_by = { rowan_asc(SALE(id)), rowan_asc(SALE(total)) }),
		ROWS(sale, .where = a),
		ROWS(sale, .where = b),
		ROWS(sale, .where = rowan_ne(SALE(id), 1)),
		ROWS(sale, .where = rowan_eq(SALE(id), SALE(total))),
		ROWS(sale, .where = rowan_eq(SALE(id), SALE(customer_id))),
		ROWS(sale, .where = rowan_is_null(SALE(id))),
		ROWS(sale, .where = rowan_in(SALE(id), ids, 1)),
		ROWS(sale, .where = rowan_in(SALE(id), ids, 0)),
		ROWS(sale, .where = rowan_and(a, b)),
		ROWS(sale, .where = rowan_and(b, a)),
		ROWS(sale, .where = rowan_or(a, b)),
		ROWS(sale, .where = rowan_not(a)),
		ROWS(sale, .where = rowan_and(a, b, a)),
		ROWS(sale, .where = rowan_and(rowan_and(a, b), a)),
		ROWS(sale, .where = rowan_and(a, rowan_and(b, a))),
		ROWS(sale, .where = rowan_and(a, rowan_or(b, a))),
		ROWS(sale, .where = rowan_or(rowan_and(a, b), a)),
	};
	const size_t count = sizeof(shapes) / sizeof(shapes[0]);

	for (size_t i = 0; i < count; i++) {
		for (size_t j = 0; j < i; j++)
			cr_assert_not(same(&shapes[i], &shapes[j]), "%zu and %zu", j, i);
	}
}

Test(shape, kept_terms_are_as_if_written_in_place)
{
	struct rowan_expr a = rowan_eq(SALE(id), 1), b = rowan_eq(SALE(total), 1);
	struct rowan_expr both = rowan_or(a, b);
	struct rowan_expr kept = { .length = 1, .terms = { { .op = ROWAN_OP_KEPT,
		.right.kept = { both.terms, both.length } } } };
	struct shape inline_one = ROWS(sale, .where = rowan_and(both, a));
	struct shape kept_one = ROWS(sale, .where = rowan_and(kept, a));

	cr_assert(same(&inline_one, &kept_one));
}

Test(shape, joins_are_part_of_it)
{
	struct rowan_query query = rowan_select(sale);
	struct rowan_error error;
	struct select select;
	struct shape without, once, twice, deeper;

	assert_ok(select_check(&select, SELECT_ROWS, &query, &error));
	shape_start(&without);
	select_shape(&select, &without);

	select.joins[0] = (struct select_join){ &select.plan->relations[0], -1 };
	select.joins[1] = (struct select_join){ &select.plan->relations[0], -1 };
	select.join_count = 1;
	shape_start(&once);
	select_shape(&select, &once);
	select.join_count = 2;
	shape_start(&twice);
	select_shape(&select, &twice);
	select.joins[1].from = 0;
	shape_start(&deeper);
	select_shape(&select, &deeper);

	cr_assert_not(same(&without, &once));
	cr_assert_not(same(&once, &twice));
	cr_assert_not(same(&twice, &deeper));
}

/* The largest query that can be written without rowan_keep() fits. */
Test(shape, a_full_query_does_not_overflow)
{
	struct rowan_expr where = rowan_eq(SALE(id), SALE(total));
	struct shape shape;

	while (where.length + 2 <= ROWAN_TERMS)
		where = rowan_and(where, rowan_eq(SALE(total), SALE(id)));
	shape = ROWS(sale, .where = where, .limit = 1, .offset = 1,
		     .order_by = { rowan_asc(SALE(id)), rowan_asc(SALE(id)), rowan_asc(SALE(id)),
				   rowan_asc(SALE(id)) });
	cr_assert_not(shape.overflow);
	assert_int(shape.length > 0 && shape.length < SHAPE_MAX, true);
}
