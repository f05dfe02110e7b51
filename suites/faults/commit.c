/* SPDX-License-Identifier: MIT */
/* What becomes of a commit when something goes wrong before it, or in it. */
#include "support.h"

#include <rowan/fixtures.h>
#include <rowan/fixtures/proxy.h>

#include <stdio.h>

TestSuite(commit, .init = need_engine, .timeout = 120);

static int64_t users_with(struct rowan_engine *engine, const char *email)
{
	rowan_scoped struct rowan_session *session = rowan_session_open(engine);
	int64_t count = rowan_count(session, rowan_select(user,
		.where = rowan_eq(USER(email), email)));

	cr_assert(count >= 0, "%s", rowan_error(session)->message);
	return count;
}

Test(commit, a_transaction_that_failed_cannot_be_committed)
{
	struct rowan_engine *engine = rowan_test_engine(sample_models);
	struct rowan_session *session;

	cr_assert(engine);
	session = rowan_session_open(engine);
	for (int i = 0; i < 20; i++) {
		user_create(session, .email = "good@example.org");
		user_create(session, .email = "good@example.org");
		assert_code(rowan_commit(session), ROWAN_UNIQUE);
		assert_code(rowan_commit(session), ROWAN_UNIQUE);
		assert_int(users_with(engine, "good@example.org"), 0);
		assert_ok(rowan_rollback(session));
	}
	user_create(session, .email = "good@example.org");
	assert_ok(rowan_commit(session));
	assert_int(users_with(engine, "good@example.org"), 1);
	rowan_session_close(session);
	rowan_test_engine_close(engine);
	record_fault("txn-1", .injections = 20, .survived = 20);
}

/* ---- the connection is lost during COMMIT -------------------------------------------- */

/* Where the network is cut, and how many rows the server has then. */
static const struct moment {
	const char *name;
	enum rowan_proxy_way way;
	enum rowan_proxy_moment when;
	int stored;		/* -1: who knows */
} moments[] = {
	{ "before COMMIT reaches the server", ROWAN_PROXY_UP, ROWAN_PROXY_BEFORE, 0 },
	{ "behind COMMIT, in place of its answer", ROWAN_PROXY_UP, ROWAN_PROXY_AFTER, -1 },
	{ "before the answer to COMMIT arrives", ROWAN_PROXY_DOWN, ROWAN_PROXY_BEFORE, 1 },
};

/* How COMMIT is sent. */
enum way_to_commit { WITH_THE_FLUSH, ALONE, AS_A_TRANSACTION, WAYS_TO_COMMIT };

struct outage {
	struct rowan_engine *engine;	/* through the proxy */
	struct rowan_proxy *proxy;
	const struct moment *moment;
	enum way_to_commit how;
	const char *email;		/* the client's own key */
	int runs;
};

static void cut_at_commit(const struct outage *outage)
{
	rowan_proxy_cut_at(outage->proxy, outage->moment->way, "COMMIT", outage->moment->when,
			   outage->runs % 2 ? ROWAN_PROXY_CLOSE : ROWAN_PROXY_RESET);
}

static int insert_user(struct rowan_session *session, void *context)
{
	struct outage *outage = context;

	outage->runs++;
	user_create(session, .email = outage->email);
	cut_at_commit(outage);
	return ROWAN_OK;
}

static int commit_in_session(struct outage *outage)
{
	rowan_scoped struct rowan_session *session = rowan_session_open(outage->engine);
	struct user *user = user_build(session, .email = outage->email);
	int status;

	outage->runs++;
	assert_ok(rowan_add(session, user));
	if (outage->how == ALONE)
		assert_ok(rowan_flush(session));
	cut_at_commit(outage);
	status = rowan_commit(session);
	assert_code(rowan_commit(session), status);
	assert_ok(rowan_rollback(session));
	assert_int(user->id, 0);	/* a key is provisional until the commit is known */
	return status;
}

/* The first commit fails in the outage; then the database is asked, and told again if need be. */
static void survive(struct outage *outage, struct rowan_engine *direct, long *unknown)
{
	int status = outage->how == AS_A_TRANSACTION
		? rowan_transaction(outage->engine, insert_user, outage)
		: commit_in_session(outage);
	int64_t stored = users_with(direct, outage->email);

	cr_assert(status == ROWAN_UNKNOWN_OUTCOME, "%s: %s", outage->moment->name,
		  rowan_error_name(status));
	++*unknown;
	assert_int(outage->runs, 1);	/* never again by itself */
	if (outage->moment->stored >= 0)
		assert_int(stored, outage->moment->stored);
	rowan_proxy_heal(outage->proxy);
	if (stored == 0) {
		rowan_scoped struct rowan_session *session = rowan_session_open(outage->engine);

		user_create(session, .email = outage->email);
		assert_ok(rowan_commit(session));
	}
	assert_int(users_with(direct, outage->email), 1);
	assert_int(rowan_engine_stats(outage->engine).in_use, 0);
}

#define ROUNDS 8

Test(commit, its_outcome_is_unknown_when_the_connection_is_lost)
{
	const char *url = rowan_test_database(NULL);
	struct rowan_proxy *proxy;
	struct rowan_engine *direct;
	long injections = 0, unknown = 0;
	char figure[64];

	proxy = rowan_proxy_open(url);
	direct = rowan_engine_open(url);
	cr_assert(proxy && direct);
	assert_ok(rowan_create_all(direct, sample_models, NULL));
	for (int round = 0; round < ROUNDS; round++)
		for (size_t m = 0; m < sizeof(moments) / sizeof(moments[0]); m++)
			for (int how = 0; how < WAYS_TO_COMMIT; how++, injections++) {
				char email[32];
				struct outage outage = {
					.proxy = proxy, .moment = &moments[m], .email = email,
					.how = (enum way_to_commit)how,
					.engine = rowan_engine_open(rowan_proxy_url(proxy, url)) };

				snprintf(email, sizeof(email), "%ld@example.org", injections);
				survive(&outage, direct, &unknown);
				rowan_engine_close(outage.engine);
			}
	rowan_engine_close(direct);
	rowan_proxy_close(proxy);
	rowan_test_database_drop(url);
	snprintf(figure, sizeof(figure), "%ld of %ld reported as unknown", unknown, injections);
	record_fault("txn-2", .injections = injections, .survived = unknown, .figure = figure);
}
