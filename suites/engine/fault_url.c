/* SPDX-License-Identifier: MIT */
#include "support.h"

#include "driver/fault.h"
#include "engine/url.h"

TestSuite(fault_url, .timeout = 20);

Test(fault_url, its_options_are_taken_out_and_the_rest_is_as_ever)
{
	static const struct {
		const char *url, *path, *shown;
		enum fault_kind kind;
		uint64_t at;
		int delay_ms;
	} cases[] = {
		{ "fault:sqlite:///t.db?fault_at=3&fault=drop", "t.db",
		  "fault:sqlite:///t.db?fault_at=3&fault=drop", FAULT_DROP, 3, 0 },
		{ "FAULT:SQLite:///t.db?FAULT=Drop_After&&mode=rw&Fault_At=007&", "t.db",
		  "fault:SQLite:///t.db?mode=rw&fault_at=7&fault=drop_after", FAULT_DROP_AFTER, 7, 0 },
		{ "fault:sqlite:///t.db?mode=rw&synchronous=off&fault=40001&fault_at=1", "t.db",
		  "fault:sqlite:///t.db?mode=rw&synchronous=off&fault_at=1&fault=40001",
		  FAULT_SQLSTATE, 1, 0 },
		{ "fault:sqlite://?f%61ult=HV00R&fault%5fat=%31", NULL,
		  "fault:sqlite://?fault_at=1&fault=HV00R", FAULT_SQLSTATE, 1, 0 },
		{ "fault:sqlite:///a%3Fb.db?fault=delay:50", "a?b.db",
		  "fault:sqlite:///a%3Fb.db?fault=delay:50", FAULT_DELAY, 0, 50 },
		{ "fault:sqlite://?fault=DELAY:1.5s&fault_at=0", NULL,
		  "fault:sqlite://?fault=delay:1500", FAULT_DELAY, 0, 1500 },
		{ "fault:sqlite://?fault=drop&fault_at=999999999999999999&fault=drop", NULL,
		  "fault:sqlite://?fault_at=999999999999999999&fault=drop", FAULT_DROP,
		  999999999999999999, 0 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct rowan_error error = { 0 };
		struct engine_url url;
		const struct fault *fault;

		cr_assert(url_parse(cases[i].url, &url, &error) == ROWAN_OK, "%s: %s",
			  cases[i].url, error.message);
		fault = url.target.fault;
		assert_text(url.target.sqlite.path, cases[i].path);
		assert_text(url.shown, cases[i].shown);
		assert_text(url.driver->name, "sqlite");
		cr_assert(url.driver == &fault->wrapper && fault->driver == &driver_sqlite);
		assert_int(fault->kind, cases[i].kind);
		assert_int(fault->at, cases[i].at);
		assert_int(fault->delay_ms, cases[i].delay_ms);
		url_release(&url);
	}
}

#define ONLY " in the URL cannot be "

Test(fault_url, what_is_wrong_is_named)
{
	static const struct { const char *url, *why; } cases[] = {
		{ "fault:sqlite://", "begins with fault: and does not say which" },
		{ "fault:sqlite://?fault_at=3", "does not say which, as in fault=drop&fault_at=3" },
		{ "fault:sqlite://?fault=drop", "fault=drop in the URL needs a fault_at" },
		{ "fault:sqlite://?fault=drop_after&fault_at=0", "fault=drop_after in the URL needs" },
		{ "fault:sqlite://?fault=40001&fault_at=", "fault_at" ONLY "\"\", only the number" },
		{ "fault:sqlite://?fault=40001&fault_at=-1", "fault_at" ONLY "\"-1\"" },
		{ "fault:sqlite://?fault=40001&fault_at=3rd", "fault_at" ONLY "\"3rd\", only the number "
		  "of a statement, from 1 on" },
		{ "fault:sqlite://?fault=40001&fault_at=1000000000000000000", "fault_at" ONLY },
		{ "fault:sqlite://?fault=&fault_at=1", "fault" ONLY "\"\"" },
		{ "fault:sqlite://?fault=dorp&fault_at=1", "fault" ONLY "\"dorp\", only drop, drop_after, "
		  "delay:MILLISECONDS, or an SQLSTATE" },
		{ "fault:sqlite://?fault=40p01&fault_at=1", "\"40p01\"" },
		{ "fault:sqlite://?fault=400011&fault_at=1", "\"400011\"" },
		{ "fault:sqlite://?fault=00000&fault_at=1", "\"00000\"" },
		{ "fault:sqlite://?fault=4000'&fault_at=1", "\"4000'\"" },
		{ "fault:sqlite://?fault=delay", "\"delay\"" },
		{ "fault:sqlite://?fault=delay:", "\"delay:\"" },
		{ "fault:sqlite://?fault=delay:soon", "\"delay:soon\"" },
		{ "fault:sqlite://?fault=delay:-5", "\"delay:-5\"" },
		{ "fault:sqlite://?fault=drop&fault=40001&fault_at=1", "two different values for fault" },
		{ "fault:sqlite://?fault_at=1&fault_at=2&fault=drop", "two different values for fault_at" },
		{ "fault:sqlite://?fault=%zz&fault_at=1", "%" },
		{ "fault:sqlite://?f%zz=1&fault=drop&fault_at=1", "%" },
		{ "fault:sqlite://?colour=red&fault=drop&fault_at=1", "\"colour\" that SQLite does not" },
		{ "fault:sqlite:///t.db?mode=rx&fault=nonsense", "mode" ONLY "\"rx\"" },
		{ "fault:", "does not begin with a scheme" },
		{ "fault://host", "does not begin with a scheme" },
		{ "fault:fault:sqlite://?fault=drop&fault_at=1", "does not begin with a scheme" },
		{ "fault:mysql://h?fault=drop&fault_at=1", "\"mysql\"" },
		/* .. and without the prefix they are options like any others. */
		{ "sqlite://?fault=drop&fault_at=1", "option \"fault\" that SQLite does not" },
		{ "sqlite://?fault_at=1", "option \"fault_at\" that SQLite does not" },
#ifdef ROWAN_POSTGRES
		{ "postgresql://h/d?fault=drop", "option \"fault\" that PostgreSQL does not" },
		{ "fault:postgresql://u:p?ss@h/d?fault=drop&fault_at=1", "%40 %3A %2F %3F" },
		{ "fault:postgresql://h:0/d?fault=drop&fault_at=1", "is not a port" },
#endif
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct rowan_error error = { 0 };

		cr_assert(!rowan_engine_open(cases[i].url, .error = &error), "%s", cases[i].url);
		cr_assert(error.code == ROWAN_MISUSE, "%s: %s", cases[i].url, error.message);
		assert_contains(error.message, cases[i].why);
	}
}

#ifdef ROWAN_POSTGRES
Test(fault_url, a_servers_url_is_read_as_ever_and_shown_without_its_password)
{
	struct rowan_error error = { 0 };
	struct engine_url url;

	assert_ok(url_parse("fault:postgresql+asyncpg://ada:hunter2@h-pooler:5433/d?fault=40001&"
			    "ssl=require&fault_at=12", &url, &error));
	assert_text(url.shown, "fault:postgresql+asyncpg://ada:***@h-pooler:5433/d?ssl=require&"
			       "fault_at=12&fault=40001");
	assert_text(url.driver->name, "postgresql");
	cr_assert(url.driver->pipelines && url.driver->defer && url.driver->abandon);
	cr_assert(!url.driver->contiguous_keys && url.target.fault->driver == &driver_postgres);
	assert_int(url.pooler, ROWAN_POOLER_TRANSACTION);
	url_release(&url);
}

Test(fault_url, what_may_be_the_end_of_a_password_is_not_quoted)
{
	struct rowan_error error = { 0 };
	struct engine_url url;

	assert_code(url_parse("fault:postgresql://h/d?password=a&fault=hunter2", &url, &error),
		    ROWAN_MISUSE);
	assert_contains(error.message, "fault in the URL cannot be anything but drop");
	assert_lacks(error.message, "hunter2");
}
#endif

/* What the inner driver has not, the wrapper has not; but all connections that drop can be lost. */
Test(fault_url, the_driver_is_able_to_do_what_the_inner_one_is)
{
	static const struct { const char *url; bool lost; } cases[] = {
		{ "fault:sqlite://?fault=drop&fault_at=1", true },
		{ "fault:sqlite://?fault=drop_after&fault_at=1", true },
		{ "fault:sqlite://?fault=40001&fault_at=1", false },
		{ "fault:sqlite://?fault=delay:1", false },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct engine_url url;

		assert_ok(url_parse(cases[i].url, &url, NULL));
		assert_int(url.driver->lost != NULL, cases[i].lost);
		cr_assert(!url.driver->defer && !url.driver->alive && !url.driver->pooled);
		cr_assert(!url.driver->discard && !url.driver->abandon && !url.driver->expect_few);
		cr_assert(url.driver->contiguous_keys && !url.driver->pipelines);
		url_release(&url);
	}
}
