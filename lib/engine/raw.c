/* SPDX-License-Identifier: MIT */
#include "base/alloc.h"
#include "base/error.h"
#include "engine/internal.h"

#include <string.h>

/* A connection in the hands of its client library: none of the pool's, and not counted. */
struct raw {
	struct rowan_raw open;		/* what the caller sees; first */
	const struct driver *driver;
	struct driver_connection *handle;
	unsigned process;
};

static void show(struct raw *raw)
{
	void *client = raw->driver->raw(raw->handle);

	if (strcmp(raw->driver->name, "sqlite") == 0)
		raw->open.sqlite = client;
	else
		raw->open.postgres = client;
}

struct rowan_raw *rowan_raw_open(struct rowan_engine *engine, struct rowan_error *error)
{
	struct rowan_error unused;
	struct raw *raw;

	if (!error)
		error = &unused;
	if (!engine) {
		error_set(error, ROWAN_MISUSE, "rowan_raw_open: the engine is NULL");
		return NULL;
	}
	raw = mem_alloc(sizeof(*raw));
	if (!raw) {
		error_no_memory(error);
		return NULL;
	}
	raw->driver = engine->driver;
	raw->process = engine_process;
	if (connection_open_handle(engine, 0, &raw->handle, error) < 0) {
		mem_free(raw);
		return NULL;
	}
	show(raw);
	return &raw->open;
}

void rowan_raw_close(struct rowan_raw *open)
{
	struct raw *raw = (struct raw *)(void *)open;

	if (!raw)
		return;
	if (raw->process != engine_process && raw->driver->abandon)
		raw->driver->abandon(raw->handle);
	if (raw->process == engine_process || raw->driver->abandon)
		raw->driver->close(raw->handle);
	mem_free(raw);
}
