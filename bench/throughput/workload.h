/* SPDX-License-Identifier: MIT */
#ifndef THROUGHPUT_WORKLOAD_H
#define THROUGHPUT_WORKLOAD_H

/*
 * A workload is written twice: with Rowan, and by hand on sqlite3.  Both sides
 * have a database of their own with the same rows, in the same storage.
 */

#include "dataset.h"
#include "harness.h"
#include "throughput/raw.h"

#define USERS 10000L
#define TASKS_PER_USER 10L
#define TASKS (USERS * TASKS_PER_USER)

/* Parents of the relation workloads; their runs are whole multiples. */
#define PARENTS 1000L

/* Owners whose tasks one list looks through, and the rows it gives. */
#define LIST_OWNERS 5
#define LIST_ROWS 20

struct world {
	struct rowan_engine *engine;
	struct rowan_session *session;
	struct raw *raw;
	const int64_t *keys;		/* of all tasks, shuffled */
	const struct raw_task *inputs;	/* rows to insert: TASKS of them */
	const struct task **rows;	/* Rowan's rows that prepare() made for run() */
	struct raw_task **raw_rows;	/* the twin's */
	struct rowan_query *lists;	/* ready-made queries */
};

/* Rowan's database: in memory, as the twin's is. */
#define WORLD_ENGINE "sqlite://"

/* Only databases that are going to be used are filled. */
void world_open(struct world *world, bool with_rowan, bool with_twin);
void world_close(struct world *world);

/* As a side's finish(): forget all rows. */
void rowan_forget(void *context, long count);
void raw_forget(void *context, long count);

struct workload {
	const char *name;	/* for --only */
	const char *title;
	const char *unit;	/* what is counted */
	long count;		/* of these in one run */
	double target;		/* Rowan's time over the twin's; 0 if target_ns is set */
	double target_ns;	/* Rowan's own time per unit */
	bool load;		/* many rows into memory: allocations per row count */
	struct side rowan, twin;
};

extern const struct workload
	insert_workload, get_workload, load_untracked_workload, load_tracked_workload,
	list_kept_workload, list_built_workload,
	each_workload, selectin_workload, joined_workload,
	update_workload, delete_workload, pool_workload;

/* The workload's own setup, once, and its end. */
void list_setup(struct world *world);
void pool_setup(void);
void pool_teardown(void);

/* Insert rows as insert_workload does, without measuring: for others to use up. */
void rowan_insert_tasks(struct world *world, long count);
void raw_insert_tasks(struct world *world, long count);

static inline uint64_t mix_task(uint64_t sum, const struct task *task)
{
	sum = mix(sum, (uint64_t)task->id);
	sum = mix_text(sum, task->title);
	sum = mix_text(sum, task->description);
	return mix(sum, (uint64_t)(task->owner_id ^ task->created_at.us ^ task->priority) +
		   task->completed);
}

static inline uint64_t mix_raw_task(uint64_t sum, const struct raw_task *task)
{
	sum = mix(sum, (uint64_t)task->id);
	sum = mix_text(sum, task->title);
	sum = mix_text(sum, task->description);
	return mix(sum, (uint64_t)(task->owner_id ^ task->created_at ^ task->priority) +
		   task->completed);
}

static inline uint64_t mix_user(uint64_t sum, const struct user *user)
{
	sum = mix(sum, (uint64_t)(user->id ^ user->created_at.us) + user->is_active);
	return mix_text(mix_text(sum, user->email), user->name);
}

static inline uint64_t mix_raw_user(uint64_t sum, const struct raw_user *user)
{
	sum = mix(sum, (uint64_t)(user->id ^ user->created_at) + user->is_active);
	return mix_text(mix_text(sum, user->email), user->name);
}

#endif
