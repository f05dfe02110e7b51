/* SPDX-License-Identifier: MIT */
#include "engine/engine.h"

#include "bank.h"
#include "places.h"

#include <pthread.h>

/*
 * What any program meets sooner or later, each in one test; the suites of sessions go
 * into the details.
 */
TestSuite(refusals, .init = open_place, .fini = close_place, .timeout = 60);

/* The commit fails like this, nothing is stored, and the session can go on. */
static void assert_refused(int code, const char *columns, int64_t users, int64_t tasks)
{
	assert_code(rowan_commit(session), code);
	assert_text(rowan_error(session)->columns, columns);
	assert_ok(rowan_rollback(session));
	assert_int(stored_users(), users);
	assert_int(stored_tasks(), tasks);
	cr_assert_not_null(task_create(session));
	assert_ok(rowan_commit(session));
	assert_int(stored_tasks(), tasks + 1);
}

Test(refusals, t03_unique_the_second_is_refused)
{
	stored_user("ada@example.org");
	rowan_add(session, user_build(session, .email = "ada@example.org"));
	assert_refused(ROWAN_UNIQUE, "email", 1, 0);
}

Test(refusals, t03_foreign_key_an_orphan_is_refused)
{
	struct task *orphan = rowan_new(session, task);

	orphan->title = "nobody's";
	orphan->owner_id = 4711;
	rowan_add(session, orphan);
	assert_refused(ROWAN_FOREIGN_KEY, "owner_id", 0, 0);
}

Test(refusals, t03_null_is_refused_by_us_and_by_the_database)
{
	struct user *user = user_build(session);
	struct loose_user *loose;

	user->name = NULL;
	rowan_add(session, user);
	assert_refused(ROWAN_VALIDATION, "name", 0, 0);

	loose = rowan_new(session, loose_user);
	loose->email = "loose@example.org";
	loose->hashed_password = "";
	rowan_add(session, loose);
	assert_refused(ROWAN_NOT_NULL, "name", 1, 1);
}

Test(refusals, t03_rollback_leaves_no_trace)
{
	struct user *user = stored_user("ada@example.org");
	const char *name = user->name;

	user->name = "somebody else";
	task_create(session, .owner = user);
	assert_ok(rowan_flush(session));
	assert_ok(rowan_rollback(session));
	assert_text(user->name, name);
	assert_int(stored_tasks(), 0);
	assert_ok(rowan_refresh(session, user, user));
	assert_text(user->name, name);
}

Test(refusals, t03_an_empty_result_is_no_error)
{
	struct rowan_result *result = rowan_exec(session, rowan_select(user));

	cr_assert_not_null(result);
	assert_int(rowan_result_count(result), 0);
	assert_null(rowan_next(result));
	assert_null(rowan_first(result));
	assert_null(rowan_one_or_none(result));
	assert_null(rowan_get(session, user, 1));
	assert_int(rowan_count(session, rowan_select(user)), 0);
	assert_ok(rowan_error(session)->code);
	/* .. unless a row was asked for. */
	assert_null(rowan_one(result));
	assert_error(session, ROWAN_NO_ROW, "none");
}

/* ---- what SQLite lets pass unless it is told not to -------------------------------------- */

static int run_sql(const char *sql)
{
	struct connection *connection;
	struct rowan_error error;
	int status;

	assert_ok(engine_checkout(engine, ROWAN_HERE, &connection, &error));
	status = connection_execute(connection, sql, ROWAN_HERE, &error);
	engine_checkin(connection);
	return status;
}

/* Behind the library's back: it is the database that refuses, on every engine. */
Test(refusals, lite4_the_database_itself_refuses)
{
	static const char *const wrong[] = {
		/* a foreign key that leads nowhere; another kind of value; a kind it became */
		"INSERT INTO task_categories (task_id, category_id) VALUES (4711, 4711)",
		"INSERT INTO accounts (id, balance) VALUES (2, 'much')",
		"INSERT INTO accounts (id, balance) VALUES (2, 1.5)",
		"UPDATE accounts SET balance = 9223372036854775807 + 1",
		/* a flag that is none; nothing where something has to be */
		"UPDATE users SET is_active = 7",
		"UPDATE users SET name = NULL",
		/* a column that is not there is no text */
		"UPDATE users SET name = \"nosuchcolumn\"",
		"INSERT INTO nowhere DEFAULT VALUES",
	};
	const int count = (int)(sizeof(wrong) / sizeof(wrong[0]));
	long refused = 0;

	stored_user("ada@example.org");
	assert_ok(bank_open(engine, 1, 0));
	for (int i = 0; i < count; i++) {
		/* PostgreSQL rounds what is assigned to a column of integers. */
		if (i == 2 && !runs_on("sqlite"))
			continue;
		cr_assert(run_sql(wrong[i]) < 0, "%s", wrong[i]);
		refused++;
	}
	assert_int(bank_total(engine), 1000);
	assert_int(rowan_count(session, rowan_select(user, .where = rowan_like(USER(email), "ADA%"))), 0);
	record_fault("lite-4", .injections = refused, .survived = refused,
		     .figure = "alike, but that PostgreSQL rounds 1.5 to an integer");
}

/* ---- concurrent updates ------------------------------------------------------------ */

enum { THREADS = 4, UPDATES = 50 };

static int add_one(struct rowan_session *own, void *context)
{
	const struct account *account = rowan_first(rowan_exec(own, rowan_select(account,
		.where = rowan_eq(ACCOUNT(id), 1), .lock = ROWAN_FOR_UPDATE)));

	(void)context;
	if (!account)
		return rowan_error(own)->code;
	rowan_edit(own, account, account)->balance += 1;
	return ROWAN_OK;
}

static void *update(void *failed)
{
	for (int i = 0; i < UPDATES; i++)
		*(int *)failed += rowan_transaction(engine, add_one, NULL) != ROWAN_OK;
	return NULL;
}

Test(refusals, t03_concurrent_updates_are_all_there)
{
	pthread_t threads[THREADS];
	int failed[THREADS] = { 0 };

	assert_ok(bank_open(engine, 1, 0));
	for (int i = 0; i < THREADS; i++)
		assert_int(pthread_create(&threads[i], NULL, update, &failed[i]), 0);
	for (int i = 0; i < THREADS; i++) {
		pthread_join(threads[i], NULL);
		assert_int(failed[i], 0);
	}
	assert_int(bank_total(engine), 1000 + THREADS * UPDATES);
}
