/* SPDX-License-Identifier: MIT */
/* The connection is cut: at every point of a small piece of work, in the middle of big ones. */
#include "support.h"

#include <rowan/fixtures.h>
#include <rowan/fixtures/proxy.h>

#include <stdio.h>
#include <stdlib.h>

static const char *database;
static struct rowan_proxy *proxy;
static struct rowan_engine *direct;	/* past the proxy */

static void open_network(void)
{
	need_engine();
	database = rowan_test_database(NULL);
	cr_assert(database);
	proxy = rowan_proxy_open(database);
	direct = rowan_engine_open(database);
	cr_assert(proxy && direct);
	assert_ok(rowan_create_all(direct, sample_models, NULL));
}

static void close_network(void)
{
	rowan_engine_close(direct);
	rowan_proxy_close(proxy);
	rowan_test_database_drop(database);
}

TestSuite(network, .init = open_network, .fini = close_network, .timeout = 120);

static struct rowan_engine *open_engine(void)
{
	return rowan_engine_open(rowan_proxy_url(proxy, database), .pool_size = 2);
}

static int64_t count_tasks(void)
{
	rowan_scoped struct rowan_session *session = rowan_session_open(direct);
	int64_t count = rowan_count(session, rowan_select(task));

	cr_assert(count >= 0, "%s", rowan_error(session)->message);
	return count;
}

/* After the network came back: nothing is held, and the engine works. */
static void assert_recovers(struct rowan_engine *engine)
{
	rowan_scoped struct rowan_session *session = NULL;

	rowan_proxy_heal(proxy);
	assert_int(rowan_engine_stats(engine).in_use, 0);
	session = rowan_session_open(engine);
	cr_assert(rowan_count(session, rowan_select(user)) >= 0, "%s",
		  rowan_error(session)->message);
}

/* ---- every point of a commit ---------------------------------------------------------- */

#define TASKS 3
#define STEP 29		/* bytes from one cut to the next */

/* A user with tasks, through a new connection. */
static int store_graph(struct rowan_engine *engine, const char *email)
{
	rowan_scoped struct rowan_session *session = rowan_session_open(engine);
	struct user *user = user_build(session, .email = email);

	for (int i = 0; i < TASKS; i++)
		rowan_add(session, task_build(session, .owner = user));
	return rowan_commit(session);
}

/* How many bytes that takes, one way. */
static uint64_t bytes_of_graph(enum rowan_proxy_way way)
{
	struct rowan_engine *engine = open_engine();
	struct rowan_proxy_counts before = rowan_proxy_counts(proxy), after;

	assert_ok(store_graph(engine, "all@example.org"));
	after = rowan_proxy_counts(proxy);
	rowan_engine_close(engine);
	return way == ROWAN_PROXY_UP ? after.bytes_up - before.bytes_up
				     : after.bytes_down - before.bytes_down;
}

struct tally {
	long cuts, stored, unknown, failed;
};

static void cut_graph(enum rowan_proxy_way way, uint64_t at, struct tally *tally)
{
	int64_t before = count_tasks(), stored;
	struct rowan_engine *engine = open_engine();
	char email[64];
	int status;

	snprintf(email, sizeof(email), "%d-%ld@example.org", (int)way, (long)at);
	rowan_proxy_cut_after(proxy, way, at, at % 2 ? ROWAN_PROXY_CLOSE : ROWAN_PROXY_RESET);
	status = store_graph(engine, email);
	stored = count_tasks() - before;

	cr_assert(stored == 0 || stored == TASKS, "half of it is stored");
	if (status == ROWAN_OK)
		assert_int(stored, TASKS);
	else if (status != ROWAN_UNKNOWN_OUTCOME)
		assert_int(stored, 0);
	if (status != ROWAN_OK && status != ROWAN_UNKNOWN_OUTCOME)
		assert_code(status, ROWAN_OPERATIONAL);
	tally->cuts++;
	tally->stored += status == ROWAN_OK;
	tally->unknown += status == ROWAN_UNKNOWN_OUTCOME;
	tally->failed += status == ROWAN_OPERATIONAL;
	assert_recovers(engine);
	rowan_engine_close(engine);
}

