/* SPDX-License-Identifier: MIT */
#include "bank.h"
#include "places.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

/* A piece of work is done as a whole, or not at all; again, if it lost a race. */

TestSuite(transactions, .init = open_place, .fini = close_place, .timeout = 120);

/* ---- as a whole ------------------------------------------------------------------- */

static int add_user_and_task(struct rowan_session *own, void *context)
{
	struct user *user = user_create(own, .email = "ada@example.org");
	struct task *task = task_build(own, .owner = user);

	if (context)
		task->title = NULL;
	rowan_add(own, task);
	return 7;
}

Test(transactions, s11_user_and_task_are_stored_together)
{
	int made = 0;

	assert_int(rowan_transaction(engine, add_user_and_task, NULL, .attempts_made = &made), 7);
	assert_int(made, 1);
	assert_int(stored_users(), 1);
	assert_int(stored_tasks(), 1);
	assert_int(rowan_engine_stats(engine).in_use, 0);
}

Test(transactions, s11_a_failure_in_the_second_stores_neither)
{
	struct rowan_error error;
	int made = 0;

	assert_code(rowan_transaction(engine, add_user_and_task, "fail", .error = &error,
				      .attempts_made = &made), ROWAN_VALIDATION);
	assert_int(made, 1);
	assert_int(stored_users(), 0);
	assert_int(stored_tasks(), 0);
	assert_int(error.code, ROWAN_VALIDATION);
	assert_text(error.table, "tasks");
	assert_text(error.columns, "title");
	assert_contains(error.message, "title");
	cr_assert_not_null(error.site.file);
	assert_int(rowan_engine_stats(engine).in_use, 0);
}

struct failing_work {
	int code, runs;
};

static int fail_by_itself(struct rowan_session *own, void *context)
{
	struct failing_work *work = context;

	work->runs++;
	user_create(own);
	return work->code;
}

Test(transactions, e11_what_the_work_returns_below_zero_rolls_back)
{
	static const int codes[] = { ROWAN_NO_ROW, ROWAN_UNKNOWN_OUTCOME, ROWAN_TIMEOUT, -1000 };
	struct rowan_error error;

	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		struct failing_work work = { .code = codes[i] };
		int line = __LINE__ + 1;
		int status = rowan_transaction(engine, fail_by_itself, &work, .error = &error);

		assert_int(status, codes[i]);
		assert_int(error.code, codes[i]);
		assert_contains(error.message, "rowan_transaction: the work failed");
		assert_contains(error.site.file, "transactions.c");
		assert_int(error.site.line, line);
		assert_int(work.runs, 1);
		assert_int(stored_users(), 0);
	}
}

static int fail_and_go_on(struct rowan_session *own, void *context)
{
	rowan_add(own, user_build(own, .email = "ada@example.org"));
	rowan_flush(own);
	return *(const int *)context;
}

Test(transactions, e11_an_error_of_the_session_wins)
{
	struct rowan_error error;
	int zero = 0, one = 1, other = ROWAN_NO_ROW, made;

	stored_user("ada@example.org");
	assert_code(rowan_transaction(engine, fail_and_go_on, &zero, .error = &error,
				      .attempts_made = &made), ROWAN_UNIQUE);
	assert_int(made, 1);
	assert_int(error.code, ROWAN_UNIQUE);
	assert_text(error.constraint, "uq_users_email");
	assert_text(error.columns, "email");
	assert_code(rowan_transaction(engine, fail_and_go_on, &one), ROWAN_UNIQUE);
	/* .. except over a failure that the work reports; the cause is still told. */
	assert_code(rowan_transaction(engine, fail_and_go_on, &other, .error = &error),
		    ROWAN_NO_ROW);
	assert_int(error.code, ROWAN_UNIQUE);
	assert_int(stored_users(), 1);
}

static int leave_it_open(struct rowan_session *own, void *context)
{
	(void)context;
	rowan_savepoint(own);
	user_create(own);
	rowan_savepoint(own);
	rowan_stream_next(rowan_stream(own, rowan_select(user)));
	return ROWAN_OK;
}

Test(transactions, what_the_work_leaves_open_is_closed)
{
	assert_ok(rowan_transaction(engine, leave_it_open, NULL));
	assert_int(stored_users(), 1);
	assert_int(rowan_engine_stats(engine).in_use, 0);
}

static int undo_a_part(struct rowan_session *own, void *context)
{
	(void)context;
	user_create(own, .email = "stays@example.org");
	rowan_savepoint(own);
	user_create(own, .email = "stays@example.org");
	return rowan_rollback_to(own);
}

