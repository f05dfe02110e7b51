/* SPDX-License-Identifier: MIT */
#include "postgres_server.h"

#include "dialect/server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

struct driver_connection *db;
struct rowan_error error;
struct arena arena;

#define MOST_KEYWORDS 64

static PQconninfoOption *parsed;
static const char *keywords[MOST_KEYWORDS], *values[MOST_KEYWORDS];

const char *direct_url(void)
{
	const char *url = getenv("ROWAN_POSTGRES_DIRECT_URL");

	return url && *url ? url : server_url();
}

struct postgres_target target_with(const char *keyword, const char *value)
{
	size_t count = 0;

	if (!parsed)
		parsed = PQconninfoParse(direct_url(), NULL);
	cr_assert(parsed);
	for (const PQconninfoOption *option = parsed; option->keyword; option++) {
		if (!option->val)
			continue;
		keywords[count] = option->keyword;
		values[count++] = option->val;
	}
	keywords[count] = keyword;
	values[count] = value;
	keywords[count + 1] = NULL;
	return (struct postgres_target){ .keywords = keywords, .values = values };
}

int try_connect(struct postgres_target target, struct driver_connection **out)
{
	memset(&error, 0, sizeof(error));
	return driver_postgres.open(&(struct driver_target){ .postgres = target }, out, &error);
}

struct driver_connection *connect_with(struct postgres_target target)
{
	struct driver_connection *connection;

	cr_assert(try_connect(target, &connection) == ROWAN_OK, "%s", error.message);
	return connection;
}

void open_server(void)
{
	server_needed();
	db = connect_with(target_with(NULL, NULL));
}

void close_server(void)
{
	driver_postgres.close(db);
	db = NULL;
	PQconninfoFree(parsed);
	parsed = NULL;
	arena_release(&arena);
}

void run_on(struct driver_connection *connection, const char *sql)
{
	int status = driver_postgres.execute(connection, sql, &error);

	cr_assert(status == ROWAN_OK, "%s: %s", sql, error.message);
}

void run(const char *sql)
{
	run_on(db, sql);
}

struct driver_statement *prepare_on(struct driver_connection *connection, const char *sql)
{
	struct driver_statement *statement;
	int status = driver_postgres.prepare(connection, sql, strlen(sql), &statement, &error);

	cr_assert(status == ROWAN_OK, "%s: %s", sql, error.message);
	return statement;
}

struct driver_statement *prepare(const char *sql)
{
	return prepare_on(db, sql);
}

void step_to_end(struct driver_statement *statement)
{
	int status;

	while ((status = driver_postgres.step(statement, &error)) == DRIVER_ROW)
		;
	cr_assert(status == DRIVER_DONE, "%s", error.message);
	driver_postgres.reset(statement);
}

int64_t number_on(struct driver_connection *connection, const char *sql)
{
	struct driver_statement *statement = prepare_on(connection, sql);
	int status = driver_postgres.step(statement, &error);
	int64_t result;

	cr_assert(status == DRIVER_ROW, "%s: %s", sql, error.message);
	result = driver_postgres.read_int(statement, 0);
	driver_postgres.finalize(statement);
	return result;
}

int64_t number(const char *sql)
{
	return number_on(db, sql);
}

int try_run(const char *sql)
{
	memset(&error, 0, sizeof(error));
	return driver_postgres.execute(db, sql, &error);
}

int try_step(const char *sql)
{
	struct driver_statement *statement = prepare(sql);
	int status;

	memset(&error, 0, sizeof(error));
	do
		status = driver_postgres.step(statement, &error);
	while (status == DRIVER_ROW);
	driver_postgres.finalize(statement);
	return status;
}

int try_receive(void)
{
	struct driver_outcome outcome;

	memset(&error, 0, sizeof(error));
	return driver_postgres.receive(db, &outcome, &error);
}

void receive_done(int64_t changed)
{
	struct driver_outcome outcome;
	int status = driver_postgres.receive(db, &outcome, &error);

	cr_assert(status == ROWAN_OK, "%s", error.message);
	assert_int(outcome.changed, changed);
}

int take_port(bool listening, char text[8])
{
	struct sockaddr_in address = { .sin_family = AF_INET,
				       .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	cr_assert(fd >= 0);
	cr_assert(bind(fd, (struct sockaddr *)&address, size) == 0);
	if (listening)
		cr_assert(listen(fd, 1) == 0);
	cr_assert(getsockname(fd, (struct sockaddr *)&address, &size) == 0);
	snprintf(text, 8, "%u", ntohs(address.sin_port));
	return fd;
}
