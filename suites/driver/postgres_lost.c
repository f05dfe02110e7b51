/* SPDX-License-Identifier: MIT */
#include "postgres_server.h"

#include <rowan/fixtures/proxy.h>

#include <poll.h>
#include <stdio.h>
#include <string.h>

/*
 * Connections that die under the driver, in every phase of a statement's life.  The
 * server may end a session, and mostly has a last word then; the network has none.
 */
static struct driver_connection *other;
static struct rowan_proxy *proxy;

/* Anew, and through the proxy. */
static void reconnect_as(enum driver_pooler pooler, int timeout_ms)
{
	char port[8];
	struct postgres_target target;

	driver_postgres.close(db);
	snprintf(port, sizeof(port), "%d", rowan_proxy_port(proxy));
	target = target_with("port", port);
	target.pooler = pooler;
	target.statement_timeout_ms = timeout_ms;
	db = connect_with(target);
}

static void reconnect(void)
{
	reconnect_as(DRIVER_POOLER_NONE, 0);
}

static void open_proxy(void)
{
	open_server();
	other = db;
	db = NULL;
	proxy = rowan_proxy_open(direct_url());
	cr_assert(proxy);
	reconnect();
}

static void close_proxy(void)
{
	driver_postgres.close(other);
	close_server();
	rowan_proxy_close(proxy);
}

TestSuite(driver_postgres_lost, .init = open_proxy, .fini = close_proxy, .timeout = 60);

static void kill_session(void)
{
	char sql[128];

	snprintf(sql, sizeof(sql), "SELECT pg_terminate_backend(%d, 10000)", PQbackendPID(db->pg));
	run_on(other, sql);
}

static void cut(void)
{
	rowan_proxy_cut(proxy, ROWAN_PROXY_CLOSE);
}

static void assert_lost(int status, int code, const char *part)
{
	cr_assert(status == code, "%d: %s (%s)", status, error.message, error.database);
	assert_contains(error.message, "the connection to the server was lost");
	assert_contains(error.message, part);
	cr_assert(driver_postgres.lost(db));
	cr_assert(!driver_postgres.alive(db, false));
	cr_assert(!driver_postgres.in_transaction(db));

	/* Nothing works any more, and everything says so. */
	assert_code(try_run("ROLLBACK"), ROWAN_OPERATIONAL);
	assert_code(try_step("SELECT 1"), ROWAN_OPERATIONAL);
	assert_contains(error.message, "the connection to the server was lost");
	assert_code(driver_postgres.discard(db, &error), ROWAN_OPERATIONAL);
}

Test(driver_postgres_lost, fact2_fact4_while_idle)
{
	for (int way = 0; way < 4; way++) {
		cr_assert(driver_postgres.alive(db, false));
		if (way % 2)
			kill_session();
		else
			cut();
		/* The news are on their way through the proxy. */
		while (driver_postgres.alive(db, false))
			poll(NULL, 0, 1);
		cr_assert(!driver_postgres.alive(db, true));
		if (way < 2)
			assert_lost(try_step("SELECT 1"), ROWAN_OPERATIONAL, "lost");
		else
			assert_lost(try_run("SELECT 1"), ROWAN_OPERATIONAL, "lost");
		reconnect();
	}
}

Test(driver_postgres_lost, a_ping_sees_what_the_socket_does_not)
{
	cr_assert(driver_postgres.alive(db, true));
	rowan_proxy_stall(proxy, ROWAN_PROXY_BOTH, true);
	cr_assert(driver_postgres.alive(db, false));
	cr_assert(!driver_postgres.alive(db, true));
	cr_assert(driver_postgres.lost(db));
}

Test(driver_postgres_lost, in_a_transaction_it_is_gone_as_well)
{
	for (int way = 0; way < 3; way++) {
		struct driver_statement *statement = prepare("SELECT 1");
		int status;

		run("BEGIN");
		step_to_end(statement);
		if (way == 0)
			cut();
		else if (way == 1)
			kill_session();
		else
			assert_code(try_step("SELECT pg_terminate_backend(pg_backend_pid())"),
				    ROWAN_OPERATIONAL);
		if (way < 2)
			status = driver_postgres.step(statement, &error);
		else
			status = error.code;
		assert_text(error.sqlstate, way == 0 ? "" : "57P01");
		assert_lost(status, ROWAN_OPERATIONAL, way == 0
			? "lost, and the transaction with it"
			: "lost, and the transaction with it: terminating connection");
		driver_postgres.finalize(statement);
		reconnect();
	}
}

/* ---- committing -------------------------------------------------------------------------- */

enum way { STEPPED_FIRST, STEPPED, EXECUTED, SENT, WAYS };

