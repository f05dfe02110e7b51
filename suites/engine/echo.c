/* SPDX-License-Identifier: MIT */
#include "work.h"

#include <stdio.h>
#include <string.h>

/* The lines that were logged, one after another. */
static char logged[16384];

static void log_line(void *context, const char *line)
{
	size_t used = strlen(logged);

	cr_assert(context == logged);
	cr_assert(!strchr(line, '\n'));
	snprintf(logged + used, sizeof(logged) - used, "%s\n", line);
}

static const struct rowan_site here = { "tasks.c", 41 };
static struct rowan_engine *engine;
static struct connection *connection;
static struct rowan_error error;

static void open_with(unsigned echo)
{
	logged[0] = '\0';
	engine = rowan_engine_open("sqlite://", .echo = echo, .log = log_line,
				   .log_context = logged);
	cr_assert(engine);
	connection = checkout(engine, here);
}

static void close_engine(void)
{
	engine_checkin(connection);
	rowan_engine_close(engine);
}

TestSuite(echo, .timeout = 20);

struct task {
	int64_t id;
	const char *title, *secret;
	struct rowan_opt_int64 parent;
};

static const struct slot slots[] = {
	{ .type = ROWAN_TYPE_INT64, .offset = offsetof(struct task, id),
	  .value = offsetof(struct task, id), .name = "tasks.id" },
	{ .type = ROWAN_TYPE_TEXT, .offset = offsetof(struct task, title),
	  .value = offsetof(struct task, title), .name = "tasks.title" },
	{ .type = ROWAN_TYPE_TEXT, .secret = true, .offset = offsetof(struct task, secret),
	  .value = offsetof(struct task, secret), .name = "tasks.secret" },
	{ .type = ROWAN_TYPE_INT64, .optional = true, .nullable = true,
	  .offset = offsetof(struct task, parent),
	  .value = offsetof(struct task, parent.value), .name = "tasks.parent" },
};

static int run_task(void)
{
	struct task task = { .id = 7, .title = "open", .secret = "hunter2" };
	struct statement *statement;
	struct execution run;

	assert_ok(statement_of(connection, "SELECT ?1,\n\t?2, ?3, ?4", &statement, &error));
	execution_begin(&run, connection, statement, here, &error);
	execution_bind_row(&run, slots, 4, &task);
	while (execution_step(&run) == DRIVER_ROW)
		;
	return execution_end(&run, ROWAN_OK);
}

Test(echo, e08_lists_sql_parameters_and_place_with_secrets_masked)
{
	open_with(ROWAN_ECHO_SQL | ROWAN_ECHO_PARAMS);
	assert_ok(run_task());
	assert_text(logged, "SELECT ?1,  ?2, ?3, ?4 [7, 'open', ***, NULL]  (tasks.c:41)\n");
	close_engine();
}

Test(echo, e08_adds_time_and_rows)
{
	const char *digits;

	open_with(ROWAN_ECHO_SQL | ROWAN_ECHO_TIME);
	assert_ok(run_task());
	assert_contains(logged, "SELECT ?1,  ?2, ?3, ?4  ");
	assert_contains(logged, " us, 1 row  (tasks.c:41)\n");
	assert_lacks(logged, "open");
	assert_ok(run_sql(connection, "CREATE TABLE t (id INTEGER PRIMARY KEY)", here, &error));
	assert_ok(run_sql(connection, "INSERT INTO t VALUES (1), (2), (3)", here, &error));
	logged[0] = '\0';
	assert_ok(run_sql(connection, "UPDATE t SET id = id + 10 WHERE id > 1", here, &error));
	assert_contains(logged, " us, 2 rows  (");
	digits = strstr(logged, "  ") + 2;
	cr_assert(*digits >= '0' && *digits <= '9', "%s", logged);
	close_engine();
}

Test(echo, a_failure_is_told_with_its_kind)
{
	struct statement *statement;

	open_with(ROWAN_ECHO_SQL);
	assert_ok(run_sql(connection, "CREATE TABLE t (id INTEGER PRIMARY KEY)", here, &error));
	assert_ok(run_sql(connection, "INSERT INTO t VALUES (1)", here, &error));
	assert_code(run_sql(connection, "INSERT INTO t VALUES (1)", here, &error), ROWAN_UNIQUE);
	assert_contains(logged, "INSERT INTO t VALUES (1)  failed (unique)  (tasks.c:41)\n");
	assert_code(statement_of(connection, "SELECT * FROM nowhere", &statement, &error),
		    ROWAN_OPERATIONAL);
	assert_contains(logged, "SELECT * FROM nowhere  failed (operational)\n");
	close_engine();
}

