/* SPDX-License-Identifier: MIT */
#ifndef ROWAN_DETAIL_COMPARE_H
#define ROWAN_DETAIL_COMPARE_H

/*
 * The plumbing of <rowan/expr.h>: a typed function for each kind of column, and
 * the _Generic tables that choose among them.  Nothing here is for users.
 *
 * A function per kind is what makes a wrong operand a compile error in one
 * line: the argument does not fit the parameter.
 */

static inline struct rowan_expr rowan_leaf_(struct rowan_term term)
{
	struct rowan_expr expr;		/* only the used terms are ever read */

	expr.length = 1;
	expr.fault = ROWAN_FAULT_NONE;
	expr.terms[0] = term;
	return expr;
}

static inline struct rowan_expr rowan_fault_(enum rowan_fault fault)
{
	struct rowan_expr expr;

	expr.length = 0;
	expr.fault = (uint16_t)fault;
	return expr;
}

static inline struct rowan_expr rowan_test_(enum rowan_op op, struct rowan_column column)
{
	return rowan_leaf_((struct rowan_term){ .left = column, .op = (uint8_t)op });
}

/* column op NULL */
static inline struct rowan_expr rowan_null_test_(enum rowan_op op, struct rowan_column column)
{
	if (op == ROWAN_OP_EQ)
		return rowan_test_(ROWAN_OP_IS_NULL, column);
	if (op == ROWAN_OP_NE)
		return rowan_test_(ROWAN_OP_IS_NOT_NULL, column);
	return rowan_fault_(ROWAN_FAULT_NULL_ORDER);
}

#define ROWAN_IS_SOMETHING_(v_) true
#define ROWAN_HAS_POINTER_(v_) ((v_) != NULL)
#define ROWAN_HAS_DATA_(v_) ((v_).data != NULL)

/* kind, C type, member of the union, type tag, how to tell a value from NULL */
#define ROWAN_KIND_(kind_, ctype_, member_, tag_, not_null_) \
	static inline struct rowan_expr rowan_compare_##kind_##_(enum rowan_op op, \
			struct rowan_##kind_##_column column, ctype_ value) \
	{ \
		if (!not_null_(value)) \
			return rowan_null_test_(op, column.column); \
		return rowan_leaf_((struct rowan_term){ .left = column.column, \
			.right.member_ = value, .op = (uint8_t)op, \
			.operand = ROWAN_OPERAND_VALUE, .type = tag_ }); \
	} \
	static inline struct rowan_expr rowan_compare_##kind_##_column_(enum rowan_op op, \
			struct rowan_##kind_##_column a, struct rowan_##kind_##_column b) \
	{ \
		return rowan_leaf_((struct rowan_term){ .left = a.column, \
			.right.column = b.column, .op = (uint8_t)op, \
			.operand = ROWAN_OPERAND_COLUMN, .type = tag_ }); \
	}

#define ROWAN_LIST_KIND_(kind_, ctype_, tag_) \
	static inline struct rowan_expr rowan_in_##kind_##_( \
			struct rowan_##kind_##_column column, const ctype_ *items, size_t count) \
	{ \
		if (count == 0) \
			return rowan_test_(ROWAN_OP_FALSE, column.column); \
		if (!items) \
			return rowan_fault_(ROWAN_FAULT_NULL_LIST); \
		return rowan_leaf_((struct rowan_term){ .left = column.column, \
			.right.list = { items, count }, .op = ROWAN_OP_IN, \
			.operand = ROWAN_OPERAND_LIST, .type = tag_ }); \
	}

#define ROWAN_OPT_KIND_(kind_, opt_) \
	static inline struct rowan_expr rowan_compare_opt_##opt_##_(enum rowan_op op, \
			struct rowan_##kind_##_column column, struct rowan_opt_##opt_ opt) \
	{ \
		if (!opt.set) \
			return rowan_null_test_(op, column.column); \
		return rowan_compare_##kind_##_(op, column, opt.value); \
	}

ROWAN_KIND_(int, int64_t, i, ROWAN_TYPE_INT64, ROWAN_IS_SOMETHING_)
/* An int: any pointer would silently become a bool. */
ROWAN_KIND_(bool, int, b, ROWAN_TYPE_BOOL, ROWAN_IS_SOMETHING_)
ROWAN_KIND_(double, double, d, ROWAN_TYPE_DOUBLE, ROWAN_IS_SOMETHING_)
ROWAN_KIND_(text, const char *, text, ROWAN_TYPE_TEXT, ROWAN_HAS_POINTER_)
ROWAN_KIND_(bytes, struct rowan_bytes, bytes, ROWAN_TYPE_BYTES, ROWAN_HAS_DATA_)
ROWAN_KIND_(datetime, struct rowan_datetime, datetime, ROWAN_TYPE_DATETIME, ROWAN_IS_SOMETHING_)
ROWAN_KIND_(date, struct rowan_date, date, ROWAN_TYPE_DATE, ROWAN_IS_SOMETHING_)
ROWAN_KIND_(time, struct rowan_time, time, ROWAN_TYPE_TIME, ROWAN_IS_SOMETHING_)
ROWAN_KIND_(uuid, struct rowan_uuid, uuid, ROWAN_TYPE_UUID, ROWAN_IS_SOMETHING_)

