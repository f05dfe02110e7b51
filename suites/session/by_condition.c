/* SPDX-License-Identifier: MIT */
#include "sample.h"

/* Rows that are deleted and updated by a condition, with one statement. */

/* A counter with one member of each kind, a version and a stamp. */
struct gauge {
	int64_t id;
	const char *name;
	int16_t small;
	int32_t medium;
	int64_t large;
	double level;
	bool on;
	struct rowan_opt_int32 maybe;
	struct rowan_bytes raw;
	struct rowan_uuid token;
	struct rowan_datetime read_at;
	int64_t stamp, other_stamp;
	const char *changed_by;
	int32_t version;
};

static int64_t stamps;

static struct rowan_value next_stamp(struct rowan_session *own)
{
	(void)own;
	return rowan_int_value(++stamps);
}

static struct rowan_value nobody(struct rowan_session *own)
{
	(void)own;
	return (struct rowan_value){ .type = ROWAN_TYPE_TEXT, .null = true };
}

extern const struct rowan_model gauge_model;
ROWAN_MODEL(gauge,
	ROWAN_FIELDS(
		ROWAN_FIELD(gauge, id, .primary_key = true),
		ROWAN_FIELD(gauge, name, .unique = true, .min_length = 1, .max_length = 5),
		ROWAN_FIELD(gauge, small),
		ROWAN_FIELD(gauge, medium),
		ROWAN_FIELD(gauge, large),
		ROWAN_FIELD(gauge, level),
		ROWAN_FIELD(gauge, on),
		ROWAN_FIELD(gauge, maybe),
		ROWAN_FIELD(gauge, raw, .nullable = true),
		ROWAN_FIELD(gauge, token),
		ROWAN_FIELD(gauge, read_at),
		ROWAN_FIELD(gauge, stamp, .on_update = next_stamp),
		ROWAN_FIELD(gauge, other_stamp, .on_update = next_stamp),
		ROWAN_FIELD(gauge, changed_by, .nullable = true, .on_update = nobody),
		ROWAN_FIELD(gauge, version, .version = true)),
	ROWAN_CHECKS(ROWAN_CHECK("large >= 0", .name = "not_below", .message = "below nothing")));
#define GAUGE(member) rowan_column(gauge, member)
#define ALL_GAUGES rowan_select(gauge, .all_rows = true)

static void open_gauges(void)
{
	open_sample();
	assert_ok(rowan_create_all(engine, ROWAN_MODELS(&gauge_model), NULL));
}

TestSuite(by_condition, .init = open_gauges, .fini = close_sample, .timeout = 60);

/* Named "1", "2" .., stored. */
static const struct gauge *store_gauges(int count)
{
	const struct gauge *first = NULL;

	for (int i = 1; i <= count; i++) {
		struct gauge *gauge = rowan_new(session, gauge);

		gauge->name = rowan_text(session, "%d", i);
		gauge->changed_by = "me";
		gauge->large = i;
		assert_ok(rowan_add(session, gauge));
		first = first ? first : gauge;
	}
	assert_ok(rowan_commit(session));
	return first;
}

/* ---- deletes ------------------------------------------------------------------------ */

Test(by_condition, b14_a_delete_is_one_statement_and_rows_in_memory_follow)
{
	const struct user *ada = user_create(session, .name = "Ada");
	const struct task *open = task_create(session, .owner = ada);
	const struct task *done = task_create(session, .owner = ada, .completed = true);
	int64_t done_id = done->id;

	assert_ok(rowan_commit(session));
	assert_int(rowan_load(session, ada, tasks).count, 2);
	assert_statements(engine, 1)
		assert_int(rowan_delete_where(session, rowan_select(task,
			.where = rowan_eq(TASK(completed), true))), 1);
	assert_int(rowan_load(session, ada, tasks).count, 1);
	cr_assert_eq(ada->tasks.rows[0], open);
	assert_null(rowan_get(session, task, done_id));

	assert_ok(rowan_rollback(session));
	assert_int(rowan_load(session, ada, tasks).count, 2);
	cr_assert(rowan_get(session, task, done_id));
}

