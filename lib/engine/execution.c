/* SPDX-License-Identifier: MIT */
#include "engine/internal.h"

/*
 * Every statement runs through here.  Unless somebody watches, that costs a few
 * counters and nothing else.
 */

static bool wants(const struct execution *run, enum rowan_echo what)
{
	return run->watched && run->connection->engine->options.echo & what;
}

void execution_begin(struct execution *run, struct connection *connection,
		     struct statement *statement, struct rowan_site site,
		     struct rowan_error *error)
{
	*run = (struct execution){
		.connection = connection,
		.statement = statement,
		.driver = connection->driver,
		.error = error,
		.site = site,
		.next_param = 1,
		.watched = engine_watched(connection->engine),
		.holding = true,
	};
	statement->busy = true;
	connection->busy++;
	if (run->watched)
		run->started_ns = clock_ns();
}

static void fail(struct execution *run, int status)
{
	run->status = status;
	run->error->site = run->site;
	connection_note_failure(run->connection);
}

static void add_row_params(struct execution *run, const struct slot *slots, size_t count,
			   const void *row)
{
	for (size_t i = 0; i < count; i++)
		params_add(&run->params, slots[i].type, slot_value(&slots[i], row),
			   slots[i].secret);
}

/* The statement may be bound and run again, by this execution's connection. */
static void release(struct execution *run)
{
	if (!run->holding)
		return;
	run->holding = false;
	run->statement->busy = false;
	run->connection->busy--;
}

void execution_bind_row(struct execution *run, const struct slot *slots, size_t count,
			const void *row)
{
	int status;

	if (run->status < 0)
		return;
	status = run->driver->bind_row(run->statement->handle, run->next_param, slots, count, row,
				       run->error);
	if (status < 0) {
		fail(run, status);
		return;
	}
	run->next_param += (int)count;
	if (wants(run, ROWAN_ECHO_PARAMS))
		add_row_params(run, slots, count, row);
}

void execution_bind_value(struct execution *run, enum rowan_type type, const void *value,
			  bool secret)
{
	int status;

	if (run->status < 0)
		return;
	status = run->driver->bind_value(run->statement->handle, run->next_param, type, value,
					 run->error);
	if (status < 0) {
		fail(run, status);
		return;
	}
	run->next_param++;
	if (wants(run, ROWAN_ECHO_PARAMS))
		params_add(&run->params, type, value, secret);
}

void execution_bind_list(struct execution *run, enum rowan_type type, const void *items,
			 size_t count, bool secret)
{
	int status;

	if (run->status < 0)
		return;
	status = run->driver->bind_list(run->statement->handle, run->next_param, type, items,
					count, run->error);
	if (status < 0) {
		fail(run, status);
		return;
	}
	run->next_param++;
	if (wants(run, ROWAN_ECHO_PARAMS))
		params_add_list(&run->params, type, items, count, secret);
}

void execution_bind_rows(struct execution *run, const struct slot *slots, size_t count,
			 const void *const *rows, size_t row_count)
{
	int bound;

	if (run->status < 0)
		return;
	bound = run->driver->bind_rows(run->statement->handle, run->next_param, slots, count,
				       rows, row_count, run->error);
	if (bound < 0) {
		fail(run, bound);
		return;
	}
	run->next_param += bound;
	if (!wants(run, ROWAN_ECHO_PARAMS))
		return;
	for (size_t row = 0; row < row_count && row < PARAM_ROWS_SHOWN; row++)
		add_row_params(run, slots, count, rows[row]);
	if (row_count > PARAM_ROWS_SHOWN)
		params_add_more(&run->params, row_count, "rows");
}

void execution_expect_few(struct execution *run)
{
	if (run->status >= 0 && run->driver->expect_few)
		run->driver->expect_few(run->statement->handle);
}

int execution_send(struct execution *run)
{
	int status;

	if (run->status < 0)
		return run->status;
	status = run->driver->send(run->statement->handle, run->error);
	if (status < 0) {
		fail(run, status);
		return status;
	}
	run->sent = true;
	run->statement->sent++;
	run->connection->sent++;
	if (run->driver->pipelines)
		release(run);
	return ROWAN_OK;
}

int execution_receive(struct execution *run, struct driver_outcome *outcome)
{
	int status = run->driver->receive(run->connection->handle, outcome, run->error);

	run->statement->sent--;
	run->connection->sent--;
	if (status < 0)
		fail(run, status);
	else
		run->rows = outcome->changed;
	return status;
}

int execution_step(struct execution *run)
{
	int status;

	if (run->status < 0)
		return run->status;
	status = connection_is_ours(run->connection)
		? run->driver->step(run->statement->handle, run->error)
		: connection_refuse(run->error);
	if (status == DRIVER_ROW)
		run->rows++;
	else if (status < 0)
		fail(run, status);
	return status;
}

static void tell(struct execution *run, int status)
{
	const struct statement *statement = run->statement;
	struct rowan_engine *engine = run->connection->engine;
	bool with_params = wants(run, ROWAN_ECHO_PARAMS);

	if (status == ROWAN_OK && !run->internal && !run->sent &&
	    run->driver->column_count(statement->handle) == 0)
		run->rows = run->driver->changes(run->connection->handle);
	if (with_params)
		params_end(&run->params);
	listeners_tell(engine, &(struct rowan_event){
		.kind = ROWAN_EVENT_STATEMENT,
		.text = statement->sql,
		.params = with_params ? run->params.data : NULL,
		.site = run->site,
		.rows = run->rows,
		.ns = wants(run, ROWAN_ECHO_TIME) ? clock_ns() - run->started_ns : 0,
		.status = status,
		.internal = run->internal,
		.prepared = statement->fresh,
	});
}

int execution_end(struct execution *run, int status)
{
	struct connection *connection = run->connection;
	struct statement *statement = run->statement;

	if (status >= 0)
		status = run->status;
	else if (run->status >= 0)
		fail(run, status);	/* reading a row did */
	if (run->watched) {
		tell(run, status);
		text_release(&run->params);
	}
	if (!connection_is_ours(connection))
		return status;	/* what is under way there is the parent's */
	if (run->holding)
		run->driver->reset(statement->handle);
	release(run);

	count_one(&connection->statements);
	if (statement->fresh)
		count_one(&connection->prepares);
	statement->fresh = false;
	if (statement->transient)
		statement_free(connection, statement);
	return status;
}
