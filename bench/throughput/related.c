/* SPDX-License-Identifier: MIT */
/* 1,000 users with 10 tasks each: one by one, by select-in, joined. */
#include "throughput/workload.h"

static uint64_t mix_tasks_of(struct rowan_session *session, const struct user *user, uint64_t sum)
{
	const struct task *tasks[TASKS_PER_USER] = { NULL };

	for (size_t i = 0; i < rowan_load(session, user, tasks).count; i++) {
		const struct task *task = user->tasks.rows[i];

		tasks[task_place(task->id)] = task;
	}
	for (long i = 0; i < TASKS_PER_USER; i++)
		if (tasks[i])
			sum = mix_task(sum, tasks[i]);
	return sum;
}

static uint64_t walk_users(struct world *world, const struct rowan_query *query, long count)
{
	struct rowan_session *session = world->session;
	uint64_t sum = 0;

	for (long done = 0; done < count; done += PARENTS) {
		struct rowan_result *result = rowan_exec(session, *query);
		const struct user *user;

		sum = 0;
		while ((user = rowan_next(result)) != NULL)
			sum = mix_tasks_of(session, user, mix_user(sum, user));
		must(session, rowan_clear(session));
	}
	return sum;
}

#define USERS_WITH_TASKS(loading_) rowan_select(user, \
	.where = rowan_le(USER(id), PARENTS), \
	.order_by = { rowan_asc(USER(id)) }, \
	.load = { loading_(user, tasks) })

static uint64_t users_each(void *context, long count)
{
	struct rowan_query query = USERS_WITH_TASKS(rowan_each);

	return walk_users(context, &query, count);
}

static uint64_t users_selectin(void *context, long count)
{
	struct rowan_query query = USERS_WITH_TASKS(rowan_selectin);

	return walk_users(context, &query, count);
}

static uint64_t users_joined(void *context, long count)
{
	struct rowan_query query = USERS_WITH_TASKS(rowan_joined);

	return walk_users(context, &query, count);
}

const struct workload each_workload = {
	.name = "each", .title = "1,000 x 10, one query each (N+1)", .unit = "parent",
	.rowan = { .run = users_each },
	.contests = {
		[ON_SQLITE] = { .count = 5 * PARENTS, .target = 1.25, .twins = sqlite_each },
		POSTGRES_CONTEST(.count = PARENTS, .target = 1.05, .twins = postgres_each),
	},
};

const struct workload selectin_workload = {
	.name = "selectin", .title = "1,000 x 10, select-in", .unit = "parent",
	.rowan = { .run = users_selectin },
	.contests = {
		[ON_SQLITE] = { .count = 5 * PARENTS, .target = 1.2, .twins = sqlite_selectin },
		POSTGRES_CONTEST(.count = 5 * PARENTS, .target = 1.15, .twins = postgres_selectin),
	},
};

const struct workload joined_workload = {
	.name = "joined", .title = "1,000 x 10, joined", .unit = "parent",
	.rowan = { .run = users_joined },
	.contests = {
		[ON_SQLITE] = { .count = 5 * PARENTS, .target = 1.2, .twins = sqlite_joined },
		POSTGRES_CONTEST(.count = 2 * PARENTS, .target = 1.1, .twins = postgres_joined),
	},
};
