/* SPDX-License-Identifier: MIT */
#include "postgres_server.h"

#include <string.h>

/* Each kind of failure, provoked. */
TestSuite(driver_postgres_errors, .init = open_server, .fini = close_server, .timeout = 60);

static void create(void)
{
	run("CREATE TEMPORARY TABLE users (id bigint CONSTRAINT pk_users PRIMARY KEY,"
	    " email text NOT NULL CONSTRAINT uq_users_email UNIQUE, name text,"
	    " age int CONSTRAINT ck_users_age CHECK (age >= 0), code varchar(3));"
	    "CREATE UNIQUE INDEX uq_users_lower_name ON users (lower(name));"
	    "CREATE TEMPORARY TABLE tasks (id bigint PRIMARY KEY, title text NOT NULL,"
	    " owner_id bigint CONSTRAINT fk_tasks_owner_id REFERENCES users (id),"
	    " \"odd, (name)\" int, \"say \"\"hi\"\"\" int, during int4range,"
	    " CONSTRAINT uq_tasks UNIQUE (owner_id, title),"
	    " CONSTRAINT uq_odd UNIQUE (\"odd, (name)\", \"say \"\"hi\"\"\"),"
	    " CONSTRAINT ex_tasks EXCLUDE USING gist (during WITH &&));"
	    "INSERT INTO users VALUES (1, 'ada@example.org', 'Ada');"
	    "INSERT INTO tasks VALUES (1, 'Write', 1, 7, 8, '[1,5)')");
}

struct failure {
	const char *sql;
	int code;
	const char *sqlstate, *table, *columns, *constraint, *message;
};

static void assert_failure(const struct failure *want, int code)
{
	cr_assert(code == want->code, "%s: %d, %s", want->sql, code, error.database);
	assert_int(error.code, code);
	assert_int(error.native_code, 0);
	assert_text(error.sqlstate, want->sqlstate);
	assert_text(error.table, want->table);
	assert_text(error.columns, want->columns);
	assert_text(error.constraint, want->constraint);
	assert_text(error.message, want->message);
	cr_assert(error.database[0]);
}

/* By execute(), by step() and by send() alike. */
static void assert_failures(const struct failure *failures, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct driver_statement *statement = prepare(failures[i].sql);

		assert_failure(&failures[i], try_run(failures[i].sql));
		assert_failure(&failures[i], try_step(failures[i].sql));
		assert_ok(driver_postgres.send(statement, &error));
		assert_failure(&failures[i], try_receive());
		driver_postgres.finalize(statement);
		cr_assert(!driver_postgres.lost(db));
	}
}

Test(driver_postgres_errors, every_constraint_is_told_apart_and_named)
{
	static const struct failure failures[] = {
		{ "INSERT INTO users VALUES (2, 'ada@example.org')", ROWAN_UNIQUE, "23505",
		  "users", "email", "uq_users_email", "users: email already exists" },
		{ "INSERT INTO users VALUES (1, 'bob')", ROWAN_UNIQUE, "23505",
		  "users", "id", "pk_users", "users: id already exists" },
		{ "INSERT INTO users VALUES (2, 'x', 'ADA')", ROWAN_UNIQUE, "23505",
		  "users", "", "uq_users_lower_name",
		  "users: a row with these values already exists (uq_users_lower_name)" },
		{ "INSERT INTO tasks VALUES (2, 'Write', 1)", ROWAN_UNIQUE, "23505",
		  "tasks", "owner_id, title", "uq_tasks",
		  "tasks: the combination owner_id, title already exists" },
		{ "INSERT INTO tasks VALUES (2, 'x', 1, 7, 8)", ROWAN_UNIQUE, "23505",
		  "tasks", "odd, (name), say \"hi\"", "uq_odd",
		  "tasks: the combination odd, (name), say \"hi\" already exists" },
		{ "INSERT INTO tasks VALUES (2, 'Read', 99)", ROWAN_FOREIGN_KEY, "23503",
		  "tasks", "owner_id", "fk_tasks_owner_id",
		  "tasks: owner_id refers to a row that does not exist" },
		{ "DELETE FROM users", ROWAN_FOREIGN_KEY, "23503", "tasks", "", "fk_tasks_owner_id",
		  "tasks: a row refers to one that does not exist, or is still referred to"
		  " (fk_tasks_owner_id)" },
		{ "INSERT INTO tasks VALUES (2, NULL)", ROWAN_NOT_NULL, "23502", "tasks", "title", "",
		  "tasks: title is missing" },
		{ "INSERT INTO users VALUES (2, 'x', NULL, -1)", ROWAN_CHECK, "23514",
		  "users", "", "ck_users_age", "users: a value is not allowed (ck_users_age)" },
		{ "INSERT INTO tasks VALUES (2, 'x', 1, 1, 1, '[4,9)')", ROWAN_CHECK, "23P01",
		  "tasks", "", "ex_tasks", "tasks: a value is not allowed (ex_tasks)" },
	};

	create();
	assert_failures(failures, sizeof(failures) / sizeof(failures[0]));
}

