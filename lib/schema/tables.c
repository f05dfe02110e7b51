/* SPDX-License-Identifier: MIT */
#include "schema/tables.h"

#include "base/alloc.h"
#include "base/error.h"
#include "model/key.h"

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
		if (status < 0 || plan->model->data_only || tables_contain(tables, 0, plan))
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

static void report_missing(const struct foreign_key *key, struct rowan_error *error)
{
	char columns[192];

	key_columns(&key->columns, columns, sizeof(columns));
	error_add(error, key->columns.count == 1 ? "%s.%s refers to %s, which is not in the list"
			 : "%s (%s) refers to %s, which is not in the list",
		  key->plan->table, columns, key->target->table);
}

/* Every table that a foreign key names must be made as well; all that are not, at once. */
static int check_targets(const struct tables *tables, struct rowan_error *error)
{
	int status = ROWAN_OK;

	for (size_t i = 0; i < tables->count; i++) {
		const struct plan *plan = tables->plans[i];

		for (size_t j = 0; j < plan->foreign_key_count; j++) {
			const struct foreign_key *key = &plan->foreign_keys[j];

			if (tables_contain(tables, 0, key->target))
				continue;
			if (status == ROWAN_OK)
				status = error_set(error, ROWAN_MISUSE, "%s", "");
			report_missing(key, error);
		}
	}
	return status;
}

/*
 * What a table has names for in the one space of tables and indexes: itself, its key and
 * unique constraints, which PostgreSQL has indexes for, and its indexes.  NULL if the i-th
 * has none.
 */
static const char *index_name(const struct plan *plan, size_t i)
{
	if (i < 2)
		return i == 0 ? plan->table : plan->primary_key;
	if (i < 2 + plan->column_count)
		return plan->columns[i - 2].unique;
	return plan->indexes[i - 2 - plan->column_count].name;
}

static size_t index_names(const struct plan *plan)
{
	return 2 + plan->column_count + plan->index_count;
}

/* The table that has something of the name before the i-th name of `plan`, or NULL. */
static const struct plan *index_named(const struct tables *tables, const struct dialect *dialect,
				      const char *name, const struct plan *plan, size_t i)
{
	for (size_t t = 0; t < tables->count; t++) {
		const struct plan *other = tables->plans[t];

		for (size_t j = 0; j < index_names(other); j++) {
			if (other == plan && j == i)
				return NULL;
			if (index_name(other, j) && strcasecmp(name, index_name(other, j)) == 0 &&
			    in_one_schema(dialect, other, plan))
				return other;
		}
	}
	return NULL;
}

/* IF NOT EXISTS would quietly leave out the second of two indexes with one name. */
static int check_indexes(const struct tables *tables, const struct dialect *dialect,
			 struct rowan_error *error)
{
	for (size_t t = 0; t < tables->count; t++) {
		const struct plan *plan = tables->plans[t], *other;

		for (size_t i = 0; i < index_names(plan); i++) {
			const char *name = index_name(plan, i);

			other = name ? index_named(tables, dialect, name, plan, i) : NULL;
			if (other)
				return error_set(error, ROWAN_MISUSE, "%s is the name of a table or an "
						 "index of %s, and of one of %s", name,
						 other->table, plan->table);
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
