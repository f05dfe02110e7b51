/* SPDX-License-Identifier: MIT */
/* What the database is to check, and indexes over several columns. */
#include "database.h"

#include <stdio.h>

struct event {
	int64_t id, user_id;
	const char *title, *status;
	struct rowan_date starts;
	struct rowan_opt_date ends;
	bool done;
};

ROWAN_MODEL(event,
	ROWAN_FIELDS(
		ROWAN_FIELD(event, id, .primary_key = true),
		ROWAN_FIELD(event, user_id, .column = "user"),
		ROWAN_FIELD(event, title, .default_value = ROWAN_CONST("Talk")),
		ROWAN_FIELD(event, status, .default_value = ROWAN_CONST("open")),
		ROWAN_FIELD(event, starts),
		ROWAN_FIELD(event, ends),
		ROWAN_FIELD(event, done)),
	ROWAN_CHECKS(
		ROWAN_CHECK("ends >= starts", .name = "ends_later",
			    .message = "it can't end before it starts"),
		ROWAN_CHECK("length(title) > 2 -- a word", .name = "title"),
		ROWAN_CHECK(NULL, .name = "status", .sqlite_sql = "status GLOB '[a-z]*'",
			    .postgres_sql = "status ~ '^[a-z]'")),
	ROWAN_INDEXES(
		ROWAN_INDEX(event, (user_id, status), .name = "idx_event_user_status"),
		ROWAN_INDEX(event, (user_id, title), .unique = true),
		ROWAN_INDEX(event, (status, starts), .where = "done = false"),
		ROWAN_INDEX(event, (starts), .unique = true, .where = "status = 'alone'")),
	.table = "events");

static struct rowan_session *session;

static void open_events(void)
{
	open_database();
	assert_done(rowan_create_all(engine, ROWAN_MODELS(&event_model), &error));
	session = rowan_session_open(engine);
}

static void close_events(void)
{
	rowan_session_close(session);
	close_database();
}

TestSuite(model_constraints, .init = open_events, .fini = close_events, .timeout = 60);

static struct event *add_event(int64_t user, int day)
{
	struct event *event = rowan_new(session, event);

	event->user_id = user;
	event->starts = rowan_date(2026, 5, day);
	rowan_add(session, event);
	return event;
}

/* ---- checks --------------------------------------------------------------------- */

#define INSERT "INSERT INTO events (id, \"user\", title, status, starts, ends, done) VALUES "

/* Each rule broken alone, past the library. */
Test(model_constraints, m13_the_database_itself_refuses)
{
	const char *no = runs_on("postgresql") ? "false" : "0";
	static const struct { const char *title, *status, *starts, *ends; bool fine; } rows[] = {
		{ "Talk", "open", "'2026-05-01'", "'2026-05-01'", true },
		{ "Talk", "open", "'2026-05-01'", "NULL", true },	/* unknown is not false */
		{ "Talk", "open", "'2026-05-02'", "'2026-05-01'", false },
		{ "It", "open", "'2026-05-01'", "NULL", false },
		{ "Talk", "Open", "'2026-05-01'", "NULL", false },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char sql[256];

		snprintf(sql, sizeof(sql), INSERT "(%zu, %zu, '%s', '%s', %s, %s, %s)", i + 1, i,
			 rows[i].title, rows[i].status, rows[i].starts, rows[i].ends, no);
		(rows[i].fine ? change : assert_refused)(sql);
	}
	assert_text(look("SELECT count(*) FROM events"), "2");
}

Test(model_constraints, m13_the_error_says_which)
{
	add_event(1, 2)->ends = (struct rowan_opt_date){ true, rowan_date(2026, 5, 1) };
	assert_code(rowan_commit(session), ROWAN_CHECK);
	assert_text(rowan_error(session)->constraint, "ck_events_ends_later");
	assert_text(rowan_error(session)->table, "events");
	assert_text(rowan_error(session)->message, "events: it can't end before it starts");
	assert_ok(rowan_rollback(session));

	/* One that is named after a column is about that column. */
	add_event(1, 2)->title = "It";
	assert_code(rowan_commit(session), ROWAN_CHECK);
	assert_text(rowan_error(session)->constraint, "ck_events_title");
	assert_text(rowan_error(session)->columns, "title");
	assert_text(rowan_error(session)->message, "events: title is not allowed");
}

