/* SPDX-License-Identifier: MIT */
#include "database.h"

#include "engine/internal.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

TestSuite(postgres, .init = open_database, .fini = close_database, .timeout = 60);

/* ---- opening ------------------------------------------------------------------- */

/* The database's URL with another scheme. */
static const char *spelled(const char *scheme)
{
	static char url[1024];
	const char *rest = strstr(database_url(""), "://");

	snprintf(url, sizeof(url), "%s%s", scheme, rest);
	return url;
}

Test(postgres, e03_all_spellings_open_the_same_database)
{
	static const char *const schemes[] = { "postgresql", "postgres", "postgresql+asyncpg",
					       "postgresql+psycopg2", "postgresql+psycopg",
					       "postgresql+pg8000" };
	static const char sql[] = "SELECT oid::bigint FROM pg_database"
				  " WHERE datname = current_database()";
	int64_t oid = read_alone(admin, sql);

	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++) {
		struct rowan_engine *engine = rowan_engine_open(spelled(schemes[i]));

		assert_int(read_alone(engine, sql), oid);
		rowan_engine_close(engine);
	}
}

Test(postgres, what_the_url_and_the_call_say_reaches_the_server)
{
	struct rowan_engine *engine =
		rowan_engine_open(database_url("?application_name=from_url&options=-c%20work_mem%3D77kB"
					       "%20-c%20statement_timeout%3D5s"),
				  .application_name = "o'rowan = \\x");

	assert_int(read_alone(engine, "SELECT (current_setting('application_name')"
				      " = 'o''rowan = \\x')::int::bigint"), 1);
	assert_int(read_alone(engine, "SELECT (current_setting('work_mem') = '77kB')::int::bigint"), 1);
	assert_int(read_alone(engine, "SELECT setting::bigint FROM pg_settings"
				      " WHERE name = 'statement_timeout'"), 5000);
	rowan_engine_close(engine);
}

Test(postgres, e07_a_statement_that_takes_too_long_is_ended)
{
	struct rowan_engine *engine = rowan_engine_open(database_url("?command_timeout=0.05"));
	struct connection *held = checkout(engine, ROWAN_HERE);
	struct rowan_error error;

	assert_code(run_sql(held, "SELECT pg_sleep(60)", ROWAN_HERE, &error), ROWAN_TIMEOUT);
	assert_text(error.sqlstate, "57014");
	assert_int(held->broken, false);
	engine_checkin(held);
	assert_int(read_alone(engine, "SELECT 1::bigint"), 1);
	assert_int(rowan_engine_stats(engine).connects, 1);
	rowan_engine_close(engine);
}

Test(postgres, e14_what_looks_wrong_is_said_once)
{
	struct rowan_engine *engine =
		rowan_engine_open(database_url("?future=True&check_same_thread=False"),
				  .log = note_warning, .log_context = warnings);

	assert_text(warnings, "");
	run_alone(engine, "SELECT 1");
	rowan_engine_dispose(engine);
	run_alone(engine, "SELECT 1");
	assert_text(warnings,
		    "warning: the URL's option future has no meaning here and is ignored\n"
		    "warning: the URL's option check_same_thread has no meaning here and is ignored\n");
	rowan_engine_close(engine);
}

Test(postgres, e05_tables_that_are_changed_through_a_pooler_are_warned_of)
{
	static const struct rowan_model *const none[] = { NULL };
	struct rowan_engine *direct = rowan_engine_open(database_url(""), .log = note_warning,
							.log_context = warnings);
	struct rowan_engine *pooled =
		rowan_engine_open(database_url(""), .pooler = ROWAN_POOLER_TRANSACTION,
				  .log = note_warning, .log_context = warnings);

	assert_ok(rowan_create_all(direct, none, NULL));
	assert_text(warnings, "");
	assert_ok(rowan_create_all(pooled, none, NULL));
	assert_contains(warnings, "through a pooler");
	rowan_engine_close(direct);
	rowan_engine_close(pooled);
}

/* ---- what cannot be had -------------------------------------------------------- */

/* A URL of which an engine opens and cannot connect: one line without the password. */
static void assert_unreachable(const char *url, const char *why)
{
	struct rowan_error error = { 0 };
	struct rowan_engine *engine = rowan_engine_open(url, .connect_timeout_ms = 300,
							.error = &error);
	struct connection *none;

	cr_assert(engine, "%s", error.message);
	assert_code(engine_checkout(engine, ROWAN_HERE, &none, &error), ROWAN_OPERATIONAL);
	assert_contains(error.message, "cannot connect to PostgreSQL at ");
	assert_contains(error.message, why);
	assert_lacks(error.message, "\n");
	assert_lacks(error.message, "hunter2");
	assert_lacks(error.database, "hunter2");
	assert_lacks(error.detail, "hunter2");
	assert_int(rowan_engine_stats(engine).size, 0);
	rowan_engine_close(engine);

	/* A static pool wants to know when it is opened. */
	cr_assert(!rowan_engine_open(url, .pool = ROWAN_POOL_STATIC, .connect_timeout_ms = 300,
				     .error = &error));
	assert_contains(error.message, why);
}

