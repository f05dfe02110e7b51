/* SPDX-License-Identifier: MIT */
#include "database.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

TestSuite(exhausted, .init = open_database, .fini = close_database, .timeout = 120);

Test(exhausted, pool_1_those_who_forgot_to_give_back_are_named)
{
	struct rowan_site leaks[] = { { "report.c", 7 }, { "import.c", 12 }, { "mail.c", 3 } };
	struct rowan_engine *engine =
		rowan_engine_open(database_url(""), .pool_size = 4, .max_overflow = 2,
				  .pool_timeout_ms = 20);
	struct connection *held[6], *none;
	struct rowan_error error;
	char holder[32], figure[64];
	int64_t waited_us;

	for (int i = 0; i < 6; i++)
		held[i] = checkout(engine, leaks[i % 3]);
	engine_checkin(held[5]);
	held[5] = checkout(engine, leaks[0]);
	waited_us = -rowan_now().us;
	assert_code(engine_checkout(engine, ROWAN_HERE, &none, &error), ROWAN_TIMEOUT);
	waited_us += rowan_now().us;
	assert_contains(error.message, "6 in use, 1 waiting; held longest by report.c:7, for ");
	for (int i = 0; i < 3; i++) {
		snprintf(holder, sizeof(holder), "%d at %s:%d", (int[]){ 3, 2, 1 }[i], leaks[i].file,
			 leaks[i].line);
		assert_contains(error.message, holder);
	}
	for (int i = 0; i < 6; i++)
		engine_checkin(held[i]);
	engine_checkin(checkout(engine, ROWAN_HERE));
	rowan_engine_close(engine);
	snprintf(figure, sizeof(figure), "told after %.1f ms of 20, all 3 lines named",
		 (double)waited_us / 1000);
	record_fault("pool-1", .injections = 6, .survived = 6, .figure = figure);
}

Test(exhausted, a_message_of_many_holders_is_cut_and_still_one_line)
{
	enum { HOLDERS = 18 };	/* pgbouncer has 20 for us */
	struct rowan_engine *engine =
		rowan_engine_open(database_url(""), .pool_size = HOLDERS, .max_overflow = -1,
				  .pool_timeout_ms = -1);
	struct connection *held[HOLDERS], *none;
	struct rowan_error error;

	for (int i = 0; i < HOLDERS; i++)
		held[i] = checkout(engine, (struct rowan_site){ "a/rather/long/path/of/a_file.c", i });
	assert_code(engine_checkout(engine, ROWAN_HERE, &none, &error), ROWAN_TIMEOUT);
	assert_contains(error.message, "18 in use");
	assert_lacks(error.message, "\n");
	for (int i = 0; i < HOLDERS; i++)
		engine_checkin(held[i]);
	rowan_engine_close(engine);
}

struct taker {
	struct rowan_engine *engine;
	pthread_t thread;
	int first, second;	/* what became of them */
	int64_t us;		/* .. of the second, after so long */
	struct rowan_error error;
};

/* Take a second one while holding the first. */
static void *take_two(void *argument)
{
	struct taker *taker = argument;
	struct connection *first, *second;

	taker->first = engine_checkout(taker->engine, ROWAN_HERE, &first, &taker->error);
	if (taker->first < 0)
		return NULL;
	taker->us = -rowan_now().us;
	taker->second = engine_checkout(taker->engine, ROWAN_HERE, &second, &taker->error);
	taker->us += rowan_now().us;
	engine_checkin(second);
	engine_checkin(first);
	return NULL;
}

Test(exhausted, pool_2_who_holds_one_and_wants_another_is_not_left_waiting)
{
	static const struct { int threads, connections; } cases[] = { { 1, 1 }, { 5, 5 },
								      { 50, 10 } };
	static struct taker takers[50];
	int64_t longest_us = 0;
	long told = 0;
	char figure[64];

	for (size_t i = 0; i < 3; i++) {
		const int threads = cases[i].threads;
		int failed = 0;
		struct rowan_engine *engine =
			rowan_engine_open(database_url(""), .pool_size = cases[i].connections,
					  .max_overflow = -1, .pool_timeout_ms = 100);

		for (int t = 0; t < threads; t++) {
			takers[t] = (struct taker){ .engine = engine };
			assert_int(pthread_create(&takers[t].thread, NULL, take_two, &takers[t]), 0);
		}
		for (int t = 0; t < threads; t++) {
			pthread_join(takers[t].thread, NULL);
			cr_assert(takers[t].first == ROWAN_OK || takers[t].first == ROWAN_TIMEOUT);
			if (takers[t].second == ROWAN_OK)
				continue;
			failed++;
			longest_us = takers[t].us > longest_us ? takers[t].us : longest_us;
			assert_int(takers[t].second, ROWAN_TIMEOUT);
			assert_contains(takers[t].error.message, "this thread itself holds one, by ");
			assert_contains(takers[t].error.message, "exhausted.c:");
		}
		if (threads == 1)
			assert_int(failed, 1);
		told += failed;
		assert_int(rowan_engine_stats(engine).in_use, 0);
		assert_int(rowan_engine_stats(engine).waiting, 0);
		rowan_engine_close(engine);
	}
	snprintf(figure, sizeof(figure), "%ld told, the last after %.0f ms of 100", told,
		 (double)longest_us / 1000);
	record_fault("pool-2", .injections = 56, .survived = 56, .figure = figure);
}
