/* SPDX-License-Identifier: MIT */
#include "session/session.h"

#include "base/error.h"

#include <stdio.h>
#include <string.h>

/*
 * Which constraint refused a row.
 *
 * SQLite names the columns of a unique constraint but not the constraint, and of
 * a foreign key nothing at all.  The names are in the models; which foreign key
 * it was is asked of the database, while the transaction is still open.  PostgreSQL
 * names every constraint of its own, though not what a trigger raises, and answers
 * nothing more in a transaction that failed.
 */

static void name_constraint(struct rowan_error *error, const char *name)
{
	snprintf(error->constraint, sizeof(error->constraint), "%s", name);
}

/* Whether these are the columns that the database listed: "a, b". */
static bool are_listed(const char *list, const struct column *const *columns, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		size_t length = strlen(columns[i]->name);

		if (strncmp(list, columns[i]->name, length) != 0)
			return false;
		list += length;
		if (i + 1 < count && strncmp(list, ", ", 2) != 0)
			return false;
		list += i + 1 < count ? 2 : 0;
	}
	return !*list;
}

static const char *unique_of(const struct plan *plan, const char *columns)
{
	for (size_t i = 0; i < plan->column_count; i++)
		if (plan->columns[i].unique && strcmp(plan->columns[i].name, columns) == 0)
			return plan->columns[i].unique;
	for (size_t i = 0; i < plan->index_count; i++) {
		const struct index *index = &plan->indexes[i];

		if (index->unique && are_listed(columns, index->columns, index->column_count))
			return index->name;
	}
	return plan->primary_key;
}

/* Of ck_<table>_<column> the database names the whole only. */
static void name_checked(struct rowan_error *error, const struct plan *plan)
{
	for (size_t i = 0; i < plan->column_count; i++) {
		const struct column *column = &plan->columns[i];

		if (strcmp(column->check, error->constraint) == 0)
			snprintf(error->columns, sizeof(error->columns), "%s", column->name);
	}
}

/* What the model says of a check of its own. */
static void say_checked(struct rowan_error *error, const struct plan *plan)
{
	for (size_t i = 0; i < plan->check_count; i++) {
		const struct check *check = &plan->checks[i];

		if (strcmp(check->name, error->constraint) == 0 && check->declared->message)
			snprintf(error->message, sizeof(error->message), "%s: %s", plan->table,
				 check->declared->message);
	}
}

struct exists_context {
	const struct dialect *dialect;
	const struct key *key;
};

static int render(void *context, struct text *sql, struct rowan_error *error)
{
	const struct exists_context *with = context;

	(void)error;
	render_exists(with->dialect, key_plan(with->key), with->key->columns, with->key->count, sql);
	return ROWAN_OK;
}

/* Whether a row has `key` equal to what is `from` in `row`; true when in doubt. */
static bool exists(struct rowan_session *session, const struct key *key, const struct key *from,
		   const void *row)
{
	struct exists_context context = { session->dialect, key };
	struct rowan_error ignored = { 0 };
	struct statement *statement;
	struct execution run;
	struct shape shape;
	int status;

	shape_start(&shape);
	shape_add(&shape, &(unsigned char){ STATEMENT_EXISTS }, 1);
	shape_add(&shape, &key->columns, sizeof(key->columns));
	if (connection_statement(session->connection, &shape, render, &context, &statement,
				 &ignored) < 0)
		return true;
	execution_begin(&run, session->connection, statement, session->error.site, &ignored);
	execution_bind_row(&run, from->slots, from->count, row);
	status = execution_step(&run);
	execution_end(&run, status);
	return status != DRIVER_DONE;
}

static void name_foreign_key(struct rowan_error *error, const struct foreign_key *key)
{
	name_constraint(error, key->name);
	snprintf(error->table, sizeof(error->table), "%s", key->plan->table);
	key_columns(&key->columns, error->columns, sizeof(error->columns));
}

/* The foreign key of these rows that refers to nothing. */
static void find_orphan(struct rowan_session *session, struct change **changes, size_t count)
{
	const struct plan *plan = changes[0]->plan;

	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < plan->foreign_key_count; k++) {
			const struct foreign_key *key = &plan->foreign_keys[k];

			if (key_is_null(&key->columns, changes[i]->row) ||
			    exists(session, &key->references, &key->columns, changes[i]->row))
				continue;
			name_foreign_key(&session->error, key);
			return;
		}
}

/* PostgreSQL names the constraint; of which columns it is, the models know. */
static const struct foreign_key *foreign_key_named(const char *constraint)
{
	for (const struct plan *plan = plan_next(NULL); plan; plan = plan_next(plan))
		for (size_t i = 0; i < plan->foreign_key_count; i++)
			if (strcmp(plan->foreign_keys[i].name, constraint) == 0)
				return &plan->foreign_keys[i];
	return NULL;
}

static void say_referred(struct rowan_error *error, const struct plan *plan,
			 const struct foreign_key *by)
{
	char columns[sizeof(error->columns)];

	key_columns(&by->columns, columns, sizeof(columns));
	snprintf(error->message, sizeof(error->message), "%s: rows of %s still refer to it by %s",
		 plan->table, by->plan->table, columns);
}

/* The foreign key, of any model known so far, that refers to the row. */
static void find_reference(struct rowan_session *session, const struct change *change)
{
	for (const struct plan *plan = plan_next(NULL); plan; plan = plan_next(plan))
		for (size_t i = 0; i < plan->foreign_key_count; i++) {
			const struct foreign_key *key = &plan->foreign_keys[i];

			if (key->target != change->plan ||
			    !exists(session, &key->columns, &key->references, change->flushed))
				continue;
			name_foreign_key(&session->error, key);
			say_referred(&session->error, change->plan, key);
			return;
		}
}

void diagnose(struct rowan_session *session, struct change **changes, size_t count,
	      bool deleting)
{
	struct rowan_error *error = &session->error;
	const struct plan *plan = changes[0]->plan;
	const struct foreign_key *named;
	bool unnamed;

	if (!rowan_is_integrity(error->code))
		return;
	unnamed = error->code == ROWAN_FOREIGN_KEY && !error->constraint[0] &&
		  !session->dialect->row_sets;
	named = error->code == ROWAN_FOREIGN_KEY ? foreign_key_named(error->constraint) : NULL;
	if (named)
		name_foreign_key(error, named);
	if (!error->table[0])
		snprintf(error->table, sizeof(error->table), "%s", plan->table);
	if (error->code == ROWAN_UNIQUE && !error->constraint[0])
		name_constraint(error, unique_of(plan, error->columns));
	if (error->code == ROWAN_CHECK && !error->columns[0])
		name_checked(error, plan);
	if (unnamed && !deleting)
		find_orphan(session, changes, count);
	error_describe(error);
	if (error->code == ROWAN_CHECK)
		say_checked(error, plan);
	if (deleting && named)
		say_referred(error, plan, named);
	else if (deleting && unnamed)
		find_reference(session, changes[0]);
}
