/* SPDX-License-Identifier: MIT */
/* Expressions as values: what their combinations come to, before any SQL. */
#include "shop.h"

#include <stdio.h>
#include <string.h>

TestSuite(expr, .timeout = 30);

/* The ops in postfix order, with the arity of joins: "EQ LT AND2". */
static const char *program(struct rowan_expr expr)
{
	static const char *const names[ROWAN_OP_COUNT_] = {
		[ROWAN_OP_EQ] = "EQ", [ROWAN_OP_NE] = "NE", [ROWAN_OP_LT] = "LT",
		[ROWAN_OP_LE] = "LE", [ROWAN_OP_GT] = "GT", [ROWAN_OP_GE] = "GE",
		[ROWAN_OP_IS_NULL] = "NULL", [ROWAN_OP_IS_NOT_NULL] = "NOTNULL",
		[ROWAN_OP_IN] = "IN", [ROWAN_OP_LIKE] = "LIKE",
		[ROWAN_OP_CONTAINS] = "CONTAINS", [ROWAN_OP_STARTS_WITH] = "STARTS",
		[ROWAN_OP_ENDS_WITH] = "ENDS", [ROWAN_OP_FALSE] = "FALSE",
		[ROWAN_OP_AND] = "AND", [ROWAN_OP_OR] = "OR", [ROWAN_OP_NOT] = "NOT",
	};
	static char text[256];
	size_t at = 0;

	if (expr.fault)
		return "fault";
	text[0] = '\0';
	for (size_t i = 0; i < expr.length; i++) {
		at += (size_t)snprintf(text + at, sizeof(text) - at, "%s%s", i ? " " : "",
				       names[expr.terms[i].op]);
		if (expr.terms[i].arity)
			at += (size_t)snprintf(text + at, sizeof(text) - at, "%u",
					       expr.terms[i].arity);
	}
	return text;
}

static const struct rowan_expr absent;

static struct rowan_expr eq(int64_t n)
{
	return rowan_eq(CUSTOMER(id), n);
}

static struct rowan_expr lt(int64_t n)
{
	return rowan_lt(CUSTOMER(id), n);
}

/* One of a given number of terms. */
static struct rowan_expr of_length(unsigned terms)
{
	struct rowan_expr expr = eq(0);

	while (expr.length + 2u <= terms)
		expr = rowan_and(expr, eq(1));
	return expr.length < terms ? rowan_not(expr) : expr;
}

Test(expr, is_a_value_of_bounded_size)
{
	assert_int(sizeof(struct rowan_term), 40);
	assert_int(sizeof(struct rowan_expr) <= 8 + 40 * ROWAN_TERMS, true);
}

