/* SPDX-License-Identifier: MIT */
#ifndef ENGINE_URL_H
#define ENGINE_URL_H

#include "base/arena.h"
#include "driver/driver.h"

#include <rowan/engine.h>

/* Something to be said when the engine first connects. */
struct url_warning {
	const char *text;
	struct url_warning *next;
};

/* A database URL, taken apart. */
struct engine_url {
	const struct driver *driver;
	struct driver_target target;	/* without the engine's options */
	const char *shown;		/* the URL without a password */

	/* What it says of the engine's options, in their words: 0 = nothing. */
	int connect_timeout_ms, statement_timeout_ms, busy_timeout_ms;
	enum rowan_pooler pooler;

	bool secret;			/* there is a password among its options */
	struct url_warning *warnings;
	const char **keywords, **values;	/* the target's */
	size_t param_count, param_room;
	struct arena arena;		/* where all of it lives */
};

/* On failure `out` is all-zero. */
int url_parse(const char *url, struct engine_url *out, struct rowan_error *error);
void url_release(struct engine_url *url);

/* Fill in options that are not set, and that the URL says something of. */
void url_fill_options(const struct engine_url *url, struct rowan_engine_options *options);
/* .. and put what they came to into the target. */
int url_apply_options(struct engine_url *url, const struct rowan_engine_options *options,
		      struct rowan_error *error);

#endif
