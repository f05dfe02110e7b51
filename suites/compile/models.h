/* SPDX-License-Identifier: MIT */
#ifndef COMPILE_MODELS_H
#define COMPILE_MODELS_H

/* A small domain with a member of every sort.  Only ever compiled. */

#include <rowan.h>

struct user {
	int64_t id;
	const char *email;
	bool is_active;
	double score;
	struct rowan_bytes avatar;
	struct rowan_uuid token;
	struct rowan_date birthday;
	struct rowan_opt_datetime last_login;
	ROWAN_MANY(struct task) tasks;
};

struct task {
	int64_t id;
	const char *title;
	bool completed;
	int64_t owner_id;
	struct rowan_opt_int64 parent_id;
	struct rowan_datetime created_at;
	ROWAN_ONE(struct user) owner;
	ROWAN_MANY(struct category) categories;
};

struct category {
	int32_t id;
	const char *name;
};

struct task_category {
	int64_t task_id;
	int32_t category_id;
};

/* With a mixin. */
struct page {
	int64_t id;
	struct { struct rowan_datetime created_at, updated_at; } stamps;
};

/* What no column can hold. */
struct badge {
	int64_t id;
	char name[32];
	char *label;
	float weight;
	long long points;
};

extern const struct rowan_model user_model, task_model, category_model, task_category_model,
	page_model, badge_model;

#define USER(member) rowan_column(user, member)
#define TASK(member) rowan_column(task, member)
#define CATEGORY(member) rowan_column(category, member)

#endif
