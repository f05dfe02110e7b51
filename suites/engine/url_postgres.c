/* SPDX-License-Identifier: MIT */
#include "work.h"

#include "engine/url.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef ROWAN_POSTGRES

/* What libpq takes from the environment must not decide here. */
static void forget_environment(void)
{
	static const char *const names[] = { "PGHOST", "PGHOSTADDR", "PGSSLMODE", "PGSERVICE" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		unsetenv(names[i]);
}

TestSuite(url_postgres, .init = forget_environment, .timeout = 20);

static struct engine_url parse(const char *text)
{
	struct rowan_error error = { 0 };
	struct engine_url url;

	cr_assert(url_parse(text, &url, &error) == ROWAN_OK, "%s: %s", text, error.message);
	cr_assert(url.driver == &driver_postgres);
	return url;
}

/* The parameter's value, or NULL. */
static const char *param(const struct engine_url *url, const char *keyword)
{
	const struct postgres_target *target = &url->target.postgres;

	for (size_t i = 0; target->keywords[i]; i++)
		if (strcmp(target->keywords[i], keyword) == 0)
			return target->values[i];
	return NULL;
}

/* What the URL says, without the defaults: "user=ada host=/tmp". */
static const char *conninfo(const struct engine_url *url)
{
	static char text[1024];
	const struct postgres_target *target = &url->target.postgres;
	size_t used = 0;

	text[0] = '\0';
	for (size_t i = 0; target->keywords[i]; i++)
		if (strncmp(target->keywords[i], "keepalives", 10) != 0 &&
		    strcmp(target->keywords[i], "tcp_user_timeout") != 0)
			used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%s=%s",
						 used ? " " : "", target->keywords[i],
						 target->values[i]);
	return text;
}

Test(url_postgres, e02_each_part_finds_its_place)
{
	static const struct { const char *url, *conninfo; } cases[] = {
		{ "postgresql://", "" },
		{ "postgres://", "" },
		{ "PostgreSQL:///", "" },
		{ "postgresql:///tasks", "dbname=tasks" },
		{ "postgresql://localhost", "host=localhost" },
		{ "postgresql://localhost/", "host=localhost" },
		{ "postgresql://localhost:5433/tasks", "host=localhost port=5433 dbname=tasks" },
		{ "postgresql://localhost:/tasks", "host=localhost dbname=tasks" },
		{ "postgresql://:5433/tasks", "port=5433 dbname=tasks" },
		{ "postgresql://ada@/tasks", "user=ada dbname=tasks" },
		{ "postgresql://ada:pw@h:1/tasks",
		  "user=ada password=pw host=h port=1 dbname=tasks" },
		{ "postgresql://ada:@h/tasks", "user=ada host=h dbname=tasks" },
		{ "postgresql://:pw@h", "password=pw host=h" },
		{ "postgresql://ada:a:b@h", "user=ada password=a:b host=h" },
		{ "postgresql://ada:p%40ss%2Fw%C3%B6rd@h:65535/t%20%25",
		  "user=ada password=p@ss/wörd host=h port=65535 dbname=t %" },
		{ "postgresql://a%3Ab:%3a@h", "user=a:b password=: host=h" },
		{ "postgresql://ada:'\\=\n#[]&;@h", "user=ada password='\\=\n#[]&; host=h" },
		{ "postgresql://[::1]/t", "host=::1 dbname=t" },
		{ "postgresql://ada@[2001:db8::7]:5433", "user=ada host=2001:db8::7 port=5433" },
		{ "postgresql://[fe80::1%25eth0]", "host=fe80::1%eth0" },
		{ "postgresql://%2Fvar%2Frun%2Fpostgresql/t", "host=/var/run/postgresql dbname=t" },
		{ "postgresql://%2ftmp:5433/t", "host=/tmp port=5433 dbname=t" },
		{ "postgresql:///t?host=/tmp&port=5433", "dbname=t host=/tmp port=5433" },
		{ "postgresql://ada@/t?host=%2Ftmp", "user=ada dbname=t host=/tmp" },
		{ "postgresql://h?user=ada&password=p%40&dbname=t",
		  "host=h user=ada password=p@ dbname=t" },
		{ "postgresql://a,b,c", "host=a,b,c" },
		{ "postgresql://a:1,b:2/t", "host=a,b port=1,2 dbname=t" },
		{ "postgresql://a,b:2,[::1]/t", "host=a,b,::1 port=,2, dbname=t" },
		{ "postgresql:////t", "dbname=/t" },
		{ "postgresql://h/a/b?", "host=h dbname=a/b" },
		{ "postgresql://h/t?host=h&dbname=t", "host=h dbname=t" },
		{ "postgresql://h?password=&&application_name=a+b%20c&",
		  "host=h application_name=a+b c" },
		{ "postgresql://h?database=t&target_session_attrs=read-write",
		  "host=h dbname=t target_session_attrs=read-write" },
		{ "postgresql://h?CLIENT_ENCODING=UTF8", "host=h" },
		/* What would be another connection string to one that splits words. */
		{ "postgresql://ada@h/t%20host%3Devil", "user=ada host=h dbname=t host=evil" },
		{ "postgresql://h/postgresql:%2F%2Fevil", "host=h dbname=postgresql://evil" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct engine_url url = parse(cases[i].url);

		assert_text(conninfo(&url), cases[i].conninfo);
		url_release(&url);
	}
}

Test(url_postgres, e03_a_python_drivers_suffix_changes_nothing)
{
	static const char *const suffixes[] = { "", "+asyncpg", "+psycopg2", "+psycopg", "+pg8000",
						"+psycopg_async", "+aiopg" };
	char text[128];

	for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
		struct engine_url url;

		snprintf(text, sizeof(text), "postgresql%s://user:pass@host/db?ssl=require",
			 suffixes[i]);
		url = parse(text);
		assert_text(conninfo(&url), "user=user password=pass host=host dbname=db sslmode=require");
		url_release(&url);
	}
}

