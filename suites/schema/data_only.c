/* SPDX-License-Identifier: MIT */
/* Models without a table. */
#include "database.h"

struct account { int64_t id; const char *email; };
ROWAN_MODEL(account, ROWAN_FIELDS(
	ROWAN_FIELD(account, id, .primary_key = true), ROWAN_FIELD(account, email, .unique = true)));

/* What comes in for one; fields of a base say there what only a table can do. */
struct account_create { int64_t account_id; const char *email; int32_t age; };
ROWAN_MODEL(account_create, ROWAN_FIELDS(
	ROWAN_FIELD(account_create, account_id, .foreign_key = ROWAN_KEY(account, id)),
	ROWAN_FIELD(account_create, email, .unique = true, .max_length = 5),
	ROWAN_FIELD(account_create, age, .default_value = ROWAN_CONST(18))),
	.data_only = true);

static struct rowan_session *session;

static void open_accounts(void)
{
	open_database();
	session = rowan_session_open(engine);
}

static void close_accounts(void)
{
	rowan_session_close(session);
	close_database();
}

TestSuite(data_only, .init = open_accounts, .fini = close_accounts, .timeout = 60);

Test(data_only, m01_no_table_is_made)
{
	struct rowan_counter *counter = rowan_counter_open(engine);

	assert_done(rowan_create_all(engine, ROWAN_MODELS(&account_create_model), &error));
	for (size_t i = 0; i < counter->statement_count; i++)
		assert_lacks(counter->statements[i].sql, "TABLE");
	rowan_counter_close(counter);
	assert_text(look(witness->tables), "");
	assert_done(rowan_create_all(engine, ROWAN_MODELS(&account_create_model, &account_model),
				     &error));
	assert_text(look(witness->tables), "account");
	assert_done(rowan_drop_all(engine, ROWAN_MODELS(&account_create_model, &account_model), NULL));
}

#define NO_TABLE "account_create is not a table model: it says .data_only"

Test(data_only, m01_rows_are_made_but_not_added)
{
	struct account_create *account = rowan_new(session, account_create);

	assert_int(account->age, 18);
	assert_ok(rowan_set(session, account, "email", "a@b.c"));
	assert_ok(rowan_commit(session));
	assert_code(rowan_add(session, account), ROWAN_MISUSE);
	assert_text(rowan_error(session)->message, NO_TABLE);
	assert_text(rowan_error(session)->site.file, __FILE__);
}

Test(data_only, m01_nothing_else_takes_them_either)
{
	struct account_create account = { .email = "a" };

	assert_null(rowan_exec(session, rowan_select(account_create)));
	assert_error(session, ROWAN_MISUSE, NO_TABLE);
	rowan_rollback(session);
	cr_assert(rowan_count(session, rowan_select(account_create)) < 0);
	assert_error(session, ROWAN_MISUSE, NO_TABLE);
	rowan_rollback(session);
	assert_null(rowan_get(session, account_create, 1));
	assert_error(session, ROWAN_MISUSE, NO_TABLE);
	rowan_rollback(session);
	assert_code(rowan_insert_all(session, account_create, &account, 1), ROWAN_MISUSE);
	assert_error(session, ROWAN_MISUSE, NO_TABLE);
}

/* ---- the flag, forgotten or too much ---------------------------------------------------- */

struct forgotten { const char *email; };
ROWAN_MODEL(forgotten, ROWAN_FIELDS(ROWAN_FIELD(forgotten, email)));

struct referring { int64_t id, account_id; };
ROWAN_MODEL(referring, ROWAN_FIELDS(
	ROWAN_FIELD(referring, id, .primary_key = true),
	ROWAN_FIELD(referring, account_id, .foreign_key = ROWAN_KEY(account_create, account_id))));

struct related { int64_t id; ROWAN_ONE(struct account) account; };
ROWAN_MODEL(related, ROWAN_FIELDS(ROWAN_FIELD(related, id)),
	    ROWAN_RELATIONS(ROWAN_TO_ONE(related, account, account)), .data_only = true);

Test(data_only, m01_a_forgotten_flag_is_told)
{
	assert_code(rowan_create_all(engine, ROWAN_MODELS(&forgotten_model), &error), ROWAN_MISUSE);
	assert_text(error.message, "forgotten has no primary key, and does not say .data_only");
}

Test(data_only, m01_what_needs_a_table_is_told)
{
	assert_code(rowan_model_check(&referring_model, &error), ROWAN_MISUSE);
	assert_contains(error.message, "referring.account_id refers to account_create, which has no"
				       " table: it says .data_only");
	assert_code(rowan_model_check(&related_model, &error), ROWAN_MISUSE);
	assert_contains(error.message, "related has relations, but no table: it says .data_only");
}
