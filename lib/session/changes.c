/* SPDX-License-Identifier: MIT */
#include "session/changes.h"

#include <string.h>

/*
 * Changes of a flush, as statements: which go together, and what becomes of the rows.
 *
 * Everything that needs memory is done before a statement is posted.  When its
 * outcome arrives, perhaps behind a commit, nothing can fail any more.
 */

/* Text that the user assigned is copied: nothing is to point at a dead buffer. */
static int own_text(struct rowan_session *session, const struct written *written,
		    struct change *change, size_t *bytes)
{
	for (size_t i = 0; i < written->count; i++) {
		const struct slot *slot = &written->slots[i];
		char *member = (char *)change->row + slot->offset;
		const void *copy;
		size_t size;

		if (slot->type == ROWAN_TYPE_TEXT) {
			const char *text = *(const char *const *)(const void *)member;

			if (!text)
				continue;
			size = strlen(text);
			copy = arena_text(&session->arena, text, size);
		} else if (slot->type == ROWAN_TYPE_BYTES) {
			const struct rowan_bytes *value = (const void *)member;

			if (!value->data)
				continue;
			size = value->size;
			copy = arena_copy(&session->arena, value->data, size);
		} else {
			continue;
		}
		if (!copy)
			return session_no_memory(session, change->site);
		memcpy(member, &copy, sizeof(copy));	/* the pointer comes first in both */
		*bytes += size;
	}
	return ROWAN_OK;
}

/* Remember the row as the database has it from now on. */
static int note_flushed(struct rowan_session *session, struct change *change)
{
	size_t size = change->plan->model->size;

	/* Until the commit is through, the copy is what a rollback goes back to. */
	if (session->committing && !session->savepoints && change->saved &&
	    change->flushed == change->saved) {
		change->sent = true;
		return ROWAN_OK;
	}
	if (session->savepoints || !change->flushed || change->flushed == change->saved) {
		change->flushed = arena_copy(&session->arena, change->row, size);
		return change->flushed ? ROWAN_OK : session_no_memory(session, change->site);
	}
	memcpy(change->flushed, change->row, size);
	return ROWAN_OK;
}

int change_ready(struct rowan_session *session, const struct written *written,
		 struct change *change, size_t *bytes)
{
	int status = own_text(session, written, change, bytes);

	return status < 0 ? status : note_flushed(session, change);
}

int change_await_keys(struct rowan_session *session, struct change *change)
{
	int status = ROWAN_OK;

	for (struct key_link *link = change->links; link && status == ROWAN_OK; link = link->next)
		if (link_is_awaited(change, link))
			status = collect(session, ROWAN_OK);
	if (status == ROWAN_OK)
		change_follow_keys(change);
	return status;
}

struct posted *posted_for(struct rowan_session *session, struct change **changes, size_t count,
			  posted_arrived *arrived, struct rowan_site site)
{
	struct posted *posted = posted_make(session, site);

	if (!posted)
		return NULL;
	posted->changes = changes;
	posted->count = count;
	posted->arrived = arrived;
	return posted;
}

int rows_missing(struct rowan_session *session, const struct posted *posted,
		 struct rowan_site site)
{
	const struct plan *plan = posted->changes[0]->plan;
	const char *table = plan->table;

	if (posted->inserts)
		return session_fail(session, ROWAN_STALE, site,
				    "%s: not all of %zu rows were inserted: a trigger refused the rest",
				    table, posted->count);
	if (posted->count > 1)
		return session_fail(session, ROWAN_STALE, site,
				    "%s: not all of %zu rows to be %s are %s", table, posted->count,
				    posted->deletes ? "deleted" : "updated",
				    plan->version ? "as they were read" : "there any more");
	return session_fail(session, ROWAN_STALE, site, "the row of %s to be %s %s", table,
			    posted->deletes ? "deleted" : "updated",
			    plan->version ? "was changed or deleted by another since it was read"
					  : "is not there any more");
}

int posted_check_count(struct rowan_session *session, struct posted *posted,
		       const struct driver_outcome *outcome)
{
	if (posted->counted || outcome->changed == (int64_t)posted->count)
		return ROWAN_OK;
	return rows_missing(session, posted, posted->run.site);
}

/* ---- updates ------------------------------------------------------------------ */

