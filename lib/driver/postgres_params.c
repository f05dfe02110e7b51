/* SPDX-License-Identifier: MIT */
#include "driver/driver.h"

#include <libpq-fe.h>

/* libpq knows them itself; their names are constants of its own. */
bool postgres_each_param(void (*visit)(void *context, const char *name), void *context)
{
	PQconninfoOption *options = PQconninfoParse("", NULL);

	if (!options)
		return false;
	for (const PQconninfoOption *option = options; option->keyword; option++)
		visit(context, option->keyword);
	PQconninfoFree(options);
	return true;
}
