/* SPDX-License-Identifier: MIT */
#include "database.h"

TestSuite(driver_keys, .init = open_memory, .fini = close_all, .timeout = 20);

static bool contiguous(const char *table)
{
	bool result;

	assert_ok(driver_sqlite.contiguous_keys(db, table, &result, &error));
	return result;
}

static int64_t last_key(void)
{
	struct driver_outcome outcome;

	assert_ok(driver_sqlite.receive(db, &outcome, &error));
	return outcome.last_key;
}

static void create(void)
{
	run("CREATE TABLE tasks (id INTEGER PRIMARY KEY, title TEXT) STRICT");
}

Test(driver_keys, a_plain_table_numbers_its_rows_one_after_another)
{
	int64_t last;

	create();
	cr_assert(contiguous("tasks"));
	for (int i = 0; i < 100; i++) {
		run("INSERT INTO tasks (title) VALUES ('a'), ('b'), ('c')");
		last = last_key();
		assert_int(last, 3 * i + 3);
		assert_int(driver_sqlite.changes(db), 3);
	}
	run("DELETE FROM tasks WHERE id > 200");
	cr_assert(contiguous("tasks"));
}

Test(driver_keys, a_trigger_counts_from_the_moment_it_exists)
{
	create();
	cr_assert(contiguous("tasks"));
	run("CREATE TRIGGER again AFTER INSERT ON tasks BEGIN SELECT 1; END");
	cr_assert(!contiguous("tasks"));
	cr_assert(!contiguous("tasks"));
	run("DROP TRIGGER again");
	cr_assert(contiguous("tasks"));
}

Test(driver_keys, a_temporary_trigger_counts_too)
{
	create();
	cr_assert(contiguous("tasks"));
	run("CREATE TEMP TRIGGER again AFTER INSERT ON main.Tasks BEGIN SELECT 1; END");
	cr_assert(!contiguous("tasks"));
	run("DROP TRIGGER again");
	cr_assert(contiguous("tasks"));
}

Test(driver_keys, a_trigger_that_was_rolled_back_does_not)
{
	create();
	cr_assert(contiguous("tasks"));
	run("BEGIN; CREATE TRIGGER again AFTER INSERT ON tasks BEGIN SELECT 1; END");
	cr_assert(!contiguous("tasks"));
	run("ROLLBACK; BEGIN; CREATE TEMP TRIGGER again AFTER INSERT ON tasks BEGIN SELECT 1; END");
	cr_assert(!contiguous("tasks"));
	run("ROLLBACK");
	cr_assert(contiguous("tasks"));
}

Test(driver_keys, another_tables_trigger_does_not_matter)
{
	create();
	run("CREATE TABLE others (id INTEGER PRIMARY KEY);"
	    "CREATE TRIGGER again AFTER INSERT ON others BEGIN SELECT 1; END");
	cr_assert(contiguous("tasks"));
	cr_assert(!contiguous("others"));
}

Test(driver_keys, keys_near_the_end_are_not_trusted)
{
	create();
	cr_assert(contiguous("tasks"));
	run("INSERT INTO tasks (id) VALUES (4611686018427387904)");
	cr_assert(!contiguous("tasks"));
	run("DELETE FROM tasks");
	cr_assert(contiguous("tasks"));
}

Test(driver_keys, tables_of_other_kinds_are_not_trusted)
{
	create();
	run("CREATE TABLE pairs (a INTEGER, b INTEGER, PRIMARY KEY (a, b)) WITHOUT ROWID;"
	    "CREATE TABLE hidden (id INTEGER PRIMARY KEY, _rowid_ INTEGER);"
	    "CREATE VIEW seen AS SELECT * FROM tasks");
	cr_assert(!contiguous("pairs"));
	cr_assert(!contiguous("hidden"));
	cr_assert(!contiguous("seen"));
	cr_assert(!contiguous("missing"));
	cr_assert(!contiguous("no \"such\" table"));
}

Test(driver_keys, a_temporary_table_of_the_same_name_is_another_table)
{
	create();
	cr_assert(contiguous("tasks"));
	run("CREATE TEMP TABLE tasks (id INTEGER PRIMARY KEY)");
	cr_assert(!contiguous("tasks"));
}

Test(driver_keys, a_table_may_be_dropped_and_made_anew)
{
	create();
	cr_assert(contiguous("tasks"));
	run("DROP TABLE tasks");
	create();
	cr_assert(contiguous("tasks"));
	run("DROP TABLE tasks; CREATE TABLE tasks (id INTEGER PRIMARY KEY) WITHOUT ROWID");
	cr_assert(!contiguous("tasks"));
}

/* In another process, or another connection as here. */
Test(driver_keys, a_trigger_made_elsewhere_is_seen)
{
	struct driver_connection *other = NULL, *mine = db;
	struct sqlite_target target = { .path = "file:/driver-keys?vfs=memdb", .memory = true };

	assert_ok(driver_sqlite.open(&(struct driver_target){ .sqlite = target }, &other, &error));
	assert_ok(driver_sqlite.open(&(struct driver_target){ .sqlite = target }, &db, &error));
	create();
	cr_assert(contiguous("tasks"));
	assert_ok(driver_sqlite.execute(other, "CREATE TRIGGER again AFTER INSERT ON tasks "
					       "BEGIN SELECT 1; END", &error));
	cr_assert(!contiguous("tasks"));
	driver_sqlite.close(other);
	driver_sqlite.close(db);
	db = mine;
}
