/* SPDX-License-Identifier: MIT */
#include "session/eager.h"
#include "session/joined.h"

struct rowan_result {
	struct rowan_session *session;
	struct rowan_site site;
	void *const *rows;
	size_t count, next;
};

/* ---- the statement --------------------------------------------------------- */

struct select_context {
	const struct dialect *dialect;
	const struct select *select;
};

static int render(void *context, struct text *sql, struct rowan_error *error)
{
	const struct select_context *with = context;

	(void)error;
	if (with->select->kind == SELECT_DELETE)
		render_delete_where(with->dialect, with->select, sql);
	else if (with->select->kind == SELECT_UPDATE)
		render_update_where(with->dialect, with->select, sql);
	else
		render_select(with->dialect, with->select, sql);
	return ROWAN_OK;
}

/* A result of at most so many rows is read at once. */
#define FEW_ROWS 1000

static bool gives_few(const struct select *select)
{
	int64_t limit = select->query->limit;

	return select->kind != SELECT_ROWS ||
	       (limit > 0 && limit <= FEW_ROWS && select->join_count == 0);
}

int select_begin(struct rowan_session *session, const struct select *select,
		 struct arena *arena, struct execution *run)
{
	struct select_context context = { session->dialect, select };
	struct rowan_site site = select->query->site;
	struct shape shape;
	int status;

	shape_start(&shape);
	shape_add(&shape, &(unsigned char){ STATEMENT_SELECT }, 1);
	select_shape(select, &shape);
	status = session_statement(session, &shape, render, &context, site, run);
	if (status < 0)
		return status;
	bind_select(session, run, select, arena);
	if (gives_few(select))
		execution_expect_few(run);
	return ROWAN_OK;
}

/* ---- rows ------------------------------------------------------------------ */

static int read_rows(struct rowan_session *session, struct execution *run, struct peers *peers)
{
	struct reader reader;
	int status = reader_init(&reader, session, peers->plan, peers, 0);

	if (status < 0)
		return status;
	while ((status = execution_step(run)) == DRIVER_ROW) {
		void *row;

		if ((status = reader_read(&reader, run, &row)) < 0)
			return status;
		if (!vector_push(&session->rows, row))
			return session_no_memory(session, run->site);
	}
	return status;
}

static int read_joined_rows(struct rowan_session *session, struct execution *run,
			    const struct select *select, const struct eager *eager,
			    struct peers *peers)
{
	struct joined *joined;
	int status = joined_make(session, select, eager, peers, &joined);

	if (status < 0)
		return status;
	while ((status = execution_step(run)) == DRIVER_ROW)
		if ((status = joined_read(joined, run)) < 0)
			break;
	if (status == DRIVER_DONE)
		status = joined_finish(joined);
	joined_release(joined);
	return status;
}

/* So many rows' array is not copied but becomes the result's. */
#define MANY_ROWS 4096

static int keep_many_rows(struct rowan_session *session, struct peers *peers)
{
	struct vector *rows = &session->rows;
	void **items = mem_resize(rows->items, rows->count * sizeof(*items));

	if (items)
		rows->items = items;
	if (!items || !arena_take(&session->arena, items))
		return session_no_memory(session, peers->site);
	peers->rows = items;
	peers->count = rows->count;
	*rows = (struct vector){ 0 };
	return ROWAN_OK;
}

/* The rows read so far, as an array that lives as long as they do. */
static int keep_rows(struct rowan_session *session, struct peers *peers)
{
	size_t size = session->rows.count * sizeof(void *);

	if (session->rows.count >= MANY_ROWS)
		return keep_many_rows(session, peers);
	peers->rows = arena_alloc(&session->arena, size ? size : 1);
	if (!peers->rows)
		return session_no_memory(session, peers->site);
	peers->count = session->rows.count;
	if (size)
		__builtin_memcpy((void *)(uintptr_t)peers->rows, session->rows.items, size);
	return ROWAN_OK;
}

static int run_select(struct rowan_session *session, const struct select *select,
		      const struct eager *eager, struct peers *peers)
{
	struct execution run;
	int status = lock_rows(session, select);

	if (status == ROWAN_OK)
		status = select_begin(session, select, &session->scratch, &run);
	if (status < 0)
		return status;
	session->rows.count = 0;
	if (select->join_count > 0)
		status = read_joined_rows(session, &run, select, eager, peers);
	else
		status = read_rows(session, &run, peers);
	status = execution_end(&run, status);
	if (status < 0)
		return session_failed_at(session, status, select->query->site);
	return keep_rows(session, peers);
}

void warn_of_open_limit(struct rowan_session *session, const struct rowan_query *query)
{
	if (query->limit && !query->order_by[0].column.model)
		engine_report(session->engine, ROWAN_EVENT_WARNING, query->site,
			      "a limit without an order_by: which rows come is up to the database");
}

struct rowan_result *exec_query(struct rowan_session *session, const struct rowan_query *query)
{
	struct rowan_result *result = arena_alloc(&session->arena, sizeof(*result));
	struct select select = { 0 };
	struct eager *eager;
	struct peers *peers;

