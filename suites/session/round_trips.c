/* SPDX-License-Identifier: MIT */
/* How often PostgreSQL is waited for: counted on the wire, not in the code. */
#include "session/session.h"

#include "sample.h"

#include <rowan/fixtures/proxy.h>

static struct rowan_proxy *proxy;
static const char *database;

static void open_wire(void)
{
	struct rowan_error error = { 0 };

	need_engine();
	database = rowan_test_database(&error);
	cr_assert(database, "%s", error.message);
	proxy = rowan_proxy_open(database);
	cr_assert(proxy);
	engine = rowan_engine_open(rowan_proxy_url(proxy, database), .error = &error);
	cr_assert(engine, "%s", error.message);
	assert_ok(rowan_create_all(engine, sample_models, &error));
	session = rowan_session_open(engine);
}

static void close_wire(void)
{
	rowan_session_close(session);
	rowan_engine_close(engine);
	rowan_proxy_close(proxy);
	rowan_test_database_drop(database);
}

TestSuite(round_trips, .init = open_wire, .fini = close_wire, .timeout = 60);

static uint64_t trips(void)
{
	return rowan_proxy_counts(proxy).round_trips;
}

/* assert_trips(2) { .. }: the block waits for the server twice. */
#define assert_trips(count_) \
	for (uint64_t before_ = trips(), running_ = 1; running_; running_ = 0, \
	     assert_int(trips() - before_, (count_)))

static struct user *add_user(int number)
{
	struct user *user = user_build(session, .email = rowan_text(session, "u%d@example.org",
								    number));
	assert_ok(rowan_add(session, user));
	return user;
}

/* A connection is made with the first statement, and that is not what is counted. */
static void warm_up(void)
{
	assert_int(rowan_count(session, rowan_select(user)), 0);
}

Test(round_trips, a_get_is_one)
{
	struct user *user = add_user(1);
	int64_t id;

	assert_ok(rowan_commit(session));
	id = user->id;
	assert_ok(rowan_clear(session));
	for (int i = 0; i < 3; i++) {	/* the first also prepares its statement */
		assert_trips(1)
			cr_assert(rowan_get(session, user, id));
		assert_trips(0)
			cr_assert(rowan_get(session, user, id));
		assert_ok(rowan_clear(session));
	}
}

Test(round_trips, a_commit_of_many_new_rows_is_one)
{
	const int counts[] = { 1, 2, 100, 5000 };
	int number = 0;

	warm_up();
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		struct user *last = NULL;

		for (int n = 0; n < counts[i]; n++)
			last = add_user(number++);
		assert_trips(1)
			assert_ok(rowan_commit(session));
		cr_assert(last->id > 0);
	}
	assert_int(stored_users(), number);
}

Test(round_trips, r13_each_level_of_generated_keys_is_one)
{
	struct user *user;
	struct task *task, *subtask;

	warm_up();
	user = add_user(1);
	task = task_build(session, .owner = user);
	subtask = task_build(session, .owner = user, .parent = task);
	assert_ok(rowan_add(session, subtask));
	assert_trips(3)
		assert_ok(rowan_commit(session));
	assert_int(task->owner_id, user->id);
	assert_int(subtask->parent_id.value, task->id);
}

Test(round_trips, updates_and_deletes_of_all_shapes_are_one)
{
	struct user *users[40];
	struct task *tasks[40];

	for (int i = 0; i < 40; i++) {
		users[i] = add_user(i);
		tasks[i] = task_build(session, .owner = users[i]);
		assert_ok(rowan_add(session, tasks[i]));
	}
	assert_ok(rowan_commit(session));
	for (int i = 0; i < 40; i++) {
		if (i % 2)
			users[i]->name = "Another";
		if (i % 3)
			users[i]->is_active = false;
		if (i % 4 == 0)
			assert_ok(rowan_delete(session, task, tasks[i]));
		else
			tasks[i]->completed = true;
	}
	add_user(1000);
	assert_trips(1)
		assert_ok(rowan_commit(session));
	assert_int(stored_tasks(), 30);
	assert_int(stored_users(), 41);
}