Test(by_condition, b14_a_delete_of_what_is_referred_to_is_refused_as_a_whole)
{
	const struct user *ada = user_create(session, .name = "Ada");

	task_create(session, .owner = ada);
	user_create(session, .name = "Bob");
	assert_ok(rowan_commit(session));
	assert_int(rowan_delete_where(session, rowan_select(user, .all_rows = true)),
		   ROWAN_FOREIGN_KEY);
	assert_text(rowan_error(session)->table, "users");
	assert_ok(rowan_rollback(session));
	assert_int(rowan_count(session, rowan_select(user)), 2);
}

/* ---- updates ------------------------------------------------------------------------ */

Test(by_condition, b14_an_update_is_one_statement_and_rows_in_memory_follow)
{
	const struct user *ada = user_create(session, .name = "Ada");
	const struct user *bob = user_create(session, .name = "Bob");
	const struct task *task = task_create(session, .owner = ada, .title = "a");

	task_create(session, .owner = bob, .title = "b");
	assert_ok(rowan_commit(session));
	assert_int(rowan_load(session, ada, tasks).count, 1);
	assert_statements(engine, 1)
		assert_int(rowan_update_where(session,
			rowan_select(task, .where = rowan_eq(TASK(owner_id), ada->id)),
			rowan_assign(TASK(owner_id), bob->id), rowan_assign(TASK(completed), true)), 1);
	cr_assert_eq(rowan_get(session, task, task->id), task);
	assert_int(task->owner_id, bob->id);
	cr_assert(task->completed);
	assert_text(task->title, "a");
	assert_int(rowan_load(session, ada, tasks).count, 0);
	assert_int(rowan_load(session, bob, tasks).count, 2);

	assert_ok(rowan_rollback(session));
	assert_int(rowan_get(session, task, task->id)->owner_id, ada->id);
	assert_int(rowan_load(session, ada, tasks).count, 1);
}

Test(by_condition, b14_every_type_is_assigned)
{
	const struct rowan_uuid token = rowan_uuid4();
	const struct rowan_bytes raw = { "\0\1", 2 };
	const struct rowan_datetime now = rowan_now();
	const struct gauge *gauge = store_gauges(2);

	assert_int(rowan_update_where(session,
		rowan_select(gauge, .where = rowan_eq(GAUGE(name), "1")),
		rowan_assign(GAUGE(name), "é"), rowan_assign(GAUGE(small), INT16_MIN),
		rowan_assign(GAUGE(medium), INT32_MAX), rowan_assign(GAUGE(large), INT64_MAX),
		rowan_assign(GAUGE(level), 0.1), rowan_assign(GAUGE(on), true),
		rowan_assign(GAUGE(maybe), rowan_opt_int32(-1)), rowan_assign(GAUGE(raw), raw),
		rowan_assign(GAUGE(token), token), rowan_assign(GAUGE(read_at), now)), 1);
	assert_ok(rowan_commit(session, .clear = true));
	gauge = rowan_get(session, gauge, 1);
	assert_text(gauge->name, "é");
	assert_int(gauge->small, INT16_MIN);
	assert_int(gauge->medium, INT32_MAX);
	assert_int(gauge->large, INT64_MAX);
	cr_assert(gauge->level == 0.1 && gauge->on && gauge->maybe.set && gauge->maybe.value == -1);
	cr_assert(gauge->raw.size == 2 && memcmp(gauge->raw.data, raw.data, 2) == 0);
	cr_assert(memcmp(&gauge->token, &token, sizeof(token)) == 0);
	assert_int(gauge->read_at.us, now.us);

	assert_int(rowan_update_where(session, ALL_GAUGES,
		rowan_assign(GAUGE(maybe), (struct rowan_opt_int32){ 0 }),
		rowan_assign(GAUGE(raw), (struct rowan_bytes){ 0 })), 2);
	gauge = rowan_get(session, gauge, 1);
	cr_assert(!gauge->maybe.set && !gauge->raw.data);
}

/* Of columns a statement sees what was there before it. */
Test(by_condition, b14_columns_and_sums)
{
	const struct gauge *gauge = store_gauges(1);

	assert_int(rowan_update_where(session, ALL_GAUGES, rowan_assign(GAUGE(small), 3),
				      rowan_assign(GAUGE(medium), GAUGE(large)),
				      rowan_increase(GAUGE(large), 41),
				      rowan_increase(GAUGE(level), -0.5)), 1);
	gauge = rowan_get(session, gauge, gauge->id);
	assert_int(gauge->small, 3);
	assert_int(gauge->medium, 1);
	assert_int(gauge->large, 42);
	cr_assert(gauge->level == -0.5);
	assert_int(rowan_update_where(session, ALL_GAUGES, rowan_increase(GAUGE(small), -4),
				      rowan_increase(GAUGE(maybe), 1)), 1);
	gauge = rowan_get(session, gauge, gauge->id);
	assert_int(gauge->small, -1);
	cr_assert_not(gauge->maybe.set, "NULL and one is NULL");
}

