/* SPDX-License-Identifier: MIT */
#include "session/write.h"

#include <string.h>

/*
 * Statements that write rows, batched by table.
 *
 * Rows that supply the same columns go many to a statement: as VALUES, row after
 * row, or for a dialect with row_sets as arrays, of any length.
 */

/* SQLite inserts 500 rows by one statement no faster than 50, and one by one 1.5 times slower. */
#define VALUES_ROWS 50

/*
 * An array's length matters little to the server, but while it works on one the next
 * can be made; and neither side should have to hold too much at once.
 */
#define SET_ROWS 2000
#define SET_BYTES ((size_t)4 << 20)

/*
 * A server that counts what it writes lets a COMMIT follow right behind (dialect.h).
 * That is a quarter of a microsecond for each row (PostgreSQL 15), so the commit of
 * more rows than this waits for the counts instead: a round trip.
 */
#define COUNTED_ROWS 5000

/* ---- what a statement writes -------------------------------------------------- */

int written_init(struct rowan_session *session, struct written *written,
		 enum statement_kind kind, const struct plan *plan, struct rowan_site site)
{
	*written = (struct written){ .kind = kind, .plan = plan, .site = site,
				     .counted = session->dialect->row_sets };
	written->columns = arena_alloc(&session->scratch,
				       plan->column_count * sizeof(*written->columns));
	written->slots = arena_alloc(&session->scratch,
				     2 * plan->column_count * sizeof(*written->slots));
	if (!written->columns || !written->slots)
		return session_no_memory(session, site);
	return ROWAN_OK;
}

void written_add(struct written *written, size_t column)
{
	written->columns[written->count++] = (uint16_t)column;
	written->slots[written->slot_count] = written->plan->slots[column];
	written->slots[written->slot_count++].checked = true;	/* see validate.c */
}

static bool is_written(const struct written *written, const struct column *column)
{
	for (size_t i = 0; i < written->count; i++)
		if (written->columns[i] == column->index)
			return true;
	return false;
}

void written_add_once(struct written *written, const struct column *column)
{
	if (!is_written(written, column))
		written_add(written, column->index);
}

void written_add_key(struct written *written)
{
	const struct plan *plan = written->plan;

	for (size_t i = 0; i < plan->key_count; i++)
		written->slots[written->slot_count++] = plan->slots[plan->keys[i]->index];
	if (plan->version)
		written->slots[written->slot_count++] = plan->slots[plan->version->index];
}

static bool is_left_out(const struct column *column, const void *row)
{
	return column->omittable && !slot_value(slot_of(column), row);
}

void written_add_all(struct written *written, bool with_key, const void *row)
{
	const struct plan *plan = written->plan;

	for (size_t i = 0; i < plan->column_count; i++)
		if ((with_key || &plan->columns[i] != plan->generated) &&
		    !is_left_out(&plan->columns[i], row))
			written_add(written, i);
}

bool written_alike(const struct plan *plan, const void *a, const void *b)
{
	for (size_t i = 0; i < plan->omittable_count; i++)
		if (is_left_out(plan->omittable[i], a) != is_left_out(plan->omittable[i], b))
			return false;
	return true;
}

int written_read_back(struct rowan_session *session, struct written *written)
{
	const struct plan *plan = written->plan;
	size_t most = plan->omittable_count;

	if (most == 0)
		return ROWAN_OK;
	/* Rows remember what was put in until the commit. */
	written->left_out = arena_zalloc(&session->arena, (most + 1) * sizeof(*written->left_out));
	written->left_out_slots = arena_alloc(&session->scratch,
					      most * sizeof(*written->left_out_slots));
	written->key_slots = arena_alloc(&session->scratch,
					 plan->key_count * sizeof(*written->key_slots));
	written->key_row = arena_zalloc(&session->scratch, plan->model->size);
	if (!written->left_out || !written->left_out_slots || !written->key_slots ||
	    !written->key_row)
		return session_no_memory(session, written->site);
	for (size_t i = 0; i < plan->key_count; i++)
		written->key_slots[i] = *slot_of(plan->keys[i]);
	for (size_t i = 0; i < most; i++) {
		const struct column *column = plan->omittable[i];

		if (is_written(written, column))
			continue;
		written->left_out_slots[written->left_out_count] = *slot_of(column);
		written->left_out[written->left_out_count++] = column;
	}
	if (written->left_out_count == 0)
		written->left_out = NULL;
	else
		written->counted = false;
	return ROWAN_OK;
}

