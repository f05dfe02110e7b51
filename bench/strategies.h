/* SPDX-License-Identifier: MIT */
#ifndef BENCH_STRATEGIES_H
#define BENCH_STRATEGIES_H

/* The four ways to load what belongs to a list of users, as the same query. */

#include "models.h"

struct strategy {
	const char *name;	/* on command lines and in results */
	const char *title;
	enum rowan_loading loading;
};

#define STRATEGIES 4
#define SELECTIN 2	/* its place among them: what the others are compared with */
extern const struct strategy strategies[STRATEGIES];

/* The one with this name, or NULL. */
const struct strategy *strategy_named(const char *name);

/* A session that loads the strategy's way what no option names. */
struct rowan_session *strategy_session(struct rowan_engine *engine,
				       const struct strategy *strategy);

/* The first `parents` users and their tasks; two levels: and the tasks' comments. */
struct rowan_query strategy_query(const struct strategy *strategy, long parents, long levels);

struct walked {
	uint64_t rows, checksum;
};

/* Run the query and look at every row: what is lazy is loaded on the way. */
struct walked strategy_run(struct rowan_session *session, const struct rowan_query *query,
			   long levels);

#endif
