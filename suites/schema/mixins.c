/* SPDX-License-Identifier: MIT */
/* What several models have, said once; and what is set when rows change. */
#include "database.h"

#include <rowan/fixtures/timestamps.h>
#include <string.h>

/* Three mixins: a key, what every piece of work has, and who changed it. */
struct keyed { struct rowan_uuid id; };
#define KEYED(model_, key_) \
	ROWAN_FIELD(model_, key_.id, .primary_key = true, .default_factory = rowan_uuid4_factory)

struct work { const char *title; int16_t hours; };
#define WORK(model_) \
	ROWAN_FIELD(model_, work.title, .min_length = 2, .max_length = 10, .index = true), \
	ROWAN_FIELD(model_, work.hours, .default_value = ROWAN_CONST(8))

static const char *author = "ada";
static int asked;
static struct rowan_value author_now(struct rowan_session *session)
{
	asked++;
	return ROWAN_VALUE(rowan_text(session, "%s", author));
}

struct job {
	struct keyed key;
	struct work work;
	struct timestamps stamps;
	const char *changed_by;
	struct rowan_uuid plan_id;
	struct rowan_opt_int64 team_id;
	ROWAN_ONE(struct plan) plan;
	ROWAN_ONE(struct team) team;
};
struct team { int64_t id; };
struct plan {
	struct timestamps stamps;
	struct work work;
	struct keyed key;
	int64_t number;
};
extern const struct rowan_model job_model, plan_model, team_model;
#define JOB(member_) rowan_column(job, member_)

ROWAN_MODEL(job,
	ROWAN_FIELDS(
		KEYED(job, key), WORK(job), TIMESTAMPS(job),
		ROWAN_FIELD(job, changed_by, .nullable = true, .on_update = author_now),
		ROWAN_FIELD(job, plan_id, .foreign_key = ROWAN_KEY(plan, key.id)),
		ROWAN_FIELD(job, team_id, .foreign_key = ROWAN_KEY(team, id))),
	ROWAN_RELATIONS(ROWAN_TO_ONE(job, plan, plan), ROWAN_TO_ONE(job, team, team)));
ROWAN_MODEL(team, ROWAN_FIELDS(ROWAN_FIELD(team, id, .primary_key = true)));
ROWAN_MODEL(plan, ROWAN_FIELDS(
	TIMESTAMPS(plan), WORK(plan), KEYED(plan, key), ROWAN_FIELD(plan, number)));

#define ALL ROWAN_MODELS(&team_model, &job_model, &plan_model)

static struct rowan_session *session;
static struct rowan_counter *counter;

static void open_work(void)
{
	open_database();
	assert_done(rowan_create_all(engine, ALL, &error));
	session = rowan_session_open(engine);
	counter = rowan_counter_open(engine);
}

static void close_work(void)
{
	rowan_counter_close(counter);
	rowan_session_close(session);
	close_database();
}

TestSuite(mixins, .init = open_work, .fini = close_work, .timeout = 60);

static int updates(void)
{
	int count = 0;

	for (size_t i = 0; i < counter->statement_count; i++)
		if (strstr(counter->statements[i].sql, "UPDATE"))
			count += (int)counter->statements[i].count;
	return count;
}

static struct plan *add_plan(const char *title)
{
	struct plan *plan = rowan_new(session, plan);

	plan->work.title = title;
	rowan_add(session, plan);
	return plan;
}

static struct job *stored_job(void)
{
	struct job *job = rowan_new(session, job);

	job->work.title = "Plant";
	rowan_set_one(session, job, plan, add_plan("Garden"));
	rowan_add(session, job);
	assert_ok(rowan_commit(session));
	asked = 0;
	return job;
}

/* ---- fields of a base ------------------------------------------------------------ */

