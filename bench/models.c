/* SPDX-License-Identifier: MIT */
#include "models.h"

ROWAN_MODEL(user,
	ROWAN_FIELDS(
		ROWAN_FIELD(user, id, .primary_key = true),
		ROWAN_FIELD(user, email, .unique = true, .max_length = 255),
		ROWAN_FIELD(user, name, .max_length = 100),
		ROWAN_FIELD(user, is_active, .default_value = ROWAN_CONST(true)),
		ROWAN_FIELD(user, created_at)),
	ROWAN_RELATIONS(
		ROWAN_TO_MANY(user, tasks, task, .back_populates = "owner")),
	.table = "users");

ROWAN_MODEL(task,
	ROWAN_FIELDS(
		ROWAN_FIELD(task, id, .primary_key = true),
		ROWAN_FIELD(task, title, .max_length = 200),
		ROWAN_FIELD(task, description, .nullable = true),
		ROWAN_FIELD(task, completed, .default_value = ROWAN_CONST(false)),
		ROWAN_FIELD(task, priority, .default_value = ROWAN_CONST(1)),
		ROWAN_FIELD(task, owner_id, .foreign_key = ROWAN_KEY(user, id), .index = true),
		ROWAN_FIELD(task, created_at)),
	ROWAN_RELATIONS(
		ROWAN_TO_ONE(task, owner, user, .back_populates = "tasks"),
		ROWAN_TO_MANY(task, comments, comment, .back_populates = "task")),
	.table = "tasks");

ROWAN_MODEL(comment,
	ROWAN_FIELDS(
		ROWAN_FIELD(comment, id, .primary_key = true),
		ROWAN_FIELD(comment, body),
		ROWAN_FIELD(comment, task_id, .foreign_key = ROWAN_KEY(task, id), .index = true),
		ROWAN_FIELD(comment, created_at)),
	ROWAN_RELATIONS(
		ROWAN_TO_ONE(comment, task, task, .back_populates = "comments")),
	.table = "comments");
