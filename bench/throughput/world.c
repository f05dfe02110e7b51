/* SPDX-License-Identifier: MIT */
#include "throughput/workload.h"

#include "progress.h"
#include "server.h"

#include <stdlib.h>

static void *allocate(size_t count, size_t size)
{
	void *memory = calloc(count, size);

	if (!memory)
		die("out of memory");
	return memory;
}

/* All tasks' keys, in an order that is random but always the same. */
static const int64_t *shuffled_keys(void)
{
	int64_t *keys = allocate(TASKS, sizeof(*keys));
	uint64_t state = 42;

	for (long i = 0; i < TASKS; i++)
		keys[i] = i + 1;
	for (long i = TASKS - 1; i > 0; i--) {
		state = state * UINT64_C(6364136223846793005) + 1442695040888963407;

		long j = (long)((state >> 33) % (uint64_t)(i + 1));
		int64_t key = keys[i];

		keys[i] = keys[j];
		keys[j] = key;
	}
	return keys;
}

static void make_inputs(struct world *world)
{
	world->inputs = allocate(TASKS, sizeof(*world->inputs));
	world->bulk = allocate(TASKS, sizeof(*world->bulk));
	for (long i = 0; i < TASKS; i++) {
		struct task *task = &world->bulk[i];

		dataset_task(i + 1, USERS, task);
		task->title = strdup(task->title);
		task->description = task->description ? strdup(task->description) : NULL;
		world->inputs[i] = (struct raw_task){
			.title = task->title,
			.description = task->description,
			.completed = task->completed,
			.priority = task->priority,
			.owner_id = task->owner_id,
			.created_at = task->created_at.us,
		};
	}
}

static void free_inputs(struct world *world)
{
	for (long i = 0; i < TASKS; i++) {
		free((char *)world->inputs[i].title);
		free((char *)world->inputs[i].description);
	}
	free(world->inputs);
	free(world->bulk);
}

static const struct database *database_of(const char *url)
{
	if (!strcmp(url, "sqlite://"))
		return &sqlite_database;
#ifdef ROWAN_POSTGRES
	if (is_server(url))
		return &postgres_database;
#endif
	die("a throughput run is on sqlite:// (in memory)%s",
#ifdef ROWAN_POSTGRES
	    " or on a postgresql:// URL"
#else
	    "; this build has no PostgreSQL"
#endif
	    );
}

static void open_session(struct world *world)
{
	world->session = rowan_session_open(world->engine);
	if (!world->session)
		die("out of memory");
}

void world_open(struct world *world, const char *url, bool with_rowan, bool with_twin)
{
	progress_show("filling the tables");
	world->database = database_of(url);
	make_inputs(world);
	world->keys = shuffled_keys();
	world->rows = allocate(TASKS + 1, sizeof(*world->rows));
	world->raw_rows = allocate(TASKS + 1, sizeof(*world->raw_rows));
	list_setup(world);
	world->database->open(world, url, with_rowan, with_twin);
	open_session(world);
	pool_setup();
}

void world_close(struct world *world)
{
	pool_teardown();
	rowan_session_close(world->session);
	world->database->close(world);
	raw_free(&world->arena);
	free_inputs(world);
	free((int64_t *)world->keys);
	free(world->rows);
	free(world->raw_rows);
	free(world->lists);
}

void world_renew(struct world *world)
{
	rowan_session_close(world->session);
	open_session(world);
	raw_free(&world->arena);
}

void rowan_forget(void *context, long count)
{
	struct world *world = context;

	(void)count;
	must(world->session, rowan_clear(world->session));
}

void rowan_tidy(void *context, long count)
{
	struct world *world = context;

	rowan_forget(context, count);
	world->database->tidy_rowan(world);
}

void raw_forget(void *context, long count)
{
	struct world *world = context;

	(void)count;
	raw_clear(&world->arena);
}

uint64_t mix_raw_tasks(struct world *world, struct raw_task *first)
{
	uint64_t sum = 0;
	long count = 0;

	for (struct raw_task *task = first; task; task = task->next, count++)
		world->raw_rows[task->id - 1] = task;
	for (long i = 0; i < count; i++)
		sum = mix_raw_task(sum, world->raw_rows[i]);
	return sum;
}

uint64_t mix_raw_users(const struct raw_user *first)
{
	uint64_t sum = 0;

	for (const struct raw_user *user = first; user; user = user->next) {
		const struct raw_task *tasks[TASKS_PER_USER] = { NULL };

		for (const struct raw_task *task = user->tasks; task; task = task->next)
			tasks[task_place(task->id)] = task;
		sum = mix_raw_user(sum, user);
		for (long i = 0; i < TASKS_PER_USER; i++)
			if (tasks[i])
				sum = mix_raw_task(sum, tasks[i]);
	}
	return sum;
}
