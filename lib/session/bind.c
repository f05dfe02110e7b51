/* SPDX-License-Identifier: MIT */
#include "session/session.h"

#include "query/like.h"

/*
 * Operands are bound in the order of the terms, which is the order in which the
 * dialect numbers its placeholders.
 */

static bool is_secret(const struct execution *run, const struct rowan_term *term)
{
	const struct plan *plan;

	if (!run->watched || plan_of(term->left.model, &plan, NULL) < 0)
		return false;
	return plan_column_at(plan, term->left.offset)->field->secret;
}

struct binding {
	struct rowan_session *session;
	struct execution *run;
	struct arena *arena;	/* for what must stay until the statement is reset */
};

/* Literal text as a pattern. */
static const char *pattern_of(const struct binding *binding, const struct rowan_term *term)
{
	struct text pattern = { 0 };
	char *copy = NULL;

	if (like_pattern(&pattern, (enum rowan_op)term->op, term->right.text))
		copy = arena_text(binding->arena, pattern.data, pattern.length);
	text_release(&pattern);
	return copy;
}

static void bind_terms(const struct binding *binding, const struct rowan_term *terms, size_t count);

static void bind_term(const struct binding *binding, const struct rowan_term *term)
{
	struct execution *run = binding->run;
	const char *pattern;

	switch (term->op) {
	case ROWAN_OP_KEPT:
		bind_terms(binding, term->right.kept.terms, term->right.kept.count);
		return;
	case ROWAN_OP_CONTAINS:
	case ROWAN_OP_STARTS_WITH:
	case ROWAN_OP_ENDS_WITH:
		pattern = pattern_of(binding, term);
		if (!pattern)
			run->status = session_no_memory(binding->session, run->site);
		else
			execution_bind_value(run, ROWAN_TYPE_TEXT, &pattern, is_secret(run, term));
		return;
	case ROWAN_OP_IN:
		execution_bind_list(run, (enum rowan_type)term->type, term->right.list.items,
				    term->right.list.count, is_secret(run, term));
		return;
	default:
		if (term->operand == ROWAN_OPERAND_VALUE)
			execution_bind_value(run, (enum rowan_type)term->type, &term->right,
					     is_secret(run, term));
	}
}

static void bind_terms(const struct binding *binding, const struct rowan_term *terms, size_t count)
{
	for (size_t i = 0; i < count; i++)
		bind_term(binding, &terms[i]);
}

void bind_where(struct rowan_session *session, struct execution *run,
		const struct rowan_expr *where, struct arena *arena)
{
	bind_terms(&(struct binding){ session, run, arena }, where->terms, where->length);
}

void bind_select(struct rowan_session *session, struct execution *run,
		 const struct select *select, struct arena *arena)
{
	const struct rowan_query *query = select->query;
	const struct binding set = { session, run, arena };

	for (size_t i = 0; select->kind == SELECT_UPDATE && i < select->set_count; i++)
		bind_term(&set, &select->set[i].term);
	bind_where(session, run, &query->where, arena);
	if (query->limit)
		execution_bind_value(run, ROWAN_TYPE_INT64, &query->limit, false);
	if (query->offset)
		execution_bind_value(run, ROWAN_TYPE_INT64, &query->offset, false);
}