Test(transactions, the_work_may_use_savepoints)
{
	assert_ok(rowan_transaction(engine, undo_a_part, NULL));
	assert_int(stored_users(), 1);
}

/* ---- misuse ------------------------------------------------------------------------ */

static int end_by_itself(struct rowan_session *own, void *context)
{
	int how = *(const int *)context;

	user_create(own);
	if (how == 0)
		rowan_commit(own);
	else
		rowan_rollback(own);
	if (how == 2)	/* .. and begins another */
		user_create(own);
	return how == 3 ? ROWAN_CONFLICT : ROWAN_OK;
}

Test(transactions, work_that_ends_the_transaction_itself_is_told)
{
	for (int how = 0; how < 4; how++) {
		struct rowan_error error;
		int made;

		assert_code(rowan_transaction(engine, end_by_itself, &how, .error = &error,
					      .attempts_made = &made), ROWAN_MISUSE);
		assert_contains(error.message, "committed or rolled back by itself");
		assert_int(made, 1);
		assert_int(stored_users(), 1);	/* by the first: that can't be undone */
	}
}

Test(transactions, mistakes_in_the_call_are_refused)
{
	struct rowan_error error;
	int made = 9;

	assert_code(rowan_transaction(NULL, add_user_and_task, NULL, .error = &error,
				      .attempts_made = &made), ROWAN_MISUSE);
	assert_contains(error.message, "engine is NULL");
	assert_int(made, 0);
	assert_code(rowan_transaction(engine, NULL, NULL, .error = &error), ROWAN_MISUSE);
	assert_contains(error.message, "work is NULL");
	cr_assert_not_null(error.site.file);
	assert_code(rowan_transaction(engine, add_user_and_task, NULL, .attempts = -1),
		    ROWAN_MISUSE);
	assert_code(rowan_transaction(engine, add_user_and_task, NULL, .deferrable = true,
				      .error = &error), ROWAN_MISUSE);
	assert_contains(error.message, ".deferrable needs");
	assert_code(rowan_transaction(engine, add_user_and_task, NULL, .read_only = true,
				      .error = &error), ROWAN_MISUSE);
	assert_contains(error.message, ".read_only");
	assert_int(stored_users(), 0);
}

/* ---- again --------------------------------------------------------------------------- */

struct script {
	int calls, conflicts;	/* so many calls; the first ones say that they lost */
	bool no_retry;
};

static int lose_at_first(struct rowan_session *own, void *context)
{
	struct script *script = context;

	/* Nothing of the attempt before is left, in the database or in memory. */
	cr_assert_eq(rowan_count(own, rowan_select(user)), 0);
	cr_assert_null(rowan_get(own, user, 1));
	user_create(own);
	if (script->no_retry)
		rowan_no_retry(own);
	return script->calls++ < script->conflicts ? ROWAN_CONFLICT : ROWAN_OK;
}

Test(transactions, b6_a_conflict_is_run_again_in_a_fresh_session)
{
	struct script script = { .conflicts = 3 };
	int made = 0;

	assert_ok(rowan_transaction(engine, lose_at_first, &script, .attempts_made = &made));
	assert_int(made, 4);
	assert_int(script.calls, 4);
	assert_int(stored_users(), 1);
}

Test(transactions, b6_only_so_often)
{
	for (int attempts = 0; attempts < 4; attempts++) {
		struct script script = { .conflicts = 1000 };
		struct rowan_error error;
		int made = 0;

		assert_code(rowan_transaction(engine, lose_at_first, &script, .attempts = attempts,
					      .attempts_made = &made, .error = &error),
			    ROWAN_CONFLICT);
		assert_int(made, attempts ? attempts : 5);
		assert_int(script.calls, made);
		assert_int(error.code, ROWAN_CONFLICT);
		assert_int(stored_users(), 0);
	}
}

Test(transactions, b6_not_if_it_had_effects_elsewhere)
{
	struct script script = { .conflicts = 1000, .no_retry = true };
	int made = 0;

	assert_code(rowan_transaction(engine, lose_at_first, &script, .attempts_made = &made),
		    ROWAN_CONFLICT);
	assert_int(made, 1);
	rowan_no_retry(NULL);
}