/* No value and no SQL in the message: those are in the database's words, for the log's reader. */
Test(driver_postgres_errors, what_is_no_constraint_has_a_message_without_values)
{
	static const struct failure failures[] = {
		{ "INSERT INTO users VALUES (2, 'x', 'y', 1, 'secret')", ROWAN_DATA, "22001", "", "", "",
		  "a value is too long for its column" },
		{ "INSERT INTO users VALUES (2, 'x', 'y', 3000000000)", ROWAN_DATA, "22003", "", "", "",
		  "a number is out of its column's range" },
		{ "SELECT 'secret'::int", ROWAN_DATA, "22P02", "", "", "",
		  "a value does not have the form of its type" },
		{ "SELECT 'secret'::date", ROWAN_DATA, "22007", "", "", "", "a value does not fit" },
		{ "SELECT 1 / 0", ROWAN_DATA, "22012", "", "", "", "division by zero" },
		{ "SELEC 'secret'", ROWAN_OPERATIONAL, "42601", "", "", "",
		  "syntax error in the statement" },
		{ "SELECT * FROM nowhere", ROWAN_OPERATIONAL, "42P01", "nowhere", "", "",
		  "no such table: nowhere" },
		{ "SELECT nothing FROM users", ROWAN_OPERATIONAL, "42703", "", "", "",
		  "column \"nothing\" does not exist" },
		{ "DO $$ BEGIN RAISE 'secret'; END $$", ROWAN_CHECK, "P0001", "", "", "",
		  "a value is not allowed" },
		{ "DO $$ BEGIN RAISE 'secret' USING ERRCODE = '40001'; END $$", ROWAN_CONFLICT,
		  "40001", "", "", "", "secret" },
	};

	create();
	assert_failures(failures, sizeof(failures) / sizeof(failures[0]));
}

Test(driver_postgres_errors, a_detail_is_kept_apart)
{
	create();
	assert_code(try_run("INSERT INTO users VALUES (2, 'ada@example.org')"), ROWAN_UNIQUE);
	assert_text(error.detail, "Key (email)=(ada@example.org) already exists.");
	assert_contains(error.database, "uq_users_email");
	assert_lacks(error.message, "ada@");
	assert_lacks(error.database, "ada@");
}

Test(driver_postgres_errors, more_than_one_statement_or_none_cannot_be_prepared)
{
	assert_code(try_step("SELECT 1; SELECT 2"), ROWAN_OPERATIONAL);
	assert_text(error.sqlstate, "42601");
	assert_int(try_step(""), DRIVER_DONE);
	assert_int(try_step("-- nothing"), DRIVER_DONE);
}

/* ---- transactions ------------------------------------------------------------------- */

