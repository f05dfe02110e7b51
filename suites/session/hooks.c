/* SPDX-License-Identifier: MIT */
#include "sample.h"

#include <stdio.h>
#include <string.h>

/* Functions of the program that take part when sessions write. */

/* What was written to whom, when and by whom: stored along with it. */
struct audit {
	int64_t id;
	const char *what, *table;
	int64_t row_id;
};
extern const struct rowan_model audit_model;
ROWAN_MODEL(audit,
	ROWAN_FIELDS(
		ROWAN_FIELD(audit, id, .primary_key = true),
		ROWAN_FIELD(audit, what),
		ROWAN_FIELD(audit, table, .column = "of_table"),
		ROWAN_FIELD(audit, row_id)));
#define AUDIT(member) rowan_column(audit, member)

static struct script {
	struct rowan_hooks hooks;
	char log[2048];
	int (*step)(struct rowan_session *of, const struct rowan_write *write);
} script;

static const char *verb_of(const struct rowan_write *write)
{
	static const char *const verbs[] = { "insert", "update", "delete" };

	return verbs[write->kind];
}

static void note(const char *format, const char *verb, const char *model)
{
	size_t used = strlen(script.log);

	snprintf(script.log + used, sizeof(script.log) - used, format, verb, model);
}

static int before_flush(struct rowan_session *of, void *context)
{
	(void)of, (void)context;
	note("flush%s%s ", "", "");
	return ROWAN_OK;
}

static int before_write(struct rowan_session *of, const struct rowan_write *write, void *context)
{
	(void)context;
	note("before-%s-%s ", verb_of(write), write->model->name);
	return script.step ? script.step(of, write) : ROWAN_OK;
}

static int after_write(struct rowan_session *of, const struct rowan_write *write, void *context)
{
	(void)context;
	note("after-%s-%s ", verb_of(write), write->model->name);
	return script.step ? script.step(of, write) : ROWAN_OK;
}

static void after_commit(struct rowan_session *of, void *context)
{
	(void)of, (void)context;
	note("commit%s%s ", "", "");
}

static void after_rollback(struct rowan_session *of, void *context)
{
	(void)of, (void)context;
	note("rollback%s%s ", "", "");
}

static struct rowan_engine *hooked;
static struct rowan_session *watched;

/* The sample's tables once more, by an engine with these hooks. */
static void open_hooked(struct rowan_hooks hooks)
{
	script.hooks = hooks;
	hooked = rowan_engine_open(rowan_engine_url(engine), .hooks = &script.hooks);
	cr_assert_not_null(hooked);
	assert_ok(rowan_create_all(hooked, ROWAN_MODELS(&task_model, &user_model, &category_model,
							&task_category_model, &audit_model), NULL));
	watched = rowan_session_open(hooked);
}

static void close_hooked(void)
{
	rowan_session_close(watched);
	if (hooked)
		rowan_drop_all(hooked, ROWAN_MODELS(&audit_model), NULL);
	rowan_engine_close(hooked);
	close_sample();
}

TestSuite(hooks, .init = open_sample, .fini = close_hooked, .timeout = 60);

/* By another session of the same engine. */
static int64_t hooked_rows(struct rowan_query query)
{
	rowan_scoped struct rowan_session *other = rowan_session_open(hooked);

	return rowan_count_(other, &query);
}

#define ALL_HOOKS (struct rowan_hooks){ \
	.before_flush = before_flush, .before_write = before_write, .after_write = after_write, \
	.after_commit = after_commit, .after_rollback = after_rollback }

Test(hooks, b26_each_is_called_in_its_turn)
{
	struct user *user;

	open_hooked(ALL_HOOKS);
	user = user_build(watched, .email = "ada@example.org");
	assert_ok(rowan_add(watched, user));
	assert_ok(rowan_commit(watched));
	assert_text(script.log, "flush before-insert-user after-insert-user flush commit ");

	script.log[0] = '\0';
	user->name = "Countess";
	assert_ok(rowan_flush(watched));
	assert_ok(rowan_delete(watched, user, user));
	assert_ok(rowan_flush(watched));
	assert_ok(rowan_rollback(watched));
	assert_text(script.log, "flush before-update-user after-update-user flush "
				"flush before-delete-user after-delete-user flush rollback ");

	/* Nothing changed: nothing is asked. */
	script.log[0] = '\0';
	user->name = user->name;
	assert_ok(rowan_commit(watched));
	assert_text(script.log, "flush commit ");
}