static int update_rows(struct rowan_session *session, const struct written *written,
		       struct change **changes, size_t count, size_t *taken)
{
	struct posted *posted;
	size_t bytes = 0, rows = 0;
	int status;

	while (rows < count && !written_full(written, rows, bytes)) {
		if ((status = change_ready(session, written, changes[rows], &bytes)) < 0)
			return status;
		written->rows[rows] = changes[rows]->row;
		rows++;
	}
	*taken = rows;
	posted = posted_for(session, changes, rows, posted_check_count, written->site);
	return posted ? written_post(session, written, posted, rows) : ROWAN_NO_MEMORY;
}

/* Rows of one table of which the same columns are to be sent. */
static int update_alike(struct rowan_session *session, struct change **changes, size_t count,
			struct rowan_site site)
{
	const struct plan *plan = changes[0]->plan;
	struct written written;
	size_t taken = 0;
	int status = written_init(session, &written, STATEMENT_UPDATE, plan, site);

	if (status < 0)
		return status;
	for (size_t i = change_next_dirty(changes[0], 0); i < plan->column_count;
	     i = change_next_dirty(changes[0], i + 1))
		written_add(&written, i);
	if (written.count == 0)
		return ROWAN_OK;
	written_add_key(&written);
	status = written_most(session, &written, count);
	for (size_t done = 0; done < count && status == ROWAN_OK; done += taken)
		status = update_rows(session, &written, changes + done, count - done, &taken);
	return status;
}

/* The last bit stands for more columns than one. */
static bool updates_alike(const struct change *a, const struct change *b)
{
	return a->plan == b->plan && a->dirty == b->dirty && !(a->dirty >> 63);
}

int flush_updates(struct rowan_session *session, struct change **changes, size_t count,
		  struct rowan_site site)
{
	int status = ROWAN_OK;

	for (size_t i = 0; i < count && status == ROWAN_OK; i++) {
		if (!changes[i]->links)
			continue;
		status = change_await_keys(session, changes[i]);	/* they may have come since */
		change_compare(changes[i]);
	}
	for (size_t begin = 0, end; begin < count && status == ROWAN_OK; begin = end) {
		for (end = begin + 1; end < count && updates_alike(changes[begin], changes[end]);
		     end++)
			;
		status = update_alike(session, changes + begin, end - begin, site);
	}
	return status;
}

/* ---- deletes ------------------------------------------------------------------ */

static int deleted(struct rowan_session *session, struct posted *posted,
		   const struct driver_outcome *outcome)
{
	int status = posted_check_count(session, posted, outcome);

	for (size_t i = 0; i < posted->count && status == ROWAN_OK; i++) {
		posted->changes[i]->state = CHANGE_GONE;
		session->unit.some_gone = true;
	}
	return status;
}

int flush_stored(struct rowan_session *session, struct written *written, struct change **changes,
		 size_t count, posted_arrived *arrived)
{
	int status = written_most(session, written, count);

	for (size_t done = 0; done < count && status == ROWAN_OK; done += written->most) {
		size_t rows = count - done < written->most ? count - done : written->most;
		struct posted *posted =
			posted_for(session, changes + done, rows, arrived, written->site);

		if (!posted)
			return ROWAN_NO_MEMORY;
		posted->deletes = written->kind == STATEMENT_DELETE;
		for (size_t i = 0; i < rows; i++)
			written->rows[i] = changes[done + i]->flushed;
		status = written_post(session, written, posted, rows);
	}
	return status;
}

static int delete_alike(struct rowan_session *session, struct change **changes, size_t count,
			struct rowan_site site)
{
	struct written written;
	int status = written_init(session, &written, STATEMENT_DELETE, changes[0]->plan, site);

	if (status < 0)
		return status;
	written_add_key(&written);
	return flush_stored(session, &written, changes, count, deleted);
}

int flush_deletes(struct rowan_session *session, struct change **changes, size_t count,
		  struct rowan_site site)
{
	int status = ROWAN_OK;

	for (size_t begin = 0, end; begin < count && status == ROWAN_OK; begin = end) {
		for (end = begin + 1; end < count && changes[end]->plan == changes[begin]->plan &&
		     changes[end]->level == changes[begin]->level; end++)
			;
		status = delete_alike(session, changes + begin, end - begin, site);
	}
	return status;
}
