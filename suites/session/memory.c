/* SPDX-License-Identifier: MIT */
/* Parts of transactions, streams and locks when there is no memory. */
#include "places.h"

#include "model/failing.h"

TestSuite(session_memory, .init = open_place, .fini = close_place, .timeout = 120);

/* What is done once per allocation; < 0, and the session waits with the error. */
typedef int scenario(struct rowan_session *own);

static int undo_a_part(struct rowan_session *own)
{
	struct user *user = rowan_edit(own, user, rowan_get(own, user, 1));
	struct task *task;

	if (!user)
		return rowan_error(own)->code;
	user->name = "outer";
	rowan_savepoint(own);
	task = task_build(own, .owner = user);
	if (!task)
		return rowan_error(own)->code;
	rowan_add(own, task);
	rowan_append(own, task, categories, rowan_get(own, category, 1));
	if (rowan_savepoint(own) != ROWAN_OK)
		return rowan_error(own)->code;	/* there is none to go back to */
	user->name = "inner";
	rowan_set_one(own, task, owner, rowan_get(own, user, 2));
	rowan_flush(own);
	rowan_refresh(own, user, user);
	if (rowan_rollback_to(own) == ROWAN_OK)
		rowan_release(own);
	return rowan_commit(own);
}

static int stream_rows(struct rowan_session *own)
{
	const char *names[] = { "no such name", "nor this" };
	struct rowan_stream *stream = rowan_stream(own, rowan_select(user,
		.where = rowan_not(rowan_in(USER(name), names, 2)),
		.order_by = { rowan_asc(USER(id)) }));
	int64_t count = 0;

	while (rowan_stream_next(stream))
		count++;
	if (stream)
		cr_assert(count == 2 || rowan_error(own)->code < 0);
	rowan_stream_close(stream);
	return rowan_commit(own);
}

static int lock_rows(struct rowan_session *own)
{
	rowan_begin(own);
	rowan_get(own, user, 1);
	rowan_exec(own, rowan_select(user, .lock = ROWAN_FOR_UPDATE));
	return rowan_commit(own);
}

/* Nothing is half done: the name and the task come together. */
static void check(void)
{
	rowan_scoped struct rowan_session *other = rowan_session_open(engine);
	bool done = rowan_get(other, user, 1)->name[0] == 'o';
	int64_t tasks = rowan_count(other, rowan_select(task));

	cr_assert(tasks == (done ? 1 : 0), "%d tasks", (int)tasks);
	assert_int(rowan_count(other, rowan_select(task_category)), tasks);
	assert_int(rowan_count(other, rowan_select(user)), 2);
	rowan_delete_where(other, rowan_select(task_category, .all_rows = true));
	rowan_delete_where(other, rowan_select(task, .all_rows = true));
	rowan_edit(other, user, rowan_get(other, user, 1))->name = "as it was";
	assert_ok(rowan_commit(other));
}

static void run_in_a_session(scenario *run)
{
	struct rowan_session *own = rowan_session_open(engine);
	int status = own ? run(own) : ROWAN_NO_MEMORY;

	if (!own)
		return;
	if (allocation_failed())
		cr_assert(status == ROWAN_OK || status == ROWAN_NO_MEMORY, "%s",
			  rowan_error(own)->message);
	else
		assert_ok(status);
	fail_allocation_after(-1);
	assert_ok(rowan_rollback(own));
	cr_assert_not_null(rowan_get(own, user, 1));
	rowan_session_close(own);
}

/* Everything is done again and again, each time with another allocation failing. */
static void fail_each(void (*attempt)(scenario *run), scenario *run)
{
	bool failed = true;

	assert_ok(user_create_batch(session, 2));
	category_create(session);
	assert_ok(rowan_commit(session));
	for (long count = 0; failed; count++) {
		fail_allocation_after(count);
		attempt(run);
		failed = allocation_failed();
		fail_allocation_after(-1);
		assert_int(rowan_engine_stats(engine).in_use, 0);
		check();
		/* A connection without prepared statements has more to allocate. */
		rowan_engine_dispose(engine);
		cr_assert(failed || count > 0, "nothing was allocated");
	}
}

Test(session_memory, savepoints)
{
	fail_each(run_in_a_session, undo_a_part);
}

Test(session_memory, streams)
{
	fail_each(run_in_a_session, stream_rows);
}

