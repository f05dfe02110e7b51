/* SPDX-License-Identifier: MIT */
/*
 * The order in which tables can be written: Tarjan's strongly connected
 * components over foreign keys.  A component is complete once all that it
 * refers to is, which makes its rank one more than the highest of those.
 */
#include "model/draft.h"

struct ranking {
	struct draft *draft;
	struct drafted *stack;
	uint32_t visited;
};

/* The draft that a foreign key leads to; NULL if it was published before. */
static struct drafted *referred(const struct draft *draft, const struct foreign_key *key)
{
	for (struct drafted *d = draft->first; d; d = d->next) {
		if (&d->plan == key->target)
			return d;
	}
	return NULL;
}

/* Above everything that a component's member refers to outside of it. */
static uint32_t rank_above(const struct draft *draft, const struct drafted *member)
{
	uint32_t rank = 0;

	for (size_t i = 0; i < member->plan.foreign_key_count; i++) {
		const struct foreign_key *key = &member->plan.foreign_keys[i];
		const struct drafted *target = referred(draft, key);

		if ((!target || target->ranked) && key->target->rank >= rank)
			rank = key->target->rank + 1;
	}
	return rank;
}

/* Take the component that `root` began off the stack. */
static void rank_component(struct ranking *ranking, struct drafted *root)
{
	struct drafted *end = root->below;
	uint32_t rank = 0;

	for (struct drafted *d = ranking->stack; d != end; d = d->below) {
		uint32_t above = rank_above(ranking->draft, d);

		rank = above > rank ? above : rank;
	}
	for (; ranking->stack != end; ranking->stack = ranking->stack->below) {
		ranking->stack->plan.rank = rank;
		ranking->stack->ranked = true;
		ranking->stack->waiting = false;
	}
}

static void visit(struct ranking *ranking, struct drafted *node)
{
	node->order = node->low = ++ranking->visited;
	node->below = ranking->stack;
	node->waiting = true;
	ranking->stack = node;

	for (size_t i = 0; i < node->plan.foreign_key_count; i++) {
		struct drafted *target = referred(ranking->draft, &node->plan.foreign_keys[i]);

		if (!target)
			continue;
		if (!target->order)
			visit(ranking, target);
		if (target->waiting && target->low < node->low)
			node->low = target->low;
	}
	if (node->low == node->order)
		rank_component(ranking, node);
}

static bool is_circular(const struct plan *plan)
{
	for (size_t i = 0; i < plan->foreign_key_count; i++) {
		if (plan->foreign_keys[i].target->rank == plan->rank)
			return true;
	}
	return false;
}

void rank_plans(struct draft *draft)
{
	struct ranking ranking = { .draft = draft };

	for (struct drafted *d = draft->first; d; d = d->next) {
		if (!d->order)
			visit(&ranking, d);
	}
	for (struct drafted *d = draft->first; d; d = d->next)
		d->plan.circular = is_circular(&d->plan);
}
