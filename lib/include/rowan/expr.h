/* SPDX-License-Identifier: MIT */
#ifndef ROWAN_EXPR_H
#define ROWAN_EXPR_H

/*
 * Expressions: the "where" of a query, as a value.
 *
 *	#define TASK(member) rowan_column(task, member)
 *
 *	static struct rowan_expr open_tasks_of(int64_t owner)
 *	{
 *		return rowan_and(rowan_eq(TASK(owner_id), owner),
 *				 rowan_eq(TASK(completed), false));
 *	}
 *
 * An expression is a short program in postfix order without a pointer into
 * itself: it is copied, returned, stored and extended like an int, and there is
 * nothing to free.  The compiler checks what a column is compared with: a
 * misspelt member, text beside a number, or columns of two kinds are refused
 * where they are written.
 *
 * - All-zero is absent.  A query without a condition matches every row, and
 *   rowan_and(), rowan_or() and rowan_not() skip what is absent.
 * - rowan_or() of nothing, and rowan_in() of an empty list, are false.
 * - Text, bytes and lists are borrowed until the query has run; rowan_keep()
 *   copies them.
 * - What the compiler can't see (more than ROWAN_TERMS terms, NULL in an order
 *   comparison) is a fault.  A fault survives every combination and is reported
 *   when the query runs; a faulty expression never becomes SQL, so a condition
 *   can't widen by accident.
 */

#include <rowan/model.h>

/* Comparisons, ands, ors and nots in one expression; rowan_keep() lifts the limit. */
#define ROWAN_TERMS 12

enum rowan_op {
	ROWAN_OP_NONE,
	ROWAN_OP_EQ, ROWAN_OP_NE, ROWAN_OP_LT, ROWAN_OP_LE, ROWAN_OP_GT, ROWAN_OP_GE,
	ROWAN_OP_IS_NULL, ROWAN_OP_IS_NOT_NULL,
	ROWAN_OP_IN,
	ROWAN_OP_LIKE,		/* the pattern as it is written */
	ROWAN_OP_CONTAINS, ROWAN_OP_STARTS_WITH, ROWAN_OP_ENDS_WITH, /* literal text */
	ROWAN_OP_FALSE,
	ROWAN_OP_KEPT,		/* right.kept: terms in an arena */
	ROWAN_OP_PLUS,		/* of assignments only */
	ROWAN_OP_AND, ROWAN_OP_OR, ROWAN_OP_NOT,
	ROWAN_OP_COUNT_
};

enum rowan_fault {
	ROWAN_FAULT_NONE,
	ROWAN_FAULT_TOO_LONG,	/* more than ROWAN_TERMS terms */
	ROWAN_FAULT_NULL_ORDER,	/* < <= > >= like .. beside NULL */
	ROWAN_FAULT_NULL_LIST,	/* a list of values that is NULL but not empty */
	ROWAN_FAULT_NO_MEMORY,	/* rowan_keep() */
};

/* What stands on the right of a comparison. */
enum rowan_operand {
	ROWAN_OPERAND_NONE, ROWAN_OPERAND_VALUE, ROWAN_OPERAND_COLUMN, ROWAN_OPERAND_LIST,
};

struct rowan_term;

union rowan_right {
	int64_t i;
	bool b;
	double d;
	const char *text;
	struct rowan_bytes bytes;
	struct rowan_datetime datetime;
	struct rowan_date date;
	struct rowan_time time;
	struct rowan_uuid uuid;
	struct rowan_column column;
	struct { const void *items; size_t count; } list;
	struct { const struct rowan_term *terms; size_t count; } kept;
};

struct rowan_term {		/* 40 bytes */
	struct rowan_column left;
	union rowan_right right;
	uint8_t op;		/* enum rowan_op */
	uint8_t operand;	/* enum rowan_operand */
	uint8_t type;		/* of the value or the list's items: INT64, never INT16 or INT32 */
	uint8_t unused_;
	uint16_t arity;		/* operands that AND, OR, NOT take */
};

struct rowan_expr {
	uint16_t length;
	uint16_t fault;		/* enum rowan_fault */
	struct rowan_term terms[ROWAN_TERMS];
};

/* What rowan_update_where() gives a column: see rowan_assign(). */
struct rowan_assignment {
	struct rowan_term term;
};

/* A sort key of a query. */
struct rowan_order {
	struct rowan_column column;
	bool descending;
};

#ifdef __cplusplus
extern "C" {
#endif

#define ROWAN_END_ UINT16_MAX	/* the length that ends a list of expressions */
ROWAN_API struct rowan_expr rowan_join_(enum rowan_op op, const struct rowan_expr *parts);

/*
 * A copy of `expr` that owns its operands: text, bytes and lists are copied
 * into the session's arena, and the copy counts as one term however long
 * `expr` is.  It lives until rowan_clear() or the session's end.
 */
ROWAN_API struct rowan_expr rowan_keep(struct rowan_session *session, struct rowan_expr expr);

#ifdef __cplusplus
}
#else

/* ---- columns -------------------------------------------------------------- */

/* A column handle carries its kind in its type. */
struct rowan_int_column { struct rowan_column column; };
struct rowan_bool_column { struct rowan_column column; };
struct rowan_double_column { struct rowan_column column; };
struct rowan_text_column { struct rowan_column column; };
struct rowan_bytes_column { struct rowan_column column; };
struct rowan_datetime_column { struct rowan_column column; };
struct rowan_date_column { struct rowan_column column; };
struct rowan_time_column { struct rowan_column column; };
struct rowan_uuid_column { struct rowan_column column; };