Test(url_postgres, e04_ssl_and_sslmode_are_the_same)
{
	static const struct { const char *option, *sslmode; } cases[] = {
		{ "ssl=require", "require" }, { "sslmode=require", "require" },
		{ "ssl=true", "require" }, { "ssl=1", "require" }, { "ssl=on", "require" },
		{ "ssl=True", "require" }, { "ssl=false", "disable" }, { "ssl=0", "disable" },
		{ "ssl=verify-full", "verify-full" }, { "sslmode=VERIFY-CA", "verify-ca" },
		{ "ssl=prefer", "prefer" }, { "sslmode=allow", "allow" },
		{ "ssl=require&sslmode=require", "require" }, { "ssl=true&sslmode=require", "require" },
		{ "s%73l=requir%65", "require" },
	};
	char text[128];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct engine_url url;

		snprintf(text, sizeof(text), "postgresql://ada@h/t?%s", cases[i].option);
		url = parse(text);
		assert_text(param(&url, "sslmode"), cases[i].sslmode);
		assert_null(param(&url, "ssl"));
		url_release(&url);
	}
}

Test(url_postgres, time_outs_of_every_spelling_become_milliseconds)
{
	static const struct { const char *options; int connect, statement; } cases[] = {
		{ "", 0, 0 },
		{ "connect_timeout=10", 10000, 0 },
		{ "timeout=2.5", 2500, 0 },
		{ "connect_timeout=0", -1, 0 },
		{ "connect_timeout=10&timeout=10.0", 10000, 0 },
		{ "command_timeout=30", 0, 30000 },
		{ "command_timeout=0.0001", 0, 1 },
		{ "statement_timeout=1500", 0, 1500 },
		{ "statement_timeout=1min", 0, 60000 },
		{ "statement_timeout=0", 0, -1 },
		{ "command_timeout=3&statement_timeout=3000", 0, 3000 },
		{ "options=-c%20statement_timeout%3D30000", 0, 30000 },
		{ "options=-cstatement_timeout=30s", 0, 30000 },
		{ "options=--statement-timeout=2%20--jit=off", 0, 2 },
	};
	char text[128];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct rowan_engine_options options = { .statement_timeout_ms = 7 };
		struct engine_url url;

		snprintf(text, sizeof(text), "postgresql://h?%s", cases[i].options);
		url = parse(text);
		assert_int(url.connect_timeout_ms, cases[i].connect);
		assert_int(url.statement_timeout_ms, cases[i].statement);
		assert_null(param(&url, "connect_timeout"));
		url_fill_options(&url, &options);
		assert_int(options.connect_timeout_ms, cases[i].connect);
		assert_int(options.statement_timeout_ms, 7);
		url_release(&url);
	}
}