Test(round_trips, a_flush_and_a_later_commit_are_one_each)
{
	warm_up();
	add_user(1);
	assert_trips(1)
		assert_ok(rowan_flush(session));
	assert_trips(1)
		assert_ok(rowan_commit(session));
}

Test(round_trips, a_transaction_begins_with_its_first_statement)
{
	warm_up();
	assert_trips(0)
		assert_ok(rowan_begin(session, .isolation = ROWAN_SERIALIZABLE));
	assert_trips(1)
		assert_int(rowan_count(session, rowan_select(user)), 0);
	assert_trips(1)
		assert_int(rowan_count(session, rowan_select(task)), 0);
	assert_trips(1)
		assert_ok(rowan_commit(session));
	assert_ok(rowan_begin(session));
	assert_trips(0)
		assert_ok(rowan_commit(session));
}

Test(round_trips, l02_select_in_is_one_for_each_level)
{
	struct rowan_result *result;
	struct category *category;

	for (int i = 0; i < 20; i++)
		assert_ok(rowan_add(session, task_build(session, .owner = add_user(i))));
	category = category_build(session);
	assert_ok(rowan_add(session, category));
	assert_ok(rowan_commit(session, .clear = true));
	assert_trips(3) {
		result = rowan_exec(session, rowan_select(user,
			.load = { rowan_selectin(user, tasks, task, categories) }));
		assert_int(rowan_result_count(result), 20);
	}
	assert_ok(rowan_clear(session));
	assert_trips(1) {
		result = rowan_exec(session, rowan_select(user, .load = { rowan_joined(user, tasks) }));
		assert_int(rowan_result_count(result), 20);
	}
}

Test(round_trips, a_failed_flush_is_one_and_its_rollback_another)
{
	warm_up();
	add_user(1);
	assert_ok(rowan_commit(session));
	add_user(1);
	assert_trips(2)
		assert_code(rowan_commit(session), ROWAN_UNIQUE);
	assert_trips(0)
		assert_ok(rowan_rollback(session));
	add_user(2);
	assert_trips(1)
		assert_ok(rowan_commit(session));
	assert_int(stored_users(), 2);
}

Test(round_trips, s15_a_bulk_insert_is_one)
{
	static struct user users[3000];

	warm_up();
	for (int i = 0; i < 3000; i++)
		users[i] = (struct user){ .email = rowan_text(session, "b%d@example.org", i),
					  .hashed_password = "x", .name = "Bulk" };
	assert_trips(1)
		assert_ok(rowan_insert_all(session, user, users, 3000));
	assert_ok(rowan_commit(session));
	assert_int(stored_users(), 3000);
}

/* Counting that many rows in the server takes longer. */
Test(round_trips, a_commit_of_very_many_changed_rows_waits_for_their_counts)
{
	struct rowan_result *all;
	const struct user *user;

	for (int i = 0; i < 6000; i++)
		add_user(i);
	assert_ok(rowan_commit(session));
	all = rowan_exec(session, rowan_select(user));
	while ((user = rowan_next(all)))
		rowan_edit(session, user, user)->name = "changed";
	assert_trips(2)
		assert_ok(rowan_commit(session));
	all = rowan_exec(session, rowan_select(user));
	while ((user = rowan_next(all)))
		assert_ok(rowan_delete(session, user, user));
	assert_trips(2)
		assert_ok(rowan_commit(session));
	assert_int(stored_users(), 0);
}

Test(round_trips, savepoints_travel_with_statements)
{
	warm_up();
	add_user(1);
	assert_trips(1)
		assert_ok(rowan_savepoint(session));
	add_user(2);
	assert_trips(1)
		assert_ok(rowan_flush(session));
	assert_trips(1)
		assert_ok(rowan_rollback_to(session));
	assert_trips(1)
		assert_ok(rowan_commit(session));
	assert_int(stored_users(), 1);
}

Test(round_trips, begin_savepoint_and_release_are_none)
{
	warm_up();
	assert_trips(1) {
		assert_ok(rowan_begin(session, .isolation = ROWAN_REPEATABLE_READ));
		assert_ok(rowan_savepoint(session));
		add_user(1);
		assert_ok(rowan_flush(session));
		assert_ok(rowan_release(session));
	}
	assert_trips(2) {
		assert_ok(rowan_savepoint(session));
		add_user(2);
		assert_ok(rowan_flush(session));
		assert_ok(rowan_rollback_to(session));
	}
	assert_trips(1)
		assert_ok(rowan_commit(session));
	assert_int(stored_users(), 1);
}

