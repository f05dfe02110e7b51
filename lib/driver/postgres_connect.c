/* SPDX-License-Identifier: MIT */
#include "base/alloc.h"
#include "base/error.h"
#include "driver/postgres.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define PING_MS 1000

/* ---- waiting ------------------------------------------------------------------------- */

int64_t postgres_now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

bool postgres_wait(const PGconn *pg, short events, int64_t deadline)
{
	for (;;) {
		struct pollfd poll_for = { .fd = PQsocket(pg), .events = events };
		int64_t left = deadline ? deadline - postgres_now_ms() : -1;
		int ready;

		if (deadline && left <= 0)
			return false;
		ready = poll(&poll_for, 1, left > 60000 ? 60000 : (int)left);
		if (ready > 0 || (ready < 0 && errno != EINTR))
			return true;	/* what is wrong libpq will find as well */
	}
}

/* Wait for what comes next; false if that is not there in time. */
static bool wait_for_result(PGconn *pg, int64_t deadline)
{
	while (PQisBusy(pg)) {
		if (!postgres_wait(pg, POLLIN, deadline))
			return false;
		if (!PQconsumeInput(pg))
			return true;	/* the result says why */
	}
	return true;
}

/* PQexec() with a deadline: the last result, or the first failure; NULL if it has passed. */
static PGresult *run(PGconn *pg, const char *sql, int64_t deadline)
{
	PGresult *kept = NULL, *result;

	if (!PQsendQuery(pg, sql))
		return NULL;
	while (wait_for_result(pg, deadline)) {
		result = PQgetResult(pg);
		if (!result)
			return kept;
		if (kept && postgres_failed(kept)) {
			PQclear(result);
		} else {
			PQclear(kept);
			kept = result;
		}
	}
	PQclear(kept);
	return NULL;
}

/* ---- connecting ----------------------------------------------------------------------- */

/* libpq says where, what, and what may be the matter, in several lines: take the what. */
static void explain(const PGconn *pg, struct rowan_error *error)
{
	static const char failed[] = " failed: ", fatal[] = "FATAL:  ";
	const char *words = PQerrorMessage(pg);
	const char *reason = strstr(words, failed);

	reason = reason ? reason + strlen(failed) : words;
	if (strncmp(reason, fatal, strlen(fatal)) == 0)
		reason += strlen(fatal);
	error_more(error, "%.*s", (int)strcspn(reason, "\n"), reason);
	postgres_complaint(pg, error);
}

/* What connecting may take: one time for all addresses, and for what is asked after that. */
struct patience {
	int timeout_ms;		/* 0 = any */
	int64_t deadline;
};

static struct patience patience_for(int timeout_ms)
{
	return (struct patience){ timeout_ms, timeout_ms > 0 ? postgres_now_ms() + timeout_ms : 0 };
}

static int cannot_connect(const PGconn *pg, bool in_time, int timeout_ms,
			  struct rowan_error *error)
{
	const char *host = PQhost(pg), *port = PQport(pg);

	error_set(error, ROWAN_OPERATIONAL, "cannot connect to PostgreSQL at %s:%s: ",
		  host ? host : "", port ? port : "");
	if (in_time)
		explain(pg, error);
	else
		error_more(error, "no answer within %d ms", timeout_ms);
	return ROWAN_OPERATIONAL;
}

static int finish_connecting(PGconn *pg, struct patience patience, struct rowan_error *error)
{
	PostgresPollingStatusType next = PGRES_POLLING_WRITING;

	if (PQstatus(pg) == CONNECTION_BAD)
		return cannot_connect(pg, true, patience.timeout_ms, error);
	while (next == PGRES_POLLING_READING || next == PGRES_POLLING_WRITING) {
		if (!postgres_wait(pg, next == PGRES_POLLING_READING ? POLLIN : POLLOUT,
				   patience.deadline))
			return cannot_connect(pg, false, patience.timeout_ms, error);
		next = PQconnectPoll(pg);
	}
	return next == PGRES_POLLING_OK ? ROWAN_OK
					: cannot_connect(pg, true, patience.timeout_ms, error);
}

static void ignore_notice(void *context, const PGresult *notice)
{
	(void)context;
	(void)notice;
}

