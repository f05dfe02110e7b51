/* SPDX-License-Identifier: MIT */
/*
 * A transfer of which each statement fails once, in every manner that fault: URLs have:
 * whatever becomes of it, no money is lost, and the next one works.
 */
#include "bank.h"
#include "places.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>

TestSuite(failing, .init = open_place, .fini = close_place, .timeout = 120);

#define AMOUNT 100
#define MOST_STATEMENTS 50	/* of a transfer: more, and it does not end */

/* ---- the transfer ----------------------------------------------------------------------- */

/* Two rows are locked and changed, and a note is made of it. */
static int move(struct rowan_session *on, void *context)
{
	const int64_t ids[] = { 1, 2 };
	struct job *note = rowan_new(on, job);
	struct rowan_result *result = rowan_exec(on, rowan_select(account,
		.where = rowan_in(ACCOUNT(id), ids, 2), .lock = ROWAN_FOR_UPDATE,
		.order_by = { rowan_asc(ACCOUNT(id)) }));
	const struct account *found;

	(void)context;
	while ((found = rowan_next(result))) {
		struct account *account = rowan_edit(on, account, found);

		account->balance += account->id == 2 ? AMOUNT : -AMOUNT;
	}
	if (note)
		rowan_add(on, note);
	return ROWAN_OK;
}

/* BEGIN, UPDATE, INSERT and COMMIT in one round trip. */
static int commit_at_once(struct rowan_engine *on)
{
	rowan_scoped struct rowan_session *own = rowan_session_open(on);

	move(own, NULL);
	return rowan_commit(own);
}

/* The same in as many as there can be. */
static int commit_in_steps(struct rowan_engine *on)
{
	rowan_scoped struct rowan_session *own = rowan_session_open(on);
	int status;

	rowan_begin(own, .write = true);
	rowan_savepoint(own);
	move(own, NULL);
	rowan_flush(own);
	rowan_release(own);
	status = rowan_commit(own);
	rowan_rollback(own);
	return status;
}

/* A failure is not asked for, as by a program that forgot to. */
static int forget(struct rowan_engine *on)
{
	rowan_scoped struct rowan_session *own = rowan_session_open(on);

	move(own, NULL);
	return rowan_flush(own);
}

/* The program itself thinks better of it. */
static int take_back(struct rowan_engine *on)
{
	rowan_scoped struct rowan_session *own = rowan_session_open(on);
	int status;

	move(own, NULL);
	status = rowan_flush(own);
	return status < 0 ? status : rowan_rollback(own);
}

static int again_if_need_be(struct rowan_engine *on)
{
	return rowan_transaction(on, move, NULL);
}

static const struct manner {
	const char *name;
	int (*run)(struct rowan_engine *on);
	bool commits, again;
} manners[] = {
	{ .name = "at once", .run = commit_at_once, .commits = true },
	{ .name = "in steps", .run = commit_in_steps, .commits = true },
	{ .name = "never", .run = forget },
	{ .name = "not at all", .run = take_back },
	{ .name = "again", .run = again_if_need_be, .commits = true, .again = true },
};

/* ---- the faults ------------------------------------------------------------------------- */

static const struct fault {
	const char *name;
	int code;		/* that it ends with, but for COMMITs that were dropped */
	enum { STAYS, DROPS, DROPS_AFTER } connection;
} faults[] = {
	{ "drop", ROWAN_OPERATIONAL, DROPS },
	{ "drop_after", ROWAN_OPERATIONAL, DROPS_AFTER },
	{ "40001", ROWAN_CONFLICT, STAYS },
	{ "40P01", ROWAN_CONFLICT, STAYS },
	{ "55P03", ROWAN_TIMEOUT, STAYS },
	{ "57014", ROWAN_TIMEOUT, STAYS },
	{ "23505", ROWAN_UNIQUE, STAYS },
	{ "53100", ROWAN_OPERATIONAL, STAYS },
	{ "40003", ROWAN_UNKNOWN_OUTCOME, STAYS },
	{ "delay:1", ROWAN_OK, STAYS },
};

struct figures {
	long injected, unknown, unknown_stored;
	int64_t moved;		/* transfers that are stored */
};

