/* SPDX-License-Identifier: MIT */
#include "schema/tables.h"

#include "base/alloc.h"
#include "base/error.h"

#include <stdio.h>
#include <strings.h>

bool tables_contain(const struct tables *tables, size_t from, const struct plan *plan)
{
	for (size_t i = from; i < tables->count; i++) {
		if (tables->plans[i] == plan)
			return true;
	}
	return false;
}

/* Keeps the list's order among those of one rank. */
static void insert_by_rank(struct tables *tables, const struct plan *plan)
{
	size_t at = tables->count++;

	for (; at > 0 && tables->plans[at - 1]->rank > plan->rank; at--)
		tables->plans[at] = tables->plans[at - 1];
	tables->plans[at] = plan;
}

static bool in_one_schema(const struct dialect *dialect, const struct plan *a,
			  const struct plan *b)
{
	return !dialect->schemas || plan_same_schema(a, b);
}

/* Two models may share a table, but only one of them can describe it. */
static int check_table(const struct tables *tables, const struct dialect *dialect,
		       const struct plan *plan, struct rowan_error *error)
{
	for (size_t i = 0; i < tables->count; i++) {
		const struct plan *other = tables->plans[i];

		if (strcasecmp(other->table, plan->table) == 0 &&
		    in_one_schema(dialect, other, plan))
			return error_set(error, ROWAN_MISUSE,
					 "%s and %s have the same table name \"%s\"%s",
					 other->model->name, plan->model->name, plan->table,
					 plan_same_schema(other, plan)
					 ? "" : ", and this database has no schemas");
	}
	return ROWAN_OK;
}

int tables_collect(struct tables *tables, const struct rowan_model *const *models,
		   const struct dialect *dialect, struct rowan_error *error)
{
	size_t count = 0;
	int status = ROWAN_OK;

	if (!models)
		return error_set(error, ROWAN_MISUSE, "the list of models is NULL");
	while (models[count])
		count++;
	tables->plans = mem_alloc((count + 1) * sizeof(*tables->plans));
	tables->made = mem_alloc((count + 1) * sizeof(*tables->made));
	if (!tables->plans || !tables->made)
		return error_no_memory(error);

	for (size_t i = 0; i < count && status == ROWAN_OK; i++) {
		const struct plan *plan;

		status = plan_of(models[i], &plan, error);
		if (status < 0 || tables_contain(tables, 0, plan))
			continue;
		status = check_table(tables, dialect, plan, error);
		if (status == ROWAN_OK)
			insert_by_rank(tables, plan);
	}
	return status;
}

void tables_release(struct tables *tables)
{
	mem_free(tables->plans);
	mem_free(tables->made);
}

/* Every table that a foreign key names must be made as well; all that are not, at once. */
static int check_targets(const struct tables *tables, struct rowan_error *error)
{
	int status = ROWAN_OK;

	for (size_t i = 0; i < tables->count; i++) {
		const struct plan *plan = tables->plans[i];

		for (size_t j = 0; j < plan->column_count; j++) {
			const struct column *to = plan->columns[j].references;

			if (!to || tables_contain(tables, 0, to->plan))
				continue;
			if (status == ROWAN_OK)
				status = error_set(error, ROWAN_MISUSE, "%s refers to %s, which is "
						   "not in the list", plan->slots[j].name,
						   to->plan->table);
			else
				error_add(error, "%s refers to %s, which is not in the list",
					  plan->slots[j].name, to->plan->table);
		}
	}
	return status;
}

/* What follows "ix_": one name for a_b.c and a.b_c.  The model's check saw that it fits. */
static void name_index(const struct column *column, char name[64])
{
	snprintf(name, 64, "%s_%s", column->plan->table, column->name);
}

/* The column before `before` whose index has the name, or NULL. */
static const struct column *index_named(const struct tables *tables,
					const struct dialect *dialect, const char *name,
					const struct column *before)
{
	char other[64];

	for (size_t i = 0; i < tables->count; i++) {
		for (size_t j = 0; j < tables->plans[i]->column_count; j++) {
			const struct column *column = &tables->plans[i]->columns[j];

			if (column == before)
				return NULL;
			name_index(column, other);
			if (column->field->index && strcasecmp(name, other) == 0 &&
			    in_one_schema(dialect, column->plan, before->plan))
				return column;
		}
	}
	return NULL;
}

/* IF NOT EXISTS would quietly leave out the second of two indexes with one name. */
static int check_indexes(const struct tables *tables, const struct dialect *dialect,
			 struct rowan_error *error)
{
	char name[64];

	for (size_t i = 0; i < tables->count; i++) {
		for (size_t j = 0; j < tables->plans[i]->column_count; j++) {
			const struct column *column = &tables->plans[i]->columns[j], *other;

			if (!column->field->index)
				continue;
			name_index(column, name);
			other = index_named(tables, dialect, name, column);
			if (other)
				return error_set(error, ROWAN_MISUSE, "the indexes of %s.%s and "
						 "%s.%s have the same name ix_%s",
						 other->plan->table, other->name,
						 column->plan->table, column->name, name);
		}
	}
	return ROWAN_OK;
}

int tables_check(const struct tables *tables, const struct dialect *dialect,
		 struct rowan_error *error)
{
	int status = check_targets(tables, error);

	return status < 0 ? status : check_indexes(tables, dialect, error);
}
