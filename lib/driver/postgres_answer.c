/* SPDX-License-Identifier: MIT */
#include "driver/postgres.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

#define LOOK_AGAIN_MS 100

/*
 * The server's answers to the parts of the pipeline, in their order.  All of them are
 * taken when the first is asked for: what is outside of a transaction is committed by
 * the end of its segment only, and can still fail there.
 */

void postgres_note_lost(struct driver_connection *connection, const PGresult *result)
{
	if (result && !postgres_is_fatal(result))
		return;
	/* No result at all: libpq has no memory, or has lost step with the server. */
	connection->lost = true;
	connection->told = result && !postgres_is_silent(result);
}

PGresult *postgres_collect(struct driver_connection *connection)
{
	PGresult *kept = NULL, *result;

	while (!connection->lost && (result = PQgetResult(connection->pg))) {
		bool end = PQresultStatus(result) == PGRES_PIPELINE_SYNC;

		/* A pipeline's first command inherits the mode of what was read before. */
		if (PQresultStatus(result) == PGRES_SINGLE_TUPLE)
			postgres_take_keys(&connection->pipeline, result);
		if (kept && postgres_failed(kept)) {
			PQclear(result);
		} else {
			PQclear(kept);
			kept = result;
		}
		postgres_note_lost(connection, kept);
		if (end)
			break;
	}
	if (!kept)
		postgres_note_lost(connection, NULL);
	return kept;
}

/* Why what comes next is not executed: the first failure. */
static void keep_cause(struct pipeline *pipeline, PGresult *result)
{
	if (!result || pipeline->cause || !postgres_failed(result) ||
	    PQresultStatus(result) == PGRES_PIPELINE_ABORTED)
		PQclear(result);
	else
		pipeline->cause = result;
}

/* ---- statements that were posted ---------------------------------------------------- */

/* Takes the result over; keys from `first_key` on are its, from a row that came by itself. */
static struct answer answer_for(struct pipeline *pipeline, enum verb verb, size_t first_key,
				PGresult *result)
{
	struct answer answer = { .what = ANSWER_DONE, .first_key = first_key };

	if (PQresultStatus(result) == PGRES_PIPELINE_ABORTED) {
		answer.what = pipeline->cause ? ANSWER_FAILED : ANSWER_NOT_RUN;
		answer.failure = pipeline->cause;
		pipeline->cause = NULL;
	} else if (postgres_failed(result)) {
		return (struct answer){ .what = ANSWER_FAILED, .failure = result };
	} else if (postgres_rolled_back(verb, result)) {
		answer.what = ANSWER_ROLLED_BACK;
	} else {
		postgres_take_keys(pipeline, result);
		if (pipeline->key_status < 0)
			answer.what = pipeline->key_status == ROWAN_DATA ? ANSWER_BAD_KEYS
									  : ANSWER_NO_MEMORY;
		answer.key_count = pipeline->key_count - first_key;
		answer.changed = answer.key_count ? (int64_t)answer.key_count
						  : strtoll(PQcmdTuples(result), NULL, 10);
	}
	PQclear(result);
	return answer;
}

static bool take_posted(struct driver_connection *connection, struct part *part)
{
	struct pipeline *pipeline = &connection->pipeline;
	size_t first_key = pipeline->key_count;
	PGresult *result;

	pipeline->key_status = ROWAN_OK;
	result = postgres_collect(connection);
	if (!result || postgres_is_silent(result)) {
		PQclear(result);
		return false;
	}
	if (part->statement)
		postgres_note_result(part->statement, result);
	pipeline->posted--;
	pipeline->answers[pipeline->answer_count++] =
		answer_for(pipeline, part->verb, first_key, result);
	if (part->verb == VERB_COMMIT || part->verb == VERB_ROLLBACK)
		pipeline->segment = pipeline->answer_count;
	return true;
}

/* The segment's end was its commit, which failed. */
static void undo_segment(struct pipeline *pipeline)
{
	for (size_t i = pipeline->segment; i < pipeline->answer_count; i++) {
		struct answer *answer = &pipeline->answers[i];

		if (answer->what != ANSWER_DONE)
			return;
		*answer = (struct answer){
			.what = pipeline->cause ? ANSWER_FAILED : ANSWER_NOT_RUN,
			.failure = pipeline->cause,
		};
		pipeline->cause = NULL;
	}
}

/* ---- the others ------------------------------------------------------------------------ */

static void take_parse(struct driver_connection *connection, struct part *part)
{
	PGresult *result = postgres_collect(connection);

	if (part->statement)
		part->statement->state = result && !postgres_failed(result) ? PREPARED : UNPREPARED;
	keep_cause(&connection->pipeline, result);
}

/* One that was not deallocated because another could not be is for the next time. */
static void take_close(struct driver_connection *connection, struct part *part)
{
	PGresult *result = postgres_collect(connection);

	if (result && PQresultStatus(result) == PGRES_PIPELINE_ABORTED)
		postgres_close_later(connection, part->number);
	if (connection->lost)
		keep_cause(&connection->pipeline, result);
	else
		PQclear(result);
}

/*
 * Where libpq has no memory for the end of a segment it swallows it, and would wait for
 * it for ever.  The only trace is a complaint while it says that it is still busy.
 */
static bool sync_is_swallowed(PGconn *pg)
{
	size_t complaint = strlen(PQerrorMessage(pg));

	while (PQisBusy(pg)) {
		if (strlen(PQerrorMessage(pg)) != complaint)
			return true;
		/* What TLS has read already the socket does not show: look again after a while. */
		postgres_wait(pg, POLLIN, postgres_now_ms() + LOOK_AGAIN_MS);
		if (!PQconsumeInput(pg))
			return false;	/* it is told with the next result */
	}
	return false;
}

