/* SPDX-License-Identifier: MIT */
#include "session/session.h"

#include <string.h>

/*
 * Sending changes, batched by table.
 *
 * Rows to insert that supply the same columns go many to a statement.  The keys
 * that the database numbers are then computed from the last one, where the driver
 * says that this is safe; else row by row.
 */

/* SQLite inserts 500 rows by one statement no faster than 50, and one by one 1.5 times slower. */
#define INSERT_ROWS 50

/* ---- statements ------------------------------------------------------------- */

/* The columns that a statement writes. */
struct written {
	const struct plan *plan;
	uint16_t *columns;
	struct slot *slots;	/* of the columns; for an update, then of the key */
	size_t count;
};

struct write_context {
	const struct dialect *dialect;
	enum statement_kind kind;
	const struct written *written;
	size_t rows;
};

static int render(void *context, struct text *sql, struct rowan_error *error)
{
	const struct write_context *with = context;
	const struct written *written = with->written;

	(void)error;
	if (with->kind == STATEMENT_INSERT)
		render_insert(with->dialect, written->plan, written->columns, written->count,
			      with->rows, sql);
	else if (with->kind == STATEMENT_UPDATE)
		render_update(with->dialect, written->plan, written->columns, written->count,
			      false, sql);
	else
		render_delete(with->dialect, written->plan, false, sql);
	return ROWAN_OK;
}

static int write_begin(struct rowan_session *session, enum statement_kind kind,
		       const struct written *written, size_t rows, struct rowan_site site,
		       struct execution *run)
{
	struct write_context context = { session->dialect, kind, written, rows };
	struct statement *statement;
	struct shape shape;
	int status;

	shape_start(&shape);
	shape_add(&shape, &(unsigned char[]){ (unsigned char)kind, (unsigned char)rows }, 2);
	shape_add(&shape, &written->plan, sizeof(written->plan));
	shape_add(&shape, written->columns, written->count * sizeof(*written->columns));
	status = connection_statement(session->connection, &shape, render, &context, &statement,
				      &session->error);
	if (status < 0)
		return session_failed_at(session, status, site);
	execution_begin(run, session->connection, statement, site, &session->error);
	return ROWAN_OK;
}

static int written_init(struct rowan_session *session, struct written *written,
			const struct plan *plan, struct rowan_site site)
{
	written->plan = plan;
	written->count = 0;
	written->columns = arena_alloc(&session->scratch,
				       plan->column_count * sizeof(*written->columns));
	written->slots = arena_alloc(&session->scratch,
				     2 * plan->column_count * sizeof(*written->slots));
	if (!written->columns || !written->slots)
		return session_no_memory(session, site);
	return ROWAN_OK;
}

static void written_add(struct written *written, size_t column)
{
	written->columns[written->count] = (uint16_t)column;
	written->slots[written->count] = written->plan->slots[column];
	written->slots[written->count++].checked = true;	/* see validate.c */
}

/* Text that the user assigned is copied: nothing is to point at a dead buffer. */
static int own_text(struct rowan_session *session, const struct written *written,
		    struct change *change)
{
	for (size_t i = 0; i < written->count; i++) {
		const struct slot *slot = &written->slots[i];
		char *member = (char *)change->row + slot->offset;
		const void *copy;

		if (slot->type == ROWAN_TYPE_TEXT) {
			const char *text = *(const char *const *)(const void *)member;

			if (!text)
				continue;
			copy = arena_text(&session->arena, text, strlen(text));
		} else if (slot->type == ROWAN_TYPE_BYTES) {
			const struct rowan_bytes *bytes = (const void *)member;

			if (!bytes->data)
				continue;
			copy = arena_copy(&session->arena, bytes->data, bytes->size);
		} else {
			continue;
		}
		if (!copy)
			return session_no_memory(session, change->site);
		memcpy(member, &copy, sizeof(copy));	/* the pointer comes first in both */
	}
	return ROWAN_OK;
}

/* Remember the row as the database has it now. */
static int note_flushed(struct rowan_session *session, struct change *change)
{
	size_t size = change->plan->model->size;

	/* Until the commit is through, the copy is what a rollback goes back to. */
	if (session->committing && change->saved && change->flushed == change->saved) {
		change->sent = true;
		return ROWAN_OK;
	}
	if (!change->flushed || change->flushed == change->saved) {
		change->flushed = arena_copy(&session->arena, change->row, size);
		return change->flushed ? ROWAN_OK : session_no_memory(session, change->site);
	}
	memcpy(change->flushed, change->row, size);
	return ROWAN_OK;
}

