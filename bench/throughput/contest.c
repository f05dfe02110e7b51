/* SPDX-License-Identifier: MIT */
#include "throughput/contest.h"

#include "allocations.h"
#include "progress.h"

/*
 * A way that is seen to be slow after a few rounds is only shown: it has no chance to
 * be the best, and may take a hundred times as long.
 */
#define FIRST_ROUNDS 5
#define SLOW 1.5

struct competitor {
	const struct side *side;
	struct series ns, cpu;
	double allocations;
	bool out;
};

struct field {
	struct world *world;
	const struct workload *workload;
	long count;
	struct competitor rowan, twins[MOST_TWINS];
	int twin_count;
	uint64_t statements, prepares;
};

const struct contest *contest_of(const struct world *world, const struct workload *workload)
{
	return &workload->contests[world->database->number];
}

/* Round 0 warms up and is not counted. */
static uint64_t take_turn(struct field *field, struct competitor *competitor, long round)
{
	struct rowan_engine *engine = competitor == &field->rowan ? field->world->engine : NULL;
	struct run run = side_measure(competitor->side, field->world, field->count, engine);
	double count = (double)field->count;

	if (round == 0)
		return run.checksum;
	series_add(&competitor->ns, (double)run.ns / count);
	series_add(&competitor->cpu, (double)run.cpu_ns / count);
	competitor->allocations = (double)run.allocations / count;
	if (engine) {
		field->statements = run.statements;
		field->prepares += run.prepares;
	}
	return run.checksum;
}

/* Taking turns at going first, too. */
static void run_round(struct field *field, long round)
{
	int total = field->twin_count + 1;
	uint64_t checksum = 0;
	bool known = false;

	for (int i = 0; i < total; i++) {
		int turn = (int)((round + i) % total);
		struct competitor *competitor = turn ? &field->twins[turn - 1] : &field->rowan;
		uint64_t own;

		if (competitor->out)
			continue;
		own = take_turn(field, competitor, round);
		if (known && own != checksum)
			die("%s: Rowan and its twins did not do the same work (%016llx, %016llx)",
			    field->workload->name, (unsigned long long)own,
			    (unsigned long long)checksum);
		checksum = own;
		known = true;
	}
}

/* Of those that were measured in all rounds. */
static int find_best(struct field *field)
{
	double least = 0;
	int best = 0;

	for (int i = 0; i < field->twin_count; i++) {
		double median = series_percentile(&field->twins[i].ns, 50);

		if (!field->twins[i].out && (least <= 0 || median < least)) {
			least = median;
			best = i;
		}
	}
	return best;
}

static void drop_slow(struct field *field)
{
	double least = series_percentile(&field->twins[find_best(field)].ns, 50);

	for (int i = 0; i < field->twin_count; i++)
		field->twins[i].out = series_percentile(&field->twins[i].ns, 50) > SLOW * least;
}

static void measure_memory(struct field *field, struct outcome *outcome)
{
	/* Not the fastest of a noisy run: that one may hold everything twice. */
	const struct side *twin = field->twins[0].side;

	if (!field->workload->load || !allocations_counted())
		return;
	world_renew(field->world);
	outcome->rowan_bytes = side_peak(field->rowan.side, field->world, field->count);
	outcome->twin_bytes = side_peak(twin, field->world, field->count);
}

static void judge(struct outcome *outcome)
{
	const struct contest *contest = outcome->contest;

	outcome->fast = contest->target_ns > 0 ? outcome->rowan.median <= contest->target_ns
					       : outcome->ratio.median <= contest->target;
	outcome->lean = outcome->workload->memory_target == 0 ||
			(double)outcome->rowan_bytes <=
			outcome->workload->memory_target * (double)outcome->twin_bytes;
}

static struct outcome conclude(struct field *field)
{
	struct competitor *rowan = &field->rowan, *best = &field->twins[find_best(field)];
	struct series ratio = series_ratio(&rowan->ns, &best->ns);
	struct series cpu_ratio = series_ratio(&rowan->cpu, &best->cpu);
	struct outcome outcome = {
		.workload = field->workload,
		.contest = contest_of(field->world, field->workload),
		.count = field->count,
		.rowan = series_spread(&rowan->ns),
		.best = (int)(best - field->twins),
		.ratio = series_spread(&ratio),
		.cpu_ratio = series_percentile(&cpu_ratio, 50),
		.rowan_allocations = rowan->allocations,
		.twin_allocations = best->allocations,
		.statements = field->statements,
		.prepares = field->prepares,
	};

	for (int i = 0; i < field->twin_count; i++)
		outcome.twins[i] = series_spread(&field->twins[i].ns);
	measure_memory(field, &outcome);
	judge(&outcome);
	series_free(&ratio);
	series_free(&cpu_ratio);
	return outcome;
}

struct outcome contest_run(struct world *world, const struct workload *workload, long count,
			   long rounds)
{
	struct field field = { .world = world, .workload = workload, .count = count,
			       .rowan = { .side = &workload->rowan } };
	const struct twin *twins = contest_of(world, workload)->twins;
	struct outcome outcome;

	for (; twins[field.twin_count].way; field.twin_count++)
		field.twins[field.twin_count].side = &twins[field.twin_count].side;
	for (long round = 0; round <= rounds; round++) {
		progress_show("%s: round %ld of %ld", workload->name, round, rounds);
		run_round(&field, round);
		if (round == FIRST_ROUNDS)
			drop_slow(&field);
	}
	outcome = conclude(&field);
	series_free(&field.rowan.ns);
	series_free(&field.rowan.cpu);
	for (int i = 0; i < field.twin_count; i++) {
		series_free(&field.twins[i].ns);
		series_free(&field.twins[i].cpu);
	}
	return outcome;
}
