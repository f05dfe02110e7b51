/* SPDX-License-Identifier: MIT */
/* unshare() is Linux's own. */
#define _GNU_SOURCE

#include "own.h"

#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/*
 * A network that is cut and says nothing: no reset and no end, packets just vanish.  The
 * program has a network of its own, with its own server in it, where that can be done
 * without anybody else noticing.
 */
#define NETWORK "ROWAN_OWN_NETWORK"

static bool command(const char *text)
{
	char line[256];

	snprintf(line, sizeof(line), "PATH=$PATH:/usr/sbin:/sbin; %s >/dev/null 2>&1", text);
	return system(line) == 0;
}

/* Before the server is started; the tests are other processes, and inherit it. */
__attribute__((constructor))
static void enter_network(void)
{
	if (!getenv(NETWORK) && unshare(CLONE_NEWNET) == 0)
		setenv(NETWORK, command("ip link set lo up && iptables -w -S") ? "own" : "", 1);
}

/* A container may forbid it: that is said, but is no failure. */
static void need_network(void)
{
	static const char none[] = "no network of our own: takes root, ip and iptables";
	const char *network = getenv(NETWORK);

	if (!network || !*network) {
		record_fault("pool-8", .engine = "postgresql", .figure = none);
		fprintf(stderr, "SKIPPED, %s\n", none);
		cr_skip_test("%s", none);
	}
	need_own_server();
}

static void mend(void)
{
	command("iptables -w -F INPUT");
}

TestSuite(half_open, .init = need_network, .fini = mend, .timeout = 120);

static void cut(void)
{
	cr_assert(command("iptables -w -A INPUT -p tcp -j DROP"));
}

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void nap(long ms)
{
	nanosleep(&(struct timespec){ .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 }, NULL);
}

/* ---- the phases: each cuts the network, and ends with the error that it led to --------- */

static struct rowan_error error;

static int while_connecting(struct rowan_engine *engine, struct connection *held)
{
	struct connection *second;

	(void)held;
	cut();
	return engine_checkout(engine, ROWAN_HERE, &second, &error);
}

static int while_idle(struct rowan_engine *engine, struct connection *held)
{
	(void)engine;
	cut();
	while (held->driver->alive(held->handle, false))
		nap(10);
	return run_sql(held, "SELECT 1", ROWAN_HERE, &error);
}

#define MUCH ((size_t)16 << 20)		/* more than any socket holds */

static int while_sending(struct rowan_engine *engine, struct connection *held)
{
	char *sql = malloc(MUCH);
	int status;

	(void)engine;
	cr_assert(sql);
	memset(sql, 'x', MUCH);
	memcpy(sql, "SELECT '", 8);
	memcpy(sql + MUCH - 2, "'", 2);
	cut();
	status = connection_execute(held, sql, ROWAN_HERE, &error);
	free(sql);
	return status;
}

static void *cut_soon(void *unused)
{
	(void)unused;
	nap(200);
	command("iptables -w -A INPUT -p tcp -j DROP");
	return NULL;
}

static int while_awaiting(struct rowan_engine *engine, struct connection *held)
{
	pthread_t thread;
	int status;

	(void)engine;
	assert_int(pthread_create(&thread, NULL, cut_soon, NULL), 0);
	status = run_sql(held, "SELECT pg_sleep(1)", ROWAN_HERE, &error);
	pthread_join(thread, NULL);
	return status;
}

static const struct phase {
	const char *name;
	int (*end)(struct rowan_engine *engine, struct connection *held);
} phases[] = {
	{ "connecting", while_connecting },
	{ "idle", while_idle },
	{ "sending", while_sending },
	{ "awaiting", while_awaiting },
};

#define PHASES (sizeof(phases) / sizeof(phases[0]))

/* How long it took until somebody was told. */
static double seconds_to_error(const struct phase *phase)
{
	struct rowan_engine *engine =
		rowan_engine_open(own_url("/postgres?keepalives_idle=1&keepalives_interval=1"
					  "&keepalives_count=2&tcp_user_timeout=2000"),
				  .connect_timeout_ms = 2000, .pool_timeout_ms = 2000,
				  .check_after_ms = -1);
	struct connection *held = checkout(engine, ROWAN_HERE);
	int64_t began;
	int status;

	assert_ok(run_sql(held, "SELECT 1", ROWAN_HERE, &error));
	began = now_ms();
	status = phase->end(engine, held);
	began = now_ms() - began;
	cr_assert(status == ROWAN_OPERATIONAL, "%s: %s", phase->name, error.message);
	assert_lacks(error.message, "\n");
	mend();
	engine_checkin(held);
	assert_int(rowan_engine_stats(engine).in_use, 0);
	run_alone(engine, "SELECT 1");
	rowan_engine_close(engine);
	return (double)began / 1000;
}

Test(half_open, pool_8_in_every_phase_it_is_told_in_time)
{
	char figure[160] = "time-outs of 2 s, told after:";

	for (size_t i = 0; i < PHASES; i++) {
		size_t used = strlen(figure);

		snprintf(figure + used, sizeof(figure) - used, "%s %s %.1f s", i ? "," : "",
			 phases[i].name, seconds_to_error(&phases[i]));
	}
	record_fault("pool-8", .injections = PHASES, .survived = PHASES,
		     .engine = "postgresql", .figure = figure);
}
