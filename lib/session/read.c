/* SPDX-License-Identifier: MIT */
#include "session/budget.h"

#include "base/error.h"

#include <string.h>

/*
 * Rows out of a statement's columns.
 *
 * A tracked row that the session read in this epoch is left as it is and its
 * columns are not looked at.  One from before a commit or rollback is read anew
 * in place, unless it has edits that were not flushed.
 */

int reader_init(struct reader *reader, struct rowan_session *session, const struct plan *plan,
		struct peers *peers, int first)
{
	struct session_model *model = session_model(session, plan);

	*reader = (struct reader){ .session = session, .plan = plan, .peers = peers, .first = first,
				   .arena = &session->arena, .again = peers->fresh };
	if (!model)
		return session_no_memory(session, peers->site);
	reader->map = peers->untracked ? NULL : &model->map;
	reader->key_column = model->map.exact ? first + (int)plan->keys[0]->index : -1;
	if (model->map.exact)
		return ROWAN_OK;
	reader->key = arena_zalloc(&session->scratch, plan->model->size);
	return reader->key ? ROWAN_OK : session_no_memory(session, peers->site);
}

static int read_into(const struct reader *reader, struct execution *run, void *row)
{
	const struct plan *plan = reader->plan;
	int status = run->driver->read_row(run->statement->handle, reader->first, plan->slots,
					   plan->column_count, reader->arena, row,
					   run->error);

	if (status < 0)
		return session_failed_at(reader->session, status, run->site);
	slots_init(plan, row, reader->peers);
	return ROWAN_OK;
}

static int read_new(const struct reader *reader, struct execution *run, void **out)
{
	const struct plan *plan = reader->plan;
	uint64_t *row = arena_alloc(reader->arena, plan->model->size);

	if (!row)
		return session_no_memory(reader->session, run->site);
	for (size_t i = 0; i < plan->loose_count; i++)
		memset(&row[plan->loose_words[i]], 0, sizeof(*row));
	*out = row;
	return read_into(reader, run, row);
}

/*
 * What the database has of a row that may be edited.  A savepoint may need the old copy,
 * and what is read in a transaction is not what the last commit left.
 */
static int note_read(const struct reader *reader, struct execution *run, struct change *change)
{
	struct rowan_session *session = reader->session;
	size_t size = reader->plan->model->size;

	if (session->savepoints ||
	    (session->in_transaction && change->flushed == change->saved))
		change->flushed = arena_alloc(&session->arena, size);
	if (!change->flushed)
		return session_no_memory(session, run->site);
	memcpy(change->flushed, change->row, size);
	return ROWAN_OK;
}

/* A row of an earlier epoch, or one to be read anew. */
static int read_again(const struct reader *reader, struct execution *run,
		      struct identity_entry *entry)
{
	struct change *change = unit_find(&reader->session->unit, entry->row);
	int status;

	if (change && !reader->refresh &&
	    (change->state != CHANGE_STORED || change_is_dirty(change)))
		return ROWAN_OK;
	entry->epoch = reader->session->epoch;
	status = read_into(reader, run, entry->row);
	return status == ROWAN_OK && change ? note_read(reader, run, change) : status;
}

/* Slots that are not loaded yet follow the newest reading, to load in its company. */
static void join_peers(const struct plan *plan, void *row, const struct peers *peers)
{
	for (size_t i = 0; i < plan->relation_count; i++)
		if (!slot_is_loaded(&plan->relations[i], row))
			slot_unload(&plan->relations[i], row, peers);
}

void reader_leave_out(const struct reader *reader, void *row)
{
	join_peers(reader->plan, row, session_model(reader->session, reader->plan)->alone);
}

int reader_key(struct reader *reader, struct execution *run, uint64_t *hash)
{
	const struct plan *plan = reader->plan;

	if (reader->key_column >= 0) {
		*hash = (uint64_t)run->driver->read_int(run->statement->handle,
							reader->key_column);
		return ROWAN_OK;
	}
	for (size_t i = 0; i < plan->key_count; i++) {
		uint32_t at = plan->keys[i]->index;
		int status = run->driver->read_row(run->statement->handle, reader->first + (int)at,
						   &plan->slots[at], 1, &reader->session->scratch,
						   reader->key, run->error);

		if (status < 0)
			return session_failed_at(reader->session, status, run->site);
	}
	*hash = identity_hash(plan, reader->key);
	return ROWAN_OK;
}

int reader_enter(struct reader *reader, struct execution *run, struct identity_entry *entry,
		 void **row)
{
	struct rowan_session *session = reader->session;
	int status;

	if (!entry->row) {
		status = read_new(reader, run, row);
		if (status == ROWAN_OK)
			identity_fill(reader->map, entry, *row, session->epoch);
		return status;
	}
	*row = entry->row;
	if (entry->epoch != session->epoch || reader->again)
		return read_again(reader, run, entry);
	join_peers(reader->plan, entry->row, reader->peers);
	return ROWAN_OK;
}

int reader_take(struct reader *reader, struct execution *run, uint64_t hash, void **row)
{
	struct identity_entry *entry;

	if (reader->session->rows_left-- == 0)
		return budget_rows_spent(reader->session, run->site);
	if (!reader->map)
		return read_new(reader, run, row);
	entry = identity_place(reader->map, hash, reader->key);
	if (!entry)
		return session_no_memory(reader->session, run->site);
	return reader_enter(reader, run, entry, row);
}

int reader_read(struct reader *reader, struct execution *run, void **row)
{
	uint64_t hash = 0;
	int status = reader->map ? reader_key(reader, run, &hash) : ROWAN_OK;

	return status < 0 ? status : reader_take(reader, run, hash, row);
}
