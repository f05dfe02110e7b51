/* SPDX-License-Identifier: MIT */
#include "server.h"

#include "harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool is_server(const char *url)
{
	return !strncmp(url, "postgres", strlen("postgres"));
}

#ifdef ROWAN_POSTGRES

#define MOST_DATABASES 8

/* What is to be dropped, and the server's own URL to do it with. */
static struct {
	char *server;
	char *urls[MOST_DATABASES];
	int count;
} made;

/* Where the database's name is in a URL, and where it ends. */
static size_t find_name(const char *url, size_t *end)
{
	const char *start = strstr(url, "://");
	size_t at;

	if (!start)
		die("'%s' is no URL", url);
	at = (size_t)(start - url) + strlen("://");
	at += strcspn(url + at, "/?");
	*end = at + strcspn(url + at, "?");
	return at;
}

static char *url_of_database(const char *url, const char *name)
{
	size_t end, at = find_name(url, &end), size = strlen(url) + strlen(name) + 2;
	char *other = malloc(size);

	if (!other)
		die("out of memory");
	snprintf(other, size, "%.*s/%s%s", (int)at, url, name, url + end);
	return other;
}

const char *server_database_name(const char *url)
{
	static char name[64];
	size_t end, at = find_name(url, &end);

	snprintf(name, sizeof(name), "%.*s", (int)(end - at - 1), url + at + 1);
	return name;
}

static void drop_databases(void)
{
	PGconn *pg = PQconnectdb(made.server);

	for (int i = made.count - 1; i >= 0; i--) {
		char sql[128];

		snprintf(sql, sizeof(sql), "DROP DATABASE IF EXISTS %s WITH (FORCE)",
			 server_database_name(made.urls[i]));
		PQclear(PQexec(pg, sql));
		free(made.urls[i]);
	}
	PQfinish(pg);
	free(made.server);
}

PGconn *server_connect(const char *url)
{
	PGconn *pg = PQconnectdb(url);

	if (PQstatus(pg) != CONNECTION_OK)
		die("%s", PQerrorMessage(pg));
	server_execute(pg, "SET client_min_messages TO 'warning'");
	return pg;
}

void server_execute(PGconn *pg, const char *sql)
{
	PGresult *result = PQexec(pg, sql);

	if (PQresultStatus(result) != PGRES_COMMAND_OK &&
	    PQresultStatus(result) != PGRES_TUPLES_OK)
		die("%s", PQerrorMessage(pg));
	PQclear(result);
}

const char *server_database(const char *url, const char *what, const char *template)
{
	char name[48], sql[160];
	PGconn *pg;

	if (made.count == MOST_DATABASES)
		die("too many databases");
	pg = server_connect(url);
	snprintf(name, sizeof(name), "bench_%s_%ld", what, (long)getpid());
	snprintf(sql, sizeof(sql), "CREATE DATABASE %s TEMPLATE %s", name,
		 template ? template : "template0");
	server_execute(pg, sql);
	PQfinish(pg);

	if (!made.server) {
		made.server = strdup(url);
		atexit(drop_databases);
	}
	made.urls[made.count] = url_of_database(url, name);
	return made.urls[made.count++];
}

void server_settle(const char *url)
{
	PGconn *pg = server_connect(url);

	server_execute(pg, "VACUUM (FREEZE, ANALYZE)");
	server_execute(pg, "CHECKPOINT");
	PQfinish(pg);
}

void server_title(const char *url, char *title, size_t size)
{
	PGconn *pg = server_connect(url);
	const char *version = PQparameterStatus(pg, "server_version");

	snprintf(title, size, "PostgreSQL %.*s", (int)strcspn(version, " "), version);
	PQfinish(pg);
}

#endif