#define ROWAN_COLUMN_(kind_, model_, member_) (struct rowan_##kind_##_column){ \
	{ &model_##_model, offsetof(struct model_, member_) } }

/* The handle of a member: rowan_column(user, email). */
#define rowan_column(model_, member_) _Generic(&((struct model_ *)0)->member_, \
	int16_t *: ROWAN_COLUMN_(int, model_, member_), \
	int32_t *: ROWAN_COLUMN_(int, model_, member_), \
	int64_t *: ROWAN_COLUMN_(int, model_, member_), \
	struct rowan_opt_int16 *: ROWAN_COLUMN_(int, model_, member_), \
	struct rowan_opt_int32 *: ROWAN_COLUMN_(int, model_, member_), \
	struct rowan_opt_int64 *: ROWAN_COLUMN_(int, model_, member_), \
	bool *: ROWAN_COLUMN_(bool, model_, member_), \
	struct rowan_opt_bool *: ROWAN_COLUMN_(bool, model_, member_), \
	double *: ROWAN_COLUMN_(double, model_, member_), \
	struct rowan_opt_double *: ROWAN_COLUMN_(double, model_, member_), \
	const char **: ROWAN_COLUMN_(text, model_, member_), \
	struct rowan_bytes *: ROWAN_COLUMN_(bytes, model_, member_), \
	struct rowan_datetime *: ROWAN_COLUMN_(datetime, model_, member_), \
	struct rowan_opt_datetime *: ROWAN_COLUMN_(datetime, model_, member_), \
	struct rowan_date *: ROWAN_COLUMN_(date, model_, member_), \
	struct rowan_opt_date *: ROWAN_COLUMN_(date, model_, member_), \
	struct rowan_time *: ROWAN_COLUMN_(time, model_, member_), \
	struct rowan_opt_time *: ROWAN_COLUMN_(time, model_, member_), \
	struct rowan_uuid *: ROWAN_COLUMN_(uuid, model_, member_), \
	struct rowan_opt_uuid *: ROWAN_COLUMN_(uuid, model_, member_))

#include <rowan/detail/compare.h>

/* ---- comparisons ---------------------------------------------------------- */

/*
 * column op value, or column op column of the same kind.  A value is of the
 * column's C type or its rowan_opt_*; NULL text and an unset opt mean IS NULL
 * for eq and IS NOT NULL for ne.
 */
#define rowan_eq(column_, value_) rowan_compare_(ROWAN_OP_EQ, column_, value_)
#define rowan_ne(column_, value_) rowan_compare_(ROWAN_OP_NE, column_, value_)
#define rowan_lt(column_, value_) rowan_compare_(ROWAN_OP_LT, column_, value_)
#define rowan_le(column_, value_) rowan_compare_(ROWAN_OP_LE, column_, value_)
#define rowan_gt(column_, value_) rowan_compare_(ROWAN_OP_GT, column_, value_)
#define rowan_ge(column_, value_) rowan_compare_(ROWAN_OP_GE, column_, value_)

#define rowan_is_null(column_) rowan_test_(ROWAN_OP_IS_NULL, (column_).column)
#define rowan_is_not_null(column_) rowan_test_(ROWAN_OP_IS_NOT_NULL, (column_).column)

/* low <= column and column <= high */
#define rowan_between(column_, low_, high_) \
	rowan_and(rowan_ge(column_, low_), rowan_le(column_, high_))

/*
 * column in (items[0] .. items[count - 1]); any count, one statement text.
 * Items are int64_t for every integer column, const char * for text, and the
 * member's own type for double, datetime, date, time and UUID.
 */
#define rowan_in(column_, items_, count_) \
	rowan_by_list_kind_(in, column_)(column_, items_, count_)

/*
 * Text.  rowan_like() takes a pattern with % and _, which a backslash before
 * them makes literal; the others take literal text, in which % and _ mean
 * themselves.  All are case-sensitive, on every engine.
 */
static inline struct rowan_expr rowan_like(struct rowan_text_column column, const char *pattern)
{ return rowan_text_test_(ROWAN_OP_LIKE, column, pattern); }
static inline struct rowan_expr rowan_contains(struct rowan_text_column column, const char *text)
{ return rowan_text_test_(ROWAN_OP_CONTAINS, column, text); }
static inline struct rowan_expr rowan_starts_with(struct rowan_text_column column, const char *text)
{ return rowan_text_test_(ROWAN_OP_STARTS_WITH, column, text); }
static inline struct rowan_expr rowan_ends_with(struct rowan_text_column column, const char *text)
{ return rowan_text_test_(ROWAN_OP_ENDS_WITH, column, text); }

/* ---- combinations --------------------------------------------------------- */

/* Arguments are expanded once, so nesting does not double the text per level. */
#define ROWAN_PARTS_(...) \
	((const struct rowan_expr[]){ __VA_ARGS__, { .length = ROWAN_END_ } })
#define rowan_and(...) rowan_join_(ROWAN_OP_AND, ROWAN_PARTS_(__VA_ARGS__))
#define rowan_or(...) rowan_join_(ROWAN_OP_OR, ROWAN_PARTS_(__VA_ARGS__))
#define rowan_not(expr_) rowan_join_(ROWAN_OP_NOT, ROWAN_PARTS_(expr_))

/* ---- assignments ----------------------------------------------------------- */

/*
 * A column becomes a value of its C type or its rowan_opt_*, NULL for NULL text or an unset
 * opt, or what another column of the same kind is; or a number grows, by less than nothing
 * if need be.  Text and bytes are borrowed until the update has run.
 */
#define rowan_assign(column_, value_) \
	((struct rowan_assignment){ rowan_compare_(ROWAN_OP_EQ, column_, value_).terms[0] })
#define rowan_increase(column_, by_) rowan_increase_(column_, by_)

#define rowan_asc(column_) { (column_).column, false }
#define rowan_desc(column_) { (column_).column, true }

#endif /* __cplusplus */
#endif