/* A listener of the loopback interface that nobody accepts from. */
static int listen_to_nobody(int backlog, char url[128])
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	socklen_t length = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int(bind(fd, (struct sockaddr *)&address, length), 0);
	if (backlog >= 0)
		assert_int(listen(fd, backlog), 0);
	assert_int(getsockname(fd, (struct sockaddr *)&address, &length), 0);
	snprintf(url, 128, "postgresql://ada:hunter2@127.0.0.1:%d/t", ntohs(address.sin_port));
	return fd;
}

Test(postgres, a_server_that_is_not_there_is_told_of_at_once)
{
	char url[128];
	int fd = listen_to_nobody(-1, url);

	assert_unreachable(url, "Connection refused");
	close(fd);
	assert_unreachable("postgresql://ada:hunter2@%2Fnowhere/t", "No such file or directory");
}

Test(postgres, e06_a_server_that_never_answers_is_given_up)
{
	char url[128], options[160];
	int fd = listen_to_nobody(1, url);

	assert_unreachable(url, "no answer within 300 ms");
	/* The call's own time-out was the shorter one. */
	snprintf(options, sizeof(options), "%s?connect_timeout=60", url);
	assert_unreachable(options, "no answer within 300 ms");
	close(fd);
}

/* Behind a full queue the very first packet stays without an answer. */
Test(postgres, e06_a_network_that_swallows_everything_is_given_up)
{
	enum { FILL = 16 };
	struct sockaddr_in address;
	socklen_t length = sizeof(address);
	int queue[FILL];
	char url[128];
	int fd = listen_to_nobody(0, url);

	assert_int(getsockname(fd, (struct sockaddr *)&address, &length), 0);
	for (int i = 0; i < FILL; i++) {
		queue[i] = socket(AF_INET, SOCK_STREAM, 0);
		assert_int(fcntl(queue[i], F_SETFL, O_NONBLOCK), 0);
		connect(queue[i], (struct sockaddr *)&address, length);
	}
	assert_unreachable(url, "no answer within 300 ms");
	for (int i = 0; i < FILL; i++)
		close(queue[i]);
	close(fd);
}

/* A server that answers each wish for TLS with no. */
static void *refuse_tls(void *fd)
{
	char request[8];
	int client;

	while ((client = accept(*(int *)fd, NULL, NULL)) >= 0) {
		if (recv(client, request, sizeof(request), MSG_WAITALL) == sizeof(request))
			send(client, "N", 1, MSG_NOSIGNAL);
		close(client);
	}
	return NULL;
}

Test(postgres, sec_5_a_server_without_tls_is_refused_where_tls_is_required)
{
	static const char *const options[] = { "ssl=require", "sslmode=require", "ssl=verify-full" };
	char url[128], required[160];
	pthread_t thread;
	int fd = listen_to_nobody(5, url);

	assert_int(pthread_create(&thread, NULL, refuse_tls, &fd), 0);
	for (size_t i = 0; i < 3; i++) {
		snprintf(required, sizeof(required), "%s?%s&sslrootcert=/etc/hosts", url, options[i]);
		assert_unreachable(required, "server does not support SSL, but SSL was required");
	}
	shutdown(fd, SHUT_RDWR);
	pthread_join(thread, NULL);
	close(fd);
}

Test(postgres, a_database_or_a_role_that_does_not_exist_is_named)
{
	char url[1024];
	const char *slash = strrchr(database_url(""), '/');

	snprintf(url, sizeof(url), "%.*s/no_such_database", (int)(slash - database_url("")),
		 database_url(""));
	assert_unreachable(url, "database \"no_such_database\" does not exist");
}

/* ---- the pool ------------------------------------------------------------------ */

static int open_sockets(void)
{
	DIR *directory = opendir("/proc/self/fd");
	struct dirent *entry;
	int count = 0;

	cr_assert(directory);
	while ((entry = readdir(directory))) {
		char path[300];
		struct stat status;

		snprintf(path, sizeof(path), "/proc/self/fd/%s", entry->d_name);
		count += stat(path, &status) == 0 && S_ISSOCK(status.st_mode);
	}
	closedir(directory);
	return count;
}

Test(postgres, e10_dispose_leaves_no_socket_and_the_next_use_reopens)
{
	struct rowan_engine *engine = rowan_engine_open(database_url(""), .pool_size = 5);
	const int before = open_sockets();
	struct connection *held[5];

	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < 5; i++)
			held[i] = checkout(engine, ROWAN_HERE);
		assert_int(open_sockets() - before, 5);
		for (int i = 0; i < 4; i++)
			engine_checkin(held[i]);
		rowan_engine_dispose(engine);
		assert_int(open_sockets() - before, 1);
		engine_checkin(held[4]);
		assert_int(open_sockets() - before, 0);
	}
	assert_int(rowan_engine_stats(engine).connects, 15);
	run_alone(engine, "SELECT 1");
	rowan_engine_close(engine);
	assert_int(open_sockets() - before, 0);
}

static int64_t idle_backend(struct rowan_engine *engine)
{
	struct connection *held = checkout(engine, ROWAN_HERE);
	int64_t backend = backend_of(held);

	engine_checkin(held);
	return backend;
}

