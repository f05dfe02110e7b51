/* SPDX-License-Identifier: MIT */
#include "places.h"

/* What a transaction may do, and what it sees of others. */

TestSuite(begin, .init = open_place, .fini = close_place, .timeout = 60);

/* ---- options ---------------------------------------------------------------------- */

Test(begin, every_sensible_combination_commits)
{
	for (int level = ROWAN_ISOLATION_DEFAULT; level <= ROWAN_SERIALIZABLE; level++)
		for (int access = 0; access < 3; access++) {
			enum rowan_isolation isolation = (enum rowan_isolation)level;

			assert_ok(rowan_begin(session, .isolation = isolation,
					      .write = access == 1, .read_only = access == 2));
			assert_int(rowan_count(session, rowan_select(user)), level * 2 + (access > 0) +
				   (access > 1));
			if (access < 2)
				user_create(session);
			assert_ok(rowan_commit(session));
		}
	assert_int(stored_users(), 8);
}

Test(begin, senseless_combinations_are_refused)
{
	assert_code(rowan_begin(session, .write = true, .read_only = true), ROWAN_MISUSE);
	assert_error(session, ROWAN_MISUSE, "rowan_begin: .write and .read_only");
	assert_ok(rowan_rollback(session));
	assert_code(rowan_begin(session, .deferrable = true), ROWAN_MISUSE);
	assert_error(session, ROWAN_MISUSE, ".deferrable needs");
	assert_ok(rowan_rollback(session));
	assert_code(rowan_begin(session, .deferrable = true, .read_only = true), ROWAN_MISUSE);
	assert_ok(rowan_rollback(session));
	assert_code(rowan_begin(session, .deferrable = true, .isolation = ROWAN_SERIALIZABLE),
		    ROWAN_MISUSE);
	assert_ok(rowan_rollback(session));
	assert_code(rowan_begin(session, .isolation = (enum rowan_isolation)4), ROWAN_MISUSE);
	assert_error(session, ROWAN_MISUSE, ".isolation");
	assert_ok(rowan_rollback(session));
	assert_ok(rowan_begin(session));
	assert_code(rowan_begin(session), ROWAN_MISUSE);
	assert_error(session, ROWAN_MISUSE, "open already");
}

Test(begin, costs_no_statement)
{
	assert_statements(engine, 1) {
		assert_ok(rowan_begin(session, .isolation = ROWAN_REPEATABLE_READ));
		assert_int(rowan_count(session, rowan_select(user)), 0);
		assert_ok(rowan_commit(session));
	}
}

Test(begin, of_nothing_can_be_committed_and_rolled_back)
{
	assert_ok(rowan_begin(session, .isolation = ROWAN_SERIALIZABLE));
	assert_ok(rowan_commit(session));
	assert_ok(rowan_begin(session, .write = true));
	assert_ok(rowan_rollback(session));
	assert_ok(rowan_begin(session, .read_only = true));
	rowan_session_close(session);
	session = rowan_session_open(engine);
	assert_int(rowan_engine_stats(engine).in_use, 0);
}

/* ---- read-only -------------------------------------------------------------------- */

Test(begin, a_read_only_transaction_refuses_every_write)
{
	struct user *ada = stored_user("ada@example.org");
	struct user one = { .email = "e", .name = "n", .hashed_password = "p" };

	for (int verb = 0; verb < 5; verb++) {
		assert_ok(rowan_begin(session, .read_only = true));
		assert_int(rowan_count(session, rowan_select(user)), 1);
		assert_ok(rowan_savepoint(session));
		assert_ok(rowan_release(session));
		if (verb == 0)
			ada->name = "edited";
		else if (verb == 1)
			rowan_delete(session, user, ada);
		else if (verb == 2)
			rowan_delete_where(session, rowan_select(user, .all_rows = true));
		else if (verb == 3)
			rowan_insert_all(session, user, &one, 1);
		else
			rowan_exec(session, rowan_select(user, .lock = ROWAN_FOR_UPDATE));
		assert_code(rowan_commit(session), ROWAN_MISUSE);
		assert_error(session, ROWAN_MISUSE, "begun with .read_only");
		assert_ok(rowan_rollback(session));
		assert_int(stored_users(), 1);
	}
}

