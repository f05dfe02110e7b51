/* SPDX-License-Identifier: MIT */
#define _DEFAULT_SOURCE		/* initgroups() */
#include "pgbouncer.h"

#include "postgres_server.h"

#include "dialect/server.h"

#include <grp.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char folder[64], port[8];
static pid_t process;

static const char *program(void)
{
	static const char *const places[] = { "/usr/sbin/pgbouncer", "/usr/bin/pgbouncer",
					      "/usr/local/bin/pgbouncer" };

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (access(places[i], X_OK) == 0)
			return places[i];
	return NULL;
}

void pgbouncer_needed(void)
{
	server_needed();
	if (program())
		return;
	cr_assert_null(getenv("CI"), "no pgbouncer");
	fprintf(stderr, "SKIPPED, no pgbouncer\n");
	cr_skip_test("no pgbouncer");
}

static FILE *create_file(const char *name)
{
	char path[96];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "w");
	cr_assert(file, "%s", path);
	return file;
}

static const char *param(const PQconninfoOption *options, const char *keyword)
{
	for (; options->keyword; options++)
		if (strcmp(options->keyword, keyword) == 0)
			return options->val ? options->val : "";
	return "";
}

static void configure(int size)
{
	PQconninfoOption *options = PQconninfoParse(direct_url(), NULL);
	FILE *users = create_file("users"), *settings = create_file("settings");

	cr_assert(options);
	fprintf(users, "\"%s\" \"%s\"\n", param(options, "user"), param(options, "password"));
	fprintf(settings,
		"[databases]\n* = host=%s port=%s\n"
		"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = %s\nunix_socket_dir =\n"
		"auth_type = trust\nauth_file = %s/users\n"
		"pool_mode = transaction\ndefault_pool_size = %d\n",
		param(options, "host"), *param(options, "port") ? param(options, "port") : "5432",
		port, folder, size);
	fclose(users);
	fclose(settings);
	PQconninfoFree(options);
}

/* It does not run as root. */
static void become_somebody(void)
{
	const struct passwd *somebody = getpwnam("nobody");

	if (geteuid() == 0 && (!somebody || initgroups("nobody", somebody->pw_gid) < 0 ||
			       setgid(somebody->pw_gid) < 0 || setuid(somebody->pw_uid) < 0))
		_exit(1);
}

static void run_it(void)
{
	char settings[96], said[96];

	snprintf(settings, sizeof(settings), "%s/settings", folder);
	snprintf(said, sizeof(said), "%s/said", folder);
	if (!freopen(said, "w", stderr))
		_exit(1);
	become_somebody();
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	execl(program(), "pgbouncer", settings, (char *)NULL);
	_exit(1);
}

static bool listens(void)
{
	char info[96];
	PGconn *connection;
	bool well;

	snprintf(info, sizeof(info), "host=127.0.0.1 port=%s user=nobody dbname=pgbouncer", port);
	connection = PQconnectdb(info);
	/* Nobody may come in, but is told so. */
	well = PQstatus(connection) == CONNECTION_OK ||
	       strstr(PQerrorMessage(connection), "FATAL");
	PQfinish(connection);
	return well;
}

const char *pgbouncer_start(int size)
{
	snprintf(folder, sizeof(folder), "/tmp/rowan-pgbouncer-XXXXXX");
	cr_assert(mkdtemp(folder));
	cr_assert(chmod(folder, 0755) == 0);
	close(take_port(false, port));
	configure(size);
	process = fork();
	cr_assert(process >= 0);
	if (process == 0)
		run_it();
	for (int i = 0; i < 500 && !listens(); i++)
		poll(NULL, 0, 10);
	cr_assert(listens(), "pgbouncer does not start");
	return port;
}

static void remove_file(const char *name)
{
	char path[96];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	unlink(path);
}

void pgbouncer_stop(void)
{
	if (process <= 0)
		return;
	kill(process, SIGKILL);
	waitpid(process, NULL, 0);
	process = 0;
	remove_file("users");
	remove_file("settings");
	remove_file("said");
	rmdir(folder);
}