/* The caller's parameters, and the encoding that all text here has. */
static int begin_connecting(const struct postgres_target *target, PGconn **out,
			    struct rowan_error *error)
{
	const char **keywords, **values;
	size_t count = 0;

	while (target->keywords[count])
		count++;
	keywords = mem_alloc((count + 2) * 2 * sizeof(*keywords));
	if (!keywords)
		return error_no_memory(error);
	values = keywords + count + 2;
	memcpy(keywords, target->keywords, count * sizeof(*keywords));
	memcpy(values, target->values, count * sizeof(*values));
	keywords[count] = "client_encoding";
	values[count] = "UTF8";

	*out = PQconnectStartParams(keywords, values, 0);
	mem_free(keywords);
	if (!*out)
		return error_no_memory(error);
	PQsetNoticeReceiver(*out, ignore_notice, NULL);
	return ROWAN_OK;
}

/* ---- settings -------------------------------------------------------------------------- */

/* Run commands and compare the last result's only value. */
static int ask(struct driver_connection *connection, const char *sql, bool *equal,
	       const char *want, struct patience patience, struct rowan_error *error)
{
	PGresult *result = run(connection->pg, sql, patience.deadline);
	int status = ROWAN_OK;

	postgres_note_lost(connection, result);
	if (!result && patience.deadline && postgres_now_ms() >= patience.deadline)
		status = cannot_connect(connection->pg, false, patience.timeout_ms, error);
	else if (!result || postgres_is_silent(result))
		status = postgres_gone(connection, false, error);
	else if (postgres_failed(result))
		status = postgres_fail(connection, result, error);
	else
		*equal = PQntuples(result) == 1 && strcmp(PQgetvalue(result, 0, 0), want) == 0;
	PQclear(result);
	return status;
}

/*
 * A pooler of transactions gives its clients keys for cancelling that it made up, so the
 * process that answers is not the one that it introduced.
 */
static int find_pooler(struct driver_connection *connection, enum driver_pooler pooler,
		       struct patience patience, struct rowan_error *error)
{
	char pid[24];
	bool same = false;
	int status;

	connection->pooled = pooler == DRIVER_POOLER_TRANSACTION;
	if (pooler != DRIVER_POOLER_DETECT)
		return ROWAN_OK;
	snprintf(pid, sizeof(pid), "%d", PQbackendPID(connection->pg));
	status = ask(connection, "SELECT pg_catalog.pg_backend_pid()", &same, pid, patience, error);
	connection->pooled = !same;
	return status;
}

/* What is set in a session of the server's, and how to see that it was. */
static int set_up(struct driver_connection *connection, const char *before,
		  struct patience patience, struct rowan_error *error)
{
	char sql[512], want[24];
	bool set = false;
	int status;

	snprintf(want, sizeof(want), "%d", connection->statement_timeout_ms);
	if (connection->statement_timeout_ms == 0)
		snprintf(sql, sizeof(sql), "%s SELECT 0", before);
	else
		snprintf(sql, sizeof(sql),
			 "%s SET statement_timeout = %s; SELECT setting FROM pg_catalog.pg_settings"
			 " WHERE name = 'statement_timeout'", before, want);
	status = ask(connection, sql, &set, want, patience, error);
	if (status == ROWAN_OK && !set)
		return error_set(error, ROWAN_OPERATIONAL,
				 "the server did not take the statement time-out");
	return status;
}

void postgres_timeout_sql(const struct driver_connection *connection, char sql[TIMEOUT_SIZE])
{
	snprintf(sql, TIMEOUT_SIZE, "SET LOCAL statement_timeout = %d",
		 connection->statement_timeout_ms);
}

/* What all values here are read and written as. */
static int check_server(struct driver_connection *connection, struct rowan_error *error)
{
	const char *datetimes = PQparameterStatus(connection->pg, "integer_datetimes");

	if (datetimes && strcmp(datetimes, "on") != 0)
		return error_set(error, ROWAN_OPERATIONAL,
				 "the server keeps times as floating-point numbers");
	return ROWAN_OK;
}

/* ---- a connection's life ------------------------------------------------------------------ */

