/* SPDX-License-Identifier: MIT */
#ifndef ENGINE_URL_PARTS_H
#define ENGINE_URL_PARTS_H

/*
 * What the readers of each database's URLs share.
 *
 * Messages quote a scheme, an option's name or a word that is none of those
 * expected, never the rest: it may hold a password.
 */

#include "base/nearest.h"
#include "engine/url.h"

/* A part of the URL. */
struct span {
	const char *start;
	size_t length;
};

struct span span_until(const char *start, const char *stop);
bool span_is(struct span span, const char *word);	/* in any case */
/* The next "name=value" of a query; "&" ends each. */
void span_option(const char **query, struct span *name, struct span *value);

/* Read a URL that begins with a database's scheme; one of which `rest` follows "fault:". */
int url_read_database(struct engine_url *out, const char *url, struct rowan_error *error);
int url_read_fault(struct engine_url *out, const char *rest, struct rowan_error *error);
/* .. of which `rest` is what follows "scheme://". */
int url_read_sqlite(struct engine_url *out, const char *url, const char *rest,
		    struct rowan_error *error);
int url_read_postgres(struct engine_url *out, const char *url, const char *rest,
		      struct rowan_error *error);

/* url_postgres_options.c: the parameters that libpq will be given. */
int url_take_postgres_option(struct engine_url *url, const char *name, const char *value,
			     struct rowan_error *error);
bool url_is_secret(const char *name);
/* A parameter; empty is none, and two different values are refused. */
int url_set_param(struct engine_url *url, const char *keyword, const char *value,
		  struct rowan_error *error);
/* Its value, or what libpq takes from the environment for it, or NULL. */
const char *url_param(const struct engine_url *url, const char *keyword, const char *variable);

/* Undo %2F and the like, into the URL's arena; a NUL or half an escape is refused. */
int url_decode(struct engine_url *url, struct span span, char **out, struct rowan_error *error);

/* Take one option; `name` is in lower case, both are decoded and in the URL's arena. */
typedef int url_take_option(struct engine_url *url, const char *name, const char *value,
			    struct rowan_error *error);
/* Take each option of "name=value&.." in turn. */
int url_read_options(struct engine_url *url, const char *query, url_take_option *take,
		     struct rowan_error *error);

/* Options that mean something to others only: accepted, and warned of. */
bool url_is_foreign(const char *name);
int url_ignore_option(struct engine_url *url, const char *name, struct rowan_error *error);

/* To be told when the engine first connects. */
int url_warn(struct engine_url *url, const char *text, struct rowan_error *error);

/*
 * A duration: digits, perhaps a fraction, perhaps a unit of PostgreSQL's (us ms s min
 * h d; `unit` if there is none), as milliseconds; what is not 0 is at least 1.
 */
bool url_read_duration(const char *text, const char *unit, int *ms);

/* .. that an engine's option is: 0 becomes the -1 that it is there. */
int url_take_ms(const char *option, const char *value, const char *unit, int *ms,
		struct rowan_error *error);

/* The word that the value of an option is, out of a list that NULL ends. */
int url_find_word(const char *option, const char *value, const char *const *words,
		  const char **out, struct rowan_error *error);

int url_two_values(const char *option, struct rowan_error *error);
/* An option that `database` does not know; `nearest` was told of those that it does. */
int url_unknown_option(struct engine_url *url, const char *database,
		       const struct nearest *nearest, struct rowan_error *error);

#endif
