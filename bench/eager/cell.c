/* SPDX-License-Identifier: MIT */
#include "eager/cell.h"

#include "dataset.h"
#include "progress.h"

#define FEWEST_ROUNDS 5L
#define MOST_ROUNDS 41L

struct attempt {
	struct rowan_session *session;
	struct rowan_query query;
	long levels;
	struct walked walked;
};

static uint64_t attempt_run(void *context, long count)
{
	struct attempt *attempt = context;

	(void)count;
	attempt->walked = strategy_run(attempt->session, &attempt->query, attempt->levels);
	return attempt->walked.checksum;
}

static void attempt_finish(void *context, long count)
{
	struct attempt *attempt = context;

	(void)count;
	must(attempt->session, rowan_clear(attempt->session));
}

static const struct side attempt_side = { .run = attempt_run, .finish = attempt_finish };

static void open_attempts(struct attempt *attempts, const struct cell *cell,
			  struct rowan_engine *engine)
{
	for (int i = 0; i < STRATEGIES; i++)
		attempts[i] = (struct attempt){
			.session = strategy_session(engine, &strategies[i]),
			.levels = cell->levels,
			.query = strategy_query(&strategies[i], cell->parents, cell->levels) };
}

static void close_attempts(struct attempt *attempts)
{
	for (int i = 0; i < STRATEGIES; i++)
		rowan_session_close(attempts[i].session);
}

/* Counts statements and round trips, and sees that all find the same rows. */
static void count_all(struct cell *cell, struct network *network)
{
	struct rowan_engine *engine = network->distant ? network->distant : network->direct;
	struct attempt attempts[STRATEGIES];

	network_at(network, 0);
	open_attempts(attempts, cell, engine);
	for (int i = 0; i < STRATEGIES; i++) {
		uint64_t before;

		/* The first time statements are prepared. */
		side_measure(&attempt_side, &attempts[i], 1, NULL);
		before = network_round_trips(network);
		cell->by[i].statements =
			side_measure(&attempt_side, &attempts[i], 1, engine).statements;
		cell->by[i].round_trips = network_round_trips(network) - before;
		if (attempts[i].walked.checksum != attempts[0].walked.checksum)
			die("%s and %s did not find the same rows", strategies[0].name,
			    strategies[i].name);
	}
	cell->rows = attempts[0].walked.rows;
	close_attempts(attempts);
}

/* Also the warm-up, except where it would be mere waiting for a second. */
static int64_t expected_ns(const struct cell *cell, struct attempt *attempts)
{
	int64_t total_ns = 0;

	for (int i = 0; i < STRATEGIES; i++) {
		int64_t waiting_ns = cell->latency_ms > 0
			? (int64_t)cell->by[i].round_trips * cell->latency_ms * 1000000 : 0;

		total_ns += waiting_ns > 1000000000
			? waiting_ns : side_measure(&attempt_side, &attempts[i], 1, NULL).ns;
	}
	return total_ns;
}

/* What is mostly waiting hardly varies, and takes long. */
static long rounds_within(struct effort effort, int64_t round_ns, bool distant)
{
	long rounds = (long)(effort.budget_ns / (round_ns + 1));
	long fewest = distant ? 1 : FEWEST_ROUNDS;

	if (effort.rounds)
		return effort.rounds;
	if (rounds < fewest)
		return fewest;
	return rounds < MOST_ROUNDS ? rounds : MOST_ROUNDS;
}

static void run_rounds(struct cell *cell, struct attempt *attempts, struct series *series)
{
	for (long round = 0; round < cell->rounds; round++) {
		progress_show("eager: %ld level%s, fan-out %ld, %ld parents, round %ld of %ld",
			      cell->levels, cell->levels == 1 ? "" : "s", cell->fanout,
			      cell->parents, round + 1, cell->rounds);
		for (int i = 0; i < STRATEGIES; i++) {
			/* Each round begins with another strategy. */
			int turn = (int)((i + round) % STRATEGIES);

			series_add(&series[turn],
				   (double)side_measure(&attempt_side, &attempts[turn], 1, NULL).ns);
		}
	}
}

void cell_measure(struct cell *cell, struct network *network, struct effort effort)
{
	struct attempt attempts[STRATEGIES];
	struct series series[STRATEGIES] = { 0 };

	count_all(cell, network);
	open_attempts(attempts, cell, network_at(network, cell->latency_ms));
	cell->rounds = rounds_within(effort, expected_ns(cell, attempts), cell->latency_ms > 0);
	run_rounds(cell, attempts, series);
	for (int i = 0; i < STRATEGIES; i++) {
		struct series ratio = series_ratio(&series[i], &series[SELECTIN]);

		cell->by[i].ns = series_spread(&series[i]);
		cell->by[i].to_selectin = series_percentile(&ratio, 50);
		series_free(&ratio);
	}
	for (int i = 0; i < STRATEGIES; i++)
		series_free(&series[i]);
	close_attempts(attempts);
}
