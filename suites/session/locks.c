/* SPDX-License-Identifier: MIT */
#include "session/session.h"

#include "bank.h"
#include "places.h"

#include <pthread.h>

/* Rows are locked as they are read, and are then what the database has. */

TestSuite(locks, .init = open_place, .fini = close_place, .timeout = 120);

#define FIRST(...) rowan_select(account, .where = rowan_eq(ACCOUNT(id), 1), __VA_ARGS__)

/* An engine on the same database that does not wait for SQLite's lock. */
static struct rowan_engine *impatient(void)
{
	struct rowan_engine *other = rowan_engine_open(place_url, .busy_timeout_ms = -1);

	cr_assert_not_null(other);
	return other;
}

static const struct account *lock_first(struct rowan_session *of)
{
	return rowan_one(rowan_exec(of, FIRST(.lock = ROWAN_FOR_UPDATE)));
}

static int64_t stored_balance(int64_t id)
{
	rowan_scoped struct rowan_session *other = rowan_session_open(engine);
	const struct account *account = rowan_get(other, account, id);

	return account ? account->balance : -1;
}

/* What somebody else does meanwhile. */
static void deposit(int64_t amount)
{
	rowan_scoped struct rowan_session *other = rowan_session_open(engine);
	struct account *account = rowan_edit(other, account, rowan_get(other, account, 1));

	account->balance += amount;
	assert_ok(rowan_commit(other));
}

/* ---- lost updates ------------------------------------------------------------------ */

Test(locks, s19_without_a_lock_an_update_is_lost)
{
	rowan_scoped struct rowan_session *other = rowan_session_open(engine);
	struct account *mine, *theirs;

	assert_ok(bank_open(engine, 1, 0));
	mine = rowan_edit(session, account, rowan_get(session, account, 1));
	theirs = rowan_edit(other, account, rowan_get(other, account, 1));
	mine->balance += 10;
	theirs->balance += 5;
	assert_ok(rowan_commit(session));
	assert_ok(rowan_commit(other));
	assert_int(stored_balance(1), 1005);	/* 10 are gone */
}

Test(locks, s19_a_lock_keeps_both_updates)
{
	struct rowan_engine *other_engine = impatient();
	struct rowan_session *other = rowan_session_open(other_engine);
	struct account *mine, *theirs;
	const struct account *seen;

	assert_ok(bank_open(engine, 1, 0));
	seen = rowan_get(other, account, 1);
	mine = rowan_edit(session, account, lock_first(session));
	mine->balance += 10;
	assert_null(rowan_exec(other, FIRST(.lock = ROWAN_FOR_UPDATE, .locked = ROWAN_NOWAIT)));
	assert_code(rowan_error(other)->code, ROWAN_TIMEOUT);
	assert_ok(rowan_rollback(other));
	assert_ok(rowan_commit(session));

	theirs = rowan_edit(other, account, lock_first(other));
	cr_assert_eq(theirs, seen);
	theirs->balance += 5;
	assert_ok(rowan_commit(other));
	assert_int(stored_balance(1), 1015);
	rowan_session_close(other);
	rowan_engine_close(other_engine);
}

/* ---- rows in memory ------------------------------------------------------------------ */

Test(locks, a_row_that_is_held_is_read_anew)
{
	const struct account *account;

	assert_ok(bank_open(engine, 1, 0));
	account = rowan_get(session, account, 1);
	deposit(1);
	assert_int(rowan_get(session, account, 1)->balance, 1000);
	cr_assert_eq(lock_first(session), account);
	assert_int(account->balance, 1001);
	rowan_edit(session, account, account)->balance += 1;
	assert_ok(rowan_commit(session));
	assert_int(stored_balance(1), 1002);
}

/* What a transaction has read goes with it, also where a row was edited before. */
Test(locks, after_a_rollback_it_is_as_the_last_commit_left_it)
{
	const struct account *account;
	struct account *edited;

	assert_ok(bank_open(engine, 1, 0));
	account = rowan_get(session, account, 1);
	edited = rowan_edit(session, account, account);
	assert_ok(rowan_begin(session, .write = true));
	assert_ok(session_execute(session, "UPDATE accounts SET balance = 1500", ROWAN_HERE));
	assert_ok(rowan_refresh(session, account, account));
	assert_int(account->balance, 1500);
	assert_ok(rowan_rollback(session));
	assert_int(account->balance, 1000);
	edited->balance = 1500;
	assert_ok(rowan_commit(session));
	assert_int(stored_balance(1), 1500);
}

