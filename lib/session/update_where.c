/* SPDX-License-Identifier: MIT */
#include "session/session.h"

#include <string.h>

/*
 * An update by condition: values are converted and checked on a row that stands for all
 * that it is about.
 */

struct update {
	struct rowan_session *session;
	struct select select;
	struct rowan_assignment *set;	/* the program's, and ours behind them */
	size_t count;
	void *row;
};

/* ---- what the program says ------------------------------------------------------------ */

static struct rowan_value value_of(const struct rowan_term *term)
{
	struct rowan_value value = { .type = (enum rowan_type)term->type };

	if (term->op == ROWAN_OP_IS_NULL)
		return (struct rowan_value){ .null = true };
	memcpy(&value.as, &term->right, sizeof(value.as));
	return value;
}

static void check_value(const struct update *update, const struct rowan_term *term)
{
	const struct plan *plan = update->select.plan;
	const struct column *column = plan_column_at(plan, term->left.offset);
	struct rowan_site site = update->select.query->site;
	struct rowan_value value = value_of(term);
	enum fit fit;

	if (term->op == ROWAN_OP_PLUS || term->operand == ROWAN_OPERAND_COLUMN)
		return;
	fit = value_fit(slot_of(column), &value);
	if (fit != FIT_OK) {
		note_misfit(update->session, column, value, fit, site);
		return;
	}
	slot_set(slot_of(column), update->row, value);
	validate_member(update->session, column, update->row, site);
}

static bool is_set(const struct update *update, const struct column *column)
{
	for (size_t i = 0; i < update->count; i++)
		if (update->set[i].term.left.offset == column->field->offset)
			return true;
	return false;
}

/* ---- what the model says --------------------------------------------------------------- */

static void add(struct update *update, const struct column *column, enum rowan_op op,
		struct rowan_value value)
{
	struct rowan_term *term = &update->set[update->count++].term;

	*term = (struct rowan_term){
		.left = { column->plan->model, column->field->offset },
		.op = (uint8_t)(value.null ? ROWAN_OP_IS_NULL : op),
		.operand = value.null ? ROWAN_OPERAND_NONE : ROWAN_OPERAND_VALUE,
		.type = (uint8_t)value.type,
	};
	memcpy(&term->right, &value.as, sizeof(value.as));
}

/* The value that a factory gives; integers of any size are bound as the widest. */
static int add_stamp(struct update *update, const struct column *column)
{
	const struct slot *slot = slot_of(column);
	struct rowan_value value;
	int status = set_by_factory(update->session, column, update->row, column->field->on_update,
				    update->select.query->site);

	if (status < 0)
		return status;
	value = slot_get(slot, update->row);
	if (!value.null && (slot->type == ROWAN_TYPE_INT16 || slot->type == ROWAN_TYPE_INT32))
		value = rowan_int_value(slot_get_int(slot, update->row));
	add(update, column, ROWAN_OP_EQ, value);
	return ROWAN_OK;
}

static int add_ours(struct update *update)
{
	const struct plan *plan = update->select.plan;
	int status = ROWAN_OK;

	for (size_t i = 0; i < plan->stamped_count && status == ROWAN_OK; i++)
		if (!is_set(update, plan->stamped[i]))
			status = add_stamp(update, plan->stamped[i]);
	if (status == ROWAN_OK && plan->version)
		add(update, plan->version, ROWAN_OP_PLUS, rowan_int_value(1));
	return status;
}

/* ---- the verb ---------------------------------------------------------------------------- */

static int refuse_version(const struct update *update)
{
	const struct column *version = update->select.plan->version;

	if (!version || !is_set(update, version))
		return ROWAN_OK;
	return session_fail(update->session, ROWAN_MISUSE, update->select.query->site,
			    "set: %s counts by itself", slot_of(version)->name);
}

static int prepare(struct update *update, const struct rowan_assignment *set)
{
	struct rowan_session *session = update->session;
	const struct plan *plan = update->select.plan;
	size_t most = update->count + plan->stamped_count + 1;
	int status;

	update->row = arena_zalloc(&session->scratch, plan->model->size);
	update->set = arena_alloc(&session->scratch, most * sizeof(*update->set));
	if (!update->row || !update->set)
		return session_no_memory(session, update->select.query->site);
	memcpy(update->set, set, update->count * sizeof(*set));
	if ((status = refuse_version(update)) < 0)
		return status;
	for (size_t i = 0; i < update->count; i++)
		check_value(update, &set[i].term);
	if (session_ready(session))
		return session_ready(session);
	status = add_ours(update);
	update->select.set = update->set;
	update->select.set_count = update->count;
	return status;
}

int64_t rowan_update_where_(struct rowan_session *session, const struct rowan_query *query,
			    const struct rowan_assignment *set)
{
	struct update update = { .session = session };
	int64_t updated;

	if (session_ready(session))
		return session_ready(session);
	while (set && set[update.count].term.op != ROWAN_OP_NONE)
		update.count++;
	updated = select_check(&update.select, SELECT_UPDATE, query, &session->error);
	if (updated == ROWAN_OK)
		updated = select_check_set(&update.select, set, update.count, &session->error);
	if (updated == ROWAN_OK)
		updated = prepare(&update, set);
	if (updated == ROWAN_OK)
		updated = write_where(session, &update.select);
	if (updated < 0)
		session_failed_at(session, (int)updated, query->site);
	arena_clear(&session->scratch);
	return updated;
}
