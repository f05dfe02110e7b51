/* SPDX-License-Identifier: MIT */
#include "strategies.h"

#include "dataset.h"
#include "harness.h"

#include <string.h>

const struct strategy strategies[STRATEGIES] = {
	{ "each", "each (N+1)", ROWAN_LOAD_EACH },
	{ "batch", "batch", ROWAN_LOAD_BATCH },
	{ "selectin", "select-in", ROWAN_LOAD_SELECTIN },
	{ "joined", "joined", ROWAN_LOAD_JOINED },
};

const struct strategy *strategy_named(const char *name)
{
	for (int i = 0; i < STRATEGIES; i++)
		if (!strcmp(strategies[i].name, name))
			return &strategies[i];
	return NULL;
}

struct rowan_session *strategy_session(struct rowan_engine *engine,
				       const struct strategy *strategy)
{
	struct rowan_session *session = rowan_session_open(engine,
		.lazy = strategy->loading == ROWAN_LOAD_EACH ? ROWAN_LOAD_EACH : ROWAN_LOAD_BATCH);

	if (!session)
		die("out of memory");
	return session;
}

struct rowan_query strategy_query(const struct strategy *strategy, long parents, long levels)
{
	struct rowan_query query = rowan_select(user,
		.where = rowan_le(USER(id), parents),
		.order_by = { rowan_asc(USER(id)) },
		.load = { rowan_selectin(user, tasks) });

	if (levels == 2)
		query.load[0] = (struct rowan_load)rowan_selectin(user, tasks, task, comments);
	query.load[0].loading = strategy->loading;
	return query;
}

/* Rows come in no order, and are summed in none. */
static void add_row(struct walked *walked, int64_t id, const char *text)
{
	walked->checksum += mix_text(mix(0, (uint64_t)id), text);
	walked->rows++;
}

static void walk_comments(struct rowan_session *session, const struct task *task,
			  struct walked *walked)
{
	for (size_t i = 0; i < rowan_load(session, task, comments).count; i++)
		add_row(walked, task->comments.rows[i]->id, task->comments.rows[i]->body);
}

static void walk_tasks(struct rowan_session *session, const struct user *user, long levels,
		       struct walked *walked)
{
	for (size_t i = 0; i < rowan_load(session, user, tasks).count; i++) {
		const struct task *task = user->tasks.rows[i];

		add_row(walked, task->id, task->title);
		if (levels == 2)
			walk_comments(session, task, walked);
	}
}

struct walked strategy_run(struct rowan_session *session, const struct rowan_query *query,
			   long levels)
{
	struct rowan_result *result = rowan_exec(session, *query);
	struct walked walked = { 0 };
	const struct user *user;

	while ((user = rowan_next(result)) != NULL) {
		add_row(&walked, user->id, user->email);
		walk_tasks(session, user, levels, &walked);
	}
	must(session, rowan_error(session)->code);
	return walked;
}
