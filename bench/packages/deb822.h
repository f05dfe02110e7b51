/* SPDX-License-Identifier: MIT */
#ifndef PACKAGES_DEB822_H
#define PACKAGES_DEB822_H

/*
 * Debian's control format, deb822(5): stanzas of "Field: value" lines between
 * empty lines; a line that begins with a space continues the value before it, one
 * that begins with # is a comment.
 *
 *	struct deb822 *reader = deb822_open(in, "status", &faults);
 *	struct deb822_stanza stanza;
 *
 *	while ((status = deb822_next(reader, &stanza)) > 0)
 *		puts(deb822_find(&stanza, "Package")->value);
 *	deb822_close(reader);
 *
 * The input is read once from front to back, so it may be a pipe.  A malformed
 * stanza is added to the faults, with its line, and skipped.
 */

#include "faults.h"

#include <stdbool.h>
#include <stdio.h>

#define DEB822_LINE_MAX ((size_t)1 << 20)

struct deb822_field {
	const char *name;
	const char *value;	/* trimmed; lines after the first follow a newline */
	int line;		/* a line of the file for each line of the value */
};

/* Valid until the next call of deb822_next(). */
struct deb822_stanza {
	int line;
	const struct deb822_field *fields;
	size_t count;
};

/* `in`, `file` and `faults` stay the caller's.  NULL if there is no memory. */
struct deb822 *deb822_open(FILE *in, const char *file, struct faults *faults);
void deb822_close(struct deb822 *reader);

/* 1 with the next well-formed stanza, 0 at the end, or a negative errno. */
int deb822_next(struct deb822 *reader, struct deb822_stanza *out);

/* The field with this name, in any case, or NULL. */
const struct deb822_field *deb822_find(const struct deb822_stanza *stanza, const char *name);

/* Whether this is UTF-8 as RFC 3629 has it. */
bool deb822_is_utf8(const char *text, size_t size);

#endif
