/* SPDX-License-Identifier: MIT */
#include "eager/tell.h"

#include "progress.h"

#include <math.h>
#include <stdio.h>

void print_panel_header(const struct cell *cell)
{
	progress_clear();
	printf("\n%s, fan-out %ld", cell->levels == 1 ? "users and tasks"
						       : "users, tasks and comments", cell->fanout);
	if (cell->latency_ms >= 0)
		printf(", %ld ms away: milliseconds (round trips)", cell->latency_ms);
	else
		printf(": milliseconds (statements)");
	printf("\n%8s", "parents");
	for (int i = 0; i < STRATEGIES; i++)
		printf(" %19s", strategies[i].title);
	printf("   N+1 / select-in\n");
}

void print_cell(const struct cell *cell)
{
	progress_clear();
	printf("%8ld", cell->parents);
	for (int i = 0; i < STRATEGIES; i++)
		printf(" %10.3f (%6llu)", cell->by[i].ns.median / 1e6,
		       (unsigned long long)(cell->latency_ms >= 0 ? cell->by[i].round_trips
								   : cell->by[i].statements));
	printf("   %13.2f x\n", cell->by[0].to_selectin);
	fflush(stdout);
}

void print_crossings(const struct crossing *crossings, int count)
{
	for (int i = 0; i < count; i++) {
		const struct crossing *crossing = &crossings[i];
		const char *before = strategies[crossing->before].title;
		const char *after = strategies[crossing->after].title;

		if (crossing->parents > 0)
			printf("%8s %s overtakes %s at %.0f parents, %.0f rows\n", "", after,
			       before, ceil(crossing->parents),
			       ceil(crossing->parents * (double)crossing->fanout));
		else
			printf("%8s %s is faster than %s from the first parent on\n", "", after,
			       before);
	}
	fflush(stdout);
}

json_t *json_cell(const struct cell *cell)
{
	json_t *by = json_object(), *object;

	for (int i = 0; i < STRATEGIES; i++) {
		struct spread ns = cell->by[i].ns;
		json_t *strategy = json_pack("{s:{s:f, s:f, s:f, s:f, s:f}, s:f, s:I}",
			"ns", "median", ns.median, "p10", ns.p10, "p90", ns.p90, "min", ns.min,
			"max", ns.max, "to_selectin", cell->by[i].to_selectin,
			"statements", (json_int_t)cell->by[i].statements);

		if (cell->latency_ms >= 0)
			json_object_set_new(strategy, "round_trips",
				json_integer((json_int_t)cell->by[i].round_trips));
		json_object_set_new(by, strategies[i].name, strategy);
	}
	object = json_pack("{s:I, s:I, s:I, s:I, s:I, s:o}", "levels", (json_int_t)cell->levels,
			   "fanout", (json_int_t)cell->fanout, "parents", (json_int_t)cell->parents,
			   "rows", (json_int_t)cell->rows, "rounds", (json_int_t)cell->rounds,
			   "strategies", by);
	if (cell->latency_ms >= 0)
		json_object_set_new(object, "latency_ms", json_integer(cell->latency_ms));
	return object;
}

json_t *json_crossing(const struct crossing *crossing)
{
	json_t *object = json_pack("{s:I, s:I, s:s, s:s, s:f}",
		"levels", (json_int_t)crossing->levels, "fanout", (json_int_t)crossing->fanout,
		"before", strategies[crossing->before].name,
		"after", strategies[crossing->after].name, "parents", crossing->parents);

	if (crossing->latency_ms >= 0)
		json_object_set_new(object, "latency_ms", json_integer(crossing->latency_ms));
	return object;
}
