/* SPDX-License-Identifier: MIT */
#ifndef PACKAGES_SUBJECT_H
#define PACKAGES_SUBJECT_H

#include "models.h"

/*
 * What to ask about.  Both return an id, or 0 with `error` filled; nothing that
 * fits is ROWAN_NO_ROW.
 */

/* The package with this name; for NULL "git", or where there is none, the one with most links. */
int64_t subject_package(struct rowan_session *session, const char *name,
			struct rowan_error *error);

/* Of the maintainers whose name or address holds `text` (NULL: of all), the busiest. */
int64_t subject_maintainer(struct rowan_session *session, const char *text,
			   struct rowan_error *error);

#endif