/* ---- inserts ----------------------------------------------------------------- */

/* In place of an older row with this key, which is gone from the database. */
static int enter_identity(struct rowan_session *session, struct change *change)
{
	struct session_model *model = session_model(session, change->plan);

	if (!model || !identity_put(&model->map, identity_hash(change->plan, change->row),
				    change->row, session->epoch))
		return session_no_memory(session, change->site);
	return ROWAN_OK;
}

static int note_inserted(struct rowan_session *session, struct change *change)
{
	int status = note_flushed(session, change);

	if (status == ROWAN_OK)
		status = enter_identity(session, change);
	if (status < 0)
		return status;
	change->state = CHANGE_STORED;
	return ROWAN_OK;
}

static void set_key(struct change *change, int64_t key)
{
	slot_set(&change->plan->slots[change->plan->generated->index], change->row,
		 rowan_int_value(key));
	change->key_generated = true;
}

static bool has_key(const struct change *change)
{
	const struct column *generated = change->plan->generated;

	return !generated || !slot_is_zero(&change->plan->slots[generated->index], change->row);
}

/* Keys of `count` rows that one statement inserted. */
static int take_keys(struct rowan_session *session, struct change **changes, size_t count,
		     struct rowan_site site)
{
	struct driver_outcome outcome;
	int64_t last, changed;

	session->connection->driver->receive(session->connection->handle, &outcome, &session->error);
	last = outcome.last_key;
	changed = outcome.changed;

	if (changed != (int64_t)count)
		return session_fail(session, ROWAN_STALE, site,
				    "%s: %lld of %zu rows were inserted: a trigger refused the rest",
				    changes[0]->plan->table, (long long)changed, count);
	for (size_t i = 0; i < count; i++)
		set_key(changes[i], last - (int64_t)(count - 1 - i));
	return ROWAN_OK;
}

/* One statement. */
static int insert_rows(struct rowan_session *session, const struct written *written,
		       struct change **changes, size_t count, struct rowan_site site)
{
	bool take = !has_key(changes[0]);
	struct execution run;
	int status;

	for (size_t i = 0; i < count; i++) {
		if (changes[i]->links)
			change_follow_keys(changes[i]);
		if ((status = own_text(session, written, changes[i])) < 0)
			return status;
	}
	if ((status = write_begin(session, STATEMENT_INSERT, written, count, site, &run)) < 0)
		return status;
	for (size_t i = 0; i < count; i++)
		execution_bind_row(&run, written->slots, written->count, changes[i]->row);
	status = execution_end(&run, execution_step(&run));
	if (status < 0) {
		diagnose(session, changes, count, false);
		return session_failed_at(session, status, site);
	}
	if (take && (status = take_keys(session, changes, count, site)) < 0)
		return status;
	for (size_t i = 0; i < count && status == ROWAN_OK; i++)
		status = note_inserted(session, changes[i]);
	return status;
}

/* How many of these rows one statement may take. */
static int rows_per_statement(struct rowan_session *session, const struct written *written,
			      bool take_keys_back, size_t *rows)
{
	const struct driver *driver = session->connection->driver;
	size_t params = (size_t)driver->max_params(session->connection->handle);
	bool contiguous = true;
	int status;

	*rows = INSERT_ROWS;
	if (written->count > 0 && params / written->count < *rows)
		*rows = params / written->count ? params / written->count : 1;
	if (written->count == 0)
		*rows = 1;
	if (!take_keys_back)
		return ROWAN_OK;
	status = driver->contiguous_keys(session->connection->handle, written->plan->table,
					 &contiguous, &session->error);
	if (!contiguous)
		*rows = 1;
	return status;
}

/* Rows of one table that supply the same columns. */
static int insert_alike(struct rowan_session *session, struct change **changes, size_t count,
			struct rowan_site site)
{
	const struct plan *plan = changes[0]->plan;
	bool take = !has_key(changes[0]);
	struct written written;
	size_t rows = 1;
	int status = written_init(session, &written, plan, site);

	if (status < 0)
		return status;
	for (size_t i = 0; i < plan->column_count; i++)
		if (!take || &plan->columns[i] != plan->generated)
			written_add(&written, i);
	if (count > 1 && (status = rows_per_statement(session, &written, take, &rows)) < 0)
		return session_failed_at(session, status, site);
	for (size_t done = 0; done < count && status == ROWAN_OK; done += rows) {
		size_t now = count - done < rows ? count - done : rows;

		status = insert_rows(session, &written, changes + done, now, site);
	}
	return status;
}

