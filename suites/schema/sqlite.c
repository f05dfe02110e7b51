/* SPDX-License-Identifier: MIT */
#include "database.h"

#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

static sqlite3 *database;

static bool run(const char *sql)
{
	return sqlite3_exec(database, sql, NULL, NULL, NULL) == SQLITE_OK;
}

static void open_file(const char *url_of_file)
{
	const char *file = strchr(url_of_file, ':') + strlen(":///");
	char path[512];

	snprintf(path, sizeof(path), "%.*s", (int)strcspn(file, "?"), file);
	cr_assert(sqlite3_open(path, &database) == SQLITE_OK, "%s", path);
	cr_assert(run("PRAGMA foreign_keys = ON"));
}

static void close_file(void)
{
	sqlite3_close(database);
}

static const char *look_up(const char *sql)
{
	static char text[4096];
	sqlite3_stmt *statement;
	size_t at = 0;
	int last;

	text[0] = '\0';
	cr_assert(sqlite3_prepare_v2(database, sql, -1, &statement, NULL) == SQLITE_OK, "%s: %s",
		  sql, sqlite3_errmsg(database));
	last = sqlite3_column_count(statement) - 1;
	while (sqlite3_step(statement) == SQLITE_ROW && at < sizeof(text))
		at += (size_t)snprintf(text + at, sizeof(text) - at, "%s%s", at ? " " : "",
				       (const char *)sqlite3_column_text(statement, last));
	cr_assert(at < sizeof(text), "%s: too much", sql);
	sqlite3_finalize(statement);
	return text;
}

const struct witness sqlite_witness = {
	.open = open_file,
	.close = close_file,
	.look = look_up,
	.run = run,
	.tables = "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY rowid",
	.indexes = "SELECT name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL"
		   " ORDER BY name",
	.columns = "SELECT c.name || ':' || lower(c.type) || iif(c.\"notnull\", '', '?')"
		   " FROM sqlite_schema AS t, pragma_table_info(t.name) AS c"
		   " WHERE t.type = 'table' ORDER BY t.rowid, c.cid",
	.keys = "SELECT t.name || '.' || k.\"from\" || '>' || k.\"table\" FROM sqlite_schema AS t,"
		" pragma_foreign_key_list(t.name) AS k WHERE t.type = 'table' ORDER BY 1",
	.explain = "EXPLAIN QUERY PLAN ",
	.everything = "SELECT sql FROM sqlite_schema ORDER BY rowid",
};