Test(session_memory, locks)
{
	fail_each(run_in_a_session, lock_rows);
}

/* ---- what the database puts in ------------------------------------------------------- */

struct coupon { int64_t id; const char *code, *state, *changed_by; };

static struct rowan_value changer(struct rowan_session *own)
{
	return ROWAN_VALUE(rowan_text(own, "%s", "somebody"));
}

ROWAN_MODEL(coupon, ROWAN_FIELDS(
	ROWAN_FIELD(coupon, id, .primary_key = true),
	ROWAN_FIELD(coupon, code),
	ROWAN_FIELD(coupon, state, .server_default = "'new'"),
	ROWAN_FIELD(coupon, changed_by, .nullable = true, .on_update = changer)));

static int put_in(struct rowan_session *own)
{
	for (int i = 0; i < 3; i++) {
		struct coupon *coupon = rowan_new_from(own, coupon,
			&(struct rowan_named_value){ "code", ROWAN_VALUE("x") }, 1);

		rowan_add(own, coupon);
		if (rowan_flush(own) == ROWAN_OK) {
			assert_text(coupon->state, "new");
			rowan_set(own, coupon, "code", "y");
		}
	}
	return rowan_commit(own);
}

static void run_with_coupons(scenario *run)
{
	int64_t stored;

	run_in_a_session(run);
	rowan_rollback(session);
	stored = rowan_count(session, rowan_select(coupon,
		.where = rowan_eq(rowan_column(coupon, state), "new")));
	cr_assert(stored == 0 || stored == 3, "%d coupons", (int)stored);
	rowan_delete_where(session, rowan_select(coupon, .all_rows = true));
	assert_ok(rowan_commit(session));
}

Test(session_memory, m16_m19_m28_server_defaults_stamps_and_names)
{
	assert_ok(rowan_create_all(engine, ROWAN_MODELS(&coupon_model), NULL));
	fail_each(run_with_coupons, put_in);
}

static int work(struct rowan_session *own, void *context)
{
	struct user *user = rowan_edit(own, user, rowan_get(own, user, 1));
	struct task *task;

	(void)context;
	if (!user)
		return ROWAN_OK;	/* the session's error is what counts */
	user->name = "outer";
	task = task_create(own, .owner = user);
	if (task)
		rowan_append(own, task, categories, rowan_get(own, category, 1));
	return ROWAN_OK;
}

static void run_as_transaction(scenario *run)
{
	struct rowan_error error = { 0 };
	int made = 0;
	int status = rowan_transaction(engine, work, NULL, .error = &error,
				       .attempts_made = &made);

	(void)run;
	assert_int(made, 1);
	if (!allocation_failed())
		assert_ok(status);
	cr_assert(status == ROWAN_OK || status == ROWAN_NO_MEMORY, "%s", error.message);
	assert_int(error.code, status);
}

Test(session_memory, transactions)
{
	fail_each(run_as_transaction, NULL);
}

/* What is not enough for the sandbox's own is told by it, and it can still be ended. */
static void run_in_a_sandbox(scenario *run)
{
	struct rowan_error error = { 0 };
	struct rowan_session *own;
	int status = rowan_sandbox_begin(engine, &error);

	cr_assert(status == ROWAN_OK || (allocation_failed() && status == ROWAN_NO_MEMORY), "%s",
		  error.message);
	if (status < 0)
		return;
	own = rowan_session_open(engine);
	status = own ? run(own) : ROWAN_NO_MEMORY;
	cr_assert(status == ROWAN_OK || (allocation_failed() && status == ROWAN_NO_MEMORY), "%s",
		  rowan_error(own)->message);
	rowan_session_close(own);
	status = rowan_sandbox_end(engine, &error);
	fail_allocation_after(-1);
	if (status < 0)
		assert_ok(rowan_sandbox_end(engine, NULL));
}

Test(session_memory, f04_sandboxes)
{
	fail_each(run_in_a_sandbox, undo_a_part);
}

static void open_raw(scenario *run)
{
	struct rowan_error error = { 0 };
	struct rowan_raw *raw = rowan_raw_open(engine, &error);

	(void)run;
	if (!raw)
		assert_int(error.code, ROWAN_NO_MEMORY);
	rowan_raw_close(raw);
}

Test(session_memory, raw_connections)
{
	fail_each(open_raw, NULL);
}
