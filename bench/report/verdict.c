/* SPDX-License-Identifier: MIT */
#include "report/page.h"

#include <math.h>
#include <string.h>

const json_t *eager_cell(const json_t *eager, long levels, long fanout, long parents)
{
	const json_t *cells = json_object_get(eager, "cells"), *cell;
	size_t i;

	json_array_foreach(cells, i, cell) {
		if (lround(number_at(cell, "levels")) == levels &&
		    lround(number_at(cell, "fanout")) == fanout &&
		    lround(number_at(cell, "parents")) == parents)
			return cell;
	}
	return NULL;
}

static void throughput_verdict(FILE *out, const json_t *part)
{
	const json_t *workloads = json_object_get(part, "workloads"), *workload;
	size_t i, passed = 0, compared = 0;
	double product = 0;

	json_array_foreach(workloads, i, workload) {
		passed += json_is_true(json_object_get(workload, "pass"));
		if (!json_object_get(workload, "target_ratio"))
			continue;
		product += log(number_at(workload, "ratio.median"));
		compared++;
	}
	if (compared)
		fprintf(out, "%s takes <b>%.2f times</b> as long as the best hand-written C (the "
			"geometric mean of %zu workloads); <b>%zu of %zu</b> are within their "
			"targets.\n", on_postgres(part) ? "On PostgreSQL it" : "Rowan", exp(product / (double)compared), compared, passed,
			json_array_size(workloads));
}

static void eager_verdict(FILE *out, const json_t *part)
{
	const json_t *cell = eager_cell(part, 1, 10, 1000);
	char parents[COUNT_SIZE], few[COUNT_SIZE], many[COUNT_SIZE];
	double each, joined;

	if (!cell)
		cell = json_array_get(json_object_get(part, "cells"), 0);
	if (!cell)
		return;
	each = number_at(cell, "strategies.each.to_selectin");
	joined = number_at(cell, "strategies.joined.to_selectin");
	fprintf(out, "At %s parents with %.0f children each, select-in is <b>%.2f times %s</b> "
		"than N+1 (%s statements instead of %s) and %.2f times %s than a join.\n",
		grouped(number_at(cell, "parents"), parents), number_at(cell, "fanout"),
		each >= 1 ? each : 1 / each,
		each >= 1 ? "faster" : "slower",
		grouped(number_at(cell, "strategies.selectin.statements"), few),
		grouped(number_at(cell, "strategies.each.statements"), many),
		joined >= 1 ? joined : 1 / joined,
		joined >= 1 ? "faster" : "slower");
}

/* The farthest place, and the most users there. */
static void distance_verdict(FILE *out, const json_t *part)
{
	const json_t *cells = json_object_get(part, "cells"), *cell, *far = NULL;
	char users[COUNT_SIZE], each[DURATION_SIZE], selectin[DURATION_SIZE];
	size_t i;

	json_array_foreach(cells, i, cell) {
		double further = number_at(cell, "latency_ms") - number_at(far, "latency_ms");

		if (lround(number_at(cell, "fanout")) == 10 &&
		    (!far || further > 0 || (further == 0 &&
		     number_at(cell, "parents") > number_at(far, "parents"))))
			far = cell;
	}
	if (far)
		fprintf(out, "From a server %.0f ms away, %s users with 10 tasks each take <b>%s</b> one by "
			"one and <b>%s</b> by select-in.\n", number_at(far, "latency_ms"),
			grouped(number_at(far, "parents"), users),
			duration(number_at(far, "strategies.each.ns.median"), each),
			duration(number_at(far, "strategies.selectin.ns.median"), selectin));
}

static void pools_verdict(FILE *out, const json_t *part)
{
	const json_t *cells = json_object_get(part, "cells"), *cell, *queue = NULL;
	const char *storage = text_at(json_array_get(cells, 0), "storage");
	char rate[COUNT_SIZE];
	size_t i;

	/* The busiest reading of the queue pool whose connections are not held. */
	json_array_foreach(cells, i, cell) {
		if (!strcmp(text_at(cell, "pool"), "queue") &&
		    !strcmp(text_at(cell, "storage"), storage) && number_at(cell, "hold_us") < 1 &&
		    (!queue || number_at(cell, "threads") > number_at(queue, "threads")))
			queue = cell;
	}
	if (queue)
		fprintf(out, "With %.0f threads on %.0f connections the queue pool serves <b>%s "
			"statements a second</b>, and the slowest thread gets %.0f %% of what the "
			"fastest gets.\n", number_at(queue, "threads"), number_at(queue, "size"),
			grouped(number_at(queue, "per_second"), rate),
			number_at(queue, "fairness") * 100);
}

void verdict_write(FILE *out, const json_t *results)
{
	fputs("<p class=\"verdict\">", out);
	throughput_verdict(out, json_object_get(results, "throughput"));
	throughput_verdict(out, json_object_get(results, "throughput-postgres"));
	peers_verdict(out, json_object_get(results, "peers"));
	peers_verdict(out, json_object_get(results, "peers-postgres"));
	distance_verdict(out, json_object_get(results, "eager-postgres"));
	eager_verdict(out, json_object_get(results, "eager"));
	pools_verdict(out, json_object_get(results, "pools"));
	fputs("</p>\n", out);
}
