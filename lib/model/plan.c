/* SPDX-License-Identifier: MIT */
#include "model/draft.h"

#include "base/alloc.h"
#include "base/error.h"
#include "base/utf8.h"
#include "model/types.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* Planning is rare: one thread at a time. */
static pthread_mutex_t planning = PTHREAD_MUTEX_INITIALIZER;
static const struct plan *newest;
static uint32_t next_id;
static struct rowan_naming naming;

static void lock(void)
{
	pthread_mutex_lock(&planning);
}

static void unlock(void)
{
	pthread_mutex_unlock(&planning);
}

/* A child that is forked meanwhile would wait for ever.  Under the lock. */
static void watch_forks(void)
{
	static bool watched;

	if (!watched)
		watched = pthread_atfork(lock, unlock, unlock) == 0;
}

/* ---- drafts --------------------------------------------------------------- */

void *draft_alloc(struct draft *draft, size_t size)
{
	void *memory = arena_zalloc(&draft->arena, size);

	if (!memory)
		draft->no_memory = true;
	return memory;
}

void mistake(struct draft *draft, const char *format, ...)
{
	char all[512], line[192];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(all, sizeof(all), format, arguments);
	va_end(arguments);
	utf8_clean(all);
	error_copy(line, sizeof(line), all, strlen(all));
	if (draft->mistakes++)
		text_add_char(&draft->report, '\n');
	text_add(&draft->report, line);
}

static const struct plan *published(const struct rowan_model *model)
{
	return model->plan_ ? __atomic_load_n((const struct plan **)model->plan_, __ATOMIC_ACQUIRE)
			    : NULL;
}

const struct plan *draft_plan(const struct draft *draft, const struct rowan_model *model)
{
	if (!model)
		return NULL;
	for (const struct drafted *d = draft->first; d; d = d->next) {
		if (d->plan.model == model)
			return &d->plan;
	}
	return published(model);
}

const struct column *draft_column(const struct draft *draft, struct rowan_column key)
{
	const struct plan *plan = draft_plan(draft, key.model);

	return plan ? plan_column_at(plan, key.offset) : NULL;
}

/* ---- laying out ----------------------------------------------------------- */

/* Where the value stands in the rowan_opt_* of a type. */
static size_t value_offset(enum rowan_type type)
{
	switch (type) {
	case ROWAN_TYPE_INT16:
		return offsetof(struct rowan_opt_int16, value);
	case ROWAN_TYPE_INT32:
		return offsetof(struct rowan_opt_int32, value);
	case ROWAN_TYPE_INT64:
		return offsetof(struct rowan_opt_int64, value);
	case ROWAN_TYPE_BOOL:
		return offsetof(struct rowan_opt_bool, value);
	case ROWAN_TYPE_DOUBLE:
		return offsetof(struct rowan_opt_double, value);
	case ROWAN_TYPE_DATETIME:
		return offsetof(struct rowan_opt_datetime, value);
	case ROWAN_TYPE_DATE:
		return offsetof(struct rowan_opt_date, value);
	case ROWAN_TYPE_TIME:
		return offsetof(struct rowan_opt_time, value);
	case ROWAN_TYPE_UUID:
		return offsetof(struct rowan_opt_uuid, value);
	default:
		return 0;
	}
}

static const char *qualified(struct draft *draft, const char *table, const char *column)
{
	size_t size = strlen(table) + strlen(column) + 2;
	char *name = draft_alloc(draft, size);

	if (name)
		snprintf(name, size, "%s.%s", table, column);
	return name;
}

static bool has_server_default(const struct rowan_field *field)
{
	return field->server_default || field->sqlite_default || field->postgres_default;
}