Test(model_constraints, m13_the_error_says_which_of_rows_in_bulk)
{
	struct event events[] = {
		{ .user_id = 1, .title = "Talk", .status = "open" },
		{ .user_id = 2, .title = "Talk", .status = "open",
		  .starts = rowan_date(2026, 1, 2), .ends = { true, rowan_date(2026, 1, 1) } },
	};

	assert_code(rowan_insert_all(session, event, events, 2), ROWAN_CHECK);
	assert_text(rowan_error(session)->message, "events: it can't end before it starts");
}

/* ---- indexes -------------------------------------------------------------------- */

static const char *plan_of_query(const char *where)
{
	char sql[256];

	if (runs_on("postgresql"))
		change("SET enable_seqscan = off");
	snprintf(sql, sizeof(sql), "%sSELECT * FROM events WHERE %s", witness->explain, where);
	return look(sql);
}

Test(model_constraints, m12_an_index_serves_all_its_columns)
{
	const char *plan = plan_of_query("\"user\" = 7 AND status = 'open'");

	assert_contains(plan, "idx_event_user_status");
	assert_contains(plan, runs_on("postgresql")
		? "((\"user\" = 7) AND (status = 'open'::text))" : "(user=? AND status=?)");
}

Test(model_constraints, m12_a_partial_index_serves_its_rows_only)
{
	const char *no = runs_on("postgresql") ? "NOT done" : "done = false";
	char where[128];

	snprintf(where, sizeof(where), "status = 'open' AND starts > '2026-01-01' AND %s", no);
	assert_contains(plan_of_query(where), "ix_events_status_starts");
	assert_lacks(plan_of_query("status = 'open' AND starts > '2026-01-01'"),
		     "ix_events_status_starts");
}

Test(model_constraints, m12_m11_a_second_combination_is_refused)
{
	add_event(1, 1);
	add_event(1, 1)->title = "Other";
	add_event(2, 1);
	assert_ok(rowan_commit(session));
	add_event(2, 3);
	assert_code(rowan_commit(session), ROWAN_UNIQUE);
	assert_text(rowan_error(session)->constraint, "uq_events_user_title");
	assert_text(rowan_error(session)->table, "events");
	assert_text(rowan_error(session)->columns, "user, title");
	assert_text(rowan_error(session)->message, "events: the combination user, title already exists");
}

Test(model_constraints, m12_unique_among_some_rows)
{
	add_event(1, 1)->status = "alone";
	add_event(2, 1);
	assert_ok(rowan_commit(session));
	add_event(3, 1)->status = "alone";
	assert_code(rowan_commit(session), ROWAN_UNIQUE);
	assert_text(rowan_error(session)->constraint, "uq_events_starts");
	assert_text(rowan_error(session)->columns, "starts");
}

Test(model_constraints, m12_indexes_go_with_their_table_and_come_again)
{
	const char *const names[] = {
		"idx_event_user_status", "uq_events_user_title", "ix_events_status_starts",
		"uq_events_starts",
	};
	const char *sql = runs_on("postgresql")
		? "SELECT indexname FROM pg_indexes WHERE schemaname = current_schema()"
		: "SELECT name FROM sqlite_schema WHERE type = 'index'";

	for (int i = 0; i < 2; i++) {
		for (size_t n = 0; n < sizeof(names) / sizeof(names[0]); n++)
			assert_contains(look(sql), names[n]);
		assert_done(rowan_create_all(engine, ROWAN_MODELS(&event_model), &error));
		assert_done(rowan_drop_all(engine, ROWAN_MODELS(&event_model), &error));
		assert_text(look(sql), "");
		assert_done(rowan_create_all(engine, ROWAN_MODELS(&event_model), &error));
	}
}