static int connect_to(struct driver_connection *connection, const struct postgres_target *target,
		      struct rowan_error *error)
{
	struct patience patience = patience_for(target->connect_timeout_ms);
	int status = begin_connecting(target, &connection->pg, error);

	if (status == ROWAN_OK)
		status = finish_connecting(connection->pg, patience, error);
	if (status == ROWAN_OK)
		status = check_server(connection, error);
	if (status == ROWAN_OK)
		status = find_pooler(connection, target->pooler, patience, error);
	connection->statement_timeout_ms = target->statement_timeout_ms;
	if (status == ROWAN_OK && !connection->pooled && connection->statement_timeout_ms > 0)
		status = set_up(connection, "", patience, error);
	return status;
}

int postgres_open(const struct driver_target *target, struct driver_connection **out,
		  struct rowan_error *error)
{
	struct driver_connection *connection = mem_alloc(sizeof(*connection));
	int status;

	*out = NULL;
	if (!connection)
		return error_no_memory(error);
	status = connect_to(connection, &target->postgres, error);
	if (status < 0) {
		postgres_close(connection);
		return status;
	}
	*out = connection;
	return ROWAN_OK;
}

void postgres_close(struct driver_connection *connection)
{
	struct pipeline *pipeline;

	if (!connection)
		return;
	pipeline = &connection->pipeline;
	postgres_drop_deferred(connection);
	postgres_drop_answers(connection);
	PQclear(pipeline->cause);
	mem_free(pipeline->parts);
	mem_free(pipeline->answers);
	mem_free(pipeline->keys);
	mem_free(connection->deferred);
	mem_free(connection->closing);
	if (connection->lost)	/* libpq would wait until its goodbye can be sent */
		shutdown(PQsocket(connection->pg), SHUT_RDWR);
	PQfinish(connection->pg);
	mem_free(connection);
}

/* What libpq says goodbye to then is not the server, and what it closes not its socket. */
void postgres_abandon(struct driver_connection *connection)
{
	int fd = PQsocket(connection->pg), nowhere;

	connection->lost = true;
	if (fd < 0)
		return;
	close(fd);	/* first: there may be no other descriptor to be had */
	nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (nowhere < 0 || nowhere == fd)
		return;
	dup2(nowhere, fd);
	close(nowhere);
}

/* An empty query and its answer. */
static bool answers(PGconn *pg, int64_t deadline)
{
	PGresult *result = run(pg, "", deadline);
	bool well = PQresultStatus(result) == PGRES_EMPTY_QUERY;

	PQclear(result);
	return well;
}

bool postgres_alive(struct driver_connection *connection, bool ping)
{
	struct pollfd socket = { .fd = PQsocket(connection->pg), .events = POLLIN };
	int ready;

	if (connection->lost || PQstatus(connection->pg) != CONNECTION_OK)
		return false;
	/* A server has nothing to say to somebody who asked nothing. */
	do
		ready = poll(&socket, 1, 0);
	while (ready < 0 && errno == EINTR);
	if (ready != 0)
		return false;
	if (ping && !answers(connection->pg, postgres_now_ms() + PING_MS))
		connection->lost = true;
	return !connection->lost;
}

/* DISCARD ALL but for the prepared statements, in one round trip. */
#define DISCARD "CLOSE ALL; SET SESSION AUTHORIZATION DEFAULT; RESET ALL; UNLISTEN *; " \
		"SELECT pg_catalog.pg_advisory_unlock_all(); DISCARD TEMP; DISCARD SEQUENCES;"

int postgres_discard(struct driver_connection *connection, struct rowan_error *error)
{
	int status;

	if (connection->pooled)
		return postgres_execute(connection, "ROLLBACK", error);
	if (connection->lost)
		return postgres_gone(connection, false, error);
	if (connection->reading)
		postgres_stop_reading(connection);
	postgres_settle(connection);
	postgres_drop_answers(connection);
	postgres_drop_deferred(connection);
	status = set_up(connection, connection->transaction ? "ROLLBACK; " DISCARD : DISCARD,
			patience_for(0), error);
	if (!connection->lost)
		postgres_note_transaction(connection);
	return status;
}