/* ---- how many at once --------------------------------------------------------- */

/* VALUES: as many as have room for their parameters, if the keys can be told. */
static int most_values(struct rowan_session *session, const struct written *written, size_t *most)
{
	const struct driver *driver = session->connection->driver;
	size_t params = (size_t)driver->max_params(session->connection->handle);
	bool contiguous = true;
	int status = ROWAN_OK;

	*most = VALUES_ROWS;
	if (written->count > 0 && params / written->count < *most)
		*most = params / written->count ? params / written->count : 1;
	if (written->takes_keys && !written->left_out && driver->contiguous_keys)
		status = driver->contiguous_keys(session->connection->handle,
						 written->plan->table, &contiguous,
						 &session->error);
	if (!contiguous)
		*most = 1;
	return status < 0 ? session_failed_at(session, status, written->site) : ROWAN_OK;
}

int written_most(struct rowan_session *session, struct written *written, size_t rows)
{
	size_t most = 1;
	int status = ROWAN_OK;

	if (written->slot_count > 0 && rows > 1) {
		if (session->dialect->row_sets)
			most = SET_ROWS;
		else if (written->kind == STATEMENT_INSERT)
			status = most_values(session, written, &most);
	}
	written->most = most < rows ? most : rows;
	written->counted &= written->takes_keys || rows <= COUNTED_ROWS;
	written->rows = arena_alloc(&session->scratch, written->most * sizeof(*written->rows));
	if (!written->rows)
		return session_no_memory(session, written->site);
	return status;
}

bool written_full(const struct written *written, size_t rows, size_t bytes)
{
	return rows == written->most || bytes >= SET_BYTES;
}

/* ---- the statement ------------------------------------------------------------ */

struct write_context {
	const struct dialect *dialect;
	const struct written *written;
	size_t rows;
};

static enum returning returning_of(const struct written *written)
{
	if (written->left_out)
		return RETURNING_ROWS;
	if (written->takes_keys)
		return RETURNING_KEYS;
	return written->counted ? RETURNING_COUNT : RETURNING_NOTHING;
}

static int render(void *context, struct text *sql, struct rowan_error *error)
{
	const struct write_context *with = context;
	const struct written *written = with->written;
	enum returning returning = returning_of(written);
	bool many = with->rows > 1;

	(void)error;
	if (written->kind == STATEMENT_INSERT)
		render_insert(with->dialect, written->plan, written->columns, written->count,
			      with->rows, returning, sql);
	else if (written->kind == STATEMENT_UPDATE)
		render_update(with->dialect, written->plan, written->columns, written->count,
			      many, returning, sql);
	else
		render_delete(with->dialect, written->plan, many, returning, sql);
	return ROWAN_OK;
}

static int begin_statement(struct rowan_session *session, const struct written *written,
			   size_t rows, struct execution *run)
{
	struct write_context context = { session->dialect, written, rows };
	struct shape shape;

	/* An array's length is no part of the text. */
	if (session->dialect->row_sets && rows > 1)
		context.rows = rows = 2;
	shape_start(&shape);
	shape_add(&shape, &(unsigned char[]){ (unsigned char)written->kind, (unsigned char)rows,
					      (unsigned char)returning_of(written) }, 3);
	shape_add(&shape, &written->plan, sizeof(written->plan));
	shape_add(&shape, written->columns, written->count * sizeof(*written->columns));
	return session_statement(session, &shape, render, &context, written->site, run);
}

int written_post(struct rowan_session *session, const struct written *written,
		 struct posted *posted, size_t rows)
{
	int status = written->left_out ? collect(session, ROWAN_OK) : ROWAN_OK;

	if (status == ROWAN_OK)
		status = begin_statement(session, written, rows, &posted->run);
	if (status < 0)
		return status;
	if (rows == 1)
		execution_bind_row(&posted->run, written->slots, written->slot_count,
				   written->rows[0]);
	else
		execution_bind_rows(&posted->run, written->slots, written->slot_count,
				    written->rows, rows);
	posted->expected = (int64_t)rows;
	posted->counted = written->counted;
	if (written->left_out)
		return post_reading(session, posted, written);
	session->outbox.uncounted |= !written->counted;
	if (posted->counted)
		execution_bind_value(&posted->run, ROWAN_TYPE_INT64, &posted->expected, false);
	return post(session, posted);
}
