/* SPDX-License-Identifier: MIT */
#include "work.h"

#include "engine/url.h"

#include <stdlib.h>
#include <unistd.h>

TestSuite(url, .timeout = 20);
TestSuite(url_files, .init = make_scratch, .fini = remove_scratch, .timeout = 20);

Test(url, e01_each_form_leads_to_its_file_or_to_memory)
{
	static const struct { const char *url, *path; } cases[] = {
		{ "sqlite://", NULL },
		{ "sqlite:///", NULL },
		{ "sqlite:///:memory:", NULL },
		{ "sqlite://?synchronous=off", NULL },
		{ "sqlite:///tasks.db", "tasks.db" },
		{ "SQLite:///tasks.db", "tasks.db" },
		{ "sqlite:////var/lib/tasks.db", "/var/lib/tasks.db" },
		{ "sqlite:///data/my%20tasks%3f.db", "data/my tasks?.db" },
		{ "sqlite:///za%C5%BC%c3%B3.db", "zażó.db" },
		{ "sqlite:///./a+b@c:d.db?mode=ro", "./a+b@c:d.db" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct engine_url url;
		struct rowan_error error;

		cr_assert(url_parse(cases[i].url, &url, &error) == ROWAN_OK, "%s", cases[i].url);
		assert_text(url.target.sqlite.path, cases[i].path);
		assert_int(url.target.sqlite.memory, !cases[i].path);
		assert_text(url.shown, cases[i].url);
		cr_assert(url.driver == &driver_sqlite);
		url_release(&url);
	}
}

Test(url, e03_a_python_drivers_suffix_changes_nothing)
{
	static const char *const urls[] = {
		"sqlite:///t.db", "sqlite+aiosqlite:///t.db", "sqlite+pysqlite:///t.db",
		"sqlite+:///t.db",
	};

	for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
		struct engine_url url;

		assert_ok(url_parse(urls[i], &url, NULL));
		assert_text(url.target.sqlite.path, "t.db");
		url_release(&url);
	}
}

Test(url, options_become_words_of_ours)
{
	struct engine_url url;

	assert_ok(url_parse("sqlite:///t.db?mode=rw&journal_mode=WAL&&SYNCHRONOUS=Normal&",
			    &url, NULL));
	assert_text(url.target.sqlite.mode, "rw");
	assert_text(url.target.sqlite.journal_mode, "wal");
	assert_text(url.target.sqlite.synchronous, "normal");
	url_release(&url);
}

Test(url, e06_e14_what_python_is_told_of_sqlite_is_accepted)
{
	struct rowan_engine_options options = { 0 };
	struct engine_url url;

	assert_ok(url_parse("sqlite:///t.db?check_same_thread=False&timeout=1.5&future=true", &url,
			    NULL));
	assert_text(url.target.sqlite.path, "t.db");
	assert_text(url.warnings->text,
		    "the URL's option check_same_thread has no meaning here and is ignored");
	assert_contains(url.warnings->next->text, "future");
	assert_null(url.warnings->next->next);
	url_fill_options(&url, &options);
	assert_int(options.busy_timeout_ms, 1500);
	url_release(&url);
}

