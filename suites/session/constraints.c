/* SPDX-License-Identifier: MIT */
#include "sample.h"

#include <stdio.h>
#include <string.h>

/* What a database refuses, and what the user is told. */

TestSuite(constraints, .init = open_sample, .fini = close_sample, .timeout = 60);

/* No SQL, no parameter, no secret in anything that may be shown. */
static void assert_safe(const struct rowan_error *error)
{
	const char *const leaks[] = {
		"INSERT", "UPDATE", "DELETE", "SELECT", "VALUES", "?1", "$2b$", "constraint failed",
	};

	for (size_t i = 0; i < sizeof(leaks) / sizeof(*leaks); i++)
		assert_lacks(error->message, leaks[i]);
	assert_lacks(error->database, "$2b$");
	cr_assert(error->message[0] && !strchr(error->message, '\n'));
}

/* What the database itself calls it. */
static void assert_native(const struct rowan_error *error)
{
	static const char *const states[] = {
		[-ROWAN_UNIQUE] = "23505", [-ROWAN_FOREIGN_KEY] = "23503",
		[-ROWAN_NOT_NULL] = "23502", [-ROWAN_CHECK] = "23514",
	};

	cr_assert(error->database[0], "the database's own words are missing");
	if (runs_on("sqlite"))
		cr_assert(error->native_code > 0, "no extended code");
	else
		assert_text(error->sqlstate, states[-error->code]);
}

/* The flush fails like this; a rollback makes the session as good as new. */
static void assert_refused(int code, const char *constraint, const char *table,
			   const char *columns)
{
	const struct rowan_error *error = rowan_error(session);
	int64_t users, tasks;

	assert_code(rowan_flush(session), code);
	assert_int(error->code, code);
	assert_text(error->constraint, constraint);
	assert_text(error->table, table);
	assert_text(error->columns, columns);
	assert_native(error);
	assert_safe(error);
	assert_int(rowan_is_integrity(code), true);

	assert_ok(rowan_rollback(session));
	assert_ok(rowan_error(session)->code);
	users = stored_users();
	tasks = stored_tasks();
	cr_assert_not_null(task_create(session));
	assert_ok(rowan_commit(session));
	assert_int(stored_users(), users + 1);
	assert_int(stored_tasks(), tasks + 1);
}

/* ---- unique ---------------------------------------------------------------- */

Test(constraints, m11_second_equal_value_is_refused)
{
	struct user *twin;

	stored_user("ada@example.org");
	twin = user_build(session, .email = "ada@example.org");
	rowan_add(session, twin);
	assert_refused(ROWAN_UNIQUE, "uq_users_email", "users", "email");
	assert_int(rowan_count(session, rowan_select(user,
		.where = rowan_eq(USER(email), "ada@example.org"))), 1);
}

Test(constraints, t02_message_is_built_from_names)
{
	stored_user("ada@example.org");
	assert_null(user_create(session, .email = "ada@example.org"));
	assert_error(session, ROWAN_UNIQUE, "email already exists");
	assert_lacks(rowan_error(session)->message, "ada@example.org");
}

Test(constraints, m11_in_the_middle_of_a_batch_nothing_is_stored)
{
	for (int i = 0; i < 100; i++) {
		struct user *user = user_build(session, .email = rowan_text(session, "%d", i % 60));

		rowan_add(session, user);
	}
	assert_refused(ROWAN_UNIQUE, "uq_users_email", "users", "email");
	assert_int(stored_users(), 1);		/* the owner of the last task */
}

Test(constraints, m11_an_update_to_a_taken_value_is_refused)
{
	struct user *bob;

	stored_user("ada@example.org");
	bob = stored_user("bob@example.org");
	bob->email = "ada@example.org";
	assert_refused(ROWAN_UNIQUE, "uq_users_email", "users", "email");
	assert_text(bob->email, "bob@example.org");
}

Test(constraints, m06_second_row_with_a_key_is_refused)
{
	struct user *twin;

	stored_user("ada@example.org");
	twin = user_build(session);
	twin->id = 1;
	rowan_add(session, twin);
	assert_refused(ROWAN_UNIQUE, "pk_users", "users", "id");
}

Test(constraints, m09_second_row_with_a_composite_key_is_refused)
{
	int64_t task_id = task_create(session)->id;
	int64_t category_id = category_create(session)->id;

	for (int i = 0; i < 2; i++) {
		struct task_category *link = rowan_new(session, task_category);

		link->task_id = task_id;
		link->category_id = category_id;
		rowan_add(session, link);
		if (i == 0)
			assert_ok(rowan_commit(session, .clear = true));
	}
	assert_refused(ROWAN_UNIQUE, "pk_task_categories", "task_categories",
		       "task_id, category_id");
}