static void lay_out_column(struct draft *draft, struct drafted *drafted, size_t index)
{
	const struct rowan_field *field = &drafted->plan.model->fields[index];
	struct column *column = &drafted->columns[index];
	bool by_itself = field->type == ROWAN_TYPE_TEXT || field->type == ROWAN_TYPE_BYTES;
	size_t inside = field->optional_ ? value_offset(field->type) : 0;

	*column = (struct column){
		.field = field,
		.plan = &drafted->plan,
		.name = column_name(draft, field),
		.index = (uint32_t)index,
		.key = field->primary_key,
		.omittable = has_server_default(field) && !field->primary_key &&
			     (field->optional_ || by_itself),
	};
	if (!column->name)
		return;
	name_constraints(draft, column);
	drafted->slots[index] = (struct slot){
		.type = (uint8_t)field->type,
		.optional = field->optional_,
		.nullable = field->optional_ ? !field->not_null : by_itself && field->nullable,
		.secret = field->secret,
		.offset = field->offset,
		.value = field->offset + (uint32_t)inside,
		.name = qualified(draft, drafted->plan.table, column->name),
	};
}

/* Whether it is part of a foreign key, alone or with others. */
static bool refers(const struct column *column)
{
	const struct rowan_model *model = column->plan->model;

	for (size_t i = 0; i < model->foreign_key_count; i++)
		for (size_t j = 0; j < ROWAN_INDEX_COLUMNS && j < model->foreign_keys[i].count; j++)
			if (model->foreign_keys[i].offsets[j] == column->field->offset)
				return true;
	return column->field->foreign_key.model;
}

/* A key that the database numbers: one integer, and nothing else sets it. */
static const struct column *generated_key(const struct plan *plan)
{
	const struct column *key = plan->key_count == 1 ? plan->keys[0] : NULL;
	const struct rowan_field *field = key ? key->field : NULL;

	if (!field || field->optional_ || refers(key) || field->default_factory
	    || field->default_value.type != ROWAN_TYPE_NONE)
		return NULL;
	if (field->type != ROWAN_TYPE_INT16 && field->type != ROWAN_TYPE_INT32
	    && field->type != ROWAN_TYPE_INT64)
		return NULL;
	return key;
}

static void lay_out_keys(struct draft *draft, struct drafted *drafted)
{
	struct plan *plan = &drafted->plan;
	const struct column **keys = draft_alloc(draft, plan->column_count * sizeof(*keys));

	if (!keys)
		return;
	for (size_t i = 0; i < plan->column_count; i++) {
		if (plan->columns[i].key)
			keys[plan->key_count++] = &plan->columns[i];
	}
	plan->keys = keys;
	plan->generated = plan->model->data_only ? NULL : generated_key(plan);
	for (size_t i = 0; i < plan->column_count; i++) {
		if (plan->columns[i].field->version)
			plan->version = &plan->columns[i];
	}
}

/* The columns that a flush has to look at for themselves. */
static void lay_out_special(struct draft *draft, struct plan *plan)
{
	const struct column **stamped = draft_alloc(draft, plan->column_count * sizeof(*stamped));
	const struct column **omittable = draft_alloc(draft, plan->column_count * sizeof(*omittable));

	if (!stamped || !omittable)
		return;
	for (size_t i = 0; i < plan->column_count; i++) {
		const struct column *column = &plan->columns[i];

		if (column->field->on_update)
			stamped[plan->stamped_count++] = column;
		if (column->omittable)
			omittable[plan->omittable_count++] = column;
	}
	plan->stamped = stamped;
	plan->omittable = omittable;
}

static void lay_out(struct draft *draft, struct drafted *drafted)
{
	const struct rowan_model *model = drafted->plan.model;
	struct plan *plan = &drafted->plan;

	plan->table = table_name(draft, model);
	plan->primary_key = plan->table ? primary_key_name(draft, plan) : NULL;
	plan->column_count = model->field_count;
	plan->relation_count = model->relation_count;
	drafted->columns = draft_alloc(draft, model->field_count * sizeof(struct column));
	drafted->slots = draft_alloc(draft, model->field_count * sizeof(struct slot));
	drafted->relations = draft_alloc(draft, model->relation_count * sizeof(struct relation));
	if (draft->no_memory)
		return;
	plan->columns = drafted->columns;
	plan->slots = drafted->slots;
	plan->relations = drafted->relations;
	for (size_t i = 0; i < model->field_count; i++)
		lay_out_column(draft, drafted, i);
	if (draft->no_memory)
		return;
	lay_out_keys(draft, drafted);
	lay_out_special(draft, plan);
	lay_out_indexes(draft, plan);
	lay_out_checks(draft, plan);
	find_loose_words(draft, plan);
}

