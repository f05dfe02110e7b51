/* SPDX-License-Identifier: MIT */
#include "places.h"

#include "engine/engine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum place place;
char place_url[512];

static char folder[64];		/* of SQLite's file */
static char schema[64];		/* PostgreSQL's, which unqualified names are looked up in */

static void ignore(void *context, const char *line)
{
	(void)context;
	(void)line;
}

static struct rowan_engine *open_engine(const char *url)
{
	struct rowan_error error;
	struct rowan_engine *opened = rowan_engine_open(url, .log = ignore, .error = &error);

	cr_assert_not_null(opened, "%s", error.message);
	return opened;
}

static void execute(struct rowan_engine *on, const char *sql)
{
	struct connection *connection;
	struct rowan_error error;

	cr_assert_eq(engine_checkout(on, ROWAN_HERE, &connection, &error), ROWAN_OK, "%s",
		     error.message);
	cr_assert_eq(connection_execute(connection, sql, ROWAN_HERE, &error), ROWAN_OK,
		     "%s: %s", sql, error.message);
	engine_checkin(connection);
}

void place_execute(const char *sql)
{
	execute(engine, sql);
}

/* ---- SQLite: a file, since threads do not wait for each other's reads then ---------- */

static void make_file(void)
{
	strcpy(folder, "/tmp/rowan-place-XXXXXX");
	cr_assert_not_null(mkdtemp(folder), "no folder for a test's database");
	snprintf(place_url, sizeof(place_url),
		 "sqlite:///%s/place.db?journal_mode=wal&synchronous=off", folder);
}

static void remove_file(void)
{
	static const char *const names[] = { "place.db", "place.db-wal", "place.db-shm" };
	char path[128];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		unlink(path);
	}
	rmdir(folder);
}

/* ---- PostgreSQL: a schema ------------------------------------------------------------ */

static const char *server_url(void)
{
	const char *url = getenv("ROWAN_POSTGRES_URL");

	return url && *url ? url : NULL;
}

static void need_server(void)
{
	if (server_url())
		return;
	cr_assert_null(getenv("CI"), "no PostgreSQL: ROWAN_POSTGRES_URL is not set");
	fprintf(stderr, "SKIPPED, no PostgreSQL: ROWAN_POSTGRES_URL is not set\n");
	cr_skip_test("no PostgreSQL");
}

static void on_server(const char *verb, const char *rest)
{
	struct rowan_engine *server = open_engine(server_url());
	char sql[128];

	snprintf(sql, sizeof(sql), "%s SCHEMA %s%s", verb, schema, rest);
	execute(server, sql);
	rowan_engine_close(server);
}

static void make_schema(void)
{
	const char *url = server_url();

	snprintf(schema, sizeof(schema), "place_%ld", (long)getpid());
	snprintf(place_url, sizeof(place_url), "%s%coptions=-csearch_path%%3D%s%%20-cdeadlock_timeout%%3D50", url,
		 strchr(url, '?') ? '&' : '?', schema);
	on_server("CREATE", "");
}

/* ---- both ---------------------------------------------------------------------------- */

void go_to(enum place where, const struct rowan_model *const *models)
{
	struct rowan_error error;

	place = where;
	if (where == ON_POSTGRES) {
		need_server();
		make_schema();
	} else {
		make_file();
	}
	engine = open_engine(place_url);
	cr_assert_eq(rowan_create_all(engine, models, &error), ROWAN_OK, "%s", error.message);
	session = rowan_session_open(engine);
}

void leave_place(void)
{
	close_sample();
	if (schema[0])
		on_server("DROP", " CASCADE");
	if (folder[0])
		remove_file();
}
