/* SPDX-License-Identifier: MIT */
#include "session/session.h"

#include "base/error.h"

#include <stdio.h>

/*
 * Lazy loading: what rowan_load() does on the first use of a slot.
 *
 * The line that asks is known, so a loop that loads row by row is recognised
 * and reported once, with the option that would load everything in one
 * statement.
 */

/* A line that loaded row by row this often is reported. */
#define N_PLUS_ONE 3

static struct lazy_line *lazy_line(struct rowan_session *session,
				   const struct relation *relation, struct rowan_site site)
{
	struct lazy_line *line;

	for (size_t i = 0; i < LAZY_LINES; i++) {
		line = &session->lazy_lines[i];
		if (line->relation == relation && same_site(line->site, site))
			return line;
	}
	line = &session->lazy_lines[session->lazy_line_next++ % LAZY_LINES];
	*line = (struct lazy_line){ .relation = relation, .site = site };
	return line;
}

/* What would help against loading row by row. */
struct advice {
	char text[256];
};

static struct advice advice_of(const struct peers *peers, const struct relation *relation)
{
	const char *owner = relation->owner->model->name, *name = relation->declared->name;
	struct advice advice;

	if (peers->rows)
		snprintf(advice.text, sizeof(advice.text),
			 "add .load = { rowan_selectin(%s, %s) } to the query at %s:%d, "
			 "or let it load in batches", owner, name, peers->site.file,
			 peers->site.line);
	else
		snprintf(advice.text, sizeof(advice.text),
			 "read the rows by one query with .load = { rowan_selectin(%s, %s) }",
			 owner, name);
	return advice;
}

static void count_lazy_load(struct rowan_session *session, const struct peers *peers,
			    const struct relation *relation, struct rowan_site site)
{
	struct lazy_line *line = lazy_line(session, relation, site);

	if (++line->count == N_PLUS_ONE)
		engine_report(session->engine, ROWAN_EVENT_N_PLUS_ONE, site,
			      "%s.%s is loaded row by row; %s", relation->owner->model->name,
			      relation->declared->name, advice_of(peers, relation).text);
}

static void refuse(struct rowan_session *session, const struct relation *relation,
		   struct rowan_site site)
{
	const char *owner = relation->owner->model->name, *name = relation->declared->name;

	session_fail(session, ROWAN_MISUSE, site,
		     "%s.%s is not loaded and may not be loaded lazily: add rowan_selectin(%s, %s) "
		     "or rowan_joined(%s, %s) to the query's .load",
		     owner, name, owner, name, owner, name);
}

/* Nothing in the database can refer to a row that is not there yet. */
static bool load_unstored(struct rowan_session *session, const struct relation *relation,
			  void *row)
{
	const struct change *change = unit_find(&session->unit, row);

	if (!change || (change->state != CHANGE_NEW && change->state != CHANGE_INSERT))
		return false;
	if (relation->declared->many) {
		slot_load_many(relation, row, NULL, 0, 0);
		return true;
	}
	if (relation->kind != RELATION_HAS_ONE)
		return false;
	slot_load_one(relation, row, NULL);
	return true;
}

static void load_stored(struct rowan_session *session, struct peers *peers, void *row,
			const struct relation *relation, struct rowan_site site)
{
	enum rowan_loading loading = (enum rowan_loading)peers->loading[relation->index];
	struct peers *loaded;

	if (loading == ROWAN_LOAD_RAISE) {
		refuse(session, relation, site);
		return;
	}
	if (peers->rows && loading != ROWAN_LOAD_EACH) {
		loaded = load_related(session, peers, relation, NULL, site);
	} else {
		count_lazy_load(session, peers, relation, site);
		loaded = load_alone(session, peers, row, relation, site);
		if (!loaded && session->error.code == ROWAN_BUDGET)
			error_more(&session->error, "; %s.%s is loaded row by row: %s",
				   relation->owner->model->name, relation->declared->name,
				   advice_of(peers, relation).text);
	}
	if (loaded)
		eager_load(session, loaded, site);
}

static void load(struct rowan_session *session, struct peers *peers, void *row,
		 const struct relation *relation, struct rowan_site site)
{
	bool unstored = load_unstored(session, relation, row);

	if (!unstored)
		load_stored(session, peers, row, relation, site);
	if (!session_ready(session))
		steps_repeat(session, unstored ? row : NULL, site);
}

void rowan_load_(struct rowan_session *session, const void *row, size_t slot, uintptr_t state,
		 struct rowan_site site)
{
	struct peers *peers = (struct peers *)(state & ~SLOT_FLAGS);
	const struct relation *relation;

	if (stream_owns(session, peers) && session->error.code == ROWAN_OK)
		session_fail(session, ROWAN_MISUSE, site,
			     "rowan_load: relations can't be loaded for a row of a stream, "
			     "only for rows of rowan_exec()");
	if (session_ready(session))
		return;
	if (!peers || peers->session != session) {
		session_fail(session, ROWAN_MISUSE, site,
			     "rowan_load: the row was not read by this session");
		return;
	}
	relation = plan_relation_at(peers->plan, (uint32_t)slot);
	/* The row is the session's own memory: it is const for others only. */
	if (relation)
		load(session, peers, (void *)(uintptr_t)row, relation, site);
	else
		session_fail(session, ROWAN_MISUSE, site,
			     "rowan_load: %s has no relation at this member",
			     peers->plan->model->name);
	arena_clear(&session->scratch);
}
