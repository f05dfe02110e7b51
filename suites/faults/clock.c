/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE	/* syscall() */

/* The wall clock jumps by a day or a year, and nothing is early or late. */
#include "bank.h"
#include "places.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define DAY_S 86400

static const int days[] = { 1, -1, 365, -365 };
#define JUMPS (sizeof(days) / sizeof(days[0]))

/* ---- the clock --------------------------------------------------------------------------- */

/*
 * What the whole program, client libraries included, is told of the time of day is so many
 * seconds off; other clocks are right.
 */
static int64_t jump_s;

static int64_t jumped(void)
{
	return __atomic_load_n(&jump_s, __ATOMIC_RELAXED);
}

__attribute__((visibility("default"))) int clock_gettime(clockid_t clock, struct timespec *out)
{
	int status = (int)syscall(SYS_clock_gettime, clock, out);

	if (status == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
		out->tv_sec += jumped();
	return status;
}

__attribute__((visibility("default"))) time_t time(time_t *out)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	if (out)
		*out = now.tv_sec;
	return now.tv_sec;
}

__attribute__((visibility("default"))) int gettimeofday(struct timeval *out, void *zone)
{
	struct timespec now;

	(void)zone;
	clock_gettime(CLOCK_REALTIME, &now);
	*out = (struct timeval){ now.tv_sec, now.tv_nsec / 1000 };
	return 0;
}

static void set_days(int off)
{
	__atomic_store_n(&jump_s, (int64_t)off * DAY_S, __ATOMIC_RELAXED);
}

static void nap(long ms)
{
	nanosleep(&(struct timespec){ ms / 1000, ms % 1000 * 1000000 }, NULL);
}

static int64_t monotonic_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void close_clock(void)
{
	set_days(0);
	close_place();
}

TestSuite(clocks, .init = open_place, .fini = close_clock, .timeout = 120);

Test(clocks, mem5_the_library_and_sqlite_are_told_of_the_jump)
{
	const int64_t year_s = 365 * DAY_S, before_s = rowan_now().us / 1000000;

	set_days(365);
	cr_assert_geq(rowan_now().us / 1000000, before_s + year_s);
	if (!runs_on("sqlite"))
		return;		/* a server has a clock of its own */
	execute("INSERT INTO accounts VALUES (2, CAST(strftime('%s', 'now') AS INTEGER))");
	cr_assert_geq(rowan_get(session, account, 2)->balance, before_s + year_s);
}

/* ---- waits ------------------------------------------------------------------------------- */

/* .. with an engine of their own, for what `holder` has. */
#define WAIT_MS 300

static struct rowan_engine *own;
static struct rowan_session *holder;

/* The only connection. */
static void take_connection(void)
{
	own = rowan_engine_open(place_url, .pool = ROWAN_POOL_STATIC, .pool_timeout_ms = WAIT_MS);
	holder = rowan_session_open(own);
	rowan_begin(holder);
	assert_int(rowan_count(holder, rowan_select(account)), 1);
}

static void want_connection(struct rowan_session *waits)
{
	rowan_count(waits, rowan_select(account));
}

/* SQLite's busy time-out; PostgreSQL's for a statement. */
static void take_lock(void)
{
	own = rowan_engine_open(place_url, .busy_timeout_ms = WAIT_MS,
				.statement_timeout_ms = WAIT_MS);
	holder = rowan_session_open(engine);
	rowan_exec(holder, rowan_select(account, .lock = ROWAN_FOR_UPDATE));
	assert_ok(rowan_error(holder)->code);
}

static void want_lock(struct rowan_session *waits)
{
	rowan_exec(waits, rowan_select(account, .lock = ROWAN_FOR_UPDATE));
}

/* Somebody listens, and never says a word. */
static int listener = -1;

static void listen_silently(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
				       .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof(address);
	char url[64];

	listener = socket(AF_INET, SOCK_STREAM, 0);
	cr_assert(bind(listener, (struct sockaddr *)&address, size) == 0);
	cr_assert(listen(listener, 64) == 0);
	cr_assert(getsockname(listener, (struct sockaddr *)&address, &size) == 0);
	snprintf(url, sizeof(url), "postgresql://127.0.0.1:%u/nothing", ntohs(address.sin_port));
	own = rowan_engine_open(url, .connect_timeout_ms = WAIT_MS);
}

static const struct wait {
	const char *only;		/* the engine that has it */
	int code;			/* its end */
	void (*open)(void);
	void (*end)(struct rowan_session *waits);
} waits[] = {
	{ NULL, ROWAN_TIMEOUT, take_connection, want_connection },
	{ NULL, ROWAN_TIMEOUT, take_lock, want_lock },
	{ "postgresql", ROWAN_OPERATIONAL, listen_silently, want_connection },
};

