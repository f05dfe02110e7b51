/* SPDX-License-Identifier: MIT */
#ifndef ENGINE_URL_H
#define ENGINE_URL_H

#include "driver/driver.h"

/* A database URL, taken apart. */
struct engine_url {
	const struct driver *driver;
	struct driver_target target;	/* without what is not in a URL; its path is ours */
	char *path;			/* NULL in memory */
	char *shown;			/* the URL without a password */
};

/* On failure `out` is all-zero. */
int url_parse(const char *url, struct engine_url *out, struct rowan_error *error);
void url_release(struct engine_url *url);

#endif
