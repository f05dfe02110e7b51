/* SPDX-License-Identifier: MIT */
#include "sample.h"

#include <string.h>

/*
 * Bad input.  Each mistake has an error of its own that names what was typed;
 * after a rollback the session works and the data is as it was.
 */

static void open_with_data(void)
{
	open_sample();
	cr_assert_not_null(user_create(session, .email = "ada@example.org", .name = "Ada",
				       .tasks = 2));
	assert_ok(rowan_commit(session));
}

TestSuite(misuse, .init = open_with_data, .fini = close_sample, .timeout = 60);

static const struct user *ada(void)
{
	return rowan_get(session, user, 1);
}

/* The mistake was refused like this, and nothing came of it. */
static void assert_refused_at(int code, const char *part, int line)
{
	assert_error_(rowan_error(session), code, part, __FILE__, line);
	assert_ok(rowan_rollback(session));
	assert_text(ada()->name, "Ada");
	assert_ok(rowan_commit(session));
	assert_int(stored_users(), 1);
	assert_int(stored_tasks(), 2);
}
#define assert_refused(code_, part_) assert_refused_at((code_), (part_), __LINE__)

/* ---- rows -------------------------------------------------------------------- */

Test(misuse, null_rows)
{
	struct user *const none[1] = { NULL };

	assert_code(rowan_add(session, NULL), ROWAN_MISUSE);
	assert_refused(ROWAN_MISUSE, "rowan_add");
	assert_code(rowan_add_all(session, none, 1), ROWAN_MISUSE);
	assert_refused(ROWAN_MISUSE, "rowan_add");
	assert_code(rowan_add_all(session, NULL, 1), ROWAN_MISUSE);
	assert_refused(ROWAN_MISUSE, "rowan_add_all");
	assert_ok(rowan_add_all(session, NULL, 0));
	assert_null(rowan_edit(session, user, (const struct user *)NULL));
	assert_refused(ROWAN_MISUSE, "rowan_edit");
	assert_code(rowan_delete(session, user, (const struct user *)NULL), ROWAN_MISUSE);
	assert_refused(ROWAN_MISUSE, "rowan_delete");
	assert_code(rowan_refresh(session, user, (const struct user *)NULL), ROWAN_MISUSE);
	assert_refused(ROWAN_MISUSE, "rowan_refresh");
}

Test(misuse, rows_that_no_session_made)
{
	struct user mine = { .id = 1, .name = "mine", .email = "mine" };

	assert_code(rowan_add(session, &mine), ROWAN_MISUSE);
	assert_refused(ROWAN_MISUSE, "rowan_new()");
	assert_null(rowan_edit(session, user, &mine));
	assert_refused(ROWAN_MISUSE, "users");
	assert_code(rowan_delete(session, user, &mine), ROWAN_MISUSE);
	assert_refused(ROWAN_MISUSE, "users");
	assert_int(rowan_load(session, &mine, tasks).count, 0);
	assert_refused(ROWAN_MISUSE, "rowan_load");
}

Test(misuse, rows_of_another_session)
{
	rowan_scoped struct rowan_session *other = rowan_session_open(engine);
	const struct user *foreign = rowan_get(other, user, 1);
	struct user *unsaved = user_build(other);
	struct task *task;

	assert_null(rowan_edit(session, user, foreign));
	assert_refused(ROWAN_MISUSE, "users");
	assert_code(rowan_delete(session, user, foreign), ROWAN_MISUSE);
	assert_refused(ROWAN_MISUSE, "users");
	assert_code(rowan_refresh(session, user, foreign), ROWAN_MISUSE);
	assert_refused(ROWAN_MISUSE, "users");
	assert_code(rowan_add(session, unsaved), ROWAN_MISUSE);
	assert_refused(ROWAN_MISUSE, "rowan_new()");
	(void)rowan_load(session, foreign, tasks);
	assert_refused(ROWAN_MISUSE, "session");
	task = rowan_edit(session, task, rowan_get(session, task, 1));
	assert_code(rowan_set_one(session, task, owner, foreign), ROWAN_MISUSE);
	assert_refused(ROWAN_MISUSE, "users");
	assert_code(rowan_append(session, ada(), tasks, rowan_get(other, task, 1)), ROWAN_MISUSE);
	assert_refused(ROWAN_MISUSE, "tasks");
	assert_code(rowan_append(session, foreign, tasks, task), ROWAN_MISUSE);
	assert_refused(ROWAN_MISUSE, "rowan_append");
	assert_ok(rowan_error(other)->code);
}