Test(expr, q02_every_operator_and_kind_keeps_its_operand)
{
	const struct rowan_uuid uuid = { { 1, 2, 3 } };
	const struct rowan_bytes bytes = { "ab", 2 };
	const struct {
		struct rowan_expr expr;
		enum rowan_op op;
		enum rowan_type type;
	} cases[] = {
		{ rowan_eq(CUSTOMER(level), 7), ROWAN_OP_EQ, ROWAN_TYPE_INT64 },
		{ rowan_ne(CUSTOMER(id), 7), ROWAN_OP_NE, ROWAN_TYPE_INT64 },
		{ rowan_lt(CUSTOMER(credit), 7.5), ROWAN_OP_LT, ROWAN_TYPE_DOUBLE },
		{ rowan_le(CUSTOMER(credit), 7), ROWAN_OP_LE, ROWAN_TYPE_DOUBLE },
		{ rowan_gt(CUSTOMER(joined_at), rowan_now()), ROWAN_OP_GT, ROWAN_TYPE_DATETIME },
		{ rowan_ge(CUSTOMER(born), rowan_date(2000, 1, 1)), ROWAN_OP_GE, ROWAN_TYPE_DATE },
		{ rowan_eq(CUSTOMER(wakes_at), rowan_time(6, 0, 0)), ROWAN_OP_EQ, ROWAN_TYPE_TIME },
		{ rowan_eq(CUSTOMER(token), uuid), ROWAN_OP_EQ, ROWAN_TYPE_UUID },
		{ rowan_eq(CUSTOMER(photo), bytes), ROWAN_OP_EQ, ROWAN_TYPE_BYTES },
		{ rowan_eq(CUSTOMER(email), "a"), ROWAN_OP_EQ, ROWAN_TYPE_TEXT },
		{ rowan_eq(CUSTOMER(active), true), ROWAN_OP_EQ, ROWAN_TYPE_BOOL },
		{ rowan_eq(CUSTOMER(patron_id), 7), ROWAN_OP_EQ, ROWAN_TYPE_INT64 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct rowan_term *term = &cases[i].expr.terms[0];

		assert_int(cases[i].expr.length, 1);
		assert_int(term->op, cases[i].op);
		assert_int(term->type, cases[i].type);
		assert_int(term->operand, ROWAN_OPERAND_VALUE);
		cr_assert(term->left.model == &customer_model);
	}
	assert_int(cases[0].expr.terms[0].right.i, 7);
	cr_assert(cases[3].expr.terms[0].right.d == 7.0);
	assert_int(cases[7].expr.terms[0].right.uuid.bytes[1], 2);
	assert_int(cases[8].expr.terms[0].right.bytes.size, 2);
	assert_int(cases[10].expr.terms[0].right.b, true);
}

Test(expr, q03_q04_joins_keep_the_written_structure)
{
	assert_text(program(rowan_and(eq(1), eq(2))), "EQ EQ AND2");
	assert_text(program(rowan_and(eq(1), lt(2), eq(3))), "EQ LT EQ AND3");
	assert_text(program(rowan_or(rowan_and(eq(1), lt(2)), eq(3))), "EQ LT AND2 EQ OR2");
	assert_text(program(rowan_and(eq(1), rowan_and(eq(2), lt(3)))), "EQ EQ LT AND2 AND2");
	assert_text(program(rowan_not(rowan_or(eq(1), lt(2)))), "EQ LT OR2 NOT1");
	assert_text(program(rowan_not(rowan_not(eq(1)))), "EQ NOT1 NOT1");
	assert_text(program(rowan_between(CUSTOMER(id), 1, 2)), "GE LE AND2");
}

Test(expr, absent_parts_are_skipped)
{
	assert_text(program(absent), "");
	assert_text(program(rowan_and(absent)), "");
	assert_text(program(rowan_and(absent, absent)), "");
	assert_text(program(rowan_not(absent)), "");
	assert_text(program(rowan_and(absent, eq(1))), "EQ");
	assert_text(program(rowan_or(eq(1), absent)), "EQ");
	assert_text(program(rowan_and(eq(1), absent, lt(2))), "EQ LT AND2");
}

Test(expr, an_or_of_nothing_is_false)
{
	assert_text(program(rowan_or(absent)), "FALSE");
	assert_text(program(rowan_or(absent, absent)), "FALSE");
	assert_text(program(rowan_and(eq(1), rowan_or(absent))), "EQ FALSE AND2");
	assert_text(program(rowan_not(rowan_or(absent))), "FALSE NOT1");
}

Test(expr, q05_null_becomes_a_test)
{
	const char *none = NULL;

	assert_text(program(rowan_eq(CUSTOMER(note), none)), "NULL");
	assert_text(program(rowan_ne(CUSTOMER(note), none)), "NOTNULL");
	assert_text(program(rowan_eq(CUSTOMER(note), NULL)), "NULL");
	assert_text(program(rowan_eq(CUSTOMER(patron_id), (struct rowan_opt_int64){ 0 })), "NULL");
	assert_text(program(rowan_ne(CUSTOMER(seen_at), (struct rowan_opt_datetime){ 0 })), "NOTNULL");
	assert_text(program(rowan_eq(CUSTOMER(photo), (struct rowan_bytes){ 0 })), "NULL");
	assert_text(program(rowan_is_null(CUSTOMER(note))), "NULL");
	assert_text(program(rowan_is_not_null(CUSTOMER(id))), "NOTNULL");
	/* An empty text, 0 and false are values. */
	assert_text(program(rowan_eq(CUSTOMER(note), "")), "EQ");
	assert_text(program(rowan_eq(CUSTOMER(patron_id), rowan_opt_int64(0))), "EQ");
	assert_text(program(rowan_eq(CUSTOMER(active), false)), "EQ");
}

Test(expr, q07_lists_are_borrowed_and_an_empty_one_is_false)
{
	const int64_t ids[] = { 1, 2, 3 };
	struct rowan_expr in = rowan_in(CUSTOMER(level), ids, 3);

	assert_text(program(in), "IN");
	assert_int(in.terms[0].operand, ROWAN_OPERAND_LIST);
	cr_assert(in.terms[0].right.list.items == ids);
	assert_int(in.terms[0].right.list.count, 3);
	assert_text(program(rowan_in(CUSTOMER(id), ids, 0)), "FALSE");
	assert_text(program(rowan_in(CUSTOMER(id), NULL, 0)), "FALSE");
}

/* ---- faults --------------------------------------------------------------------- */

Test(expr, null_has_no_order)
{
	const char *none = NULL;

	assert_int(rowan_lt(CUSTOMER(note), none).fault, ROWAN_FAULT_NULL_ORDER);
	assert_int(rowan_ge(CUSTOMER(patron_id), (struct rowan_opt_int64){ 0 }).fault,
		   ROWAN_FAULT_NULL_ORDER);
	assert_int(rowan_like(CUSTOMER(note), none).fault, ROWAN_FAULT_NULL_ORDER);
	assert_int(rowan_contains(CUSTOMER(note), none).fault, ROWAN_FAULT_NULL_ORDER);
	assert_int(rowan_between(CUSTOMER(note), "a", none).fault, ROWAN_FAULT_NULL_ORDER);
	assert_int(rowan_in(CUSTOMER(id), NULL, 3).fault, ROWAN_FAULT_NULL_LIST);
}

Test(expr, the_limit_counts_every_term)
{
	for (unsigned terms = 1; terms <= ROWAN_TERMS; terms++)
		assert_int(of_length(terms).length, terms);
	assert_int(rowan_not(of_length(ROWAN_TERMS - 1)).length, ROWAN_TERMS);
	assert_int(rowan_not(of_length(ROWAN_TERMS)).fault, ROWAN_FAULT_TOO_LONG);
	assert_int(rowan_and(of_length(ROWAN_TERMS), eq(1)).fault, ROWAN_FAULT_TOO_LONG);
	/* The parts fit, the join does not. */
	assert_int(rowan_and(of_length(ROWAN_TERMS - 1), eq(1)).fault, ROWAN_FAULT_TOO_LONG);
	assert_int(rowan_and(of_length(ROWAN_TERMS - 2), eq(1)).length, ROWAN_TERMS);
	/* A single part needs no join. */
	assert_int(rowan_and(of_length(ROWAN_TERMS), absent).length, ROWAN_TERMS);
	assert_int(rowan_or(of_length(ROWAN_TERMS)).length, ROWAN_TERMS);
}

Test(expr, a_fault_survives_every_combination)
{
	for (int fault = ROWAN_FAULT_TOO_LONG; fault <= ROWAN_FAULT_NO_MEMORY; fault++) {
		const struct rowan_expr faulty = rowan_fault_((enum rowan_fault)fault);
		const struct rowan_expr combinations[] = {
			rowan_and(faulty), rowan_and(faulty, eq(1)), rowan_and(eq(1), faulty),
			rowan_and(absent, faulty), rowan_and(faulty, absent, eq(1)),
			rowan_or(faulty), rowan_or(faulty, eq(1)), rowan_or(eq(1), faulty),
			rowan_or(absent, faulty), rowan_not(faulty), rowan_not(rowan_not(faulty)),
			rowan_and(eq(1), rowan_or(lt(2), rowan_not(rowan_and(lt(3), faulty)))),
			rowan_and(of_length(ROWAN_TERMS - 2), faulty),
		};

		for (size_t i = 0; i < sizeof(combinations) / sizeof(combinations[0]); i++) {
			cr_assert(combinations[i].fault == fault, "fault %d, case %zu", fault, i);
			assert_int(combinations[i].length, 0);
		}
	}
}

Test(expr, the_first_fault_is_the_one_that_is_kept)
{
	struct rowan_expr list = rowan_in(CUSTOMER(id), NULL, 1);
	struct rowan_expr order = rowan_lt(CUSTOMER(note), (const char *)NULL);

	assert_int(rowan_and(list, order).fault, ROWAN_FAULT_NULL_LIST);
	assert_int(rowan_or(order, list).fault, ROWAN_FAULT_NULL_ORDER);
}

/* ---- building up ------------------------------------------------------------------ */

/* A condition for each bit that is set. */
static struct rowan_expr filter(unsigned bits)
{
	return rowan_and(bits & 1 ? rowan_eq(CUSTOMER(active), true) : absent,
			 bits & 2 ? rowan_gt(CUSTOMER(level), 3) : absent,
			 bits & 4 ? rowan_contains(CUSTOMER(email), "@") : absent,
			 bits & 8 ? rowan_is_null(CUSTOMER(note)) : absent,
			 bits & 16 ? rowan_le(CUSTOMER(credit), 1.5) : absent);
}

Test(expr, q15_every_combination_of_five_conditions)
{
	static const char *const ops[] = { "EQ", "GT", "CONTAINS", "NULL", "LE" };

	for (unsigned bits = 0; bits < 32; bits++) {
		char want[64] = "";
		int count = 0;

		for (int i = 0; i < 5; i++) {
			if (!(bits & 1u << i))
				continue;
			if (count++)
				strcat(want, " ");
			strcat(want, ops[i]);
		}
		if (count > 1)
			snprintf(want + strlen(want), sizeof(want) - strlen(want), " AND%d", count);
		assert_text(program(filter(bits)), want);
	}
}

static struct rowan_expr built_in_a_block(bool which)
{
	struct rowan_expr expr;

	if (which) {
		const char text[] = "x";

		(void)text;
		expr = rowan_and(eq(1), rowan_or(lt(2), eq(3)));
	} else {
		expr = rowan_not(eq(4));
	}
	return expr;
}

Test(expr, outlives_the_block_it_was_built_in)
{
	struct rowan_expr first = built_in_a_block(true), second = built_in_a_block(false);

	assert_text(program(first), "EQ LT EQ OR2 AND2");
	assert_int(first.terms[2].right.i, 3);
	assert_text(program(second), "EQ NOT1");
}
