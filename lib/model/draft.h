/* SPDX-License-Identifier: MIT */
#ifndef MODEL_DRAFT_H
#define MODEL_DRAFT_H

/*
 * Plans in the making: those of a model and of all that it reaches by foreign
 * keys, relations and links.  They are checked together and published together,
 * or not at all.
 */

#include "base/arena.h"
#include "base/text.h"
#include "model/plan.h"

struct drafted {
	struct plan plan;
	struct column *columns;		/* the plan's, still to be written to */
	struct slot *slots;
	struct relation *relations;
	struct drafted *next;
	uint32_t order, low;		/* rank.c's */
	bool waiting, ranked;
	struct drafted *below;
};

struct draft {
	struct arena arena;
	struct drafted *first, **tail;
	struct text report;		/* a line per mistake */
	size_t mistakes;
	bool no_memory;
	const struct rowan_naming *naming;
};

/* Zeroed memory that lives as long as the plans; NULL sets draft->no_memory. */
void *draft_alloc(struct draft *draft, size_t size);

void mistake(struct draft *draft, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* The plan of a model, drafted or published before; NULL if it is no model. */
const struct plan *draft_plan(const struct draft *draft, const struct rowan_model *model);

/* The column that a ROWAN_KEY() names, or NULL. */
const struct column *draft_column(const struct draft *draft, struct rowan_column key);

/* For "%s.%s": the member a column or a relation stands for, "task.owner_id". */
#define COLUMN_NAMES(column_) (column_)->plan->model->name, (column_)->field->name
#define RELATION_NAMES(relation_) (relation_)->owner->model->name, (relation_)->declared->name

/* case.c: append a name in another case; the plural of what was appended. */
void add_in_case(struct text *text, const char *name, enum rowan_case wanted);
void make_plural(struct text *text);

/* names.c: what the database knows it by.  NULL: no memory. */
const char *table_name(struct draft *draft, const struct rowan_model *model);
const char *column_name(struct draft *draft, const struct rowan_field *field);
const char *primary_key_name(struct draft *draft, const struct plan *plan);
const char *check_name(struct draft *draft, const struct plan *plan, const char *name);
void name_constraints(struct draft *draft, struct column *column);
const char *index_name(struct draft *draft, const struct plan *plan, const struct index *index);
const char *foreign_key_name(struct draft *draft, const struct plan *plan, const struct key *key);
void check_names(struct draft *draft);
/* What is wrong with a name in the database, or NULL. */
const char *name_fault(const char *name);

/* constraints.c: indexes and checks. */
void lay_out_indexes(struct draft *draft, struct plan *plan);
void lay_out_checks(struct draft *draft, struct plan *plan);
void check_indexes(struct draft *draft, const struct plan *plan);
void check_checks(struct draft *draft, const struct plan *plan);

/* check.c: what one model says of itself. */
void check_model(struct draft *draft, const struct drafted *drafted);

/* foreign_keys.c: laid out once all models are, and what is wrong with them. */
void lay_out_foreign_keys(struct draft *draft, struct plan *plan);
/* Whether no two rows have the same values in the columns of a key. */
bool key_is_unique(const struct key *key);
/* As COLUMN_NAMES: "task.owner_id", or of several "line (shop_id, number)". */
struct key_names { char text[128]; };
struct key_names key_names(const struct key *key);

/* own_type.c: what a field says of its column's type. */
void check_own_types(struct draft *draft, const struct column *column);

/* loose.c: what of the struct no column and no slot covers. */
void find_loose_words(struct draft *draft, struct plan *plan);

/* relations.c: find each relation's foreign key, then its mirror. */
void tie_relations(struct draft *draft, struct drafted *drafted);
void pair_relations(struct draft *draft, struct drafted *drafted);

/* rank.c */
void rank_plans(struct draft *draft);

#endif
