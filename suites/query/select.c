/* SPDX-License-Identifier: MIT */
/* Queries that are refused, and what is said. */
#include "shop.h"

#include "query/select.h"

TestSuite(select, .timeout = 30);

static const char *const no_text;

static void assert_refused(enum select_kind kind, struct rowan_query query, const char *message)
{
	struct rowan_error error = { 0 };
	struct select select;
	int status = select_check(&select, kind, &query, &error);

	cr_assert(status == ROWAN_MISUSE, "%s: %d", message, status);
	assert_text(error.message, message);
}

static void assert_accepted(enum select_kind kind, struct rowan_query query)
{
	struct rowan_error error = { 0 };
	struct select select;

	cr_assert(select_check(&select, kind, &query, &error) == ROWAN_OK, "%s", error.message);
	cr_assert(select.plan->model == query.model);
	assert_int(select.kind, kind);
	assert_int(select.join_count, 0);
}

static const struct rowan_column nowhere = { &customer_model, 1 };

Test(select, faults_say_what_to_do)
{
	struct rowan_expr eq = rowan_eq(SALE(id), 1);
	struct rowan_expr long_one = rowan_and(eq, eq, eq, eq, eq, eq, eq, eq, eq, eq, eq, eq);

	assert_refused(SELECT_ROWS, rowan_select(sale, .where = long_one),
		       "where: the expression has more than 12 terms: rowan_keep() lifts the limit");
	assert_refused(SELECT_COUNT, rowan_select(customer,
		       .where = rowan_not(rowan_lt(CUSTOMER(note), no_text))),
		       "where: NULL can only be compared by rowan_eq() and rowan_ne()");
	assert_refused(SELECT_ROWS, rowan_select(sale, .where = rowan_in(SALE(id), NULL, 3)),
		       "where: the list is NULL, but its count is not 0");
}

Test(select, a_keep_without_memory_is_no_memory)
{
	struct rowan_query query = rowan_select(sale, .where = rowan_fault_(ROWAN_FAULT_NO_MEMORY));
	struct rowan_error error;
	struct select select;

	assert_code(select_check(&select, SELECT_ROWS, &query, &error), ROWAN_NO_MEMORY);
	assert_int(error.code, ROWAN_NO_MEMORY);
}

Test(select, columns_of_another_model_are_refused_in_every_clause)
{
	struct rowan_expr kept_terms = rowan_eq(SALE(total), 1);
	struct rowan_expr kept = { .length = 1, .terms = { { .op = ROWAN_OP_KEPT,
		.right.kept = { kept_terms.terms, 1 } } } };

	assert_refused(SELECT_ROWS, rowan_select(customer, .where = rowan_eq(SALE(total), 1)),
		       "where: sales.total: the query selects from customers only");
	assert_refused(SELECT_ROWS, rowan_select(customer,
		       .where = rowan_and(rowan_eq(CUSTOMER(id), 1), rowan_is_null(SALE(total)))),
		       "where: sales.total: the query selects from customers only");
	assert_refused(SELECT_ROWS, rowan_select(customer,
		       .where = rowan_eq(CUSTOMER(id), SALE(customer_id))),
		       "where: sales.customer_id: the query selects from customers only");
	assert_refused(SELECT_ROWS, rowan_select(customer, .where = rowan_in(SALE(id), NULL, 0)),
		       "where: sales.id: the query selects from customers only");
	assert_refused(SELECT_ROWS, rowan_select(customer, .where = rowan_not(kept)),
		       "where: sales.total: the query selects from customers only");
	assert_refused(SELECT_ROWS, rowan_select(customer,
		       .order_by = { rowan_asc(CUSTOMER(id)), rowan_desc(SALE(total)) }),
		       "order_by: sales.total: the query selects from customers only");
	assert_refused(SELECT_SCALAR, rowan_select(customer, .scalar = rowan_max(SALE(total))),
		       "scalar: sales.total: the query selects from customers only");
}

Test(select, members_that_are_no_columns_are_refused)
{
	assert_refused(SELECT_ROWS, rowan_select(customer,
		       .where = rowan_test_(ROWAN_OP_IS_NULL, nowhere)),
		       "where: customers has no column at this member");
	assert_refused(SELECT_ROWS, rowan_select(customer, .order_by = { { nowhere, false } }),
		       "order_by: customers has no column at this member");
	assert_refused(SELECT_ROWS, rowan_select(customer,
		       .where = rowan_test_(ROWAN_OP_IS_NULL, (struct rowan_column){ 0 })),
		       "where: a column has no model: write it as rowan_column()");
}

