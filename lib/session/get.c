/* SPDX-License-Identifier: MIT */
#include "session/session.h"

struct get_context {
	const struct dialect *dialect;
	const struct plan *plan;
};

static int render(void *context, struct text *sql, struct rowan_error *error)
{
	const struct get_context *get = context;

	(void)error;
	render_get(get->dialect, get->plan, sql);
	return ROWAN_OK;
}

int get_begin(struct rowan_session *session, const struct plan *plan, const void *row,
	      struct rowan_site site, struct execution *run)
{
	struct get_context context = { session->dialect, plan };
	struct shape shape;
	int status;

	shape_start(&shape);
	shape_add(&shape, &(unsigned char){ STATEMENT_GET }, 1);
	shape_add(&shape, &plan, sizeof(plan));
	status = session_statement(session, &shape, render, &context, site, run);
	if (status < 0)
		return status;
	for (size_t i = 0; i < plan->key_count; i++)
		execution_bind_row(run, &plan->slots[plan->keys[i]->index], 1, row);
	execution_expect_few(run);
	return ROWAN_OK;
}

/* Whether a value of this type can be the column's; any integer fits any other. */
static bool fits(enum rowan_type value, enum rowan_type column)
{
	if (column == ROWAN_TYPE_INT16 || column == ROWAN_TYPE_INT32)
		column = ROWAN_TYPE_INT64;
	return value == column;
}

static bool in_range(enum rowan_type type, int64_t value)
{
	if (type == ROWAN_TYPE_INT16)
		return value >= INT16_MIN && value <= INT16_MAX;
	if (type == ROWAN_TYPE_INT32)
		return value >= INT32_MIN && value <= INT32_MAX;
	return true;
}

/* The key as a row of which nothing else is set; *possible is false for a number that no row can have. */
static int key_row(struct rowan_session *session, const struct plan *plan,
		   const struct rowan_value *key, size_t count, struct rowan_site site,
		   void **out, bool *possible)
{
	void *row = arena_alloc(&session->scratch, plan->model->size);

	if (!row)
		return session_no_memory(session, site);
	if (count != plan->key_count)
		return session_fail(session, ROWAN_MISUSE, site,
				    "rowan_get: the key of %s has %zu columns, %zu were given",
				    plan->table, plan->key_count, count);
	*possible = true;
	for (size_t i = 0; i < count; i++) {
		const struct slot *slot = &plan->slots[plan->keys[i]->index];

		if (!fits(key[i].type, (enum rowan_type)slot->type))
			return session_fail(session, ROWAN_MISUSE, site,
					    "rowan_get: %s is %s, but the key given is %s",
					    slot->name, type_name((enum rowan_type)slot->type),
					    type_name(key[i].type));
		if (key[i].type == ROWAN_TYPE_INT64)
			*possible &= in_range((enum rowan_type)slot->type, key[i].as.i);
		slot_set(slot, row, key[i]);
	}
	*out = row;
	return ROWAN_OK;
}

/*
 * Read the row for an entry of the identity map: one that is free, or of an earlier
 * epoch.  A row that is not there any more is forgotten; with edits that wait it
 * stays, for the flush to say that it is stale.
 */
static const void *read_one(struct rowan_session *session, struct session_model *model,
			    struct identity_entry *entry, const void *key,
			    struct rowan_site site)
{
	const struct plan *plan = model->map.plan;
	struct execution run;
	struct reader reader;
	void *row = NULL;
	int status;

	if (get_begin(session, plan, key, site, &run) < 0)
		return NULL;
	status = reader_init(&reader, session, plan, model->alone, 0);
	if (status == ROWAN_OK)
		status = execution_step(&run);
	if (status == DRIVER_ROW)
		status = reader_enter(&reader, &run, entry, &row);
	else if (status == DRIVER_DONE && entry->row && !unit_find(&session->unit, entry->row))
		identity_remove(&model->map, entry);
	status = execution_end(&run, status);
	if (status < 0)
		session_failed_at(session, status, site);
	return status < 0 ? NULL : row;
}

static bool is_deleted(struct rowan_session *session, const void *row)
{
	const struct change *change = unit_find(&session->unit, row);

	return change && (change->state == CHANGE_DELETE || change->state == CHANGE_GONE);
}

const void *find_row(struct rowan_session *session, struct session_model *model,
		     const void *key, struct rowan_site site)
{
	uint64_t hash = identity_hash(model->map.plan, key);
	struct identity_entry *entry = identity_place(&model->map, hash, key);
	const void *found;

	if (!entry) {
		session_no_memory(session, site);
		return NULL;
	}
	found = entry->row;
	if (!found || entry->epoch != session->epoch)
		found = read_one(session, model, entry, key, site);
	return found && is_deleted(session, found) ? NULL : found;
}

const void *rowan_get_(struct rowan_session *session, const struct rowan_model *model,
		       const struct rowan_value *key, size_t count, struct rowan_site site)
{
	struct session_model *ours;
	const struct plan *plan;
	const void *found = NULL;
	void *row = NULL;
	bool possible = false;
	int status;

	if (session_ready(session))
		return NULL;
	if ((status = table_plan_of(model, &plan, &session->error)) < 0) {
		session_failed_at(session, status, site);
		return NULL;
	}
	ours = session_model(session, plan);
	if (!ours) {
		session_no_memory(session, site);
		return NULL;
	}
	if (key_row(session, plan, key, count, site, &row, &possible) == ROWAN_OK && possible)
		found = find_row(session, ours, row, site);
	arena_clear(&session->scratch);
	return found;
}