/* The connection is the same one: a pool of one. */
Test(begin, what_comes_after_a_read_only_transaction_may_write)
{
	for (int end = 0; end < 3; end++) {
		assert_ok(rowan_begin(session, .read_only = true));
		assert_int(rowan_count(session, rowan_select(user)), end);
		if (end == 0) {
			assert_ok(rowan_commit(session));
		} else if (end == 1) {
			assert_ok(rowan_rollback(session));
		} else {
			rowan_session_close(session);
			session = rowan_session_open(engine);
		}
		cr_assert_not_null(user_create(session));
		assert_ok(rowan_commit(session));
		assert_int(rowan_engine_stats(engine).size, 1);
	}
}

Test(begin, nothing_waits_so_a_read_only_transaction_commits)
{
	stored_user("ada@example.org");
	assert_ok(rowan_begin(session, .read_only = true, .deferrable = true,
			      .isolation = ROWAN_SERIALIZABLE));
	assert_int(rowan_count(session, rowan_select(user)), 1);
	assert_ok(rowan_flush(session));
	assert_ok(rowan_commit(session));
}

/* ---- what is seen of others -------------------------------------------------------- */

/* Whether a second reading in one transaction shows what another committed meanwhile. */
static bool sees_others(enum rowan_isolation isolation)
{
	rowan_scoped struct rowan_session *other = rowan_session_open(engine);
	int64_t before, after;

	assert_ok(rowan_begin(session, .isolation = isolation));
	before = rowan_count(session, rowan_select(user));
	cr_assert_not_null(user_create(other));
	assert_ok(rowan_commit(other));
	after = rowan_count(session, rowan_select(user));
	assert_ok(rowan_commit(session));
	return after == before + 1;
}

Test(begin, isolation_decides_what_is_seen_of_others)
{
	bool per_statement = runs_on("postgresql");	/* SQLite's are always serializable */

	assert_int(sees_others(ROWAN_ISOLATION_DEFAULT), per_statement);
	assert_int(sees_others(ROWAN_READ_COMMITTED), per_statement);
	assert_int(sees_others(ROWAN_REPEATABLE_READ), false);
	assert_int(sees_others(ROWAN_SERIALIZABLE), false);
}

/*
 * Write skew: of two users one must stay active.  Each of two transactions sees that
 * both are, and makes another one inactive.
 */
static int skew(enum rowan_isolation isolation)
{
	rowan_scoped struct rowan_session *left = rowan_session_open(engine);
	rowan_scoped struct rowan_session *right = rowan_session_open(engine);
	struct rowan_query active = rowan_select(user, .where = rowan_eq(USER(is_active), true));
	int status;

	assert_ok(rowan_begin(left, .isolation = isolation));
	assert_ok(rowan_begin(right, .isolation = isolation));
	assert_int(rowan_count(left, active), 2);
	assert_int(rowan_count(right, active), 2);
	rowan_edit(left, user, rowan_get(left, user, 1))->is_active = false;
	rowan_edit(right, user, rowan_get(right, user, 2))->is_active = false;
	assert_ok(rowan_commit(left));
	status = rowan_commit(right);
	if (status < 0)
		assert_code(rowan_error(right)->code, status);
	return status;
}

static int64_t still_active(void)
{
	return stored(&rowan_select(user, .where = rowan_eq(USER(is_active), true)));
}

Test(begin, b7_write_skew_happens_under_read_committed)
{
	assert_ok(user_create_batch(session, 2));
	assert_ok(rowan_commit(session));
	assert_ok(skew(ROWAN_READ_COMMITTED));
	assert_int(still_active(), 0);
}

Test(begin, b7_write_skew_happens_under_repeatable_read)
{
	assert_ok(user_create_batch(session, 2));
	assert_ok(rowan_commit(session));
	assert_ok(skew(ROWAN_REPEATABLE_READ));
	assert_int(still_active(), 0);
}

Test(begin, b7_write_skew_is_prevented_under_serializable)
{
	assert_ok(user_create_batch(session, 2));
	assert_ok(rowan_commit(session));
	assert_code(skew(ROWAN_SERIALIZABLE), runs_on("sqlite") ? ROWAN_TIMEOUT : ROWAN_CONFLICT);
	assert_int(still_active(), 1);
}
