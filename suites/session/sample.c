/* SPDX-License-Identifier: MIT */
#include "sample.h"

struct rowan_engine *engine;
struct rowan_session *session;

ROWAN_MODEL(loose_user,
	ROWAN_FIELDS(
		ROWAN_FIELD(loose_user, id, .primary_key = true),
		ROWAN_FIELD(loose_user, email, .nullable = true),
		ROWAN_FIELD(loose_user, hashed_password, .nullable = true),
		ROWAN_FIELD(loose_user, name, .nullable = true),
		ROWAN_FIELD(loose_user, is_active, .postgres_type = "boolean"),
		ROWAN_FIELD(loose_user, created_at),
		ROWAN_FIELD(loose_user, updated_at)),
	.table = "users");

ROWAN_MODEL(strict_task,
	ROWAN_FIELDS(
		ROWAN_FIELD(strict_task, id, .primary_key = true),
		ROWAN_FIELD(strict_task, title),
		ROWAN_FIELD(strict_task, description),
		ROWAN_FIELD(strict_task, owner_id)),
	.table = "tasks");

/* Warnings are asked of a counter; a test's output is its failures. */
static void discard(void *context, const char *line)
{
	(void)context;
	(void)line;
}

void open_sample(void)
{
	open_models(sample_models);
}

void open_models(const struct rowan_model *const *models)
{
	need_engine();
	engine = rowan_test_engine(models, .log = discard);
	cr_assert_not_null(engine);
	session = rowan_session_open(engine);
	cr_assert_not_null(session);
}

void close_sample(void)
{
	rowan_session_close(session);
	rowan_test_engine_close(engine);
}

int64_t stored(const struct rowan_query *query)
{
	rowan_scoped struct rowan_session *other = rowan_session_open(engine);

	return rowan_count_(other, query);
}

int64_t stored_users(void)
{
	return stored_of(user);
}

int64_t stored_tasks(void)
{
	return stored_of(task);
}

int64_t stored_links(void)
{
	return stored_of(task_category);
}

size_t inserts_of(size_t rows)
{
	size_t most = runs_on("sqlite") ? 50 : 2000;

	return (rows + most - 1) / most;
}

struct user *stored_user(const char *email)
{
	struct user *user = user_create(session, .email = email);

	assert_ok(rowan_commit(session));
	return user;
}
