/* SPDX-License-Identifier: MIT */
#include "work.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char directory[64], path[96], url[256];

void make_scratch(void)
{
	snprintf(directory, sizeof(directory), "/tmp/rowan-engine-XXXXXX");
	cr_assert(mkdtemp(directory));
	snprintf(path, sizeof(path), "%s/tasks.db", directory);
}

static void remove_file(const char *suffix)
{
	char name[128];

	snprintf(name, sizeof(name), "%s%s", path, suffix);
	unlink(name);
}

void remove_scratch(void)
{
	remove_file("");
	remove_file("-wal");
	remove_file("-shm");
	remove_file("-journal");
	rmdir(directory);
}

const char *scratch_path(void)
{
	return path;
}

const char *scratch_directory(void)
{
	return directory;
}

const char *scratch_url(const char *options)
{
	snprintf(url, sizeof(url), "sqlite:///%s%s", path, options);
	return url;
}

struct connection *checkout(struct rowan_engine *engine, struct rowan_site site)
{
	struct connection *connection;
	struct rowan_error error;
	int status = engine_checkout(engine, site, &connection, &error);

	cr_assert(status == ROWAN_OK, "%s", error.message);
	cr_assert(connection);
	return connection;
}

static int render(void *context, struct text *sql, struct rowan_error *error)
{
	(void)error;
	text_add(sql, context);
	return ROWAN_OK;
}

int statement_of(struct connection *connection, const char *sql, struct statement **out,
		 struct rowan_error *error)
{
	struct shape shape;

	shape_start(&shape);
	shape_add(&shape, sql, strlen(sql));
	return connection_statement(connection, &shape, render, (void *)(uintptr_t)sql, out, error);
}

int run_sql(struct connection *connection, const char *sql, struct rowan_site site,
	    struct rowan_error *error)
{
	struct statement *statement;
	struct execution run;
	int status = statement_of(connection, sql, &statement, error);

	if (status < 0)
		return status;
	execution_begin(&run, connection, statement, site, error);
	do
		status = execution_step(&run);
	while (status == DRIVER_ROW);
	return execution_end(&run, status);
}

void run_alone(struct rowan_engine *engine, const char *sql)
{
	struct connection *connection = checkout(engine, ROWAN_HERE);
	struct rowan_error error;
	int status = run_sql(connection, sql, ROWAN_HERE, &error);

	engine_checkin(connection);
	cr_assert(status == ROWAN_OK, "%s: %s", sql, error.database);
}

int64_t read_number(struct connection *connection, const char *sql)
{
	struct statement *statement;
	struct execution run;
	struct rowan_error error;
	int64_t number;

	cr_assert(statement_of(connection, sql, &statement, &error) == ROWAN_OK, "%s: %s", sql,
		  error.message);
	execution_begin(&run, connection, statement, ROWAN_HERE, &error);
	cr_assert(execution_step(&run) == DRIVER_ROW, "%s: %s", sql, error.message);
	number = run.driver->read_int(statement->handle, 0);
	assert_ok(execution_end(&run, ROWAN_OK));
	return number;
}

int64_t read_alone(struct rowan_engine *engine, const char *sql)
{
	struct connection *connection = checkout(engine, ROWAN_HERE);
	int64_t number = read_number(connection, sql);

	engine_checkin(connection);
	return number;
}
