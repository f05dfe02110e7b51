/* SPDX-License-Identifier: MIT */
#include "session/write.h"

#include "base/error.h"

#include <stdio.h>
#include <string.h>

/*
 * Structs straight into the database: validated and sent like rows of the session,
 * but nothing is remembered of them.
 */

struct bulk {
	const struct plan *plan;
	const char *rows;
	size_t count;
	/* Stand-ins for the rows of one statement; an error is told with their help. */
	struct change *changes;
	struct change **pointers;
	struct rowan_site site;
};

static const void *bulk_row(const struct bulk *bulk, size_t i)
{
	return bulk->rows + i * bulk->plan->model->size;
}

static struct change stand_in(const struct bulk *bulk, size_t i)
{
	/* A row that is inserted without asking for its key is only read. */
	return (struct change){ .plan = bulk->plan, .row = (void *)(uintptr_t)bulk_row(bulk, i),
				.dirty = UINT64_MAX, .site = bulk->site,
				.state = CHANGE_INSERT };
}

/* The first row with a mistake, with all its mistakes. */
static int validate(struct rowan_session *session, const struct bulk *bulk)
{
	for (size_t i = 0; i < bulk->count; i++) {
		struct change change = stand_in(bulk, i);
		struct rowan_error *error = &session->error;
		char what[sizeof(error->message)];

		validate_change(session, &change);
		if (error->code == ROWAN_OK)
			continue;
		memcpy(what, error->message, sizeof(what));
		error->message[0] = '\0';
		error_more(error, "row %zu: %s", i, what);
		return error->code;
	}
	return ROWAN_OK;
}

static int inserted(struct rowan_session *session, struct posted *posted,
		    const struct driver_outcome *outcome)
{
	return posted_check_count(session, posted, outcome);
}

/* What VALUES takes is bounded by itself; an array is by its text as well. */
static size_t text_bytes(const struct written *written, const void *row)
{
	size_t bytes = 0;

	for (size_t i = 0; i < written->slot_count; i++) {
		const struct slot *slot = &written->slots[i];
		const void *value = slot_value(slot, row);

		if (value && slot->type == ROWAN_TYPE_TEXT)
			bytes += strlen(*(const char *const *)value);
		else if (value && slot->type == ROWAN_TYPE_BYTES)
			bytes += ((const struct rowan_bytes *)value)->size;
	}
	return bytes;
}

/* One statement of rows from `first` on; how many it took. */
static int insert_rows(struct rowan_session *session, const struct bulk *bulk,
		       const struct written *written, size_t first, size_t end, size_t *taken)
{
	struct posted *posted = posted_make(session, bulk->site);
	size_t bytes = 0, rows = 0;

	if (!posted)
		return ROWAN_NO_MEMORY;
	while (first + rows < end && !written_full(written, rows, bytes)) {
		bulk->changes[rows] = stand_in(bulk, first + rows);
		written->rows[rows] = bulk->changes[rows].row;
		if (session->dialect->row_sets)
			bytes += text_bytes(written, written->rows[rows]);
		rows++;
	}
	*taken = rows;
	posted->changes = bulk->pointers;
	posted->count = rows;
	posted->inserts = true;
	posted->arrived = inserted;
	return written_post(session, written, posted, rows);
}

static int make_stand_ins(struct rowan_session *session, struct bulk *bulk, size_t most)
{
	bulk->changes = arena_alloc(&session->scratch, most * sizeof(*bulk->changes));
	bulk->pointers = arena_alloc(&session->scratch, most * sizeof(struct change *));
	if (!bulk->changes || !bulk->pointers)
		return session_no_memory(session, bulk->site);
	for (size_t i = 0; i < most; i++)
		bulk->pointers[i] = &bulk->changes[i];
	return ROWAN_OK;
}

/* Rows of which the same columns are sent. */
static int insert_alike(struct rowan_session *session, struct bulk *bulk, size_t first, size_t end,
			bool with_key)
{
	struct written written;
	size_t taken;
	int status = written_init(session, &written, STATEMENT_INSERT, bulk->plan, bulk->site);

	if (status < 0)
		return status;
	written_add_all(&written, with_key, bulk_row(bulk, first));
	written.counted = false;	/* a commit comes later */
	status = written_most(session, &written, end - first);
	if (status == ROWAN_OK)
		status = make_stand_ins(session, bulk, written.most);
	for (; first < end && status == ROWAN_OK; first += taken)
		status = insert_rows(session, bulk, &written, first, end, &taken);
	return status;
}

static bool rows_alike(const struct bulk *bulk, size_t a, size_t b)
{
	return row_has_key(bulk->plan, bulk_row(bulk, a)) ==
		       row_has_key(bulk->plan, bulk_row(bulk, b)) &&
	       written_alike(bulk->plan, bulk_row(bulk, a), bulk_row(bulk, b));
}

static int insert(struct rowan_session *session, struct bulk *bulk)
{
	int status = begin_transaction(session, true, bulk->site);

	for (size_t begin = 0, end; begin < bulk->count && status == ROWAN_OK; begin = end) {
		bool with_key = row_has_key(bulk->plan, bulk_row(bulk, begin));

		for (end = begin + 1; end < bulk->count && rows_alike(bulk, begin, end); end++)
			;
		status = insert_alike(session, bulk, begin, end, with_key);
	}
	status = collect(session, status);
	if (status < 0 && !session->savepoints)
		rollback_transaction(session);
	return status;
}

int rowan_insert_all_(struct rowan_session *session, const struct rowan_model *model,
		      const void *rows, size_t count, struct rowan_site site)
{
	struct bulk bulk = { .rows = rows, .count = count, .site = site };
	int status;

	if (session_ready(session))
		return session_ready(session);
	status = table_plan_of(model, &bulk.plan, &session->error);
	if (status == ROWAN_OK && count > 0 && !rows)
		return session_fail(session, ROWAN_MISUSE, site,
				    "rowan_insert_all: the rows of %s are NULL", bulk.plan->table);
	if (status == ROWAN_OK && count > 0 && (status = validate(session, &bulk)) == ROWAN_OK)
		status = insert(session, &bulk);
	session->outbox = (struct outbox){ 0 };
	arena_clear(&session->scratch);
	return status < 0 ? session_failed_at(session, status, site) : ROWAN_OK;
}