Test(misuse, rows_of_another_model)
{
	const struct user *user = ada();

	/* the compiler refuses this of the macros; the functions are for bindings */
	assert_null(rowan_edit_(session, &task_model, user, ROWAN_HERE));
	assert_refused(ROWAN_MISUSE, "tasks");
	assert_code(rowan_delete_(session, &task_model, user, ROWAN_HERE), ROWAN_MISUSE);
	assert_refused(ROWAN_MISUSE, "tasks");
	rowan_edit(session, user, user);
	assert_null(rowan_edit_(session, &task_model, user, ROWAN_HERE));
	assert_refused(ROWAN_MISUSE, "tasks");
}

Test(misuse, refresh_of_a_row_that_is_not_stored)
{
	struct user *user = user_build(session);

	assert_code(rowan_refresh(session, user, user), ROWAN_MISUSE);
	assert_refused(ROWAN_MISUSE, "not stored");
}

Test(misuse, edit_of_a_new_row_is_the_row_itself)
{
	struct user *user = user_build(session);

	cr_assert_eq(rowan_edit(session, user, user), user);
	assert_ok(rowan_error(session)->code);
}

Test(misuse, edit_of_a_deleted_row)
{
	const struct user *user = stored_user("doomed@example.org");

	assert_ok(rowan_delete(session, user, user));
	assert_null(rowan_edit(session, user, user));
	assert_error(session, ROWAN_MISUSE, "deleted");
	assert_ok(rowan_rollback(session));
	assert_ok(rowan_delete(session, user, user));
	assert_ok(rowan_commit(session));
	assert_null(rowan_edit(session, user, user));
	assert_refused(ROWAN_MISUSE, "users");
}

Test(misuse, changed_key_of_a_stored_row)
{
	struct user *user = rowan_edit(session, user, ada());

	user->id = 99;
	assert_code(rowan_commit(session), ROWAN_MISUSE);
	assert_error(session, ROWAN_MISUSE, "id");
	assert_error(session, ROWAN_MISUSE, "users");
	assert_ok(rowan_rollback(session));
	assert_int(user->id, 1);
	assert_int(stored_users(), 1);
	cr_assert_eq(rowan_get(session, user, 1), user);
}

Test(misuse, rows_from_before_a_clear)
{
	assert_ok(rowan_clear(session));
	/* the memory is gone; what can be seen is that nothing is known any more */
	assert_statements(engine, 1)
		cr_assert_not_null(ada());
}

/* ---- keys ---------------------------------------------------------------------- */

Test(misuse, keys_of_the_wrong_number_or_kind)
{
	assert_null(rowan_get(session, user, 1, 2));
	assert_refused(ROWAN_MISUSE, "users");
	assert_null(rowan_get(session, task_category, 1));
	assert_refused(ROWAN_MISUSE, "task_categories");
	assert_null(rowan_get(session, user, "one"));
	assert_refused(ROWAN_MISUSE, "users.id");
	assert_null(rowan_get(session, user, 1.5));
	assert_refused(ROWAN_MISUSE, "users.id");
}

/* ---- models ---------------------------------------------------------------------- */

struct keyless {
	int64_t number;
};

extern const struct rowan_model keyless_model;
ROWAN_MODEL(keyless, ROWAN_FIELDS(ROWAN_FIELD(keyless, number)), .table = "numbers");

Test(misuse, a_model_without_a_key)
{
	assert_null(rowan_new(session, keyless));
	assert_refused(ROWAN_MISUSE, "keyless");
	assert_null(rowan_exec(session, rowan_select(keyless)));
	assert_refused(ROWAN_MISUSE, "primary key");
	assert_null(rowan_get(session, keyless, 1));
	assert_refused(ROWAN_MISUSE, "keyless");
}

