/* SPDX-License-Identifier: MIT */
#include <rowan/expr.h>

#include <string.h>

static struct rowan_expr faulty(enum rowan_fault fault)
{
	struct rowan_expr expr;

	expr.length = 0;
	expr.fault = (uint16_t)fault;
	return expr;
}

/* Parts are copied one after another: postfix needs nothing but the join behind them. */
struct rowan_expr rowan_join_(enum rowan_op op, const struct rowan_expr *parts)
{
	struct rowan_expr joined;	/* only the used terms are ever read */
	unsigned arity = 0;

	joined.length = 0;
	joined.fault = ROWAN_FAULT_NONE;
	for (; parts->length != ROWAN_END_; parts++) {
		if (parts->fault)
			return faulty((enum rowan_fault)parts->fault);
		if (parts->length == 0)
			continue;
		if (joined.length + parts->length > ROWAN_TERMS)
			return faulty(ROWAN_FAULT_TOO_LONG);
		memcpy(&joined.terms[joined.length], parts->terms,
		       parts->length * sizeof(parts->terms[0]));
		joined.length = (uint16_t)(joined.length + parts->length);
		arity++;
	}
	if (arity == 0 && op == ROWAN_OP_OR)
		op = ROWAN_OP_FALSE;
	else if (arity == 0 || (arity == 1 && op != ROWAN_OP_NOT))
		return joined;
	if (joined.length == ROWAN_TERMS)
		return faulty(ROWAN_FAULT_TOO_LONG);
	joined.terms[joined.length++] = (struct rowan_term){
		.op = (uint8_t)op, .arity = (uint16_t)arity,
	};
	return joined;
}