static const char *fault_url(int n, const char *fault)
{
	static char url[1100];

	snprintf(url, sizeof(url), "fault:%s%cfault_at=%d&fault=%s", place_url,
		 strchr(place_url, '?') ? '&' : '?', n, fault);
	return url;
}

static char told[256];

/* Nothing is told but the fault. */
static void hear(void *context, const char *line)
{
	cr_assert(strncmp(line, "fault: ", 7) == 0, "%s: %s", (const char *)context, line);
	snprintf(told, sizeof(told), "%s", line);
}

static int64_t balance_of(int64_t id)
{
	rowan_scoped struct rowan_session *own = rowan_session_open(engine);
	const struct account *found = rowan_get(own, account, id);

	cr_assert(found, "%s", rowan_error(own)->message);
	return found->balance;
}

static void assert_stored(int64_t moved, const char *what)
{
	rowan_scoped struct rowan_session *own = rowan_session_open(engine);
	int64_t notes = rowan_count(own, rowan_select(job));

	assert_int(bank_total(engine), 2000);
	cr_assert(notes == moved, "%s: %d notes, not %d", what, (int)notes, (int)moved);
	cr_assert(balance_of(2) == 1000 + moved * AMOUNT, "%s: account 2 has %d after %d", what,
		  (int)balance_of(2), (int)moved);
}

/* Whether the transfer is stored that ended like this. */
static bool is_stored(const struct manner *manner, const struct fault *fault, int status,
		      struct figures *figures)
{
	bool unknown = status == ROWAN_UNKNOWN_OUTCOME && fault->connection != STAYS;
	bool executed = unknown && fault->connection == DROPS_AFTER && strstr(told, ": COMMIT");

	figures->unknown += unknown;
	figures->unknown_stored += executed;
	return manner->commits && (status == ROWAN_OK || executed);
}

/* What it may end with; SQLite and PostgreSQL fail alike. */
static void assert_ended(const struct manner *manner, const struct fault *fault, int status,
			 bool injected, const char *what)
{
	bool well = status == ROWAN_OK;

	if (!injected || fault->code == ROWAN_OK || (manner->again && fault->code == ROWAN_CONFLICT))
		cr_assert(well, "%s: %s", what, rowan_error_name(status));
	else if (manner->commits)
		cr_assert(!well, "%s", what);
	cr_assert(well || status == fault->code ||
		  (status == ROWAN_UNKNOWN_OUTCOME && fault->connection != STAYS &&
		   manner->commits),
		  "%s: %s", what, rowan_error_name(status));
}

/* One transfer whose n-th statement fails; false if it has not so many. */
static bool fail_at(const struct manner *manner, const struct fault *fault, int n,
		    struct figures *figures)
{
	struct rowan_engine_stats stats;
	struct rowan_engine *own;
	struct rowan_error error;
	char what[96];
	bool injected;
	int status;

	snprintf(what, sizeof(what), "%s, %s at statement %d", manner->name, fault->name, n);
	own = rowan_engine_open(fault_url(n, fault->name), .log = hear, .log_context = what,
				.error = &error);
	cr_assert(own, "%s", error.message);

	status = manner->run(own);
	stats = rowan_engine_stats(own);
	injected = stats.faults > 0;
	assert_ended(manner, fault, status, injected, what);
	figures->injected += injected;
	figures->moved += is_stored(manner, fault, status, figures);
	assert_stored(figures->moved, what);

	/* Nothing of it is left in the pool. */
	cr_assert(stats.in_use == 0 && stats.size <= 1 && stats.waiting == 0, "%s", what);
	if (fault->connection != STAYS)
		cr_assert(stats.lost == injected, "%s", what);
	cr_assert(commit_at_once(own) == ROWAN_OK || !injected, "%s: the next", what);
	figures->moved += injected;
	if (injected)
		assert_stored(figures->moved, what);
	assert_int(rowan_engine_stats(own).in_use, 0);
	rowan_engine_close(own);
	return injected;
}

static int open_files(void)
{
	DIR *directory = opendir("/proc/self/fd");
	int count = 0;

	while (readdir(directory))
		count++;
	closedir(directory);
	return count;
}

/* The one behind the last statement moves money of which nobody has counted. */
static void settle(struct figures *figures)
{
	rowan_scoped struct rowan_session *own = rowan_session_open(engine);

	figures->moved = rowan_count(own, rowan_select(job));
}

