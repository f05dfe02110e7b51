/* SPDX-License-Identifier: MIT */
#include "database.h"

#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

/* Each kind of failure, provoked. */
TestSuite(driver_errors, .init = open_memory, .fini = close_all, .timeout = 20);
TestSuite(driver_locks, .init = open_scratch, .fini = close_all, .timeout = 20);

static void create(void)
{
	run("CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT NOT NULL UNIQUE, name TEXT,"
	    " age INTEGER CONSTRAINT ck_users_age CHECK (age >= 0)) STRICT;"
	    "CREATE UNIQUE INDEX uq_users_lower_name ON users (lower(name));"
	    "CREATE TABLE tasks (id INTEGER PRIMARY KEY, title TEXT NOT NULL,"
	    " owner_id INTEGER REFERENCES users (id), UNIQUE (owner_id, title)) STRICT;"
	    "INSERT INTO users (id, email, name) VALUES (1, 'ada@example.org', 'Ada');"
	    "INSERT INTO tasks (title, owner_id) VALUES ('Write', 1)");
}

Test(driver_errors, every_constraint_is_told_apart_and_named)
{
	static const struct {
		const char *sql;
		int code, native;
		const char *table, *columns, *constraint, *message;
	} cases[] = {
		{ "INSERT INTO users (email) VALUES ('ada@example.org')",
		  ROWAN_UNIQUE, SQLITE_CONSTRAINT_UNIQUE, "users", "email", "",
		  "users: email already exists" },
		{ "INSERT INTO users (id, email) VALUES (1, 'bob')",
		  ROWAN_UNIQUE, SQLITE_CONSTRAINT_PRIMARYKEY, "users", "id", "",
		  "users: id already exists" },
		{ "INSERT INTO users (email, name) VALUES ('x', 'ADA')",
		  ROWAN_UNIQUE, SQLITE_CONSTRAINT_UNIQUE, "", "", "uq_users_lower_name",
		  "a row with these values already exists (uq_users_lower_name)" },
		{ "INSERT INTO tasks (title, owner_id) VALUES ('Write', 1)",
		  ROWAN_UNIQUE, SQLITE_CONSTRAINT_UNIQUE, "tasks", "owner_id, title", "",
		  "tasks: the combination owner_id, title already exists" },
		{ "INSERT INTO tasks (title, owner_id) VALUES ('Read', 99)",
		  ROWAN_FOREIGN_KEY, SQLITE_CONSTRAINT_FOREIGNKEY, "", "", "",
		  "a row refers to one that does not exist, or is still referred to" },
		{ "DELETE FROM users",
		  ROWAN_FOREIGN_KEY, SQLITE_CONSTRAINT_FOREIGNKEY, "", "", "",
		  "a row refers to one that does not exist, or is still referred to" },
		{ "INSERT INTO tasks (title) VALUES (NULL)",
		  ROWAN_NOT_NULL, SQLITE_CONSTRAINT_NOTNULL, "tasks", "title", "",
		  "tasks: title is missing" },
		{ "INSERT INTO users (email, age) VALUES ('x', -1)",
		  ROWAN_CHECK, SQLITE_CONSTRAINT_CHECK, "", "", "ck_users_age",
		  "a value is not allowed (ck_users_age)" },
		{ "INSERT INTO users (email, age) VALUES ('x', 'old')",
		  ROWAN_DATA, SQLITE_CONSTRAINT_DATATYPE, "users", "age", "",
		  "cannot store TEXT value in INTEGER column users.age" },
		{ "INSERT INTO users (id, email) VALUES ('one', 'x')",
		  ROWAN_DATA, SQLITE_MISMATCH, "", "", "", "datatype mismatch" },
	};

	create();
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int code = try_run(cases[i].sql);

		cr_assert(code == cases[i].code, "%s: %d, %s", cases[i].sql, code, error.database);
		assert_int(error.code, code);
		assert_int(error.native_code, cases[i].native);
		assert_text(error.table, cases[i].table);
		assert_text(error.columns, cases[i].columns);
		assert_text(error.constraint, cases[i].constraint);
		assert_text(error.message, cases[i].message);
		cr_assert(error.database[0]);
	}
}