ROWAN_LIST_KIND_(int, int64_t, ROWAN_TYPE_INT64)
ROWAN_LIST_KIND_(double, double, ROWAN_TYPE_DOUBLE)
ROWAN_LIST_KIND_(text, char *const, ROWAN_TYPE_TEXT)
ROWAN_LIST_KIND_(datetime, struct rowan_datetime, ROWAN_TYPE_DATETIME)
ROWAN_LIST_KIND_(date, struct rowan_date, ROWAN_TYPE_DATE)
ROWAN_LIST_KIND_(time, struct rowan_time, ROWAN_TYPE_TIME)
ROWAN_LIST_KIND_(uuid, struct rowan_uuid, ROWAN_TYPE_UUID)

ROWAN_OPT_KIND_(int, int16)
ROWAN_OPT_KIND_(int, int32)
ROWAN_OPT_KIND_(int, int64)
ROWAN_OPT_KIND_(bool, bool)
ROWAN_OPT_KIND_(double, double)
ROWAN_OPT_KIND_(datetime, datetime)
ROWAN_OPT_KIND_(date, date)
ROWAN_OPT_KIND_(time, time)
ROWAN_OPT_KIND_(uuid, uuid)

#undef ROWAN_KIND_
#undef ROWAN_LIST_KIND_
#undef ROWAN_OPT_KIND_

static inline struct rowan_expr rowan_text_test_(enum rowan_op op,
		struct rowan_text_column column, const char *text)
{
	if (!text)
		return rowan_fault_(ROWAN_FAULT_NULL_ORDER);
	return rowan_compare_text_(op, column, text);
}

/* The function of a column's kind. */
#define rowan_by_kind_(verb_, column_) _Generic((column_), \
	struct rowan_int_column: rowan_##verb_##_int_, \
	struct rowan_bool_column: rowan_##verb_##_bool_, \
	struct rowan_double_column: rowan_##verb_##_double_, \
	struct rowan_text_column: rowan_##verb_##_text_, \
	struct rowan_bytes_column: rowan_##verb_##_bytes_, \
	struct rowan_datetime_column: rowan_##verb_##_datetime_, \
	struct rowan_date_column: rowan_##verb_##_date_, \
	struct rowan_time_column: rowan_##verb_##_time_, \
	struct rowan_uuid_column: rowan_##verb_##_uuid_)

#define rowan_by_list_kind_(verb_, column_) _Generic((column_), \
	struct rowan_int_column: rowan_##verb_##_int_, \
	struct rowan_double_column: rowan_##verb_##_double_, \
	struct rowan_text_column: rowan_##verb_##_text_, \
	struct rowan_datetime_column: rowan_##verb_##_datetime_, \
	struct rowan_date_column: rowan_##verb_##_date_, \
	struct rowan_time_column: rowan_##verb_##_time_, \
	struct rowan_uuid_column: rowan_##verb_##_uuid_)

/*
 * The value decides where it can only mean one kind: C would quietly turn a
 * pointer into a bool and 3.5 into 3.  A whole number, and NULL, go by the
 * column.
 */
#define rowan_compare_(op_, column_, value_) _Generic((value_), \
	struct rowan_int_column: rowan_compare_int_column_, \
	struct rowan_bool_column: rowan_compare_bool_column_, \
	struct rowan_double_column: rowan_compare_double_column_, \
	struct rowan_text_column: rowan_compare_text_column_, \
	struct rowan_bytes_column: rowan_compare_bytes_column_, \
	struct rowan_datetime_column: rowan_compare_datetime_column_, \
	struct rowan_date_column: rowan_compare_date_column_, \
	struct rowan_time_column: rowan_compare_time_column_, \
	struct rowan_uuid_column: rowan_compare_uuid_column_, \
	struct rowan_opt_int16: rowan_compare_opt_int16_, \
	struct rowan_opt_int32: rowan_compare_opt_int32_, \
	struct rowan_opt_int64: rowan_compare_opt_int64_, \
	struct rowan_opt_bool: rowan_compare_opt_bool_, \
	struct rowan_opt_double: rowan_compare_opt_double_, \
	struct rowan_opt_datetime: rowan_compare_opt_datetime_, \
	struct rowan_opt_date: rowan_compare_opt_date_, \
	struct rowan_opt_time: rowan_compare_opt_time_, \
	struct rowan_opt_uuid: rowan_compare_opt_uuid_, \
	char *: rowan_compare_text_, const char *: rowan_compare_text_, \
	float: rowan_compare_double_, double: rowan_compare_double_, \
	default: rowan_by_kind_(compare, column_))(op_, column_, value_)

static inline struct rowan_assignment rowan_increase_int_(struct rowan_int_column column,
							  int64_t by)
{
	return (struct rowan_assignment){ { .left = column.column, .right.i = by,
		.op = ROWAN_OP_PLUS, .operand = ROWAN_OPERAND_VALUE, .type = ROWAN_TYPE_INT64 } };
}

static inline struct rowan_assignment rowan_increase_double_(struct rowan_double_column column,
							     double by)
{
	return (struct rowan_assignment){ { .left = column.column, .right.d = by,
		.op = ROWAN_OP_PLUS, .operand = ROWAN_OPERAND_VALUE, .type = ROWAN_TYPE_DOUBLE } };
}

#define rowan_increase_(column_, by_) _Generic((by_), \
	float: rowan_increase_double_, double: rowan_increase_double_, \
	default: _Generic((column_), \
		struct rowan_int_column: rowan_increase_int_, \
		struct rowan_double_column: rowan_increase_double_))(column_, by_)

#endif