static int fail_each(const struct manner *manner, const struct fault *fault,
		     struct figures *figures)
{
	int n = 1;

	while (fail_at(manner, fault, n, figures)) {
		n++;
		cr_assert(n < MOST_STATEMENTS, "%s, %s", manner->name, fault->name);
	}
	settle(figures);
	return n - 1;
}

Test(failing, txn5_whichever_statement_fails_no_money_is_lost)
{
	struct figures figures = { 0 };
	char figure[96];
	int files = 0;

	assert_ok(bank_open(engine, 2, 0));
	for (size_t m = 0; m < sizeof(manners) / sizeof(manners[0]); m++)
		for (size_t f = 0; f < sizeof(faults) / sizeof(faults[0]); f++) {
			int statements = fail_each(&manners[m], &faults[f], &figures);

			cr_assert(statements >= 3, "%s has %d", manners[m].name, statements);
			if (!files)	/* some are kept for the next connection */
				files = open_files();
		}
	cr_assert(open_files() <= files, "%d files are open, not %d", open_files(), files);
	cr_assert(figures.unknown_stored > 0 && figures.unknown > figures.unknown_stored);
	snprintf(figure, sizeof(figure), "%ld COMMITs without an answer, %ld of them stored",
		 figures.unknown, figures.unknown_stored);
	record_fault("txn-5", .injections = figures.injected, .survived = figures.injected,
		     .figure = figure);
}

/* ---- what goes on as ever ------------------------------------------------------------------ */

#define JOBS 120
#define NEVER 1000000

static void note_statement(void *context, const char *line)
{
	(void)line;
	++*(uint64_t *)context;
}

static void write_jobs(struct rowan_engine *on)
{
	rowan_scoped struct rowan_session *own = rowan_session_open(on);
	struct job *jobs[JOBS];

	for (int i = 0; i < JOBS; i++) {
		jobs[i] = rowan_new(own, job);
		jobs[i]->worker = i;
		rowan_add(own, jobs[i]);
	}
	assert_ok(rowan_commit(own));
	for (int i = 0; i < JOBS; i++) {
		const struct job *stored = rowan_get(own, job, jobs[i]->id);

		cr_assert(stored && stored->worker == i, "%d", i);
	}
}

static void read_jobs(struct rowan_engine *on)
{
	rowan_scoped struct rowan_session *own = rowan_session_open(on);
	struct rowan_stream *stream = rowan_stream(own, rowan_select(job));
	int64_t count = 0;

	while (rowan_stream_next(stream))
		count++;
	assert_ok(rowan_stream_close(stream));
	assert_int(count, JOBS);
	assert_int(rowan_result_count(rowan_exec(own, rowan_select(job, .limit = 7))), 7);
	assert_int(rowan_scalar(own, rowan_select(job, .scalar = rowan_max(JOB(worker)))).as.i,
		   JOBS - 1);
	rowan_delete_where(own, rowan_select(job, .where = rowan_ge(JOB(worker), 10)));
	assert_ok(rowan_commit(own));
	assert_int(rowan_count(own, rowan_select(job)), 10);
}

Test(failing, statements_that_are_not_meant_are_as_ever)
{
	uint64_t lines = 0;
	struct rowan_error error;
	struct rowan_engine_stats stats;
	struct rowan_engine *own = rowan_engine_open(fault_url(NEVER, "drop"), .log = note_statement,
		.log_context = &lines, .error = &error,
		.echo = ROWAN_ECHO_SQL | ROWAN_ECHO_PARAMS | ROWAN_ECHO_TIME);

	cr_assert(own, "%s", error.message);
	assert_ok(rowan_drop_all(own, bank_models, &error));
	assert_ok(rowan_create_all(own, bank_models, &error));
	write_jobs(own);
	read_jobs(own);
	assert_ok(rowan_drop_all(own, bank_models, &error));
	{
		rowan_scoped struct rowan_session *late = rowan_session_open(own);

		cr_assert(rowan_count(late, rowan_select(job)) < 0);
		assert_error(late, ROWAN_OPERATIONAL, "no such table");
	}
	stats = rowan_engine_stats(own);
	assert_int(stats.faults, 0);
	assert_int(stats.lost, 0);
	assert_int(stats.in_use, 0);
	cr_assert(lines >= stats.statements);
	rowan_engine_close(own);
}
