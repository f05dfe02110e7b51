/* SPDX-License-Identifier: MIT */
#include "driver/sqlstate.h"

#include <rowan/error.h>

#include <string.h>

/* Exact states first, then classes, which are two characters. */
static const struct sqlstate states[] = {
	{ "23505", ROWAN_UNIQUE, NULL },
	{ "23503", ROWAN_FOREIGN_KEY, NULL },
	{ "23001", ROWAN_FOREIGN_KEY, NULL },
	{ "23502", ROWAN_NOT_NULL, NULL },
	{ "23514", ROWAN_CHECK, NULL },
	{ "23P01", ROWAN_CHECK, NULL },		/* EXCLUDE */
	{ "P0001", ROWAN_CHECK, NULL },		/* RAISE: a check in a trigger */
	{ "23", ROWAN_CHECK, NULL },
	{ "40001", ROWAN_CONFLICT, NULL },
	{ "40P01", ROWAN_CONFLICT, NULL },
	{ "40003", ROWAN_UNKNOWN_OUTCOME, NULL },
	{ "57014", ROWAN_TIMEOUT, NULL },
	{ "55P03", ROWAN_TIMEOUT, NULL },
	/* The server's words quote values here .. */
	{ "22001", ROWAN_DATA, "a value is too long for its column" },
	{ "22003", ROWAN_DATA, "a number is out of its column's range" },
	{ "22008", ROWAN_DATA, "a date or time is out of range" },
	{ "22012", ROWAN_DATA, "division by zero" },
	{ "22021", ROWAN_DATA, "text cannot be stored in the database's encoding" },
	{ "22P02", ROWAN_DATA, "a value does not have the form of its type" },
	{ "22P05", ROWAN_DATA, "text cannot be stored in the database's encoding" },
	{ "22", ROWAN_DATA, "a value does not fit" },
	/* .. and SQL here. */
	{ "42601", ROWAN_OPERATIONAL, "syntax error in the statement" },
	{ "P0", ROWAN_OPERATIONAL, "a function of the database failed" },
	{ "", ROWAN_OPERATIONAL, NULL },
};

const struct sqlstate *sqlstate_of(const char *name)
{
	const struct sqlstate *state = states;

	while (strncmp(state->name, name, strlen(state->name)) != 0)
		state++;
	return state;
}