/* A pool without a free connection is no lock that was lost. */
Test(transactions, b6_a_pool_that_has_run_dry_is_not_waited_for_again)
{
	struct rowan_engine *small = rowan_engine_open(place_url, .pool_size = 1,
		.max_overflow = -1, .pool_timeout_ms = -1);
	struct rowan_session *holder = rowan_session_open(small);
	struct rowan_error error;
	int made = 0;

	assert_ok(rowan_begin(holder));
	assert_int(rowan_count(holder, rowan_select(user)), 0);
	assert_code(rowan_transaction(small, add_user_and_task, NULL, .attempts_made = &made,
				      .error = &error), ROWAN_TIMEOUT);
	assert_int(made, 1);
	assert_contains(error.message, "transactions.c");
	rowan_session_close(holder);
	rowan_engine_close(small);
}

/* Lets go of SQLite's lock when the third transaction could not have it. */
struct holder {
	struct rowan_observer observer;
	struct rowan_session *session;
	int refused;
};

static void let_go(struct rowan_observer *self, const struct rowan_event *event)
{
	struct holder *holder = (struct holder *)self;

	if (event->status == ROWAN_TIMEOUT && ++holder->refused == 3)
		rowan_rollback(holder->session);
}

Test(transactions, b6_a_lock_that_was_not_to_be_had_is_tried_again)
{
	struct rowan_engine *impatient;
	struct holder holder = { .observer.on_event = let_go };
	int made = 0;

	impatient = rowan_engine_open(place_url, .busy_timeout_ms = -1);
	holder.session = session;
	assert_ok(rowan_begin(session, .write = true));
	rowan_engine_observe(impatient, &holder.observer);
	assert_int(rowan_transaction(impatient, add_user_and_task, NULL, .attempts_made = &made),
		   7);
	rowan_engine_unobserve(impatient, &holder.observer);
	assert_int(made, 4);
	assert_int(stored_users(), 1);

	assert_ok(rowan_begin(session, .write = true));
	assert_code(rowan_transaction(impatient, add_user_and_task, NULL, .attempts = 2,
				      .attempts_made = &made), ROWAN_TIMEOUT);
	assert_int(made, 2);
	/* Who only reads does not ask for it. */
	assert_int(rowan_transaction(impatient, add_user_and_task, NULL, .read_only = true),
		   ROWAN_MISUSE);
	rowan_engine_close(impatient);
}

/* ---- real races, which PostgreSQL has ---------------------------------------------------- */

struct race {
	int calls;
	bool at_commit;
};

static void move(struct rowan_session *own, int64_t from, int64_t to)
{
	rowan_edit(own, account, rowan_get(own, account, from))->balance -= 100;
	rowan_edit(own, account, rowan_get(own, account, to))->balance += 100;
}

/* The first time somebody else is faster: they change what this one has read. */
static int move_money(struct rowan_session *own, void *context)
{
	struct race *race = context;
	rowan_scoped struct rowan_session *other = rowan_session_open(engine);

	if (race->calls++ > 0) {
		move(own, 1, 2);
		return ROWAN_OK;
	}
	rowan_get(own, account, 1);
	rowan_begin(other, .isolation = ROWAN_SERIALIZABLE);
	move(other, 1, 2);
	if (rowan_commit(other) < 0)
		return ROWAN_STALE;
	move(own, 1, 2);
	return race->at_commit ? ROWAN_OK : rowan_flush(own);
}

Test(transactions, b6_a_serialization_failure_is_run_again)
{
	assert_ok(bank_open(engine, 2, 0));
	for (int at_commit = 0; at_commit < 2; at_commit++) {
		struct race race = { .at_commit = at_commit };
		int made = 0;

		assert_ok(rowan_transaction(engine, move_money, &race,
					    .isolation = ROWAN_SERIALIZABLE,
					    .attempts_made = &made));
		assert_int(made, 2);
	}
	assert_int(rowan_get(session, account, 1)->balance, 1000 - 4 * 100);
	assert_int(bank_total(engine), 2000);
}

/* Both read both accounts and write another one: it is found out by COMMIT itself. */
static int skew(struct rowan_session *own, void *context)
{
	struct race *race = context;
	rowan_scoped struct rowan_session *other = rowan_session_open(engine);
	int64_t sum = rowan_get(own, account, 1)->balance + rowan_get(own, account, 2)->balance;

	rowan_edit(own, account, rowan_get(own, account, 1))->balance = sum;
	if (rowan_flush(own) < 0 || race->calls++ > 0)
		return rowan_error(own)->code;
	rowan_begin(other, .isolation = ROWAN_SERIALIZABLE);
	sum = rowan_get(other, account, 1)->balance + rowan_get(other, account, 2)->balance;
	rowan_edit(other, account, rowan_get(other, account, 2))->balance = sum;
	return rowan_commit(other);
}

