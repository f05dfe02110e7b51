/* SPDX-License-Identifier: MIT */
#include "engine/url_parts.h"

#include "base/error.h"
#include "base/text.h"

#include <string.h>

/*
 * postgresql[+suffix]://[user[:password]@][host[:port],..][/database][?option=value&..]
 *
 * as libpq has it, with one difference: a @ that does not end the user and password
 * must be written %40.  So a password that was pasted in as it is, with a @ / ? or : of
 * its own, is never taken for a host or an option, and never quoted.
 */

static int check_ats(const char *rest, struct rowan_error *error)
{
	const char *at = strchr(rest, '@');

	if (!at || (at < rest + strcspn(rest, "/?") && !strchr(at + 1, '@')))
		return ROWAN_OK;
	return error_set(error, ROWAN_MISUSE,
			 "a @ in the URL is not the one between user and host: inside a user "
			 "name or a password @ : / ? %% are written %%40 %%3A %%2F %%3F %%25, and "
			 "behind the host @ is %%40");
}

/* ---- hosts -------------------------------------------------------------------- */

/* What libpq is told: lists of the same length. */
struct hosts {
	struct text names, ports;
	bool any_port;
};

static bool is_port(struct span span)
{
	int port = 0;

	for (size_t i = 0; i < span.length; i++) {
		if (span.start[i] < '0' || span.start[i] > '9' || port > 65535)
			return false;
		port = port * 10 + (span.start[i] - '0');
	}
	return !span.length || (port > 0 && port <= 65535);
}

/* host, host:port, [address] or [address]:port */
static int add_host(struct hosts *hosts, struct span part, struct rowan_error *error)
{
	struct span name = part, port = { part.start + part.length, 0 };
	const char *end = part.start + part.length;
	const char *after = part.length ? memchr(part.start, ':', part.length) : NULL;

	if (part.length && part.start[0] == '[') {
		name.start++;
		after = memchr(part.start, ']', part.length);
		if (!after)
			return error_set(error, ROWAN_MISUSE, "an address in the URL begins with [ "
							      "and does not end with ]");
		name.length = (size_t)(after++ - name.start);
		if (after == end)
			after = NULL;
	} else if (after) {
		name.length = (size_t)(after - name.start);
	}
	if (after)
		port = (struct span){ after + 1, (size_t)(end - after - 1) };
	if ((after && *after != ':') || !is_port(port))
		return error_set(error, ROWAN_MISUSE,
				 "what follows a host in the URL is not a port, a number from 1 to "
				 "65535 (an IPv6 address is written [::1])");

	text_add_bytes(&hosts->names, name.start, name.length);
	text_add_bytes(&hosts->ports, port.start, port.length);
	hosts->any_port |= port.length > 0;
	return ROWAN_OK;
}

static int set_decoded(struct engine_url *url, const char *keyword, struct span span,
		       struct rowan_error *error)
{
	char *value;
	int status = url_decode(url, span, &value, error);

	return status < 0 ? status : url_set_param(url, keyword, value, error);
}

static int set_hosts(struct engine_url *url, const struct hosts *hosts,
		     struct rowan_error *error)
{
	struct span names = { hosts->names.data, hosts->names.length };
	struct span ports = { hosts->ports.data, hosts->ports.length };
	int status = ROWAN_OK;

	if (hosts->names.broken || hosts->ports.broken)
		return error_no_memory(error);
	if (names.length)
		status = set_decoded(url, "host", names, error);
	if (status == ROWAN_OK && hosts->any_port)
		status = set_decoded(url, "port", ports, error);
	return status;
}

static int read_hosts(struct engine_url *url, struct span list, struct rowan_error *error)
{
	const char *end = list.start + list.length;
	struct hosts hosts = { 0 };
	int status = ROWAN_OK;

	for (const char *at = list.start; at <= end && status == ROWAN_OK; at++) {
		struct span part = span_until(at, ",/?");

		if (at > list.start) {
			text_add_char(&hosts.names, ',');
			text_add_char(&hosts.ports, ',');
		}
		status = add_host(&hosts, part, error);
		at = part.start + part.length;
	}
	if (status == ROWAN_OK)
		status = set_hosts(url, &hosts, error);
	text_release(&hosts.names);
	text_release(&hosts.ports);
	return status;
}

/* ---- the rest ----------------------------------------------------------------- */

struct parts {
	struct span user, password, hosts, database;
	const char *query;
};

static struct parts split(const char *rest)
{
	struct parts parts = { .user = span_until(rest, ":@/?"), .hosts = span_until(rest, "/?") };
	const char *at = memchr(rest, '@', parts.hosts.length);

