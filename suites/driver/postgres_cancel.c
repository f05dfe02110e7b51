/* SPDX-License-Identifier: MIT */
#include "postgres_server.h"
#include "pgbouncer.h"

#include <stdio.h>
#include <stdlib.h>

/*
 * A statement that is not read to its end is cancelled, and the request races with its
 * end and with the next statement, which is innocent: of the same connection, or of
 * another client to whom a pooler gave it.
 */
static struct driver_connection *other;

static long races(void)
{
	const char *text = getenv("ROWAN_CANCELS");

	return text && *text ? atol(text) : 1000;
}

/*
 * More rows than are read before the request is made, and then a wait until about when
 * it arrives.  The sequence counts those that ended before.
 */
static const char slow[] =
	"SELECT i FROM generate_series(1, 1500) i WHERE CASE WHEN i < 1500 THEN true"
	" ELSE pg_sleep($1::float8) IS NOT NULL AND nextval('%s') > 0 END";
/* Long enough to be hit by what comes late. */
static const char innocent[] = "SELECT last_value - 1 FROM %s, pg_sleep(0.001)";

static struct driver_statement *prepare_with(struct driver_connection *connection,
					     const char *format, const char *sequence)
{
	char sql[256];

	snprintf(sql, sizeof(sql), format, sequence);
	return prepare_on(connection, sql);
}

static void run_with(const char *format, const char *sequence)
{
	char sql[256];

	snprintf(sql, sizeof(sql), format, sequence);
	run(sql);
}

static void cancel(struct driver_statement *rows, double seconds)
{
	assert_ok(driver_postgres.bind_value(rows, 1, ROWAN_TYPE_DOUBLE, &seconds, &error));
	cr_assert(driver_postgres.step(rows, &error) == DRIVER_ROW, "%s", error.message);
	driver_postgres.reset(rows);
}

static int64_t read_unharmed(struct driver_statement *statement, long race)
{
	int64_t ended;

	cr_assert(driver_postgres.step(statement, &error) == DRIVER_ROW, "race %ld: %s", race,
		  error.message);
	ended = driver_postgres.read_int(statement, 0);
	driver_postgres.reset(statement);
	return ended;
}

/* Whoever came too late gets a little more time, so that the next is closer to the end. */
static int64_t race_all(struct driver_statement *rows, struct driver_statement *next)
{
	double seconds = 0.002;
	int64_t ended = 0;

	for (long race = 0; race < races(); race++) {
		int64_t before = ended;

		cancel(rows, seconds);
		ended = read_unharmed(next, race);
		cr_assert(ended == before || ended == before + 1, "race %ld", race);
		seconds *= ended > before ? 1.1 : 0.9;
	}
	return ended;
}

static void race_with(struct driver_connection *connection, const char *sequence, const char *way)
{
	struct driver_statement *rows, *next;
	char figure[128];
	int64_t ended;

	run_with("DROP SEQUENCE IF EXISTS %s", sequence);
	run_with("CREATE SEQUENCE %s", sequence);
	run_with("SELECT nextval('%s')", sequence);
	rows = prepare_with(db, slow, sequence);
	next = prepare_with(connection, innocent, sequence);
	ended = race_all(rows, next);
	driver_postgres.finalize(rows);
	driver_postgres.finalize(next);
	run_with("DROP SEQUENCE %s", sequence);
	snprintf(figure, sizeof(figure), "cancelled %s, %ld of them too late; of as many innocent "
		 "statements 0", way, (long)ended);
	record_fault("pool-12", .injections = races(), .survived = races(), .engine = "postgresql",
		     .figure = figure);
}

TestSuite(driver_postgres_cancel, .init = open_server, .fini = close_server, .timeout = 240);

Test(driver_postgres_cancel, pool12_the_next_statement_is_not_cancelled)
{
	race_with(db, "rowan_ended", "in the server itself");
}

/* Two clients of one connection to the server. */
static void open_pooled(void)
{
	struct postgres_target target;

	pgbouncer_needed();
	target = target_with("port", pgbouncer_start(1));
	db = connect_with(target);
	other = connect_with(target);
}

static void close_pooled(void)
{
	driver_postgres.close(other);
	close_server();
	pgbouncer_stop();
}

TestSuite(driver_postgres_cancel_pooled, .init = open_pooled, .fini = close_pooled,
	  .timeout = 240);

Test(driver_postgres_cancel_pooled, pool12_the_next_statement_of_another_client_is_not)
{
	race_with(other, "rowan_ended_pooled", "through pgbouncer");
}
