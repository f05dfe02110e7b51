/* SPDX-License-Identifier: MIT */
#include "engine/url_parts.h"

#include "base/error.h"

#include <stdlib.h>
#include <string.h>

/* The parameters that a client library is given: two lists in step, ended by NULL. */

/* Room for one more and the NULL behind it. */
static bool grow(struct engine_url *url)
{
	const size_t room = url->param_room ? url->param_room * 2 : 16;
	const char **keywords = arena_zalloc(&url->arena, room * sizeof(*keywords));
	const char **values = arena_zalloc(&url->arena, room * sizeof(*values));

	if (!keywords || !values)
		return false;
	for (size_t i = 0; i < url->param_count; i++) {
		keywords[i] = url->keywords[i];
		values[i] = url->values[i];
	}
	url->target.postgres.keywords = url->keywords = keywords;
	url->target.postgres.values = url->values = values;
	url->param_room = room;
	return true;
}

static const char **find_param(const struct engine_url *url, const char *keyword)
{
	for (size_t i = 0; i < url->param_count; i++)
		if (strcmp(url->keywords[i], keyword) == 0)
			return &url->values[i];
	return NULL;
}

int url_set_param(struct engine_url *url, const char *keyword, const char *value,
		  struct rowan_error *error)
{
	const char **known = find_param(url, keyword);

	if (!*value)
		return ROWAN_OK;
	if (known)
		return strcmp(*known, value) == 0 ? ROWAN_OK : url_two_values(keyword, error);
	if (url->param_count + 1 >= url->param_room && !grow(url))
		return error_no_memory(error);
	url->keywords[url->param_count] = keyword;
	url->values[url->param_count++] = value;
	return ROWAN_OK;
}

const char *url_param(const struct engine_url *url, const char *keyword, const char *variable)
{
	const char **known = find_param(url, keyword);

	const char *value = known ? *known : variable ? getenv(variable) : NULL;

	return value && *value ? value : NULL;
}

/* Whatever the URL said of it. */
static int replace_param(struct engine_url *url, const char *keyword, const char *value,
			 struct rowan_error *error)
{
	const char **known = find_param(url, keyword);
	const char *copy = arena_text(&url->arena, value, strlen(value));

	if (!copy)
		return error_no_memory(error);
	if (!known)
		return url_set_param(url, keyword, copy, error);
	*known = copy;
	return ROWAN_OK;
}

/* The two enumerations name the same things. */
_Static_assert((int)ROWAN_POOLER_NONE == (int)DRIVER_POOLER_NONE &&
	       (int)ROWAN_POOLER_TRANSACTION == (int)DRIVER_POOLER_TRANSACTION,
	       "the driver's poolers are the engine's");

int url_apply_options(struct engine_url *url, const struct rowan_engine_options *options,
		      struct rowan_error *error)
{
	struct postgres_target *postgres = &url->target.postgres;

	url->target.sqlite.busy_timeout_ms = options->busy_timeout_ms;
	postgres->connect_timeout_ms = options->connect_timeout_ms;
	postgres->statement_timeout_ms = options->statement_timeout_ms;
	postgres->pooler = (enum driver_pooler)options->pooler;
	if (!options->application_name)
		return ROWAN_OK;
	return replace_param(url, "application_name", options->application_name, error);
}
