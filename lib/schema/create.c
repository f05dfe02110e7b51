/* SPDX-License-Identifier: MIT */
#include "schema/tables.h"

#include "base/error.h"
#include "engine/engine.h"

#include <string.h>

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

/* .. which was about this table: what is wrong with it are the database's words. */
static int run_for(struct work *work, const struct plan *plan)
{
	int status = run(work);
	struct rowan_error *error = work->error;

	if (status == ROWAN_OPERATIONAL && !error->table[0] && error->database[0]) {
		error_copy(error->table, sizeof(error->table), plan->table, strlen(plan->table));
		error->message[0] = '\0';
		error_more(error, "%s: %s", plan->table, error->database);
	}
	return status;
}

/* Whether a query finds a row.  A parameter may be NULL. */
static int ask(struct work *work, const char *sql, const char *const *params, size_t count,
	       bool *out)
{
	struct execution run;
	int status = connection_command_begin(work->connection, sql, (struct rowan_site){ 0 },
					      &run, work->error);

	*out = false;
	if (status < 0)
		return status;
	for (size_t i = 0; i < count; i++)
		execution_bind_value(&run, ROWAN_TYPE_TEXT, params[i] ? &params[i] : NULL, false);
	while ((status = execution_step(&run)) == DRIVER_ROW)
		*out = true;
	return execution_end(&run, status);
}

/* ---- foreign keys in a circle ------------------------------------------------------ */

/* Whether the key of a table is to one that comes behind it, or an index, and has to wait for it. */
static bool key_is_late(const struct work *work, const struct tables *tables, size_t i,
			const struct foreign_key *key)
{
	return work->dialect->needs_targets &&
	       (key->own_index || tables_contain(tables, i + 1, key->target));
}

static bool has_late_key(const struct work *work, const struct tables *tables, size_t i)
{
	const struct plan *plan = tables->plans[i];

	for (size_t j = 0; j < plan->foreign_key_count; j++) {
		if (key_is_late(work, tables, i, &plan->foreign_keys[j]))
			return true;
	}
	return false;
}

typedef void render_key(const struct dialect *dialect, const struct foreign_key *key,
			struct text *sql);

/* Add or drop the keys of a table that are late. */
static int change_late_keys(struct work *work, const struct tables *tables, size_t i,
			    render_key *render)
{
	const struct plan *plan = tables->plans[i];
	int status = ROWAN_OK;

	for (size_t j = 0; j < plan->foreign_key_count && status == ROWAN_OK; j++) {
		if (!key_is_late(work, tables, i, &plan->foreign_keys[j]))
			continue;
		render(work->dialect, &plan->foreign_keys[j], &work->sql);
		status = run_for(work, plan);
	}
	return status;
}

/* ---- creating ------------------------------------------------------------------- */

/* Only where it is missing: to create one that exists takes a privilege all the same. */
static int create_schema(struct work *work, const struct plan *plan)
{
	const char *schema = plan->model->schema;
	bool exists;
	int status;

	if (!schema || !work->dialect->schemas)
		return ROWAN_OK;
	status = ask(work, work->dialect->find_schema, &schema, 1, &exists);
	if (status < 0 || exists)
		return status;
	render_create_schema(schema, &work->sql);
	return run_for(work, plan);
}

/* A table that exists is left as it is: keys are added only to one that is made now. */
static int note_whether_made(struct work *work, const struct tables *tables, size_t i)
{
	const struct plan *plan = tables->plans[i];
	const char *const names[] = { plan->model->schema, plan->table };
	bool exists = true;
	int status = ROWAN_OK;

	if (has_late_key(work, tables, i))
		status = ask(work, work->dialect->find_table, names, 2, &exists);
	tables->made[i] = !exists;
	return status;
}

static int create_table(struct work *work, const struct tables *tables, size_t i)
{
	const struct plan *plan = tables->plans[i];
	size_t later = work->dialect->needs_targets ? tables->count - i - 1 : 0;
	int status = note_whether_made(work, tables, i);

	if (status < 0)
		return status;
	render_create_table(work->dialect, plan, tables->plans + i + 1, later, &work->sql);
	status = run_for(work, plan);
	for (size_t j = 0; j < plan->index_count && status == ROWAN_OK; j++) {
		render_create_index(work->dialect, plan, &plan->indexes[j], &work->sql);
		status = run_for(work, plan);
	}
	return status;
}