Test(driver_postgres_errors, txn1_fact1_a_commit_that_rolls_back_is_a_failure)
{
	struct driver_statement *commit = prepare("COMMIT");

	create();
	for (int way = 0; way < 3; way++) {
		run("BEGIN");
		run("INSERT INTO users VALUES (2, 'bob')");
		assert_code(try_run("SELECT 1 / 0"), ROWAN_DATA);
		cr_assert(driver_postgres.in_transaction(db));
		assert_code(try_run("SELECT 1"), ROWAN_OPERATIONAL);
		assert_text(error.sqlstate, "25P02");
		if (way == 0) {
			assert_code(try_run("COMMIT"), ROWAN_OPERATIONAL);
		} else if (way == 1) {
			assert_code(driver_postgres.step(commit, &error), ROWAN_OPERATIONAL);
			driver_postgres.reset(commit);
		} else {
			assert_ok(driver_postgres.send(commit, &error));
			assert_code(try_receive(), ROWAN_OPERATIONAL);
		}
		assert_contains(error.message, "rolled back instead of committed");
		cr_assert(!driver_postgres.in_transaction(db));
		assert_int(number("SELECT count(*) FROM users"), 1);
	}
	driver_postgres.finalize(commit);
}

Test(driver_postgres_errors, fact11_a_commit_can_fail_for_a_constraint_that_waited)
{
	struct driver_statement *insert, *commit = prepare("COMMIT");

	run("CREATE TEMPORARY TABLE late (n int CONSTRAINT uq_late UNIQUE DEFERRABLE INITIALLY DEFERRED);"
	    "INSERT INTO late VALUES (1)");
	insert = prepare("INSERT INTO late VALUES (1)");

	run("BEGIN; INSERT INTO late VALUES (1)");
	assert_code(driver_postgres.step(commit, &error), ROWAN_UNIQUE);
	assert_text(error.constraint, "uq_late");
	driver_postgres.reset(commit);
	cr_assert(!driver_postgres.in_transaction(db));

	/* The same in one round trip .. */
	assert_ok(driver_postgres.defer(db, "BEGIN", &error));
	assert_ok(driver_postgres.send(insert, &error));
	assert_ok(driver_postgres.send(commit, &error));
	receive_done(1);
	assert_code(try_receive(), ROWAN_UNIQUE);
	cr_assert(!driver_postgres.in_transaction(db));

	/* .. and without a transaction: stepped, and sent. */
	for (int i = 0; i < 2; i++) {
		assert_code(driver_postgres.step(insert, &error), ROWAN_UNIQUE);
		driver_postgres.reset(insert);
		assert_ok(driver_postgres.send(insert, &error));
		assert_ok(driver_postgres.send(insert, &error));
		assert_code(try_receive(), ROWAN_UNIQUE);
		assert_code(try_receive(), ROWAN_OPERATIONAL);
	}
	assert_int(number("SELECT count(*) FROM late"), 1);
	driver_postgres.finalize(insert);
	driver_postgres.finalize(commit);
}

Test(driver_postgres_errors, txn3_fact11_a_serialization_failure_is_a_conflict)
{
	static const char *const begin[] = { "BEGIN ISOLATION LEVEL SERIALIZABLE",
					     "SELECT count(*) FROM rowan_conflict" };
	struct driver_connection *other = connect_with(target_with(NULL, NULL));

	run("DROP TABLE IF EXISTS rowan_conflict; CREATE TABLE rowan_conflict (n int)");
	for (int i = 0; i < 2; i++) {
		run(begin[i]);
		run_on(other, begin[i]);
	}
	run("INSERT INTO rowan_conflict VALUES (1)");
	run_on(other, "INSERT INTO rowan_conflict VALUES (1)");
	run_on(other, "COMMIT");
	assert_code(try_step("COMMIT"), ROWAN_CONFLICT);
	assert_text(error.sqlstate, "40001");
	cr_assert(!driver_postgres.in_transaction(db));
	run("DROP TABLE rowan_conflict");
	driver_postgres.close(other);
}

Test(driver_postgres_errors, a_lock_that_cannot_be_had_is_a_timeout)
{
	struct driver_connection *other = connect_with(target_with(NULL, NULL));

	run("DROP TABLE IF EXISTS rowan_locked; CREATE TABLE rowan_locked (n int)");
	run_on(other, "BEGIN; LOCK TABLE rowan_locked");
	run("SET lock_timeout = 50");
	assert_code(try_step("SELECT * FROM rowan_locked"), ROWAN_TIMEOUT);
	assert_text(error.sqlstate, "55P03");
	run_on(other, "ROLLBACK");
	run("DROP TABLE rowan_locked");
	driver_postgres.close(other);
}
