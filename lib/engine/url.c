/* SPDX-License-Identifier: MIT */
#include "engine/url.h"

#include "base/alloc.h"
#include "base/error.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

/*
 * scheme[+suffix]://[/path][?option=word&..].  The suffix is how SQLAlchemy
 * names a Python driver; it is accepted so that one URL serves both worlds.
 *
 * Messages quote a scheme or an option, never the rest: it may hold a password.
 */

#define WORDS 7

/* The options of SQLite, and the words each may have. */
static const struct option {
	const char *name;
	size_t offset;		/* of the word, in struct sqlite_target */
	const char *words[WORDS];
} sqlite_options[] = {
	{ "mode", offsetof(struct sqlite_target, mode), { "ro", "rw", "rwc" } },
	{ "journal_mode", offsetof(struct sqlite_target, journal_mode),
	  { "delete", "truncate", "persist", "memory", "wal", "off" } },
	{ "synchronous", offsetof(struct sqlite_target, synchronous),
	  { "off", "normal", "full", "extra" } },
};

/* A part of the URL. */
struct span {
	const char *start;
	size_t length;
};

static struct span until(const char *start, const char *stop)
{
	return (struct span){ start, strcspn(start, stop) };
}

static bool is_word(struct span span, const char *word)
{
	return strlen(word) == span.length && strncasecmp(span.start, word, span.length) == 0;
}

/* How much of a part a message quotes. */
static int quoted(struct span span)
{
	return span.length < 32 ? (int)span.length : 32;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Decode %2F and the like; a NUL or half an escape is refused. */
static int decode(struct span span, char **out, struct rowan_error *error)
{
	char *text = mem_alloc(span.length + 1);
	char *end = text;

	*out = NULL;
	if (!text)
		return error_no_memory(error);
	for (size_t i = 0; i < span.length; i++) {
		int high, low;

		if (span.start[i] != '%') {
			*end++ = span.start[i];
			continue;
		}
		high = i + 2 < span.length ? hex_digit(span.start[i + 1]) : -1;
		low = high >= 0 ? hex_digit(span.start[i + 2]) : -1;
		if (low < 0 || high + low == 0) {
			mem_free(text);
			return error_set(error, ROWAN_MISUSE,
					 "a %% in the URL is not followed by two hexadecimal "
					 "digits of a character");
		}
		*end++ = (char)(high * 16 + low);
		i += 2;
	}
	*out = text;
	return ROWAN_OK;
}

static int find_word(const struct option *option, struct span value, const char **out,
		     struct rowan_error *error)
{
	for (size_t i = 0; i < WORDS && option->words[i]; i++) {
		if (is_word(value, option->words[i])) {
			*out = option->words[i];
			return ROWAN_OK;
		}
	}
	error_set(error, ROWAN_MISUSE, "%s in the URL cannot be \"%.*s\", only", option->name,
		  quoted(value), value.start);
	for (size_t i = 0; i < WORDS && option->words[i]; i++)
		error_more(error, "%s %s", i ? "," : "", option->words[i]);
	return ROWAN_MISUSE;
}

static int read_option(struct span name, struct span value, struct sqlite_target *target,
		       struct rowan_error *error)
{
	const size_t count = sizeof(sqlite_options) / sizeof(sqlite_options[0]);

	for (size_t i = 0; i < count; i++) {
		const struct option *option = &sqlite_options[i];
		const char **word = (const char **)(void *)((char *)target + option->offset);

		if (is_word(name, option->name))
			return find_word(option, value, word, error);
	}
	return error_set(error, ROWAN_MISUSE, "the URL has an option \"%.*s\" that SQLite does not",
			 quoted(name), name.start);
}

static int read_options(const char *query, struct sqlite_target *target,
			struct rowan_error *error)
{
	while (*query) {
		struct span name = until(query, "=&");
		const char *after = name.start + name.length;
		struct span value = until(*after == '=' ? after + 1 : after, "&");
		int status = ROWAN_OK;

		if (name.length || value.length)
			status = read_option(name, value, target, error);
		if (status < 0)
			return status;
		query = value.start + value.length;
		query += *query == '&';
	}
	return ROWAN_OK;
}

/* What follows "sqlite://". */
static int read_sqlite(const char *rest, struct engine_url *out, struct rowan_error *error)
{
	struct span path = until(rest, "?");
	const char *query = rest + path.length + (rest[path.length] == '?');
	int status = read_options(query, &out->target.sqlite, error);

	if (status < 0)
		return status;
	out->driver = &driver_sqlite;

	if (path.length && path.start[0] != '/')
		return error_set(error, ROWAN_MISUSE, "SQLite has no host: the URL of a file has "
						      "three slashes, as in sqlite:///tasks.db");
	if (path.length > 1 && !is_word(path, "/:memory:")) {
		path.start++;
		path.length--;
		status = decode(path, &out->path, error);
		out->target.sqlite.path = out->path;
		return status;
	}
	if (out->target.sqlite.mode)
		return error_set(error, ROWAN_MISUSE, "a database in memory has no mode");
	out->target.sqlite.memory = true;
	return ROWAN_OK;
}

static int read_url(const char *url, struct engine_url *out, struct rowan_error *error)
{
	struct span scheme = until(url, ":");
	struct span database = until(url, "+:");

	if (strncmp(url + scheme.length, "://", 3) != 0)
		return error_set(error, ROWAN_MISUSE,
				 "the URL does not begin with a scheme like sqlite://");
	if (is_word(database, "sqlite"))
		return read_sqlite(url + scheme.length + 3, out, error);
	if (is_word(database, "postgresql") || is_word(database, "postgres"))
		return error_set(error, ROWAN_MISUSE, "this build has no PostgreSQL driver");
	return error_set(error, ROWAN_MISUSE, "the URL names a database \"%.*s\" that is not known",
			 quoted(scheme), scheme.start);
}

int url_parse(const char *url, struct engine_url *out, struct rowan_error *error)
{
	int status;

	*out = (struct engine_url){ 0 };
	if (!url)
		return error_set(error, ROWAN_MISUSE, "there is no URL");
	status = read_url(url, out, error);
	if (status == ROWAN_OK) {
		/* SQLite has no passwords. */
		out->shown = mem_text(url);
		if (!out->shown)
			status = error_no_memory(error);
	}
	if (status < 0)
		url_release(out);
	return status;
}

void url_release(struct engine_url *url)
{
	mem_free(url->path);
	mem_free(url->shown);
	*url = (struct engine_url){ 0 };
}
