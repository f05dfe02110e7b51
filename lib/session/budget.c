/* SPDX-License-Identifier: MIT */
#include "session/budget.h"

#include "base/error.h"
#include "base/hash.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int budget_open(struct rowan_session *session, struct rowan_error *error)
{
	const struct rowan_budget *limits = &session->options.budget;
	struct budget *budget;

	session->rows_left = limits->rows ? limits->rows : INT64_MAX;
	if (limits->statements < 0 || limits->rows < 0 || limits->repeats < 0 || limits->ms < 0)
		return error_set(error, ROWAN_MISUSE, "rowan_session_open: a budget is negative");
	if (!limits->statements && !limits->repeats && !limits->ms)
		return ROWAN_OK;
	budget = mem_alloc(sizeof(*budget));
	if (!budget)
		return error_no_memory(error);
	budget->until_ms = limits->ms ? now_ms() + limits->ms : INT64_MAX;
	session->budget = budget;
	return ROWAN_OK;
}

void budget_close(struct rowan_session *session)
{
	mem_free(session->budget);
}

/* The lines that asked last are known; what was forgotten begins anew. */
static struct repeat *repeat_of(struct budget *budget, uint64_t statement, struct rowan_site site)
{
	struct repeat *repeat;

	for (size_t i = 0; i < REPEATS_KNOWN; i++) {
		repeat = &budget->repeats[i];
		if (repeat->statement == statement && same_site(repeat->site, site))
			return repeat;
	}
	repeat = &budget->repeats[budget->next++ % REPEATS_KNOWN];
	*repeat = (struct repeat){ .statement = statement, .site = site };
	return repeat;
}

static bool is_read(const struct shape *shape)
{
	return shape->bytes[0] <= STATEMENT_RELATED;
}

static int check_repeats(struct rowan_session *session, const struct shape *shape,
			 struct rowan_site site)
{
	int most = session->options.budget.repeats;
	uint64_t statement = hash_bytes(shape->bytes, shape->length);

	if (!most || !is_read(shape) ||
	    repeat_of(session->budget, statement, site)->count++ < (unsigned)most)
		return ROWAN_OK;
	return session_fail(session, ROWAN_BUDGET, site,
			    "budget: this line executes one statement more than %d times", most);
}

int budget_spend_(struct rowan_session *session, const struct shape *shape, struct rowan_site site)
{
	const struct rowan_budget *limits = &session->options.budget;
	struct budget *budget = session->budget;

	if (limits->statements && budget->statements++ >= limits->statements)
		return session_fail(session, ROWAN_BUDGET, site,
				    "budget: more than %" PRId64 " statements in one session",
				    limits->statements);
	if (limits->ms && now_ms() > budget->until_ms)
		return session_fail(session, ROWAN_BUDGET, site,
				    "budget: the session has been open for more than %d ms",
				    limits->ms);
	return check_repeats(session, shape, site);
}

int budget_rows_spent(struct rowan_session *session, struct rowan_site site)
{
	session->rows_left = 0;
	return session_fail(session, ROWAN_BUDGET, site,
			    "budget: more than %" PRId64 " rows are read in one session",
			    session->options.budget.rows);
}