/* ---- what a model reaches ------------------------------------------------- */

static bool is_model(const struct rowan_model *model)
{
	return model && model->plan_ && model->name && model->name[0] && model->size > 0
		&& (model->fields || !model->field_count)
		&& (model->relations || !model->relation_count)
		&& (model->checks || !model->check_count)
		&& (model->indexes || !model->index_count)
		&& (model->foreign_keys || !model->foreign_key_count);
}

static void add_model(struct draft *draft, const struct rowan_model *model)
{
	struct drafted *drafted = draft_alloc(draft, sizeof(*drafted));

	if (!drafted)
		return;
	drafted->plan.model = model;
	lay_out(draft, drafted);
	*draft->tail = drafted;
	draft->tail = &drafted->next;
}

/* `who`.`what` names a model: see that it will be planned. */
static void reach(struct draft *draft, const struct rowan_model *model, const char *who,
		  const char *what)
{
	if (draft->no_memory || !model)
		return;
	if (!is_model(model))
		mistake(draft, "%s.%s names a struct that is no model: define it with ROWAN_MODEL()",
			who, what);
	else if (!draft_plan(draft, model))
		add_model(draft, model);
}

/* The list grows while it is walked. */
static void reach_all(struct draft *draft, const struct rowan_model *model)
{
	if (!is_model(model)) {
		mistake(draft, model ? "this is no model: define it with ROWAN_MODEL()"
				     : "the model is NULL");
		return;
	}
	add_model(draft, model);
	for (struct drafted *d = draft->first; d && !draft->no_memory; d = d->next) {
		const struct rowan_model *from = d->plan.model;

		for (size_t i = 0; i < from->field_count; i++)
			reach(draft, from->fields[i].foreign_key.model, from->name,
			      from->fields[i].name);
		for (size_t i = 0; i < from->foreign_key_count; i++)
			reach(draft, from->foreign_keys[i].target, from->name, "foreign_keys");
		for (size_t i = 0; i < from->relation_count; i++) {
			reach(draft, from->relations[i].target, from->name,
			      from->relations[i].name);
			reach(draft, from->relations[i].through, from->name,
			      from->relations[i].name);
		}
	}
}

/* ---- planning ------------------------------------------------------------- */

static void check_all(struct draft *draft)
{
	for (struct drafted *d = draft->first; d; d = d->next)
		check_model(draft, d);
	check_names(draft);
	for (struct drafted *d = draft->first; d; d = d->next)
		lay_out_foreign_keys(draft, &d->plan);
	for (struct drafted *d = draft->first; d; d = d->next)
		tie_relations(draft, d);
	for (struct drafted *d = draft->first; d; d = d->next)
		pair_relations(draft, d);
}

/* As many whole lines as the error holds, and how many more there are. */
static void report(const struct draft *draft, struct rowan_error *error)
{
	const char *all = draft->report.data;
	size_t room = error ? sizeof(error->message) - sizeof("\nand 1000000 more") : 0;
	size_t length = 0, lines = 0;

	if (!error)
		return;
	error_set(error, ROWAN_MISUSE, "%s", "");
	if (draft->report.length < sizeof(error->message)) {
		error_copy(error->message, sizeof(error->message), all, draft->report.length);
		return;
	}
	for (;;) {
		size_t end = length + strcspn(all + length, "\n");

		if (end > room)
			break;
		length = end + 1;
		lines++;
	}
	error_copy(error->message, sizeof(error->message), all, length);
	error_more(error, "and %zu more", draft->mistakes - lines);
}

