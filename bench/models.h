/* SPDX-License-Identifier: MIT */
#ifndef BENCH_MODELS_H
#define BENCH_MODELS_H

/* The tables that are measured: users have tasks, tasks have comments. */

#include <rowan.h>

struct task;
struct comment;

struct user {
	int64_t id;
	const char *email;
	const char *name;
	bool is_active;
	struct rowan_datetime created_at;
	ROWAN_MANY(struct task) tasks;
};

struct task {
	int64_t id;
	const char *title;
	const char *description;
	bool completed;
	int32_t priority;
	int64_t owner_id;
	struct rowan_datetime created_at;
	ROWAN_ONE(struct user) owner;
	ROWAN_MANY(struct comment) comments;
};

struct comment {
	int64_t id;
	const char *body;
	int64_t task_id;
	struct rowan_datetime created_at;
	ROWAN_ONE(struct task) task;
};

extern const struct rowan_model user_model, task_model, comment_model;

#define USER(member) rowan_column(user, member)
#define TASK(member) rowan_column(task, member)

#endif
