/* SPDX-License-Identifier: MIT */
#include "work.h"

#include "engine/dotenv.h"
#include "engine/internal.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const variables[] = { "DATABASE_URL", "DB_POOL_SIZE", "DB_MAX_OVERFLOW",
					 "DB_POOL_TIMEOUT" };

/* In a directory of its own, with nothing around. */
static void begin(void)
{
	make_scratch();
	assert_int(chdir(scratch_directory()), 0);
	for (size_t i = 0; i < 4; i++)
		unsetenv(variables[i]);
}

static void end(void)
{
	unlink(".env");
	unlink("other.env");
	remove_scratch();
}

TestSuite(env, .init = begin, .fini = end, .timeout = 20);

static void write_file(const char *path, const char *text, size_t size)
{
	FILE *file = fopen(path, "wb");

	cr_assert(file);
	assert_int(fwrite(text, 1, size, file), size);
	assert_int(fclose(file), 0);
}

static void write_text(const char *path, const char *text)
{
	write_file(path, text, strlen(text));
}

/* ---- the file ------------------------------------------------------------------ */

static int collect(void *context, const struct dotenv_line *line, struct rowan_error *error)
{
	char *text = context;
	size_t used = strlen(text);

	(void)error;
	snprintf(text + used, 1024 - used, "%d:%s=<%s>%s;", line->number, line->name, line->value,
		 line->refers ? "?" : "");
	return ROWAN_OK;
}

