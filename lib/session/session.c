/* SPDX-License-Identifier: MIT */
#include "session/budget.h"

#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct rowan_session *rowan_session_open_(struct rowan_engine *engine,
					  struct rowan_session_options options,
					  struct rowan_site site)
{
	struct rowan_session *session;

	if (!engine) {
		error_set(options.error, ROWAN_MISUSE, "rowan_session_open: the engine is NULL");
		return NULL;
	}
	if (options.lazy > ROWAN_LOAD_RAISE) {
		error_set(options.error, ROWAN_MISUSE,
			  "rowan_session_open: .lazy is BATCH, EACH or RAISE, not %d",
			  (int)options.lazy);
		return NULL;
	}
	session = mem_alloc(sizeof(*session));
	if (!session) {
		error_no_memory(options.error);
		return NULL;
	}
	session->engine = engine;
	session->dialect = dialect_named(engine_driver_name(engine));
	session->options = options;
	session->options.error = NULL;
	session->epoch = 1;
	session->hooks = engine_hooks(engine);
	if (budget_open(session, options.error) < 0) {
		mem_free(session);
		return NULL;
	}
	engine_session_opened(engine, session, site);
	return session;
}

/* Free every row; the tables of what is known of them are kept, empty. */
void forget_rows(struct rowan_session *session)
{
	for (size_t i = 0; i < session->model_count; i++)
		identity_clear(&session->models[i].map);
	unit_clear(&session->unit);
	memset(session->lazy_lines, 0, sizeof(session->lazy_lines));
	arena_clear(&session->arena);
}

static void release(struct rowan_session *session)
{
	for (size_t i = 0; i < session->model_count; i++)
		identity_release(&session->models[i].map);
	mem_free(session->models);
	unit_release(&session->unit);
	vector_release(&session->rows);
	edges_release(&session->edges);
	mem_free(session->last_stream);
	budget_close(session);
	arena_release(&session->arena);
	arena_release(&session->scratch);
}

/*
 * The last few closed sessions are kept, empty, so that a use after the close is
 * told as an error instead of reading freed memory.
 */
static void bury(struct rowan_session *session)
{
	static struct rowan_session *closed[8];
	static unsigned next;	/* without a lock, which a fork could leave locked */
	unsigned place = __atomic_fetch_add(&next, 1, __ATOMIC_RELAXED) % 8;

	memset(session, 0, sizeof(*session));
	error_set(&session->error, ROWAN_MISUSE, "the session was closed");
	mem_free(__atomic_exchange_n(&closed[place], session, __ATOMIC_ACQ_REL));
}

void rowan_session_close(struct rowan_session *session)
{
	if (!session || !session->engine)
		return;
	if (session->in_hook) {
		session_may_end(session, "rowan_session_close", (struct rowan_site){ 0 });
		return;
	}
	rollback_transaction(session);
	session_disconnect(session);
	engine_session_closed(session->engine, session);
	release(session);
	bury(session);
}

void rowan_session_cleanup_(struct rowan_session **session)
{
	rowan_session_close(*session);
}

static bool waits_to_be_flushed(const struct change *change)
{
	return change->state == CHANGE_INSERT || change->state == CHANGE_DELETE || change->orphaned ||
	       (change->state == CHANGE_STORED && change_is_dirty(change));
}

int rowan_clear(struct rowan_session *session)
{
	if (session_may_end(session, "rowan_clear", (struct rowan_site){ 0 }))
		return session_ready(session);
	if (session->in_transaction)
		return session_fail(session, ROWAN_MISUSE, (struct rowan_site){ 0 },
				    "rowan_clear: a transaction is open: commit or roll back first");
	for (size_t i = 0; i < session->unit.changes.count; i++)
		if (waits_to_be_flushed(session->unit.changes.items[i]))
			return session_fail(session, ROWAN_MISUSE, (struct rowan_site){ 0 },
					    "rowan_clear: rows wait to be flushed: commit or roll back first");
	forget_rows(session);
	return ROWAN_OK;
}

