/* SPDX-License-Identifier: MIT */
#include "scenarios.h"

#include <rowan/fixtures/models.h>

#include <stdio.h>
#include <string.h>

/* Hooks, sandboxes, rows by name and from elsewhere, and what goes along with rows. */

/* The session's error, if something gave NULL although nothing is wrong with it. */
static int failed(const struct place *place)
{
	int code = rowan_error(place->session)->code;

	return code < 0 ? code : ROWAN_MISUSE;
}

/* ---- models and engines ------------------------------------------------------------ */

/* One that no list has. */
struct stray { int64_t id; };
extern const struct rowan_model stray_model;
ROWAN_MODEL(stray, ROWAN_FIELDS(ROWAN_FIELD(stray, id, .primary_key = true)));

int list_models(struct place *place)
{
	int status = rowan_models_complete(sample_models, &place->error);

	if (!rowan_models())
		place->error.code = status = ROWAN_NO_MEMORY;
	if (rowan_now_factory(NULL).as.datetime.us <= 0 || rowan_uuid4_factory(NULL).null ||
	    rowan_engine_options(place->engine).pool_size <= 0 || rowan_naming(.plural = true) == ROWAN_OK)
		return ROWAN_OK;	/* which is not what it ends with */
	return status;
}

int open_raw(struct place *place)
{
	struct rowan_raw *raw = rowan_raw_open(place->engine, &place->error);

	rowan_raw_close(raw);
	return raw ? ROWAN_OK : place->error.code;
}

/* ---- hooks --------------------------------------------------------------------------- */

static int add_category(struct rowan_session *session, const struct rowan_write *write,
			void *context)
{
	struct category *category;

	(void)context;
	if (write->model != &user_model)
		return ROWAN_OK;
	category = rowan_new(session, category);
	if (!category)
		return rowan_error(session)->code;
	category->name = "made by a hook";
	category->color = "grey";
	return rowan_add(session, category);
}

static int refuse(struct rowan_session *session, const struct rowan_write *write, void *context)
{
	(void)context;
	return rowan_fail(session, ROWAN_VALIDATION, "no %s today", write->model->name);
}

static void say_nothing(void *context, const char *line)
{
	(void)context;
	(void)line;
}

static int write_with(struct place *place, const char *url, const struct rowan_hooks *hooks)
{
	struct rowan_engine *engine = rowan_engine_open(url, .hooks = hooks, .log = say_nothing,
		.busy_timeout_ms = PATIENCE_MS, .error = &place->error);
	struct rowan_session *session = engine ? rowan_session_open(engine, .error = &place->error)
					       : NULL;
	struct user *user;
	int status = place->error.code;

	if (session) {
		user = rowan_edit(session, user, rowan_get(session, user, 1));
		if (user)
			user->name = "Ada Lovelace";
		status = rowan_commit(session);
		place->error = *rowan_error(session);
	}
	rowan_session_close(session);
	rowan_engine_close(engine);
	return status;
}

int use_hooks(struct place *place)
{
	static const struct rowan_hooks hooks = { .after_write = add_category };

	return write_with(place, place->url, &hooks);
}

int refuse_by_hook(struct place *place)
{
	static const struct rowan_hooks hooks = { .before_write = refuse };

	return write_with(place, place->url, &hooks);
}

/* ---- faults of the URL's ------------------------------------------------------------- */

static int write_through(struct place *place, const char *fault)
{
	char url[600];

	snprintf(url, sizeof(url), "fault:%s%c%s", place->url, strchr(place->url, '?') ? '&' : '?',
		 fault);
	return write_with(place, url, NULL);
}

/* SELECT, BEGIN, UPDATE, COMMIT */
int fail_a_statement(struct place *place)
{
	return write_through(place, "fault_at=3&fault=40001");
}

int lose_an_answer(struct place *place)
{
	return write_through(place, "fault_at=1&fault=drop_after");
}

/* ---- sandboxes ----------------------------------------------------------------------- */

static int write_in_sandbox(struct place *place)
{
	rowan_scoped struct rowan_session *session =
		rowan_session_open(place->engine, .error = &place->error);
	struct user *user;

	if (!session)
		return place->error.code;
	user = rowan_edit(session, user, rowan_get(session, user, 1));
	if (user)
		user->name = "for now";
	rowan_commit(session);
	place->error = *rowan_error(session);
	return place->error.code;
}

int use_sandbox(struct place *place)
{
	struct rowan_error unused;
	int status = rowan_sandbox_begin(place->engine, &place->error);

	if (status < 0)
		return status;
	status = write_in_sandbox(place);
	if (rowan_sandbox_end(place->engine, &unused) < 0 && status == ROWAN_OK) {
		place->error = unused;
		status = unused.code;
		rowan_sandbox_end(place->engine, NULL);
	}
	return status;
}

/* ---- rows ------------------------------------------------------------------------------ */

int merge_rows(struct place *place)
{
	const struct user *ada = rowan_get(place->session, user, 1);
	struct category tool = { .name = "tools", .color = "blue" };
	struct user form;

	if (!ada)
		return failed(place);
	form = *ada;
	form.name = "Ada Lovelace";
	rowan_merge(place->session, user, &form);
	rowan_merge(place->session, category, &tool);
	rowan_commit(place->session);
	return rowan_expunge(place->session, user, ada);
}

int set_by_name(struct place *place)
{
	const struct rowan_named_value values[] = {
		{ "name", ROWAN_VALUE("by name") }, { "color", ROWAN_VALUE("white") },
	};
	struct category *category = rowan_new_from(place->session, category, values, 2);

	if (!category)
		return failed(place);
	rowan_set_all(place->session, category, values, 1);
	rowan_validate(place->session, category);
	rowan_add(place->session, category);
	return rowan_commit(place->session);
}

/* ---- what goes along ----------------------------------------------------------------------- */

/* The sample's users once more, whose tasks go with them. */
struct keen_task { int64_t id, owner_id; };
struct keen_user { int64_t id; ROWAN_MANY(struct keen_task) tasks; };
extern const struct rowan_model keen_task_model, keen_user_model;
ROWAN_MODEL(keen_task,
	ROWAN_FIELDS(
		ROWAN_FIELD(keen_task, id, .primary_key = true),
		ROWAN_FIELD(keen_task, owner_id, .foreign_key = ROWAN_KEY(keen_user, id))),
	.table = "tasks");
ROWAN_MODEL(keen_user,
	ROWAN_FIELDS(ROWAN_FIELD(keen_user, id, .primary_key = true)),
	ROWAN_RELATIONS(ROWAN_TO_MANY(keen_user, tasks, keen_task,
				      .cascade = ROWAN_CASCADE_DELETE_ORPHAN)),
	.table = "users");

int cascade(struct place *place)
{
	const struct keen_user *bob = rowan_get(place->session, keen_user, 2);

	if (!bob)
		return failed(place);
	rowan_delete_where(place->session, rowan_select(task_category, .all_rows = true));
	rowan_delete(place->session, keen_user, bob);
	return rowan_commit(place->session);
}

int load_by_query(struct place *place)
{
	struct rowan_query last = rowan_select(task, .where = rowan_ne(TASK(priority), "none"),
		.order_by = { rowan_desc(TASK(title)) }, .limit = 1,
		.load = { rowan_selectin(task, categories) });
	struct rowan_result *users = rowan_exec(place->session, rowan_select(user,
		.load = { rowan_selectin_by(user, tasks, &last) }));

	return users ? rowan_error(place->session)->code : failed(place);
}