static void publish(struct draft *draft)
{
	for (struct drafted *d = draft->first; d; d = d->next) {
		d->plan.id = next_id++;
		d->plan.next = newest;
		__atomic_store_n(&newest, &d->plan, __ATOMIC_RELEASE);
	}
	for (struct drafted *d = draft->first; d; d = d->next)
		__atomic_store_n((const struct plan **)d->plan.model->plan_, &d->plan,
				 __ATOMIC_RELEASE);
}

/* The arena is not released when all went well: it is the plans' memory. */
static int plan_family(const struct rowan_model *model, struct rowan_error *error)
{
	struct draft draft = { .tail = &draft.first, .naming = &naming };
	int status = ROWAN_OK;

	reach_all(&draft, model);
	if (!draft.no_memory)
		check_all(&draft);
	if (!draft.no_memory && !draft.mistakes)
		rank_plans(&draft);

	if (draft.no_memory || draft.report.broken) {
		status = error_no_memory(error);
	} else if (draft.mistakes) {
		status = ROWAN_MISUSE;
		report(&draft, error);
	} else {
		publish(&draft);
	}
	if (status < 0)
		arena_release(&draft.arena);
	text_release(&draft.report);
	return status;
}

int plan_make_(const struct rowan_model *model, const struct plan **out,
	       struct rowan_error *error)
{
	int status = ROWAN_OK;

	*out = NULL;
	lock();
	watch_forks();
	if (!model || !published(model))
		status = plan_family(model, error);
	unlock();
	if (status == ROWAN_OK)
		*out = published(model);
	return status;
}

int plan_no_table_(const struct plan *plan, struct rowan_error *error)
{
	return error_set(error, ROWAN_MISUSE, "%s is not a table model: it says .data_only",
			 plan->model->name);
}

/* Names that were made of it are in the database by then. */
int rowan_naming_(struct rowan_naming wanted)
{
	int status = ROWAN_OK;

	lock();
	if (newest)
		status = error_set(wanted.error, ROWAN_MISUSE, "rowan_naming: %s was used already",
				   newest->model->name);
	else
		naming = wanted;
	unlock();
	return status;
}

int rowan_model_check(const struct rowan_model *model, struct rowan_error *error)
{
	const struct plan *plan;

	return plan_of(model, &plan, error);
}

/* ---- looking up ----------------------------------------------------------- */

const struct column *plan_column_at(const struct plan *plan, uint32_t offset)
{
	for (size_t i = 0; i < plan->column_count; i++) {
		if (plan->slots[i].offset == offset)
			return &plan->columns[i];
	}
	return NULL;
}

const struct relation *plan_relation_at(const struct plan *plan, uint32_t offset)
{
	for (size_t i = 0; i < plan->relation_count; i++) {
		if (plan->relations[i].offset == offset)
			return &plan->relations[i];
	}
	return NULL;
}

const struct column *plan_column_named(const struct plan *plan, const char *name)
{
	for (size_t i = 0; i < plan->column_count; i++) {
		if (strcmp(plan->columns[i].name, name) == 0)
			return &plan->columns[i];
	}
	return NULL;
}

const char *field_name(const struct rowan_field *field)
{
	const char *dot = strrchr(field->name, '.');

	return dot ? dot + 1 : field->name;
}

const struct column *plan_field_named(const struct plan *plan, const char *name)
{
	const struct column *found = NULL;

	for (size_t i = 0; i < plan->column_count; i++) {
		const struct column *column = &plan->columns[i];

		if (strcmp(column->field->name, name) == 0)
			return column;
		if (strcmp(field_name(column->field), name) != 0)
			continue;
		if (found)	/* home.street or work.street? */
			return NULL;
		found = column;
	}
	return found;
}

bool plan_same_schema(const struct plan *a, const struct plan *b)
{
	const char *x = a->model->schema, *y = b->model->schema;

	return x && y ? strcasecmp(x, y) == 0 : x == y;
}

const struct plan *plan_next(const struct plan *after)
{
	return after ? after->next : __atomic_load_n(&newest, __ATOMIC_ACQUIRE);
}
