/* SPDX-License-Identifier: MIT */
#include "sweep.h"

#include "engine/engine.h"

#include <rowan/fixtures/models.h>

#include <string.h>

static struct rowan_engine *keeper;

#define FIRST_KEY 4	/* generated keys: this, or more */

ROWAN_MODEL(shelf,
	ROWAN_FIELDS(
		ROWAN_FIELD(shelf, id, .primary_key = true),
		ROWAN_FIELD(shelf, name, .index = true)));
ROWAN_MODEL(book,
	ROWAN_FIELDS(
		ROWAN_FIELD(book, id, .primary_key = true),
		ROWAN_FIELD(book, shelf_id, .foreign_key = ROWAN_KEY(shelf, id))));

const struct rowan_model *const extra_models[] = { &shelf_model, &book_model, NULL };

/* ---- what is in it ------------------------------------------------------------------- */

static const struct user users[] = {
	{ .id = 1, .email = "ada@example.org", .hashed_password = "x", .name = "Ada", .is_active = true },
	{ .id = 2, .email = "bob@example.org", .hashed_password = "y", .name = "Bob" },
};
static const struct task tasks[] = {
	{ .id = 1, .title = "one", .priority = "low", .owner_id = 1 },
	{ .id = 2, .title = "two", .priority = "low", .owner_id = 1,
	  .parent_id = { true, 1 } },
	{ .id = 3, .title = "three", .priority = "high", .owner_id = 2,
	  .due_date = { true, { 86400000000 } } },
};
static const struct category categories[] = {
	{ .id = 1, .name = "home", .color = "red" },
	{ .id = 2, .name = "garden", .color = "green", .parent_id = { true, 1 } },
};
static const struct task_category links[] = {
	{ .task_id = 1, .category_id = 1 }, { .task_id = 1, .category_id = 2 },
	{ .task_id = 3, .category_id = 1 },
};

#define INSERT_ALL_(model_, rows_) \
	rowan_insert_all(session, model_, rows_, sizeof(rows_) / sizeof((rows_)[0]))
#define DELETE_ALL_(model_) \
	rowan_delete_where(session, rowan_select(model_, .all_rows = true))

static int refill(struct rowan_session *session, void *context)
{
	(void)context;
	DELETE_ALL_(task_category);
	DELETE_ALL_(task);
	DELETE_ALL_(category);
	DELETE_ALL_(user);
	INSERT_ALL_(user, users);
	INSERT_ALL_(task, tasks);
	INSERT_ALL_(category, categories);
	return INSERT_ALL_(task_category, links);
}

/* A sequence does not know of keys that it did not give. */
static int restart_keys(struct rowan_error *error)
{
	static const char *const statements[] = {
		"ALTER TABLE users ALTER id RESTART WITH 4",
		"ALTER TABLE tasks ALTER id RESTART WITH 4",
		"ALTER TABLE categories ALTER id RESTART WITH 4",
	};
	struct connection *connection;
	int status;

	if (strncmp(rowan_engine_url(keeper), "sqlite", 6) == 0)
		return ROWAN_OK;
	status = engine_checkout(keeper, ROWAN_HERE, &connection, error);
	if (status < 0)
		return status;
	for (size_t i = 0; i < 3 && status == ROWAN_OK; i++)
		status = connection_execute(connection, statements[i], ROWAN_HERE, error);
	engine_checkin(connection);
	return status;
}

int world_restore(bool extra, struct rowan_error *error)
{
	int status = rowan_drop_all(keeper, extra_models, error);

	if (status == ROWAN_OK && extra)
		status = rowan_create_all(keeper, extra_models, error);
	return status < 0 ? status : rowan_transaction(keeper, refill, NULL, .error = error);
}

int world_open(const char *url, struct rowan_error *error)
{
	int status;

	keeper = rowan_engine_open(url, .error = error);
	if (!keeper)
		return error->code;
	status = rowan_drop_all(keeper, sample_models, error);
	if (status == ROWAN_OK)
		status = rowan_create_all(keeper, sample_models, error);
	if (status == ROWAN_OK)
		status = restart_keys(error);
	return status;
}

void world_close(void)
{
	rowan_engine_close(keeper);
	keeper = NULL;
}

/* ---- the digest ------------------------------------------------------------------------ */

static void mix(uint64_t *digest, const void *data, size_t size)
{
	const unsigned char *bytes = data;

	for (size_t i = 0; i < size; i++)
		*digest = (*digest ^ bytes[i]) * 1099511628211u;
}