Test(echo, transactions_are_told_too)
{
	open_with(ROWAN_ECHO_SQL);
	assert_ok(connection_execute(connection, "BEGIN", here, &error));
	assert_ok(connection_execute(connection, "COMMIT", here, &error));
	assert_text(logged, "BEGIN  (tasks.c:41)\nCOMMIT  (tasks.c:41)\n");
	assert_code(connection_execute(connection, "COMMIT", here, &error), ROWAN_OPERATIONAL);
	assert_text(error.site.file, "tasks.c");
	close_engine();
}

/* What each value looks like. */
Test(echo, every_type_is_readable_and_long_ones_are_cut)
{
	static char text[200];
	int16_t i16 = -1;
	int32_t i32 = 2;
	int64_t i64 = INT64_MIN, numbers[12] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 };
	bool flag = true;
	double real = 0.1;
	const char *words = text, *quoted = "a\nb", *list[] = { "x", NULL };
	struct rowan_bytes bytes = { "abc", 3 };
	struct rowan_datetime instant = rowan_datetime(2024, 2, 29, 1, 2, 3);
	struct rowan_date day = rowan_date(2024, 2, 29);
	struct rowan_time time = rowan_time(1, 2, 3);
	struct rowan_uuid uuid = { { 0 } };
	struct statement *statement;
	struct execution run;

	memset(text, 'x', 63);
	strcpy(text + 63, "ééé");
	open_with(ROWAN_ECHO_SQL | ROWAN_ECHO_PARAMS);
	assert_ok(statement_of(connection, "SELECT ?17", &statement, &error));
	execution_begin(&run, connection, statement, here, &error);
	execution_bind_value(&run, ROWAN_TYPE_INT16, &i16, false);
	execution_bind_value(&run, ROWAN_TYPE_INT32, &i32, false);
	execution_bind_value(&run, ROWAN_TYPE_INT64, &i64, false);
	execution_bind_value(&run, ROWAN_TYPE_BOOL, &flag, false);
	execution_bind_value(&run, ROWAN_TYPE_DOUBLE, &real, false);
	execution_bind_value(&run, ROWAN_TYPE_TEXT, &words, false);
	execution_bind_value(&run, ROWAN_TYPE_TEXT, &quoted, false);
	execution_bind_value(&run, ROWAN_TYPE_BYTES, &bytes, false);
	execution_bind_value(&run, ROWAN_TYPE_DATETIME, &instant, false);
	execution_bind_value(&run, ROWAN_TYPE_DATE, &day, false);
	execution_bind_value(&run, ROWAN_TYPE_TIME, &time, false);
	execution_bind_value(&run, ROWAN_TYPE_UUID, &uuid, false);
	execution_bind_value(&run, ROWAN_TYPE_TEXT, NULL, false);
	execution_bind_list(&run, ROWAN_TYPE_INT64, numbers, 12, false);
	execution_bind_list(&run, ROWAN_TYPE_TEXT, list, 2, false);
	execution_bind_list(&run, ROWAN_TYPE_TEXT, list, 2, true);
	execution_bind_list(&run, ROWAN_TYPE_INT64, numbers, 0, false);
	assert_int(execution_step(&run), DRIVER_ROW);
	assert_ok(execution_end(&run, ROWAN_OK));
	assert_contains(logged, "[-1, 2, -9223372036854775808, true, 0.1, 'xxxx");
	assert_contains(logged, "xxx..', 'a b', <3 bytes>, 2024-02-29T01:02:03");
	assert_contains(logged, "Z, 2024-02-29, 01:02:03");
	assert_contains(logged, ", 00000000-0000-0000-0000-000000000000, NULL, "
				"[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, .. 12 items in all], "
				"['x', NULL], ***, []]");
	close_engine();
}

