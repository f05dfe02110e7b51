/* SPDX-License-Identifier: MIT */
#include "engine/dotenv.h"
#include "engine/url_parts.h"

#include "base/error.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

/*
 * Engines by what a program finds around it: the environment, which its operator
 * sets, or else a file that lies beside it.  Neither is changed.
 */

enum { URL, POOL_SIZE, MAX_OVERFLOW, POOL_TIMEOUT, VARIABLES };

static const char *const names[] = {
	[URL] = "DATABASE_URL",
	[POOL_SIZE] = "DB_POOL_SIZE",
	[MAX_OVERFLOW] = "DB_MAX_OVERFLOW",
	[POOL_TIMEOUT] = "DB_POOL_TIMEOUT",
};

/* A variable that is empty counts as one that is not there. */
struct settings {
	const char *path;
	const char *values[VARIABLES];
	int lines[VARIABLES];		/* of the file; 0 = the environment's */
	struct arena arena;
};

static void read_environment(struct settings *settings)
{
	for (int i = 0; i < VARIABLES; i++) {
		const char *value = getenv(names[i]);

		settings->values[i] = value && *value ? value : NULL;
	}
}

/* As in a shell, the last line of a name is the one that counts. */
static int take(void *context, const struct dotenv_line *line, struct rowan_error *error)
{
	struct settings *settings = context;
	int i = 0;

	while (i < VARIABLES && strcmp(line->name, names[i]) != 0)
		i++;
	if (i == VARIABLES || (settings->values[i] && !settings->lines[i]))
		return ROWAN_OK;
	if (line->refers)
		return error_set(error, ROWAN_MISUSE, "%s:%d: %s refers to another variable by "
				 "${..}, which is not understood here", settings->path,
				 line->number, names[i]);
	settings->values[i] = arena_text(&settings->arena, line->value, strlen(line->value));
	settings->lines[i] = line->number;
	if (!settings->values[i])
		return error_no_memory(error);
	if (!*line->value)
		settings->values[i] = NULL;
	return ROWAN_OK;
}

/* ---- from text to options ------------------------------------------------------ */

static int refuse(const struct settings *settings, int i, const char *what,
		  struct rowan_error *error)
{
	if (settings->lines[i])
		return error_set(error, ROWAN_MISUSE, "%s:%d: %s is not %s", settings->path,
				 settings->lines[i], names[i], what);
	return error_set(error, ROWAN_MISUSE, "%s in the environment is not %s", names[i], what);
}

/* What the call says is kept: `number` is set only if it is 0. */
static int read_number(const struct settings *settings, int i, int least, const char *what,
		       int *number, struct rowan_error *error)
{
	const char *value = settings->values[i];
	char *end;
	long read;

	if (!value || *number)
		return ROWAN_OK;
	errno = 0;
	read = strtol(value, &end, 10);
	if (end == value || *end || errno || read < least || read > INT_MAX)
		return refuse(settings, i, what, error);
	*number = (int)read;
	return ROWAN_OK;
}

/* SQLAlchemy's numbers, in which 0 is none and -1 no limit. */
static int read_overflow(const struct settings *settings, int *number, struct rowan_error *error)
{
	int given = *number;
	int status = read_number(settings, MAX_OVERFLOW, -1, "a whole number, or -1 for no limit",
				 number, error);

	if (status == ROWAN_OK && !given && settings->values[MAX_OVERFLOW])
		*number = *number == 0 ? -1 : *number == -1 ? INT_MAX : *number;
	return status;
}

static int read_timeout(const struct settings *settings, int *ms, struct rowan_error *error)
{
	const char *value = settings->values[POOL_TIMEOUT];

	if (!value || *ms)
		return ROWAN_OK;
	if (!url_read_duration(value, "s", ms))
		return refuse(settings, POOL_TIMEOUT, "a number of seconds", error);
	if (*ms == 0)
		*ms = -1;
	return ROWAN_OK;
}

static int fill_options(const struct settings *settings, struct rowan_engine_options *options,
			struct rowan_error *error)
{
	int status = read_number(settings, POOL_SIZE, 1, "a whole number from 1",
				 &options->pool_size, error);

	if (status == ROWAN_OK)
		status = read_overflow(settings, &options->max_overflow, error);
	if (status == ROWAN_OK)
		status = read_timeout(settings, &options->pool_timeout_ms, error);
	if (status == ROWAN_OK && !settings->values[URL])
		status = error_set(error, ROWAN_MISUSE, "DATABASE_URL is neither in the environment "
				   "nor in %s", *settings->path ? settings->path : "a file");
	return status;
}

struct rowan_engine *rowan_engine_open_env_(struct rowan_engine_options options)
{
	struct settings settings = { .path = options.env_file ? options.env_file : ".env" };
	struct rowan_engine *engine = NULL;
	struct rowan_error error = { 0 };
	int status = ROWAN_OK;

	read_environment(&settings);
	if (*settings.path)
		status = dotenv_read(settings.path, take, &settings, &error);
	if (status == ROWAN_OK)
		status = fill_options(&settings, &options, &error);
	if (status == ROWAN_OK)
		engine = rowan_engine_open_(settings.values[URL], options);
	else if (options.error)
		*options.error = error;
	arena_release(&settings.arena);
	return engine;
}
