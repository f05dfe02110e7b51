/* SPDX-License-Identifier: MIT */
#ifndef THROUGHPUT_WORKLOAD_H
#define THROUGHPUT_WORKLOAD_H

/*
 * A workload is written with Rowan once, and by hand for each engine, there in all
 * ways that are worth a comparison.  Both sides have a database of their own with
 * the same rows, in the same storage.
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

static const struct dataset_size world_size = {
	.users = USERS, .tasks_per_user = TASKS_PER_USER,
};

struct world;

enum { ON_SQLITE, ON_POSTGRES, ENGINES };

/* What makes the world of an engine. */
struct database {
	int number;
	/* Only databases that are going to be used are filled. */
	void (*open)(struct world *world, const char *url, bool with_rowan, bool with_twin);
	void (*close)(struct world *world);
	/* Rowan's tables as they were filled; rows of the session are forgotten. */
	void (*tidy_rowan)(struct world *world);
};

extern const struct database sqlite_database, postgres_database;

struct world {
	const struct database *database;
	char title[64];			/* "SQLite 3.40.1" */
	const char *url;		/* of Rowan's database */
	struct rowan_engine *engine;
	struct rowan_session *session;
	struct raw_sqlite *sqlite;	/* the twin's connection: one of these .. */
	struct raw_postgres *postgres;
	int idle_socket;		/* .. on which the server says nothing; on PostgreSQL */
	struct raw_arena arena;		/* .. and its rows */
	const int64_t *keys;		/* of all tasks, shuffled */
	struct raw_task *inputs;	/* rows to insert: TASKS of them */
	struct task *bulk;		/* .. as Rowan's structs */
	const struct task **rows;	/* Rowan's rows that prepare() made for run() */
	struct raw_task **raw_rows;	/* the twin's */
	struct rowan_query *lists;	/* ready-made queries */
};

void world_open(struct world *world, const char *url, bool with_rowan, bool with_twin);
void world_close(struct world *world);
/* A new session and an empty arena: nothing is kept from earlier runs. */
void world_renew(struct world *world);

/* As a side's finish(): forget all rows; .. and those that were written. */
void rowan_forget(void *context, long count);
void rowan_tidy(void *context, long count);
void raw_forget(void *context, long count);

/* ---- workloads ------------------------------------------------------------ */

/* One way to write a workload by hand. */
struct twin {
	const char *way;	/* "prepared", "unnest" ..; NULL ends a list */
	struct side side;
};

/* The workload on one engine; where there is no twin, it is not measured. */
struct contest {
	long count;		/* units in one run */
	double target;		/* Rowan's time over the best twin's; 0 if target_ns is set */
	const struct twin *twins;	/* the one that should be the best comes first */
	double target_ns;	/* Rowan's own time per unit */
};

struct workload {
	const char *name;	/* for --only */
	const char *title;
	const char *unit;	/* what is counted */
	bool load;		/* many rows into memory: allocations and bytes per row count */
	double memory_target;	/* the bytes' ratio to the first twin's; 0 = none */
	struct side rowan;
	struct contest contests[ENGINES];
};

#ifdef ROWAN_POSTGRES
#define POSTGRES_CONTEST(...) [ON_POSTGRES] = { __VA_ARGS__ }
#else
#define POSTGRES_CONTEST(...) [ON_POSTGRES] = { 0 }
#endif

extern const struct workload
	insert_workload, insert_bulk_workload, get_workload,
	load_untracked_workload, load_tracked_workload, list_kept_workload, list_built_workload,
	each_workload, selectin_workload, joined_workload,
	update_workload, delete_workload, pool_workload, pool_check_workload;

extern const struct twin
	sqlite_insert[], sqlite_insert_bulk[], sqlite_get[], sqlite_load[], sqlite_list[],
	sqlite_each[], sqlite_selectin[], sqlite_joined[], sqlite_update[], sqlite_delete[];

extern const struct twin
	postgres_insert[], postgres_insert_bulk[], postgres_get[], postgres_load[],
	postgres_list[], postgres_each[], postgres_selectin[], postgres_joined[],
	postgres_update[], postgres_delete[];

/* The workload's own setup, once, and its end. */
void list_setup(struct world *world);
void pool_setup(void);
void pool_teardown(void);

/* Different pages in turn, so that no page is hot by chance. */
#define LISTS 16

static inline int64_t list_owner(long number)
{
	return number % LISTS * 617 + 1;
}

/* ---- checksums ------------------------------------------------------------ */

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

/*
 * A database need not keep rows in an order: what is read unordered is summed by
 * key, and the tasks of one user have places by theirs.
 */
static inline long task_place(int64_t id)
{
	return (long)((id - 1) / USERS);
}

/* A chain of all tasks; of users, each with its tasks. */
uint64_t mix_raw_tasks(struct world *world, struct raw_task *first);
uint64_t mix_raw_users(const struct raw_user *first);

#endif