Test(driver_errors, a_triggers_own_words_stay_in_the_databases_field)
{
	create();
	run("CREATE TRIGGER closed BEFORE INSERT ON tasks BEGIN SELECT RAISE(ABORT, 'we are shut'); END");
	assert_code(try_run("INSERT INTO tasks (title) VALUES ('x')"), ROWAN_CHECK);
	assert_text(error.database, "we are shut");
	assert_lacks(error.message, "shut");
}

Test(driver_errors, messages_hold_no_sql_and_no_values)
{
	create();
	assert_code(try_prepare("SELECT 1 hunter2 hunter2"), ROWAN_OPERATIONAL);
	assert_lacks(error.message, "hunter2");
	assert_contains(error.database, "hunter2");
	assert_code(try_run("INSERT INTO users (email) VALUES ('ada@example.org')"), ROWAN_UNIQUE);
	assert_lacks(error.message, "ada@");
}

Test(driver_errors, a_missing_table_is_named)
{
	assert_code(try_prepare("SELECT * FROM nowhere"), ROWAN_OPERATIONAL);
	assert_text(error.message, "no such table: nowhere");
	assert_text(error.table, "nowhere");
}

/* Values are parameters, always: what is taken for a column's name is one. */
Test(driver_errors, a_missing_column_is_named)
{
	create();
	assert_code(try_prepare("SELECT nickname FROM users"), ROWAN_OPERATIONAL);
	assert_text(error.message, "no such column: nickname");
	assert_code(try_prepare("INSERT INTO users (nickname) VALUES (?1)"), ROWAN_OPERATIONAL);
	assert_text(error.message, "table users has no column named nickname");
}

Test(driver_errors, a_double_quoted_word_is_a_column_and_never_a_string)
{
	create();
	assert_code(try_prepare("SELECT \"nosuchcolumn\" FROM users"), ROWAN_OPERATIONAL);
	assert_code(try_prepare("CREATE TABLE t (a CHECK (a <> \"x\"))"), ROWAN_OPERATIONAL);
}

Test(driver_errors, only_one_statement_is_prepared)
{
	static const char *const fine[] = {
		"SELECT 1", "SELECT 1;", "SELECT 1 ; \n\t;", "SELECT 1; -- that was it",
		"/* first */ SELECT 1 /* last */",
	};
	static const char *const refused[] = {
		"", "  ", "-- nothing", "SELECT 1; SELECT 2", "SELECT 1; DROP TABLE users",
		"SELECT 1; nonsense", "SELECT 1; ; SELECT 2",
	};

	for (size_t i = 0; i < sizeof(fine) / sizeof(fine[0]); i++)
		cr_assert(try_prepare(fine[i]) == ROWAN_OK, "%s", fine[i]);
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		cr_assert(try_prepare(refused[i]) == ROWAN_MISUSE, "%s", refused[i]);
}

Test(driver_errors, what_is_too_big_is_a_matter_of_data)
{
	assert_code(try_run("SELECT zeroblob(2147483648)"), ROWAN_DATA);
}

Test(driver_errors, a_failed_statement_can_be_run_again)
{
	struct driver_statement *insert;
	int64_t owner = 99;

	create();
	insert = prepare("INSERT INTO tasks (title, owner_id) VALUES ('Read', ?1)");
	assert_ok(driver_sqlite.bind_value(insert, 1, ROWAN_TYPE_INT64, &owner, &error));
	assert_code(driver_sqlite.step(insert, &error), ROWAN_FOREIGN_KEY);
	driver_sqlite.reset(insert);
	owner = 1;
	assert_ok(driver_sqlite.bind_value(insert, 1, ROWAN_TYPE_INT64, &owner, &error));
	assert_int(driver_sqlite.step(insert, &error), DRIVER_DONE);
	driver_sqlite.finalize(insert);
}

