/* SPDX-License-Identifier: MIT */
/* Somebody else changes the tables, or holds them, while we work. */
#include "places.h"

#include <pthread.h>
#include <stdio.h>

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

/* ---- while others read ---------------------------------------------------------------- */

enum { READERS = 8 };
static const char *const migrations[] = {
	"ALTER TABLE users ADD COLUMN nickname text",
	"CREATE INDEX ix_users_nickname ON users (nickname)",
	"ALTER TABLE users RENAME COLUMN nickname TO alias",
	"DROP INDEX ix_users_nickname",
	"ALTER TABLE users DROP COLUMN alias",
};
#define MIGRATIONS (sizeof(migrations) / sizeof(migrations[0]))
#define ROUNDS 8

static bool migrated;

struct reader {
	pthread_t thread;
	long reads, wrong;
	struct rowan_error error;
};

static void *read_on(void *argument)
{
	struct reader *self = argument;
	struct rowan_session *own = rowan_session_open(engine);

	do {
		const struct user *user = rowan_one(rowan_exec(own, rowan_select(user,
			.where = rowan_starts_with(USER(email), "ada"), .untracked = true)));

		if (!user) {
			self->wrong++;
			self->error = *rowan_error(own);
		}
		self->reads++;
		rowan_rollback(own);
		rowan_clear(own);
	} while (!__atomic_load_n(&migrated, __ATOMIC_RELAXED));
	rowan_session_close(own);
	return NULL;
}

Test(changed, txn7_eight_readers_do_not_notice_a_migration)
{
	struct reader readers[READERS] = { 0 };
	long reads = 0;
	char figure[96];

	stored_user("ada@example.org");
	for (int i = 0; i < READERS; i++)
		assert_int(pthread_create(&readers[i].thread, NULL, read_on, &readers[i]), 0);
	for (size_t i = 0; i < ROUNDS * MIGRATIONS; i++)
		execute(migrations[i % MIGRATIONS]);
	__atomic_store_n(&migrated, true, __ATOMIC_RELAXED);
	for (int i = 0; i < READERS; i++) {
		pthread_join(readers[i].thread, NULL);
		cr_assert(readers[i].wrong == 0, "%s", readers[i].error.message);
		reads += readers[i].reads;
	}
	cr_assert(reads >= READERS);
	snprintf(figure, sizeof(figure), "changes of a table that 8 threads read %ld times meanwhile",
		 reads);
	record_fault("txn-7", .injections = ROUNDS * MIGRATIONS,
		     .survived = ROUNDS * MIGRATIONS, .figure = figure);
}
