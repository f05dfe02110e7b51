/* SPDX-License-Identifier: MIT */
/* Tables in schemas: PostgreSQL has them, SQLite leaves them out. */
#include "database.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct berth { int64_t id; const char *name; };
ROWAN_MODEL(berth, ROWAN_FIELDS(
	ROWAN_FIELD(berth, id, .primary_key = true),
	ROWAN_FIELD(berth, name, .index = true, .unique = true)), .schema = "harbour");

/* The same name elsewhere. */
struct bunk { int64_t id; const char *name; int64_t berth_id; };
ROWAN_MODEL(bunk, ROWAN_FIELDS(
	ROWAN_FIELD(bunk, id, .primary_key = true),
	ROWAN_FIELD(bunk, name, .index = true, .unique = true),
	ROWAN_FIELD(bunk, berth_id, .foreign_key = ROWAN_KEY(berth, id))),
	.table = "berth", .schema = "Ship's \"own\"");

struct quay { int64_t id; };
ROWAN_MODEL(quay, ROWAN_FIELDS(ROWAN_FIELD(quay, id, .primary_key = true)));

#define HARBOUR ROWAN_MODELS(&berth_model, &bunk_model)
#define PLACES "SELECT nspname || '.' || relname FROM pg_class" \
	" JOIN pg_namespace AS n ON n.oid = relnamespace WHERE relkind = 'r'" \
	" AND nspname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1"
#define SCHEMAS "SELECT nspname FROM pg_namespace WHERE nspname NOT LIKE 'pg\\_%'" \
	" AND nspname <> 'information_schema' ORDER BY 1"

Test(schema, m03_a_schema_is_made_with_its_tables)
{
	for (int i = 0; i < 2; i++) {
		assert_done(rowan_create_all(engine, HARBOUR, &error));
		assert_text(look(SCHEMAS), "Ship's \"own\" harbour public");
		assert_text(look(PLACES), "Ship's \"own\".berth harbour.berth");
		assert_text(look("SELECT n.nspname || '.' || relname FROM pg_class JOIN pg_index"
				 " ON indexrelid = pg_class.oid JOIN pg_namespace AS n"
				 " ON n.oid = relnamespace WHERE relname LIKE 'ix\\_%' ORDER BY 1"),
			    "Ship's \"own\".ix_berth_name harbour.ix_berth_name");
	}
}

Test(schema, m03_rows_are_written_read_and_deleted)
{
	struct rowan_session *session;
	const struct berth *found;
	struct berth *berth;
	struct bunk *bunk;

	assert_done(rowan_create_all(engine, HARBOUR, &error));
	session = rowan_session_open(engine);
	for (int i = 0; i < 3; i++) {
		berth = rowan_new(session, berth);
		berth->name = rowan_text(session, "berth %d", i);
		rowan_add(session, berth);
	}
	assert_ok(rowan_flush(session));
	bunk = rowan_new(session, bunk);
	bunk->name = "upper";
	bunk->berth_id = berth->id;
	rowan_add(session, bunk);
	assert_ok(rowan_commit(session));
	assert_text(look("SELECT count(*) FROM harbour.berth"), "3");

	rowan_clear(session);
	found = rowan_get(session, berth, 2);
	assert_text(found->name, "berth 1");
	assert_int(rowan_count(session, rowan_select(bunk,
		.where = rowan_eq(rowan_column(bunk, name), "upper"))), 1);
	rowan_edit(session, berth, found)->name = "changed";
	rowan_delete(session, berth, rowan_get(session, berth, 1));
	assert_ok(rowan_commit(session));
	assert_text(look("SELECT name FROM harbour.berth ORDER BY id"), "changed berth 2");
	rowan_session_close(session);
}

Test(schema, m03_a_schema_outlives_its_tables)
{
	assert_done(rowan_create_all(engine, HARBOUR, &error));
	change("CREATE TABLE harbour.mine (id int)");
	assert_done(rowan_drop_all(engine, HARBOUR, &error));
	assert_text(look(PLACES), "harbour.mine");
	assert_text(look(SCHEMAS), "Ship's \"own\" harbour public");
	/* Nothing to drop, not even a schema. */
	change("DROP SCHEMA harbour CASCADE");
	assert_done(rowan_drop_all(engine, HARBOUR, &error));
}

/* Open the engine anew, with an option of the server's sessions. */
static void reopen_with(const char *option)
{
	char with[512];

	snprintf(with, sizeof(with), "%s%coptions=-c%s", url, strchr(url, '?') ? '&' : '?', option);
	rowan_engine_close(engine);
	engine = rowan_engine_open(with, .error = &error);
	cr_assert(engine, "%s", error.message);
}

/* As a role that may create tables in the schema, and no schema. */
Test(schema, m03_a_schema_that_exists_takes_no_privilege)
{
	char role[32], sql[160];

	snprintf(role, sizeof(role), "role%%3Dsailor_%ld", (long)getpid());
	reopen_with(role);
	snprintf(role, sizeof(role), "sailor_%ld", (long)getpid());
	snprintf(sql, sizeof(sql), "CREATE ROLE %s", role);
	change(sql);

	assert_code(rowan_create_all(engine, ROWAN_MODELS(&berth_model), &error),
		    ROWAN_OPERATIONAL);
	assert_contains(error.message, "berth: permission denied");
	snprintf(sql, sizeof(sql), "CREATE SCHEMA harbour AUTHORIZATION %s", role);
	change(sql);
	assert_done(rowan_create_all(engine, ROWAN_MODELS(&berth_model), &error));
	assert_text(look(PLACES), "harbour.berth");

	rowan_engine_close(engine);
	engine = NULL;
	snprintf(sql, sizeof(sql), "DROP OWNED BY %s CASCADE; DROP ROLE %s", role, role);
	change(sql);
}

Test(schema, m03_without_one_it_is_the_search_paths)
{
	reopen_with("search_path%3Dlake,public");
	change("CREATE SCHEMA lake");
	change("CREATE TABLE public.quay (id int)");
	assert_done(rowan_create_all(engine, ROWAN_MODELS(&quay_model), &error));
	assert_text(look(PLACES), "lake.quay public.quay");
	assert_done(rowan_drop_all(engine, ROWAN_MODELS(&quay_model), &error));
	assert_text(look(PLACES), "public.quay");
}

Test(schema, m03_the_schema_is_left_out)
{
	assert_done(rowan_create_all(engine, ROWAN_MODELS(&berth_model), &error));
	assert_text(look(witness->tables), "berth");
	assert_text(look(witness->indexes), "ix_berth_name");
}

Test(schema, m03_two_tables_of_one_name_are_refused)
{
	assert_code(rowan_create_all(engine, HARBOUR, &error), ROWAN_MISUSE);
	assert_text(error.message, "berth and bunk have the same table name \"berth\", and this"
				   " database has no schemas");
	assert_text(look(witness->tables), "");
}