const struct rowan_error *rowan_error(const struct rowan_session *session)
{
	static const struct rowan_error no_session = {
		.code = ROWAN_MISUSE, .message = "the session is NULL: it could not be opened" };

	return session ? &session->error : &no_session;
}

/* ---- failing --------------------------------------------------------------- */

int session_fail(struct rowan_session *session, int code, struct rowan_site site,
		 const char *format, ...)
{
	char message[sizeof(session->error.message)];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(message, sizeof(message), format, arguments);
	va_end(arguments);
	error_set(&session->error, code, "%s", message);
	return session_failed_at(session, code, site);
}

int session_no_memory(struct rowan_session *session, struct rowan_site site)
{
	return session_failed_at(session, error_no_memory(&session->error), site);
}

int session_failed_at(struct rowan_session *session, int code, struct rowan_site site)
{
	if (!session->error.site.file)
		session->error.site = site;
	return code;
}

/* ---- connection and models ------------------------------------------------- */

int session_connect(struct rowan_session *session, struct rowan_site site)
{
	int status;

	if (session->connection)
		return ROWAN_OK;
	status = engine_checkout(session->engine, site, &session->connection, &session->error);
	return status < 0 ? session_failed_at(session, status, site) : ROWAN_OK;
}

int session_statement(struct rowan_session *session, const struct shape *shape,
		      statement_render *render, void *context, struct rowan_site site,
		      struct execution *run)
{
	struct statement *statement;
	int status = session_connect(session, site);

	if (status < 0 || (status = budget_spend(session, shape, site)) < 0)
		return status;
	status = connection_statement(session->connection, shape, render, context, &statement,
				      &session->error);
	if (status < 0)
		return session_failed_at(session, status, site);
	execution_begin(run, session->connection, statement, site, &session->error);
	return ROWAN_OK;
}

void session_disconnect(struct rowan_session *session)
{
	savepoints_end(session);
	session->ended++;
	if (session->connection)
		engine_checkin(session->connection);
	session->connection = NULL;
}

struct session_model *session_model_make_(struct rowan_session *session, const struct plan *plan)
{
	if (plan->id >= session->model_count) {
		size_t count = (size_t)plan->id + 8;
		struct session_model *models =
			mem_resize(session->models, count * sizeof(*models));

		if (!models)
			return NULL;
		memset(models + session->model_count, 0,
		       (count - session->model_count) * sizeof(*models));
		session->models = models;
		session->model_count = count;
	}
	session->models[plan->id].alone = peers_make(session, plan, (struct rowan_site){ 0 });
	if (!session->models[plan->id].alone)
		return NULL;
	identity_init(&session->models[plan->id].map, plan);
	return &session->models[plan->id];
}

void *held_row(struct rowan_session *session, const struct key *key,
	       const struct key *from, const void *row)
{
	const struct plan *plan = key_plan(key);
	struct session_model *model;
	struct identity_entry *entry;
	void *wanted = NULL;	/* a row with the key; where that is an integer it will do by itself */

	if (!key_is_primary(key) || key_is_null(from, row))
		return NULL;
	model = session_model(session, plan);
	if (model && model->map.count == 0)
		return NULL;
	if (model && !model->map.exact)
		wanted = arena_zalloc(&session->scratch, plan->model->size);
	if (!model || (!wanted && !model->map.exact)) {
		session_no_memory(session, (struct rowan_site){ 0 });
		return NULL;
	}
	if (wanted)
		key_assign(key, wanted, from, row);
	entry = identity_find(&model->map, wanted ? identity_hash(plan, wanted)
						  : (uint64_t)slot_get_int(from->slots, row), wanted);
	return entry ? entry->row : NULL;
}

struct peers *peers_make(struct rowan_session *session, const struct plan *plan,
			 struct rowan_site site)
{
	struct peers *peers = arena_alloc(&session->arena, sizeof(*peers) + plan->relation_count);

	if (!peers)
		return NULL;
	*peers = (struct peers){ .session = session, .plan = plan, .site = site };
	memset(peers->loading, (int)session->options.lazy, plan->relation_count);
	return peers;
}