Test(mixins, m20_columns_stand_in_order_under_the_last_part_of_their_names)
{
	assert_text(look(witness->columns), runs_on("postgresql")
		? "id:bigint created_at:timestamp with time zone updated_at:timestamp with time zone"
		  " title:text hours:smallint id:uuid number:bigint"
		  " id:uuid title:text hours:smallint created_at:timestamp with time zone"
		  " updated_at:timestamp with time zone changed_by:text? plan_id:uuid"
		  " team_id:bigint?"
		: "id:integer created_at:integer updated_at:integer title:text hours:integer id:blob"
		  " number:integer"
		  " id:blob title:text hours:integer created_at:integer updated_at:integer"
		  " changed_by:text? plan_id:blob team_id:integer?");
	assert_contains(look(witness->indexes), "ix_job_title");
	assert_contains(look(witness->indexes), "ix_plan_title");
}

Test(mixins, m20_embedded_members_are_columns_everywhere)
{
	const struct job *job = stored_job();
	struct rowan_uuid id = job->key.id;
	struct rowan_datetime made = job->stamps.created_at;

	rowan_edit(session, job, job)->work.hours = 3;
	assert_ok(rowan_commit(session, .clear = true));
	job = rowan_one(rowan_exec(session, rowan_select(job,
		.where = rowan_and(rowan_eq(JOB(work.title), "Plant"), rowan_lt(JOB(work.hours), 5),
				   rowan_le(JOB(stamps.created_at), JOB(stamps.updated_at))),
		.order_by = { rowan_desc(JOB(stamps.created_at)) },
		.load = { rowan_joined(job, plan) })));
	assert_int(job->stamps.created_at.us, made.us);
	assert_text(job->plan.row->work.title, "Garden");
	cr_assert_eq(rowan_get(session, job, id), job);
}

Test(mixins, m21_a_rule_of_the_base_holds_in_every_model)
{
	struct job *job = stored_job();

	add_plan("X");
	job->work.title = "Far too long a title";
	assert_code(rowan_commit(session), ROWAN_VALIDATION);
	assert_text(rowan_error(session)->message,
		    "plan.title has 1 characters, at least 2 are required\n"
		    "job.title has 20 characters, at most 10 are allowed");
	assert_text(rowan_error(session)->columns, "title");
	assert_ok(rowan_rollback(session));
	assert_int(rowan_new(session, job)->work.hours, 8);
	assert_int(rowan_new(session, plan)->work.hours, 8);
}

/* What comes in for a job, and what goes out. */
struct job_create { struct work work; };
struct job_read { int64_t number; struct work work; };
ROWAN_MODEL(job_create, ROWAN_FIELDS(WORK(job_create)), .data_only = true);
ROWAN_MODEL(job_read, ROWAN_FIELDS(ROWAN_FIELD(job_read, number), WORK(job_read)),
	    .data_only = true);

Test(mixins, m21_m01_and_in_models_without_a_table)
{
	struct job_create *create = rowan_new(session, job_create);
	struct job_read *read = rowan_new(session, job_read);

	assert_int(create->work.hours, 8);
	assert_int(read->work.hours, 8);
	create->work.title = "Dig";
	assert_ok(rowan_validate(session, create));
	create->work.title = "D";
	assert_code(rowan_validate(session, create), ROWAN_VALIDATION);
	assert_text(rowan_error(session)->message,
		    "job_create.title has 1 characters, at least 2 are required");
	assert_ok(rowan_rollback(session));
	assert_code(rowan_validate(session, read), ROWAN_VALIDATION);
	assert_text(rowan_error(session)->message, "job_read.title is missing");
	assert_ok(rowan_rollback(session));

	/* A stored row: what it would be updated by. */
	assert_ok(rowan_validate(session, stored_job()));
	assert_code(rowan_validate(session, &session), ROWAN_MISUSE);
}

/* ---- when rows change -------------------------------------------------------------- */

