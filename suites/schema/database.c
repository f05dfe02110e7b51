/* SPDX-License-Identifier: MIT */
#include "database.h"

const struct witness *witness;
const char *url;
struct rowan_engine *engine;
struct rowan_error error;

void open_database(void)
{
	need_engine();
	witness = runs_on("postgresql") ? &postgres_witness : &sqlite_witness;
	url = rowan_test_database(&error);
	cr_assert(url, "%s", error.message);
	witness->open(url);
	engine = rowan_engine_open(url, .error = &error);
	cr_assert(engine, "%s", error.message);
}

void close_database(void)
{
	rowan_engine_close(engine);
	witness->close();
	rowan_test_database_drop(url);
}

void change(const char *sql)
{
	cr_assert(witness->run(sql), "%s", sql);
}

void assert_refused(const char *sql)
{
	cr_assert_not(witness->run(sql), "%s", sql);
}

void assert_done(int status)
{
	cr_assert(status == ROWAN_OK, "%s: %s (%s)", rowan_error_name(status), error.message,
		  error.database);
}
