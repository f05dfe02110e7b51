/* SPDX-License-Identifier: MIT */
#include "database.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct rowan_engine *admin;
char warnings[4096];

static const char *database;

void open_database(void)
{
	struct rowan_error error = { 0 };

	need_engine();
	database = rowan_test_database(&error);
	cr_assert(database, "%s", error.message);
	admin = rowan_engine_open(database, .pool = ROWAN_POOL_NULL, .error = &error);
	cr_assert(admin, "%s", error.message);
}

void close_database(void)
{
	rowan_engine_close(admin);
	rowan_test_database_drop(database);
}

const char *database_url(const char *options)
{
	static char url[1024];
	const bool more = *options == '?' && strchr(database, '?');

	snprintf(url, sizeof(url), "%s%s%s", database, more ? "&" : "", more ? options + 1 : options);
	return url;
}

int64_t backend_of(struct connection *connection)
{
	return read_number(connection, "SELECT pg_backend_pid()::bigint");
}

void terminate(int64_t backend)
{
	char sql[96];

	snprintf(sql, sizeof(sql), "SELECT pg_terminate_backend(%" PRId64 ", 10000)::int::bigint",
		 backend);
	assert_int(read_alone(admin, sql), 1);
}

void note_warning(void *context, const char *line)
{
	size_t used = strlen(context);

	cr_assert(context == warnings);
	snprintf(warnings + used, sizeof(warnings) - used, "%s\n", line);
}
