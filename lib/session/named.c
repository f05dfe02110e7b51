/* SPDX-License-Identifier: MIT */
#include "session/session.h"

#include "base/nearest.h"
#include "base/utf8.h"

#include <stdio.h>
#include <string.h>

/* Members by name.  All are looked at before one is set. */

struct setting {
	const struct column *column;
	struct rowan_value value;
};

static void no_field(struct rowan_session *session, const struct plan *plan, const char *name,
		     struct rowan_site site)
{
	struct nearest nearest = { .wanted = name ? name : "" };
	size_t length = strlen(nearest.wanted), valid = length < 100 ? length : 100;
	char finding[256];

	/* It may come from anywhere: what is shown is whole characters. */
	utf8_valid(nearest.wanted, valid, &valid);
	for (size_t i = 0; i < plan->column_count; i++)
		nearest_add(&nearest, field_name(plan->columns[i].field));
	snprintf(finding, sizeof(finding), "%s has no field \"%.*s\"%s%s%s", plan->table,
		 (int)valid, nearest.wanted, nearest.found ? ": is " : "",
		 nearest.found ? nearest.found : "", nearest.found ? " meant?" : "");
	note_finding(session, plan, "", site, finding);
}

void note_misfit(struct rowan_session *session, const struct column *column,
		 struct rowan_value value, enum fit fit, struct rowan_site site)
{
	const char *name = slot_of(column)->name, *wanted = type_name(column->field->type);
	char finding[256];

	if (fit == FIT_NULL)
		snprintf(finding, sizeof(finding), "%s can't be NULL", name);
	else if (fit == FIT_RANGE)
		snprintf(finding, sizeof(finding), "%s is %s: the value does not fit", name, wanted);
	else
		snprintf(finding, sizeof(finding), "%s is %s, but the value is %s", name, wanted,
			 type_name(value.type));
	note_finding(session, column->plan, column->name, site, finding);
}

/* The members and their values, converted; NULL with the session's error set. */
static struct setting *resolve(struct rowan_session *session, const struct plan *plan,
			       const struct rowan_named_value *values, size_t count,
			       struct rowan_site site)
{
	struct setting *settings = arena_alloc(&session->scratch, count * sizeof(*settings));

	if (!settings) {
		session_no_memory(session, site);
		return NULL;
	}
	for (size_t i = 0; i < count; i++) {
		const struct column *column =
			values[i].name ? plan_field_named(plan, values[i].name) : NULL;
		enum fit fit;

		settings[i] = (struct setting){ column, values[i].value };
		if (!column) {
			no_field(session, plan, values[i].name, site);
			continue;
		}
		fit = value_fit(slot_of(column), &settings[i].value);
		if (fit != FIT_OK)
			note_misfit(session, column, values[i].value, fit, site);
	}
	return session_ready(session) ? NULL : settings;
}

static void apply(const struct setting *settings, size_t count, void *row)
{
	for (size_t i = 0; i < count; i++)
		slot_set(slot_of(settings[i].column), row, settings[i].value);
}

void *rowan_new_from_(struct rowan_session *session, const struct rowan_model *model,
		      const struct rowan_named_value *values, size_t count,
		      struct rowan_site site)
{
	const struct plan *plan;
	const struct setting *settings;
	struct change *change = NULL;
	int status;

	if (session_ready(session))
		return NULL;
	if ((status = plan_of(model, &plan, &session->error)) < 0) {
		session_failed_at(session, status, site);
		return NULL;
	}
	settings = resolve(session, plan, values, count, site);
	if (settings)
		change = new_row(session, plan, site);
	if (change)
		apply(settings, count, change->row);
	arena_clear(&session->scratch);
	return change ? change->row : NULL;
}

int rowan_set_all_(struct rowan_session *session, void *row,
		   const struct rowan_named_value *values, size_t count, struct rowan_site site)
{
	const struct setting *settings;
	struct change *change;

	if (session_ready(session))
		return session_ready(session);
	change = row ? unit_find(&session->unit, row) : NULL;
	if (!change || change->state == CHANGE_DELETE || change->state == CHANGE_GONE)
		return session_fail(session, ROWAN_MISUSE, site,
				    "rowan_set: not a row that rowan_new() or rowan_edit() of this "
				    "session gave");
	settings = resolve(session, change->plan, values, count, site);
	if (settings)
		apply(settings, count, row);
	arena_clear(&session->scratch);
	return session_ready(session);
}
