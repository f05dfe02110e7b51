/* SPDX-License-Identifier: MIT */
#ifndef MODEL_PLAN_H
#define MODEL_PLAN_H

/*
 * Plans: what a model table comes to once it was checked: names resolved,
 * relations tied to their foreign keys, columns laid out for the drivers.
 *
 * A plan is made the first time its model is met, together with those of all
 * models that it reaches, is immutable from then on and lives as long as the
 * process.
 */

#include "base/slot.h"

#include <rowan/model.h>

struct plan;

struct column {
	const struct rowan_field *field;
	const struct plan *plan;
	const char *name;		/* of the column */
	uint32_t index;			/* in plan->columns and plan->slots */
	bool key;
	const char *unique;		/* the name of its constraint, or NULL */
	const char *check;		/* .. of one that checks it alone, if there is one */
	bool omittable;			/* an INSERT leaves it out where it is not set */
};

/* Columns that together refer to a row, or are referred to; their slots in the same order. */
struct key {
	const struct column *const *columns;
	const struct slot *slots;
	size_t count;
};

/* Columns, and those of the target that they refer to, side by side. */
struct foreign_key {
	const char *name;
	const struct plan *plan, *target;
	struct key columns, references;
	enum rowan_on_delete on_delete;
	bool own_index;			/* .. of its own table, by an index, which is made after it */
};

/* An index, or a unique one; of one column or of several. */
struct index {
	const char *name;
	const struct column *const *columns;
	size_t column_count;
	bool unique;
	const char *where;		/* SQL, or NULL */
};

struct check {
	const char *name;
	const struct rowan_check_sql *declared;
};

enum relation_kind {
	RELATION_BELONGS_TO,	/* local: the foreign key; remote: what it refers to */
	RELATION_HAS_ONE,	/* local: what is referred to; remote: the foreign key */
	RELATION_HAS_MANY,	/* the same */
	RELATION_MANY_TO_MANY,	/* local, remote: as referred to by the link's two keys */
};

struct relation {
	const struct rowan_relation *declared;
	enum relation_kind kind;
	const struct plan *owner, *target, *link;
	struct key local, remote;	/* of as many columns */
	struct key link_local, link_remote;	/* MANY_TO_MANY only */
	const struct relation *links;	/* .. : from the owner to the rows of the link */
	const struct relation *back;	/* back_populates, or NULL */
	uint32_t index;			/* in owner->relations */
	uint32_t offset;		/* of the slot */
};

struct plan {
	const struct rowan_model *model;
	const char *table;
	const char *primary_key;	/* the constraint's name */
	uint32_t id;			/* small and unique: an index for tables by plan */
	size_t column_count, key_count, relation_count;
	const struct column *columns;
	const struct slot *slots;	/* one per column, in the same order */
	const struct column *const *keys;
	const struct column *generated;	/* the integer primary key that the database numbers */
	const struct column *version;	/* counts updates; NULL = nothing does */
	bool acted_upon;		/* has a foreign key with an action on delete */
	bool cascades;			/* .. a relation that deletes cascade along */
	const struct column *const *stamped;	/* those with .on_update */
	size_t stamped_count;
	const struct column *const *omittable;
	size_t omittable_count;
	const struct relation *relations;
	const struct foreign_key *foreign_keys;
	size_t foreign_key_count;
	const struct index *indexes;
	size_t index_count;
	const struct check *checks;
	size_t check_count;

	/*
	 * The struct's 8-byte words with a byte that belongs to no column and no slot:
	 * padding, or a member of the user's own.  New rows have them zeroed.
	 */
	const uint32_t *loose_words;
	size_t loose_count;

	/*
	 * Tables are written in the order of their rank, referred ones first.  Those
	 * that refer to each other in a circle share one.
	 */
	uint32_t rank;
	bool circular;			/* refers to a table of its rank: another, or itself */

	const struct plan *next;	/* planned before this one; see plan_next() */
};

/* Checks and plans; the error lists every mistake.  `error` may be NULL. */
int plan_make_(const struct rowan_model *model, const struct plan **out,
	       struct rowan_error *error);

static inline int plan_of(const struct rowan_model *model, const struct plan **out,
			  struct rowan_error *error)
{
	if (model && model->plan_) {
		*out = __atomic_load_n((const struct plan **)model->plan_, __ATOMIC_ACQUIRE);
		if (*out)
			return ROWAN_OK;
	}
	return plan_make_(model, out, error);
}

/* The same for what needs a table: ROWAN_MISUSE if the model has none. */
int plan_no_table_(const struct plan *plan, struct rowan_error *error);
static inline int table_plan_of(const struct rowan_model *model, const struct plan **out,
				struct rowan_error *error)
{
	int status = plan_of(model, out, error);

	return status == ROWAN_OK && (*out)->model->data_only ? plan_no_table_(*out, error) : status;
}

/* The column or relation at an offset, or NULL. */
const struct column *plan_column_at(const struct plan *plan, uint32_t offset);
const struct relation *plan_relation_at(const struct plan *plan, uint32_t offset);
/* The column with this name, or NULL. */
const struct column *plan_column_named(const struct plan *plan, const char *name);
/* A field's name, or the last part of it where it is a member of an embedded struct. */
const char *field_name(const struct rowan_field *field);
/* The column of the field with this name, or with this last part of its name, or NULL. */
const struct column *plan_field_named(const struct plan *plan, const char *name);

/* Whether their tables are in one schema; names differ by more than case. */
bool plan_same_schema(const struct plan *a, const struct plan *b);

/* Every plan made so far, newest first: the one after `after` (NULL: the first), or NULL. */
const struct plan *plan_next(const struct plan *after);

#endif
