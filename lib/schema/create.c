/* SPDX-License-Identifier: MIT */
#include <rowan/schema.h>

#include "base/alloc.h"
#include "base/error.h"
#include "dialect/dialect.h"
#include "engine/engine.h"

#include <stdio.h>
#include <strings.h>

/* The tables of a list of models, referred ones first. */
struct tables {
	const struct plan **plans;
	size_t count;
};

/* ---- what the list says --------------------------------------------------------- */

static bool contains(const struct tables *tables, const struct plan *plan)
{
	for (size_t i = 0; i < tables->count; i++) {
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

/* Two models may share a table, but only one of them can describe it. */
static int check_table(const struct tables *tables, const struct plan *plan,
		       struct rowan_error *error)
{
	for (size_t i = 0; i < tables->count; i++) {
		if (strcasecmp(tables->plans[i]->table, plan->table) == 0)
			return error_set(error, ROWAN_MISUSE,
					 "%s and %s have the same table name \"%s\"",
					 tables->plans[i]->model->name, plan->model->name,
					 plan->table);
	}
	return ROWAN_OK;
}

static int collect(const struct rowan_model *const *models, struct tables *tables,
		   struct rowan_error *error)
{
	size_t count = 0;
	int status = ROWAN_OK;

	if (!models)
		return error_set(error, ROWAN_MISUSE, "the list of models is NULL");
	while (models[count])
		count++;
	tables->plans = mem_alloc((count + 1) * sizeof(const struct plan *));
	if (!tables->plans)
		return error_no_memory(error);

	for (size_t i = 0; i < count && status == ROWAN_OK; i++) {
		const struct plan *plan;

		status = plan_of(models[i], &plan, error);
		if (status < 0 || contains(tables, plan))
			continue;
		status = check_table(tables, plan, error);
		if (status == ROWAN_OK)
			insert_by_rank(tables, plan);
	}
	return status;
}

/* Every table that a foreign key names must be made as well; all that are not, at once. */
static int check_targets(const struct tables *tables, struct rowan_error *error)
{
	int status = ROWAN_OK;

	for (size_t i = 0; i < tables->count; i++) {
		const struct plan *plan = tables->plans[i];

		for (size_t j = 0; j < plan->column_count; j++) {
			const struct column *to = plan->columns[j].references;

			if (!to || contains(tables, to->plan))
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
static const struct column *index_named(const struct tables *tables, const char *name,
					const struct column *before)
{
	char other[64];

	for (size_t i = 0; i < tables->count; i++) {
		for (size_t j = 0; j < tables->plans[i]->column_count; j++) {
			const struct column *column = &tables->plans[i]->columns[j];

			if (column == before)
				return NULL;
			name_index(column, other);
			if (column->field->index && strcasecmp(name, other) == 0)
				return column;
		}
	}
	return NULL;
}

/* IF NOT EXISTS would quietly leave out the second of two indexes with one name. */
static int check_indexes(const struct tables *tables, struct rowan_error *error)
{
	char name[64];

	for (size_t i = 0; i < tables->count; i++) {
		for (size_t j = 0; j < tables->plans[i]->column_count; j++) {
			const struct column *column = &tables->plans[i]->columns[j], *other;

			if (!column->field->index)
				continue;
			name_index(column, name);
			other = index_named(tables, name, column);
			if (other)
				return error_set(error, ROWAN_MISUSE, "the indexes of %s.%s and "
						 "%s.%s have the same name ix_%s",
						 other->plan->table, other->name,
						 column->plan->table, column->name, name);
		}
	}
	return ROWAN_OK;
}

static int check_list(const struct tables *tables, struct rowan_error *error)
{
	int status = check_targets(tables, error);

	return status < 0 ? status : check_indexes(tables, error);
}

/* ---- statements ----------------------------------------------------------------- */

struct work {
	struct connection *connection;
	const struct dialect *dialect;
	struct text sql;
	struct rowan_error *error;
};

/* Run the text that was rendered. */
static int run(struct work *work)
{
	int status;

	if (work->sql.broken)
		return error_no_memory(work->error);
	status = connection_execute(work->connection, work->sql.data, (struct rowan_site){ 0 },
				    work->error);
	text_clear(&work->sql);
	return status;
}

static int run_text(struct work *work, const char *sql)
{
	text_add(&work->sql, sql);
	return run(work);
}

static int create_table(struct work *work, const struct plan *plan)
{
	int status;

	render_create_table(work->dialect, plan, &work->sql);
	status = run(work);
	for (size_t i = 0; i < plan->column_count && status == ROWAN_OK; i++) {
		if (!plan->columns[i].field->index)
			continue;
		render_create_index(work->dialect, &plan->columns[i], &work->sql);
		status = run(work);
	}
	return status;
}

/* SQLite lets a table refer to one that does not exist yet: circles need nothing more. */
static int create_tables(struct work *work, const struct tables *tables)
{
	int status = ROWAN_OK;

	for (size_t i = 0; i < tables->count && status == ROWAN_OK; i++)
		status = create_table(work, tables->plans[i]);
	return status;
}

/* Those that refer first; in a circle rows refer to a table that is gone until all are. */
static int drop_tables(struct work *work, const struct tables *tables)
{
	int status = ROWAN_OK;

	if (work->dialect->defer_keys)
		status = run_text(work, work->dialect->defer_keys);
	for (size_t i = tables->count; i > 0 && status == ROWAN_OK; i--) {
		render_drop_table(work->dialect, tables->plans[i - 1], &work->sql);
		status = run(work);
	}
	return status;
}

/* ---- one transaction ------------------------------------------------------------ */

typedef int change_tables(struct work *work, const struct tables *tables);

static void roll_back(struct work *work)
{
	struct rowan_error ignored;	/* the first failure is the one to report */

	work->error = &ignored;
	text_clear(&work->sql);
	run_text(work, "ROLLBACK");
}

static int change(struct rowan_engine *engine, const struct tables *tables, change_tables *how,
		  struct rowan_error *error)
{
	struct work work = { .dialect = dialect_named(engine_driver_name(engine)), .error = error };
	int status = engine_checkout(engine, (struct rowan_site){ 0 }, &work.connection, error);

	if (status < 0)
		return status;
	status = run_text(&work, work.dialect->begin_write);
	if (status == ROWAN_OK) {
		status = how(&work, tables);
		if (status == ROWAN_OK)
			status = run_text(&work, "COMMIT");
		if (status < 0)
			roll_back(&work);
	}
	text_release(&work.sql);
	engine_checkin(work.connection);
	return status;
}

typedef int check_tables(const struct tables *tables, struct rowan_error *error);

/* `check` may be NULL. */
static int change_all(struct rowan_engine *engine, const struct rowan_model *const *models,
		      check_tables *check, change_tables *how, struct rowan_error *error)
{
	struct rowan_error own;		/* layers below always want one to fill */
	struct tables tables = { 0 };
	int status;

	if (!error)
		error = &own;
	status = collect(models, &tables, error);
	if (status == ROWAN_OK && check)
		status = check(&tables, error);
	if (status == ROWAN_OK)
		status = change(engine, &tables, how, error);
	mem_free(tables.plans);
	return status;
}

int rowan_create_all(struct rowan_engine *engine, const struct rowan_model *const *models,
		     struct rowan_error *error)
{
	return change_all(engine, models, check_list, create_tables, error);
}

int rowan_drop_all(struct rowan_engine *engine, const struct rowan_model *const *models,
		   struct rowan_error *error)
{
	return change_all(engine, models, NULL, drop_tables, error);
}