/* ---- foreign keys ----------------------------------------------------------- */

Test(constraints, m14_orphan_is_refused)
{
	struct task *task = task_build(session, .owner = stored_user("ada@example.org"));

	task->owner_id = 4711;
	rowan_add(session, task);
	assert_refused(ROWAN_FOREIGN_KEY, "fk_tasks_owner_id", "tasks", "owner_id");
}

Test(constraints, m14_the_one_orphan_among_many_is_found)
{
	struct user *owner = stored_user("ada@example.org");

	for (int i = 0; i < 30; i++) {
		struct task *task = task_build(session, .owner = owner);

		if (i == 17)
			task->parent_id = rowan_opt_int64(4711);
		rowan_add(session, task);
	}
	assert_refused(ROWAN_FOREIGN_KEY, "fk_tasks_parent_id", "tasks", "parent_id");
}

Test(constraints, m14_an_update_to_a_missing_row_is_refused)
{
	struct task *task = task_create(session);
	int64_t owner_id = task->owner_id;

	assert_ok(rowan_commit(session));
	task->owner_id = 4711;
	assert_refused(ROWAN_FOREIGN_KEY, "fk_tasks_owner_id", "tasks", "owner_id");
	assert_int(task->owner_id, owner_id);
}

Test(constraints, r11_deleting_a_parent_with_children_is_refused)
{
	struct user *user = user_create(session, .tasks = 2);

	assert_ok(rowan_commit(session));
	rowan_delete(session, user, user);
	assert_refused(ROWAN_FOREIGN_KEY, "fk_tasks_owner_id", "tasks", "owner_id");
	assert_int(stored_users(), 2);
	assert_int(stored_tasks(), 3);
}

Test(constraints, r02_required_parent_may_not_be_missing)
{
	struct task *task = task_build(session);

	assert_code(rowan_set_one(session, task, owner, NULL), ROWAN_MISUSE);
	assert_error(session, ROWAN_MISUSE, "tasks.owner_id can't be NULL");
	assert_ok(rowan_rollback(session));

	task = task_create(session);		/* its parent may be missing */
	assert_ok(rowan_commit(session, .clear = true));
	task = rowan_edit(session, task, rowan_get(session, task, 1));
	assert_null(rowan_load(session, task, parent).row);
	assert_ok(rowan_error(session)->code);
}

/* ---- not null, check -------------------------------------------------------- */

Test(constraints, v05_missing_value_is_found_before_anything_is_sent)
{
	struct user *user = user_build(session);

	user->name = NULL;
	rowan_add(session, user);
	assert_statements(engine, 0)
		assert_code(rowan_flush(session), ROWAN_VALIDATION);
	assert_error(session, ROWAN_VALIDATION, "name");
	assert_text(rowan_error(session)->table, "users");
	assert_text(rowan_error(session)->columns, "name");
	assert_safe(rowan_error(session));
	assert_ok(rowan_rollback(session));
}

Test(constraints, v06_one_invalid_row_keeps_all_back)
{
	struct rowan_rule rule = { 0 };

	while (rowan_next_rule(&task_model, &rule)) {
		struct task *good, *bad;

		if (rule.code != ROWAN_VALIDATION)
			continue;
		good = task_build(session);
		bad = task_build(session);
		cr_assert_eq(rowan_break_rule(session, bad, &rule, NULL), bad);
		rowan_add(session, good->owner.row);
		rowan_add(session, good);
		rowan_add(session, bad->owner.row);
		rowan_add(session, bad);
		assert_statements(engine, 0)
			cr_assert_eq(rowan_commit(session), ROWAN_VALIDATION, "%s %s",
				     rule.field->name, rule.words);
		assert_ok(rowan_rollback(session));
		assert_int(stored_users() + stored_tasks(), 0);
	}
}

Test(constraints, v01_lengths_are_counted_in_characters)
{
	const struct { const char *title; int code; } cases[] = {
		{ "", ROWAN_VALIDATION }, { "x", ROWAN_OK }, { "é", ROWAN_OK }, { "😀", ROWAN_OK },
	};
	char title[4 * 256 + 1] = "";

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		task_create(session, .title = cases[i].title);
		assert_code(rowan_commit(session), cases[i].code);
		rowan_rollback(session);
	}
	for (int i = 0; i < 255; i++)
		strcat(title, "😀");
	task_create(session, .title = title);
	assert_ok(rowan_commit(session));
	strcat(title, "😀");
	task_create(session, .title = title);
	assert_code(rowan_commit(session), ROWAN_VALIDATION);
	assert_contains(rowan_error(session)->message, "255");
}

