/* SPDX-License-Identifier: MIT */
/* What a field may say, and what fields may not say together. */
#include "model/draft.h"

#include "model/types.h"

#include <string.h>
#include <strings.h>

static bool is_integer(enum rowan_type type)
{
	return type == ROWAN_TYPE_INT16 || type == ROWAN_TYPE_INT32 || type == ROWAN_TYPE_INT64;
}

/* The scalar's name in C, between "rowan_opt_" and nothing; NULL for text and bytes. */
static const char *scalar_name(enum rowan_type type)
{
	static const char *const names[ROWAN_TYPE_COUNT_] = {
		[ROWAN_TYPE_INT16] = "int16",
		[ROWAN_TYPE_INT32] = "int32",
		[ROWAN_TYPE_INT64] = "int64",
		[ROWAN_TYPE_BOOL] = "bool",
		[ROWAN_TYPE_DOUBLE] = "double",
		[ROWAN_TYPE_DATETIME] = "datetime",
		[ROWAN_TYPE_DATE] = "date",
		[ROWAN_TYPE_TIME] = "time",
		[ROWAN_TYPE_UUID] = "uuid",
	};

	return names[type];
}

/* ---- one field ------------------------------------------------------------ */

static void check_type(struct draft *draft, const struct column *column)
{
	const struct rowan_field *field = column->field;
	const struct rowan_model *model = column->plan->model;

	if (field->type <= ROWAN_TYPE_NONE || field->type >= ROWAN_TYPE_COUNT_)
		mistake(draft, "%s.%s has no type: write it as ROWAN_FIELD()",
			COLUMN_NAMES(column));
	else if (field->offset >= model->size
		 || type_size(field->type) > model->size - field->offset)
		mistake(draft, "%s.%s is a member of another struct", COLUMN_NAMES(column));
}

static void check_null(struct draft *draft, const struct column *column)
{
	const struct rowan_field *field = column->field;
	const char *scalar = scalar_name(field->type);

	if (field->nullable && field->not_null)
		mistake(draft, "%s.%s: .nullable and .not_null are both given",
			COLUMN_NAMES(column));
	else if (field->nullable && scalar && !field->optional_)
		mistake(draft, "%s.%s: %s cannot hold NULL: use rowan_opt_%s",
			COLUMN_NAMES(column), scalar, scalar);
	else if (field->not_null && !field->optional_)
		mistake(draft, "%s.%s: .not_null is for members of type rowan_opt_*",
			COLUMN_NAMES(column));
	if (field->primary_key && column->plan->slots[column->index].nullable)
		mistake(draft, "%s.%s: a primary key cannot be NULL", COLUMN_NAMES(column));
}

static void check_length(struct draft *draft, const struct column *column)
{
	const struct rowan_field *field = column->field;

	if ((field->min_length || field->max_length) && field->type != ROWAN_TYPE_TEXT)
		mistake(draft, "%s.%s: .min_length and .max_length are for text only",
			COLUMN_NAMES(column));
	else if (field->max_length && field->min_length > field->max_length)
		mistake(draft, "%s.%s: .min_length %zu is above .max_length %zu",
			COLUMN_NAMES(column), field->min_length, field->max_length);
}

/* C gives `true` the type int, and a price of 3 is written without a point. */
static bool default_fits(const struct rowan_constant *constant, enum rowan_type type)
{
	if (constant->type == ROWAN_TYPE_INT64 && is_integer(type))
		return true;
	if (constant->type == ROWAN_TYPE_INT64 && type == ROWAN_TYPE_BOOL)
		return constant->i == 0 || constant->i == 1;
	if (constant->type == ROWAN_TYPE_INT64 && type == ROWAN_TYPE_DOUBLE)
		return true;
	return constant->type == type;
}

static bool default_in_range(const struct rowan_constant *constant, enum rowan_type type)
{
	switch (type) {
	case ROWAN_TYPE_INT16:
		return constant->i >= INT16_MIN && constant->i <= INT16_MAX;
	case ROWAN_TYPE_INT32:
		return constant->i >= INT32_MIN && constant->i <= INT32_MAX;
	default:
		return true;
	}
}

static void check_default(struct draft *draft, const struct column *column)
{
	const struct rowan_field *field = column->field;
	const struct rowan_constant *constant = &field->default_value;

	if (constant->type == ROWAN_TYPE_NONE) {
		if (constant->text)
			mistake(draft, "%s.%s: .default_value wants ROWAN_CONST(..)",
				COLUMN_NAMES(column));
		return;
	}
	if (field->default_factory)
		mistake(draft, "%s.%s: .default_value and .default_factory are both given",
			COLUMN_NAMES(column));
	if (!default_fits(constant, field->type))
		mistake(draft, "%s.%s: the default is %s, the member %s", COLUMN_NAMES(column),
			type_name(constant->type), type_name(field->type));
	else if (!default_in_range(constant, field->type))
		mistake(draft, "%s.%s: the default %lld does not fit its member",
			COLUMN_NAMES(column), (long long)constant->i);
	else if (constant->type == ROWAN_TYPE_TEXT && !constant->text)
		mistake(draft, "%s.%s: the default is NULL: leave it out", COLUMN_NAMES(column));
}

