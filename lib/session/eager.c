/* SPDX-License-Identifier: MIT */
#include "session/eager.h"

static struct eager *child_of(struct rowan_session *session, struct eager *parent,
			      const struct relation *relation)
{
	struct eager **link = &parent->children;

	for (; *link; link = &(*link)->next)
		if ((*link)->relation == relation)
			return *link;
	*link = arena_alloc(&session->arena, sizeof(**link));
	if (*link)
		**link = (struct eager){ .relation = relation, .parent = parent, .join = -1 };
	return *link;
}

static bool is_eager(enum rowan_loading loading)
{
	return loading == ROWAN_LOAD_SELECTIN || loading == ROWAN_LOAD_JOINED;
}

/* Queries within queries: more than anybody needs; one could hold itself. */
#define MOST_NESTED 8

static int add_options(struct rowan_session *session, struct eager *root, const struct plan *plan,
		       const struct rowan_query *query, int depth);

/* The query that chooses a relation's rows, checked as any other, and its own options. */
static int add_filter(struct rowan_session *session, struct eager *node,
		      const struct rowan_query *query, struct rowan_site site, int depth)
{
	const struct relation *relation = node->relation;
	struct select *filter = arena_zalloc(&session->arena, sizeof(*filter));
	int status;

	if (!filter)
		return session_no_memory(session, site);
	if ((status = select_check(filter, SELECT_ROWS, query, &session->error)) < 0)
		return session_failed_at(session, status, site);
	if (filter->plan != relation->target)
		return session_fail(session, ROWAN_MISUSE, site,
				    "load: the query for %s.%s selects from %s, not from %s",
				    relation->owner->table, relation->declared->name,
				    filter->plan->table, relation->target->table);
	if (query->lock || query->untracked || depth == MOST_NESTED)
		return session_fail(session, ROWAN_MISUSE, site, "load: the query for %s.%s %s",
				    relation->owner->table, relation->declared->name,
				    query->lock ? "locks rows" : query->untracked
				    ? "is .untracked: the query that it belongs to decides that"
				    : "is nested too deeply");
	warn_of_open_limit(session, query);
	node->filter = filter;
	return add_options(session, node, filter->plan, query, depth + 1);
}

/* Walk an option's path, making the nodes that are not there yet. */
static int add_option(struct rowan_session *session, struct eager *root, const struct plan *plan,
		      const struct rowan_load *load, struct rowan_site site, int depth)
{
	struct eager *node = root;

	for (size_t i = 0; i < ROWAN_STEPS && load->steps[i].model; i++) {
		const struct relation *relation = plan_relation_at(plan, load->steps[i].offset);

		node = child_of(session, node, relation);
		if (!node)
			return session_no_memory(session, site);
		if (!node->named)
			node->loading = load->loading;
		plan = relation->target;
	}
	if (node == root)
		return ROWAN_OK;
	if (node->named && (node->filter || load->query))
		return session_fail(session, ROWAN_MISUSE, site,
				    "load: %s.%s has a query and another option as well",
				    node->relation->owner->table, node->relation->declared->name);
	node->loading = load->loading;
	node->named = true;
	return load->query ? add_filter(session, node, load->query, site, depth) : ROWAN_OK;
}

static int add_options(struct rowan_session *session, struct eager *root, const struct plan *plan,
		       const struct rowan_query *query, int depth)
{
	int status = ROWAN_OK;

	for (size_t i = 0; i < ROWAN_LOADS && query->load[i].steps[0].model && status == ROWAN_OK; i++)
		status = add_option(session, root, plan, &query->load[i], query->site, depth);
	return status;
}

/*
 * Joined relations go into the select, parents first.  Below a relation that is
 * loaded by a statement of its own there is nothing to join to: there JOINED
 * means SELECTIN.
 */
static int collect_joins(struct rowan_session *session, struct eager *node, int from,
			 struct select *select, struct rowan_site site)
{
	for (struct eager *child = node->children; child; child = child->next) {
		int status;

		if (child->loading == ROWAN_LOAD_JOINED && from >= -1) {
			if (select->join_count == SELECT_JOINS)
				return session_fail(session, ROWAN_MISUSE, site,
						    "load: more than %d relations are joined: "
						    "load some by rowan_selectin()", SELECT_JOINS);
			child->join = (int)select->join_count;
			select->joins[select->join_count++] =
				(struct select_join){ child->relation, from };
		} else if (child->loading == ROWAN_LOAD_JOINED) {
			child->loading = ROWAN_LOAD_SELECTIN;
		}
		status = collect_joins(session, child, child->join >= 0 ? child->join : -2, select,
				       site);
		if (status < 0)
			return status;
	}
	return ROWAN_OK;
}

int eager_make(struct rowan_session *session, const struct rowan_query *query,
	       const struct plan *plan, struct select *select, struct eager **out)
{
	struct eager *root;
	int status;

	*out = NULL;
	if (!query->load[0].steps[0].model)
		return ROWAN_OK;
	root = arena_alloc(&session->arena, sizeof(*root));
	if (!root)
		return session_no_memory(session, query->site);
	*root = (struct eager){ .join = -1 };
	if ((status = add_options(session, root, plan, query, 0)) < 0)
		return status;
	*out = root;
	return collect_joins(session, root, -1, select, query->site);
}

void eager_follow(const struct eager *eager, struct peers *peers)
{
	peers->eager = eager;
	for (const struct eager *child = eager ? eager->children : NULL; child; child = child->next)
		peers->loading[child->relation->index] = (uint8_t)child->loading;
}

const struct eager *eager_child(const struct eager *eager, const struct relation *relation)
{
	const struct eager *child = eager ? eager->children : NULL;

	while (child && child->relation != relation)
		child = child->next;
	return child;
}

/* Statements for what is not joined; then the same one level down. */
int eager_load(struct rowan_session *session, struct peers *peers, struct rowan_site site)
{
	const struct eager *child = peers->eager ? peers->eager->children : NULL;

	for (; child; child = child->next) {
		struct peers *loaded = child->peers;
		int status;

		if (!is_eager(child->loading))
			continue;
		if (child->join < 0)
			loaded = load_related(session, peers, child->relation, child->filter, site);
		if (!loaded)
			return session_ready(session);
		if ((status = eager_load(session, loaded, site)) < 0)
			return status;
	}
	return ROWAN_OK;
}