/* The request is lost, or only its answer. */
static void cut_commit(bool committed)
{
	if (committed)
		rowan_proxy_cut_at(proxy, ROWAN_PROXY_DOWN, "COMMIT", ROWAN_PROXY_BEFORE,
				   ROWAN_PROXY_CLOSE);
	else
		rowan_proxy_cut_after(proxy, ROWAN_PROXY_UP, 0, ROWAN_PROXY_RESET);
}

/* A transaction that writes; what its COMMIT came to. */
static int write_and_commit(enum way way, bool committed)
{
	struct driver_statement *insert = prepare("INSERT INTO rowan_lost VALUES (1)");
	struct driver_statement *commit = prepare("COMMIT");
	int status;

	if (way == STEPPED) {	/* prepared already, so the plain way */
		run("BEGIN");
		step_to_end(commit);
	}
	assert_ok(driver_postgres.defer(db, "BEGIN", &error));
	if (way == SENT) {
		assert_ok(driver_postgres.send(insert, &error));
		assert_ok(driver_postgres.send(commit, &error));
		cut_commit(committed);
		status = try_receive();
		if (!committed)
			assert_code(status, ROWAN_UNKNOWN_OUTCOME);
		status = try_receive();
	} else {
		step_to_end(insert);
		cut_commit(committed);
		status = way == EXECUTED ? try_run("COMMIT") : driver_postgres.step(commit, &error);
	}
	driver_postgres.finalize(insert);
	driver_postgres.finalize(commit);
	return status;
}

/* In both cases nobody can tell, and in one of them it is committed. */
Test(driver_postgres_lost, txn2_while_committing_nobody_knows_the_outcome)
{
	run_on(other, "DROP TABLE IF EXISTS rowan_lost; CREATE TABLE rowan_lost (n int)");
	for (int way = 0; way < WAYS; way++)
		for (int committed = 0; committed < 2; committed++) {
			run_on(other, "TRUNCATE rowan_lost");
			assert_lost(write_and_commit((enum way)way, committed),
				    ROWAN_UNKNOWN_OUTCOME, "while committing");
			driver_postgres.close(db);	/* the server's side ends, too */
			db = NULL;
			assert_int(number_on(other, "SELECT count(*) FROM rowan_lost"), committed);
			reconnect();
		}
	run_on(other, "DROP TABLE rowan_lost");
}

/* Each of these is a transaction of its own. */
Test(driver_postgres_lost, a_write_without_a_transaction_is_its_own_commit)
{
	for (int way = 0; way < 4; way++) {
		struct driver_statement *insert = prepare("INSERT INTO t VALUES (1)");

		run("CREATE TEMPORARY TABLE t (n int)");
		if (way % 2 == 0)
			step_to_end(insert);
		cut();
		if (way < 2) {
			assert_lost(driver_postgres.step(insert, &error), ROWAN_UNKNOWN_OUTCOME,
				    "while committing");
		} else {
			assert_ok(driver_postgres.send(insert, &error));
			assert_lost(try_receive(), ROWAN_UNKNOWN_OUTCOME, "while committing");
		}
		driver_postgres.finalize(insert);
		reconnect();
	}
}

/* The INSERT was answered, but the end of its segment, which commits it, was not. */
Test(driver_postgres_lost, an_answer_is_not_yet_the_commit)
{
	struct driver_statement *insert, *select = prepare("SELECT 'here' FROM pg_sleep(0.05)");

	run("CREATE TEMPORARY TABLE t (n int)");
	insert = prepare("INSERT INTO t VALUES (1)");
	rowan_proxy_cut_at(proxy, ROWAN_PROXY_DOWN, "here", ROWAN_PROXY_BEFORE, ROWAN_PROXY_CLOSE);
	assert_ok(driver_postgres.send(insert, &error));
	assert_ok(driver_postgres.send(select, &error));
	assert_code(try_receive(), ROWAN_UNKNOWN_OUTCOME);
	assert_lost(try_receive(), ROWAN_UNKNOWN_OUTCOME, "while committing");
	driver_postgres.finalize(insert);
	driver_postgres.finalize(select);
}

Test(driver_postgres_lost, a_begin_that_was_deferred_makes_no_commit)
{
	struct driver_statement *insert;

	run("CREATE TEMPORARY TABLE t (n int)");
	insert = prepare("INSERT INTO t VALUES (1)");
	cut();
	assert_ok(driver_postgres.defer(db, "BEGIN", &error));
	cr_assert(driver_postgres.in_transaction(db));
	assert_ok(driver_postgres.send(insert, &error));
	assert_lost(try_receive(), ROWAN_OPERATIONAL, "and the transaction with it");
	driver_postgres.finalize(insert);
}