	if (!result) {
		session_no_memory(session, query->site);
		return NULL;
	}
	if (select_check(&select, SELECT_ROWS, query, &session->error) < 0) {
		session_failed_at(session, session->error.code, query->site);
		return NULL;
	}
	warn_of_open_limit(session, query);
	peers = peers_make(session, select.plan, query->site);
	if (!peers) {
		session_no_memory(session, query->site);
		return NULL;
	}
	peers->untracked = query->untracked;
	peers->fresh = query->lock != ROWAN_LOCK_NONE;
	if (eager_make(session, query, select.plan, &select, &eager) < 0)
		return NULL;
	eager_follow(eager, peers);
	if (run_select(session, &select, eager, peers) < 0 ||
	    eager_load(session, peers, query->site) < 0 ||
	    (eager && steps_repeat(session, NULL, query->site) < 0))
		return NULL;
	*result = (struct rowan_result){ session, query->site, peers->rows, peers->count, 0 };
	return result;
}

struct rowan_result *rowan_exec_(struct rowan_session *session, const struct rowan_query *query)
{
	struct rowan_result *result;

	if (session_ready(session))
		return NULL;
	result = exec_query(session, query);
	arena_clear(&session->scratch);
	return result;
}

/* ---- results --------------------------------------------------------------- */

const void *rowan_next(struct rowan_result *result)
{
	return result && result->next < result->count ? result->rows[result->next++] : NULL;
}

const void *rowan_first(struct rowan_result *result)
{
	return result && result->count > 0 ? result->rows[0] : NULL;
}

const void *rowan_one_or_none(struct rowan_result *result)
{
	if (!result || session_ready(result->session))
		return NULL;
	if (result->count > 1) {
		session_fail(result->session, ROWAN_MANY_ROWS, result->site,
			     "one row was asked for, the query gave %zu", result->count);
		return NULL;
	}
	return rowan_first(result);
}

const void *rowan_one(struct rowan_result *result)
{
	if (result && !session_ready(result->session) && result->count == 0)
		session_fail(result->session, ROWAN_NO_ROW, result->site,
			     "one row was asked for, the query gave none");
	return rowan_one_or_none(result);
}

const void *rowan_all(struct rowan_result *result)
{
	return result ? result->rows : NULL;
}

size_t rowan_result_count(const struct rowan_result *result)
{
	return result ? result->count : 0;
}

/* ---- scalars --------------------------------------------------------------- */

/* What type a scalar query gives.  A sum may be wider than its column: so is every integer. */
static enum rowan_type scalar_type(const struct select *select)
{
	const struct rowan_scalar *scalar = &select->query->scalar;
	enum rowan_type type;

	if (select->kind == SELECT_COUNT || scalar->aggregate == ROWAN_AGGREGATE_COUNT)
		return ROWAN_TYPE_INT64;
	if (scalar->aggregate == ROWAN_AGGREGATE_AVG)
		return ROWAN_TYPE_DOUBLE;
	type = plan_column_at(select->plan, scalar->column.offset)->field->type;
	return type == ROWAN_TYPE_INT16 || type == ROWAN_TYPE_INT32 ? ROWAN_TYPE_INT64 : type;
}

static int read_scalar(struct rowan_session *session, struct execution *run, enum rowan_type type,
		       struct rowan_value *value)
{
	const struct slot slot = { .type = (uint8_t)type, .name = "the result",
				   .offset = offsetof(struct rowan_value, as),
				   .value = offsetof(struct rowan_value, as) };

	value->type = type;
	value->null = run->driver->is_null(run->statement->handle, 0);
	if (value->null)
		return ROWAN_OK;
	return run->driver->read_row(run->statement->handle, 0, &slot, 1, &session->arena, value,
				     run->error);
}

static struct rowan_value scalar(struct rowan_session *session, enum select_kind kind,
				 const struct rowan_query *query)
{
	struct rowan_value value = { 0 };
	struct select select = { 0 };
	struct execution run;
	int status = select_check(&select, kind, query, &session->error);

	if (status == ROWAN_OK)
		status = select_begin(session, &select, &session->scratch, &run);
	if (status < 0) {
		session_failed_at(session, status, query->site);
		return value;
	}
	status = execution_step(&run);
	if (status == DRIVER_ROW)
		status = read_scalar(session, &run, scalar_type(&select), &value);
	else if (status == DRIVER_DONE)
		value = (struct rowan_value){ .type = scalar_type(&select), .null = true };
	status = execution_end(&run, status);
	if (status < 0) {
		session_failed_at(session, status, query->site);
		return (struct rowan_value){ 0 };
	}
	return value;
}

struct rowan_value rowan_scalar_(struct rowan_session *session, const struct rowan_query *query)
{
	struct rowan_value value = { 0 };

	if (session_ready(session))
		return value;
	if (query->scalar.aggregate == ROWAN_AGGREGATE_NONE) {
		session_fail(session, ROWAN_MISUSE, query->site,
			     "rowan_scalar: the query has no .scalar, such as rowan_max()");
		return value;
	}
	value = scalar(session, SELECT_SCALAR, query);
	arena_clear(&session->scratch);
	return value;
}

int64_t rowan_count_(struct rowan_session *session, const struct rowan_query *query)
{
	struct rowan_value value;

	if (session_ready(session))
		return session_ready(session);
	value = scalar(session, SELECT_COUNT, query);
	arena_clear(&session->scratch);
	return session_ready(session) ? session_ready(session) : value.as.i;
}