/* ---- an audit ------------------------------------------------------------------- */

static int audit(struct rowan_session *of, const struct rowan_write *write)
{
	struct audit *row;

	if (write->model == &audit_model)
		return ROWAN_OK;
	row = rowan_new(of, audit);
	row->what = verb_of(write);
	row->table = write->model->table;
	row->row_id = *(const int64_t *)write->row;	/* the sample's keys come first */
	return rowan_add(of, row);
}

static int64_t audited(const char *what)
{
	return rowan_count(watched, rowan_select(audit, .where = rowan_eq(AUDIT(what), what)));
}

Test(hooks, b26_an_audit_is_stored_with_what_it_tells)
{
	struct user *user;
	const struct audit *row;

	script.step = audit;
	open_hooked((struct rowan_hooks){ .after_write = after_write });
	user = user_create(watched);
	task_create_batch(watched, 3, .owner = user);
	assert_ok(rowan_commit(watched));
	assert_int(audited("insert"), 4);
	row = rowan_one(rowan_exec(watched, rowan_select(audit,
		.where = rowan_eq(AUDIT(table), "users"))));
	assert_int(row->row_id, user->id);

	user->name = "Countess";
	assert_ok(rowan_commit(watched));
	assert_int(audited("update"), 1);

	/* What is undone was never there, and is not told of. */
	user->name = "Nobody";
	assert_ok(rowan_flush(watched));
	assert_int(audited("update"), 2);
	assert_ok(rowan_rollback(watched));
	assert_int(audited("update"), 1);
}

/* ---- before --------------------------------------------------------------------- */

static int stamp(struct rowan_session *of, const struct rowan_write *write)
{
	struct user *user = write->row;

	(void)of;
	if (write->model != &user_model || write->kind == ROWAN_WRITE_DELETE)
		return ROWAN_OK;
	if (write->stored)
		cr_assert_str_neq(((const struct user *)write->stored)->name, user->name);
	user->hashed_password = write->kind == ROWAN_WRITE_INSERT ? "made" : "changed";
	return ROWAN_OK;
}

Test(hooks, b26_a_row_may_be_written_to_before_it_is_sent)
{
	struct user *user;

	script.step = stamp;
	open_hooked((struct rowan_hooks){ .before_write = before_write });
	user = user_create(watched);
	assert_ok(rowan_commit(watched));
	assert_text(user->hashed_password, "made");
	user->name = "Countess";
	assert_ok(rowan_commit(watched));
	assert_int(rowan_count(watched, rowan_select(user,
		.where = rowan_eq(USER(hashed_password), "changed"))), 1);
}

static int refuse(struct rowan_session *of, const struct rowan_write *write)
{
	const struct user *user = write->row;

	if (write->model != &user_model || strcmp(user->name, "Mallory") != 0)
		return ROWAN_OK;
	return rowan_fail(of, ROWAN_VALIDATION, "%s may not come in", user->name);
}

Test(hooks, b26_a_refusal_keeps_everything_out)
{
	struct user *user;

	script.step = refuse;
	open_hooked(ALL_HOOKS);
	rowan_add(watched, user_build(watched));
	user = user_build(watched, .name = "Mallory");
	rowan_add(watched, user);
	assert_code(rowan_commit(watched), ROWAN_VALIDATION);
	assert_error(watched, ROWAN_VALIDATION, "Mallory may not come in");
	assert_text(rowan_error(watched)->site.file, __FILE__);
	assert_ok(rowan_rollback(watched));
	assert_int(hooked_rows(rowan_select(user)), 0);

	user->name = "Alice";
	assert_ok(rowan_add(watched, user));
	assert_ok(rowan_commit(watched));
	assert_int(hooked_rows(rowan_select(user)), 1);
}