Test(transactions, b6_a_conflict_at_commit_is_run_again)
{
	struct race race = { 0 };
	int made = 0;

	assert_ok(bank_open(engine, 2, 0));
	assert_ok(rowan_transaction(engine, skew, &race, .isolation = ROWAN_SERIALIZABLE,
				    .attempts_made = &made));
	assert_int(made, 2);
	assert_int(rowan_get(session, account, 2)->balance, 2000);
	assert_int(rowan_get(session, account, 1)->balance, 3000);	/* as if one came after */
}

/* An engine whose server looks for deadlocks after 20 ms, not after a second. */
static struct rowan_engine *open_alert(void)
{
	struct rowan_engine *alert;
	char url[1024];

	snprintf(url, sizeof(url), "%s%coptions=-cdeadlock_timeout%%3D20", place_url,
		 strchr(place_url, '?') ? '&' : '?');
	alert = rowan_engine_open(url);
	cr_assert_not_null(alert);
	return alert;
}

struct deadlock {
	struct rowan_engine *engine;
	pthread_t thread;
	pthread_barrier_t *barrier;
	int64_t first, second;
	int calls, made, status;
};

static int lock_both(struct rowan_session *own, void *context)
{
	struct deadlock *self = context;
	const int64_t ids[] = { self->first, self->second };

	for (int i = 0; i < 2; i++) {
		const struct account *account = rowan_first(rowan_exec(own, rowan_select(account,
			.where = rowan_eq(ACCOUNT(id), ids[i]), .lock = ROWAN_FOR_UPDATE)));

		if (account)
			rowan_edit(own, account, account)->balance += 1;
		if (i == 0 && self->calls++ == 0)
			pthread_barrier_wait(self->barrier);
	}
	return ROWAN_OK;
}

static void *run_deadlock(void *argument)
{
	struct deadlock *self = argument;

	self->status = rowan_transaction(self->engine, lock_both, self,
					 .attempts_made = &self->made);
	return NULL;
}

Test(transactions, b6_a_deadlock_is_run_again)
{
	pthread_barrier_t barrier;
	struct deadlock pair[] = { { .first = 1, .second = 2 }, { .first = 2, .second = 1 } };
	struct rowan_engine *alert = open_alert();

	assert_ok(bank_open(engine, 2, 0));
	pthread_barrier_init(&barrier, NULL, 2);
	for (int i = 0; i < 2; i++) {
		pair[i].engine = alert;
		pair[i].barrier = &barrier;
		cr_assert_eq(pthread_create(&pair[i].thread, NULL, run_deadlock, &pair[i]), 0);
	}
	for (int i = 0; i < 2; i++) {
		pthread_join(pair[i].thread, NULL);
		assert_ok(pair[i].status);
	}
	pthread_barrier_destroy(&barrier);
	cr_assert_geq(pair[0].made + pair[1].made, 3);	/* one of them lost */
	assert_int(bank_total(engine), 2004);
	rowan_engine_close(alert);
	record_fault("txn-3", .injections = 1, .survived = 1, .figure = "a deadlock, run again");
}

/* ---- many at once ------------------------------------------------------------------------ */

static void record_transfers(const struct bank_figures *figures)
{
	char figure[64];

	snprintf(figure, sizeof(figure), "%u transfers, %u more than once; the sum is right",
		 figures->done, figures->done - figures->attempts[1]);
	record_fault("txn-3", .injections = figures->done, .survived = figures->done,
		     .figure = figure);
}

Test(transactions, s12_the_sum_is_constant_with_row_locks)
{
	struct bank_figures figures;

	assert_ok(bank_open(engine, 10, 0));
	figures = bank_transfer(engine, 10, 8, 1000, true, ROWAN_ISOLATION_DEFAULT);
	cr_assert_eq(figures.failed, 0, "%u failed: %s", figures.failed, figures.error.message);
	assert_int(figures.done, 8000);
	assert_int(bank_total(engine), 10000);
	record_transfers(&figures);
}

Test(transactions, s12_the_sum_is_constant_under_serializable)
{
	struct bank_figures figures;

	assert_ok(bank_open(engine, 10, 0));
	figures = bank_transfer(engine, 10, 8, 100, false, ROWAN_SERIALIZABLE);
	cr_assert_eq(figures.failed, 0, "%u failed: %s", figures.failed, figures.error.message);
	assert_int(figures.done, 800);
	assert_int(bank_total(engine), 10000);
	record_transfers(&figures);
}