static struct loose_user *loose_user(void)
{
	struct loose_user *user = rowan_new(session, loose_user);

	user->email = "loose@example.org";
	user->hashed_password = "$2b$12$canary";
	user->name = "Loose";
	user->is_active = 1;
	rowan_add(session, user);
	return user;
}

Test(constraints, m05_the_database_refuses_null_by_itself)
{
	loose_user()->name = NULL;
	assert_refused(ROWAN_NOT_NULL, "", "users", "name");
}

Test(constraints, m13_the_database_refuses_a_boolean_of_seven)
{
	loose_user()->is_active = 7;
	assert_refused(ROWAN_CHECK, "ck_users_is_active", "users", "is_active");
}

Test(constraints, t02_secret_is_in_no_message)
{
	loose_user();
	assert_ok(rowan_commit(session));
	loose_user();
	assert_code(rowan_flush(session), ROWAN_UNIQUE);
	assert_safe(rowan_error(session));
	assert_lacks(rowan_error(session)->message, "canary");
	assert_lacks(rowan_error(session)->database, "canary");
}

/* ---- the other kinds of error ------------------------------------------------ */

Test(constraints, t01_operational_when_the_database_can_not_be_opened)
{
	const char *url = runs_on("sqlite") ? "sqlite:////nowhere/at/all.db"
					    : "postgresql://ada:s3cret@127.0.0.1:1/nowhere";
	struct rowan_engine *none;
	struct rowan_error error;

	none = rowan_engine_open(url, .error = &error);
	if (none) {			/* it may connect on first use */
		rowan_scoped struct rowan_session *other = rowan_session_open(none);

		assert_int(rowan_count(other, rowan_select(user)) < 0, true);
		error = *rowan_error(other);
	}
	assert_int(error.code, ROWAN_OPERATIONAL);
	assert_contains(error.message, runs_on("sqlite") ? "/nowhere/at/all.db" : "127.0.0.1");
	assert_lacks(error.message, "s3cret");
	assert_lacks(error.database, "s3cret");
	rowan_engine_close(none);
}

Test(constraints, t01_operational_when_a_table_is_missing)
{
	struct rowan_engine *empty = rowan_test_engine(ROWAN_MODELS(NULL));
	rowan_scoped struct rowan_session *other = rowan_session_open(empty);

	assert_null(rowan_exec(other, rowan_select(user)));
	assert_int(rowan_error(other)->code, ROWAN_OPERATIONAL);
	assert_contains(rowan_error(other)->database, "users");
	rowan_session_close(other);
	other = NULL;
	rowan_test_engine_close(empty);
}

Test(constraints, t01_data_when_a_stored_value_does_not_fit)
{
	struct user *owner = user_build(session);

	owner->id = 70000;
	rowan_add(session, owner);
	cr_assert_not_null(task_create(session, .owner = owner, .description = "text"));
	assert_ok(rowan_commit(session, .clear = true));
	assert_null(rowan_exec(session, rowan_select(strict_task)));
	assert_error(session, ROWAN_DATA, "owner_id");
	assert_safe(rowan_error(session));
	assert_ok(rowan_rollback(session));
}

Test(constraints, t01_data_when_a_stored_value_is_null_against_the_model)
{
	cr_assert_not_null(task_create(session));
	assert_ok(rowan_commit(session, .clear = true));
	assert_null(rowan_get(session, strict_task, 1));
	assert_error(session, ROWAN_DATA, "description");
}

Test(constraints, t01_stale_when_the_row_went_away)
{
	struct user *user = stored_user("ada@example.org");
	rowan_scoped struct rowan_session *other = rowan_session_open(engine);

	rowan_delete(other, user, rowan_get(other, user, user->id));
	assert_ok(rowan_commit(other));
	user->name = "too late";
	assert_code(rowan_commit(session), ROWAN_STALE);
	assert_error(session, ROWAN_STALE, "users");
	assert_ok(rowan_rollback(session));
	assert_int(stored_users(), 0);
}

Test(constraints, t01_stale_when_a_deleted_row_went_away)
{
	struct user *user = stored_user("ada@example.org");
	rowan_scoped struct rowan_session *other = rowan_session_open(engine);

	rowan_delete(session, user, user);
	rowan_delete(other, user, rowan_get(other, user, user->id));
	assert_ok(rowan_commit(other));
	assert_code(rowan_commit(session), ROWAN_STALE);
}

