/* SPDX-License-Identifier: MIT */
#include "session/changes.h"

/*
 * New rows of a flush, as statements; and the keys that the database gives them.
 */

/* In the row, and in the copy of what the database has. */
static void set_key(struct change *change, int64_t key)
{
	const struct slot *slot = &change->plan->slots[change->plan->generated->index];

	slot_set(slot, change->row, rowan_int_value(key));
	slot_set(slot, change->flushed, rowan_int_value(key));
	change->key_generated = true;
	change->awaited = false;
}

static int inserted(struct rowan_session *session, struct posted *posted,
		    const struct driver_outcome *outcome)
{
	const struct plan *plan = posted->changes[0]->plan;
	struct identity_map *map = &session_model(session, plan)->map;
	int64_t before_first = outcome->last_key - (int64_t)posted->count;
	int status = posted_check_count(session, posted, outcome);

	session->reserved -= posted->count;
	if (status == ROWAN_OK && posted->takes_keys && session->dialect->row_sets &&
	    outcome->key_count != posted->count)
		status = rows_missing(session, posted, posted->run.site);
	for (size_t i = 0; i < posted->count && status == ROWAN_OK; i++) {
		struct change *change = posted->changes[i];

		if (posted->takes_keys)
			set_key(change, outcome->keys ? outcome->keys[i]
						      : before_first + 1 + (int64_t)i);
		/* In place of an older row with this key, which is gone; there is room. */
		identity_put(map, identity_hash(plan, change->row), change->row, session->epoch);
		change->state = CHANGE_STORED;
	}
	return status;
}

/* As far as both are told in one form. */
static bool has_key_of(const struct rowan_session *session, const struct change *change,
		       const void *row)
{
	for (size_t i = 0; i < change->plan->key_count; i++) {
		const struct column *key = change->plan->keys[i];

		if (!session->dialect->own_type(key->field) &&
		    !slot_equal(slot_of(key), change->row, row))
			return false;
	}
	return true;
}

/*
 * Rows come back in the order in which they were sent, if nothing is in the way: the keys
 * tell.  Those that the database numbers ascend.
 */
static int take_key(struct rowan_session *session, struct posted *posted,
		    const struct written *written, size_t i)
{
	struct change *change = posted->changes[i];
	const struct column *generated = change->plan->generated;
	struct execution *run = &posted->run;
	bool in_order;
	int status = run->driver->read_row(run->statement->handle, 0, written->key_slots,
					   change->plan->key_count, &session->scratch,
					   written->key_row, run->error);

	if (status < 0)
		return status;
	if (change->awaited) {
		set_key(change, slot_get_int(slot_of(generated), written->key_row));
		in_order = i == 0 || slot_order(slot_of(generated), posted->changes[i - 1]->row,
						change->row) < 0;
	} else {
		in_order = has_key_of(session, change, written->key_row);
	}
	return in_order ? ROWAN_OK
			: session_fail(session, ROWAN_DATA, run->site, "%s: %zu new rows did not "
				       "come back in their order, so it is not known what is whose",
				       change->plan->table, posted->count);
}

/* What the database put into columns that were left out. */
static int read_back(struct rowan_session *session, struct posted *posted,
		     const struct written *written, size_t i)
{
	struct change *change = posted->changes[i];
	struct execution *run = &posted->run;
	int status = take_key(session, posted, written, i);

	if (status < 0)
		return status;
	change->put_in = written->left_out;
	status = run->driver->read_row(run->statement->handle, (int)written->plan->key_count,
				       written->left_out_slots, written->left_out_count,
				       &session->arena, change->row, run->error);
	for (size_t c = 0; c < written->left_out_count && status == ROWAN_OK; c++)
		slot_assign(&written->left_out_slots[c], change->flushed,
			    &written->left_out_slots[c], change->row);
	return status;
}

/* Make the next rows ready, as many as one statement takes. */
static int ready_inserts(struct rowan_session *session, const struct written *written,
			 struct change **changes, size_t count, size_t *taken)
{
	struct session_model *model = session_model(session, written->plan);
	size_t bytes = 0, rows = 0;
	int status = ROWAN_OK;

	while (rows < count && !written_full(written, rows, bytes)) {
		struct change *change = changes[rows];

		if (change->links)
			status = change_await_keys(session, change);
		if (status < 0 || (status = change_ready(session, written, change, &bytes)) < 0)
			return status;
		written->rows[rows++] = change->row;
	}
	/* Rows on their way are not in the map yet, but have their room in it as well. */
	session->reserved += rows;
	if (!model || !identity_reserve(&model->map, session->reserved))
		return session_no_memory(session, written->site);
	*taken = rows;
	return ROWAN_OK;
}

static int insert_rows(struct rowan_session *session, const struct written *written,
		       struct change **changes, size_t count, size_t *taken)
{
	struct posted *posted;
	int status = ready_inserts(session, written, changes, count, taken);

	if (status < 0)
		return status;
	posted = posted_for(session, changes, *taken, inserted, written->site);
	if (!posted)
		return ROWAN_NO_MEMORY;
	posted->inserts = true;
	posted->row = read_back;
	posted->takes_keys = written->takes_keys && !written->left_out;
	for (size_t i = 0; i < *taken && written->takes_keys; i++)
		changes[i]->awaited = true;
	return written_post(session, written, posted, *taken);
}

/* Rows of one table that supply the same columns. */
static int insert_alike(struct rowan_session *session, struct change **changes, size_t count,
			struct rowan_site site)
{
	struct written written;
	size_t taken = 0;
	int status = written_init(session, &written, STATEMENT_INSERT, changes[0]->plan, site);

	if (status < 0)
		return status;
	written.takes_keys = !change_has_key(changes[0]);
	written_add_all(&written, change_has_key(changes[0]), changes[0]->row);
	status = written_read_back(session, &written);
	if (status == ROWAN_OK)
		status = written_most(session, &written, count);
	for (size_t done = 0; done < count && status == ROWAN_OK; done += taken)
		status = insert_rows(session, &written, changes + done, count - done, &taken);
	return status;
}

static bool inserts_alike(const struct change *a, const struct change *b)
{
	return a->plan == b->plan && a->level == b->level &&
	       change_has_key(a) == change_has_key(b) && written_alike(a->plan, a->row, b->row);
}

int flush_inserts(struct rowan_session *session, struct change **changes, size_t count,
		  struct rowan_site site)
{
	int status = ROWAN_OK;

	session->reserved = 0;
	for (size_t begin = 0, end; begin < count && status == ROWAN_OK; begin = end) {
		for (end = begin + 1; end < count && inserts_alike(changes[begin], changes[end]);
		     end++)
			;
		status = insert_alike(session, changes + begin, end - begin, site);
	}
	return status;
}
