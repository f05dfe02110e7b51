/* SPDX-License-Identifier: MIT */
#include "model/failing.h"
#include "postgres_server.h"

#include "dialect/server.h"

#include <string.h>

/* Each allocation of ours fails once; LeakSanitizer watches what is left behind. */
static void need_server(void)
{
	server_needed();
}

TestSuite(driver_postgres_memory, .init = need_server, .fini = close_server, .timeout = 60);

static struct driver_statement *statements[3];

static int prepare_one(int which, const char *sql)
{
	return driver_postgres.prepare(db, sql, strlen(sql), &statements[which], &error);
}

static int prepare_all(void)
{
	int status = driver_postgres.execute(db, "CREATE TEMPORARY TABLE t (id bigint GENERATED ALWAYS"
						 " AS IDENTITY, text text)", &error);

	if (status == ROWAN_OK)
		status = prepare_one(0, "WITH w AS (INSERT INTO t (text) SELECT unnest($1) RETURNING id)"
					" SELECT array_agg(id) FROM w");
	if (status == ROWAN_OK)
		status = prepare_one(1, "SELECT id, text FROM t WHERE id > $1 ORDER BY id");
	if (status == ROWAN_OK)
		status = prepare_one(2, "COMMIT");
	return status;
}

/* A transaction in one round trip. */
static int write_some(void)
{
	const char *const texts[] = { "a", "b", NULL };
	struct driver_outcome outcome;
	int status = driver_postgres.defer(db, "BEGIN", &error);
	int sent = 0, first;

	for (int i = 0; i < 20 && status == ROWAN_OK; i++) {
		status = driver_postgres.bind_list(statements[0], 1, ROWAN_TYPE_TEXT, texts, 3, &error);
		if (status == ROWAN_OK)
			status = driver_postgres.send(statements[0], &error);
		sent += status == ROWAN_OK;
	}
	if (status == ROWAN_OK)
		status = driver_postgres.send(statements[2], &error);
	sent += status == ROWAN_OK;
	for (first = status; sent > 0; sent--) {
		struct rowan_error ignored;

		status = driver_postgres.receive(db, &outcome, first < 0 ? &ignored : &error);
		if (first == ROWAN_OK)
			first = status;
	}
	return first;
}

static int read_some(void)
{
	static const struct slot slot = { .type = ROWAN_TYPE_TEXT, .nullable = true, .name = "t.text" };
	const char *text;
	int64_t zero = 0;
	int status = driver_postgres.bind_value(statements[1], 1, ROWAN_TYPE_INT64, &zero, &error);

	while (status >= 0) {
		status = driver_postgres.step(statements[1], &error);
		if (status <= 0)
			break;
		status = driver_postgres.read_row(statements[1], 1, &slot, 1, &arena, &text, &error);
	}
	driver_postgres.reset(statements[1]);
	return status;
}

static int work(void)
{
	struct postgres_target target = target_with(NULL, NULL);
	int status;

	target.statement_timeout_ms = 10000;
	status = try_connect(target, &db);
	if (status < 0)
		return status;
	status = prepare_all();
	if (status == ROWAN_OK)
		status = write_some();
	if (status == ROWAN_OK)
		status = read_some();
	return status;
}

/* What failed for want of memory does not hinder what comes after it. */
static void assert_usable(void)
{
	fail_allocation_after(-1);
	if (!db)
		return;
	cr_assert(!driver_postgres.lost(db));
	assert_ok(driver_postgres.discard(db, &error));
	assert_int(number("SELECT 42"), 42);
}

Test(driver_postgres_memory, mem1_every_allocation_can_fail)
{
	bool failed = true;
	long count;

	for (count = 0; failed; count++) {
		int status;

		fail_allocation_after(count);
		status = work();
		failed = allocation_failed();
		if (status < 0) {
			cr_assert(failed, "%s", error.message);
			cr_assert(status == ROWAN_NO_MEMORY, "%ld: %s", count, error.message);
			assert_int(error.code, ROWAN_NO_MEMORY);
		}
		assert_usable();
		for (int i = 0; i < 3; i++) {
			driver_postgres.finalize(statements[i]);
			statements[i] = NULL;
		}
		driver_postgres.close(db);
		db = NULL;
		arena_release(&arena);
	}
	cr_assert(count > 20, "%ld", count);
}