Test(misuse, no_model_at_all)
{
	const struct rowan_query query = { .site = ROWAN_HERE };

	assert_null(rowan_exec_(session, &query));
	assert_refused(ROWAN_MISUSE, "model");
	assert_null(rowan_new_(session, NULL, ROWAN_HERE));
	assert_refused(ROWAN_MISUSE, "model");
}

/* ---- queries ---------------------------------------------------------------------- */

Test(misuse, a_condition_on_a_model_that_is_not_selected_from)
{
	assert_null(rowan_exec(session, rowan_select(user,
		.where = rowan_eq(TASK(title), "x"))));
	assert_refused(ROWAN_MISUSE, "tasks.title");
	assert_int(rowan_count(session, rowan_select(user,
		.where = rowan_and(rowan_eq(USER(id), 1), rowan_eq(USER(id), TASK(owner_id))))) < 0,
		true);
	assert_refused(ROWAN_MISUSE, "tasks.owner_id");
	assert_null(rowan_exec(session, rowan_select(user,
		.where = rowan_in(TASK(id), (const int64_t *)NULL, 0))));
	assert_refused(ROWAN_MISUSE, "tasks.id");
}

Test(misuse, an_order_or_an_aggregate_of_a_model_that_is_not_selected_from)
{
	assert_null(rowan_exec(session, rowan_select(user,
		.order_by = { rowan_asc(TASK(title)) })));
	assert_refused(ROWAN_MISUSE, "order_by: tasks.title");
	rowan_scalar(session, rowan_select(user, .scalar = rowan_max(TASK(id))));
	assert_refused(ROWAN_MISUSE, "tasks.id");
}

Test(misuse, a_loading_option_of_a_model_that_is_not_selected_from)
{
	assert_null(rowan_exec(session, rowan_select(user,
		.load = { rowan_selectin(task, owner) })));
	assert_refused(ROWAN_MISUSE, "tasks.owner");
}

static struct rowan_expr id_is_none_of(int64_t first, int count)
{
	struct rowan_expr where = rowan_ne(USER(id), first);

	for (int i = 1; i < count; i++)
		where = rowan_and(where, rowan_ne(USER(id), first + i));
	return where;
}

Test(misuse, an_expression_that_is_too_long_never_widens)
{
	struct rowan_expr where = id_is_none_of(1, ROWAN_TERMS);
	const struct rowan_expr forms[] = {
		where, rowan_and(where), rowan_or(where, rowan_eq(USER(id), 7)), rowan_not(where),
		rowan_and(rowan_eq(USER(name), "Ada"), where),
		rowan_keep(session, where),
	};

	for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++) {
		assert_statements(engine, 0)
			assert_null(rowan_exec(session, rowan_select(user, .where = forms[i])));
		assert_refused(ROWAN_MISUSE, "terms");
		assert_int(rowan_count(session, rowan_select(user, .where = forms[i])) < 0, true);
		assert_refused(ROWAN_MISUSE, "rowan_keep()");
	}
}

Test(misuse, an_over_long_condition_on_a_delete_deletes_nothing)
{
	struct rowan_expr where = id_is_none_of(1000, ROWAN_TERMS);
	const struct rowan_expr forms[] = {
		where, rowan_and(where), rowan_or(rowan_eq(USER(id), 7), where), rowan_not(where),
		rowan_and(rowan_eq(USER(name), "Ada"), where), rowan_keep(session, where),
	};
	int64_t before = rowan_count(session, rowan_select(user));

	assert_int(before > 0, true);
	for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++) {
		assert_statements(engine, 0)
			assert_int(rowan_delete_where(session, rowan_select(user,
				.where = forms[i])) < 0, true);
		assert_refused(ROWAN_MISUSE, "terms");
	}
	assert_int(rowan_count(session, rowan_select(user)), before);
}

Test(misuse, a_delete_without_a_condition_must_say_so)
{
	int64_t before = rowan_count(session, rowan_select(user));

	assert_int(rowan_delete_where(session, rowan_select(user)) < 0, true);
	assert_refused(ROWAN_MISUSE, "all_rows");
	assert_int(rowan_delete_where(session, rowan_select(user,
		.where = rowan_eq(USER(id), 1), .limit = 1)) < 0, true);
	assert_refused(ROWAN_MISUSE, "limit");
	assert_null(rowan_exec(session, rowan_select(user, .all_rows = true)));
	assert_refused(ROWAN_MISUSE, "rowan_delete_where()");
	assert_int(rowan_count(session, rowan_select(user)), before);
}