static void close_wait(void)
{
	rowan_session_close(holder);
	rowan_engine_close(own);
	holder = NULL;
	if (listener >= 0)
		close(listener);
	listener = -1;
}

struct waiter {
	const struct wait *wait;
	struct rowan_error error;
	int64_t took_ms;
};

static void *wait_for_it(void *argument)
{
	struct waiter *self = argument;
	rowan_scoped struct rowan_session *session_of_its_own = rowan_session_open(own);
	int64_t began = monotonic_ms();

	self->wait->end(session_of_its_own);
	self->took_ms = monotonic_ms() - began;
	self->error = *rowan_error(session_of_its_own);
	return NULL;
}

/* The clock jumps in the middle.  A wait that is too long is ended with the test. */
static int64_t wait_ms(const struct wait *wait, int off)
{
	struct waiter waiter = { .wait = wait };
	pthread_t thread;

	set_days(0);
	assert_int(pthread_create(&thread, NULL, wait_for_it, &waiter), 0);
	nap(WAIT_MS / 2);
	set_days(off);
	pthread_join(thread, NULL);
	cr_assert(waiter.error.code == wait->code, "%s", waiter.error.message);
	cr_assert(waiter.took_ms >= WAIT_MS - 20, "%ld ms: %s", (long)waiter.took_ms,
		  waiter.error.message);
	return waiter.took_ms;
}

Test(clocks, mem5_waits_do_not_heed_the_wall_clock)
{
	struct account row = { 1, 0 };
	int64_t longest = 0;
	long count = 0;
	char figure[128];

	assert_ok(rowan_insert_all(session, account, &row, 1));
	assert_ok(rowan_commit(session));
	for (size_t i = 0; i < sizeof(waits) / sizeof(waits[0]); i++) {
		if (waits[i].only && !runs_on(waits[i].only))
			continue;
		waits[i].open();
		for (size_t j = 0; j < JUMPS; j++, count++) {
			int64_t took = wait_ms(&waits[i], days[j]);

			longest = took > longest ? took : longest;
		}
		close_wait();
	}
	snprintf(figure, sizeof(figure), "jumps of a day and a year in waits of %d ms, for connections, "
		 "locks and servers: %ld ms at most", WAIT_MS, (long)longest);
	record_fault("mem-5", .injections = count, .survived = count, .figure = figure);
}

/* ---- ages -------------------------------------------------------------------------------- */

/* What becomes of a connection in its pool. */
static uint64_t connects_after(int off, long ms)
{
	rowan_scoped struct rowan_session *asks = NULL;
	uint64_t before = rowan_engine_stats(own).connects;

	set_days(off);
	nap(ms);
	asks = rowan_session_open(own);
	assert_int(rowan_count(asks, rowan_select(account)), 0);
	assert_ok(rowan_commit(asks));
	return rowan_engine_stats(own).connects - before;
}

Test(clocks, mem5_connections_do_not_age_by_it)
{
	own = rowan_engine_open(place_url, .pool_size = 1, .recycle_s = 3600, .check_after_ms = -1);
	assert_int(connects_after(0, 0), 1);
	for (size_t i = 0; i < JUMPS; i++)
		assert_int(connects_after(days[i], 0), 0);
	rowan_engine_close(own);
	/* .. and grow old, however far it goes back. */
	own = rowan_engine_open(place_url, .pool_size = 1, .recycle_s = 1);
	assert_int(connects_after(0, 0), 1);
	assert_int(connects_after(-1, 1100), 1);
	rowan_engine_close(own);
	record_fault("mem-5", .injections = JUMPS + 1, .survived = JUMPS + 1,
		     .figure = "connections that grow old by time alone, not by jumps");
}

static int code_after(int ms, int off, long nap_ms)
{
	rowan_scoped struct rowan_session *hurried = NULL;

	set_days(0);
	hurried = rowan_session_open(engine, .budget.ms = ms);
	set_days(off);
	nap(nap_ms);
	rowan_count(hurried, rowan_select(account));
	return rowan_error(hurried)->code;
}

Test(clocks, mem5_nor_is_a_sessions_time_up_by_it)
{
	for (size_t i = 0; i < JUMPS; i++) {
		assert_code(code_after(600000, days[i], 0), ROWAN_OK);
		assert_code(code_after(20, days[i], 30), ROWAN_BUDGET);
	}
	record_fault("mem-5", .injections = 2 * JUMPS, .survived = 2 * JUMPS,
		     .figure = "time that sessions may take, neither shorter nor longer by jumps");
}