Test(url_postgres, c5_only_the_time_out_is_taken_out_of_the_servers_options)
{
	static const struct { const char *given, *kept; } cases[] = {
		{ "-c statement_timeout=30000", NULL },
		{ "-c  geqo=off -c statement_timeout=3  --jit=off", "-c  geqo=off --jit=off" },
		{ "-c statement_timeouts=3", "-c statement_timeouts=3" },
		{ "-c lock_timeout=3 -c", "-c lock_timeout=3 -c" },
		{ "-c search_path=a\\ b -c STATEMENT_TIMEOUT=1s -e", "-c search_path=a\\ b -e" },
		{ "statement_timeout=3", "statement_timeout=3" },
		{ "endpoint=ep-cool-1", "endpoint=ep-cool-1" },
		{ "a\\", "a\\" },
	};
	char text[256];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct engine_url url;

		snprintf(text, sizeof(text), "postgresql://h?options=%s", cases[i].given);
		url = parse(text);
		assert_text(param(&url, "options"), cases[i].kept);
		url_release(&url);
	}
}

Test(url_postgres, a_cut_network_shows_unless_the_url_says_otherwise)
{
	struct engine_url url = parse("postgresql://h");

	assert_text(param(&url, "keepalives_idle"), "30");
	assert_text(param(&url, "keepalives_interval"), "5");
	assert_text(param(&url, "keepalives_count"), "3");
	assert_text(param(&url, "tcp_user_timeout"), "30000");
	url_release(&url);

	url = parse("postgresql://h?keepalives_idle=7&tcp_user_timeout=0");
	assert_text(param(&url, "keepalives_idle"), "7");
	assert_text(param(&url, "keepalives_interval"), "5");
	assert_text(param(&url, "tcp_user_timeout"), "0");
	url_release(&url);
}