Test(mixins, m19_m26_a_change_moves_the_time_of_the_last_one)
{
	struct rowan_datetime before = rowan_now();
	struct job *job = stored_job();
	struct rowan_datetime made = job->stamps.created_at, moved;

	cr_assert(made.us >= before.us && made.us <= rowan_now().us);
	cr_assert(job->stamps.updated_at.us >= made.us);
	assert_null(job->changed_by);
	job->work.title = "Water";
	job->stamps.updated_at = (struct rowan_datetime){ 0 };	/* as if long ago */
	assert_ok(rowan_commit(session));
	assert_int(job->stamps.updated_at.us, 0);	/* what the program says stays */
	assert_text(job->changed_by, "ada");

	job->work.title = "Weed";
	assert_ok(rowan_commit(session));
	moved = job->stamps.updated_at;
	cr_assert(moved.us >= made.us && moved.us <= rowan_now().us);
	assert_int(job->stamps.created_at.us, made.us);
	assert_ok(rowan_refresh(session, job, job));	/* and so it is stored */
	assert_int(job->stamps.updated_at.us, moved.us);
	assert_int(job->stamps.created_at.us, made.us);
	assert_int(updates(), 2);
}

/* In the database's own terms: UTC, whatever the time zone of the machine. */
Test(mixins, m26_times_are_utc)
{
	char stored[ROWAN_DATETIME_SIZE];
	const char *sql = runs_on("postgresql")
		? "SELECT to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS') FROM job"
		: "SELECT strftime('%Y-%m-%dT%H:%M:%S', created_at / 1000000, 'unixepoch') FROM job";

	rowan_datetime_format(stored_job()->stamps.created_at, stored);
	assert_int(strncmp(look(sql), stored, strlen("2026-01-01T00:00:00")), 0);
}

Test(mixins, m19_without_a_change_nothing_is_sent)
{
	struct job *job = stored_job();
	struct rowan_datetime moved = job->stamps.updated_at;
	char title[] = "Plant";

	job->work.title = title;	/* another text, but equal */
	assert_ok(rowan_commit(session));
	assert_int(updates(), 0);
	assert_int(asked, 0);
	assert_int(job->stamps.updated_at.us, moved.us);
}

Test(mixins, m19_each_row_is_asked_for_once)
{
	struct job *jobs[5];

	for (int i = 0; i < 5; i++)
		jobs[i] = stored_job();
	for (int i = 0; i < 4; i++)
		jobs[i]->work.hours = (int16_t)i;
	assert_ok(rowan_commit(session));
	assert_int(asked, 4);
	assert_null(jobs[4]->changed_by);
	assert_text(look("SELECT count(*) FROM job WHERE changed_by = 'ada'"), "4");
	jobs[0]->work.hours = 10;
	author = "bob";
	assert_ok(rowan_commit(session));
	assert_int(asked, 5);
	assert_text(look("SELECT changed_by FROM job WHERE hours = 10"), "bob");
}

/* The key of a new row is known only when that is stored: a change all the same. */
Test(mixins, m19_a_key_that_follows_is_a_change)
{
	struct job *job = stored_job();

	struct team *team = rowan_new(session, team);

	rowan_set_one(session, job, team, team);
	assert_ok(rowan_commit(session));
	assert_int(job->team_id.value, team->id);
	assert_int(asked, 1);
	assert_text(look("SELECT changed_by FROM job"), "ada");
}

Test(mixins, m19_a_rollback_takes_it_back)
{
	struct job *job = stored_job();
	struct rowan_datetime moved = job->stamps.updated_at;

	job->work.hours = 1;
	assert_ok(rowan_flush(session));
	assert_text(job->changed_by, "ada");
	assert_ok(rowan_rollback(session));
	assert_null(job->changed_by);
	assert_int(job->stamps.updated_at.us, moved.us);
}

Test(mixins, m19_a_factory_that_fails_fails_the_flush)
{
	struct job *job = stored_job();

	author = "\xff";
	job->work.hours = 1;
	assert_code(rowan_commit(session), ROWAN_VALIDATION);
	assert_int(updates(), 0);
	assert_ok(rowan_rollback(session));
	assert_int(job->work.hours, 8);
}