static bool is_alike(const struct change *a, const struct change *b)
{
	return a->plan == b->plan && a->level == b->level && has_key(a) == has_key(b);
}

int flush_inserts(struct rowan_session *session, struct change **changes, size_t count,
		  struct rowan_site site)
{
	int status = ROWAN_OK;

	for (size_t begin = 0, end; begin < count && status == ROWAN_OK; begin = end) {
		for (end = begin + 1; end < count && is_alike(changes[begin], changes[end]); end++)
			;
		status = insert_alike(session, changes + begin, end - begin, site);
	}
	return status;
}

/* ---- updates ----------------------------------------------------------------- */

/* The statement must have found the one row; else somebody else was there before. */
static int check_found(struct rowan_session *session, const struct change *change,
		       const char *what, struct rowan_site site)
{
	if (session->connection->driver->changes(session->connection->handle) == 1)
		return ROWAN_OK;
	return session_fail(session, ROWAN_STALE, site, "the row of %s to be %s is not there any more",
			    change->plan->table, what);
}

static int update_row(struct rowan_session *session, struct written *written,
		      struct change *change, struct rowan_site site)
{
	const struct plan *plan = change->plan;
	size_t key_count = plan->key_count;
	struct execution run;
	int status;

	if (change->links) {	/* keys may have come since */
		change_follow_keys(change);
		change_compare(change);
	}
	written->plan = plan;
	written->count = 0;
	for (size_t i = change_next_dirty(change, 0); i < plan->column_count;
	     i = change_next_dirty(change, i + 1))
		written_add(written, i);
	if (written->count == 0)
		return ROWAN_OK;
	if ((status = own_text(session, written, change)) < 0 ||
	    (status = write_begin(session, STATEMENT_UPDATE, written, 1, site, &run)) < 0)
		return status;
	for (size_t i = 0; i < key_count; i++)
		written->slots[written->count + i] = plan->slots[plan->keys[i]->index];
	execution_bind_row(&run, written->slots, written->count + key_count, change->row);
	status = execution_end(&run, execution_step(&run));
	if (status < 0) {
		diagnose(session, &change, 1, false);
		return session_failed_at(session, status, site);
	}
	if ((status = check_found(session, change, "updated", site)) < 0)
		return status;
	return note_flushed(session, change);
}

int flush_updates(struct rowan_session *session, struct change **changes, size_t count,
		  struct rowan_site site)
{
	struct written written = { 0 };
	int status = ROWAN_OK;

	for (size_t i = 0; i < count && status == ROWAN_OK; i++) {
		if (i == 0 || changes[i]->plan != changes[i - 1]->plan)
			status = written_init(session, &written, changes[i]->plan, site);
		if (status == ROWAN_OK)
			status = update_row(session, &written, changes[i], site);
	}
	return status;
}

/* ---- deletes ----------------------------------------------------------------- */

static void leave_identity(struct rowan_session *session, const struct change *change)
{
	struct session_model *model = session_model(session, change->plan);
	struct identity_entry *entry = model ? identity_find(
		&model->map, identity_hash(change->plan, change->flushed), change->flushed) : NULL;

	if (entry && entry->row == change->row)
		identity_remove(&model->map, entry);
}

static int delete_row(struct rowan_session *session, const struct written *written,
		      struct change *change, struct rowan_site site)
{
	const struct plan *plan = change->plan;
	struct execution run;
	int status = write_begin(session, STATEMENT_DELETE, written, 1, site, &run);

	if (status < 0)
		return status;
	for (size_t i = 0; i < plan->key_count; i++)
		execution_bind_row(&run, &plan->slots[plan->keys[i]->index], 1, change->flushed);
	status = execution_end(&run, execution_step(&run));
	if (status < 0) {
		diagnose(session, &change, 1, true);
		return session_failed_at(session, status, site);
	}
	if ((status = check_found(session, change, "deleted", site)) < 0)
		return status;
	leave_identity(session, change);
	change->state = CHANGE_GONE;
	session->unit.some_gone = true;
	return ROWAN_OK;
}

int flush_deletes(struct rowan_session *session, struct change **changes, size_t count,
		  struct rowan_site site)
{
	int status = ROWAN_OK;

	for (size_t i = 0; i < count && status == ROWAN_OK; i++)
		status = delete_row(session, &(struct written){ .plan = changes[i]->plan },
				    changes[i], site);
	return status;
}
