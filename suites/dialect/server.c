/* SPDX-License-Identifier: MIT */
#include "server.h"

#include "support.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static PGconn *server;
static char message[512];

const char *server_url(void)
{
	const char *url = getenv("ROWAN_POSTGRES_URL");

	return url && *url ? url : NULL;
}

void server_needed(void)
{
	if (server_url())
		return;
	cr_assert_null(getenv("CI"), "no PostgreSQL: ROWAN_POSTGRES_URL is not set");
	fprintf(stderr, "SKIPPED, no PostgreSQL: ROWAN_POSTGRES_URL is not set\n");
	cr_skip_test("no PostgreSQL");
}

static void ignore(void *context, const char *notice)
{
	(void)context;
	(void)notice;
}

void server_open(void)
{
	char create[64], use[64];

	if (!server_url())
		return;
	snprintf(create, sizeof(create), "CREATE SCHEMA golden_%ld", (long)getpid());
	snprintf(use, sizeof(use), "SET LOCAL search_path = golden_%ld", (long)getpid());
	server = PQconnectdb(server_url());
	cr_assert(PQstatus(server) == CONNECTION_OK, "%s", PQerrorMessage(server));
	PQsetNoticeProcessor(server, ignore, NULL);
	server_run("BEGIN");
	server_run(create);
	server_run(use);
}

void server_close(void)
{
	PQfinish(server);
	server = NULL;
}

static bool done(PGresult *result)
{
	ExecStatusType status = PQresultStatus(result);
	bool ok = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;

	if (!ok)
		snprintf(message, sizeof(message), "%s", PQresultErrorMessage(result));
	PQclear(result);
	return ok;
}

int64_t server_run(const char *sql)
{
	PGresult *result;
	int64_t first = -1;

	if (!server)
		return first;
	result = PQexec(server, sql);
	if (PQntuples(result) > 0)
		first = strtoll(PQgetvalue(result, 0, 0), NULL, 10);
	cr_assert(done(result), "%s: %s", sql, message);
	return first;
}

bool server_accepts(const char *sql)
{
	bool ok;

	if (!server)
		return true;
	server_run("SAVEPOINT attempt");
	ok = done(PQexec(server, sql));
	server_run("ROLLBACK TO attempt");
	return ok;
}

const char *server_message(void)
{
	return message;
}

/* What defines tables is analysed only when it is run. */
static bool is_definition(const char *sql)
{
	return strncmp(sql, "CREATE ", 7) == 0 || strncmp(sql, "DROP ", 5) == 0
		|| strncmp(sql, "ALTER ", 6) == 0;
}

void assert_server_understands(const char *sql, const char *file, int line)
{
	bool ok;

	if (!server)
		return;
	ok = is_definition(sql) ? server_accepts(sql)
				: done(PQprepare(server, "", sql, 0, NULL));
	cr_assert(ok, "%s:%d: %s: %s", file, line, sql, message);
}