	if (at) {
		if (*(rest + parts.user.length) == ':')
			parts.password = span_until(rest + parts.user.length + 1, "@");
		parts.hosts.length -= (size_t)(at + 1 - parts.hosts.start);
		parts.hosts.start = at + 1;
	} else {
		parts.user.length = 0;
	}
	rest = parts.hosts.start + parts.hosts.length;
	parts.database = span_until(*rest == '/' ? rest + 1 : rest, "?");
	rest = parts.database.start + parts.database.length;
	parts.query = *rest == '?' ? rest + 1 : rest;
	return parts;
}

/* The URL again, with *** for each password. */
static int show(struct engine_url *out, const char *url, const struct parts *parts,
		struct rowan_error *error)
{
	const struct span password = parts->password;
	const char *query = parts->query, *shown = url;
	struct text text = { 0 };
	int status = ROWAN_OK;

	if (password.length) {
		text_add_bytes(&text, url, (size_t)(password.start - url));
		text_add(&text, "***");
		shown = password.start + password.length;
	}
	while (*query && status == ROWAN_OK) {
		struct span name, value;
		char *name_text = NULL;

		span_option(&query, &name, &value);
		status = url_decode(out, name, &name_text, error);
		if (status < 0 || !value.length || !url_is_secret(name_text))
			continue;
		text_add_bytes(&text, shown, (size_t)(value.start - shown));
		text_add(&text, "***");
		shown = value.start + value.length;
	}
	text_add(&text, shown);
	if (status == ROWAN_OK) {
		out->shown = text.broken ? NULL : arena_text(&out->arena, text.data, text.length);
		if (!out->shown)
			status = error_no_memory(error);
	}
	text_release(&text);
	return status;
}

/*
 * A network that was cut must show while we wait for an answer (keepalives) and while
 * we send (tcp_user_timeout): either alone leaves the other to hang.
 */
static int set_defaults(struct engine_url *url, struct rowan_error *error)
{
	static const char *const defaults[][2] = {
		{ "keepalives_idle", "30" }, { "keepalives_interval", "5" },
		{ "keepalives_count", "3" }, { "tcp_user_timeout", "30000" },
	};
	int status = ROWAN_OK;

	for (size_t i = 0; i < sizeof(defaults) / sizeof(defaults[0]) && status == ROWAN_OK; i++)
		if (!url_param(url, defaults[i][0], NULL))
			status = url_set_param(url, defaults[i][0], defaults[i][1], error);
	return status;
}

/* A socket, or this machine's own address. */
static bool is_local(struct span host)
{
	return !host.length || host.start[0] == '/' || host.start[0] == '@' ||
	       span_is(host, "localhost") || span_is(host, "::1") ||
	       (strncmp(host.start, "127.", 4) == 0 &&
		strspn(host.start, "0123456789.") >= host.length);
}

/* Everything that is sent to a server elsewhere can be read on the way, or altered. */
static int warn_of_plain_text(struct engine_url *url, struct rowan_error *error)
{
	const char *mode = url_param(url, "sslmode", "PGSSLMODE");
	const char *host = url_param(url, "hostaddr", "PGHOSTADDR");
	bool local = true;

	if (!host)
		host = url_param(url, "host", "PGHOST");
	while (host && *host) {
		struct span one = span_until(host, ",");

		local = local && is_local(one);
		host = one.start + one.length;
		host += *host == ',';
	}
	/* A service may say anything. */
	if (local || url_param(url, "service", "PGSERVICE") ||
	    (mode && (strcmp(mode, "require") == 0 || strncmp(mode, "verify-", 7) == 0)))
		return ROWAN_OK;
	return url_warn(url, "the server is not on this machine, and without sslmode=require the "
			     "connection need not be encrypted", error);
}

int url_read_postgres(struct engine_url *out, const char *url, const char *rest,
		      struct rowan_error *error)
{
	struct parts parts = split(rest);
	int status = check_ats(rest, error);

	if (status == ROWAN_OK)
		status = set_decoded(out, "user", parts.user, error);
	if (status == ROWAN_OK)
		status = set_decoded(out, "password", parts.password, error);
	if (status == ROWAN_OK)
		status = read_hosts(out, parts.hosts, error);
	if (status == ROWAN_OK)
		status = set_decoded(out, "dbname", parts.database, error);
	if (status == ROWAN_OK)
		status = url_read_options(out, parts.query, url_take_postgres_option, error);
	if (status == ROWAN_OK)
		status = set_defaults(out, error);
	if (status == ROWAN_OK)
		status = warn_of_plain_text(out, error);
	if (status == ROWAN_OK)
		status = show(out, url, &parts, error);
	if (status < 0)
		return status;
	if (url_param(out, "host", "PGHOST") && strstr(url_param(out, "host", "PGHOST"), "-pooler"))
		out->pooler = ROWAN_POOLER_TRANSACTION;
	out->driver = &driver_postgres;
	return ROWAN_OK;
}
