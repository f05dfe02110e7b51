/* SPDX-License-Identifier: MIT */
#include "meter.h"

#include <time.h>

static double now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static void count_statement(struct rowan_observer *observer, const struct rowan_event *event)
{
	struct meter *meter = observer->context;

	meter->warnings += event->kind == ROWAN_EVENT_N_PLUS_ONE;
	if (event->kind != ROWAN_EVENT_STATEMENT || event->internal)
		return;
	meter->statements++;
	if (event->status == ROWAN_OK)
		meter->rows += event->rows;
}

void meter_start(struct meter *meter, struct rowan_engine *engine)
{
	*meter = (struct meter){ .engine = engine, .started_ms = now_ms() };
	meter->observer = (struct rowan_observer){ .on_event = count_statement, .context = meter };
	rowan_engine_observe(engine, &meter->observer);
}

void meter_stop(struct meter *meter)
{
	meter->ms = now_ms() - meter->started_ms;
	rowan_engine_unobserve(meter->engine, &meter->observer);
}
