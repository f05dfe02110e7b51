/* SPDX-License-Identifier: MIT */
/* Which foreign key a relation goes by, and which relation is its mirror. */
#include "model/draft.h"
#include "model/key.h"

#include <string.h>

/* ---- looking for the foreign key ------------------------------------------- */

static void report_ambiguous(struct draft *draft, const struct relation *relation,
			     const struct foreign_key *one, const struct foreign_key *other,
			     const char *option)
{
	mistake(draft, "%s.%s is ambiguous: %s or %s? say .%s = ROWAN_KEY(..)",
		RELATION_NAMES(relation), key_names(&one->columns).text,
		key_names(&other->columns).text, option);
}

/*
 * The foreign keys of `from` that refer to `to`, `except` one.  Several are
 * ambiguous: that is reported, with the names of two, and what says which.
 */
static size_t find_key(struct draft *draft, const struct relation *relation,
		       const struct plan *from, const struct plan *to,
		       const struct foreign_key *except, const char *option,
		       const struct foreign_key **out)
{
	size_t count = 0;

	*out = NULL;
	for (size_t i = 0; i < from->foreign_key_count; i++) {
		const struct foreign_key *key = &from->foreign_keys[i];

		if (key->target != to || (except && key == except))
			continue;
		if (++count == 2)
			report_ambiguous(draft, relation, *out, key, option);
		if (count == 1)
			*out = key;
	}
	return count;
}

/*
 * The foreign key with the column that an option names, to `to` if that is not NULL; reported
 * if there is none, or more than one.
 */
static const struct foreign_key *named_key(struct draft *draft, const struct relation *relation,
					   struct rowan_column name, const char *option,
					   const struct plan *to)
{
	const struct column *column = draft_column(draft, name);
	const struct foreign_key *found = NULL;

	if (!column) {
		mistake(draft, "%s.%s: .%s names no field", RELATION_NAMES(relation), option);
		return NULL;
	}
	for (size_t i = 0; i < column->plan->foreign_key_count; i++) {
		const struct foreign_key *key = &column->plan->foreign_keys[i];

		if (!key_has(&key->columns, column) || (to && key->target != to))
			continue;
		if (found) {
			mistake(draft, "%s.%s: .%s: %s.%s is in two foreign keys: name a column that "
				"only one has", RELATION_NAMES(relation), option,
				COLUMN_NAMES(column));
			return NULL;
		}
		found = key;
	}
	if (!found)
		mistake(draft, "%s.%s: .%s: %s.%s is no foreign key to %s",
			RELATION_NAMES(relation), option, COLUMN_NAMES(column),
			to ? to->model->name : "either side");
	return found;
}

/* ---- tying ----------------------------------------------------------------- */

static void belongs_to(struct relation *relation, const struct foreign_key *key)
{
	relation->kind = RELATION_BELONGS_TO;
	relation->local = key->columns;
	relation->remote = key->references;
}

static void has(struct draft *draft, struct relation *relation, const struct foreign_key *key)
{
	relation->kind = relation->declared->many ? RELATION_HAS_MANY : RELATION_HAS_ONE;
	relation->local = key->references;
	relation->remote = key->columns;
	if (relation->kind == RELATION_HAS_ONE && !key_is_unique(&key->columns))
		mistake(draft, "%s.%s leads to one row: %s must be .unique",
			RELATION_NAMES(relation), key_names(&key->columns).text);
}

static void tie_by_name(struct draft *draft, struct relation *relation)
{
	const struct foreign_key *key = named_key(draft, relation, relation->declared->foreign_key,
						  "foreign_key", NULL);

	if (!key)
		return;
	if (!relation->declared->many && key->plan == relation->owner
	    && key->target == relation->target)
		belongs_to(relation, key);
	else if (key->plan == relation->target && key->target == relation->owner)
		has(draft, relation, key);
	else
		mistake(draft, "%s.%s: .foreign_key: %s does not join %s and %s",
			RELATION_NAMES(relation), key_names(&key->columns).text,
			relation->owner->model->name, relation->target->model->name);
}

