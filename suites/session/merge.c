/* SPDX-License-Identifier: MIT */
#include "sample.h"

/* Rows that come from elsewhere, are let go, and outlive a commit. */

TestSuite(merge, .init = open_sample, .fini = close_sample, .timeout = 60);

/* ---- taken over -------------------------------------------------------------- */

Test(merge, a_stored_row_gets_what_differs)
{
	struct user *stored = stored_user("ada@example.org"), form = *stored;
	const struct user *merged;
	char name[] = "Ada";

	form.name = name;
	merged = rowan_merge(session, user, &form);
	cr_assert_eq(merged, stored);
	assert_statements(engine, 1)
		assert_ok(rowan_commit(session));
	name[0] = '?';
	assert_text(merged->name, "Ada");
}

Test(merge, a_row_of_another_session_is_read_first)
{
	rowan_scoped struct rowan_session *other = rowan_session_open(engine);
	struct user *foreign, *merged;

	stored_user("ada@example.org");
	foreign = rowan_edit(other, user, rowan_first(rowan_exec(other, rowan_select(user))));
	foreign->name = "Countess";
	merged = rowan_merge(session, user, foreign);
	cr_assert_neq(merged, foreign);
	assert_ok(rowan_commit(session));
	assert_int(rowan_count(session, rowan_select(user,
		.where = rowan_eq(USER(name), "Countess"))), 1);
	assert_int(stored_users(), 1);
}

Test(merge, what_is_not_stored_is_added)
{
	struct user form = { .email = "new@example.org", .hashed_password = "-", .name = "New",
			     .stamps = { rowan_now(), rowan_now() } };
	struct user *merged = rowan_merge(session, user, &form);

	assert_ok(rowan_commit(session));
	cr_assert_gt(merged->id, 0);
	assert_int(form.id, 0);

	/* With a key of its own, too. */
	form.id = 4711;
	form.email = "newer@example.org";
	merged = rowan_merge(session, user, &form);
	assert_ok(rowan_commit(session));
	assert_int(merged->id, 4711);
	assert_int(stored_users(), 2);
}

Test(merge, a_composite_key)
{
	struct user *user = stored_user("ada@example.org");
	struct task *task = task_create(session, .owner = user);
	struct category *category = category_create(session);
	struct task_category link;

	assert_ok(rowan_commit(session));
	link = (struct task_category){ .task_id = task->id, .category_id = category->id };
	cr_assert_not_null(rowan_merge(session, task_category, &link));
	assert_ok(rowan_commit(session));
	assert_int(stored_links(), 1);
	cr_assert_not_null(rowan_merge(session, task_category, &link));
	assert_statements(engine, 0)
		assert_ok(rowan_commit(session));
}

Test(merge, nothing_to_take_over)
{
	assert_null(rowan_merge(session, user, NULL));
	assert_error(session, ROWAN_MISUSE, "rowan_merge: the struct of users is NULL");
}

/* What has no table has no row to be taken over by. */
struct form {
	const char *name;
};
extern const struct rowan_model form_model;
ROWAN_MODEL(form, ROWAN_FIELDS(ROWAN_FIELD(form, name)), .data_only = true);

Test(merge, m01_data_without_a_table_is_refused)
{
	struct form form = { .name = "Ada" };

	assert_null(rowan_merge(session, form, &form));
	assert_error(session, ROWAN_MISUSE, "form");
	assert_ok(rowan_rollback(session));
	assert_ok(rowan_commit(session));
}

struct note {
	int64_t id, version;
	const char *text;
};
extern const struct rowan_model note_model;
ROWAN_MODEL(note,
	ROWAN_FIELDS(
		ROWAN_FIELD(note, id, .primary_key = true),
		ROWAN_FIELD(note, version, .version = true),
		ROWAN_FIELD(note, text)));

static void open_notes(void)
{
	open_models(ROWAN_MODELS(&note_model));
}

TestSuite(merge_version, .init = open_notes, .fini = close_sample, .timeout = 60);

Test(merge_version, an_older_version_is_stale)
{
	struct note *stored = rowan_new(session, note), form;

	stored->text = "first";
	assert_ok(rowan_add(session, stored));
	assert_ok(rowan_commit(session));
	form = *stored;
	stored->text = "second";
	assert_ok(rowan_commit(session));

	form.text = "third";
	assert_null(rowan_merge(session, note, &form));
	assert_error(session, ROWAN_STALE, "the row of note was changed by another");
	assert_ok(rowan_rollback(session));
	form.version = 2;
	cr_assert_not_null(rowan_merge(session, note, &form));
	assert_ok(rowan_commit(session));
	assert_text(stored->text, "third");
	assert_int(stored->version, 3);
}

/* ---- let go ------------------------------------------------------------------ */

Test(merge, an_expunged_row_is_not_stored_and_read_anew)
{
	struct user *user = stored_user("ada@example.org");
	const struct user *again;
	int64_t id = user->id;

	user->name = "never";
	assert_ok(rowan_expunge(session, user, user));
	assert_ok(rowan_commit(session));
	again = rowan_get(session, user, id);
	cr_assert_neq(again, user);
	cr_assert_str_neq(again->name, "never");
	assert_text(user->name, "never");	/* its memory is still there */
	assert_null(rowan_edit(session, user, user));
	assert_error(session, ROWAN_MISUSE, "not a row of users that this session handed out");
}

Test(merge, an_expunged_row_that_was_added_is_not)
{
	struct user *user = user_build(session);

	assert_ok(rowan_add(session, user));
	assert_ok(rowan_expunge(session, user, user));
	assert_ok(rowan_commit(session));
	assert_int(stored_users(), 0);
	assert_ok(rowan_add(session, user));
	assert_ok(rowan_commit(session));
	assert_int(stored_users(), 1);
}

Test(merge, nothing_is_expunged_in_a_transaction)
{
	struct user *user = stored_user("ada@example.org");

	user->name = "flushed";
	assert_ok(rowan_flush(session));
	assert_code(rowan_expunge(session, user, user), ROWAN_MISUSE);
	assert_error(session, ROWAN_MISUSE, "rowan_expunge: a transaction is open");
}

/* ---- after a commit ------------------------------------------------------------ */

static void rename_by_another(int64_t id, const char *name)
{
	rowan_scoped struct rowan_session *other = rowan_session_open(engine);

	rowan_edit(other, user, rowan_get(other, user, id))->name = name;
	assert_ok(rowan_commit(other));
}

Test(merge, s08_after_a_commit_rows_are_read_anew)
{
	struct user *user = stored_user("ada@example.org");

	rename_by_another(user->id, "Countess");
	assert_statements(engine, 1)
		cr_assert_eq(rowan_get(session, user, user->id), user);
	assert_text(user->name, "Countess");
}

Test(merge, s08_unless_they_are_to_be_kept)
{
	rowan_scoped struct rowan_session *keeping = rowan_session_open(engine, .keep_on_commit = true);
	struct user *user = user_create(keeping);
	const char *name = user->name;

	assert_ok(rowan_commit(keeping));
	rename_by_another(user->id, "Countess");
	assert_statements(engine, 0)
		cr_assert_eq(rowan_get(keeping, user, user->id), user);
	assert_text(user->name, name);
	assert_ok(rowan_refresh(keeping, user, user));
	assert_text(user->name, "Countess");

	/* A rollback leaves nothing certain. */
	assert_ok(rowan_rollback(keeping));
	assert_statements(engine, 1)
		cr_assert_eq(rowan_get(keeping, user, user->id), user);
}
