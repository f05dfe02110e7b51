/* SPDX-License-Identifier: MIT */
#include "session/session.h"

#include "base/error.h"

int rowan_sandbox_begin(struct rowan_engine *engine, struct rowan_error *error)
{
	struct rowan_error unused;

	if (!error)
		error = &unused;
	if (!engine)
		return error_set(error, ROWAN_MISUSE, "rowan_sandbox_begin: the engine is NULL");
	/* The write lock, where there is one, or whoever came in between would stop us later. */
	return engine_sandbox_begin(engine, dialect_named(engine_driver_name(engine))->begin_write,
				    error);
}

int rowan_sandbox_end(struct rowan_engine *engine, struct rowan_error *error)
{
	struct rowan_error unused;

	if (!error)
		error = &unused;
	if (!engine)
		return error_set(error, ROWAN_MISUSE, "rowan_sandbox_end: the engine is NULL");
	return engine_sandbox_end(engine, error);
}