/* Behind a pooler the time-out needs a transaction, also around what only reads. */
Test(driver_postgres_lost, a_transaction_for_the_time_outs_sake_makes_no_commit_of_a_read)
{
	for (int way = 0; way < 4; way++) {
		bool writes = way % 2;
		struct driver_statement *statement;
		int status;

		reconnect_as(DRIVER_POOLER_TRANSACTION, 5000);
		run("CREATE TEMPORARY TABLE t (n int)");
		statement = prepare(writes ? "INSERT INTO t VALUES (1)" : "SELECT 1");
		cut();
		if (way < 2) {
			status = driver_postgres.step(statement, &error);
		} else {
			assert_ok(driver_postgres.send(statement, &error));
			status = try_receive();
		}
		assert_lost(status, writes ? ROWAN_UNKNOWN_OUTCOME : ROWAN_OPERATIONAL,
			    writes ? "while committing" : "lost");
		driver_postgres.finalize(statement);
	}
}

/* ---- refused, and then lost -------------------------------------------------------------- */

#define READY_SIZE 6	/* of the message that ends a round trip */

enum refused { SENT_BEFORE_COMMIT, SENT_ALONE, STEPPED_QUEUED, STEPPED_PLAIN, REFUSED_WAYS };

/* Nobody is told that the outcome is unknown. */
static void write_refused(enum refused way, struct driver_statement *fine,
			  struct driver_statement *twice, struct driver_statement *commit)
{
	switch (way) {
	case SENT_BEFORE_COMMIT:
		assert_ok(driver_postgres.defer(db, "BEGIN", &error));
		assert_ok(driver_postgres.send(twice, &error));
		assert_ok(driver_postgres.send(commit, &error));
		assert_code(try_receive(), ROWAN_UNIQUE);
		assert_code(try_receive(), ROWAN_OPERATIONAL);
		break;
	case SENT_ALONE:
		assert_ok(driver_postgres.send(fine, &error));
		assert_ok(driver_postgres.send(twice, &error));
		receive_done(1);	/* which is undone with the other */
		assert_code(try_receive(), ROWAN_UNIQUE);
		break;
	default:
		assert_code(driver_postgres.step(twice, &error), ROWAN_UNIQUE);
		driver_postgres.reset(twice);
	}
}

/* What the server says until the round trip ends: the same each time. */
static uint64_t write_refused_on_new_connection(enum refused way, uint64_t cut_after)
{
	struct driver_statement *fine, *twice, *commit;
	uint64_t before;

	reconnect();
	fine = prepare("INSERT INTO rowan_lost VALUES (2)");
	twice = prepare("INSERT INTO rowan_lost VALUES (1)");
	commit = prepare("COMMIT");
	if (way == STEPPED_PLAIN) {	/* prepared already */
		assert_code(driver_postgres.step(twice, &error), ROWAN_UNIQUE);
		driver_postgres.reset(twice);
	}
	before = rowan_proxy_counts(proxy).bytes_down;
	if (cut_after)
		rowan_proxy_cut_after(proxy, ROWAN_PROXY_DOWN, cut_after, ROWAN_PROXY_CLOSE);
	write_refused(way, fine, twice, commit);
	cr_assert(driver_postgres.lost(db) == (cut_after > 0));
	driver_postgres.finalize(fine);
	driver_postgres.finalize(twice);
	driver_postgres.finalize(commit);
	return rowan_proxy_counts(proxy).bytes_down - before;
}

/* Behind a failure nothing is committed, also where the end of the round trip is lost. */
Test(driver_postgres_lost, txn2_what_was_refused_before_is_not_in_doubt)
{
	run_on(other, "DROP TABLE IF EXISTS rowan_lost; CREATE TABLE rowan_lost (n int UNIQUE);"
		      " INSERT INTO rowan_lost VALUES (1)");
	for (int way = 0; way < REFUSED_WAYS; way++) {
		uint64_t bytes = write_refused_on_new_connection((enum refused)way, 0);

		write_refused_on_new_connection((enum refused)way, bytes - READY_SIZE);
		assert_int(number_on(other, "SELECT count(*) FROM rowan_lost"), 1);
	}
	driver_postgres.close(db);	/* the server's side ends, too */
	db = NULL;
	run_on(other, "DROP TABLE rowan_lost");
}

/* ---- in between ------------------------------------------------------------------------------ */

Test(driver_postgres_lost, between_statements_that_were_sent_and_received)
{
	struct driver_statement *select = prepare("SELECT 1");

	run("BEGIN");
	for (int i = 0; i < 3; i++)
		assert_ok(driver_postgres.send(select, &error));
	cut();
	for (int i = 0; i < 3; i++)
		assert_code(try_receive(), ROWAN_OPERATIONAL);
	assert_lost(driver_postgres.send(select, &error), ROWAN_OPERATIONAL, "lost");
	assert_code(try_receive(), ROWAN_MISUSE);
	driver_postgres.finalize(select);
}