Test(by_condition, b14_a_sum_that_does_not_fit_is_refused)
{
	store_gauges(1);
	assert_int(rowan_update_where(session, ALL_GAUGES, rowan_increase(GAUGE(small), INT16_MAX)), 1);
	assert_code((int)rowan_update_where(session, ALL_GAUGES, rowan_increase(GAUGE(small), 1)),
		    ROWAN_DATA);
	assert_ok(rowan_rollback(session));
	assert_code((int)rowan_update_where(session, ALL_GAUGES,
					    rowan_increase(GAUGE(medium), INT64_C(1) << 31)), ROWAN_DATA);
	assert_ok(rowan_rollback(session));
	assert_code((int)rowan_update_where(session, ALL_GAUGES,
					    rowan_increase(GAUGE(large), INT64_MAX)), ROWAN_DATA);
	assert_ok(rowan_rollback(session));
	assert_int(rowan_get(session, gauge, 1)->large, 1);
}

Test(by_condition, b14_what_a_wider_column_has_may_not_fit)
{
	const struct gauge *gauge = store_gauges(1);

	rowan_edit(session, gauge, gauge)->large = INT64_C(1) << 31;
	assert_ok(rowan_commit(session));
	assert_code((int)rowan_update_where(session, ALL_GAUGES,
					    rowan_assign(GAUGE(medium), GAUGE(large))), ROWAN_DATA);
	assert_ok(rowan_rollback(session));
	assert_int(rowan_update_where(session, ALL_GAUGES, rowan_assign(GAUGE(large), 7)), 1);
	assert_int(rowan_update_where(session, ALL_GAUGES,
				      rowan_assign(GAUGE(small), GAUGE(large))), 1);
	assert_int(rowan_get(session, gauge, gauge->id)->small, 7);
}

/* ---- what the model says of it -------------------------------------------------------- */

Test(by_condition, b14_a_version_counts_and_edits_of_older_rows_are_stale)
{
	const struct gauge *gauge = store_gauges(1);
	struct gauge *edited = rowan_edit(session, gauge, gauge);
	rowan_scoped struct rowan_session *other = rowan_session_open(engine);

	edited->small = 7;
	assert_int(rowan_update_where(other, ALL_GAUGES, rowan_assign(GAUGE(medium), 8)), 1);
	assert_ok(rowan_commit(other));
	assert_int(rowan_get(other, gauge, gauge->id)->version, 2);
	assert_code(rowan_commit(session), ROWAN_STALE);
	assert_ok(rowan_rollback(session));
	assert_int(rowan_get(session, gauge, gauge->id)->medium, 8);
}

Test(by_condition, b14_m19_stamps_are_set_by_one_call_unless_they_are_assigned)
{
	const struct gauge *gauge = store_gauges(3);
	int64_t before = stamps;

	assert_int(rowan_update_where(session, ALL_GAUGES, rowan_assign(GAUGE(on), true),
				      rowan_assign(GAUGE(other_stamp), 99)), 3);
	assert_int(stamps, before + 1);
	gauge = rowan_get(session, gauge, gauge->id);
	assert_int(gauge->stamp, stamps);
	assert_int(gauge->other_stamp, 99);
	assert_null(gauge->changed_by);
	assert_int(rowan_get(session, gauge, 3)->stamp, stamps);
}

Test(by_condition, v06_values_are_checked_before_anything_is_sent)
{
	int64_t updated = 0;

	store_gauges(1);
	assert_statements(engine, 0)
		updated = rowan_update_where(session, ALL_GAUGES,
			rowan_assign(GAUGE(name), "too long"), rowan_assign(GAUGE(small), 1 << 15),
			rowan_assign(GAUGE(large), (struct rowan_opt_int64){ 0 }));
	assert_code((int)updated, ROWAN_VALIDATION);
	assert_text(rowan_error(session)->message,
		    "gauge.name has 8 characters, at most 5 are allowed\n"
		    "gauge.small is 16-bit integer: the value does not fit\n"
		    "gauge.large can't be NULL");
	assert_text(rowan_error(session)->table, "gauge");
	assert_text(rowan_error(session)->columns, "name");
	assert_ok(rowan_rollback(session));
	updated = rowan_update_where(session, ALL_GAUGES, rowan_assign(GAUGE(name), "\xff"));
	assert_code((int)updated, ROWAN_VALIDATION);
}