Test(url, what_is_wrong_is_named_and_nothing_else_is_quoted)
{
	static const struct { const char *url, *why; } cases[] = {
		{ "", "does not begin with a scheme" },
		{ "tasks.db", "does not begin with a scheme" },
		{ "sqlite:/tasks.db", "does not begin with a scheme" },
		{ "sqlite", "does not begin with a scheme" },
		{ "mysql://ada:hunter2@host/db", "\"mysql\"" },
		{ "mysql+aiomysql://ada:hunter2@host/db", "\"mysql+aiomysql\"" },
#ifndef ROWAN_POSTGRES
		{ "postgresql://ada:hunter2@host/db", "this build has no PostgreSQL driver" },
		{ "postgres://ada:hunter2@host/db", "this build has no PostgreSQL driver" },
		{ "postgresql+asyncpg://ada:hunter2@host/db", "no PostgreSQL driver" },
#endif
		{ "sqlite://tasks.db", "three slashes" },
		{ "sqlite://ada:hunter2@host/tasks.db", "three slashes" },
		{ "sqlite:///t.db?colour=red", "\"colour\"" },
		{ "sqlite:///t.db?modes=ro", "\"modes\" that SQLite does not: is mode meant?" },
		{ "sqlite:///t.db?mode=ro&mode=rw", "two different values for mode" },
		{ "sqlite:///t.db?timeout=soon", "timeout in the URL is not a number of seconds" },
		{ "sqlite:///t.db?=ro", "option \"\"" },
		{ "sqlite:///t.db?mode", "mode in the URL cannot be \"\", only ro, rw, rwc" },
		{ "sqlite:///t.db?mode=rx", "mode in the URL cannot be \"rx\"" },
		{ "sqlite:///t.db?journal_mode=wal;DROP", "journal_mode in the URL cannot be" },
		{ "sqlite:///t.db?synchronous=2", "only off, normal, full, extra" },
		{ "sqlite://?mode=ro", "in memory has no mode" },
		{ "sqlite:///a%2.db", "%" },
		{ "sqlite:///a%", "%" },
		{ "sqlite:///a%zz", "%" },
		{ "sqlite:///a%\x11\x11", "%" },
		{ "sqlite:///a%00b", "%" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct rowan_error error;

		cr_assert(!rowan_engine_open(cases[i].url, .error = &error), "%s", cases[i].url);
		assert_int(error.code, ROWAN_MISUSE);
		assert_contains(error.message, cases[i].why);
		assert_lacks(error.message, "hunter2");
		assert_lacks(error.message, "ada");
	}
	cr_assert(!rowan_engine_open(NULL));
}

Test(url, options_out_of_range_are_named)
{
	struct rowan_error error;

	cr_assert(!rowan_engine_open("sqlite://", .pool_size = -1, .error = &error));
	assert_text(error.message, "pool_size cannot be -1");
	cr_assert(!rowan_engine_open("sqlite://", .max_overflow = -2, .error = &error));
	assert_text(error.message, "max_overflow cannot be -2");
	cr_assert(!rowan_engine_open("sqlite://", .pool = (enum rowan_pool_kind)3, .error = &error));
	assert_contains(error.message, "pool");
}

Test(url, p08_a_profile_sets_what_the_call_leaves_out)
{
	struct rowan_engine *engine =
		rowan_engine_open("sqlite://", .profile = ROWAN_PROFILE_SERVERLESS, .recycle_s = 60);
	struct rowan_engine_options options = rowan_engine_options(engine);
	struct rowan_error error;

	assert_int(options.pool_size, 1);
	assert_int(options.max_overflow, 2);
	assert_int(options.pool_timeout_ms, 10000);
	assert_int(options.connect_timeout_ms, 5000);
	assert_int(options.recycle_s, 60);
	assert_int(options.check, ROWAN_CHECK_PING);
	assert_int(options.statement_cache, 128);
	rowan_engine_close(engine);

	engine = rowan_engine_open("sqlite://", .profile = ROWAN_PROFILE_SERVERLESS,
				   .check = ROWAN_CHECK_NONE, .max_overflow = -1);
	options = rowan_engine_options(engine);
	assert_int(options.check, ROWAN_CHECK_NONE);
	assert_int(options.recycle_s, 300);
	assert_int(options.max_overflow, 0);
	rowan_engine_close(engine);

	engine = rowan_engine_open("sqlite://");
	options = rowan_engine_options(engine);
	assert_int(options.pool_size, 5);
	assert_int(options.recycle_s, 0);
	assert_int(options.check, ROWAN_CHECK_SOCKET);
	rowan_engine_close(engine);

	assert_null(rowan_engine_open("sqlite://", .profile = (enum rowan_profile)2, .error = &error));
	assert_contains(error.message, "there is no such profile");
}

Test(url, every_engine_in_memory_is_a_database_of_its_own)
{
	struct rowan_engine *one = rowan_engine_open("sqlite://");
	struct rowan_engine *other = rowan_engine_open("sqlite://");

	cr_assert(one && other);
	run_alone(one, "CREATE TABLE tasks (id INTEGER)");
	assert_int(read_alone(one, "SELECT count(*) FROM sqlite_schema"), 1);
	assert_int(read_alone(other, "SELECT count(*) FROM sqlite_schema"), 0);
	assert_text(rowan_engine_url(one), "sqlite://");
	rowan_engine_close(one);
	rowan_engine_close(other);
	rowan_engine_close(NULL);
}

Test(url_files, the_options_reach_the_database)
{
	struct rowan_engine *engine =
		rowan_engine_open(scratch_url("?journal_mode=wal&synchronous=normal"),
				  .busy_timeout_ms = 77);

	cr_assert(engine);
	run_alone(engine, "CREATE TABLE tasks (id INTEGER)");
	assert_int(read_alone(engine, "SELECT journal_mode = 'wal' FROM pragma_journal_mode"), 1);
	assert_int(read_alone(engine, "PRAGMA synchronous"), 1);
	assert_int(read_alone(engine, "PRAGMA busy_timeout"), 77);
	assert_int(access(scratch_path(), F_OK), 0);
	rowan_engine_close(engine);
}

Test(url_files, a_relative_file_is_relative_to_where_the_program_is)
{
	struct rowan_engine *engine;

	assert_int(chdir("/tmp"), 0);
	engine = rowan_engine_open("sqlite:///rowan-engine-relative.db");
	cr_assert(engine);
	run_alone(engine, "CREATE TABLE IF NOT EXISTS tasks (id INTEGER)");
	assert_int(access("/tmp/rowan-engine-relative.db", F_OK), 0);
	rowan_engine_close(engine);
	unlink("/tmp/rowan-engine-relative.db");
}

Test(url_files, a_database_that_cannot_be_had_shows_when_it_is_needed)
{
	struct rowan_engine *engine = rowan_engine_open(scratch_url("?mode=ro"));
	struct connection *connection;
	struct rowan_error error;

	cr_assert(engine);
	assert_code(engine_checkout(engine, ROWAN_HERE, &connection, &error), ROWAN_OPERATIONAL);
	cr_assert(!connection);
	assert_contains(error.message, "cannot open");
	assert_text(error.site.file, __FILE__);
	assert_int(rowan_engine_stats(engine).size, 0);
	rowan_engine_close(engine);

	cr_assert(!rowan_engine_open(scratch_url("?mode=ro"), .pool = ROWAN_POOL_STATIC,
				     .error = &error));
	assert_int(error.code, ROWAN_OPERATIONAL);
}
