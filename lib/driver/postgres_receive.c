/* SPDX-License-Identifier: MIT */
#include "base/alloc.h"
#include "base/error.h"
#include "driver/postgres.h"

/* What became of the statements that were posted, for those who ask. */

#define KEPT_MOST 4096		/* parts, answers and keys, when they are not needed */

static int give(struct driver_connection *connection, const struct answer *answer,
		struct driver_outcome *outcome, struct rowan_error *error)
{
	const struct pipeline *pipeline = &connection->pipeline;

	switch (answer->what) {
	case ANSWER_FAILED:
		return postgres_fail(connection, answer->failure, error);
	case ANSWER_NOT_RUN:
		return error_set(error, ROWAN_OPERATIONAL,
				 "not executed: a statement that was sent before it failed");
	case ANSWER_ROLLED_BACK:
		return postgres_fail_rolled_back(error);
	case ANSWER_NO_MEMORY:
		return error_no_memory(error);
	case ANSWER_BAD_KEYS:
		return error_set(error, ROWAN_DATA, "the keys that the server returned are no integers");
	case ANSWER_LOST:
	case ANSWER_UNKNOWN:
		return postgres_gone(connection, answer->what == ANSWER_UNKNOWN, error);
	case ANSWER_DONE:
		break;
	}
	outcome->changed = answer->changed;
	outcome->key_count = answer->key_count;
	outcome->keys = answer->key_count ? pipeline->keys + answer->first_key : NULL;
	if (answer->key_count)
		outcome->last_key = outcome->keys[answer->key_count - 1];
	return ROWAN_OK;
}

int postgres_receive(struct driver_connection *connection, struct driver_outcome *outcome,
		     struct rowan_error *error)
{
	struct pipeline *pipeline = &connection->pipeline;
	struct answer *answer;
	int status;

	*outcome = (struct driver_outcome){ 0 };
	if (pipeline->next_answer == pipeline->answer_count) {
		postgres_drop_answers(connection);
		postgres_settle(connection);
	}
	if (pipeline->next_answer == pipeline->answer_count)
		return error_set(error, ROWAN_MISUSE, "nothing was sent that is to be received");
	answer = &pipeline->answers[pipeline->next_answer++];
	status = give(connection, answer, outcome, error);
	PQclear(answer->failure);
	answer->failure = NULL;
	return status;
}

/* What one large flush needed is not kept for all small ones. */
static void trim(struct pipeline *pipeline)
{
	if (pipeline->key_capacity > KEPT_MOST) {
		mem_free(pipeline->keys);
		pipeline->keys = NULL;
		pipeline->key_capacity = 0;
	}
	if (pipeline->count > 0)	/* there has to be room for their answers */
		return;
	if (pipeline->answer_capacity > KEPT_MOST) {
		mem_free(pipeline->answers);
		pipeline->answers = NULL;
		pipeline->answer_capacity = 0;
	}
	if (pipeline->capacity > KEPT_MOST) {
		mem_free(pipeline->parts);
		pipeline->parts = NULL;
		pipeline->capacity = 0;
	}
}

void postgres_drop_answers(struct driver_connection *connection)
{
	struct pipeline *pipeline = &connection->pipeline;

	for (size_t i = pipeline->next_answer; i < pipeline->answer_count; i++)
		PQclear(pipeline->answers[i].failure);
	pipeline->next_answer = pipeline->answer_count = pipeline->segment = 0;
	pipeline->key_count = 0;
	trim(pipeline);
}
