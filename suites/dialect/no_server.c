/* SPDX-License-Identifier: MIT */
/* In place of server.c where libpq is not built in. */
#include "server.h"

#include "support.h"

const char *server_url(void)
{
	return NULL;
}

void server_needed(void)
{
	cr_skip_test("built without PostgreSQL");
}

void server_open(void)
{
}

void server_close(void)
{
}

int64_t server_run(const char *sql)
{
	(void)sql;
	return -1;
}

bool server_accepts(const char *sql)
{
	(void)sql;
	return true;
}

const char *server_message(void)
{
	return "";
}

void assert_server_understands(const char *sql, const char *file, int line)
{
	(void)sql;
	(void)file;
	(void)line;
}