Test(select, paths_start_at_the_model_and_go_on_from_there)
{
	assert_refused(SELECT_ROWS, rowan_select(customer, .load = { rowan_selectin(sale, customer) }),
		       "load: sales.customer is not a relation that starts at customers");
	assert_refused(SELECT_ROWS, rowan_select(customer,
		       .load = { { .steps = { { &customer_model, 0 } } } }),
		       "load: customers has no relation at this member");
	assert_refused(SELECT_ROWS, rowan_select(customer, .load = { {
		       .steps = { { &customer_model, offsetof(struct customer, sales) },
				  { &customer_model, offsetof(struct customer, sales) } } } }),
		       "load: customers.sales is not a relation that starts at sales");
	assert_accepted(SELECT_ROWS, rowan_select(customer, .load = {
		rowan_selectin(customer, sales, sale, customer, customer, sales) }));
}

Test(select, q09_negative_ranges_are_refused)
{
	assert_refused(SELECT_ROWS, rowan_select(sale, .limit = -3), "limit: -3 is negative");
	assert_refused(SELECT_COUNT, rowan_select(sale, .limit = 1, .offset = -1),
		       "offset: -1 is negative");
	assert_accepted(SELECT_ROWS, rowan_select(sale, .limit = INT64_MAX, .offset = INT64_MAX));
}

Test(select, only_rows_that_are_read_are_locked)
{
	const struct rowan_query locking = rowan_select(sale, .lock = ROWAN_FOR_UPDATE);
	const char *refused = "lock: only rows that are read can be locked";

	assert_accepted(SELECT_ROWS, locking);
	assert_accepted(SELECT_ROWS, rowan_select(sale, .lock = ROWAN_FOR_SHARE,
						  .locked = ROWAN_SKIP_LOCKED));
	assert_refused(SELECT_COUNT, locking, refused);
	assert_refused(SELECT_SCALAR, rowan_select(sale, .scalar = rowan_max(SALE(id)),
						   .lock = ROWAN_FOR_SHARE), refused);
	assert_refused(SELECT_DELETE, rowan_select(sale, .all_rows = true,
						   .lock = ROWAN_FOR_UPDATE), refused);
	assert_refused(SELECT_ROWS, rowan_select(sale, .locked = ROWAN_NOWAIT),
		       "locked: without a lock nothing waits: say .lock = ROWAN_FOR_UPDATE");
	assert_refused(SELECT_ROWS, rowan_select(sale, .locked = ROWAN_SKIP_LOCKED),
		       "locked: without a lock nothing waits: say .lock = ROWAN_FOR_UPDATE");
}

Test(select, q12_aggregates_take_columns_they_can_work_out)
{
	assert_refused(SELECT_SCALAR, rowan_select(sale),
		       "scalar: nothing to work out: say .scalar = rowan_max(..)");
	assert_refused(SELECT_SCALAR, rowan_select(customer, .scalar = rowan_sum(CUSTOMER(email))),
		       "scalar: rowan_sum() cannot take customers.email");
	assert_refused(SELECT_SCALAR, rowan_select(customer, .scalar = rowan_avg(CUSTOMER(active))),
		       "scalar: rowan_avg() cannot take customers.active");
	assert_refused(SELECT_SCALAR, rowan_select(customer, .scalar = rowan_min(CUSTOMER(token))),
		       "scalar: rowan_min() cannot take customers.token");
	assert_refused(SELECT_SCALAR, rowan_select(customer, .scalar = rowan_max(CUSTOMER(photo))),
		       "scalar: rowan_max() cannot take customers.photo");
	assert_refused(SELECT_SCALAR, rowan_select(sale, .scalar = { ROWAN_AGGREGATE_SUM, { 0 } }),
		       "scalar: a column has no model: write it as rowan_column()");
	assert_refused(SELECT_ROWS, rowan_select(sale, .scalar = rowan_sum(SALE(total))),
		       "scalar: it is for rowan_scalar() only");
	assert_refused(SELECT_COUNT, rowan_select(sale, .scalar = rowan_sum(SALE(total))),
		       "scalar: it is for rowan_scalar() only");

	assert_accepted(SELECT_SCALAR, rowan_select(sale, .scalar = { ROWAN_AGGREGATE_COUNT, { 0 } }));
	assert_accepted(SELECT_SCALAR, rowan_select(customer, .scalar = rowan_sum(CUSTOMER(level))));
	assert_accepted(SELECT_SCALAR, rowan_select(customer, .scalar = rowan_avg(CUSTOMER(credit))));
	assert_accepted(SELECT_SCALAR, rowan_select(customer, .scalar = rowan_max(CUSTOMER(email))));
	assert_accepted(SELECT_SCALAR, rowan_select(customer, .scalar = rowan_min(CUSTOMER(born))));
	assert_accepted(SELECT_SCALAR,
			rowan_select(customer, .scalar = rowan_value_of(CUSTOMER(token))));
	assert_accepted(SELECT_SCALAR,
			rowan_select(customer, .scalar = rowan_count_of(CUSTOMER(photo))));
}

Test(select, a_model_with_mistakes_is_refused)
{
	static const struct rowan_model none;

	assert_refused(SELECT_ROWS, (struct rowan_query){ .model = &none },
		       "this is no model: define it with ROWAN_MODEL()");
	assert_refused(SELECT_ROWS, (struct rowan_query){ 0 }, "the model is NULL");
}
