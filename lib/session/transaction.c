/* SPDX-License-Identifier: MIT */
#include "session/session.h"

#include "base/error.h"
#include "base/hash.h"

#include <errno.h>
#include <time.h>

/*
 * A piece of work as one transaction, run again when it lost against another.
 *
 * Each attempt has a session of its own, so nothing that a failed one read or
 * made is seen by the next.
 */

#define ATTEMPTS 5	/* unless the caller says otherwise */

/*
 * The pause before the next attempt is any between 0 and 1, 2, 4 .. 200 ms: those who
 * got in each other's way are not to meet again.
 */
#define PAUSE_US 1000
#define MOST_PAUSE_US 200000

struct attempt {
	struct rowan_engine *engine;
	rowan_work *work;
	void *context;
	struct rowan_transaction_options options;
	struct rowan_site site;
	struct rowan_error error;	/* of the last one that failed */
	bool may_repeat;
};

static void pause_before(int attempt)
{
	int64_t most = (int64_t)PAUSE_US << (attempt < 9 ? attempt - 1 : 8);
	struct timespec now, pause;
	uint64_t random;

	if (most > MOST_PAUSE_US)
		most = MOST_PAUSE_US;
	clock_gettime(CLOCK_MONOTONIC, &now);
	random = hash_int((uint64_t)now.tv_nsec ^ hash_int((uint64_t)(uintptr_t)&now));
	pause = (struct timespec){ .tv_nsec = (long)(random % (uint64_t)most) * 1000 };
	while (nanosleep(&pause, &pause) < 0 && errno == EINTR)
		;
}

/* SQLite's lock is known by its code: the pool's time-out, and others, have none. */
static bool lost_a_race(const struct rowan_error *error)
{
	return error->code == ROWAN_CONFLICT ||
	       (error->code == ROWAN_TIMEOUT && error->native_code != 0);
}

static struct rowan_session *start(struct attempt *attempt)
{
	const struct rowan_transaction_options *options = &attempt->options;
	struct rowan_session *session =
		rowan_session_open_(attempt->engine,
				    (struct rowan_session_options){ .lazy = options->lazy,
								    .budget = options->budget,
								    .error = &attempt->error },
				    attempt->site);

	if (session)
		rowan_begin_(session, (struct rowan_begin_options){
			.write = !options->read_only,
			.isolation = options->isolation,
			.read_only = options->read_only,
			.deferrable = options->deferrable,
		}, attempt->site);
	return session;
}

/* What the work says of itself, and what its session knows of it. */
static int run_work(struct attempt *attempt, struct rowan_session *session)
{
	uint32_t ended = session->ended;
	int result = attempt->work(session, attempt->context);

	if (session->ended != ended) {
		session->no_retry = true;	/* something may be stored already */
		return session_fail(session, ROWAN_MISUSE, attempt->site,
				    "rowan_transaction: the work committed or rolled back by itself");
	}
	stream_end(session);
	if (session->error.code != ROWAN_OK)
		return result < 0 ? result : session->error.code;
	if (result < 0)
		return session_fail(session, result, attempt->site,
				    "rowan_transaction: the work failed: %s",
				    rowan_error_name(result));
	return result;
}

/* Everything once; < 0 and attempt->error if nothing is stored. */
static int run_once(struct attempt *attempt)
{
	struct rowan_session *session = start(attempt);
	int result, status;

	attempt->may_repeat = false;
	if (!session)
		return attempt->error.code;
	result = session->error.code;
	if (result == ROWAN_OK)
		result = run_work(attempt, session);
	if (result >= 0 && (status = rowan_commit_(session, (struct rowan_commit_options){ 0 },
						   attempt->site)) < 0)
		result = status;
	if (result < 0) {
		attempt->error = session->error;
		attempt->may_repeat = lost_a_race(&session->error) && !session->no_retry;
	}
	rowan_session_close(session);
	return result;
}

static int refuse(struct attempt *attempt, const char *mistake)
{
	error_set(&attempt->error, ROWAN_MISUSE, "rowan_transaction: %s", mistake);
	attempt->error.site = attempt->site;
	return ROWAN_MISUSE;
}

static int run(struct attempt *attempt, int *made)
{
	int attempts = attempt->options.attempts ? attempt->options.attempts : ATTEMPTS;
	int result = ROWAN_OK;

	if (!attempt->engine)
		return refuse(attempt, "the engine is NULL");
	if (!attempt->work)
		return refuse(attempt, "the work is NULL");
	if (attempts < 0)
		return refuse(attempt, ".attempts is negative");
	while (*made < attempts) {
		if (*made > 0)
			pause_before(*made);
		++*made;
		result = run_once(attempt);
		if (result >= 0 || !attempt->may_repeat)
			break;
	}
	return result;
}

int rowan_transaction_(struct rowan_engine *engine, rowan_work *work, void *context,
		       struct rowan_transaction_options options, struct rowan_site site)
{
	struct attempt attempt = { engine, work, context, options, site, { 0 }, false };
	int made = 0;
	int result = run(&attempt, &made);

	if (options.attempts_made)
		*options.attempts_made = made;
	if (result < 0 && options.error)
		*options.error = attempt.error;
	return result;
}

void rowan_no_retry(struct rowan_session *session)
{
	if (session)
		session->no_retry = true;
}
