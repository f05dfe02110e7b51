/* SPDX-License-Identifier: MIT */
#include "database.h"

#include <sqlite3.h>
#include <string.h>

TestSuite(driver_open, .init = open_scratch, .fini = close_all, .timeout = 20);

Test(driver_open, what_sqlite_leaves_off_is_on)
{
	db = open_file((struct sqlite_target){ .busy_timeout_ms = 1234 });
	assert_int(number("PRAGMA foreign_keys"), 1);
	assert_int(number("PRAGMA busy_timeout"), 1234);
	assert_int(number("SELECT 'a' LIKE 'A'"), 0);
	assert_int(number("SELECT 'abc' LIKE 'a%'"), 1);
}

Test(driver_open, journal_mode_and_synchronous_are_set)
{
	static const char *const levels[] = { "off", "normal", "full", "extra" };

	for (int64_t i = 0; i < 4; i++) {
		db = open_file((struct sqlite_target){ .journal_mode = "wal",
						       .synchronous = levels[i] });
		assert_int(number("SELECT journal_mode = 'wal' FROM pragma_journal_mode"), 1);
		assert_int(number("PRAGMA synchronous"), i);
		driver_sqlite.close(db);
	}
	db = NULL;
}

static void assert_cannot_open(struct sqlite_target target, const char *why)
{
	struct driver_connection *connection = (struct driver_connection *)&target;

	assert_code(driver_sqlite.open(&(struct driver_target){ .sqlite = target }, &connection, &error), ROWAN_OPERATIONAL);
	cr_assert(!connection);
	assert_contains(error.message, why);
}

Test(driver_open, what_cannot_be_set_is_an_error)
{
	/* memdb has no write-ahead log. */
	assert_cannot_open((struct sqlite_target){ .path = "file:/driver-open?vfs=memdb",
						   .memory = true, .journal_mode = "wal" },
			   "journal_mode is memory, not wal");
}

Test(driver_open, a_file_that_is_not_there_is_named)
{
	struct sqlite_target target = { .path = scratch_path(), .mode = "rw" };

	assert_cannot_open(target, scratch_path());
	assert_int(error.native_code & 0xff, SQLITE_CANTOPEN);
	target.mode = "ro";
	assert_cannot_open(target, scratch_path());
	target.mode = NULL;
	target.path = "/nowhere/at/all.db";
	assert_cannot_open(target, "cannot open /nowhere/at/all.db");
}

/* A name is a name, even if it looks like a URI. */
Test(driver_open, a_file_name_is_not_taken_for_a_uri)
{
	assert_cannot_open((struct sqlite_target){ .path = "file:/nowhere/x.db?mode=memory" },
			   "cannot open file:/nowhere");
}

Test(driver_open, the_number_of_parameters_is_the_connections_own)
{
	int most;
	char sql[64];

	db = open_file((struct sqlite_target){ 0 });
	most = driver_sqlite.max_params(db);
	cr_assert_geq(most, 999);
	sqlite3_snprintf(sizeof(sql), sql, "SELECT ?%d", most);
	assert_ok(try_prepare(sql));
	sqlite3_snprintf(sizeof(sql), sql, "SELECT ?%d", most + 1);
	assert_code(try_prepare(sql), ROWAN_OPERATIONAL);
}

Test(driver_open, a_forgotten_statement_does_not_keep_what_cannot_be_freed)
{
	struct driver_statement *forgotten;

	db = open_file((struct sqlite_target){ 0 });
	forgotten = prepare("SELECT 1");
	driver_sqlite.close(db);
	db = NULL;
	driver_sqlite.finalize(forgotten);
	driver_sqlite.finalize(NULL);
	driver_sqlite.close(NULL);
}
