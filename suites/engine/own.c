/* SPDX-License-Identifier: MIT */
#include "own.h"

#include <criterion/hooks.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char name[32];

/* The last line that the command prints; false if it failed. */
static bool ask(const char *command, const char *options, char line[256])
{
	char text[1024];
	FILE *output;

	snprintf(text, sizeof(text), "'%s' %s --name %s %s", ROWAN_SERVER_SCRIPT, command, name,
		 options);
	output = popen(text, "r");
	if (!output)
		return false;
	while (fgets(line, 256, output))
		line[strcspn(line, "\n")] = '\0';
	return pclose(output) == 0;
}

/* Tests are other processes, which inherit the environment. */
ReportHook(PRE_ALL)(struct criterion_test_set *tests)
{
	char options[64], line[256] = "";

	(void)tests;
	snprintf(name, sizeof(name), "engine-%ld", (long)getpid());
	snprintf(options, sizeof(options), "--local --tls --for %ld", (long)getpid());
	if (ask("up", options, line)) {
		setenv("ROWAN_OWN_SERVER", name, 1);
		setenv("ROWAN_OWN_URL", line, 1);
	}
	if (ask("tls", "right", line))
		setenv("ROWAN_OWN_ROOT", line, 1);
}

ReportHook(POST_ALL)(struct criterion_global_stats *stats)
{
	char line[256];

	(void)stats;
	ask("down", "2>&1", line);
}

void need_own_server(void)
{
	static const char none[] = "no PostgreSQL: a private cluster could not be started";

	if (getenv("ROWAN_OWN_URL")) {
		snprintf(name, sizeof(name), "%s", getenv("ROWAN_OWN_SERVER"));
		return;
	}
	cr_assert_null(getenv("CI"), "%s", none);
	cr_skip_test("%s", none);
}

const char *own_server(const char *command)
{
	static char line[256];

	cr_assert(ask(command, "2>&1", line), "%s", line);
	return line;
}

const char *own_root(void)
{
	return getenv("ROWAN_OWN_ROOT");
}

const char *own_url_as(const char *user, const char *rest)
{
	static char url[1024];
	const char *host = strchr(getenv("ROWAN_OWN_URL"), '@');
	const char *end = strrchr(host, '/');

	snprintf(url, sizeof(url), "postgresql://%s%.*s%s", user, (int)(end - host), host, rest);
	return url;
}

const char *own_url(const char *rest)
{
	return own_url_as("postgres", rest);
}
