/* SPDX-License-Identifier: MIT */
#include "dialect/render.h"

/*
 * Terms are in postfix order: a join follows its operands, and the last term is
 * the root.  Operands are found from the end, and written from the first.
 */

static const char *const operators[ROWAN_OP_COUNT_] = {
	[ROWAN_OP_EQ] = " = ",
	[ROWAN_OP_NE] = " <> ",
	[ROWAN_OP_LT] = " < ",
	[ROWAN_OP_LE] = " <= ",
	[ROWAN_OP_GT] = " > ",
	[ROWAN_OP_GE] = " >= ",
	[ROWAN_OP_IS_NULL] = " IS NULL",
	[ROWAN_OP_IS_NOT_NULL] = " IS NOT NULL",
	[ROWAN_OP_LIKE] = " LIKE ",
	[ROWAN_OP_CONTAINS] = " LIKE ",
	[ROWAN_OP_STARTS_WITH] = " LIKE ",
	[ROWAN_OP_ENDS_WITH] = " LIKE ",
	[ROWAN_OP_AND] = " AND ",
	[ROWAN_OP_OR] = " OR ",
};

static void render_tree(struct render *render, const struct plan *plan,
			const struct rowan_term *root);

static const struct column *column_of(const struct plan *plan, struct rowan_column handle)
{
	return plan_column_at(plan, handle.offset);
}

static void render_leaf(struct render *render, const struct plan *plan,
			const struct rowan_term *term)
{
	const struct column *left = column_of(plan, term->left);

	render_column(render, left);
	text_add(render->sql, operators[term->op]);
	if (term->operand == ROWAN_OPERAND_COLUMN)
		render_column(render, column_of(plan, term->right.column));
	else if (term->operand == ROWAN_OPERAND_VALUE)
		render_value(render, left);

	/* PostgreSQL's default, which SQLite lacks: \% and \_ mean themselves in both. */
	if (term->op >= ROWAN_OP_LIKE && term->op <= ROWAN_OP_ENDS_WITH)
		text_add(render->sql, " ESCAPE '\\'");
}

/* The first term of the expression that ends at `root`. */
static const struct rowan_term *first_of(const struct rowan_term *root)
{
	const struct rowan_term *first = root;

	for (unsigned i = 0; i < root->arity; i++)
		first = first_of(first - 1);
	return first;
}

/* What stands in place of kept terms. */
static const struct rowan_term *unkept(const struct rowan_term *term)
{
	while (term->op == ROWAN_OP_KEPT)
		term = term->right.kept.terms + term->right.kept.count - 1;
	return term;
}

/* An operand of AND and OR; another AND or OR in it keeps its parentheses. */
static void render_operand(struct render *render, const struct plan *plan,
			   const struct rowan_term *root)
{
	enum rowan_op op = (enum rowan_op)unkept(root)->op;
	bool nested = op == ROWAN_OP_AND || op == ROWAN_OP_OR;

	if (nested)
		text_add_char(render->sql, '(');
	render_tree(render, plan, root);
	if (nested)
		text_add_char(render->sql, ')');
}

/* `count` operands of which the last ends at `last`. */
static void render_operands(struct render *render, const struct plan *plan,
			    const struct rowan_term *last, unsigned count, const char *between)
{
	if (count > 1) {
		render_operands(render, plan, first_of(last) - 1, count - 1, between);
		text_add(render->sql, between);
	}
	render_operand(render, plan, last);
}

static void render_tree(struct render *render, const struct plan *plan,
			const struct rowan_term *root)
{
	root = unkept(root);
	switch (root->op) {
	case ROWAN_OP_AND:
	case ROWAN_OP_OR:
		render_operands(render, plan, root - 1, root->arity, operators[root->op]);
		break;
	case ROWAN_OP_NOT:
		text_add(render->sql, "NOT (");
		render_tree(render, plan, root - 1);
		text_add_char(render->sql, ')');
		break;
	case ROWAN_OP_FALSE:
		text_add(render->sql, "FALSE");
		break;
	case ROWAN_OP_IN:
		render_in(render, column_of(plan, root->left));
		break;
	default:
		render_leaf(render, plan, root);
	}
}

void render_where(struct render *render, const struct plan *plan, const struct rowan_expr *where)
{
	if (where->length == 0)
		return;
	text_add(render->sql, " WHERE ");
	render_tree(render, plan, &where->terms[where->length - 1]);
}

void render_and(struct render *render, const struct plan *plan, const struct rowan_expr *where)
{
	if (where->length == 0)
		return;
	text_add(render->sql, " AND ");
	render_operand(render, plan, &where->terms[where->length - 1]);
}