static int create_tables(struct work *work, const struct tables *tables)
{
	int status = ROWAN_OK;

	for (size_t i = 0; i < tables->count && status == ROWAN_OK; i++) {
		status = create_schema(work, tables->plans[i]);
		if (status == ROWAN_OK)
			status = create_table(work, tables, i);
	}
	for (size_t i = 0; i < tables->count && status == ROWAN_OK; i++) {
		if (tables->made[i])
			status = change_late_keys(work, tables, i, render_add_key);
	}
	return status;
}

/* ---- dropping ------------------------------------------------------------------- */

/*
 * Those that refer first.  In a circle no table can go before its key is dropped, or, where
 * keys wait for the commit, rows refer to a table that is gone until all are.
 */
static int drop_tables(struct work *work, const struct tables *tables)
{
	int status = ROWAN_OK;

	/* What waits for the commit would wait for the sandbox's end. */
	if (work->connection->words->begun)
		return error_set(work->error, ROWAN_MISUSE,
				 "rowan_drop_all: no table can be dropped in a sandbox");
	if (work->dialect->defer_keys)
		status = run_text(work, work->dialect->defer_keys);
	for (size_t i = 0; i < tables->count && status == ROWAN_OK; i++)
		status = change_late_keys(work, tables, i, render_drop_key);
	for (size_t i = tables->count; i > 0 && status == ROWAN_OK; i--) {
		render_drop_table(work->dialect, tables->plans[i - 1], &work->sql);
		status = run_for(work, tables->plans[i - 1]);
	}
	return status;
}

/* ---- one transaction ------------------------------------------------------------ */

typedef int change_tables(struct work *work, const struct tables *tables);

static int wait_for_turn(struct work *work)
{
	bool ignored;

	return work->dialect->lock_change
		? ask(work, work->dialect->lock_change, NULL, 0, &ignored) : ROWAN_OK;
}

static void roll_back(struct work *work)
{
	struct rowan_error ignored, *error = work->error;

	work->error = &ignored;		/* the first failure is the one to report */
	text_clear(&work->sql);
	run_text(work, work->connection->words->rollback);
	work->error = error;
}

static int change(struct rowan_engine *engine, const struct dialect *dialect,
		  const struct tables *tables, change_tables *how, struct rowan_error *error)
{
	struct work work = { .dialect = dialect, .error = error };
	int status = engine_checkout(engine, (struct rowan_site){ 0 }, &work.connection, error);

	if (status < 0)
		return status;
	if (connection_is_pooled(work.connection))
		engine_report(engine, ROWAN_EVENT_WARNING, (struct rowan_site){ 0 },
			      "tables are changed through a pooler: the server's own host is "
			      "the place for that");
	if (!work.connection->words->begun)
		status = run_text(&work, dialect->begin_change);
	if (status == ROWAN_OK) {
		status = wait_for_turn(&work);
		if (status == ROWAN_OK)
			status = how(&work, tables);
		if (status == ROWAN_OK)
			status = run_text(&work, work.connection->words->commit);
		if (status < 0)
			roll_back(&work);
	}
	text_release(&work.sql);
	engine_checkin(work.connection);
	return status;
}

typedef int check_tables(const struct tables *tables, const struct dialect *dialect,
			 struct rowan_error *error);

/* `check` may be NULL. */
static int change_all(struct rowan_engine *engine, const struct rowan_model *const *models,
		      check_tables *check, change_tables *how, struct rowan_error *error)
{
	const struct dialect *dialect = dialect_named(engine_driver_name(engine));
	struct rowan_error own;		/* layers below always want one to fill */
	struct tables tables = { 0 };
	int status;

	if (!error)
		error = &own;
	status = tables_collect(&tables, models, dialect, error);
	if (status == ROWAN_OK && check)
		status = check(&tables, dialect, error);
	if (status == ROWAN_OK)
		status = change(engine, dialect, &tables, how, error);
	tables_release(&tables);
	return status;
}

int rowan_create_all(struct rowan_engine *engine, const struct rowan_model *const *models,
		     struct rowan_error *error)
{
	return change_all(engine, models, tables_check, create_tables, error);
}

int rowan_drop_all(struct rowan_engine *engine, const struct rowan_model *const *models,
		   struct rowan_error *error)
{
	return change_all(engine, models, NULL, drop_tables, error);
}
