/* SPDX-License-Identifier: MIT */
#include "support.h"

#include <stdlib.h>
#include <string.h>

/*
 * Tests run on every engine, and on PostgreSQL also through pgbouncer.  Those that do
 * not, all of them, and why.
 */
#define DIRECT "without a pooler"
#define NO_SCHEMAS "SQLite has no schemas"
#define NO_MEMORY "a server is never in memory"
#define NO_OPTIONS "pgbouncer 1.18 refuses options"
#define NO_BACKEND "a client of pgbouncer's has no connection of its own to the server"

static const struct excuse {
	const char *suite, *test;
	const char *only;	/* the engine that it runs on, or DIRECT */
	const char *reason;
} excuses[] = {
	{ "commit", "its_outcome_is_unknown_when_the_connection_is_lost", "postgresql",
	  "SQLite's has no connection to lose" },
	{ "constraints", "m13_the_database_refuses_a_boolean_of_seven", "sqlite",
	  "PostgreSQL's boolean has no seven to refuse" },
	{ "begin", "b7_write_skew_happens_under_read_committed", "postgresql",
	  "SQLite's transactions are always serializable" },
	{ "begin", "b7_write_skew_happens_under_repeatable_read", "postgresql",
	  "SQLite's transactions are always serializable" },
	{ "locks", "locked_rows_are_left_out", "postgresql", "SQLite has no row locks" },
	{ "savepoints", "a_transaction_that_its_commit_ended_is_told", "postgresql",
	  "no foreign key of SQLite's is deferred, nor can it be made so later" },
	{ "streams", "a_server_that_dies_ends_them", "postgresql", "SQLite has no server" },
	{ "transactions", "b6_a_lock_that_was_not_to_be_had_is_tried_again", "sqlite",
	  "PostgreSQL waits for a lock, or names a deadlock" },
	{ "transactions", "b6_a_serialization_failure_is_run_again", "postgresql",
	  "SQLite's writing transactions do not run at the same time" },
	{ "transactions", "b6_a_conflict_at_commit_is_run_again", "postgresql",
	  "SQLite's writing transactions do not run at the same time" },
	{ "transactions", "b6_a_deadlock_is_run_again", "postgresql",
	  "SQLite's writing transactions do not run at the same time" },
	{ "schema", "m03_a_schema_is_made_with_its_tables", "postgresql", NO_SCHEMAS },
	{ "schema", "m03_rows_are_written_read_and_deleted", "postgresql", NO_SCHEMAS },
	{ "schema", "m03_a_schema_outlives_its_tables", "postgresql", NO_SCHEMAS },
	{ "schema", "m03_a_schema_that_exists_takes_no_privilege", "postgresql", NO_SCHEMAS },
	{ "schema", "m03_without_one_it_is_the_search_paths", "postgresql", NO_SCHEMAS },
	{ "schema", "m03_the_schema_is_left_out", "sqlite", "PostgreSQL has schemas" },
	{ "schema", "m03_two_tables_of_one_name_are_refused", "sqlite", "PostgreSQL has schemas" },
	{ "schema", "m18_what_the_column_cannot_hold", "postgresql",
	  "the columns are text in SQLite, and hold it" },
	{ "fault", "a_database_in_memory_outlives_its_connections", "sqlite", NO_MEMORY },
	{ "fork", "pool_11_a_database_in_memory_stays_with_the_parent", "sqlite", NO_MEMORY },
	{ "pool", "p06_a_null_pool_keeps_what_is_in_memory", "sqlite", NO_MEMORY },
	{ "raw", "f04_a_sandbox_whose_connection_was_killed_says_so_until_its_end", "postgresql",
	  "SQLite has no server" },
	{ "raw", "f04_a_sandbox_whose_connection_was_killed_says_so_until_its_end", DIRECT,
	  NO_BACKEND },
	{ "snapshot", "c9_a_file_can_be_frozen", "sqlite", "a server's databases are no files" },
	{ "snapshot", "c9_an_engine_of_somebody_elses_is_refused_on_a_server", "postgresql",
	  "any database of SQLite's can be frozen" },
	{ "pool", "e10_in_memory_the_database_is_gone_and_starts_empty", "sqlite", NO_MEMORY },
	{ "pool", "p06_a_static_pool_is_one_connection", DIRECT, NO_BACKEND },
	{ "schema", "m03_a_schema_that_exists_takes_no_privilege", DIRECT, NO_OPTIONS },
	{ "schema", "m03_without_one_it_is_the_search_paths", DIRECT, NO_OPTIONS },
	{ "transactions", "b6_a_deadlock_is_run_again", DIRECT, NO_OPTIONS },
	{ "postgres", "what_the_url_and_the_call_say_reaches_the_server", DIRECT, NO_OPTIONS },
	{ "postgres", "a_database_or_a_role_that_does_not_exist_is_named", DIRECT,
	  "pgbouncer tries for a while before it says so" },
	{ "postgres", "e05_tables_that_are_changed_through_a_pooler_are_warned_of", DIRECT,
	  "it compares with a connection that is direct" },
	{ "postgres", "p05_a_terminated_backend_is_replaced_unseen", DIRECT, NO_BACKEND },
	{ "postgres", "pool_7_a_failure_tells_of_the_dead_connection_and_its_siblings_go_along",
	  DIRECT, NO_BACKEND },
	{ "returned", "a_dead_connection_in_any_state_is_not_given_on", DIRECT, NO_BACKEND },
	{ "returned", "pool_6_nothing_is_left_in_the_session_where_that_is_asked_for", DIRECT,
	  NO_BACKEND },
	{ "returned", "pool_6_otherwise_the_session_is_the_users", DIRECT,
	  "pgbouncer gives what is left in the session to others" },
};

