/* SPDX-License-Identifier: MIT */
/* What the database knows things by. */
#include "model/draft.h"

#include "base/utf8.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#define NAME_MAX_BYTES 63	/* PostgreSQL cuts longer ones, and then they collide */

/* ---- tables and columns --------------------------------------------------------- */

static void add_in_lower_case(struct text *text, const char *name)
{
	for (; *name; name++)
		text_add_char(text, *name >= 'A' && *name <= 'Z' ? (char)(*name - 'A' + 'a') : *name);
}

/* A copy that lives as long as the plan. */
static const char *finished(struct draft *draft, struct text *name)
{
	const char *copy = name->broken ? NULL : arena_text(&draft->arena, name->data, name->length);

	text_release(name);
	if (!copy)
		draft->no_memory = true;
	return copy;
}

const char *table_name(struct draft *draft, const struct rowan_model *model)
{
	struct text name = { 0 };

	if (model->table)
		return model->table;
	if (draft->naming->table_prefix)
		text_add(&name, draft->naming->table_prefix);
	if (draft->naming->tables == ROWAN_CASE_DEFAULT)
		add_in_lower_case(&name, model->name);
	else
		add_in_case(&name, model->name, draft->naming->tables);
	if (draft->naming->plural)
		make_plural(&name);
	return finished(draft, &name);
}

/* A member of an embedded struct, "stamps.created_at", is known by its last part. */
const char *column_name(struct draft *draft, const struct rowan_field *field)
{
	struct text name = { 0 };

	if (field->column || !field->name)
		return field->column ? field->column : "";
	if (draft->naming->columns == ROWAN_CASE_DEFAULT)
		return field_name(field);
	add_in_case(&name, field_name(field), draft->naming->columns);
	return finished(draft, &name);
}

/* ---- constraints ------------------------------------------------------------------ */

static const char *prefix_or(const char *prefix, const char *usual)
{
	return prefix ? prefix : usual;
}

/* prefix, table and words, with "_" between them. */
static const char *joined(struct draft *draft, const char *prefix, const char *table,
			  const char *const *words, size_t count)
{
	struct text name = { 0 };

	text_addf(&name, "%s%s", prefix, table);
	for (size_t i = 0; i < count; i++)
		text_addf(&name, "_%s", words[i]);
	return finished(draft, &name);
}

static const char *unique_prefix(const struct draft *draft)
{
	return prefix_or(draft->naming->unique, "uq_");
}

const char *primary_key_name(struct draft *draft, const struct plan *plan)
{
	return joined(draft, prefix_or(draft->naming->primary_key, "pk_"), plan->table, NULL, 0);
}

const char *check_name(struct draft *draft, const struct plan *plan, const char *name)
{
	return joined(draft, prefix_or(draft->naming->check, "ck_"), plan->table, &name, 1);
}

void name_constraints(struct draft *draft, struct column *column)
{
	const struct rowan_field *field = column->field;
	const char *table = column->plan->table;

	if (field->unique)
		column->unique = joined(draft, unique_prefix(draft), table, &column->name, 1);
	column->check = check_name(draft, column->plan, column->name);
}

static const char *name_of_columns(struct draft *draft, const char *prefix,
				   const struct plan *plan,
				   const struct column *const *columns, size_t count)
{
	const char *words[ROWAN_INDEX_COLUMNS];

	for (size_t i = 0; i < count; i++)
		words[i] = columns[i]->name;
	return joined(draft, prefix, plan->table, words, count);
}

const char *index_name(struct draft *draft, const struct plan *plan, const struct index *index)
{
	return name_of_columns(draft, index->unique ? unique_prefix(draft)
						    : prefix_or(draft->naming->index, "ix_"),
			       plan, index->columns, index->column_count);
}

const char *foreign_key_name(struct draft *draft, const struct plan *plan, const struct key *key)
{
	return name_of_columns(draft, prefix_or(draft->naming->foreign_key, "fk_"), plan,
			       key->columns, key->count);
}

/* ---- what is wrong with them ------------------------------------------------------- */

const char *name_fault(const char *name)
{
	size_t length = strlen(name);

	if (length == 0)
		return "is empty";
	if (!utf8_valid(name, length, NULL))
		return "is not UTF-8";
	if (length > NAME_MAX_BYTES)
		return "is longer than 63 bytes";
	return NULL;
}

static void check_column_name(struct draft *draft, const struct column *column)
{
	const char *const constraints[] = {
		column->unique,
		column->field->type == ROWAN_TYPE_BOOL ? column->check : NULL,
	};
	const char *fault = name_fault(column->name);

	if (!column->field->name)
		return;
	if (fault)
		mistake(draft, "%s.%s: the name of its column %s", COLUMN_NAMES(column), fault);
	for (size_t i = 0; i < sizeof(constraints) / sizeof(constraints[0]) && !fault; i++) {
		fault = constraints[i] ? name_fault(constraints[i]) : NULL;
		if (fault)
			mistake(draft, "%s.%s: the name of its constraint %s %s",
				COLUMN_NAMES(column), constraints[i], fault);
	}
}

static void check_table_name(struct draft *draft, const struct plan *plan)
{
	const char *fault = name_fault(plan->table);

	if (fault)
		mistake(draft, "%s: the name of its table %s", plan->model->name, fault);
	else if ((fault = name_fault(plan->primary_key)))
		mistake(draft, "%s: the name of its constraint %s %s", plan->model->name,
			plan->primary_key, fault);
}

static void check_schema_name(struct draft *draft, const struct plan *plan)
{
	const char *fault = plan->model->schema ? name_fault(plan->model->schema) : NULL;

	if (fault)
		mistake(draft, "%s: the name of its schema %s", plan->model->name, fault);
}

void check_names(struct draft *draft)
{
	for (const struct drafted *d = draft->first; d; d = d->next) {
		if (d->plan.model->data_only)
			continue;
		check_table_name(draft, &d->plan);
		check_schema_name(draft, &d->plan);
		for (size_t i = 0; i < d->plan.column_count; i++)
			check_column_name(draft, &d->plan.columns[i]);
		for (const struct drafted *e = draft->first; e != d; e = e->next) {
			if (!e->plan.model->data_only &&
			    strcasecmp(e->plan.table, d->plan.table) == 0 &&
			    plan_same_schema(&e->plan, &d->plan))
				mistake(draft, "%s and %s have the same table name \"%s\"",
					e->plan.model->name, d->plan.model->name, d->plan.table);
		}
	}
}
