/* SPDX-License-Identifier: MIT */
/* Foreign keys, of one column or of several: laid out, and what is wrong with them. */
#include "model/draft.h"
#include "model/key.h"

#include <stdio.h>
#include <strings.h>

struct key_names key_names(const struct key *key)
{
	const char *model = key_plan(key)->model->name;
	struct key_names names;
	char columns[sizeof(names.text)];
	size_t length = 0;

	for (size_t i = 0; i < key->count && length < sizeof(columns); i++)
		length += (size_t)snprintf(columns + length, sizeof(columns) - length, "%s%s",
					   i ? ", " : "", key->columns[i]->field->name);
	snprintf(names.text, sizeof(names.text), key->count == 1 ? "%s.%s" : "%s (%s)", model,
		 columns);
	return names;
}

/* ---- laying out ------------------------------------------------------------------- */

static bool make_key(struct draft *draft, const struct column *const *columns, size_t count,
		     struct key *out)
{
	const struct column **copy = draft_alloc(draft, count * sizeof(*copy));
	struct slot *slots = draft_alloc(draft, count * sizeof(*slots));

	if (!copy || !slots)
		return false;
	for (size_t i = 0; i < count; i++) {
		copy[i] = columns[i];
		slots[i] = columns[i]->plan->slots[columns[i]->index];
	}
	*out = (struct key){ copy, slots, count };
	return true;
}

/* The one of a field that says `.foreign_key = ROWAN_KEY(..)`. */
static bool lay_out_own(struct draft *draft, const struct column *column,
			struct foreign_key *out)
{
	const struct rowan_field *field = column->field;
	const struct column *target = draft_column(draft, field->foreign_key);

	if (!target) {
		mistake(draft, "%s.%s: its foreign key names no field of %s",
			COLUMN_NAMES(column), field->foreign_key.model->name);
		return false;
	}
	out->target = target->plan;
	out->on_delete = field->on_delete;
	return make_key(draft, &column, 1, &out->columns) &&
	       make_key(draft, &target, 1, &out->references);
}

/* The columns at some offsets, or the number, from 1 on, of that where there is none. */
static size_t find_columns(const struct plan *plan, const uint32_t *offsets, size_t count,
			   const struct column **out)
{
	for (size_t i = 0; i < count; i++) {
		out[i] = plan_column_at(plan, offsets[i]);
		if (!out[i])
			return i + 1;
	}
	return 0;
}

/* Whether as many columns refer as are referred to; a mistake names the key by its number. */
static bool counts_match(struct draft *draft, const struct plan *plan, size_t number)
{
	const struct rowan_foreign_key *declared = &plan->model->foreign_keys[number - 1];
	const char *model = plan->model->name;

	if (declared->count == 0 || declared->count > ROWAN_INDEX_COLUMNS || !declared->target)
		mistake(draft, "%s: foreign key %zu has no %s: write it as ROWAN_FOREIGN_KEY()",
			model, number, declared->target ? "columns" : "target");
	else if (declared->count != declared->reference_count)
		mistake(draft, "%s: foreign key %zu has %zu columns, but refers to %zu", model,
			number, declared->count, declared->reference_count);
	else
		return true;
	return false;
}

/* One over several columns.  A target that is no model was reported when it was met. */
static bool lay_out_declared(struct draft *draft, const struct plan *plan, size_t number,
			     struct foreign_key *out)
{
	const struct rowan_foreign_key *declared = &plan->model->foreign_keys[number - 1];
	const struct column *columns[ROWAN_INDEX_COLUMNS], *references[ROWAN_INDEX_COLUMNS];
	size_t count = declared->count, missing;

	if (!counts_match(draft, plan, number))
		return false;
	out->target = draft_plan(draft, declared->target);
	out->on_delete = declared->on_delete;
	out->name = declared->name;
	if (!out->target)
		return false;
	if ((missing = find_columns(plan, declared->offsets, count, columns)))
		mistake(draft, "%s: member %zu of foreign key %zu is no field of the model",
			plan->model->name, missing, number);
	else if ((missing = find_columns(out->target, declared->references, count, references)))
		mistake(draft, "%s: foreign key %zu: the member %zu that it refers to is no field "
			"of %s", plan->model->name, number, missing, out->target->model->name);
	else
		return make_key(draft, columns, count, &out->columns) &&
		       make_key(draft, references, count, &out->references);
	return false;
}

/* ---- what is unique ---------------------------------------------------------------- */

/* Whether the columns are among those of the key. */
static bool covers(const struct key *key, const struct column *const *columns, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!key_has(key, columns[i]))
			return false;
	return true;
}

/* Whether a constraint says that columns which the key covers are unique; all of them? */
static bool has_unique_constraint(const struct key *key, bool all)
{
	const struct plan *plan = key_plan(key);

	if (covers(key, plan->keys, plan->key_count) && (!all || key->count == plan->key_count))
		return true;
	for (size_t i = 0; i < key->count; i++)
		if (key->columns[i]->field->unique && (!all || key->count == 1))
			return true;
	return false;
}

