/* SPDX-License-Identifier: MIT */
#include "database.h"

#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* fault: URLs, statement by statement.  What programs make of them: suites/faults. */

static struct rowan_engine *engine;
static struct connection *held;
static struct rowan_error error;
static char url[1100];

static void begin(void)
{
	open_database();
	run_alone(admin, "CREATE TABLE tasks (id bigint PRIMARY KEY)");
}

static void end(void)
{
	engine_checkin(held);
	rowan_engine_close(engine);
	close_database();
}

TestSuite(fault, .init = begin, .fini = end, .timeout = 60);

static const char *fault_url(const char *options)
{
	snprintf(url, sizeof(url), "fault:%s", database_url(options));
	return url;
}

/* Another engine, and a connection of it: "?fault_at=3&fault=drop". */
static void open_with(const char *options)
{
	engine_checkin(held);
	rowan_engine_close(engine);
	warnings[0] = '\0';
	engine = rowan_engine_open(fault_url(options), .log = note_warning,
				   .log_context = warnings, .error = &error);
	cr_assert(engine, "%s", error.message);
	held = checkout(engine, ROWAN_HERE);
	error = (struct rowan_error){ 0 };
}

static void give_back(void)
{
	engine_checkin(held);
	held = NULL;
}

/* The ways in which a statement is handed over. */
enum way { EXECUTED, STEPPED, SENT, WAYS };

static int send(const char *sql)
{
	struct driver_outcome outcome;
	struct statement *statement;
	struct execution run;
	int status = statement_of(held, sql, &statement, &error);

	if (status < 0)
		return status;
	execution_begin(&run, held, statement, ROWAN_HERE, &error);
	status = execution_send(&run);
	if (status == ROWAN_OK)
		status = execution_receive(&run, &outcome);
	return execution_end(&run, status);
}

static int run_in_way(int way, const char *sql)
{
	error = (struct rowan_error){ 0 };
	switch (way) {
	case EXECUTED: return connection_execute(held, sql, ROWAN_HERE, &error);
	case STEPPED: return run_sql(held, sql, ROWAN_HERE, &error);
	default: return send(sql);
	}
}

static int run(const char *sql)
{
	return run_in_way(STEPPED, sql);
}

static int64_t stored(void)
{
	return read_alone(admin, "SELECT count(*) FROM tasks");
}

static void empty(void)
{
	run_alone(admin, "DELETE FROM tasks");
}

/* It was lost, so it can do nothing more, and the pool has another one. */
static void assert_lost(int status, int code)
{
	assert_code(status, code);
	assert_contains(error.message, "the connection");
	assert_contains(error.message, "was lost");
	cr_assert(!held->driver->in_transaction(held->handle));
	for (int way = 0; way < WAYS; way++) {
		assert_code(run_in_way(way, "ROLLBACK"), ROWAN_OPERATIONAL);
		assert_contains(error.message, "was lost");
		assert_code(run_in_way(way, "SELECT 1"), ROWAN_OPERATIONAL);
	}
	give_back();
	assert_int(rowan_engine_stats(engine).faults, 1);
	assert_int(rowan_engine_stats(engine).lost, 1);
	assert_int(rowan_engine_stats(engine).size, 0);
	run_alone(engine, "INSERT INTO tasks VALUES (100)");
	run_alone(engine, "DELETE FROM tasks WHERE id = 100");
	assert_int(rowan_engine_stats(engine).idle, 1);
}

Test(fault, a_drop_takes_the_transaction_along)
{
	static const char *const kinds[] = { "drop", "DROP_AFTER" };
	char options[64];

	for (int way = 0; way < WAYS; way++)
		for (int kind = 0; kind < 2; kind++) {
			snprintf(options, sizeof(options), "?fault_at=3&fault=%s", kinds[kind]);
			open_with(options);
			assert_ok(run("BEGIN"));
			assert_ok(run_in_way(way, "INSERT INTO tasks VALUES (1)"));
			assert_lost(run_in_way(way, "INSERT INTO tasks VALUES (2)"),
				    ROWAN_OPERATIONAL);
			assert_int(stored(), 0);
		}
}

