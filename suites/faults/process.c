/* SPDX-License-Identifier: MIT */
/* What happens to the process: no more files, a storm of signals. */
#include "bank.h"
#include "places.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- files ------------------------------------------------------------------------------- */

/*
 * A process may have sixteen files, and three are taken.  It is a child of the test's, which
 * has more itself, and no connection yet: SQLite's would not bear that their files are closed.
 */
enum { FILES = 16, ROUNDS = 4, MOST = 64 };

static void open_nothing(void)
{
	need_engine();
	place_url = rowan_test_database(NULL);
	cr_assert(place_url);
}

static void drop_database(void)
{
	rowan_test_database_drop(place_url);
}

TestSuite(files, .init = open_nothing, .fini = drop_database, .timeout = 120);

/* The child has nobody to assert for it. */
#define must(condition_, ...) do { \
	if (!(condition_)) { \
		fprintf(stderr, "line %d: ", __LINE__); \
		fprintf(stderr, __VA_ARGS__); \
		fprintf(stderr, "\n"); \
		_exit(1); \
	} \
} while (0)

static int open_files(void)
{
	int count = 0;

	for (int file = 0; file < FILES; file++)
		count += fcntl(file, F_GETFD) >= 0;
	return count;
}

static void have_few_files(void)
{
	struct rlimit few;

	for (int file = 3; file < 1024; file++)
		close(file);
	must(getrlimit(RLIMIT_NOFILE, &few) == 0, "no limit can be read");
	few.rlim_cur = FILES;
	must(setrlimit(RLIMIT_NOFILE, &few) == 0, "no limit can be set");
	must(open_files() == 3, "%d files are open", open_files());
}

/* A session for each connection, until there is no file for one more. */
static int use_up(struct rowan_engine *own, struct rowan_session **sessions)
{
	int count = 0;

	while (count < MOST) {
		sessions[count] = rowan_session_open(own);
		rowan_begin(sessions[count]);
		rowan_count(sessions[count], rowan_select(account));
		if (rowan_error(sessions[count++])->code < 0)
			break;
	}
	return count;
}

/* The last one has no connection; without the others there are files again. */
static void use_up_and_go_on(struct rowan_engine *own)
{
	struct rowan_session *sessions[MOST], *after;
	int count = use_up(own, sessions);
	const struct rowan_error *error = rowan_error(sessions[count - 1]);

	must(count > 2 && count < MOST, "%d connections with %d files", count, FILES);
	must(error->code == ROWAN_OPERATIONAL && error->message[0], "%s: %s",
	     rowan_error_name(error->code), error->message);
	while (count > 0)
		rowan_session_close(sessions[--count]);
	must(rowan_engine_stats(own).in_use == 0, "%d in use", rowan_engine_stats(own).in_use);
	after = rowan_session_open(own);
	must(rowan_count(after, rowan_select(account)) == 0, "%s", rowan_error(after)->message);
	rowan_session_close(after);
}

static void live_with_few_files(void)
{
	struct rowan_engine *own;
	struct rowan_error error;

	have_few_files();
	own = rowan_engine_open(place_url, .pool_size = MOST, .pool_timeout_ms = 300);
	must(rowan_create_all(own, bank_models, &error) == ROWAN_OK, "%s", error.message);
	for (int round = 0; round < ROUNDS; round++) {
		use_up_and_go_on(own);
		rowan_engine_dispose(own);
	}
	rowan_engine_close(own);
	must(open_files() == 3, "%d files are left open", open_files() - 3);
}

Test(files, mem4_of_sixteen_there_is_an_error_when_none_is_left_and_then_it_goes_on)
{
	pid_t child = fork();
	int status = 0;

	if (child == 0) {
		live_with_few_files();
		_exit(0);
	}
	assert_int(waitpid(child, &status, 0), child);
	cr_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0, "see above; status %d", status);
	record_fault("mem-4", .injections = ROUNDS, .survived = ROUNDS,
		     .figure = "16 files, and none left for one more connection: 0 files leaked");
}

TestSuite(process, .init = open_place, .fini = close_place, .timeout = 120);

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
