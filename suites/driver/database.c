/* SPDX-License-Identifier: MIT */
#include "database.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct driver_connection *db;
struct rowan_error error;
struct arena arena;

static char directory[64], path[96];

void open_memory(void)
{
	struct sqlite_target target = { .path = ":memory:", .memory = true };

	assert_ok(driver_sqlite.open(&(struct driver_target){ .sqlite = target }, &db, &error));
}

void open_scratch(void)
{
	snprintf(directory, sizeof(directory), "/tmp/rowan-driver-XXXXXX");
	cr_assert(mkdtemp(directory));
	snprintf(path, sizeof(path), "%s/tasks.db", directory);
}

static void remove_file(const char *suffix)
{
	char name[128];

	snprintf(name, sizeof(name), "%s%s", path, suffix);
	unlink(name);
}

void close_all(void)
{
	driver_sqlite.close(db);
	db = NULL;
	arena_release(&arena);
	if (!directory[0])
		return;
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

struct driver_connection *open_file(struct sqlite_target target)
{
	struct driver_connection *connection;

	target.path = path;
	assert_ok(driver_sqlite.open(&(struct driver_target){ .sqlite = target }, &connection, &error));
	return connection;
}

int try_prepare(const char *sql)
{
	struct driver_statement *statement;
	int status = driver_sqlite.prepare(db, sql, strlen(sql), &statement, &error);

	if (status < 0)
		cr_assert(!statement);
	else
		driver_sqlite.finalize(statement);
	return status;
}

int try_run(const char *sql)
{
	memset(&error, 0, sizeof(error));
	return driver_sqlite.execute(db, sql, &error);
}

void run(const char *sql)
{
	cr_assert(try_run(sql) == ROWAN_OK, "%s: %s", sql, error.database);
}

struct driver_statement *prepare(const char *sql)
{
	struct driver_statement *statement;
	int status = driver_sqlite.prepare(db, sql, strlen(sql), &statement, &error);

	cr_assert(status == ROWAN_OK, "%s: %s", sql, error.database);
	return statement;
}

int64_t number(const char *sql)
{
	struct driver_statement *statement = prepare(sql);
	int64_t result;

	assert_int(driver_sqlite.step(statement, &error), DRIVER_ROW);
	result = driver_sqlite.read_int(statement, 0);
	driver_sqlite.finalize(statement);
	return result;
}
