/* SPDX-License-Identifier: MIT */
/* Somebody else changes the tables, or holds them, while we work. */
#include "places.h"

TestSuite(changed, .init = open_place, .fini = close_place, .timeout = 60);

/* The select of a prepared statement, before and after. */
static int read_users(void)
{
	struct rowan_result *result = rowan_exec(session, rowan_select(user,
		.where = rowan_eq(USER(is_active), true), .untracked = true));

	return result ? (int)rowan_result_count(result) : rowan_error(session)->code;
}

/* Reading and writing fail, by the column's name, and the session goes on. */
static void assert_missed(const char *column)
{
	assert_code(read_users(), ROWAN_OPERATIONAL);
	assert_error(session, ROWAN_OPERATIONAL, column);
	assert_ok(rowan_rollback(session));
	rowan_add(session, user_build(session));
	assert_code(rowan_commit(session), ROWAN_OPERATIONAL);
	assert_error(session, ROWAN_OPERATIONAL, column);
	assert_ok(rowan_rollback(session));
	assert_int(stored_tasks(), 0);
}

Test(changed, txn7_a_column_that_is_gone_is_named)
{
	stored_user("ada@example.org");
	assert_int(read_users(), 1);
	execute("ALTER TABLE users RENAME COLUMN name TO full_name");
	assert_missed("name");
	execute("ALTER TABLE users RENAME COLUMN full_name TO name");
	assert_int(read_users(), 1);
	execute("ALTER TABLE users DROP COLUMN hashed_password");
	assert_missed("hashed_password");
	record_fault("txn-7", .injections = 2, .survived = 2,
		     .figure = "a column renamed, or dropped, under prepared statements");
}

Test(changed, txn7_a_table_that_is_gone_is_named)
{
	assert_int(read_users(), 0);
	execute("DROP TABLE task_categories");
	cr_assert(rowan_count(session, rowan_select(task_category)) < 0);
	assert_error(session, ROWAN_OPERATIONAL, "task_categories");
	assert_text(rowan_error(session)->table, "task_categories");
	assert_ok(rowan_rollback(session));
	assert_int(read_users(), 0);
}

Test(changed, txn7_a_column_that_is_new_does_no_harm)
{
	stored_user("ada@example.org");
	assert_int(read_users(), 1);
	execute("ALTER TABLE users ADD COLUMN nickname text DEFAULT 'x'");
	assert_int(read_users(), 1);
	stored_user("bob@example.org");
	assert_int(read_users(), 2);
}
