/* SPDX-License-Identifier: MIT */
#include "throughput/workload.h"

#include "progress.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/*
 * The statements that made Rowan's tables, so that the twin's are the same to
 * the letter.  An in-memory database can't be looked into, hence a file.
 */
static char *schema_of_rowan(void)
{
	char path[] = "/tmp/bench-schema-XXXXXX", url[64];
	struct rowan_engine *engine;
	struct rowan_error error;
	sqlite3_stmt *statement;
	sqlite3 *db;
	char *ddl = NULL;
	int file = mkstemp(path);

	if (file < 0)
		die("cannot make a file in /tmp");
	close(file);
	snprintf(url, sizeof(url), "sqlite:///%s", path);
	engine = dataset_engine(url);
	if (rowan_create_all(engine, ROWAN_MODELS(&user_model, &task_model), &error) != ROWAN_OK)
		die("%s", error.message);
	rowan_engine_close(engine);

	if (sqlite3_open(path, &db) != SQLITE_OK ||
	    sqlite3_prepare_v2(db, "SELECT group_concat(sql, ';') FROM sqlite_schema",
			       -1, &statement, NULL) != SQLITE_OK ||
	    sqlite3_step(statement) != SQLITE_ROW)
		die("%s", sqlite3_errmsg(db));
	ddl = strdup((const char *)sqlite3_column_text(statement, 0));
	sqlite3_finalize(statement);
	sqlite3_close(db);
	unlink(path);
	return ddl;
}

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

static const struct raw_task *task_inputs(void)
{
	struct raw_task *inputs = allocate(TASKS, sizeof(*inputs));
	struct task task;

	for (long i = 0; i < TASKS; i++) {
		dataset_task(i + 1, USERS, &task);
		inputs[i] = (struct raw_task){
			.title = strdup(task.title),
			.description = task.description ? strdup(task.description) : NULL,
			.completed = task.completed,
			.priority = task.priority,
			.owner_id = task.owner_id,
			.created_at = task.created_at.us,
		};
	}
	return inputs;
}

static void free_inputs(const struct raw_task *inputs)
{
	for (long i = 0; i < TASKS; i++) {
		free((char *)inputs[i].title);
		free((char *)inputs[i].description);
	}
	free((struct raw_task *)inputs);
}

static void fill_raw(struct world *world)
{
	sqlite3_stmt *statement = world->raw->statements[RAW_INSERT_USER];

	raw_run(world->raw, RAW_BEGIN);
	for (long i = 1; i <= USERS; i++) {
		struct user user;

		dataset_user(i, &user);
		sqlite3_bind_text(statement, 1, user.email, -1, SQLITE_STATIC);
		sqlite3_bind_text(statement, 2, user.name, -1, SQLITE_STATIC);
		sqlite3_bind_int(statement, 3, user.is_active);
		sqlite3_bind_int64(statement, 4, user.created_at.us);
		raw_run(world->raw, RAW_INSERT_USER);
	}
	raw_run(world->raw, RAW_COMMIT);
	raw_insert_tasks(world, TASKS);
	raw_clear(world->raw);
}

static struct dataset_size world_size(void)
{
	return (struct dataset_size){ .users = USERS, .tasks_per_user = TASKS_PER_USER };
}

void world_open(struct world *world, bool with_rowan, bool with_twin)
{
	char *ddl;

	progress_show("filling the tables");
	world->inputs = task_inputs();
	world->keys = shuffled_keys();
	world->rows = allocate(TASKS + 1, sizeof(*world->rows));
	world->raw_rows = allocate(TASKS + 1, sizeof(*world->raw_rows));
	list_setup(world);

	world->engine = dataset_engine(WORLD_ENGINE);
	if (with_rowan)
		dataset_create(world->engine, world_size());
	world->session = rowan_session_open(world->engine);
	if (!world->session)
		die("out of memory");
	if (with_twin) {
		ddl = schema_of_rowan();
		world->raw = raw_open(ddl);
		fill_raw(world);
		free(ddl);
	}
	pool_setup();
}

void world_close(struct world *world)
{
	pool_teardown();
	rowan_session_close(world->session);
	rowan_engine_close(world->engine);
	if (world->raw)
		raw_close(world->raw);
	free_inputs(world->inputs);
	free((int64_t *)world->keys);
	free(world->rows);
	free(world->raw_rows);
	free(world->lists);
}

void rowan_forget(void *context, long count)
{
	struct world *world = context;

	(void)count;
	must(world->session, rowan_clear(world->session));
}

void raw_forget(void *context, long count)
{
	struct world *world = context;

	(void)count;
	raw_clear(world->raw);
}