static void take_sync(struct driver_connection *connection)
{
	struct pipeline *pipeline = &connection->pipeline;
	bool end = false;

	while (!end && !connection->lost) {
		PGresult *result = NULL;

		if (sync_is_swallowed(connection->pg))
			postgres_note_lost(connection, NULL);
		else
			result = postgres_collect(connection);
		end = result && PQresultStatus(result) == PGRES_PIPELINE_SYNC;
		keep_cause(pipeline, result);
	}
	/* Everything was done by then, but perhaps not committed. */
	connection->told = false;
	if (connection->lost)
		return;
	if (pipeline->cause)
		undo_segment(pipeline);
	pipeline->segment = pipeline->answer_count;
}

/* Whether there was an answer. */
static bool take(struct driver_connection *connection, struct part *part)
{
	switch (part->kind) {
	case PART_POSTED:
		return take_posted(connection, part);
	case PART_PARSE:
		take_parse(connection, part);
		break;
	case PART_CLOSE:
		take_close(connection, part);
		break;
	case PART_SYNC:
		take_sync(connection);
		break;
	case PART_COMMAND:
	case PART_RUN:
		keep_cause(&connection->pipeline, postgres_collect(connection));
		break;
	}
	return !connection->lost;
}

/* ---- all of them ------------------------------------------------------------------------ */

bool postgres_commits(const struct pipeline *pipeline)
{
	for (size_t i = pipeline->head; i < pipeline->count; i++)
		if (pipeline->parts[i].commits)
			return true;
	return false;
}

static void pass(struct pipeline *pipeline)
{
	struct part *part = &pipeline->parts[pipeline->head++];

	if (part->statement)
		part->statement->queued--;
}

/* Whether something failed in the segment that is under way: then nothing commits it. */
static bool segment_failed(const struct pipeline *pipeline)
{
	for (size_t i = pipeline->segment; i < pipeline->answer_count; i++)
		if (pipeline->answers[i].what == ANSWER_FAILED)
			return true;
	return postgres_refused(pipeline->cause);
}

/* The connection is gone, and the answers with it. */
static void lose_answers(struct driver_connection *connection)
{
	struct pipeline *pipeline = &connection->pipeline;
	bool unknown = connection->unknown ||
		       (!connection->told && postgres_commits(pipeline) &&
			!segment_failed(pipeline));

	connection->unknown = unknown;
	for (size_t i = pipeline->segment; unknown && i < pipeline->answer_count; i++)
		if (pipeline->answers[i].what == ANSWER_DONE)
			pipeline->answers[i].what = ANSWER_UNKNOWN;
	while (pipeline->head < pipeline->count) {
		struct part *part = &pipeline->parts[pipeline->head];

		if (part->kind == PART_POSTED) {
			pipeline->answers[pipeline->answer_count++] = (struct answer){
				.what = unknown ? ANSWER_UNKNOWN : ANSWER_LOST };
			pipeline->posted--;
		} else if (part->kind == PART_PARSE && part->statement) {
			part->statement->state = UNPREPARED;
		}
		pass(pipeline);
	}
}

void postgres_note_transaction(struct driver_connection *connection)
{
	PGTransactionStatusType status = PQtransactionStatus(connection->pg);

	connection->transaction = status == PQTRANS_INTRANS || status == PQTRANS_INERROR;
	connection->open = connection->transaction;
}

static void leave_pipeline(struct driver_connection *connection)
{
	struct pipeline *pipeline = &connection->pipeline;
	bool wrapped = pipeline->wrapped;

	pipeline->head = pipeline->count = 0;
	pipeline->wrapped = false;
	if (connection->lost)
		return;
	if (!PQexitPipelineMode(connection->pg)) {
		connection->lost = true;
		return;
	}
	/* The statement failed, and with it our COMMIT was not executed. */
	if (wrapped && PQtransactionStatus(connection->pg) != PQTRANS_IDLE)
		PQclear(PQexec(connection->pg, "ROLLBACK"));
	postgres_note_transaction(connection);
}

static void take_rest(struct driver_connection *connection)
{
	struct pipeline *pipeline = &connection->pipeline;

	while (!connection->lost && pipeline->head < pipeline->count)
		if (take(connection, &pipeline->parts[pipeline->head]))
			pass(pipeline);
	if (connection->lost)
		lose_answers(connection);
	leave_pipeline(connection);
}

void postgres_reach_run(struct driver_connection *connection)
{
	struct pipeline *pipeline = &connection->pipeline;

	while (!connection->lost && pipeline->parts[pipeline->head].kind != PART_RUN)
		if (take(connection, &pipeline->parts[pipeline->head]))
			pass(pipeline);
}

void postgres_leave_run(struct driver_connection *connection)
{
	struct pipeline *pipeline = &connection->pipeline;

	if (pipeline->count == 0)
		return;
	if (!connection->lost)
		pass(pipeline);
	take_rest(connection);
}

void postgres_settle(struct driver_connection *connection)
{
	struct pipeline *pipeline = &connection->pipeline;
	struct rowan_error error;

	if (pipeline->count == 0)
		return;
	if (!connection->lost)
		postgres_sync(connection, &error);
	take_rest(connection);
	PQclear(pipeline->cause);
	pipeline->cause = NULL;
}
