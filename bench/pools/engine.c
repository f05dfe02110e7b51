/* SPDX-License-Identifier: MIT */
/* Connections out of an engine's pool, used as a session uses them. */
#include "engine/engine.h"

#include "pools/scene.h"

#include <string.h>

static char placeholder(const struct connection *connection)
{
	return strcmp(engine_driver_name(connection->engine), "sqlite") ? '$' : '?';
}

static int render_read(void *context, struct text *sql, struct rowan_error *error)
{
	(void)error;
	text_addf(sql, "SELECT \"title\" FROM \"tasks\" WHERE \"id\" = %c1",
		  placeholder(context));
	return ROWAN_OK;
}

static int render_write(void *context, struct text *sql, struct rowan_error *error)
{
	(void)error;
	text_addf(sql, "UPDATE \"tasks\" SET \"priority\" = \"priority\" + 1 WHERE \"id\" = %c1",
		  placeholder(context));
	return ROWAN_OK;
}

static void *take(void *stock, long thread)
{
	struct connection *connection;
	struct rowan_error error;

	(void)thread;
	return engine_checkout(stock, ROWAN_HERE, &connection, &error) == ROWAN_OK ? connection
										  : NULL;
}

/* From the connection's cache, bound and stepped. */
static bool use(void *taken, int64_t id, bool write)
{
	struct connection *connection = taken;
	struct statement *statement;
	struct rowan_error error;
	struct execution run;
	struct shape shape;
	int status;

	shape_start(&shape);
	shape_add(&shape, write ? "bench write" : "bench read ", 11);
	status = connection_statement(connection, &shape, write ? render_write : render_read,
				      connection, &statement, &error);
	if (status != ROWAN_OK)
		return false;
	execution_begin(&run, connection, statement, ROWAN_HERE, &error);
	execution_bind_value(&run, ROWAN_TYPE_INT64, &id, false);
	execution_expect_few(&run);
	while ((status = execution_step(&run)) == DRIVER_ROW)
		;
	return execution_end(&run, status) == ROWAN_OK;
}

static void give(void *stock, void *connection)
{
	(void)stock;
	engine_checkin(connection);
}

const struct supply engine_supply = { take, use, give };