/* Our own foreign key wins: of a tree's parent and children it is the parent's. */
static void tie_by_search(struct draft *draft, struct relation *relation)
{
	const struct foreign_key *key;
	size_t count = 0;

	if (!relation->declared->many) {
		count = find_key(draft, relation, relation->owner, relation->target, NULL,
				 "foreign_key", &key);
		if (count == 1)
			belongs_to(relation, key);
		if (count)
			return;
	}
	count = find_key(draft, relation, relation->target, relation->owner, NULL,
			 "foreign_key", &key);
	if (count == 1)
		has(draft, relation, key);
	else if (count == 0)
		mistake(draft, "%s.%s: there is no foreign key between %s and %s",
			RELATION_NAMES(relation), relation->owner->model->name,
			relation->target->model->name);
}

/* One of a link's two keys; `other` is the one that is taken. */
static const struct foreign_key *link_key(struct draft *draft, struct relation *relation,
					  struct rowan_column named, const char *option,
					  const struct plan *to, const struct foreign_key *other)
{
	const struct foreign_key *key;
	size_t count;

	if (named.model) {
		key = named_key(draft, relation, named, option, to);
		if (key && key->plan == relation->link)
			return key;
		if (key)
			mistake(draft, "%s.%s: .%s: %s is not a field of the link %s",
				RELATION_NAMES(relation), option, key_names(&key->columns).text,
				relation->link->model->name);
		return NULL;
	}
	count = find_key(draft, relation, relation->link, to, other, option, &key);
	if (count == 0)
		mistake(draft, "%s.%s: the link %s has no foreign key to %s",
			RELATION_NAMES(relation), relation->link->model->name, to->model->name);
	return count == 1 ? key : NULL;
}

/* The way to the rows of the link alone. */
static void tie_links(struct draft *draft, struct relation *relation)
{
	struct relation *links = draft_alloc(draft, sizeof(*links));

	if (!links)
		return;
	*links = (struct relation){
		.declared = relation->declared, .kind = RELATION_HAS_MANY,
		.owner = relation->owner, .target = relation->link,
		.local = relation->local, .remote = relation->link_local,
	};
	relation->links = links;
}

static void tie_through(struct draft *draft, struct relation *relation)
{
	const struct rowan_relation *declared = relation->declared;
	bool own_side_first = declared->foreign_key.model || !declared->remote_key.model;
	const struct foreign_key *local = NULL, *remote = NULL;

	/* In a link between rows of one table a side that is named leaves the other. */
	if (!own_side_first)
		remote = link_key(draft, relation, declared->remote_key, "remote_key",
				  relation->target, NULL);
	if (own_side_first || remote)
		local = link_key(draft, relation, declared->foreign_key, "foreign_key",
				 relation->owner, remote);
	if (own_side_first && local)
		remote = link_key(draft, relation, declared->remote_key, "remote_key",
				  relation->target, local);
	if (!local || !remote)
		return;
	if (local == remote) {
		mistake(draft, "%s.%s: .foreign_key and .remote_key are the same",
			RELATION_NAMES(relation));
		return;
	}
	relation->kind = RELATION_MANY_TO_MANY;
	relation->link_local = local->columns;
	relation->link_remote = remote->columns;
	relation->local = local->references;
	relation->remote = remote->references;
	tie_links(draft, relation);
}

/* Rows are found by a list of keys, and bytes make no list. */
static void check_key_type(struct draft *draft, const struct relation *relation)
{
	for (size_t i = 0; i < relation->local.count; i++)
		if (relation->local.slots[i].type == ROWAN_TYPE_BYTES ||
		    relation->remote.slots[i].type == ROWAN_TYPE_BYTES)
			mistake(draft, "%s.%s: a relation cannot go by a key of bytes",
				RELATION_NAMES(relation));
}

static void check_cascade(struct draft *draft, const struct relation *relation)
{
	enum rowan_cascade cascade = relation->declared->cascade;

	if ((unsigned)cascade > ROWAN_CASCADE_DELETE_ORPHAN)
		mistake(draft, "%s.%s: .cascade is none of ROWAN_CASCADE_*",
			RELATION_NAMES(relation));
	else if (cascade && relation->local.count && relation->kind == RELATION_BELONGS_TO)
		mistake(draft, "%s.%s: .cascade is for the side that does not have the foreign key",
			RELATION_NAMES(relation));
	else if (cascade == ROWAN_CASCADE_DELETE_ORPHAN && relation->kind == RELATION_MANY_TO_MANY)
		mistake(draft, "%s.%s: rows of a relation .through a link are no orphans: "
			"ROWAN_CASCADE_DELETE deletes the links", RELATION_NAMES(relation));
}

