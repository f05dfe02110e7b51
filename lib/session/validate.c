/* SPDX-License-Identifier: MIT */
#include "session/session.h"

#include "base/error.h"
#include "base/utf8.h"

#include <stdio.h>
#include <string.h>

/*
 * What a field does not allow is found before anything is sent.  All findings go
 * into one error; its table and column are those of the first.
 */

void note_finding(struct rowan_session *session, const struct plan *plan, const char *column,
		  struct rowan_site site, const char *finding)
{
	struct rowan_error *error = &session->error;

	if (error->code != ROWAN_OK) {
		error_add(error, "%s", finding);
		return;
	}
	error_set(error, ROWAN_VALIDATION, "%s", finding);
	snprintf(error->table, sizeof(error->table), "%s", plan->table);
	snprintf(error->columns, sizeof(error->columns), "%s", column);
	error->site = site;
}

static void add_finding(struct rowan_session *session, const struct column *column,
			struct rowan_site site, const char *finding)
{
	char line[256];

	snprintf(line, sizeof(line), "%s %s", slot_of(column)->name, finding);
	note_finding(session, column->plan, column->name, site, line);
}

static void check_text(struct rowan_session *session, const struct column *column,
		       const char *text, struct rowan_site site)
{
	const struct rowan_field *field = column->field;
	size_t size = strlen(text), bad, length;
	char finding[96];

	if (!utf8_valid(text, size, &bad)) {
		snprintf(finding, sizeof(finding), "is not UTF-8 at byte %zu", bad);
		add_finding(session, column, site, finding);
		return;
	}
	if (field->min_length == 0 && (field->max_length == 0 || size <= field->max_length))
		return;
	length = utf8_count(text, size);
	if (field->max_length && length > field->max_length)
		snprintf(finding, sizeof(finding), "has %zu characters, at most %zu are allowed",
			 length, field->max_length);
	else if (length < field->min_length)
		snprintf(finding, sizeof(finding), "has %zu characters, at least %zu are required",
			 length, field->min_length);
	else
		return;
	add_finding(session, column, site, finding);
}

void validate_member(struct rowan_session *session, const struct column *column, const void *row,
		     struct rowan_site site)
{
	const struct slot *slot = slot_of(column);
	const void *value = slot_value(slot, row);

	if (!value && !slot->nullable)
		add_finding(session, column, site, "is missing");
	else if (value && slot->type == ROWAN_TYPE_TEXT)
		check_text(session, column, *(const char *const *)value, site);
}

/*
 * A foreign key that follows a row gets its value when that row has one, and the database may
 * put in what is left out.
 */
static bool comes_by_itself(const struct change *change, const struct column *column)
{
	return change_link_of(change, column) || (column->omittable && !change->flushed);
}

static void check_column(struct rowan_session *session, const struct change *change, size_t i)
{
	const struct column *column = &change->plan->columns[i];
	const struct slot *slot = &change->plan->slots[i];

	if (change->flushed && column->key)
		session_fail(session, ROWAN_MISUSE, change->site,
			     "%s: the primary key of a stored row can't be changed", slot->name);
	else if (slot_value(slot, change->row) || !comes_by_itself(change, column))
		validate_member(session, column, change->row, change->site);
}

void validate_change(struct rowan_session *session, const struct change *change)
{
	size_t count = change->plan->column_count;

	for (size_t i = change_next_dirty(change, 0); i < count;
	     i = change_next_dirty(change, i + 1))
		check_column(session, change, i);
}

int rowan_validate_(struct rowan_session *session, const void *row, struct rowan_site site)
{
	struct change *change;

	if (session_ready(session))
		return session_ready(session);
	change = row ? unit_find(&session->unit, row) : NULL;
	if (!change)
		return session_fail(session, ROWAN_MISUSE, site, "rowan_validate: not a row that "
				    "rowan_new() or rowan_edit() of this session gave");
	if (change->flushed)
		change_compare(change);
	else
		change->dirty = UINT64_MAX;
	validate_change(session, change);
	return session_ready(session);
}