Test(misuse, keep_lifts_the_limit)
{
	struct rowan_expr where = { 0 };

	for (int i = 0; i < 20; i++)
		where = rowan_and(rowan_keep(session, where), id_is_none_of(10 * i + 2, 5));
	assert_int(rowan_count(session, rowan_select(user, .where = where)), 1);
	where = rowan_and(rowan_keep(session, where), rowan_ne(USER(id), 1));
	assert_int(rowan_count(session, rowan_select(user, .where = where)), 0);
}

Test(misuse, null_in_an_order_comparison)
{
	assert_null(rowan_exec(session, rowan_select(user,
		.where = rowan_lt(USER(name), (const char *)NULL))));
	assert_refused(ROWAN_MISUSE, "NULL");
	assert_null(rowan_exec(session, rowan_select(user,
		.where = rowan_contains(USER(name), NULL))));
	assert_refused(ROWAN_MISUSE, "NULL");
	assert_null(rowan_exec(session, rowan_select(user,
		.where = rowan_not(rowan_in(USER(id), (const int64_t *)NULL, 3)))));
	assert_refused(ROWAN_MISUSE, "NULL");
}

Test(misuse, a_negative_limit_or_offset)
{
	assert_null(rowan_exec(session, rowan_select(user, .limit = -1)));
	assert_refused(ROWAN_MISUSE, "-1");
	assert_int(rowan_count(session, rowan_select(user, .offset = -20)) < 0, true);
	assert_refused(ROWAN_MISUSE, "-20");
}

Test(misuse, a_scalar_without_an_aggregate)
{
	assert_int(rowan_scalar(session, rowan_select(user)).type, ROWAN_TYPE_NONE);
	assert_refused(ROWAN_MISUSE, "scalar");
	assert_null(rowan_exec(session, rowan_select(user, .scalar = rowan_max(USER(id)))));
	assert_refused(ROWAN_MISUSE, "scalar");
	rowan_scalar(session, rowan_select(user, .scalar = rowan_sum(USER(name))));
	assert_refused(ROWAN_MISUSE, "users.name");
}

/* ---- text ----------------------------------------------------------------------- */

Test(misuse, invalid_utf8_in_a_row)
{
	const char *const bad[] = {
		"\x80", "\xff", "caf\xe9", "\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x82",
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct user *user = user_build(session, .name = bad[i]);

		rowan_add(session, user);
		assert_code(rowan_commit(session), ROWAN_VALIDATION);
		assert_refused(ROWAN_VALIDATION, "name");
		rowan_edit(session, user, ada())->name = bad[i];
		assert_code(rowan_commit(session), ROWAN_VALIDATION);
		assert_refused(ROWAN_VALIDATION, "UTF-8");
	}
}

Test(misuse, invalid_utf8_in_a_condition)
{
	const char *const names[] = { "good", "caf\xe9" };

	assert_null(rowan_exec(session, rowan_select(user,
		.where = rowan_eq(USER(name), "caf\xe9"))));
	assert_refused(ROWAN_VALIDATION, "UTF-8");
	assert_null(rowan_exec(session, rowan_select(user,
		.where = rowan_contains(USER(name), "\xff"))));
	assert_refused(ROWAN_VALIDATION, "UTF-8");
	assert_null(rowan_exec(session, rowan_select(user,
		.where = rowan_in(USER(name), names, 2))));
	assert_refused(ROWAN_VALIDATION, "UTF-8");
}

Test(misuse, nul_inside_text)
{
	assert_null(rowan_text_copy(session, "a\0b", 3));
	assert_refused(ROWAN_VALIDATION, "NUL");
	assert_null(rowan_text_copy(session, "caf\xe9", 4));
	assert_refused(ROWAN_VALIDATION, "UTF-8");
	assert_null(rowan_text(session, "%s", "\xff"));
	assert_refused(ROWAN_VALIDATION, "UTF-8");
	assert_text(rowan_text_copy(session, "abc", 2), "ab");
	assert_text(rowan_text_copy(session, "", 0), "");
}