Test(driver_postgres_lost, while_much_is_being_sent)
{
	struct driver_statement *statement = prepare("SELECT length($1)");
	struct rowan_bytes much = { mem_alloc((size_t)8 << 20), (size_t)8 << 20 };
	int status = ROWAN_OK;

	rowan_proxy_cut_after(proxy, ROWAN_PROXY_UP, 20 << 20, ROWAN_PROXY_RESET);
	for (int i = 0; i < 10 && status == ROWAN_OK; i++) {
		assert_ok(driver_postgres.bind_value(statement, 1, ROWAN_TYPE_BYTES, &much, &error));
		status = driver_postgres.send(statement, &error);
	}
	/* libpq tells that of the sending, or of the answers. */
	for (int i = 0; i < 10 && status == ROWAN_OK; i++)
		status = try_receive();
	assert_lost(status, ROWAN_OPERATIONAL, "lost");
	driver_postgres.finalize(statement);
	mem_free((void *)(uintptr_t)much.data);
}

Test(driver_postgres_lost, between_rows)
{
	static const char sql[] = "SELECT i, repeat('x', 1000) FROM generate_series(1, 100000) AS i";

	for (int way = 0; way < 3; way++) {
		struct driver_statement *rows = prepare(sql);
		int status, count = 1;

		/* Among the rows that are read before a cancel request is made. */
		rowan_proxy_cut_after(proxy, ROWAN_PROXY_DOWN, 200 << 10, ROWAN_PROXY_RESET);
		if (way == 2)
			driver_postgres.expect_few(rows);
		status = driver_postgres.step(rows, &error);
		if (way == 1)
			driver_postgres.reset(rows);	/* nobody wants the others */
		while (way == 0 && (status = driver_postgres.step(rows, &error)) == DRIVER_ROW)
			count++;
		cr_assert(count < 100000);
		cr_assert(driver_postgres.lost(db));
		if (way != 1)
			assert_lost(status, ROWAN_OPERATIONAL, "lost");
		driver_postgres.reset(rows);
		driver_postgres.finalize(rows);
		reconnect();
	}
}

Test(driver_postgres_lost, in_the_middle_of_a_pipeline_the_server_says_what_was_done)
{
	struct driver_statement *select = prepare("SELECT 1"), *commit = prepare("COMMIT");
	struct driver_statement *suicide = prepare("SELECT pg_terminate_backend(pg_backend_pid())");

	assert_ok(driver_postgres.defer(db, "BEGIN", &error));
	assert_ok(driver_postgres.send(select, &error));
	assert_ok(driver_postgres.send(suicide, &error));
	assert_ok(driver_postgres.send(select, &error));
	assert_ok(driver_postgres.send(commit, &error));
	receive_done(1);
	assert_code(try_receive(), ROWAN_OPERATIONAL);
	assert_text(error.sqlstate, "57P01");
	assert_code(try_receive(), ROWAN_OPERATIONAL);
	assert_lost(try_receive(), ROWAN_OPERATIONAL, "lost");
	driver_postgres.finalize(select);
	driver_postgres.finalize(suicide);
	driver_postgres.finalize(commit);
}

/* The server's last word answers what went before the statement, which is not executed. */
Test(driver_postgres_lost, txn2_before_it_a_statement_was_to_be_forgotten)
{
	for (int way = 0; way < 2; way++) {
		struct driver_statement *old = prepare("SELECT 1"), *insert;

		run("CREATE TEMPORARY TABLE t (n int)");
		insert = prepare("INSERT INTO t VALUES (1)");
		step_to_end(old);
		driver_postgres.finalize(old);
		kill_session();
		if (way == 0) {
			assert_lost(driver_postgres.step(insert, &error), ROWAN_OPERATIONAL,
				    "terminating connection");
		} else {
			assert_ok(driver_postgres.send(insert, &error));
			assert_lost(try_receive(), ROWAN_OPERATIONAL, "lost");
		}
		driver_postgres.finalize(insert);
		reconnect();
	}
}

/* From there is no way back, in a pipeline at least. */
Test(driver_postgres_lost, copy_is_refused_and_costs_the_connection)
{
	static const char *const copies[] = { "COPY t FROM STDIN", "COPY t TO STDOUT" };

	for (int way = 0; way < 6; way++) {
		struct driver_statement *statement = prepare(copies[way % 2]);

		run("CREATE TEMPORARY TABLE t (n int); INSERT INTO t VALUES (1)");
		if (way < 2) {
			assert_code(driver_postgres.step(statement, &error), ROWAN_MISUSE);
		} else if (way < 4) {
			assert_ok(driver_postgres.send(statement, &error));
			assert_code(try_receive(), ROWAN_MISUSE);
		} else {
			assert_code(try_run(copies[way % 2]), ROWAN_MISUSE);
		}
		assert_contains(error.message, "COPY");
		cr_assert(driver_postgres.lost(db));
		driver_postgres.finalize(statement);
		reconnect();
	}
}