Test(by_condition, b14_the_database_refuses)
{
	store_gauges(2);
	assert_code((int)rowan_update_where(session, ALL_GAUGES, rowan_assign(GAUGE(name), "same")),
		    ROWAN_UNIQUE);
	assert_text(rowan_error(session)->table, "gauge");
	assert_text(rowan_error(session)->columns, "name");
	assert_ok(rowan_rollback(session));
	assert_code((int)rowan_update_where(session, ALL_GAUGES, rowan_increase(GAUGE(large), -9)),
		    ROWAN_CHECK);
	assert_text(rowan_error(session)->constraint, "ck_gauge_not_below");
	assert_ok(rowan_rollback(session));
	assert_int(rowan_get(session, gauge, 2)->large, 2);
}

/* ---- mistakes --------------------------------------------------------------------------- */

#define ASSERT_REFUSED(message_, ...) do { \
	int64_t updated = 0; \
	assert_statements(engine, 0) \
		updated = rowan_update_where(session, __VA_ARGS__); \
	assert_code((int)updated, ROWAN_MISUSE); \
	assert_text(rowan_error(session)->message, message_); \
	assert_ok(rowan_rollback(session)); \
} while (0)

Test(by_condition, b14_mistakes)
{
	const struct rowan_assignment by_hand = { { .left = GAUGE(small).column, .op = ROWAN_OP_LT } };

	ASSERT_REFUSED("update: without a condition on gauge say .all_rows = true",
		       rowan_select(gauge), rowan_assign(GAUGE(small), 1));
	ASSERT_REFUSED("update: order_by, load, limit and offset are not possible",
		       rowan_select(gauge, .all_rows = true, .limit = 1), rowan_assign(GAUGE(small), 1));
	ASSERT_REFUSED("set: users.name: the query selects from gauge only", ALL_GAUGES,
		       rowan_assign(USER(name), "x"));
	ASSERT_REFUSED("set: users.id: the query selects from gauge only", ALL_GAUGES,
		       rowan_assign(GAUGE(large), USER(id)));
	ASSERT_REFUSED("set: gauge.id: the primary key can't be changed", ALL_GAUGES,
		       rowan_assign(GAUGE(id), 7));
	ASSERT_REFUSED("set: gauge.small is set twice", ALL_GAUGES, rowan_assign(GAUGE(small), 1),
		       rowan_increase(GAUGE(small), 1));
	ASSERT_REFUSED("set: gauge.version counts by itself", ALL_GAUGES,
		       rowan_assign(GAUGE(version), 7));
	ASSERT_REFUSED("set: it takes what rowan_assign() and rowan_increase() give", ALL_GAUGES,
		       by_hand);
	assert_code((int)rowan_update_where_(session, &(struct rowan_query){ .model = &gauge_model,
		    .all_rows = true }, NULL), ROWAN_MISUSE);
	assert_contains(rowan_error(session)->message, "set: nothing is set");
}

/* Statements are told apart by what they set, and kept. */
Test(by_condition, b14_one_shape_is_prepared_once)
{
	struct rowan_engine_stats before;

	store_gauges(2);
	assert_int(rowan_update_where(session, ALL_GAUGES, rowan_assign(GAUGE(small), 1)), 2);
	before = rowan_engine_stats(engine);
	assert_int(rowan_update_where(session, ALL_GAUGES, rowan_assign(GAUGE(small), 2)), 2);
	assert_int(rowan_engine_stats(engine).prepares, before.prepares);
	assert_int(rowan_update_where(session, ALL_GAUGES, rowan_increase(GAUGE(small), 2)), 2);
	assert_int(rowan_update_where(session, ALL_GAUGES, rowan_assign(GAUGE(small), GAUGE(large))), 2);
	assert_int(rowan_update_where(session, ALL_GAUGES, rowan_assign(GAUGE(medium), 5)), 2);
	assert_int(rowan_engine_stats(engine).prepares, before.prepares + 3);
	assert_int(rowan_get(session, gauge, 2)->small, 2);
	assert_int(rowan_get(session, gauge, 2)->medium, 5);
}