/* SQLite can't: what its transaction has read stays so, and somebody wrote since. */
Test(locks, a_row_that_was_read_in_the_transaction_is_read_anew)
{
	const struct account *account;
	struct rowan_result *result;

	assert_ok(bank_open(engine, 1, 0));
	assert_ok(rowan_begin(session));
	account = rowan_get(session, account, 1);
	deposit(1);
	result = rowan_exec(session, FIRST(.lock = ROWAN_FOR_UPDATE));
	if (runs_on("sqlite")) {
		assert_null(result);
		assert_error(session, ROWAN_TIMEOUT, "another transaction wrote first");
		return;
	}
	cr_assert_eq(rowan_one(result), account);
	assert_int(account->balance, 1001);
}

Test(locks, edits_that_wait_are_not_read_over)
{
	struct account *account;

	assert_ok(bank_open(engine, 1, 0));
	account = rowan_edit(session, account, rowan_get(session, account, 1));
	account->balance = 7;
	cr_assert_eq(lock_first(session), account);
	assert_int(account->balance, 7);
	assert_ok(rowan_commit(session));
	assert_int(stored_balance(1), 7);
}

Test(locks, rows_with_loading_options_can_be_locked)
{
	struct rowan_result *result;
	const struct task *task;
	const struct user *owner;

	assert_ok(task_create_batch(session, 5));
	owner = rowan_first(rowan_exec(session, rowan_select(user)));
	assert_ok(rowan_commit(session));
	for (int limit = 0; limit < 3; limit += 2) {
		result = rowan_exec(session, rowan_select(task,
			.load = { rowan_joined(task, owner), rowan_joined(task, parent),
				  rowan_selectin(task, categories) },
			.order_by = { rowan_asc(TASK(id)) }, .limit = limit,
			.lock = ROWAN_FOR_UPDATE));
		assert_int(rowan_result_count(result), limit ? limit : 5);
		while ((task = rowan_next(result)))
			cr_assert_eq(task->owner.row, owner);
		assert_ok(rowan_commit(session));
	}
}

Test(locks, a_stream_can_lock)
{
	struct rowan_engine *other_engine = impatient();
	struct rowan_session *other = rowan_session_open(other_engine);
	struct rowan_stream *stream;

	assert_ok(bank_open(engine, 3, 0));
	stream = rowan_stream(session, rowan_select(account, .lock = ROWAN_FOR_UPDATE));
	while (rowan_stream_next(stream))
		;
	assert_ok(rowan_stream_close(stream));
	assert_null(rowan_exec(other, FIRST(.lock = ROWAN_FOR_UPDATE, .locked = ROWAN_NOWAIT)));
	assert_code(rowan_error(other)->code, ROWAN_TIMEOUT);
	rowan_session_close(other);
	rowan_engine_close(other_engine);
}

/* ---- how long, and who else ------------------------------------------------------------ */

/* Whether somebody else may lock account `id` now. */
static bool is_free(struct rowan_engine *of, int64_t id, enum rowan_lock lock)
{
	rowan_scoped struct rowan_session *other = rowan_session_open(of);
	struct rowan_result *result = rowan_exec(other, rowan_select(account,
		.where = rowan_eq(ACCOUNT(id), id), .lock = lock, .locked = ROWAN_NOWAIT));

	if (!result)
		assert_code(rowan_error(other)->code, ROWAN_TIMEOUT);
	return result;
}

Test(locks, last_until_the_transaction_ends)
{
	struct rowan_engine *other = impatient();

	assert_ok(bank_open(engine, 2, 0));
	for (int begun = 0; begun < 3; begun++)
		for (int end = 0; end < 2; end++) {
			if (begun > 0)
				assert_ok(rowan_begin(session, .write = begun > 1));
			rowan_exec(session, FIRST(.lock = ROWAN_FOR_UPDATE));
			assert_int(is_free(other, 1, ROWAN_FOR_UPDATE), false);
			/* Without row locks it is all or nothing. */
			assert_int(is_free(other, 2, ROWAN_FOR_UPDATE), runs_on("postgresql"));
			assert_int(rowan_count(session, rowan_select(account)), 2);
			if (end == 0)
				assert_ok(rowan_commit(session));
			else
				assert_ok(rowan_rollback(session));
			assert_int(is_free(other, 1, ROWAN_FOR_UPDATE), true);
		}
	rowan_engine_close(other);
}