static bool has_unique_index(const struct key *key, bool all)
{
	const struct plan *plan = key_plan(key);

	for (size_t i = 0; i < plan->index_count; i++) {
		const struct index *index = &plan->indexes[i];

		if (index->unique && !index->where &&
		    covers(key, index->columns, index->column_count) &&
		    (!all || key->count == index->column_count))
			return true;
	}
	return false;
}

bool key_is_unique(const struct key *key)
{
	return has_unique_constraint(key, false) || has_unique_index(key, false);
}

/* ---- what is wrong with them ------------------------------------------------------- */

static void check_columns(struct draft *draft, const struct foreign_key *key)
{
	for (size_t i = 0; i < key->columns.count; i++) {
		const struct column *column = key->columns.columns[i];
		const struct column *target = key->references.columns[i];

		if (target->field->type != column->field->type)
			mistake(draft, "%s.%s is %s, but refers to %s.%s, which is %s",
				COLUMN_NAMES(column), type_name(column->field->type),
				COLUMN_NAMES(target), type_name(target->field->type));
		for (size_t j = 0; j < i; j++)
			if (column == key->columns.columns[j] ||
			    target == key->references.columns[j])
				mistake(draft, "%s: the foreign key %s has %s twice",
					key->plan->model->name, key->name,
					column == key->columns.columns[j] ? column->name
									  : target->name);
	}
}

static void check_target(struct draft *draft, const struct foreign_key *key)
{
	struct key_names names = key_names(&key->columns);
	struct key_names target = key_names(&key->references);

	if (key->target->model->data_only)
		mistake(draft, "%s refers to %s, which has no table: it says .data_only",
			names.text, key->target->model->name);
	if (!has_unique_constraint(&key->references, true) &&
	    !has_unique_index(&key->references, true))
		mistake(draft, "%s refers to %s, which is neither the primary key nor unique",
			names.text, target.text);
}

static void check_on_delete(struct draft *draft, const struct foreign_key *key)
{
	if ((unsigned)key->on_delete > ROWAN_ON_DELETE_SET_NULL)
		mistake(draft, "%s: .on_delete is none of ROWAN_ON_DELETE_*",
			key_names(&key->columns).text);
	for (size_t i = 0; i < key->columns.count; i++)
		if (key->on_delete == ROWAN_ON_DELETE_SET_NULL && !key->columns.slots[i].nullable)
			mistake(draft, "%s.%s: .on_delete would set it to NULL, which it cannot hold",
				COLUMN_NAMES(key->columns.columns[i]));
}

static void check_key_name(struct draft *draft, const struct plan *plan,
			   const struct foreign_key *key)
{
	const char *fault = name_fault(key->name);

	if (fault)
		mistake(draft, "%s: the name of its constraint %s %s",
			key_names(&key->columns).text, key->name, fault);
	for (const struct foreign_key *other = plan->foreign_keys; other != key; other++)
		if (strcasecmp(other->name, key->name) == 0)
			mistake(draft, "%s has two foreign keys with the name %s",
				plan->model->name, key->name);
}

static void check_foreign_key(struct draft *draft, const struct plan *plan,
			      const struct foreign_key *key)
{
	check_columns(draft, key);
	check_target(draft, key);
	check_on_delete(draft, key);
	check_key_name(draft, plan, key);
}

/* ---- all of them ------------------------------------------------------------------- */

/* The database itself writes the row when the one that it refers to is deleted. */
static bool acts(const struct foreign_key *key)
{
	return key->on_delete == ROWAN_ON_DELETE_CASCADE ||
	       key->on_delete == ROWAN_ON_DELETE_SET_NULL;
}

/* One more, unless a mistake was reported or memory is short. */
static void add(struct draft *draft, struct plan *plan, struct foreign_key *key, bool laid_out)
{
	if (!laid_out)
		return;
	key->plan = plan;
	if (!key->name)
		key->name = foreign_key_name(draft, plan, &key->columns);
	if (!key->name)
		return;
	key->own_index = key->target == plan && !has_unique_constraint(&key->references, true);
	plan->foreign_key_count++;
	plan->acted_upon |= acts(key);
	check_foreign_key(draft, plan, key);
}

/* Fields of a base that tables have as well say things that only those can do. */
void lay_out_foreign_keys(struct draft *draft, struct plan *plan)
{
	const struct rowan_model *model = plan->model;
	size_t most = plan->column_count + model->foreign_key_count;
	struct foreign_key *keys = draft_alloc(draft, most * sizeof(*keys));

	if (!keys || model->data_only)
		return;
	plan->foreign_keys = keys;
	for (size_t i = 0; i < plan->column_count; i++) {
		const struct rowan_model *target = plan->columns[i].field->foreign_key.model;
		struct foreign_key *key = &keys[plan->foreign_key_count];

		/* One that is no model was reported when it was met. */
		if (target && draft_plan(draft, target))
			add(draft, plan, key, lay_out_own(draft, &plan->columns[i], key));
	}
	for (size_t i = 1; i <= model->foreign_key_count; i++) {
		struct foreign_key *key = &keys[plan->foreign_key_count];

		*key = (struct foreign_key){ 0 };
		add(draft, plan, key, lay_out_declared(draft, plan, i, key));
	}
}
