/* SPDX-License-Identifier: MIT */
#include "own.h"

#include <stdio.h>
#include <string.h>

/* Passwords and certificates: who is let in, and who is told what. */

static void make_roles(void)
{
	struct rowan_engine *engine;

	need_own_server();
	engine = rowan_engine_open(own_url("/postgres"));
	run_alone(engine, "DO $$ BEGIN CREATE ROLE with_password;"
			  " CREATE ROLE ada LOGIN PASSWORD 'p@ss/wörd' IN ROLE with_password;"
			  " EXCEPTION WHEN duplicate_object THEN NULL; END $$");
	rowan_engine_close(engine);
}

TestSuite(access, .init = make_roles, .timeout = 60);

static void assert_let_in(const char *url, const char *check)
{
	struct rowan_error error = { 0 };
	struct rowan_engine *engine = rowan_engine_open(url, .error = &error);

	cr_assert(engine, "%s", error.message);
	assert_int(read_alone(engine, check), 1);
	assert_lacks(rowan_engine_url(engine), "wörd");
	assert_lacks(rowan_engine_url(engine), "w%C3%B6rd");
	rowan_engine_close(engine);
}

static void assert_refused(const char *url, const char *why)
{
	struct rowan_error error = { 0 };
	struct rowan_engine *engine = rowan_engine_open(url, .error = &error);
	struct connection *none;

	cr_assert(engine, "%s", error.message);
	assert_code(engine_checkout(engine, ROWAN_HERE, &none, &error), ROWAN_OPERATIONAL);
	assert_contains(error.message, "cannot connect to PostgreSQL at ");
	assert_contains(error.message, why);
	assert_lacks(error.message, "\n");
	assert_lacks(error.message, "hunter2");
	assert_lacks(error.database, "hunter2");
	assert_lacks(error.detail, "hunter2");
	rowan_engine_close(engine);
}

/* ---- passwords ----------------------------------------------------------------- */

#define IS_ADA "SELECT (current_user = 'ada')::int::bigint"

Test(access, e02_a_password_of_any_characters_opens)
{
	static const char *const spellings[] = { "ada:p%40ss%2Fw%C3%B6rd", "ada:p%40ss%2fwörd",
						 "%61da:%70%40ss%2Fwörd" };

	for (size_t i = 0; i < 3; i++)
		assert_let_in(own_url_as(spellings[i], "/postgres"), IS_ADA);
	assert_let_in(own_url_as("ada", "/postgres?password=p%40ss%2Fw%C3%B6rd"), IS_ADA);
}

Test(access, a_wrong_password_is_said_in_one_line_without_it)
{
	assert_refused(own_url_as("ada:hunter2", "/postgres"),
		       "password authentication failed for user \"ada\"");
	assert_refused(own_url_as("ada", "/postgres?password=hunter2"),
		       "password authentication failed for user \"ada\"");
	assert_refused(own_url_as("ada", "/postgres"), "no password supplied");
	assert_refused(own_url_as("nobody:hunter2", "/postgres"), "role \"nobody\" does not exist");
	assert_refused(own_url_as("postgres:hunter2", "/nowhere"),
		       "database \"nowhere\" does not exist");
}

/* ---- certificates -------------------------------------------------------------- */

#define IS_TLS "SELECT ssl::int::bigint FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
#define IS_PLAIN "SELECT (NOT ssl)::int::bigint FROM pg_stat_ssl WHERE pid = pg_backend_pid()"

/* own_url() with this mode, and the root that is trusted. */
static const char *trusting(const char *option)
{
	static char rest[512];

	snprintf(rest, sizeof(rest), "/postgres?%s&sslrootcert=%s", option, own_root());
	return own_url(rest);
}

Test(access, e04_ssl_and_sslmode_make_the_same_connection)
{
	assert_let_in(own_url("/postgres?ssl=require"), IS_TLS);
	assert_let_in(own_url("/postgres?sslmode=require"), IS_TLS);
	assert_let_in(own_url("/postgres?ssl=true"), IS_TLS);
	assert_let_in(own_url("/postgres?ssl=false"), IS_PLAIN);
	assert_let_in(own_url("/postgres?sslmode=disable"), IS_PLAIN);
	assert_let_in(trusting("ssl=verify-full"), IS_TLS);
	assert_let_in(trusting("sslmode=verify-full"), IS_TLS);
}

Test(access, sec_5_a_certificate_that_is_not_right_is_refused_where_that_was_asked_for)
{
	assert_refused(own_url("/postgres?sslmode=verify-full&sslrootcert=/nowhere/root.crt"),
		       "root certificate file \"/nowhere/root.crt\" does not exist");
	own_server("tls wrong-host");
	assert_refused(trusting("ssl=verify-full"), "does not match host name");
	assert_let_in(trusting("ssl=verify-ca"), IS_TLS);
	own_server("tls expired");
	assert_refused(trusting("ssl=verify-full"), "certificate verify failed");
	assert_let_in(own_url("/postgres?sslmode=prefer"), IS_TLS);
	own_server("tls right");
	assert_let_in(trusting("ssl=verify-full"), IS_TLS);
}
