/* SPDX-License-Identifier: MIT */
#include "postgres_server.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

/* A connection's beginning, and what may be left in it for the next user. */
TestSuite(driver_postgres_connect, .init = open_server, .fini = close_server, .timeout = 60);

/* ---- what is wrong ------------------------------------------------------------------- */

static void assert_not_connected(struct postgres_target target, const char *part)
{
	struct driver_connection *connection;

	assert_code(try_connect(target, &connection), ROWAN_OPERATIONAL);
	assert_null(connection);
	assert_contains(error.message, "cannot connect to PostgreSQL at ");
	assert_contains(error.message, part);
	assert_lacks(error.message, "\n");
	assert_lacks(error.message, "hunter2");
	assert_lacks(error.database, "hunter2");
}

Test(driver_postgres_connect, what_is_wrong_is_said_in_one_line_without_the_password)
{
	run("DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'rowan_shut') THEN"
	    " CREATE ROLE rowan_shut NOLOGIN; END IF; END $$");
	assert_not_connected(target_with("dbname", "no such database"),
			     "database \"no such database\" does not exist");
	assert_not_connected(target_with("user", "nobody at all"),
			     "role \"nobody at all\" does not exist");
	assert_not_connected(target_with("user", "rowan_shut"), "not permitted to log in");
	assert_not_connected(target_with("sslmode", "require"), "SSL");
	assert_not_connected(target_with("sslmode", "hunter"), "sslmode");
	assert_not_connected(target_with("colour", "red"), "\"colour\"");
	assert_not_connected(target_with("host", "/nowhere"), "No such file or directory");
	assert_not_connected(target_with("port", "0"), "port");
	run("DROP ROLE rowan_shut");
}

Test(driver_postgres_connect, where_nobody_listens_is_named_by_host_and_port)
{
	char port[8], place[64];
	int fd = take_port(false, port);
	const char *const keywords[] = { "host", "port", "user", "password", NULL };
	const char *const values[] = { "127.0.0.1", port, "ada", "hunter2", NULL };

	snprintf(place, sizeof(place), "127.0.0.1:%s: Connection refused", port);
	assert_not_connected((struct postgres_target){ .keywords = keywords, .values = values },
			     place);
	close(fd);
}

Test(driver_postgres_connect, pool8_where_nobody_answers_is_given_up_in_time)
{
	char port[8], hosts[64], ports[32];
	int fd = take_port(true, port);
	const char *const keywords[] = { "host", "port", "user", "password", NULL };
	const char *values[] = { "127.0.0.1", port, "ada", "hunter2", NULL };
	struct postgres_target target = { .keywords = keywords, .values = values,
					  .connect_timeout_ms = 200 };

	assert_not_connected(target, "no answer within 200 ms");

	/* The same time for several places. */
	snprintf(hosts, sizeof(hosts), "127.0.0.1,127.0.0.1,127.0.0.1");
	snprintf(ports, sizeof(ports), "%s,%s,%s", port, port, port);
	values[0] = hosts;
	values[1] = ports;
	assert_not_connected(target, "no answer within 200 ms");
	close(fd);
}

/* A server that lets everybody in, and then never says a word. */
static void *greet(void *fd)
{
	static const char greeting[] = "R\0\0\0\10\0\0\0\0" "K\0\0\0\14\0\0\0\1\0\0\0\1"
				       "Z\0\0\0\5I";
	char heard[1024];
	int client;

	while ((client = accept(*(int *)fd, NULL, NULL)) >= 0) {
		if (recv(client, heard, sizeof(heard), 0) > 0)
			send(client, greeting, sizeof(greeting) - 1, MSG_NOSIGNAL);
		while (recv(client, heard, sizeof(heard), 0) > 0)
			;
		close(client);
	}
	return NULL;
}

