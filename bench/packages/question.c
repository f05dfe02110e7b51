/* SPDX-License-Identifier: MIT */
#include "question.h"

#include "memory.h"
#include "meter.h"

#include <stdlib.h>
#include <string.h>

struct strategy {
	const char *name;
	enum rowan_loading loading;
	bool by_hand;
};

static const struct strategy strategies[STRATEGY_COUNT] = {
	{ .name = "each", .loading = ROWAN_LOAD_EACH },
	{ .name = "batch", .loading = ROWAN_LOAD_BATCH },
	{ .name = "selectin", .loading = ROWAN_LOAD_SELECTIN },
	{ .name = "joined", .loading = ROWAN_LOAD_JOINED },
	{ .name = "by hand", .loading = ROWAN_LOAD_RAISE, .by_hand = true },
};

/* ---- answers -------------------------------------------------------------- */

int answer_add(struct answer *answer, int64_t first, int64_t second, int64_t third)
{
	struct answer_row *rows = array_room(answer->rows, &answer->capacity, answer->count,
					     sizeof(*rows));

	if (!rows)
		return ROWAN_NO_MEMORY;
	answer->rows = rows;
	rows[answer->count++] = (struct answer_row){ { first, second, third } };
	return ROWAN_OK;
}

static int compare_rows(const void *a, const void *b)
{
	const struct answer_row *left = a, *right = b;
	size_t i = 0;

	while (i < 2 && left->values[i] == right->values[i])
		i++;
	return (left->values[i] > right->values[i]) - (left->values[i] < right->values[i]);
}

void answer_sort(struct answer *answer)
{
	if (answer->count)
		qsort(answer->rows, answer->count, sizeof(*answer->rows), compare_rows);
}

size_t answer_run(const struct answer *answer, size_t first)
{
	size_t end = first;

	while (end < answer->count && answer->rows[end].values[0] == answer->rows[first].values[0])
		end++;
	return end - first;
}

static bool same_answer(const struct answer *a, const struct answer *b)
{
	return a->count == b->count &&
	       (!a->count || !memcmp(a->rows, b->rows, a->count * sizeof(*a->rows)));
}

/* ---- asking --------------------------------------------------------------- */

int asking_read_packages(struct asking *asking, size_t place)
{
	struct ids ids = { 0 };
	int status = ROWAN_OK;

	for (size_t i = 0; i < asking->answer->count && !status; i++) {
		int64_t id = asking->answer->rows[i].values[place];

		if (id && !ids_add(&ids, id))
			status = ROWAN_NO_MEMORY;
	}
	ids_sort(&ids);
	if (!status)
		rowan_exec(asking->session, rowan_select(package,
			.where = rowan_in(PACKAGE(id), ids.items, ids.count)));
	ids_free(&ids);
	return status ? status : asking_status(asking);
}

const char *asking_package_name(const struct asking *asking, int64_t id)
{
	const struct package *package = rowan_get(asking->session, package, id);

	return package ? package->name : "?";
}

/* Once, in a session of its own: nothing is known of what was read before. */
static int ask_once(const struct strategy *strategy, struct rowan_engine *engine,
		    const struct outcome *outcome, struct answer *answer,
		    struct strategy_cost *cost, struct rowan_error *error)
{
	/* Relations that no query names, on the way from package to package. */
	enum rowan_loading lazy = strategy->loading == ROWAN_LOAD_EACH ||
				  strategy->by_hand ? strategy->loading : ROWAN_LOAD_BATCH;
	rowan_scoped struct rowan_session *session =
		rowan_session_open(engine, .lazy = lazy, .error = error);
	struct asking asking = { session, strategy->loading, outcome->subject, outcome->limit,
				 answer };
	struct meter meter;
	int status;

	*cost = (struct strategy_cost){ .name = strategy->name };
	if (!session)
		return ROWAN_NO_MEMORY;
	meter_start(&meter, engine);
	status = strategy->by_hand ? outcome->question->by_hand(&asking) :
				     outcome->question->by_relation(&asking);
	meter_stop(&meter);
	if (status) {
		*error = *rowan_error(session);
		error->code = status;
	}
	*cost = (struct strategy_cost){ strategy->name, meter.ms, meter.statements, meter.rows,
					meter.warnings };
	return status;
}

/* Every answer must be equal to the first. */
static int check_answer(const struct outcome *outcome, const struct answer *answer,
			const struct strategy *strategy, struct rowan_error *error)
{
	if (same_answer(&outcome->answer, answer))
		return ROWAN_OK;
	*error = (struct rowan_error){ .code = ROWAN_DATA };
	snprintf(error->message, sizeof(error->message),
		 "%s: '%s' has another answer (%zu rows) than '%s' (%zu rows)",
		 outcome->question->name, strategy->name, answer->count, strategies[0].name,
		 outcome->answer.count);
	return ROWAN_DATA;
}

static int ask_strategy(struct outcome *outcome, struct rowan_engine *engine, size_t number,
			struct rowan_error *error)
{
	int status = ROWAN_OK;

	for (int run = 0; run < ASKING_RUNS && !status; run++) {
		bool first = !number && !run;
		struct answer answer = { 0 };
		struct strategy_cost cost;

		status = ask_once(&strategies[number], engine, outcome,
				  first ? &outcome->answer : &answer, &cost, error);
		if (!status && !first)
			status = check_answer(outcome, &answer, &strategies[number], error);
		if (!run || cost.ms < outcome->costs[number].ms)
			outcome->costs[number] = cost;
		free(answer.rows);
	}
	return status;
}

int question_ask(const struct question *question, struct rowan_engine *engine, int64_t subject,
		 size_t limit, struct outcome *out, struct rowan_error *error)
{
	int status = ROWAN_OK;

	*out = (struct outcome){ .question = question, .subject = subject, .limit = limit };
	for (size_t i = 0; i < STRATEGY_COUNT && !status; i++)
		status = ask_strategy(out, engine, i, error);
	return status;
}

void outcome_free(struct outcome *outcome)
{
	free(outcome->answer.rows);
	outcome->answer = (struct answer){ 0 };
}
