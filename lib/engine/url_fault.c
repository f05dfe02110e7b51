/* SPDX-License-Identifier: MIT */
#include "engine/url_parts.h"

#include "base/error.h"
#include "base/text.h"
#include "driver/fault.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* fault:URL, with options of its own among those of the URL: fault_at=3&fault=drop */

/* What the options say; NULL: nothing. */
struct wish {
	const char *fault, *at;
};

/* ---- taking them out ------------------------------------------------------------------ */

static int set_wish(struct engine_url *url, const char *option, struct span span,
		    const char **out, struct rowan_error *error)
{
	char *value;
	int status = url_decode(url, span, &value, error);

	if (status < 0)
		return status;
	if (*out && strcmp(*out, value) != 0)
		return url_two_values(option, error);
	*out = value;
	return ROWAN_OK;
}

/* Take an option, or add it to those of the database. */
static int sort_option(struct engine_url *url, struct span name, struct span value,
		       struct wish *wish, struct text *rest, struct rowan_error *error)
{
	char *name_text;
	int status = url_decode(url, name, &name_text, error);

	if (status < 0)
		return status;
	if (strcasecmp(name_text, "fault") == 0)
		return set_wish(url, "fault", value, &wish->fault, error);
	if (strcasecmp(name_text, "fault_at") == 0)
		return set_wish(url, "fault_at", value, &wish->at, error);
	text_add_char(rest, memchr(rest->data, '?', rest->length) ? '&' : '?');
	text_add_bytes(rest, name.start, (size_t)(value.start + value.length - name.start));
	return ROWAN_OK;
}

/* The URL without them. */
static int take_options(struct engine_url *url, const char *text, struct wish *wish,
			const char **out, struct rowan_error *error)
{
	struct span before = span_until(text, "?");
	const char *query = before.start + before.length;
	struct text rest = { 0 };
	int status = ROWAN_OK;

	text_add_bytes(&rest, before.start, before.length);
	query += *query == '?';
	while (*query && status == ROWAN_OK && !rest.broken) {
		struct span name, value;

		span_option(&query, &name, &value);
		if (name.length || value.length)
			status = sort_option(url, name, value, wish, &rest, error);
	}
	*out = rest.broken ? NULL : arena_text(&url->arena, rest.data ? rest.data : "", rest.length);
	if (status == ROWAN_OK && !*out)
		status = error_no_memory(error);
	text_release(&rest);
	return status;
}

/* ---- what they mean -------------------------------------------------------------------- */

/* It is named, unless it may be what follows a "&" in the password. */
static int refuse(const struct engine_url *url, const char *option, const char *value,
		  const char *what, struct rowan_error *error)
{
	error_set(error, ROWAN_MISUSE, "%s in the URL cannot be", option);
	if (!url->secret)
		error_more(error, " \"%.*s\", only", (int)strnlen(value, 32), value);
	else
		error_more(error, " anything but");
	error_more(error, " %s", what);
	return ROWAN_MISUSE;
}

/* 00000 is none: it means success. */
static bool is_sqlstate(const char *text)
{
	return strlen(text) == 5 && strspn(text, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") == 5 &&
	       strcmp(text, "00000") != 0;
}

static int read_kind(const struct engine_url *url, const char *value, struct fault *fault,
		     struct rowan_error *error)
{
	static const char delay[] = "delay:";

	if (strcasecmp(value, "drop") == 0) {
		fault->kind = FAULT_DROP;
		snprintf(fault->name, sizeof(fault->name), "drop");
	} else if (strcasecmp(value, "drop_after") == 0) {
		fault->kind = FAULT_DROP_AFTER;
		snprintf(fault->name, sizeof(fault->name), "drop_after");
	} else if (strncasecmp(value, delay, strlen(delay)) == 0 &&
		   url_read_duration(value + strlen(delay), "ms", &fault->delay_ms)) {
		fault->kind = FAULT_DELAY;
		snprintf(fault->name, sizeof(fault->name), "delay:%d", fault->delay_ms);
	} else if (is_sqlstate(value)) {
		fault->kind = FAULT_SQLSTATE;
		snprintf(fault->name, sizeof(fault->name), "%s", value);
	} else {
		return refuse(url, "fault", value, "drop, drop_after, delay:MILLISECONDS, or an "
						   "SQLSTATE of five digits and capital letters",
			      error);
	}
	return ROWAN_OK;
}

#define MOST_DIGITS 18

static int read_at(const struct engine_url *url, const char *value, struct fault *fault,
		   struct rowan_error *error)
{
	const size_t digits = strspn(value, "0123456789");

	if (digits == 0 || digits > MOST_DIGITS || value[digits])
		return refuse(url, "fault_at", value, "the number of a statement, from 1 on", error);
	for (const char *digit = value; *digit; digit++)
		fault->at = fault->at * 10 + (uint64_t)(*digit - '0');
	return ROWAN_OK;
}

static int read_wish(const struct engine_url *url, const struct wish *wish, struct fault *fault,
		     struct rowan_error *error)
{
	int status;

	if (!wish->fault)
		return error_set(error, ROWAN_MISUSE,
				 "the URL begins with fault: and does not say which, as in "
				 "fault=drop&fault_at=3");
	status = read_kind(url, wish->fault, fault, error);
	if (status == ROWAN_OK && wish->at)
		status = read_at(url, wish->at, fault, error);
	if (status == ROWAN_OK && fault->at == 0 && fault->kind != FAULT_DELAY)
		status = error_set(error, ROWAN_MISUSE,
				   "fault=%s in the URL needs a fault_at, the number of a statement, "
				   "from 1 on", fault->name);
	return status;
}

/* ---- the whole --------------------------------------------------------------------------- */

static int show(struct engine_url *out, const struct fault *fault, struct rowan_error *error)
{
	struct text text = { 0 };

	text_add(&text, "fault:");
	text_add(&text, out->shown);
	text_add_char(&text, strchr(out->shown, '?') ? '&' : '?');
	if (fault->at)
		text_addf(&text, "fault_at=%" PRIu64 "&", fault->at);
	text_addf(&text, "fault=%s", fault->name);
	out->shown = text.broken ? NULL : arena_text(&out->arena, text.data, text.length);
	text_release(&text);
	return out->shown ? ROWAN_OK : error_no_memory(error);
}

int url_read_fault(struct engine_url *out, const char *rest, struct rowan_error *error)
{
	struct wish wish = { 0 };
	struct fault *fault;
	const char *url;
	int status = take_options(out, rest, &wish, &url, error);

	/* What is wrong with the rest is told first: it may be what takes the options apart. */
	if (status == ROWAN_OK)
		status = url_read_database(out, url, error);
	if (status < 0)
		return status;
	fault = arena_zalloc(&out->arena, sizeof(*fault));
	if (!fault)
		return error_no_memory(error);
	status = read_wish(out, &wish, fault, error);
	if (status < 0)
		return status;
	fault_wrap(fault, out->driver);
	out->driver = &fault->wrapper;
	out->target.fault = fault;
	return show(out, fault, error);
}