/* Nobody can tell the two from each other, except by looking. */
Test(fault, a_drop_while_committing_is_an_unknown_outcome)
{
	static const struct { const char *options; int stored; } cases[] = {
		{ "?fault_at=3&fault=drop", 0 }, { "?fault_at=3&fault=drop_after", 1 },
	};

	for (int way = 0; way < WAYS; way++)
		for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
			open_with(cases[i].options);
			assert_ok(run("BEGIN"));
			assert_ok(run_in_way(way, "INSERT INTO tasks VALUES (1)"));
			assert_lost(run_in_way(way, "COMMIT"), ROWAN_UNKNOWN_OUTCOME);
			assert_contains(warnings, strchr(cases[i].options, 'd'));
			assert_contains(warnings, " at statement 3: COMMIT\n");
			assert_int(stored(), cases[i].stored);
			empty();
		}
}

Test(fault, without_a_transaction_a_write_is_its_own_commit_and_a_read_is_none)
{
	for (int way = 0; way < WAYS; way++) {
		open_with("?fault_at=1&fault=drop");
		assert_lost(run_in_way(way, "INSERT INTO tasks VALUES (1)"), ROWAN_UNKNOWN_OUTCOME);
		assert_int(stored(), 0);

		open_with("?fault_at=1&fault=drop_after");
		assert_lost(run_in_way(way, "INSERT INTO tasks VALUES (1)"), ROWAN_UNKNOWN_OUTCOME);
		assert_int(stored(), 1);
		empty();

		open_with("?fault_at=1&fault=drop_after");
		assert_lost(run_in_way(way, "SELECT 1"), ROWAN_OPERATIONAL);
	}
}

/* Sent, and with SQLite received as well. */
static int send_only(struct execution *sent, const char *sql)
{
	struct driver_outcome outcome;
	struct statement *statement;
	int status;

	assert_ok(statement_of(held, sql, &statement, &error));
	execution_begin(sent, held, statement, ROWAN_HERE, &error);
	status = execution_send(sent);
	if (status < 0 || !held->driver->pipelines)
		status = execution_end(sent, status < 0 ? status
							: execution_receive(sent, &outcome));
	return status;
}

static int receive(struct execution *sent)
{
	struct driver_outcome outcome;

	return execution_end(sent, execution_receive(sent, &outcome));
}

/* So it does not depend on how fast a server is which statement is lost. */
Test(fault, what_was_sent_before_is_answered)
{
	static const char *const kinds[] = { "?fault_at=2&fault=drop", "?fault_at=2&fault=drop_after" };

	for (int kind = 0; kind < 2; kind++) {
		struct execution first, second;
		int status;

		open_with(kinds[kind]);
		assert_ok(send_only(&first, "INSERT INTO tasks VALUES (1)"));
		status = send_only(&second, "INSERT INTO tasks VALUES (2)");
		if (held->driver->pipelines) {
			assert_ok(receive(&first));
			if (status == ROWAN_OK)
				status = receive(&second);
		}
		assert_code(status, ROWAN_UNKNOWN_OUTCOME);
		assert_int(stored(), 1 + kind);
		empty();
	}
}

/* ---- SQLSTATEs ------------------------------------------------------------------------ */

static const struct { const char *state; int code; } states[] = {
	{ "40001", ROWAN_CONFLICT }, { "40P01", ROWAN_CONFLICT }, { "55P03", ROWAN_TIMEOUT },
	{ "57014", ROWAN_TIMEOUT }, { "23505", ROWAN_UNIQUE }, { "23503", ROWAN_FOREIGN_KEY },
	{ "22012", ROWAN_DATA }, { "P0001", ROWAN_CHECK }, { "57P01", ROWAN_OPERATIONAL },
	{ "40003", ROWAN_UNKNOWN_OUTCOME }, { "42P01", ROWAN_OPERATIONAL },
	{ "ZZ999", ROWAN_OPERATIONAL }, { "0A000", ROWAN_OPERATIONAL },
};

static void open_with_state(int at, const char *state)
{
	char options[64];

	snprintf(options, sizeof(options), "?fault_at=%d&fault=%s", at, state);
	open_with(options);
}

static void assert_state(int status, int code, const char *state)
{
	char words[16];

	snprintf(words, sizeof(words), "fault=%s", state);
	assert_code(status, code);
	assert_int(error.code, code);
	assert_text(error.sqlstate, state);
	assert_text(error.database, words);
	cr_assert(error.message[0]);
	assert_int(rowan_engine_stats(engine).faults, 1);
}