static int just_fail(struct rowan_session *of, const struct rowan_write *write)
{
	(void)of, (void)write;
	return ROWAN_CHECK;
}

Test(hooks, b26_a_code_alone_is_an_error_too)
{
	script.step = just_fail;
	open_hooked((struct rowan_hooks){ .after_write = after_write });
	rowan_add(watched, user_build(watched));
	assert_code(rowan_commit(watched), ROWAN_CHECK);
	assert_error(watched, ROWAN_CHECK, "after_write failed: check");
	assert_ok(rowan_rollback(watched));
	assert_int(hooked_rows(rowan_select(user)), 0);
}

/* A user takes a first task along, which takes no more. */
static int add_first_task(struct rowan_session *of, const struct rowan_write *write)
{
	struct task *task;

	if (write->model != &user_model || write->kind != ROWAN_WRITE_INSERT)
		return ROWAN_OK;
	task = task_build(of, .title = "Look around");
	rowan_set_one(of, task, owner, (struct user *)write->row);
	return rowan_add(of, task);
}

Test(hooks, b26_what_a_hook_adds_is_asked_of_and_sent_as_well)
{
	script.step = add_first_task;
	open_hooked((struct rowan_hooks){ .before_write = before_write });
	rowan_add(watched, user_build(watched));
	assert_ok(rowan_commit(watched));
	assert_text(script.log, "before-insert-user before-insert-task ");
	assert_int(hooked_rows(rowan_select(task)), 1);
}

static int breed(struct rowan_session *of, const struct rowan_write *write)
{
	(void)write;
	return rowan_add(of, user_build(of));
}

Test(hooks, b26_rows_without_end_are_refused)
{
	script.step = breed;
	open_hooked((struct rowan_hooks){ .before_write = before_write });
	rowan_add(watched, user_build(watched));
	assert_code(rowan_commit(watched), ROWAN_MISUSE);
	assert_error(watched, ROWAN_MISUSE, "before_write: it goes on for ever");
	assert_ok(rowan_rollback(watched));

	script.hooks = (struct rowan_hooks){ .after_write = after_write };
	rowan_session_close(watched);
	rowan_engine_close(hooked);
	open_hooked(script.hooks);
	rowan_add(watched, user_build(watched));
	assert_code(rowan_commit(watched), ROWAN_MISUSE);
	assert_error(watched, ROWAN_MISUSE, "after_write: it goes on for ever");
	assert_ok(rowan_rollback(watched));
	assert_int(hooked_rows(rowan_select(user)), 0);
}

/* ---- what a hook must not do ------------------------------------------------------- */

static int commit_inside(struct rowan_session *of, const struct rowan_write *write)
{
	(void)write;
	return rowan_commit(of);
}

static int roll_back_inside(struct rowan_session *of, const struct rowan_write *write)
{
	(void)write;
	return rowan_rollback(of);
}

static int savepoint_inside(struct rowan_session *of, const struct rowan_write *write)
{
	(void)write;
	return rowan_savepoint(of);
}

Test(hooks, b26_a_hook_ends_nothing)
{
	static const struct {
		int (*step)(struct rowan_session *of, const struct rowan_write *write);
		const char *message;
	} cases[] = {
		{ commit_inside, "rowan_commit: not in a hook" },
		{ roll_back_inside, "rowan_rollback: not in a hook" },
		{ savepoint_inside, "rowan_flush: not in a hook" },
	};

	open_hooked((struct rowan_hooks){ .before_write = before_write });
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		script.step = cases[i].step;
		rowan_add(watched, user_build(watched));
		assert_code(rowan_commit(watched), ROWAN_MISUSE);
		assert_error(watched, ROWAN_MISUSE, cases[i].message);
		assert_ok(rowan_rollback(watched));
		assert_int(hooked_rows(rowan_select(user)), 0);
	}
}
