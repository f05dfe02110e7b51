/* SPDX-License-Identifier: MIT */
#include "report/compare.h"

#include "progress.h"
#include "report/page.h"

#include <math.h>
#include <string.h>

#define NOTEWORTHY 0.10

/* One line; `lower_is_better` decides the colour of a change. */
static void put_line(const char *what, const char *then_text, const char *now_text,
		     double then, double now, bool lower_is_better)
{
	double change = then > 0 ? now / then - 1 : 0;
	bool marked = fabs(change) > NOTEWORTHY;
	bool worse = lower_is_better ? change > 0 : change < 0;
	bool colour = marked && wants_colour();

	printf("%-44s %12s %12s  %s%+6.1f %%%s%s\n", what, then_text, now_text,
	       !colour ? "" : worse ? "\033[31m" : "\033[32m", change * 100,
	       !marked ? "" : worse ? "  worse" : "  better", colour ? "\033[0m" : "");
}

static void put_ratio(const char *what, double then, double now)
{
	char a[16], b[16];

	snprintf(a, sizeof(a), "%.2f", then);
	snprintf(b, sizeof(b), "%.2f", now);
	put_line(what, a, b, then, now, true);
}

static void put_time(const char *what, double then, double now)
{
	char a[DURATION_SIZE], b[DURATION_SIZE];

	put_line(what, duration(then, a), duration(now, b), then, now, true);
}

static void put_heading(const char *title)
{
	printf("\n%-44s %12s %12s\n", title, "then", "now");
}

/* ---- parts ----------------------------------------------------------------- */

static const json_t *workload_named(const json_t *part, const char *name)
{
	const json_t *workloads = json_object_get(part, "workloads"), *workload;
	size_t i;

	json_array_foreach(workloads, i, workload) {
		if (!strcmp(text_at(workload, "name"), name))
			return workload;
	}
	return NULL;
}

static void compare_throughput(const json_t *then, const json_t *now)
{
	const json_t *workloads = json_object_get(now, "workloads"), *workload;
	size_t i;

	put_heading("ratio to hand-written C");
	json_array_foreach(workloads, i, workload) {
		const json_t *before = workload_named(then, text_at(workload, "name"));

		if (before)
			put_ratio(text_at(workload, "title"), number_at(before, "ratio.median"),
				  number_at(workload, "ratio.median"));
	}
	put_heading("Rowan's time");
	json_array_foreach(workloads, i, workload) {
		const json_t *before = workload_named(then, text_at(workload, "name"));

		if (before)
			put_time(text_at(workload, "title"), number_at(before, "rowan_ns.median"),
				 number_at(workload, "rowan_ns.median"));
	}
}

/* The cell of the same size and kind, or NULL. */
static const json_t *cell_like(const json_t *part, const json_t *cell,
			       const char *const *members)
{
	const json_t *cells = json_object_get(part, "cells"), *other;
	size_t i;

	json_array_foreach(cells, i, other) {
		const char *const *member = members;

		while (*member) {
			const json_t *a = json_object_get(cell, *member);
			const json_t *b = json_object_get(other, *member);

			if (a != b && !json_equal(a, b))
				break;
			member++;
		}
		if (!*member)
			return other;
	}
	return NULL;
}

static void compare_eager(const json_t *then, const json_t *now)
{
	static const char *const members[] = {
		"levels", "fanout", "parents", "latency_ms", NULL };
	static const char *const names[] = { "each", "batch", "selectin", "joined" };
	const json_t *cells = json_object_get(now, "cells"), *cell;
	size_t i;

	put_heading("eager loading");
	json_array_foreach(cells, i, cell) {
		const json_t *before = cell_like(then, cell, members);

		for (size_t j = 0; before && j < 4; j++) {
			char what[96], path[64];

			snprintf(what, sizeof(what), "%s, %.0f x %.0f, levels: %.0f, %.0f ms", names[j],
				 number_at(cell, "parents"), number_at(cell, "fanout"),
				 number_at(cell, "levels"), number_at(cell, "latency_ms"));
			snprintf(path, sizeof(path), "strategies.%s.ns.median", names[j]);
			put_time(what, number_at(before, path), number_at(cell, path));
		}
	}
}

static void compare_pools(const json_t *then, const json_t *now)
{
	static const char *const members[] = {
		"storage", "pool", "check", "size", "threads", "hold_us", NULL };
	const json_t *cells = json_object_get(now, "cells"), *cell;
	size_t i;

	put_heading("pools, operations per second");
	json_array_foreach(cells, i, cell) {
		const json_t *before = cell_like(then, cell, members);
		char what[96], a[32], b[32];

		if (!before)
			continue;
		snprintf(what, sizeof(what), "%s, %.0f of %.0f threads, %.0f us, %.17s",
			 text_at(cell, "pool"), number_at(cell, "size"),
			 number_at(cell, "threads"), number_at(cell, "hold_us"),
			 text_at(cell, "storage"));
		snprintf(a, sizeof(a), "%.0f", number_at(before, "per_second"));
		snprintf(b, sizeof(b), "%.0f", number_at(cell, "per_second"));
		put_line(what, a, b, number_at(before, "per_second"),
			 number_at(cell, "per_second"), false);
	}
}

static void compare_process(const json_t *then, const json_t *now)
{
	const json_t *runs = json_object_get(now, "results"), *run, *before;
	const json_t *runs_then = json_object_get(then, "results");
	size_t i, j;

	put_heading("a whole program");
	json_array_foreach(runs, i, run) {
		json_array_foreach(runs_then, j, before) {
			if (!strcmp(text_at(before, "command"), text_at(run, "command")))
				put_time(text_at(run, "command"), number_at(before, "median") * 1e9,
					 number_at(run, "median") * 1e9);
		}
	}
}

static void compare_fixtures(const json_t *then, const json_t *now)
{
	const json_t *ways = json_object_get(now, "ways"), *way, *before;
	size_t i, j;

	put_heading("a database for each test");
	json_array_foreach(ways, i, way) {
		json_array_foreach(json_object_get(then, "ways"), j, before) {
			if (!strcmp(text_at(before, "name"), text_at(way, "name")))
				put_time(text_at(way, "what"), number_at(before, "round_ns.median"),
					 number_at(way, "round_ns.median"));
		}
	}
}

void compare_print(const json_t *then, const json_t *now)
{
	static const struct {
		const char *name;
		void (*compare)(const json_t *then, const json_t *now);
	} parts[] = {
		{ "throughput", compare_throughput }, { "throughput-postgres", compare_throughput },
		{ "eager", compare_eager }, { "eager-postgres", compare_eager },
		{ "process", compare_process }, { "pools", compare_pools },
		{ "pools-postgres", compare_pools },
		{ "fixtures", compare_fixtures }, { "fixtures-postgres", compare_fixtures },
	};

	printf("\nThen: %s, %s.  Now: %s, %s.\n", text_at(then, "name"),
	       text_at(then, "machine.time"), text_at(now, "name"), text_at(now, "machine.time"));
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		const json_t *a = json_object_get(then, parts[i].name);
		const json_t *b = json_object_get(now, parts[i].name);

		if (!a || !b)
			continue;
		if (on_postgres(b))
			printf("\non %s\n", text_at(b, "engine"));
		parts[i].compare(a, b);
	}
}