Test(fault, an_sqlstate_is_the_error_that_it_is_on_a_server)
{
	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++)
		for (int way = 0; way < WAYS; way++) {
			open_with_state(1, states[i].state);
			assert_state(run_in_way(way, "INSERT INTO tasks VALUES (1)"),
				     states[i].code, states[i].state);
			assert_int(stored(), 0);

			/* Nothing else is wrong. */
			assert_ok(run_in_way(way, "INSERT INTO tasks VALUES (1)"));
			give_back();
			assert_int(rowan_engine_stats(engine).idle, 1);
			assert_int(rowan_engine_stats(engine).lost, 0);
			assert_int(stored(), 1);
			empty();
		}
}

/* As it is with real failures: SQLite leaves it to whoever began the transaction. */
Test(fault, an_sqlstate_aborts_a_servers_transaction)
{
	for (int way = 0; way < WAYS; way++) {
		open_with_state(3, "40001");
		assert_ok(run("BEGIN"));
		assert_ok(run_in_way(way, "INSERT INTO tasks VALUES (1)"));
		assert_state(run_in_way(way, "INSERT INTO tasks VALUES (2)"), ROWAN_CONFLICT,
			     "40001");
		cr_assert(held->driver->in_transaction(held->handle));
		if (runs_on("postgresql")) {
			assert_code(run_in_way(way, "INSERT INTO tasks VALUES (3)"),
				    ROWAN_OPERATIONAL);
			assert_text(error.sqlstate, "25P02");
		} else {
			assert_ok(run_in_way(way, "INSERT INTO tasks VALUES (3)"));
		}
		assert_ok(run_in_way(way, "ROLLBACK"));
		cr_assert(!held->driver->in_transaction(held->handle));
		assert_int(stored(), 0);
	}
}

Test(fault, a_rollback_can_fail_as_well)
{
	run_alone(admin, "INSERT INTO tasks VALUES (1)");
	for (int way = EXECUTED; way <= STEPPED; way++) {
		open_with_state(3, "53100");
		assert_ok(run("BEGIN"));
		assert_code(run("INSERT INTO tasks VALUES (1)"), ROWAN_UNIQUE);
		assert_state(run_in_way(way, "ROLLBACK"), ROWAN_OPERATIONAL, "53100");
		cr_assert(held->driver->in_transaction(held->handle));
		give_back();	/* the pool rolls it back once more */
		assert_int(rowan_engine_stats(engine).idle, 1);
		run_alone(engine, "INSERT INTO tasks VALUES (2)");
		run_alone(engine, "DELETE FROM tasks WHERE id = 2");
	}
}

/* ---- which statement --------------------------------------------------------------------- */

/* BEGIN travels with the next statement, whose failure its own is then. */
Test(fault, what_is_deferred_counts)
{
	static const struct { const char *options; int code; } cases[] = {
		{ "?fault_at=1&fault=drop", ROWAN_OPERATIONAL },
		{ "?fault_at=1&fault=drop_after", ROWAN_OPERATIONAL },
		{ "?fault_at=1&fault=40001", ROWAN_CONFLICT },
		{ "?fault_at=2&fault=40001", ROWAN_CONFLICT },
		{ "?fault_at=1&fault=delay:1", ROWAN_OK },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int status;

		open_with(cases[i].options);
		status = connection_command_later(held, "BEGIN", ROWAN_HERE, &error);
		if (status == ROWAN_OK)
			status = run("INSERT INTO tasks VALUES (1)");
		assert_code(status, cases[i].code);
		assert_int(rowan_engine_stats(engine).faults, 1);
		assert_contains(warnings, i == 3 ? "at statement 2: INSERT" : "at statement 1: BEGIN");
		give_back();
		assert_int(stored(), 0);
	}
}

Test(fault, statements_are_counted_over_all_connections_and_rows_are_not)
{
	static const char rows[] = "SELECT 1 UNION SELECT 2 UNION SELECT 3";
	struct connection *other;

	open_with("?fault_at=5&fault=40001");
	other = checkout(engine, ROWAN_HERE);
	for (int i = 0; i < 2; i++) {
		assert_ok(run(rows));
		assert_ok(run_sql(other, rows, ROWAN_HERE, &error));
	}
	assert_int(rowan_engine_stats(engine).faults, 0);
	assert_code(run_sql(other, rows, ROWAN_HERE, &error), ROWAN_CONFLICT);
	assert_int(rowan_engine_stats(engine).faults, 1);
	assert_ok(run_sql(other, rows, ROWAN_HERE, &error));
	assert_ok(run(rows));
	engine_checkin(other);
	assert_int(rowan_engine_stats(engine).faults, 1);
}

