/* SPDX-License-Identifier: MIT */
#include "engine/url_parts.h"

#include "base/error.h"
#include "base/text.h"

#include <string.h>
#include <strings.h>

/*
 * The options of a PostgreSQL URL: all of libpq's, and what the drivers of Python
 * call some of them.  Time-outs become options of the engine, which has them too.
 */

/* "ssl" is how asyncpg calls it. */
static int take_ssl(struct engine_url *url, const char *name, const char *value,
		    struct rowan_error *error)
{
	static const char *const modes[] = { "disable", "allow", "prefer", "require", "verify-ca",
					     "verify-full", NULL };
	static const struct { const char *word, *mode; } truths[] = {
		{ "true", "require" }, { "on", "require" }, { "yes", "require" }, { "1", "require" },
		{ "false", "disable" }, { "off", "disable" }, { "no", "disable" }, { "0", "disable" },
	};
	const char *mode = NULL;
	int status;

	for (size_t i = 0; i < sizeof(truths) / sizeof(truths[0]); i++)
		if (strcmp(name, "ssl") == 0 && strcasecmp(value, truths[i].word) == 0)
			value = truths[i].mode;
	status = url_find_word(name, value, modes, &mode, error);
	return status < 0 ? status : url_set_param(url, "sslmode", mode, error);
}

static int take_connect_timeout(struct engine_url *url, const char *name, const char *value,
				struct rowan_error *error)
{
	return url_take_ms(name, value, "s", &url->connect_timeout_ms, error);
}

static int take_command_timeout(struct engine_url *url, const char *name, const char *value,
				struct rowan_error *error)
{
	return url_take_ms(name, value, "s", &url->statement_timeout_ms, error);
}

static int take_statement_timeout(struct engine_url *url, const char *name, const char *value,
				  struct rowan_error *error)
{
	return url_take_ms(name, value, "ms", &url->statement_timeout_ms, error);
}

static int take_database(struct engine_url *url, const char *name, const char *value,
			 struct rowan_error *error)
{
	(void)name;
	return url_set_param(url, "dbname", value, error);
}

/* The driver speaks UTF-8, whatever the database does. */
static int take_encoding(struct engine_url *url, const char *name, const char *value,
			 struct rowan_error *error)
{
	static const char *const encodings[] = { "utf8", "utf-8", "unicode", "auto", NULL };
	const char *encoding = NULL;

	(void)url;
	return url_find_word(name, value, encodings, &encoding, error);
}

/* ---- the server's own command line --------------------------------------------- */

/* The next word; a backslash keeps a blank in it. */
static struct span next_word(const char **at)
{
	static const char blanks[] = " \t\n\r\f\v";
	struct span word = { *at + strspn(*at, blanks), 0 };
	const char *end = word.start;

	while (*end && !strchr(blanks, *end))
		end += end[0] == '\\' && end[1] ? 2 : 1;
	word.length = (size_t)(end - word.start);
	*at = end;
	return word;
}

/* The value in "statement_timeout=value"; underscores may be dashes there. */
static const char *timeout_in(struct span setting)
{
	static const char name[] = "statement_timeout=";
	const size_t length = sizeof(name) - 1;

	if (setting.length < length)
		return NULL;
	for (size_t i = 0; i < length; i++)
		if (name[i] == '_' ? !strchr("_-", setting.start[i])
				   : (setting.start[i] | 0x20) != (name[i] | 0x20))
			return NULL;
	return setting.start + length;
}

static int take_timeout_setting(struct engine_url *url, const char *value, const char *end,
				struct rowan_error *error)
{
	const char *text = arena_text(&url->arena, value, (size_t)(end - value));

	return text ? take_statement_timeout(url, "statement_timeout", text, error)
		    : error_no_memory(error);
}

/*
 * "-c statement_timeout=30000" is taken out: a pooler between transactions refuses to
 * begin with it, so the driver sets it in a way that works there as well.
 */
static int take_server_options(struct engine_url *url, const char *name, const char *value,
			       struct rowan_error *error)
{
	struct text kept = { 0 };
	int status = ROWAN_OK;

	while (status == ROWAN_OK) {
		struct span word = next_word(&value), setting = word;
		const char *timeout;

		if (!word.length)
			break;
		if (span_is(word, "-c"))
			setting = next_word(&value);
		else if (word.length > 2 && (!strncmp(word.start, "--", 2) ||
					     !strncmp(word.start, "-c", 2)))
			setting = (struct span){ word.start + 2, word.length - 2 };

		timeout = setting.start == word.start ? NULL : timeout_in(setting);
		if (timeout) {
			status = take_timeout_setting(url, timeout, value, error);
			continue;
		}
		if (kept.length)
			text_add_char(&kept, ' ');
		text_add_bytes(&kept, word.start, (size_t)(value - word.start));
	}
	if (status == ROWAN_OK && kept.length)
		value = arena_text(&url->arena, kept.data, kept.length);
	if (status == ROWAN_OK)
		status = kept.broken || !value ? error_no_memory(error)
					       : url_set_param(url, name, value, error);
	text_release(&kept);
	return status;
}

/* ---- all of them --------------------------------------------------------------- */

static const struct rule {
	const char *name;
	url_take_option *take;
} rules[] = {
	{ "ssl", take_ssl },
	{ "sslmode", take_ssl },
	{ "connect_timeout", take_connect_timeout },
	{ "timeout", take_connect_timeout },
	{ "command_timeout", take_command_timeout },
	{ "statement_timeout", take_statement_timeout },
	{ "client_encoding", take_encoding },
	{ "database", take_database },
	{ "options", take_server_options },
};

bool url_is_secret(const char *name)
{
	return strcasecmp(name, "password") == 0 || strcasecmp(name, "sslpassword") == 0;
}

static void compare(void *nearest, const char *name)
{
	nearest_add(nearest, name);
}

int url_take_postgres_option(struct engine_url *url, const char *name, const char *value,
			     struct rowan_error *error)
{
	struct nearest nearest = { .wanted = name };

	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		if (strcmp(name, rules[i].name) == 0)
			return rules[i].take(url, name, value, error);
		nearest_add(&nearest, rules[i].name);
	}
	if (url_is_foreign(name))
		return url_ignore_option(url, name, error);
	if (!postgres_each_param(compare, &nearest))
		return error_no_memory(error);
	if (!nearest.found || strcmp(nearest.found, name) != 0)
		return url_unknown_option(url, "PostgreSQL", &nearest, error);
	url->secret |= url_is_secret(name);
	return url_set_param(url, name, value, error);
}