Test(echo, nothing_is_logged_unless_asked_for)
{
	open_with(ROWAN_ECHO_NONE);
	assert_ok(run_task());
	assert_text(logged, "");
	close_engine();
}

/* ---- observers ------------------------------------------------------------- */

struct listener {
	struct rowan_observer observer;
	int count;
	struct rowan_event last;
	char text[256], params[256];
};

static void listen(struct rowan_observer *self, const struct rowan_event *event)
{
	struct listener *listener = (struct listener *)self;

	listener->count++;
	listener->last = *event;
	snprintf(listener->text, sizeof(listener->text), "%s", event->text);
	snprintf(listener->params, sizeof(listener->params), "%s",
		 event->params ? event->params : "(none)");
}

Test(echo, observers_hear_of_each_execution_while_they_listen)
{
	struct listener first = { .observer.on_event = listen };
	struct listener second = { .observer.on_event = listen };

	open_with(ROWAN_ECHO_NONE);
	assert_ok(run_task());
	rowan_engine_observe(engine, &first.observer);
	rowan_engine_observe(engine, &second.observer);
	assert_ok(run_task());
	assert_int(first.count, 1);
	assert_int(first.last.kind, ROWAN_EVENT_STATEMENT);
	assert_int(first.last.rows, 1);
	assert_int(first.last.status, ROWAN_OK);
	assert_int(first.last.site.line, 41);
	assert_int(first.last.ns, 0);
	cr_assert(!first.last.prepared && !first.last.internal);
	assert_text(first.text, "SELECT ?1,\n\t?2, ?3, ?4");
	assert_text(first.params, "(none)");

	rowan_engine_unobserve(engine, &first.observer);
	assert_ok(connection_execute(connection, "BEGIN", here, &error));
	cr_assert(second.last.internal);
	assert_int(first.count, 1);
	assert_int(second.count, 2);
	rowan_engine_unobserve(engine, &first.observer);
	rowan_engine_unobserve(engine, &second.observer);
	assert_ok(run_task());
	assert_int(second.count, 2);
	assert_text(logged, "");
	close_engine();
}

Test(echo, observers_are_given_parameters_and_time_without_a_log)
{
	struct listener listener = { .observer.on_event = listen };

	open_with(ROWAN_ECHO_PARAMS | ROWAN_ECHO_TIME);
	rowan_engine_observe(engine, &listener.observer);
	assert_ok(run_task());
	assert_text(listener.params, "[7, 'open', ***, NULL]");
	cr_assert_gt(listener.last.ns, 0);
	cr_assert(listener.last.prepared);
	assert_text(logged, "");
	rowan_engine_unobserve(engine, &listener.observer);
	close_engine();
}

Test(echo, warnings_are_logged_even_without_echo)
{
	struct listener listener = { .observer.on_event = listen };

	open_with(ROWAN_ECHO_NONE);
	rowan_engine_observe(engine, &listener.observer);
	engine_report(engine, ROWAN_EVENT_WARNING, here, "%d rows were\nedited", 3);
	assert_text(logged, "warning: 3 rows were edited  (tasks.c:41)\n");
	assert_text(listener.text, "3 rows were\nedited");
	assert_int(listener.last.kind, ROWAN_EVENT_WARNING);
	engine_report(engine, ROWAN_EVENT_N_PLUS_ONE, here, "tasks of each user");
	assert_contains(logged, "N+1: tasks of each user  (tasks.c:41)\n");
	rowan_engine_unobserve(engine, &listener.observer);
	close_engine();
}

Test(echo, an_engine_with_open_sessions_names_them_and_is_kept)
{
	int sessions[200];

	open_with(ROWAN_ECHO_NONE);
	for (int i = 0; i < 200; i++)
		engine_session_opened(engine, &sessions[i], (struct rowan_site){ "report.c", i });
	for (int i = 0; i < 199; i++)
		engine_session_closed(engine, &sessions[i]);
	rowan_engine_close(engine);
	assert_text(logged, "warning: the engine is not closed: a session is still open"
			    "  (report.c:199)\n");
	assert_ok(run_task());
	engine_session_closed(engine, &sessions[199]);

	logged[0] = '\0';
	rowan_engine_close(engine);
	assert_text(logged, "warning: the engine is not closed: a connection is still in use"
			    "  (tasks.c:41)\n");
	close_engine();
}
