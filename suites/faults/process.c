/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE	/* syscall() */

/* What happens to the process: no more files, a storm of signals, a wall clock that jumps. */
#include "bank.h"
#include "places.h"

#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

TestSuite(process, .init = open_place, .fini = close_place, .timeout = 120);

/* ---- files ------------------------------------------------------------------------------- */

static int open_files(void)
{
	DIR *directory = opendir("/proc/self/fd");
	int count = 0;

	while (directory && readdir(directory))
		count++;
	closedir(directory);
	return count;
}

/* A session for each connection, until there is no file for one more. */
static long use_up(struct rowan_engine *own, struct rowan_session **sessions, long most)
{
	long count = 0;

	while (count < most) {
		sessions[count] = rowan_session_open(own);
		rowan_begin(sessions[count]);
		rowan_count(sessions[count], rowan_select(user));
		if (rowan_error(sessions[count++])->code < 0)
			break;
	}
	return count;
}

Test(process, mem4_without_files_there_is_an_error_and_with_them_it_goes_on)
{
	enum { ROUNDS = 4, MOST = 64 };
	struct rowan_engine *own = rowan_engine_open(place_url, .pool_size = MOST,
						     .pool_timeout_ms = 1500);
	struct rowan_session *sessions[MOST];
	struct rlimit before, little;
	int files, after_first = 0;

	cr_assert(getrlimit(RLIMIT_NOFILE, &before) == 0);
	files = open_files();
	little = before;
	little.rlim_cur = (rlim_t)files + 10;
	for (int round = 0; round < ROUNDS; round++) {
		long count;

		cr_assert(setrlimit(RLIMIT_NOFILE, &little) == 0);
		count = use_up(own, sessions, MOST);
		cr_assert(count < MOST, "%d files are enough", (int)little.rlim_cur);
		assert_int(rowan_error(sessions[count - 1])->code, ROWAN_OPERATIONAL);
		cr_assert(rowan_error(sessions[count - 1])->message[0]);
		cr_assert(setrlimit(RLIMIT_NOFILE, &before) == 0);
		while (count > 0)
			rowan_session_close(sessions[--count]);
		assert_int(rowan_engine_stats(own).in_use, 0);
		sessions[0] = rowan_session_open(own);
		cr_assert(rowan_count(sessions[0], rowan_select(user)) == 0, "%s",
			  rowan_error(sessions[0])->message);
		rowan_session_close(sessions[0]);
		rowan_engine_dispose(own);
		/* SQLite keeps some open as long as another connection has locks. */
		after_first = round == 0 ? open_files() : after_first;
	}
	rowan_engine_close(own);
	cr_assert(open_files() <= after_first);
	record_fault("mem-4", .injections = ROUNDS, .survived = ROUNDS,
		     .figure = "no file left for one more connection");
}

/* ---- signals ------------------------------------------------------------------------------- */

static volatile sig_atomic_t signals;

static void count_signal(int number)
{
	(void)number;
	signals++;
}

Test(process, mem4_a_storm_of_signals_disturbs_nothing)
{
	struct itimerval often = { { 0, 1000 }, { 0, 1000 } }, never = { { 0, 0 }, { 0, 0 } };
	struct sigaction action = { .sa_handler = count_signal };	/* calls are not restarted */
	struct bank_figures figures;
	char figure[64];

	assert_ok(bank_open(engine, 4, 0));
	cr_assert(sigaction(SIGALRM, &action, NULL) == 0);
	cr_assert(setitimer(ITIMER_REAL, &often, NULL) == 0);
	figures = bank_transfer(engine, 4, 4, 100, true, ROWAN_ISOLATION_DEFAULT);
	setitimer(ITIMER_REAL, &never, NULL);
	cr_assert(figures.failed == 0, "%s", figures.error.message);
	assert_int(figures.done, 400);
	assert_int(bank_total(engine), 4000);
	snprintf(figure, sizeof(figure), "signals, one a millisecond, in %u transfers", figures.done);
	record_fault("mem-4", .injections = signals, .survived = signals, .figure = figure);
}

/* A program's own signals stay its own. */
Test(process, mem4_no_handler_of_the_program_is_changed)
{
	struct sigaction action;

	for (int number = 1; number < 32; number++) {
		if (number == SIGALRM || sigaction(number, NULL, &action) < 0)
			continue;
		if (number == SIGPIPE || number == SIGTERM || number == SIGINT)
			cr_assert(action.sa_handler == SIG_DFL, "signal %d", number);
	}
}

/* ---- the wall clock -------------------------------------------------------------------------- */

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

#define WAIT_MS 400
#define DAY_S 86400

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

struct waiter {
	struct rowan_engine *engine;
	int code;
	int64_t took_ms;
};

/* Somebody else has the only connection. */
static void *wait_for_it(void *argument)
{
	struct waiter *self = argument;
	rowan_scoped struct rowan_session *waits = rowan_session_open(self->engine);
	int64_t began = monotonic_ms();

	rowan_count(waits, rowan_select(user));
	self->code = rowan_error(waits)->code;
	self->took_ms = monotonic_ms() - began;
	return NULL;
}

/* The clock jumps in the middle of a wait; and how long that is then. */
static int64_t jump(struct rowan_engine *own, int days)
{
	struct waiter waiter = { .engine = own };
	pthread_t thread;

	__atomic_store_n(&jump_s, 0, __ATOMIC_RELAXED);
	assert_int(pthread_create(&thread, NULL, wait_for_it, &waiter), 0);
	nap(WAIT_MS / 2);
	__atomic_store_n(&jump_s, (int64_t)days * DAY_S, __ATOMIC_RELAXED);
	pthread_join(thread, NULL);
	assert_code(waiter.code, ROWAN_TIMEOUT);
	return waiter.took_ms;
}

Test(process, mem5_waits_do_not_heed_the_wall_clock)
{
	static const int days[] = { 1, -1, 365, -365 };
	const int count = sizeof(days) / sizeof(days[0]);
	struct rowan_engine *own = rowan_engine_open(place_url, .pool = ROWAN_POOL_STATIC,
		.pool_timeout_ms = WAIT_MS, .recycle_s = 3600, .check_after_ms = -1);
	struct rowan_session *holder = rowan_session_open(own);
	int64_t longest = 0;
	uint64_t connects;
	char figure[80];

	rowan_begin(holder);
	assert_int(rowan_count(holder, rowan_select(user)), 0);
	for (int i = 0; i < count; i++) {
		int64_t real_s = rowan_now().us / 1000000 - jumped(), took = jump(own, days[i]);

		cr_assert(llabs(rowan_now().us / 1000000 - real_s) > DAY_S / 2, "it did not jump");
		cr_assert(took >= WAIT_MS - 20, "%ld ms", (long)took);
		cr_assert(took < WAIT_MS + 5000, "%ld ms", (long)took);
		longest = took > longest ? took : longest;
	}
	/* .. nor does the age of a connection. */
	connects = rowan_engine_stats(own).connects;
	assert_ok(rowan_rollback(holder));
	assert_int(rowan_count(holder, rowan_select(user)), 0);
	assert_int(rowan_engine_stats(own).connects, connects);
	rowan_session_close(holder);
	rowan_engine_close(own);
	snprintf(figure, sizeof(figure), "jumps of a day and a year in waits of %d ms: %ld ms at most",
		 WAIT_MS, (long)longest);
	record_fault("mem-5", .injections = count, .survived = count, .figure = figure);
}
