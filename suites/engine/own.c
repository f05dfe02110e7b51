/* SPDX-License-Identifier: MIT */
#include "own.h"

#include "server_script.h"

#include <criterion/hooks.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char name[32];

/* Tests are other processes, which inherit the environment. */
ReportHook(PRE_ALL)(struct criterion_test_set *tests)
{
	char options[64], line[256] = "";

	(void)tests;
	snprintf(name, sizeof(name), "engine-%ld", (long)getpid());
	snprintf(options, sizeof(options), "--local --tls --for %ld", (long)getpid());
	if (server_script("up", name, options, line)) {
		setenv("ROWAN_OWN_SERVER", name, 1);
		setenv("ROWAN_OWN_URL", line, 1);
	}
	if (server_script("tls", name, "right", line))
		setenv("ROWAN_OWN_ROOT", line, 1);
}

ReportHook(POST_ALL)(struct criterion_global_stats *stats)
{
	char line[256];

	(void)stats;
	server_script("down", name, "2>&1", line);
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

	cr_assert(server_script(command, name, "2>&1", line), "%s", line);
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