static void mix_int(uint64_t *digest, int64_t number)
{
	mix(digest, &number, sizeof(number));
}

/* Keys that a sequence gave differ from run to run. */
static void mix_key(uint64_t *digest, int64_t key)
{
	mix_int(digest, key < FIRST_KEY ? key : FIRST_KEY);
}

static void mix_text(uint64_t *digest, const char *text)
{
	mix(digest, text ? text : "\1", text ? strlen(text) + 1 : 2);
}

/* Times of change are left out: they differ from run to run. */
static void mix_rows(struct rowan_session *session, uint64_t *digest)
{
	struct rowan_result *result;
	const struct user *user;
	const struct task *task;
	const struct category *category;
	const struct task_category *link;

	result = rowan_exec(session, rowan_select(user, .untracked = true,
		.order_by = { rowan_asc(USER(id)) }));
	while ((user = rowan_next(result))) {
		mix_key(digest, user->id);
		mix_text(digest, user->email);
		mix_text(digest, user->name);
		mix_int(digest, user->is_active);
	}
	result = rowan_exec(session, rowan_select(task, .untracked = true,
		.order_by = { rowan_asc(TASK(id)) }));
	while ((task = rowan_next(result))) {
		mix_key(digest, task->id);
		mix_text(digest, task->title);
		mix_int(digest, task->completed);
		mix_key(digest, task->owner_id);
		mix_key(digest, task->parent_id.set ? task->parent_id.value : -1);
	}
	result = rowan_exec(session, rowan_select(category, .untracked = true,
		.order_by = { rowan_asc(CATEGORY(id)) }));
	while ((category = rowan_next(result))) {
		mix_key(digest, category->id);
		mix_text(digest, category->name);
		mix_key(digest, category->parent_id.set ? category->parent_id.value : -1);
	}
	result = rowan_exec(session, rowan_select(task_category, .untracked = true,
		.order_by = { rowan_asc(rowan_column(task_category, task_id)),
			      rowan_asc(rowan_column(task_category, category_id)) }));
	while ((link = rowan_next(result))) {
		mix_key(digest, link->task_id);
		mix_key(digest, link->category_id);
	}
}

/* Which of the extra tables there are, and whether they have rows. */
static int mix_tables(struct rowan_session *session, uint64_t *digest)
{
	int64_t shelves = rowan_count(session, rowan_select(shelf));
	int status = rowan_rollback(session);
	int64_t books = rowan_count(session, rowan_select(book));

	mix_int(digest, shelves);
	mix_int(digest, books);
	return status < 0 ? status : rowan_rollback(session);
}

uint64_t world_digest(bool tables, struct rowan_error *error)
{
	rowan_scoped struct rowan_session *session = rowan_session_open(keeper, .error = error);
	uint64_t digest = 14695981039346656037u;

	if (!session)
		return 0;
	mix_rows(session, &digest);
	if (rowan_error(session)->code < 0) {
		*error = *rowan_error(session);
		return 0;
	}
	if (tables && mix_tables(session, &digest) < 0) {
		*error = *rowan_error(session);
		return 0;
	}
	return digest ? digest : 1;
}

static int ask(void *context, struct text *sql, struct rowan_error *error)
{
	(void)error;
	text_add(sql, context);
	return ROWAN_OK;
}

bool world_is_sound(struct rowan_error *error)
{
	static char sql[] = "SELECT (SELECT count(*) FROM pragma_integrity_check"
			    " WHERE integrity_check <> 'ok')"
			    " + (SELECT count(*) FROM pragma_foreign_key_check)";
	struct connection *connection;
	struct statement *statement;
	struct execution run;
	struct shape shape;
	int64_t faults = -1;

	if (strncmp(rowan_engine_url(keeper), "sqlite", 6) != 0)
		return true;
	shape_start(&shape);
	shape_add(&shape, sql, sizeof(sql));
	if (engine_checkout(keeper, ROWAN_HERE, &connection, error) < 0)
		return false;
	if (connection_statement(connection, &shape, ask, sql, &statement, error) == ROWAN_OK) {
		execution_begin(&run, connection, statement, ROWAN_HERE, error);
		if (execution_step(&run) == DRIVER_ROW)
			faults = run.driver->read_int(statement->handle, 0);
		execution_end(&run, ROWAN_OK);
	}
	engine_checkin(connection);
	return faults == 0;
}
