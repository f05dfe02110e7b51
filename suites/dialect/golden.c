/* SPDX-License-Identifier: MIT */
#include "golden.h"
#include "server.h"

#include <string.h>

sqlite3 *database;

const struct plan *plan_for(const struct rowan_model *model)
{
	struct rowan_error error = { 0 };
	const struct plan *plan = NULL;

	cr_assert(plan_of(model, &plan, &error) == ROWAN_OK, "%s", error.message);
	return plan;
}

int64_t run_sql(const char *sql)
{
	sqlite3_stmt *statement;
	int64_t result = -1;
	int status = sqlite3_prepare_v2(database, sql, -1, &statement, NULL);

	cr_assert(status == SQLITE_OK, "%s: %s", sql, sqlite3_errmsg(database));
	if ((status = sqlite3_step(statement)) == SQLITE_ROW)
		result = sqlite3_column_int64(statement, 0);
	cr_assert(status == SQLITE_ROW || status == SQLITE_DONE, "%s: %s", sql,
		  sqlite3_errmsg(database));
	sqlite3_finalize(statement);
	return result;
}

static void create(const struct rowan_model *model, const struct dialect *dialect,
		   int64_t (*run)(const char *sql))
{
	const struct plan *plan = plan_for(model);
	struct text sql = { 0 };

	render_create_table(dialect, plan, NULL, 0, &sql);
	run(sql.data);
	for (size_t i = 0; i < plan->index_count; i++) {
		text_clear(&sql);
		render_create_index(dialect, plan, &plan->indexes[i], &sql);
		run(sql.data);
	}
	text_release(&sql);
}

void open_tables(void)
{
	static const struct rowan_model *const models[] = {
		&owner_model, &note_model, &tag_model, &note_tag_model, &sample_model,
		&ticket_model, &odd_model, &parcel_model,
	};

	cr_assert(sqlite3_open(":memory:", &database) == SQLITE_OK);
	sqlite3_db_config(database, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	sqlite3_db_config(database, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
	run_sql("PRAGMA foreign_keys = ON");
	run_sql("PRAGMA case_sensitive_like = ON");
	server_open();
	server_run("CREATE TYPE size AS ENUM ('small', 'medium', 'large')");
	for (size_t i = 0; i < sizeof(models) / sizeof(models[0]); i++) {
		create(models[i], &dialect_sqlite, run_sql);
		create(models[i], &dialect_postgres, server_run);
	}
}

void close_tables(void)
{
	cr_assert(sqlite3_close(database) == SQLITE_OK);
	server_close();
}

/* Quotes in place of the `. */
static char *quoted(const char *text, char *buffer, size_t size)
{
	size_t length = strlen(text);

	cr_assert(length < size);
	for (size_t i = 0; i <= length; i++)
		buffer[i] = text[i] == '`' ? '"' : text[i];
	return buffer;
}

static void assert_understood(const char *sql, const char *file, int line)
{
	sqlite3_stmt *statement;
	int status = sqlite3_prepare_v2(database, sql, -1, &statement, NULL);

	cr_assert(status == SQLITE_OK, "%s:%d: %s: %s", file, line, sql, sqlite3_errmsg(database));
	sqlite3_finalize(statement);
}

void assert_sql_(const struct dialect *dialect, struct text *sql, const char *want,
		 const char *file, int line)
{
	char buffer[4096];

	cr_assert_not(sql->broken, "%s:%d: out of memory", file, line);
	assert_text_(sql->data, quoted(want, buffer, sizeof(buffer)), file, line);
	if (dialect == &dialect_sqlite)
		assert_understood(sql->data, file, line);
	else
		assert_server_understands(sql->data, file, line);
	text_release(sql);
}

void assert_queries(enum select_kind kind, const struct query_case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct rowan_query *query = &cases[i].query;
		struct rowan_error error = { 0 };
		struct text sql = { 0 };
		struct select select;

		cr_assert(select_check(&select, kind, query, &error) == ROWAN_OK,
			  "line %d: %s", query->site.line, error.message);
		render_select(&dialect_sqlite, &select, &sql);
		assert_sql_(&dialect_sqlite, &sql, cases[i].sqlite, __FILE__, query->site.line);
		render_select(&dialect_postgres, &select, &sql);
		assert_sql_(&dialect_postgres, &sql, cases[i].postgres, __FILE__, query->site.line);
	}
}

void assert_joined(struct rowan_query query, const struct select_join *joins, size_t count,
		   const char *sqlite, const char *postgres)
{
	struct rowan_error error;
	struct select select;
	struct text sql = { 0 };

	assert_ok(select_check(&select, SELECT_ROWS, &query, &error));
	for (size_t i = 0; i < count; i++)
		select.joins[i] = joins[i];
	select.join_count = count;
	render_select(&dialect_sqlite, &select, &sql);
	assert_sql(&dialect_sqlite, &sql, sqlite);
	render_select(&dialect_postgres, &select, &sql);
	assert_sql(&dialect_postgres, &sql, postgres);
}

const struct relation *relation_of(const struct rowan_model *model, size_t index)
{
	return &plan_for(model)->relations[index];
}