/* So many that PostgreSQL does not count them itself. */
Test(constraints, t01_stale_when_one_of_many_went_away)
{
	enum { MANY = 6000 };
	rowan_scoped struct rowan_session *other = rowan_session_open(engine);
	struct user *users = calloc(MANY, sizeof(*users));

	for (int i = 0; i < MANY; i++)
		users[i] = (struct user){ .email = rowan_text(session, "u%d@example.org", i),
					  .hashed_password = "x", .name = "first" };
	assert_ok(rowan_insert_all(session, user, users, MANY));
	assert_ok(rowan_commit(session));
	free(users);
	for (int deleting = 0; deleting < 2; deleting++) {
		struct rowan_result *all = rowan_exec(session, rowan_select(user));
		const struct user *user;

		while ((user = rowan_next(all))) {
			if (deleting)
				assert_ok(rowan_delete(session, user, user));
			else
				rowan_edit(session, user, user)->name = "second";
		}
		rowan_delete(other, user, rowan_get(other, user, deleting ? 5999 : 1));
		assert_ok(rowan_commit(other));
		assert_code(rowan_commit(session), ROWAN_STALE);
		assert_error(session, ROWAN_STALE, "users");
		assert_ok(rowan_rollback(session));
		assert_int(rowan_count(session, rowan_select(user,
			.where = rowan_eq(USER(name), "first"))), MANY - 1 - deleting);
	}
}

static int rename_user(struct rowan_session *writer, int64_t id, const char *name)
{
	rowan_edit(writer, user, rowan_get(writer, user, id))->name = name;
	return rowan_flush(writer);
}

Test(constraints, t01_timeout_when_another_writer_holds_the_lock)
{
	const char *url = rowan_test_database(NULL);
	struct rowan_engine *locked = rowan_engine_open(url, .busy_timeout_ms = 20,
		.statement_timeout_ms = 100);
	struct rowan_session *one = rowan_session_open(locked), *two = rowan_session_open(locked);
	const struct user *user;

	assert_ok(rowan_create_all(locked, sample_models, NULL));
	user = user_create(one);
	assert_ok(rowan_commit(one));
	assert_int(rename_user(one, user->id, "first"), ROWAN_OK);
	assert_int(rename_user(two, user->id, "second"), ROWAN_TIMEOUT);
	assert_int(rowan_error(two)->code, ROWAN_TIMEOUT);
	assert_ok(rowan_rollback(one));
	assert_ok(rowan_rollback(two));
	assert_int(rename_user(two, user->id, "second"), ROWAN_OK);
	rowan_session_close(one);
	rowan_session_close(two);
	rowan_engine_close(locked);
	rowan_test_database_drop(url);
}

Test(constraints, t01_timeout_when_the_pool_is_empty)
{
	struct rowan_engine *small = rowan_test_engine(sample_models, .pool_size = 1,
		.max_overflow = -1, .pool_timeout_ms = 20);
	struct rowan_session *one = rowan_session_open(small), *two = rowan_session_open(small);

	assert_ok(rowan_begin(one));
	assert_code(rowan_begin(two), ROWAN_TIMEOUT);
	assert_contains(rowan_error(two)->message, "constraints.c");	/* the holder */
	assert_ok(rowan_commit(one));
	assert_ok(rowan_rollback(two));
	assert_ok(rowan_begin(two));
	rowan_session_close(one);
	rowan_session_close(two);
	assert_int(rowan_engine_stats(small).in_use, 0);
	rowan_test_engine_close(small);
}

Test(constraints, t01_every_code_has_a_name_of_its_own)
{
	for (int a = ROWAN_UNIQUE; a >= ROWAN_UNKNOWN_OUTCOME; a--) {
		cr_assert(rowan_error_name(a)[0]);
		for (int b = ROWAN_UNIQUE; b > a; b--)
			cr_assert_str_neq(rowan_error_name(a), rowan_error_name(b));
	}
}

Test(constraints, t02_error_names_the_line_that_asked)
{
	int line;

	line = __LINE__; assert_null(rowan_one(rowan_exec(session, rowan_select(user))));
	assert_int(rowan_error(session)->site.line, line);
	assert_contains(rowan_error(session)->site.file, "constraints.c");
	assert_ok(rowan_rollback(session));

	/* what a row may not hold is said of the line that made the row */
	line = __LINE__; struct task *task = rowan_new(session, task);
	rowan_add(session, task);
	assert_code(rowan_commit(session), ROWAN_VALIDATION);
	assert_int(rowan_error(session)->site.line, line);
	assert_ok(rowan_rollback(session));

	/* what the database refuses, of the line that flushed */
	stored_user("ada@example.org");
	rowan_add(session, user_build(session, .email = "ada@example.org"));
	line = __LINE__; assert_code(rowan_commit(session), ROWAN_UNIQUE);
	assert_int(rowan_error(session)->site.line, line);
}