/* ---- sessions ---------------------------------------------------------------------- */

Test(misuse, commit_after_an_error_says_the_first_one)
{
	rowan_add(session, NULL);
	rowan_exec(session, rowan_select(user, .limit = -1));
	assert_code(rowan_commit(session), ROWAN_MISUSE);
	assert_lacks(rowan_error(session)->message, "-1");
	assert_refused(ROWAN_MISUSE, "rowan_add");
}

Test(misuse, begin_within_a_transaction)
{
	assert_ok(rowan_begin(session));
	assert_code(rowan_begin(session), ROWAN_MISUSE);
	assert_refused(ROWAN_MISUSE, "rowan_begin");
}

Test(misuse, add_of_a_deleted_row)
{
	struct user *user = stored_user("doomed@example.org");

	assert_ok(rowan_delete(session, user, user));
	assert_ok(rowan_flush(session));
	assert_code(rowan_add(session, user), ROWAN_MISUSE);
	assert_error(session, ROWAN_MISUSE, "deleted");
}

Test(misuse, close_takes_null)
{
	rowan_session_close(NULL);
	rowan_engine_close(NULL);
}

Test(misuse, a_closed_session_says_so_at_every_use)
{
	struct rowan_session *closed = rowan_session_open(engine);

	rowan_session_close(closed);
	assert_null(rowan_exec(closed, rowan_select(user)));
	assert_null(rowan_new(closed, user));
	assert_null(rowan_get(closed, user, 1));
	assert_code(rowan_commit(closed), ROWAN_MISUSE);
	assert_code(rowan_rollback(closed), ROWAN_MISUSE);
	assert_contains(rowan_error(closed)->message, "closed");
	rowan_session_close(closed);
}

Test(misuse, a_session_that_could_not_be_opened_says_so)
{
	struct rowan_error error;
	struct rowan_session *none = rowan_session_open(NULL, .error = &error);

	assert_null(none);
	assert_contains(error.message, "engine is NULL");
	assert_null(rowan_exec(none, rowan_select(user)));
	assert_null(rowan_new(none, user));
	assert_code(rowan_commit(none), ROWAN_MISUSE);
	assert_code(rowan_rollback(none), ROWAN_MISUSE);
	assert_contains(rowan_error(none)->message, "NULL");
}

/* ---- engines ------------------------------------------------------------------------ */

Test(misuse, urls_that_are_not_understood)
{
	const struct { const char *url, *part; } cases[] = {
		{ "mysql://localhost/tasks", "mysql" },
		{ "tasks.db", "sqlite://" },
		{ "", "sqlite://" },
		{ "sqlite:///x.db?jornal_mode=wal", "jornal_mode" },
		{ "sqlite:///x.db?journal_mode=quick", "quick" },
		{ "sqlite:///x.db?mode=wr", "wr" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct rowan_error error = { 0 };

		assert_null(rowan_engine_open(cases[i].url, .error = &error));
		assert_int(error.code < 0, true);
		assert_contains(error.message, cases[i].part);
	}
	assert_null(rowan_engine_open(NULL));
	assert_null(rowan_engine_open("sqlite://", .pool_size = -3));
}

Test(misuse, a_password_is_in_no_message)
{
	struct rowan_error error = { 0 };

	assert_null(rowan_engine_open("oracle://ada:s3cret@db.example.org/x", .error = &error));
	assert_contains(error.message, "oracle");
	assert_lacks(error.message, "s3cret");
}

Test(misuse, create_all_names_the_model_that_is_missing)
{
	struct rowan_engine *other = rowan_test_engine(ROWAN_MODELS(NULL));
	struct rowan_error error = { 0 };

	assert_code(rowan_create_all(other, ROWAN_MODELS(&task_model), &error), ROWAN_MISUSE);
	assert_contains(error.message, "user");
	assert_code(rowan_create_all(other, ROWAN_MODELS(&keyless_model), &error), ROWAN_MISUSE);
	assert_contains(error.message, "keyless");
	rowan_test_engine_close(other);
}
