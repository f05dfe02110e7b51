/* SPDX-License-Identifier: MIT */
#include "session/session.h"

#include <string.h>

/* The constant of a field as a value, or none. */
static struct rowan_value constant_of(const struct rowan_field *field)
{
	const struct rowan_constant *constant = &field->default_value;

	switch (constant->type) {
	case ROWAN_TYPE_TEXT:
		return rowan_text_value(constant->text);
	case ROWAN_TYPE_DOUBLE:
		return rowan_double_value(constant->d);
	case ROWAN_TYPE_BOOL:
		return rowan_bool_value(constant->i != 0);
	case ROWAN_TYPE_INT64:
		return rowan_int_value(constant->i);
	default:
		return (struct rowan_value){ 0 };
	}
}

int set_by_factory(struct rowan_session *session, const struct column *column, void *row,
		   rowan_factory *factory, struct rowan_site site)
{
	struct rowan_value value = factory(session);

	if (session_ready(session))	/* it failed */
		return session_ready(session);
	if (value.type == ROWAN_TYPE_NONE)
		return ROWAN_OK;
	if (value_fit(slot_of(column), &value) != FIT_OK)
		return session_fail(session, ROWAN_MISUSE, site,
				    "%s is %s: its factory's value, %s, does not fit",
				    slot_of(column)->name, type_name(column->field->type),
				    value.null ? "NULL" : type_name(value.type));
	slot_set(slot_of(column), row, value);
	return ROWAN_OK;
}

static void apply_defaults(struct rowan_session *session, const struct plan *plan, void *row,
			   struct rowan_site site)
{
	for (size_t i = 0; i < plan->column_count && !session->error.code; i++) {
		const struct rowan_field *field = plan->columns[i].field;

		if (field->default_factory)
			set_by_factory(session, &plan->columns[i], row, field->default_factory,
				       site);
		else if (field->default_value.type != ROWAN_TYPE_NONE)
			slot_set(&plan->slots[i], row, constant_of(field));
	}
	if (plan->version && slot_is_zero(&plan->slots[plan->version->index], row))
		slot_set(&plan->slots[plan->version->index], row, rowan_int_value(1));
}

struct change *new_row(struct rowan_session *session, const struct plan *plan,
		       struct rowan_site site)
{
	struct session_model *model = session_model(session, plan);
	struct change *change = arena_alloc(&session->arena, sizeof(*change));
	void *row = arena_zalloc(&session->arena, plan->model->size);

	if (!model || !change || !row) {
		session_no_memory(session, site);
		return NULL;
	}
	*change = (struct change){ .plan = plan, .row = row, .site = site, .state = CHANGE_NEW };
	slots_init(plan, row, model->alone);
	apply_defaults(session, plan, row, site);
	if (session_ready(session))	/* a factory failed */
		return NULL;
	if (!unit_add(&session->unit, change)) {
		session_no_memory(session, site);
		return NULL;
	}
	return change;
}

void *rowan_new_(struct rowan_session *session, const struct rowan_model *model,
		 struct rowan_site site)
{
	const struct plan *plan;
	struct change *change;
	int status;

	if (session_ready(session))
		return NULL;
	if ((status = plan_of(model, &plan, &session->error)) < 0) {
		session_failed_at(session, status, site);
		return NULL;
	}
	change = new_row(session, plan, site);
	return change ? change->row : NULL;
}

int rowan_add_(struct rowan_session *session, const void *row, struct rowan_site site)
{
	struct change *change;

	if (session_ready(session))
		return session_ready(session);
	if (!row)
		return session_fail(session, ROWAN_MISUSE, site, "rowan_add: the row is NULL");
	change = unit_find(&session->unit, row);
	if (!change)
		return session_fail(session, ROWAN_MISUSE, site,
				    "rowan_add: not a row that rowan_new() of this session made");
	switch (change->state) {
	case CHANGE_NEW:
		if (change->plan->model->data_only)
			return session_failed_at(session,
						 plan_no_table_(change->plan, &session->error), site);
		change->state = CHANGE_INSERT;
		break;
	case CHANGE_DELETE:	/* it stays after all */
		change->state = CHANGE_STORED;
		break;
	case CHANGE_GONE:
		return session_fail(session, ROWAN_MISUSE, site,
				    "rowan_add: this row of %s was deleted", change->plan->table);
	default:		/* twice is once */
		break;
	}
	return ROWAN_OK;
}

int rowan_add_all_(struct rowan_session *session, const void *rows, size_t count,
		   struct rowan_site site)
{
	const char *at = rows;

	if (!session_ready(session) && !rows && count > 0)
		return session_fail(session, ROWAN_MISUSE, site, "rowan_add_all: the rows are NULL");
	for (size_t i = 0; i < count && !session_ready(session); i++) {
		const void *row;

		/* An array of pointers to any one struct: read each as bytes. */
		memcpy(&row, at + i * sizeof(row), sizeof(row));
		rowan_add_(session, row, site);
	}
	return session_ready(session);
}