Test(postgres, p05_a_terminated_backend_is_replaced_unseen)
{
	static const struct rowan_engine_options cases[] = {
		{ .check_after_ms = -1 },
		{ .check_after_ms = -1, .check = ROWAN_CHECK_PING },
		{ .check_after_ms = 1000 },
		{ .check_after_ms = -1, .pool = ROWAN_POOL_STATIC },
		{ .recycle_s = 60 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct rowan_engine *engine = rowan_engine_open_(database_url(""), cases[i]);
		int64_t backend = idle_backend(engine);

		terminate(backend);
		engine->pool.idle->since_ns -= NS_PER_S;	/* as if it were a while ago */
		engine->pool.idle->opened_ns -= 60 * (int64_t)NS_PER_S;
		cr_assert_neq(idle_backend(engine), backend);
		assert_int(rowan_engine_stats(engine).connects, 2);
		assert_int(rowan_engine_stats(engine).lost, cases[i].recycle_s ? 0 : 1);
		rowan_engine_close(engine);
	}
}

Test(postgres, pool_7_a_failure_tells_of_the_dead_connection_and_its_siblings_go_along)
{
	struct rowan_engine *engine = rowan_engine_open(database_url(""));
	struct connection *lost = checkout(engine, ROWAN_HERE), *other = checkout(engine, ROWAN_HERE);
	struct rowan_error error;
	int64_t backend = backend_of(lost);

	engine_checkin(other);
	terminate(backend);
	assert_code(run_sql(lost, "SELECT 1", ROWAN_HERE, &error), ROWAN_OPERATIONAL);
	assert_int(lost->broken, true);
	engine_checkin(lost);
	assert_int(rowan_engine_stats(engine).size, 0);
	assert_int(rowan_engine_stats(engine).lost, 1);
	run_alone(engine, "SELECT 1");
	rowan_engine_close(engine);
}

Test(postgres, a_mistake_in_a_statement_costs_no_connection)
{
	struct rowan_engine *engine = rowan_engine_open(database_url(""));
	struct rowan_error error;

	for (int i = 0; i < 3; i++) {
		struct connection *held = checkout(engine, ROWAN_HERE);

		assert_int(run_sql(held, "SELECT * FROM nowhere", ROWAN_HERE, &error) < 0, 1);
		assert_int(run_sql(held, "SELECT 1/0", ROWAN_HERE, &error) < 0, 1);
		engine_checkin(held);
	}
	assert_int(rowan_engine_stats(engine).connects, 1);
	rowan_engine_close(engine);
}

/* ---- what is told -------------------------------------------------------------- */

struct task {
	int64_t id;
	const char *title, *secret;
};

static const struct slot slots[] = {
	{ .type = ROWAN_TYPE_INT64, .offset = offsetof(struct task, id),
	  .value = offsetof(struct task, id), .name = "tasks.id" },
	{ .type = ROWAN_TYPE_TEXT, .offset = offsetof(struct task, title),
	  .value = offsetof(struct task, title), .name = "tasks.title" },
	{ .type = ROWAN_TYPE_TEXT, .secret = true, .offset = offsetof(struct task, secret),
	  .value = offsetof(struct task, secret), .name = "tasks.secret" },
};

static void insert(struct connection *connection, const struct task *tasks, size_t count)
{
	static const char sql[] = "INSERT INTO tasks SELECT * FROM"
				  " unnest($1::bigint[], $2::text[], $3::text[])";
	const void *rows[64];
	struct driver_outcome outcome;
	struct statement *statement;
	struct execution run;
	struct rowan_error error;

	for (size_t i = 0; i < count; i++)
		rows[i] = &tasks[i];
	assert_ok(statement_of(connection, sql, &statement, &error));
	execution_begin(&run, connection, statement, ROWAN_HERE, &error);
	execution_bind_rows(&run, slots, 3, rows, count);
	cr_assert(execution_send(&run) == ROWAN_OK, "%s", error.message);
	cr_assert(execution_receive(&run, &outcome) == ROWAN_OK, "%s", error.message);
	assert_int(outcome.changed, count);
	assert_ok(execution_end(&run, ROWAN_OK));
}

Test(postgres, e08_rows_that_go_as_arrays_are_shown_row_by_row)
{
	static const struct task tasks[25] = { { 1, "open", "hunter2" }, { 2, NULL, NULL } };
	struct rowan_engine *engine =
		rowan_engine_open(database_url(""), .echo = ROWAN_ECHO_SQL | ROWAN_ECHO_PARAMS,
				  .log = note_warning, .log_context = warnings);
	struct connection *held = checkout(engine, ROWAN_HERE);

	run_alone(admin, "CREATE TABLE tasks (id bigint, title text, secret text)");
	insert(held, tasks, 2);
	assert_contains(warnings, "$3::text[]) [1, 'open', ***, 2, NULL, ***]");
	insert(held, tasks, 25);
	assert_contains(warnings, "0, NULL, ***, .. 25 rows in all]");
	assert_lacks(warnings, "hunter2");
	engine_checkin(held);
	rowan_engine_close(engine);
}
