/* SPDX-License-Identifier: MIT */
/* Indexes, and what the database is to check: laid out, and what is wrong with them. */
#include "model/draft.h"

#include <string.h>
#include <strings.h>

/* ---- indexes ---------------------------------------------------------------------- */

/* The index of a field that says `.index = true`. */
static bool lay_out_own(struct draft *draft, const struct column *column, struct index *index)
{
	const struct column **columns = draft_alloc(draft, sizeof(*columns));

	if (!columns)
		return false;
	columns[0] = column;
	*index = (struct index){ .columns = columns, .column_count = 1 };
	index->name = index_name(draft, column->plan, index);
	return index->name;
}

/* One over several; its number, from 1 on, is what a mistake can name. */
static bool lay_out_declared(struct draft *draft, const struct plan *plan, size_t number,
			     struct index *index)
{
	const struct rowan_index *declared = &plan->model->indexes[number - 1];
	const struct column **columns = draft_alloc(draft, ROWAN_INDEX_COLUMNS * sizeof(*columns));

	if (!columns)
		return false;
	if (declared->count == 0 || declared->count > ROWAN_INDEX_COLUMNS) {
		mistake(draft, "%s: index %zu has no columns: write it as ROWAN_INDEX()",
			plan->model->name, number);
		return false;
	}
	for (size_t i = 0; i < declared->count; i++) {
		columns[i] = plan_column_at(plan, declared->offsets[i]);
		if (!columns[i]) {
			mistake(draft, "%s: member %zu of index %zu is no field of the model",
				plan->model->name, i + 1, number);
			return false;
		}
	}
	*index = (struct index){ .columns = columns, .column_count = declared->count,
				 .unique = declared->unique, .where = declared->where };
	index->name = declared->name ? declared->name : index_name(draft, plan, index);
	return index->name;
}

void lay_out_indexes(struct draft *draft, struct plan *plan)
{
	size_t most = plan->column_count + plan->model->index_count;
	struct index *indexes = draft_alloc(draft, most * sizeof(*indexes));

	if (!indexes)
		return;
	for (size_t i = 0; i < plan->column_count; i++) {
		if (plan->columns[i].field->index)
			plan->index_count += lay_out_own(draft, &plan->columns[i],
							 &indexes[plan->index_count]);
	}
	for (size_t i = 0; i < plan->model->index_count; i++)
		plan->index_count += lay_out_declared(draft, plan, i + 1,
						      &indexes[plan->index_count]);
	plan->indexes = indexes;
}

static void check_repeats(struct draft *draft, const struct plan *plan, const struct index *index)
{
	for (size_t i = 0; i < index->column_count; i++) {
		for (size_t j = 0; j < i; j++) {
			if (index->columns[i] == index->columns[j])
				mistake(draft, "%s: the index %s has %s twice", plan->model->name,
					index->name, index->columns[i]->name);
		}
	}
}

void check_indexes(struct draft *draft, const struct plan *plan)
{
	for (size_t i = 0; i < plan->index_count; i++) {
		const struct index *index = &plan->indexes[i];
		const char *fault = name_fault(index->name);

		if (fault)
			mistake(draft, "%s: the name of its index %s %s", plan->model->name,
				index->name, fault);
		if (index->where && !*index->where)
			mistake(draft, "%s: the .where of its index %s is empty", plan->model->name,
				index->name);
		check_repeats(draft, plan, index);
	}
}

/* ---- checks ----------------------------------------------------------------------- */

void lay_out_checks(struct draft *draft, struct plan *plan)
{
	const struct rowan_model *model = plan->model;
	struct check *checks = draft_alloc(draft, model->check_count * sizeof(*checks));

	if (!checks)
		return;
	for (size_t i = 0; i < model->check_count; i++) {
		const struct rowan_check_sql *declared = &model->checks[i];

		if (!declared->name || !*declared->name) {
			mistake(draft, "%s: check %zu has no name: .name = \"..\"", model->name,
				i + 1);
			continue;
		}
		checks[plan->check_count++] = (struct check){
			.name = check_name(draft, plan, declared->name), .declared = declared,
		};
	}
	plan->checks = checks;
}

static bool is_sql(const char *sql)
{
	return sql && *sql;
}

static void check_check(struct draft *draft, const struct plan *plan, const struct check *check)
{
	const struct rowan_check_sql *declared = check->declared;
	const char *fault = name_fault(check->name);

	if (fault)
		mistake(draft, "%s: the name of its constraint %s %s", plan->model->name,
			check->name, fault);
	if (!is_sql(declared->sql) && !(is_sql(declared->sqlite_sql) &&
					is_sql(declared->postgres_sql)))
		mistake(draft, "%s: the check %s has no SQL", plan->model->name, declared->name);
	for (const struct check *other = plan->checks; other != check; other++) {
		if (strcasecmp(other->name, check->name) == 0)
			mistake(draft, "%s has two checks with the name %s", plan->model->name,
				declared->name);
	}
	for (size_t i = 0; i < plan->column_count; i++) {
		const struct column *column = &plan->columns[i];

		if (column->field->type == ROWAN_TYPE_BOOL &&
		    strcasecmp(column->check, check->name) == 0)
			mistake(draft, "%s: %s is the name of the check that a boolean has of its own",
				plan->model->name, declared->name);
	}
}

void check_checks(struct draft *draft, const struct plan *plan)
{
	for (size_t i = 0; i < plan->check_count; i++)
		check_check(draft, plan, &plan->checks[i]);
}