Test(locks, shared_ones_exclude_writers_only)
{
	struct rowan_engine *other = impatient();

	assert_ok(bank_open(engine, 1, 0));
	rowan_exec(session, FIRST(.lock = ROWAN_FOR_SHARE));
	assert_int(is_free(other, 1, ROWAN_FOR_SHARE), runs_on("postgresql"));
	assert_int(is_free(other, 1, ROWAN_FOR_UPDATE), false);
	assert_ok(rowan_commit(session));
	rowan_engine_close(other);
}

Test(locks, locked_rows_are_left_out)
{
	rowan_scoped struct rowan_session *other = NULL;
	const struct job *mine, *theirs;
	struct rowan_query next = rowan_select(job, .order_by = { rowan_asc(JOB(id)) }, .limit = 1,
					       .lock = ROWAN_FOR_UPDATE,
					       .locked = ROWAN_SKIP_LOCKED);

	other = rowan_session_open(engine);
	assert_ok(bank_open(engine, 0, 2));
	mine = rowan_one(rowan_exec(session, next));
	theirs = rowan_one(rowan_exec(other, next));
	assert_int(mine->id, 1);
	assert_int(theirs->id, 2);
	assert_ok(rowan_rollback(other));
}

Test(locks, only_rows_that_are_read_can_be_locked)
{
	assert_code((int)rowan_count(session, FIRST(.lock = ROWAN_FOR_UPDATE)), ROWAN_MISUSE);
	assert_error(session, ROWAN_MISUSE, "lock:");
	assert_ok(rowan_rollback(session));
	assert_code((int)rowan_delete_where(session, FIRST(.lock = ROWAN_FOR_UPDATE)),
		    ROWAN_MISUSE);
	assert_ok(rowan_rollback(session));
	assert_null(rowan_exec(session, FIRST(.locked = ROWAN_NOWAIT)));
	assert_error(session, ROWAN_MISUSE, "locked:");
}

/* ---- a queue ---------------------------------------------------------------------------- */

struct worker {
	pthread_t thread;
	int64_t number;
	unsigned done;
	int status;
};

/* The next free job, if there is one. */
static int take_job(struct rowan_session *taker, void *context)
{
	struct worker *worker = context;
	const struct job *free = rowan_first(rowan_exec(taker, rowan_select(job,
		.where = rowan_eq(JOB(done), false), .order_by = { rowan_asc(JOB(id)) },
		.limit = 1, .lock = ROWAN_FOR_UPDATE, .locked = ROWAN_SKIP_LOCKED)));
	struct job *job;

	if (!free)
		return 0;
	job = rowan_edit(taker, job, free);
	job->done = true;
	job->worker = worker->number;
	job->times++;
	return 1;
}

static void *take_jobs(void *argument)
{
	struct worker *worker = argument;

	while ((worker->status = rowan_transaction(engine, take_job, worker,
						   .attempts = 100)) > 0)
		worker->done++;
	return NULL;
}

Test(locks, b11_two_workers_never_take_the_same_job)
{
	enum { WORKERS = 6, JOBS = 300 };
	struct worker workers[WORKERS] = { 0 };
	struct rowan_result *result;
	const struct job *job;
	unsigned done = 0, by[WORKERS] = { 0 };

	assert_ok(bank_open(engine, 0, JOBS));
	for (int i = 0; i < WORKERS; i++) {
		workers[i].number = i;
		cr_assert_eq(pthread_create(&workers[i].thread, NULL, take_jobs, &workers[i]), 0);
	}
	for (int i = 0; i < WORKERS; i++) {
		pthread_join(workers[i].thread, NULL);
		assert_ok(workers[i].status);
		done += workers[i].done;
	}
	assert_int(done, JOBS);
	result = rowan_exec(session, rowan_select(job));
	while ((job = rowan_next(result))) {
		assert_int(job->times, 1);
		assert_int(job->done, true);
		by[job->worker]++;
	}
	for (int i = 0; i < WORKERS; i++)
		assert_int(by[i], workers[i].done);
}