/* A read whose answer is lost on its way, and another that was begun before. */
Test(fault, rows_that_are_being_read_are_lost_as_well)
{
	struct statement *statement;
	struct execution reading;

	open_with("?fault_at=2&fault=drop_after");
	assert_ok(statement_of(held, "SELECT 1 UNION SELECT 2", &statement, &error));
	execution_begin(&reading, held, statement, ROWAN_HERE, &error);
	assert_int(execution_step(&reading), DRIVER_ROW);
	cr_assert(run("SELECT 1") < 0);
	assert_code(execution_step(&reading), ROWAN_OPERATIONAL);
	assert_code(execution_end(&reading, ROWAN_OPERATIONAL), ROWAN_OPERATIONAL);
	give_back();
	assert_int(rowan_engine_stats(engine).size, 0);
}

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* It can take longer than that, never less. */
Test(fault, a_delay_takes_its_time_and_does_no_harm)
{
	int64_t before = now_ms();

	open_with("?fault_at=2&fault=delay:40");
	assert_ok(run("INSERT INTO tasks VALUES (1)"));
	assert_int(rowan_engine_stats(engine).faults, 0);
	assert_ok(run("INSERT INTO tasks VALUES (2)"));
	assert_int(rowan_engine_stats(engine).faults, 1);
	assert_ok(run("INSERT INTO tasks VALUES (3)"));
	assert_int(rowan_engine_stats(engine).faults, 1);
	cr_assert(now_ms() - before >= 40);
	assert_text(warnings, "fault: delay:40 at statement 2: INSERT INTO tasks VALUES (2)\n");

	before = now_ms();
	open_with("?fault=delay:0.01s");
	for (int way = 0; way < WAYS; way++)
		assert_ok(run_in_way(way, "DELETE FROM tasks"));
	assert_int(rowan_engine_stats(engine).faults, 3);
	cr_assert(now_ms() - before >= 30);
	assert_text(warnings, "fault: delay:10 at every statement\n");
}

/* ---- who is told ------------------------------------------------------------------------- */

static void keep_fault(struct rowan_observer *self, const struct rowan_event *event)
{
	if (event->kind == ROWAN_EVENT_FAULT)
		snprintf(self->context, 512, "%s", event->text);
}

Test(fault, observers_are_told_of_it_before_the_statement_fails)
{
	char told[512] = "", sql[400];
	struct rowan_observer observer = { .on_event = keep_fault, .context = told };
	size_t length;

	snprintf(sql, sizeof(sql), "INSERT INTO tasks\n\tSELECT 1 WHERE '%0200d\xc3\xa9' = ''", 0);
	open_with("?fault_at=1&fault=40001");
	rowan_engine_observe(engine, &observer);
	assert_code(run(sql), ROWAN_CONFLICT);
	rowan_engine_unobserve(engine, &observer);
	assert_contains(told, "40001 at statement 1: INSERT INTO tasks");
	length = strlen(told);
	cr_assert(length > 100 && length < 200, "%s", told);
	assert_contains(warnings, "fault: 40001 at statement 1: INSERT INTO tasks  SELECT 1");
}

/* ---- the pool ------------------------------------------------------------------------------ */

Test(fault, a_connection_that_cannot_be_rolled_back_is_not_lent_again)
{
	static const char *const kinds[] = { "drop", "drop_after", "40001" };

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		open_with_state(3, kinds[i]);
		assert_ok(run("BEGIN"));
		assert_ok(run("INSERT INTO tasks VALUES (1)"));
		give_back();
		assert_int(rowan_engine_stats(engine).faults, 1);
		assert_int(rowan_engine_stats(engine).size, 0);
		assert_int(stored(), 0);
		run_alone(engine, "INSERT INTO tasks VALUES (1)");
		empty();
	}
}

/* On a server BEGIN was not even sent. */
Test(fault, a_connection_that_is_lost_before_anybody_notices_is_not_lent_again)
{
	open_with("?fault_at=1&fault=drop");
	connection_command_later(held, "BEGIN", ROWAN_HERE, &error);
	give_back();
	assert_int(rowan_engine_stats(engine).size, 0);
	run_alone(engine, "INSERT INTO tasks VALUES (1)");
	assert_int(stored(), 1);
}