#define EXCUSES (sizeof(excuses) / sizeof(excuses[0]))

bool runs_on(const char *engine)
{
	return strcmp(rowan_test_engine_name(), engine) == 0;
}

static bool through_pooler(void)
{
	const char *direct = getenv("ROWAN_POSTGRES_DIRECT_URL");

	return runs_on("postgresql") && direct && *direct
		&& strcmp(direct, getenv("ROWAN_POSTGRES_URL")) != 0;
}

static bool is_excused(const struct excuse *excuse)
{
	if (strcmp(excuse->suite, criterion_current_test->category) != 0
	    || strcmp(excuse->test, criterion_current_test->name) != 0)
		return false;
	return strcmp(excuse->only, DIRECT) == 0 ? through_pooler() : !runs_on(excuse->only);
}

void need_engine(void)
{
	const char *missing = rowan_test_engine_missing();

	if (missing) {
		cr_assert_null(getenv("CI"), "%s", missing);
		cr_skip_test("%s", missing);
	}
	for (size_t i = 0; i < EXCUSES; i++)
		if (is_excused(&excuses[i]))
			cr_skip_test("%s only: %s", excuses[i].only, excuses[i].reason);
}

static struct criterion_suite_set *find_suite(struct criterion_test_set *all, const char *name)
{
	FOREACH_SET(struct criterion_suite_set *suite, all->suites)
		if (strcmp(suite->suite.name, name) == 0)
			return suite;
	return NULL;
}

static bool has_test(struct criterion_suite_set *suite, const char *name)
{
	FOREACH_SET(struct criterion_test *test, suite->tests)
		if (strcmp(test->name, name) == 0)
			return true;
	return false;
}

const char *stale_excuse(struct criterion_test_set *all)
{
	for (size_t i = 0; i < EXCUSES; i++) {
		struct criterion_suite_set *suite = find_suite(all, excuses[i].suite);

		if (suite && !has_test(suite, excuses[i].test))
			return excuses[i].test;
	}
	return NULL;
}