Test(env, e09_a_files_lines_are_read_as_they_are_meant)
{
	static const struct { const char *file, *lines; } cases[] = {
		{ "", "" },
		{ "\n\n# nothing\n  # at all", "" },
		{ "A=1", "1:A=<1>;" },
		{ "A=1\nB=2\n", "1:A=<1>;2:B=<2>;" },
		{ "\n\nA=1\r\n\r\nB=2\r\n", "3:A=<1>;5:B=<2>;" },
		{ "\xef\xbb\xbf" "A=1", "1:A=<1>;" },
		{ "  export A = 1  \t\n\texport\tB=2", "1:A=<1>;2:B=<2>;" },
		{ "export=1\nexport = 2\nexporter=3", "1:export=<1>;2:export=<2>;3:exporter=<3>;" },
		{ "_a.B-2=x=y", "1:_a.B-2=<x=y>;" },
		{ "A=\nB=  \nC= # none", "1:A=<>;2:B=<>;3:C=<>;" },
		{ "A=one two # three", "1:A=<one two>;" },
		{ "A=p#ss#w\nB=#x", "1:A=<p#ss#w>;2:B=<#x>;" },
		{ "A=it's \"so\"", "1:A=<it's \"so\">;" },
		{ "A=back\\slash\\n", "1:A=<back\\slash\\n>;" },
		{ "A='one # two'  # three\nB=2", "1:A=<one # two>;2:B=<2>;" },
		{ "A='\\n$\"${B}'", "1:A=<\\n$\"${B}>;" },
		{ "A=\"a\\tb\\n\\\"c\\\" \\$ \\\\ \\x # d\"", "1:A=<a\tb\n\"c\" $ \\ \\x # d>;" },
		{ "A=\"one\ntwo\"\nB=3", "1:A=<one\ntwo>;3:B=<3>;" },
		{ "A='one\n\ntwo' #x\nB=3", "1:A=<one\n\ntwo>;4:B=<3>;" },
		{ "A=\"\"\nB=''", "1:A=<>;2:B=<>;" },
		{ "A=${B}\nC=\"x${B}\"\nD=\"\\${B}\"\nE=$B", "1:A=<${B}>?;2:C=<x${B}>?;3:D=<${B}>;"
							    "4:E=<$B>;" },
		{ "A=1\nA=2", "1:A=<1>;2:A=<2>;" },
		{ "A=zażó\n", "1:A=<zażó>;" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char lines[1024] = "";
		struct rowan_error error = { 0 };

		write_text(".env", cases[i].file);
		cr_assert(dotenv_read(".env", collect, lines, &error) == ROWAN_OK, "%zu: %s", i,
			  error.message);
		assert_text(lines, cases[i].lines);
	}
}

Test(env, what_is_no_setting_is_named_by_file_and_line_and_no_value_quoted)
{
	static const struct { const char *file, *why; } cases[] = {
		{ "A=1\nhunter2", ".env:2: a line is NAME=value" },
		{ "A=1\nhunter2 B=3", ".env:2: a line is NAME=value" },
		{ "2A=hunter2", ".env:1: a line is NAME=value" },
		{ "=hunter2", ".env:1: a line is NAME=value" },
		{ "export A", ".env:1: a line is NAME=value" },
		{ "A B=hunter2", ".env:1: a line is NAME=value" },
		{ "A: hunter2", ".env:1: a line is NAME=value" },
		{ "A=1\nB='hunter2\nC=3\n", ".env:2: a quote is not closed" },
		{ "A=1\n\nB=\"hunter2\\\"", ".env:3: a quote is not closed" },
		/* 63 bytes: nothing is readable behind their end */
		{ "A='hunter2hunter2hunter2hunter2hunter2hunter2hunter2hunter2hunt", ".env:1: a quote is not closed" },
		{ "A='hunter2'hunter2", ".env:1: there is more behind a quoted value" },
		{ "A=\"hunter2\n\" x", ".env:2: there is more behind a quoted value" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char lines[1024] = "";
		struct rowan_error error;

		write_text(".env", cases[i].file);
		assert_code(dotenv_read(".env", collect, lines, &error), ROWAN_MISUSE);
		assert_text(error.message, cases[i].why);
	}
}

Test(env, a_file_that_is_none_is_refused_and_one_that_is_missing_is_empty)
{
	char lines[1024] = "";
	struct rowan_error error;

	assert_ok(dotenv_read(".env", collect, lines, &error));
	assert_ok(dotenv_read("tasks.db/.env", collect, lines, &error));
	assert_text(lines, "");
	assert_code(dotenv_read(".", collect, lines, &error), ROWAN_OPERATIONAL);
	assert_contains(error.message, "cannot read .: ");
	write_file(".env", "A=1\0B=2", 7);
	assert_code(dotenv_read(".env", collect, lines, &error), ROWAN_MISUSE);
	assert_contains(error.message, ".env is not a text");
}

/* ---- the engine ---------------------------------------------------------------- */

/* The call's, the environment's and the file's word, and what becomes of it. */
struct precedence {
	struct rowan_engine_options call;
	const char *environment[4], *file;
	const char *url;
	int size, overflow, timeout_ms;
};

static void set_environment(const char *const values[4])
{
	for (size_t i = 0; i < 4; i++) {
		if (values[i])
			setenv(variables[i], values[i], 1);
		else
			unsetenv(variables[i]);
	}
}

Test(env, e09_the_call_beats_the_environment_which_beats_the_file_which_beats_the_default)
{
	static const char everything[] = "DATABASE_URL=sqlite:///file.db\nDB_POOL_SIZE=2\n"
					 "export DB_MAX_OVERFLOW='3'\nDB_POOL_TIMEOUT=4\nOTHER=x\n";
	static const struct precedence cases[] = {
		{ { 0 }, { "sqlite:///env.db" }, "", "sqlite:///env.db", 5, 10, 30000 },
		{ { 0 }, { NULL }, everything, "sqlite:///file.db", 2, 3, 4000 },
		{ { 0 }, { "sqlite:///env.db", "6", "7", "8" }, everything, "sqlite:///env.db", 6, 7,
		  8000 },
		{ { 0 }, { NULL, "6", NULL, "0.5" }, everything, "sqlite:///file.db", 6, 3, 500 },
		{ { .pool_size = 1, .pool_timeout_ms = 77 }, { NULL, "6", "7", "8" }, everything,
		  "sqlite:///file.db", 1, 7, 77 },
		{ { .max_overflow = -1 }, { NULL }, everything, "sqlite:///file.db", 2, 0, 4000 },
		/* SQLAlchemy's 0 and -1. */
		{ { 0 }, { "sqlite:///env.db", NULL, "0", "0" }, "", "sqlite:///env.db", 5, 0, 0 },
		{ { 0 }, { "sqlite:///env.db", NULL, "-1" }, "", "sqlite:///env.db", 5, INT_MAX - 5,
		  30000 },
		/* Empty is not set. */
		{ { 0 }, { "", "", "", "" }, everything, "sqlite:///file.db", 2, 3, 4000 },
		{ { 0 }, { "sqlite:///env.db" }, "DB_POOL_SIZE=\nDB_POOL_TIMEOUT=\n",
		  "sqlite:///env.db", 5, 10, 30000 },
		/* The last line counts. */
		{ { 0 }, { "sqlite:///env.db" }, "DB_POOL_SIZE=2\nDB_POOL_SIZE=9\n",
		  "sqlite:///env.db", 9, 10, 30000 },
		/* What is not needed may be wrong. */
		{ { .pool_size = 1 }, { "sqlite:///env.db", "many" }, "", "sqlite:///env.db", 1, 10,
		  30000 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct precedence *test = &cases[i];
		struct rowan_engine_options options = test->call;
		struct rowan_error error = { 0 };
		struct rowan_engine *engine;

		write_text(".env", test->file);
		set_environment(test->environment);
		options.error = &error;
		engine = rowan_engine_open_env_(options);
		cr_assert(engine, "%zu: %s", i, error.message);
		assert_text(rowan_engine_url(engine), test->url);
		assert_int(engine->pool.kept, test->size);
		assert_int(engine->pool.most - engine->pool.kept, test->overflow);
		assert_int(engine->pool.timeout_ms, test->timeout_ms);
		rowan_engine_close(engine);
		for (size_t v = 0; v < 4; v++)
			assert_text(getenv(variables[v]), test->environment[v]);
	}
}

Test(env, e09_the_file_may_be_another_or_none)
{
	struct rowan_engine *engine;
	struct rowan_error error;

	write_text(".env", "DATABASE_URL=sqlite:///a.db");
	write_text("other.env", "DATABASE_URL=sqlite:///b.db");
	engine = rowan_engine_open_env();
	assert_text(rowan_engine_url(engine), "sqlite:///a.db");
	rowan_engine_close(engine);
	engine = rowan_engine_open_env(.env_file = "other.env", .pool_size = 3);
	assert_text(rowan_engine_url(engine), "sqlite:///b.db");
	assert_int(engine->pool.kept, 3);
	rowan_engine_close(engine);

	cr_assert(!rowan_engine_open_env(.env_file = "", .error = &error));
	assert_text(error.message, "DATABASE_URL is neither in the environment nor in a file");
	cr_assert(!rowan_engine_open_env(.env_file = "none.env", .error = &error));
	assert_text(error.message, "DATABASE_URL is neither in the environment nor in none.env");
	assert_int(error.code, ROWAN_MISUSE);
}

Test(env, what_is_wrong_is_named_by_its_place_and_not_quoted)
{
	static const struct { const char *environment[4], *file, *why; } cases[] = {
		{ { NULL }, "DB_POOL_SIZE=2\n", "DATABASE_URL is neither" },
		{ { "sqlite://" }, "\nDB_POOL_SIZE=hunter2\n", ".env:2: DB_POOL_SIZE is not a whole "
							     "number from 1" },
		{ { "sqlite://" }, "DB_POOL_SIZE=0\n", ".env:1: DB_POOL_SIZE is not" },
		{ { "sqlite://" }, "DB_MAX_OVERFLOW=-2\n", ".env:1: DB_MAX_OVERFLOW is not a whole "
							   "number, or -1" },
		{ { "sqlite://" }, "DB_POOL_TIMEOUT=-1\n", ".env:1: DB_POOL_TIMEOUT is not a number" },
		{ { "sqlite://", "hunter2" }, "", "DB_POOL_SIZE in the environment is not" },
		{ { "sqlite://", "5 hunter2" }, "", "DB_POOL_SIZE in the environment is not" },
		{ { "sqlite://", "99999999999999999999" }, "", "DB_POOL_SIZE in the environment" },
		{ { "sqlite://", NULL, "x" }, "", "DB_MAX_OVERFLOW in the environment is not" },
		{ { "sqlite://", NULL, NULL, "soon" }, "", "DB_POOL_TIMEOUT in the environment is not" },
		{ { NULL }, "DATABASE_URL=sqlite:///${HOME}/hunter2.db\n",
		  ".env:1: DATABASE_URL refers to another variable by ${..}" },
		{ { NULL }, "DATABASE_URL=hunter2\n", "does not begin with a scheme" },
		{ { "sqlite://" }, "hunter2\n", ".env:1: a line is NAME=value" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct rowan_error error;

		write_text(".env", cases[i].file);
		set_environment(cases[i].environment);
		cr_assert(!rowan_engine_open_env(.error = &error), "%zu", i);
		assert_int(error.code, ROWAN_MISUSE);
		assert_contains(error.message, cases[i].why);
		assert_lacks(error.message, "hunter2");
	}
}