/* What is asked after the greeting is a part of connecting. */
Test(driver_postgres_connect, pool8_who_only_greets_is_given_up_in_time)
{
	char port[8];
	int fd = take_port(true, port);
	const char *const keywords[] = { "host", "port", "user", "password", "sslmode",
					 "gssencmode", NULL };
	const char *const values[] = { "127.0.0.1", port, "ada", "hunter2", "disable",
				       "disable", NULL };
	struct postgres_target target = { .keywords = keywords, .values = values,
					  .connect_timeout_ms = 200 };
	pthread_t thread;

	assert_int(pthread_create(&thread, NULL, greet, &fd), 0);
	target.pooler = DRIVER_POOLER_DETECT;
	assert_not_connected(target, "no answer within 200 ms");
	target.pooler = DRIVER_POOLER_NONE;
	target.statement_timeout_ms = 5000;
	assert_not_connected(target, "no answer within 200 ms");
	shutdown(fd, SHUT_RDWR);
	pthread_join(thread, NULL);
	close(fd);
}

Test(driver_postgres_connect, sec2_the_encoding_is_utf8_whatever_was_asked_for)
{
	struct driver_connection *connection = connect_with(target_with("client_encoding", "SJIS"));
	struct driver_statement *statement = prepare_on(connection, "SELECT U&'\\65E5'::text");
	const char *text;

	assert_int(driver_postgres.step(statement, &error), DRIVER_ROW);
	assert_ok(driver_postgres.read_row(statement, 0, &(struct slot){
		.type = ROWAN_TYPE_TEXT, .name = "text" }, 1, &arena, &text, &error));
	assert_text(text, "日");
	driver_postgres.finalize(statement);
	driver_postgres.close(connection);
}

static void ignore_signal(int signal)
{
	(void)signal;
}

Test(driver_postgres_connect, mem4_signals_disturb_nothing)
{
	struct itimerval often = { { 0, 700 }, { 0, 700 } }, never = { { 0, 0 }, { 0, 0 } };
	struct sigaction action = { .sa_handler = ignore_signal };

	cr_assert(sigaction(SIGALRM, &action, NULL) == 0);
	cr_assert(setitimer(ITIMER_REAL, &often, NULL) == 0);
	for (int i = 0; i < 10; i++) {
		struct driver_connection *connection = connect_with((struct postgres_target){
			.keywords = target_with(NULL, NULL).keywords,
			.values = target_with(NULL, NULL).values,
			.connect_timeout_ms = 10000,
		});

		assert_int(number_on(connection, "SELECT 42 FROM pg_sleep(0.01)"), 42);
		assert_int(number_on(connection, "SELECT count(*) FROM generate_series(1, 100000)"),
			   100000);
		cr_assert(driver_postgres.alive(connection, true));
		driver_postgres.close(connection);
	}
	setitimer(ITIMER_REAL, &never, NULL);
	record_fault("mem-4", .injections = 10, .survived = 10, .engine = "postgresql",
		     .figure = "connected and asked, with 1,400 signals a second");
}

/* ---- time-outs -------------------------------------------------------------------------- */

static struct driver_connection *connect_with_timeout(int ms)
{
	struct postgres_target target = target_with(NULL, NULL);

	target.statement_timeout_ms = ms;
	return connect_with(target);
}

Test(driver_postgres_connect, a_statement_that_takes_too_long_is_a_timeout)
{
	struct driver_connection *connection = connect_with_timeout(300);
	struct driver_statement *slow = prepare_on(connection, "SELECT 1 FROM pg_sleep(20)");

	assert_code(driver_postgres.step(slow, &error), ROWAN_TIMEOUT);
	assert_text(error.sqlstate, "57014");
	driver_postgres.reset(slow);
	assert_code(driver_postgres.execute(connection, "SELECT pg_sleep(20)", &error),
		    ROWAN_TIMEOUT);
	assert_ok(driver_postgres.send(slow, &error));
	assert_code(driver_postgres.receive(connection, &(struct driver_outcome){ 0 }, &error),
		    ROWAN_TIMEOUT);
	driver_postgres.finalize(slow);
	assert_int(number_on(connection, "SELECT 42"), 42);
	cr_assert(!driver_postgres.lost(connection));
	driver_postgres.close(connection);
}

/* ---- what is left behind ------------------------------------------------------------------ */