Test(fault, a_connection_that_is_checked_and_discarded_is_one_of_the_inner_drivers)
{
	struct rowan_engine *strict = rowan_engine_open(fault_url("?fault_at=3&fault=drop"),
		.pool = ROWAN_POOL_STATIC, .check = ROWAN_CHECK_PING, .check_after_ms = -1,
		.discard_on_return = true, .log = note_warning, .log_context = warnings);

	cr_assert(strict);
	run_alone(strict, "INSERT INTO tasks VALUES (1)");
	run_alone(strict, "INSERT INTO tasks VALUES (2)");
	assert_int(rowan_engine_stats(strict).connects, 1);
	held = checkout(strict, ROWAN_HERE);
	assert_code(run("INSERT INTO tasks VALUES (3)"), ROWAN_UNKNOWN_OUTCOME);
	give_back();
	run_alone(strict, "INSERT INTO tasks VALUES (3)");
	assert_int(rowan_engine_stats(strict).connects, 2);
	assert_int(stored(), 3);
	rowan_engine_close(strict);
}

Test(fault, a_sandbox_whose_connection_is_dropped_says_so_until_its_end)
{
	open_with("?fault_at=4&fault=drop");
	give_back();
	assert_ok(rowan_sandbox_begin(engine, &error));
	held = checkout(engine, ROWAN_HERE);
	assert_code(run("INSERT INTO tasks VALUES (1)"), ROWAN_OPERATIONAL);
	give_back();
	assert_code(engine_checkout(engine, ROWAN_HERE, &held, &error), ROWAN_OPERATIONAL);
	assert_contains(error.message, "only rowan_sandbox_end() helps");
	assert_ok(rowan_sandbox_end(engine, &error));
	assert_int(stored(), 0);
	run_alone(engine, "INSERT INTO tasks VALUES (1)");
	assert_int(stored(), 1);
}

Test(fault, a_database_in_memory_outlives_its_connections)
{
	static const char *const kinds[] = { "drop", "drop_after" };

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		char options[64];

		snprintf(options, sizeof(options), "fault:sqlite://?fault_at=5&fault=%s", kinds[i]);
		engine = rowan_engine_open(options, .log = note_warning, .log_context = warnings);
		cr_assert(engine);
		held = checkout(engine, ROWAN_HERE);
		assert_ok(run("CREATE TABLE tasks (id INTEGER)"));
		assert_ok(run("INSERT INTO tasks VALUES (1)"));
		assert_ok(run("BEGIN"));
		assert_ok(run("INSERT INTO tasks VALUES (2)"));
		assert_code(run("INSERT INTO tasks VALUES (3)"), ROWAN_OPERATIONAL);

		/* What was not committed is gone, and locks nobody out. */
		run_alone(engine, "INSERT INTO tasks VALUES (4)");
		assert_int(read_alone(engine, "SELECT sum(id) FROM tasks"), 5);
		give_back();
		assert_int(read_alone(engine, "SELECT sum(id) FROM tasks"), 5);
		rowan_engine_close(engine);
		engine = NULL;
	}
}

Test(fault, a_child_leaves_its_parents_connections_alone)
{
	int status;
	pid_t child;

	open_with("?fault_at=3&fault=40001");
	run_alone(engine, "INSERT INTO tasks VALUES (1)");
	child = fork();
	if (child == 0) {
		struct connection *own;
		int wrong = run("SELECT 1") != ROWAN_MISUSE;

		engine_checkin(held);
		wrong |= engine_checkout(engine, ROWAN_HERE, &own, &error) < 0;
		_exit(wrong || run_sql(own, "SELECT 1", ROWAN_HERE, &error) < 0);
	}
	cr_assert(child > 0);
	assert_int(waitpid(child, &status, 0), child);
	cr_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	assert_ok(run("SELECT 1"));
	assert_code(run("SELECT 1"), ROWAN_CONFLICT);	/* the child counted for itself */
}

Test(fault, what_a_client_library_is_handed_is_its_own)
{
	struct rowan_raw *raw;

	open_with("?fault_at=2&fault=40001");
	raw = rowan_raw_open(engine, &error);
	cr_assert(raw, "%s", error.message);
	cr_assert(runs_on("sqlite") ? raw->sqlite != NULL : raw->postgres != NULL);
	rowan_raw_close(raw);
	assert_ok(run("SELECT 1"));
	assert_code(run("SELECT 1"), ROWAN_CONFLICT);
}