static int rename_locked(struct rowan_session *own, void *context)
{
	const struct user *user = rowan_one(rowan_exec(own, rowan_select(user,
		.lock = ROWAN_FOR_UPDATE)));

	(void)context;
	rowan_edit(own, user, user)->name = "renamed";
	return ROWAN_OK;
}

Test(round_trips, a_transaction_that_reads_and_writes_is_two)
{
	warm_up();
	add_user(1);
	assert_ok(rowan_commit(session));
	for (int i = 0; i < 3; i++)
		assert_trips(2)
			assert_ok(rowan_transaction(engine, rename_locked, NULL));
}

/* ---- what the server sees before it commits --------------------------------------- */

static void run(const char *sql)
{
	rowan_count(session, rowan_select(user));	/* connects */
	assert_ok(session_execute(session, sql, ROWAN_HERE));
	assert_ok(rowan_commit(session));
}

Test(round_trips, keys_that_do_not_ascend_are_refused_before_the_commit)
{
	run("ALTER TABLE users ALTER COLUMN id SET MINVALUE -1000 SET INCREMENT BY -1");
	assert_int(add_user(1)->id, 0);
	assert_ok(rowan_commit(session));	/* one can't be taken for another */
	add_user(2);
	add_user(3);
	assert_code(rowan_commit(session), ROWAN_DATA);
	assert_error(session, ROWAN_DATA, "do not ascend");
	assert_ok(rowan_rollback(session));
	assert_int(stored_users(), 1);
}

Test(round_trips, of_a_key_of_another_type_the_number_is_taken)
{
	struct user *users[2];

	run("CREATE DOMAIN number AS bigint");
	run("CREATE SEQUENCE numbers START 5");
	run("ALTER TABLE users ALTER COLUMN id DROP IDENTITY");
	run("ALTER TABLE users ALTER COLUMN id TYPE number,"
	    " ALTER COLUMN id SET DEFAULT nextval('numbers')");
	users[0] = add_user(1);
	users[1] = add_user(2);
	assert_ok(rowan_commit(session));
	assert_int(users[0]->id, 5);
	assert_int(users[1]->id, 6);
}

Test(round_trips, for_what_a_trigger_raises_no_cause_is_made_up)
{
	struct user *user = add_user(1);

	assert_ok(rowan_commit(session));
	run("CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
	    "RAISE 'still has invoices elsewhere' USING ERRCODE = '23503'; END $$");
	run("CREATE TRIGGER refuse BEFORE DELETE ON users FOR EACH ROW EXECUTE FUNCTION refuse()");
	assert_ok(rowan_delete(session, user, user));
	assert_code(rowan_commit(session), ROWAN_FOREIGN_KEY);
	assert_contains(rowan_error(session)->database, "still has invoices elsewhere");
	assert_text(rowan_error(session)->constraint, "");
	assert_null(strstr(rowan_error(session)->message, "tasks"));
}

static void add_rows(struct rowan_observer *self, const struct rowan_event *event)
{
	if (strstr(event->text, "UPDATE") || strstr(event->text, "DELETE"))
		*(int64_t *)self->context += event->rows;
}

Test(round_trips, rows_are_told_that_were_changed)
{
	int64_t rows = 0;
	struct rowan_observer observer = { .on_event = add_rows, .context = &rows };
	struct user *users[5];

	for (int i = 0; i < 5; i++)
		users[i] = add_user(i);
	assert_ok(rowan_commit(session));
	rowan_engine_observe(engine, &observer);
	for (int i = 0; i < 5; i++)
		rowan_edit(session, user, users[i])->name = "changed";
	assert_ok(rowan_commit(session));
	assert_int(rows, 5);
	for (int i = 0; i < 5; i++)
		assert_ok(rowan_delete(session, user, users[i]));
	assert_ok(rowan_commit(session));
	assert_int(rows, 10);
	rowan_engine_unobserve(engine, &observer);
}