Test(driver_errors, whether_a_transaction_is_open_is_asked_of_sqlite)
{
	create();
	cr_assert(!driver_sqlite.in_transaction(db));
	run("BEGIN");
	cr_assert(driver_sqlite.in_transaction(db));
	assert_code(try_run("INSERT OR ROLLBACK INTO users (email) VALUES ('ada@example.org')"),
		    ROWAN_UNIQUE);
	cr_assert(!driver_sqlite.in_transaction(db));
	assert_code(try_run("COMMIT"), ROWAN_OPERATIONAL);
}

/* ---- files ----------------------------------------------------------------- */

Test(driver_locks, a_locked_database_is_a_timeout)
{
	struct driver_connection *holder = open_file((struct sqlite_target){ 0 });

	db = open_file((struct sqlite_target){ .busy_timeout_ms = 10 });
	run("CREATE TABLE tasks (id INTEGER PRIMARY KEY)");
	assert_ok(driver_sqlite.execute(holder, "BEGIN IMMEDIATE", &error));
	assert_code(try_run("BEGIN IMMEDIATE"), ROWAN_TIMEOUT);
	assert_int(error.native_code, SQLITE_BUSY);
	assert_contains(error.message, "locked");
	driver_sqlite.close(holder);
	run("BEGIN IMMEDIATE");
}

Test(driver_locks, reading_before_another_wrote_forbids_to_write_after_it)
{
	struct driver_connection *other = open_file((struct sqlite_target){ .journal_mode = "wal" });

	db = open_file((struct sqlite_target){ .busy_timeout_ms = 1000 });
	run("CREATE TABLE tasks (id INTEGER PRIMARY KEY); BEGIN; SELECT * FROM tasks");
	assert_ok(driver_sqlite.execute(other, "INSERT INTO tasks VALUES (1)", &error));
	assert_code(try_run("INSERT INTO tasks VALUES (2)"), ROWAN_TIMEOUT);
	assert_int(error.native_code, SQLITE_BUSY_SNAPSHOT);
	assert_contains(error.message, "another transaction wrote first");
	driver_sqlite.close(other);
}

Test(driver_locks, a_read_only_database_is_not_written)
{
	struct driver_connection *maker = open_file((struct sqlite_target){ 0 });

	assert_ok(driver_sqlite.execute(maker, "CREATE TABLE tasks (id INTEGER)", &error));
	driver_sqlite.close(maker);
	db = open_file((struct sqlite_target){ .mode = "ro" });
	assert_int(number("SELECT count(*) FROM tasks"), 0);
	assert_code(try_run("INSERT INTO tasks VALUES (1)"), ROWAN_OPERATIONAL);
	assert_int(error.native_code & 0xff, SQLITE_READONLY);
}

Test(driver_locks, a_full_database_is_operational_and_rolls_back_cleanly)
{
	db = open_file((struct sqlite_target){ 0 });
	run("CREATE TABLE tasks (title TEXT); PRAGMA max_page_count = 20; BEGIN");
	assert_code(try_run("INSERT INTO tasks VALUES (hex(zeroblob(100000)))"), ROWAN_OPERATIONAL);
	assert_int(error.native_code, SQLITE_FULL);
	if (driver_sqlite.in_transaction(db))
		run("ROLLBACK");
	run("INSERT INTO tasks VALUES ('small')");
	assert_int(number("SELECT count(*) FROM tasks"), 1);
}

Test(driver_locks, a_file_of_something_else_is_operational)
{
	FILE *file = fopen(scratch_path(), "w");

	cr_assert(file);
	for (int i = 0; i < 1000; i++)
		fputs("This is not a database. ", file);
	cr_assert(fclose(file) == 0);
	db = open_file((struct sqlite_target){ 0 });
	assert_code(try_run("CREATE TABLE tasks (id INTEGER)"), ROWAN_OPERATIONAL);
	assert_int(error.native_code, SQLITE_NOTADB);
}