static void tie(struct draft *draft, struct relation *relation)
{
	const struct rowan_relation *declared = relation->declared;

	/* A struct that is no model was reported when it was met. */
	if (!declared->target)
		mistake(draft, "%s.%s leads to no model", RELATION_NAMES(relation));
	if (!relation->target || (declared->through && !relation->link))
		return;
	if (declared->through && !declared->many)
		mistake(draft, "%s.%s: .through is for relations to many",
			RELATION_NAMES(relation));
	else if (declared->remote_key.model && !declared->through)
		mistake(draft, "%s.%s: .remote_key is for relations with .through",
			RELATION_NAMES(relation));
	else if (declared->through)
		tie_through(draft, relation);
	else if (declared->foreign_key.model)
		tie_by_name(draft, relation);
	else
		tie_by_search(draft, relation);
	check_key_type(draft, relation);
	check_cascade(draft, relation);
}

void tie_relations(struct draft *draft, struct drafted *drafted)
{
	const struct rowan_model *model = drafted->plan.model;

	for (size_t i = 0; i < model->relation_count; i++) {
		struct relation *relation = &drafted->relations[i];

		*relation = (struct relation){
			.declared = &model->relations[i],
			.owner = &drafted->plan,
			.target = draft_plan(draft, model->relations[i].target),
			.link = draft_plan(draft, model->relations[i].through),
			.index = (uint32_t)i,
			.offset = model->relations[i].offset,
		};
		tie(draft, relation);
		drafted->plan.cascades |= relation->declared->cascade != ROWAN_CASCADE_NONE;
	}
}

/* ---- mirrors --------------------------------------------------------------- */

static const struct relation *relation_named(const struct plan *plan, const char *name)
{
	for (size_t i = 0; i < plan->relation_count; i++) {
		const struct relation *relation = &plan->relations[i];

		if (relation->declared->name && strcmp(relation->declared->name, name) == 0)
			return relation;
	}
	return NULL;
}

/* Whether they are of one foreign key. */
static bool is_key(const struct key *a, const struct key *b)
{
	return a->columns == b->columns;
}

/* Whether two relations are the two sides of the same keys. */
static bool is_mirror(const struct relation *a, const struct relation *b)
{
	if (a->kind == RELATION_MANY_TO_MANY || b->kind == RELATION_MANY_TO_MANY)
		return a->kind == b->kind && is_key(&a->link_local, &b->link_remote)
			&& is_key(&a->link_remote, &b->link_local);
	return is_key(&a->local, &b->remote) && is_key(&a->remote, &b->local);
}

static void pair(struct draft *draft, struct relation *relation)
{
	const char *wanted = relation->declared->back_populates;
	const struct relation *back;

	if (!wanted || !relation->target || !relation->declared->name)
		return;
	back = relation_named(relation->target, wanted);
	if (!back) {
		mistake(draft, "%s.%s: .back_populates: %s has no relation \"%s\"",
			RELATION_NAMES(relation), relation->target->model->name, wanted);
		return;
	}
	if (back->target != relation->owner || !back->declared->back_populates
	    || strcmp(back->declared->back_populates, relation->declared->name) != 0)
		mistake(draft, "%s.%s: .back_populates: %s.%s does not point back",
			RELATION_NAMES(relation), RELATION_NAMES(back));
	else if (relation->local.count && back->local.count && !is_mirror(relation, back))
		mistake(draft, "%s.%s: .back_populates: %s.%s does not use the same foreign key",
			RELATION_NAMES(relation), RELATION_NAMES(back));
	else
		relation->back = back;
}

void pair_relations(struct draft *draft, struct drafted *drafted)
{
	for (size_t i = 0; i < drafted->plan.relation_count; i++)
		pair(draft, &drafted->relations[i]);
}