static void check_version(struct draft *draft, const struct column *column)
{
	const struct rowan_field *field = column->field;
	const struct plan *plan = column->plan;

	if (!field->version)
		return;
	if ((field->type != ROWAN_TYPE_INT32 && field->type != ROWAN_TYPE_INT64) ||
	    field->optional_ || field->primary_key || field->foreign_key.model)
		mistake(draft, "%s.%s: .version is for an int32_t or int64_t that is no key",
			COLUMN_NAMES(column));
	if (plan->version != column)
		mistake(draft, "%s.%s and %s.%s are both .version", COLUMN_NAMES(column),
			COLUMN_NAMES(plan->version));
}

/* A column is left out on one engine as on the other, so both have a default. */
static void check_server_default(struct draft *draft, const struct column *column)
{
	const struct rowan_field *field = column->field;
	const char *const all[] = {
		field->server_default, field->sqlite_default, field->postgres_default,
	};
	bool given = all[0] || all[1] || all[2];

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		if (all[i] && !*all[i])
			mistake(draft, "%s.%s: the server's default is empty", COLUMN_NAMES(column));
	}
	if (given && !all[0] && !(all[1] && all[2]))
		mistake(draft, "%s.%s: there is no server's default for %s", COLUMN_NAMES(column),
			all[1] ? "PostgreSQL" : "SQLite");
	if (given && column == column->plan->generated)
		mistake(draft, "%s.%s: the database numbers it: it has no other default",
			COLUMN_NAMES(column));
}

static void check_field(struct draft *draft, const struct column *column)
{
	check_type(draft, column);
	if ((unsigned)column->field->type >= ROWAN_TYPE_COUNT_)
		return;
	check_version(draft, column);
	if (column->field->on_delete && !column->field->foreign_key.model)
		mistake(draft, "%s.%s: .on_delete is for foreign keys", COLUMN_NAMES(column));
	check_null(draft, column);
	check_length(draft, column);
	check_default(draft, column);
	check_server_default(draft, column);
	check_own_types(draft, column);
}

/* ---- fields together ------------------------------------------------------ */

static void check_pair(struct draft *draft, const struct column *a, const struct column *b)
{
	if (strcmp(a->field->name, b->field->name) == 0)
		mistake(draft, "%s.%s is listed twice", COLUMN_NAMES(b));
	else if (a->field->offset == b->field->offset)
		mistake(draft, "%s.%s and %s.%s are at the same place in the struct",
			COLUMN_NAMES(a), COLUMN_NAMES(b));
	else if (strcasecmp(a->name, b->name) == 0)
		mistake(draft, "%s.%s and %s.%s have the same column name \"%s\"",
			COLUMN_NAMES(a), COLUMN_NAMES(b), b->name);
}

static void check_slot(struct draft *draft, const struct drafted *drafted, size_t index)
{
	const struct rowan_model *model = drafted->plan.model;
	const struct rowan_relation *relation = &model->relations[index];

	if (relation->offset >= model->size)
		mistake(draft, "%s.%s is a slot of another struct", model->name, relation->name);
	for (size_t i = 0; i < model->field_count; i++) {
		if (model->fields[i].name && strcmp(model->fields[i].name, relation->name) == 0)
			mistake(draft, "%s.%s is both a field and a relation", model->name,
				relation->name);
	}
	for (size_t i = 0; i < index; i++) {
		if (model->relations[i].offset == relation->offset)
			mistake(draft, "%s.%s is listed twice", model->name, relation->name);
	}
}

void check_model(struct draft *draft, const struct drafted *drafted)
{
	const struct plan *plan = &drafted->plan;

	if (plan->column_count == 0)
		mistake(draft, "%s has no fields", plan->model->name);
	else if (plan->key_count == 0 && !plan->model->data_only)
		mistake(draft, "%s has no primary key, and does not say .data_only", plan->model->name);
	if (plan->model->data_only && plan->relation_count > 0)
		mistake(draft, "%s has relations, but no table: it says .data_only",
			plan->model->name);

	for (size_t i = 0; i < plan->column_count; i++) {
		if (!plan->columns[i].field->name) {
			mistake(draft, "%s: field %zu has no name: write it as ROWAN_FIELD()",
				plan->model->name, i + 1);
			return;
		}
	}
	for (size_t i = 0; i < plan->column_count; i++) {
		check_field(draft, &plan->columns[i]);
		for (size_t j = 0; j < i; j++)
			check_pair(draft, &plan->columns[j], &plan->columns[i]);
	}
	for (size_t i = 0; i < plan->relation_count; i++) {
		if (plan->model->relations[i].name)
			check_slot(draft, drafted, i);
		else
			mistake(draft, "%s: relation %zu has no name: write it as ROWAN_TO_ONE()",
				plan->model->name, i + 1);
	}
	check_indexes(draft, plan);
	check_checks(draft, plan);
}