Test(url_postgres, e02_a_password_is_never_shown)
{
	static const struct { const char *url, *shown; } cases[] = {
		{ "postgresql://ada@h/t", "postgresql://ada@h/t" },
		{ "postgresql://ada:hunter2@h/t", "postgresql://ada:***@h/t" },
		{ "postgresql+asyncpg://:hunter2@h", "postgresql+asyncpg://:***@h" },
		{ "postgresql://ada:@h", "postgresql://ada:@h" },
		{ "postgresql://h?password=hunter2&port=1", "postgresql://h?password=***&port=1" },
		{ "postgresql://h?port=1&PASS%57ORD=hunter%32", "postgresql://h?port=1&PASS%57ORD=***" },
		{ "postgresql://ada:hunter2@h?sslpassword=hunter2&password=hunter2",
		  "postgresql://ada:***@h?sslpassword=***&password=***" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct engine_url url = parse(cases[i].url);

		assert_text(url.shown, cases[i].shown);
		url_release(&url);
	}
}

Test(url_postgres, what_is_wrong_is_named_and_no_password_quoted)
{
	static const struct { const char *url, *why; } cases[] = {
		/* Passwords that were not encoded. */
		{ "postgresql://ada:hunter2@hunter2@h/t", "written %40" },
		{ "postgresql://ada:hunter2/hunter2@h/t", "written %40" },
		{ "postgresql://ada:hunter2?hunter2@h/t", "written %40" },
		{ "postgresql://ada:hunter2?hunter2=1&hunter2@h/t", "written %40" },
		{ "postgresql://ada:12/hunter2@h/t", "written %40" },
		{ "postgresql://ada:hunter2%@h/t", "hexadecimal" },
		{ "postgresql://ada:hunter2%4@h/t", "hexadecimal" },
		{ "postgresql://ada:hunter2%zz@h/t", "hexadecimal" },
		{ "postgresql://ada:hunter2%00@h/t", "hexadecimal" },
		{ "postgresql://h?password=hunter2%", "hexadecimal" },
		{ "postgresql://h?password=hunter2&hunter2", "an & in a password is written %26" },
		{ "postgresql://ada:hunter2@h?password=hunter22", "two different values for password" },
		/* Hosts and ports. */
		{ "postgresql://ada:hunter2", "is not a port" },
		{ "postgresql://ada:hunter2@h:5432x/t", "is not a port" },
		{ "postgresql://ada:hunter2@h:0/t", "is not a port" },
		{ "postgresql://ada:hunter2@h:65536/t", "is not a port" },
		{ "postgresql://ada:hunter2@h:99999999999999999999/t", "is not a port" },
		{ "postgresql://ada:hunter2@h:-1/t", "is not a port" },
		{ "postgresql://ada:hunter2@::1/t", "IPv6" },
		{ "postgresql://ada:hunter2@[::1/t", "does not end with ]" },
		{ "postgresql://ada:hunter2@[::1]5432/t", "is not a port" },
		{ "postgresql://ada:hunter2@a:1,b:x/t", "is not a port" },
		{ "postgresql://ada:hunter2@h%/t", "hexadecimal" },
		/* Options. */
		{ "postgresql://ada:hunter2@h?sslmod=require", "\"sslmod\" that PostgreSQL does not: "
							     "is sslmode meant?" },
		{ "postgresql://ada:hunter2@h?ssl_mode=require", "is sslmode meant?" },
		{ "postgresql://ada:hunter2@h?pasword=hunter2", "is password meant?" },
		{ "postgresql://ada:hunter2@h?conect_timeout=3", "is connect_timeout meant?" },
		{ "postgresql://ada:hunter2@h?comand_timeout=3", "is command_timeout meant?" },
		{ "postgresql://ada:hunter2@h?colour=red", "an option \"colour\" that PostgreSQL "
							 "does not" },
		{ "postgresql://ada:hunter2@h?=red", "an option \"\"" },
		{ "postgresql://ada:hunter2@h?sslmode=requir", "sslmode in the URL cannot be \"requir\", "
							     "only disable, allow, prefer" },
		{ "postgresql://ada:hunter2@h?ssl=maybe", "ssl in the URL cannot be \"maybe\"" },
		{ "postgresql://ada:hunter2@h?sslmode=true", "sslmode in the URL cannot be \"true\"" },
		{ "postgresql://ada:hunter2@h?sslmode", "sslmode in the URL cannot be \"\"" },
		{ "postgresql://ada:hunter2@h?client_encoding=latin1", "cannot be \"latin1\"" },
		{ "postgresql://ada:hunter2@h?connect_timeout=soon", "is not a number of seconds" },
		{ "postgresql://ada:hunter2@h?connect_timeout=-1", "is not a number of seconds" },
		{ "postgresql://ada:hunter2@h?connect_timeout=1e3", "is not a number of seconds" },
		{ "postgresql://ada:hunter2@h?connect_timeout=9999999", "is not a number of seconds" },
		{ "postgresql://ada:hunter2@h?statement_timeout=1%20week", "of milliseconds" },
		{ "postgresql://ada:hunter2@h?options=-c%20statement_timeout%3Dx", "of milliseconds" },
		/* Two answers to one question. */
		{ "postgresql://ada:hunter2@h?sslmode=require&ssl=false", "values for sslmode" },
		{ "postgresql://ada:hunter2@h?user=bob", "two different values for user" },
		{ "postgresql://ada:hunter2@h?host=g", "two different values for host" },
		{ "postgresql://ada:hunter2@h/t?dbname=u", "two different values for dbname" },
		{ "postgresql://ada:hunter2@h?dbname=t&database=u", "two different values for dbname" },
		{ "postgresql://ada:hunter2@h?connect_timeout=3&timeout=4", "values for timeout" },
		{ "postgresql://ada:hunter2@h?command_timeout=3&options=-cstatement_timeout=4",
		  "two different values for statement_timeout" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct rowan_error error;

		cr_assert(!rowan_engine_open(cases[i].url, .error = &error), "%s", cases[i].url);
		assert_int(error.code, ROWAN_MISUSE);
		assert_contains(error.message, cases[i].why);
		assert_lacks(error.message, "hunter2");
		assert_lacks(error.message, "ada");
		assert_lacks(error.message, "\n");
	}
}

/* ---- what is said once, and what is meant by a host's name ---------------------- */

static int count_warnings(const struct engine_url *url, const char *part)
{
	int count = 0;

	for (const struct url_warning *at = url->warnings; at; at = at->next)
		count += strstr(at->text, part) != NULL;
	return count;
}

Test(url_postgres, sec_5_plain_text_to_another_machine_is_warned_of)
{
	static const struct { const char *url; int warned; } cases[] = {
		{ "postgresql://", 0 },
		{ "postgresql://localhost/t", 0 },
		{ "postgresql://127.0.0.1/t", 0 },
		{ "postgresql://127.9.9.9,localhost,[::1]/t", 0 },
		{ "postgresql://%2Ftmp/t", 0 },
		{ "postgresql:///t?host=/tmp", 0 },
		{ "postgresql://db.example/t", 1 },
		{ "postgresql://localhost,db.example/t", 1 },
		{ "postgresql://localhost/t?hostaddr=192.0.2.7", 1 },
		{ "postgresql://db.example/t?sslmode=prefer", 1 },
		{ "postgresql://db.example/t?ssl=false", 1 },
		{ "postgresql://db.example/t?ssl=true", 0 },
		{ "postgresql://db.example/t?sslmode=require", 0 },
		{ "postgresql://db.example/t?sslmode=verify-full", 0 },
		{ "postgresql://db.example/t?service=mine", 0 },
		{ "postgresql://127.example/t", 1 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct engine_url url = parse(cases[i].url);

		cr_expect(count_warnings(&url, "sslmode=require") == cases[i].warned, "%s",
			  cases[i].url);
		url_release(&url);
	}
	setenv("PGSSLMODE", "require", 1);
	struct engine_url url = parse("postgresql://db.example/t");
	assert_int(count_warnings(&url, ""), 0);
	url_release(&url);
}

Test(url_postgres, e14_options_without_a_meaning_here_are_accepted_and_said)
{
	struct engine_url url = parse("postgresql://localhost?future=True&check_same_thread=False"
				      "&prepared_statement_cache_size=0");

	assert_int(count_warnings(&url, "ignored"), 3);
	assert_int(count_warnings(&url, "check_same_thread"), 1);
	assert_text(conninfo(&url), "host=localhost");
	url_release(&url);
}

Test(url_postgres, e05_a_host_that_is_called_pooler_is_one)
{
	static const struct { const char *url; enum rowan_pooler pooler; } cases[] = {
		{ "postgresql://u:p@ep-xxx-pooler.region.aws.neon.tech/neondb?sslmode=require",
		  ROWAN_POOLER_TRANSACTION },
		{ "postgresql:///neondb?host=ep-xxx-pooler.region.aws.neon.tech",
		  ROWAN_POOLER_TRANSACTION },
		{ "postgresql://ep-xxx.region.aws.neon.tech/neondb", ROWAN_POOLER_DETECT },
		{ "postgresql://localhost/my-pooler", ROWAN_POOLER_DETECT },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct rowan_engine_options found = { 0 }, told = { .pooler = ROWAN_POOLER_NONE };
		struct engine_url url = parse(cases[i].url);

		url_fill_options(&url, &found);
		url_fill_options(&url, &told);
		assert_int(found.pooler, cases[i].pooler);
		assert_int(told.pooler, ROWAN_POOLER_NONE);
		url_release(&url);
	}
}

#endif
