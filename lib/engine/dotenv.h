/* SPDX-License-Identifier: MIT */
#ifndef ENGINE_DOTENV_H
#define ENGINE_DOTENV_H

/*
 * Files of settings, as many tools read them:
 *
 *	# A comment
 *	DATABASE_URL=postgresql://localhost/tasks	# behind a blank it may be anywhere
 *	export DB_POOL_SIZE = 7
 *	GREETING="two\nlines"
 *	PATTERN='taken as \ it is, $ and # too'
 *
 * Both kinds of quotes may go over several lines.  Messages name the file and the line,
 * and never a value.
 */

#include <rowan/error.h>

/* One variable.  `refers`: it names another one by ${..}, which is left as it is. */
struct dotenv_line {
	const char *name, *value;
	int number;
	bool refers;
};

/* Take a line, in the order of the file; valid during the call. */
typedef int dotenv_take(void *context, const struct dotenv_line *line, struct rowan_error *error);

/* A file that does not exist has no lines. */
int dotenv_read(const char *path, dotenv_take *take, void *context, struct rowan_error *error);

#endif