Test(network, a_commit_that_is_cut_anywhere_is_all_or_nothing)
{
	struct tally tally = { 0 };
	char figure[128];

	for (int way = ROWAN_PROXY_UP; way <= ROWAN_PROXY_DOWN; way++) {
		uint64_t bytes = bytes_of_graph((enum rowan_proxy_way)way);
		struct rowan_session *session = rowan_session_open(direct);

		cr_assert(rowan_delete_where(session, rowan_select(task, .all_rows = true)) > 0);
		cr_assert(rowan_delete_where(session, rowan_select(user, .all_rows = true)) > 0);
		assert_ok(rowan_commit(session));
		rowan_session_close(session);
		for (uint64_t at = 0; at < bytes; at += STEP)
			cut_graph((enum rowan_proxy_way)way, at, &tally);
	}
	cr_assert(tally.unknown > 0 && tally.failed > 0);
	snprintf(figure, sizeof(figure), "%ld refused, %ld unknown, %ld stored all the same",
		 tally.failed, tally.unknown, tally.stored);
	record_fault("pool-7", .injections = tally.cuts, .survived = tally.cuts, .figure = figure);
}

/* ---- the middle of something big ------------------------------------------------------ */

#define ROWS 10000
#define TITLE "a title that takes its time on the wire, since there are so many of them"

/* The owner of all rows. */
static int64_t owner_id;

static int flush_many(struct rowan_session *session)
{
	for (int i = 0; i < ROWS; i++) {
		struct task *task = rowan_new(session, task);

		if (!task)
			break;
		task->title = TITLE;
		task->owner_id = owner_id;
		rowan_add(session, task);
	}
	return rowan_flush(session);
}

static int insert_many(struct rowan_session *session)
{
	struct task *tasks = calloc(ROWS, sizeof(*tasks));
	int status;

	cr_assert(tasks);
	for (int i = 0; i < ROWS; i++)
		tasks[i] = (struct task){ .title = TITLE, .priority = "low", .owner_id = owner_id };
	status = rowan_insert_all(session, task, tasks, ROWS);
	free(tasks);
	return status;
}

static int read_many(struct rowan_session *session)
{
	struct rowan_result *result = rowan_exec(session, rowan_select(task));

	return result ? ROWAN_OK : rowan_error(session)->code;
}

static int stream_many(struct rowan_session *session)
{
	struct rowan_stream *stream = rowan_stream(session, rowan_select(task));

	while (rowan_stream_next(stream))
		;
	return stream ? rowan_stream_close(stream) : rowan_error(session)->code;
}

static int load_many(struct rowan_session *session)
{
	const struct user *user = rowan_get(session, user, owner_id);

	if (user)
		(void)rowan_load(session, user, tasks);
	return rowan_error(session)->code;
}

static const struct big {
	const char *name;
	int (*work)(struct rowan_session *session);
	enum rowan_proxy_way way;
} big[] = {
	{ "a flush", flush_many, ROWAN_PROXY_UP },
	{ "a bulk insert", insert_many, ROWAN_PROXY_UP },
	{ "a query", read_many, ROWAN_PROXY_DOWN },
	{ "a stream", stream_many, ROWAN_PROXY_DOWN },
	{ "a lazy load", load_many, ROWAN_PROXY_DOWN },
};

/* What is read: ROWS tasks of one user. */
static void store_rows(void)
{
	rowan_scoped struct rowan_session *session = rowan_session_open(direct);

	owner_id = user_create(session)->id;
	assert_ok(insert_many(session));
	assert_ok(rowan_commit(session));
}

static void cut_big(const struct big *what, uint64_t at)
{
	struct rowan_engine *engine = open_engine();
	struct rowan_session *session = rowan_session_open(engine);

	assert_int(rowan_count(session, rowan_select(task)), ROWS);	/* connected */
	rowan_proxy_cut_after(proxy, what->way, at, ROWAN_PROXY_CLOSE);
	cr_assert(what->work(session) == ROWAN_OPERATIONAL, "%s, cut after %d bytes: %s", what->name,
		  (int)at, rowan_error(session)->message);
	assert_code(rowan_commit(session), ROWAN_OPERATIONAL);
	rowan_session_close(session);
	assert_recovers(engine);
	rowan_engine_close(engine);
	assert_int(count_tasks(), ROWS);
}

Test(network, big_work_that_is_cut_in_the_middle_leaves_nothing)
{
	const uint64_t cuts[] = { 0, 1, 1000, 65536, 300000 };
	long injections = 0;

	store_rows();
	for (size_t i = 0; i < sizeof(big) / sizeof(big[0]); i++)
		for (size_t j = 0; j < sizeof(cuts) / sizeof(cuts[0]); j++, injections++)
			cut_big(&big[i], cuts[j]);
	record_fault("pool-7", .injections = injections, .survived = injections,
		     .figure = "cut in the middle of a flush, a bulk insert, a query, a stream, "
			       "a lazy load");
}
