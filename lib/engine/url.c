/* SPDX-License-Identifier: MIT */
#include "engine/url_parts.h"

#include "base/error.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/*
 * scheme[+suffix]://..  The suffix is how SQLAlchemy names a Python driver; it is
 * accepted so that one URL serves both worlds.
 */

struct span span_until(const char *start, const char *stop)
{
	return (struct span){ start, strcspn(start, stop) };
}

bool span_is(struct span span, const char *word)
{
	return strlen(word) == span.length && strncasecmp(span.start, word, span.length) == 0;
}

/* How much of a part a message quotes. */
static int quoted(size_t length)
{
	return length < 32 ? (int)length : 32;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static int hex_digit(char c)
{
	if (is_digit(c))
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

int url_decode(struct engine_url *url, struct span span, char **out, struct rowan_error *error)
{
	char *end = *out = arena_alloc(&url->arena, span.length + 1);

	if (!end)
		return error_no_memory(error);
	for (size_t i = 0; i < span.length; i++) {
		int high, low;

		if (span.start[i] != '%') {
			*end++ = span.start[i];
			continue;
		}
		high = i + 2 < span.length ? hex_digit(span.start[i + 1]) : -1;
		low = high >= 0 ? hex_digit(span.start[i + 2]) : -1;
		if (low < 0 || high + low == 0)
			return error_set(error, ROWAN_MISUSE,
					 "a %% in the URL is not followed by two hexadecimal "
					 "digits of a character");
		*end++ = (char)(high * 16 + low);
		i += 2;
	}
	*end = '\0';
	return ROWAN_OK;
}

/* ---- options ------------------------------------------------------------------ */

static void lower(char *text)
{
	for (; *text; text++)
		if (*text >= 'A' && *text <= 'Z')
			*text |= 0x20;
}

void span_option(const char **query, struct span *name, struct span *value)
{
	const char *after;

	*name = span_until(*query, "=&");
	after = name->start + name->length;
	*value = span_until(*after == '=' ? after + 1 : after, "&");
	*query = value->start + value->length;
	*query += **query == '&';
}

int url_read_options(struct engine_url *url, const char *query, url_take_option *take,
		     struct rowan_error *error)
{
	int status = ROWAN_OK;

	while (*query && status == ROWAN_OK) {
		struct span name, value;
		char *name_text, *value_text;

		span_option(&query, &name, &value);
		if (!name.length && !value.length)
			continue;
		status = url_decode(url, name, &name_text, error);
		if (status == ROWAN_OK)
			status = url_decode(url, value, &value_text, error);
		if (status < 0)
			break;
		lower(name_text);
		status = take(url, name_text, value_text, error);
	}
	return status;
}

int url_two_values(const char *option, struct rowan_error *error)
{
	return error_set(error, ROWAN_MISUSE, "the URL has two different values for %s", option);
}

int url_take_ms(const char *option, const char *value, const char *unit, int *ms,
		struct rowan_error *error)
{
	int number;

	if (!url_read_duration(value, unit, &number))
		return error_set(error, ROWAN_MISUSE, "%s in the URL is not a number of %s", option,
				 *unit == 's' ? "seconds" : "milliseconds");
	if (number == 0)
		number = -1;
	if (*ms && *ms != number)
		return url_two_values(option, error);
	*ms = number;
	return ROWAN_OK;
}

int url_find_word(const char *option, const char *value, const char *const *words,
		  const char **out, struct rowan_error *error)
{
	for (size_t i = 0; words[i]; i++) {
		if (strcasecmp(value, words[i]) != 0)
			continue;
		if (*out && *out != words[i])
			return url_two_values(option, error);
		*out = words[i];
		return ROWAN_OK;
	}
	error_set(error, ROWAN_MISUSE, "%s in the URL cannot be \"%.*s\", only", option,
		  quoted(strlen(value)), value);
	for (size_t i = 0; words[i]; i++)
		error_more(error, "%s %s", i ? "," : "", words[i]);
	return ROWAN_MISUSE;
}

int url_unknown_option(struct engine_url *url, const char *database,
		       const struct nearest *nearest, struct rowan_error *error)
{
	/* It may be what follows a "&" in the password. */
	if (url->secret)
		return error_set(error, ROWAN_MISUSE,
				 "the URL has an option behind its password that %s does not "
				 "(an & in a password is written %%26)", database);
	error_set(error, ROWAN_MISUSE, "the URL has an option \"%.*s\" that %s does not",
		  quoted(strlen(nearest->wanted)), nearest->wanted, database);
	if (nearest->found)
		error_more(error, ": is %s meant?", nearest->found);
	return ROWAN_MISUSE;
}

bool url_read_duration(const char *text, const char *unit, int *ms)
{
	static const struct { const char *name; double ms; } units[] = {
		{ "us", 0.001 }, { "ms", 1 }, { "s", 1e3 }, { "min", 60e3 }, { "h", 3600e3 },
		{ "d", 86400e3 },
	};
	double number = 0, digit = 1;

	if (!is_digit(*text))
		return false;
	for (; is_digit(*text); text++)
		number = number * 10 + (*text - '0');
	if (*text == '.')
		for (text++; is_digit(*text); text++)
			number += (*text - '0') * (digit /= 10);
	text += strspn(text, " ");

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (strcmp(*text ? text : unit, units[i].name) != 0)
			continue;
		number *= units[i].ms;
		if (number > INT_MAX)
			return false;
		*ms = number > 0 && number < 1 ? 1 : (int)number;
		return true;
	}
	return false;
}

/* ---- warnings ----------------------------------------------------------------- */

int url_warn(struct engine_url *url, const char *text, struct rowan_error *error)
{
	struct url_warning **end = &url->warnings;
	struct url_warning *warning = arena_zalloc(&url->arena, sizeof(*warning));

	if (!warning)
		return error_no_memory(error);
	warning->text = arena_text(&url->arena, text, strlen(text));
	if (!warning->text)
		return error_no_memory(error);
	while (*end)
		end = &(*end)->next;
	*end = warning;
	return ROWAN_OK;
}

bool url_is_foreign(const char *name)
{
	/* What SQLAlchemy and the drivers of Python are told here. */
	static const char *const names[] = {
		"async_fallback", "check_same_thread", "detect_types", "future",
		"native_datetime", "prepare_threshold", "prepared_statement_cache_size",
		"prepared_statement_name_func", "statement_cache_size",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

int url_ignore_option(struct engine_url *url, const char *name, struct rowan_error *error)
{
	char text[128];

	snprintf(text, sizeof(text), "the URL's option %s has no meaning here and is ignored",
		 name);
	return url_warn(url, text, error);
}

/* ---- the whole ---------------------------------------------------------------- */

static int read_postgres(struct engine_url *out, const char *url, const char *rest,
			 struct rowan_error *error)
{
#ifdef ROWAN_POSTGRES
	return url_read_postgres(out, url, rest, error);
#else
	(void)out, (void)url, (void)rest;
	return error_set(error, ROWAN_MISUSE, "this build has no PostgreSQL driver");
#endif
}

int url_read_database(struct engine_url *out, const char *url, struct rowan_error *error)
{
	struct span scheme = span_until(url, ":");
	struct span database = span_until(url, "+:");
	const char *rest = scheme.start + scheme.length;

	if (strncmp(rest, "://", 3) != 0)
		return error_set(error, ROWAN_MISUSE,
				 "the URL does not begin with a scheme like sqlite://");
	rest += 3;
	if (span_is(database, "sqlite"))
		return url_read_sqlite(out, url, rest, error);
	if (span_is(database, "postgresql") || span_is(database, "postgres"))
		return read_postgres(out, url, rest, error);
	return error_set(error, ROWAN_MISUSE, "the URL names a database \"%.*s\" that is not known",
			 quoted(scheme.length), scheme.start);
}

int url_parse(const char *url, struct engine_url *out, struct rowan_error *error)
{
	static const char fault[] = "fault:";
	int status;

	*out = (struct engine_url){ 0 };
	if (!url)
		return error_set(error, ROWAN_MISUSE, "there is no URL");
	status = strncasecmp(url, fault, strlen(fault)) == 0
		? url_read_fault(out, url + strlen(fault), error)
		: url_read_database(out, url, error);
	if (status < 0)
		url_release(out);
	return status;
}

void url_release(struct engine_url *url)
{
	arena_release(&url->arena);
	*url = (struct engine_url){ 0 };
}

void url_fill_options(const struct engine_url *url, struct rowan_engine_options *options)
{
	if (!options->connect_timeout_ms)
		options->connect_timeout_ms = url->connect_timeout_ms;
	if (!options->statement_timeout_ms)
		options->statement_timeout_ms = url->statement_timeout_ms;
	if (!options->busy_timeout_ms)
		options->busy_timeout_ms = url->busy_timeout_ms;
	if (!options->pooler)
		options->pooler = url->pooler;
}
