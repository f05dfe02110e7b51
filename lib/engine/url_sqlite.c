/* SPDX-License-Identifier: MIT */
#include "engine/url_parts.h"

#include "base/error.h"

#include <string.h>

/* sqlite[+suffix]://[/path][?option=word&..] */

#define WORDS 7

/* The options, and the words each may have. */
static const struct option {
	const char *name;
	size_t offset;		/* of the word, in struct sqlite_target */
	const char *words[WORDS];
} options[] = {
	{ "mode", offsetof(struct sqlite_target, mode), { "ro", "rw", "rwc" } },
	{ "journal_mode", offsetof(struct sqlite_target, journal_mode),
	  { "delete", "truncate", "persist", "memory", "wal", "off" } },
	{ "synchronous", offsetof(struct sqlite_target, synchronous),
	  { "off", "normal", "full", "extra" } },
};

static int take_option(struct engine_url *url, const char *name, const char *value,
		       struct rowan_error *error)
{
	struct nearest nearest = { .wanted = name };

	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		const struct option *option = &options[i];
		char *target = (char *)&url->target.sqlite + option->offset;

		if (strcmp(name, option->name) == 0)
			return url_find_word(name, value, option->words,
					     (const char **)(void *)target, error);
		nearest_add(&nearest, option->name);
	}
	/* Python's name for the busy_timeout, in seconds. */
	if (strcmp(name, "timeout") == 0)
		return url_take_ms(name, value, "s", &url->busy_timeout_ms, error);
	if (url_is_foreign(name))
		return url_ignore_option(url, name, error);
	nearest_add(&nearest, "timeout");
	return url_unknown_option(url, "SQLite", &nearest, error);
}

static int read_path(struct engine_url *out, struct span path, struct rowan_error *error)
{
	char *name;
	int status;

	if (!path.length || span_is(path, "/") || span_is(path, "/:memory:")) {
		out->target.sqlite.memory = true;
		return ROWAN_OK;
	}
	if (path.start[0] != '/')
		return error_set(error, ROWAN_MISUSE, "SQLite has no host: the URL of a file has "
						      "three slashes, as in sqlite:///tasks.db");
	path.start++;
	path.length--;
	status = url_decode(out, path, &name, error);
	out->target.sqlite.path = name;
	return status;
}

int url_read_sqlite(struct engine_url *out, const char *url, const char *rest,
		    struct rowan_error *error)
{
	struct span path = span_until(rest, "?");
	const char *query = rest + path.length + (rest[path.length] == '?');
	int status = url_read_options(out, query, take_option, error);

	if (status == ROWAN_OK)
		status = read_path(out, path, error);
	if (status < 0)
		return status;
	if (out->target.sqlite.memory && out->target.sqlite.mode)
		return error_set(error, ROWAN_MISUSE, "a database in memory has no mode");

	out->driver = &driver_sqlite;
	out->shown = arena_text(&out->arena, url, strlen(url));	/* it has no passwords */
	return out->shown ? ROWAN_OK : error_no_memory(error);
}
