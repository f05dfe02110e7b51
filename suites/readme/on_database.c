/* SPDX-License-Identifier: MIT */
#include <rowan/fixtures/engine.h>

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * on-database PROGRAM: run it with the URL of an empty database in ROWAN_URL.  Ends
 * as it does; with 77, saying why, where there is no such database.
 */

static int run(char **command)
{
	int status;
	pid_t child = fork();

	if (child == 0) {
		execv(command[0], command);
		_exit(127);
	}
	if (child < 0 || waitpid(child, &status, 0) < 0 || !WIFEXITED(status))
		return 1;
	return WEXITSTATUS(status);
}

int main(int argc, char **argv)
{
	struct rowan_error error;
	const char *url;
	int status;

	if (argc < 2) {
		fprintf(stderr, "usage: on-database PROGRAM\n");
		return 2;
	}
	if (rowan_test_engine_missing()) {
		printf("%s\n", rowan_test_engine_missing());
		return getenv("CI") ? 1 : 77;
	}
	url = rowan_test_database(&error);
	if (!url) {
		fprintf(stderr, "%s\n", error.message);
		return 1;
	}
	setenv("ROWAN_URL", url, 1);
	status = run(argv + 1);
	rowan_test_database_drop(url);
	rowan_test_cleanup();
	return status;
}