/* Whatever discard() is to undo, in as many as five places. */
static int64_t traces(struct driver_connection *connection)
{
	return number_on(connection,
		"SELECT (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"
		"  AND pid = pg_backend_pid())"
		" + (SELECT count(*) FROM pg_class WHERE relnamespace = pg_my_temp_schema())"
		" + (SELECT count(*) FROM pg_listening_channels())"
		" + (SELECT count(*) FROM pg_cursors WHERE name = 'kept')"
		" + (current_setting('work_mem') = '77MB')::int"
		" + (current_user <> session_user)::int");
}

static void leave_traces(struct driver_connection *connection)
{
	run_on(connection,
	       "SELECT pg_advisory_lock(4711); CREATE TEMPORARY TABLE left_behind (n int);"
	       " LISTEN left_behind; SET work_mem = '77MB'; SET ROLE pg_monitor;"
	       " DECLARE kept CURSOR WITH HOLD FOR SELECT 1");
	assert_int(traces(connection), 6);
}

Test(driver_postgres_connect, pool6_nothing_is_left_after_discard)
{
	struct driver_connection *connection = connect_with_timeout(5000);
	struct driver_statement *statement = prepare_on(connection, "SELECT 1"), *rows;

	assert_int(driver_postgres.step(statement, &error), DRIVER_ROW);
	driver_postgres.reset(statement);
	leave_traces(connection);
	assert_ok(driver_postgres.discard(connection, &error));
	assert_int(traces(connection), 0);
	assert_int(number_on(connection, "SELECT setting::int FROM pg_settings"
					 " WHERE name = 'statement_timeout'"), 5000);

	/* In a transaction that failed, with answers not received, or rows not read. */
	run_on(connection, "BEGIN");
	assert_code(driver_postgres.execute(connection, "SELECT 1 / 0", &error), ROWAN_DATA);
	assert_ok(driver_postgres.send(statement, &error));
	assert_ok(driver_postgres.discard(connection, &error));
	cr_assert(!driver_postgres.in_transaction(connection));
	assert_code(driver_postgres.receive(connection, &(struct driver_outcome){ 0 }, &error),
		    ROWAN_MISUSE);
	rows = prepare_on(connection, "SELECT generate_series(1, 100000)");
	assert_int(driver_postgres.step(rows, &error), DRIVER_ROW);
	assert_ok(driver_postgres.discard(connection, &error));

	/* What was prepared stays prepared. */
	assert_int(driver_postgres.step(statement, &error), DRIVER_ROW);
	driver_postgres.finalize(statement);
	driver_postgres.finalize(rows);
	driver_postgres.close(connection);
}

/* ---- fork ----------------------------------------------------------------------------------- */

/* In the child: what a pool does with a connection that it inherited. */
static int abandon(struct driver_statement *statement)
{
	driver_postgres.abandon(db);
	if (!driver_postgres.lost(db) || driver_postgres.alive(db, false) ||
	    driver_postgres.step(statement, &error) >= 0)
		return 1;
	driver_postgres.finalize(statement);
	driver_postgres.close(db);
	return 0;
}

Test(driver_postgres_connect, pool11_a_child_that_abandons_a_connection_does_not_end_its_parents)
{
	struct driver_statement *statement = prepare("SELECT generate_series(1, 5)");

	for (int way = 0; way < 3; way++) {
		int status;
		pid_t child;

		if (way == 1)
			assert_int(driver_postgres.step(statement, &error), DRIVER_ROW);
		if (way == 2)
			assert_ok(driver_postgres.send(statement, &error));
		child = fork();
		cr_assert(child >= 0);
		if (child == 0)
			_exit(abandon(statement));
		cr_assert(waitpid(child, &status, 0) == child && status == 0);
		if (way == 0) {
			cr_assert(driver_postgres.alive(db, false));
			cr_assert(driver_postgres.alive(db, true));
		} else if (way == 1) {
			step_to_end(statement);
		} else {
			receive_done(5);
		}
		assert_int(number("SELECT 42"), 42);
	}
	driver_postgres.finalize(statement);
}
