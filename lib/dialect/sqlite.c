/* SPDX-License-Identifier: MIT */
#include "dialect/dialect.h"

#include <strings.h>

static const char *own_type(const struct rowan_field *field)
{
	return field->sqlite_type;
}

static const char *check_sql(const struct rowan_check_sql *check)
{
	return check->sqlite_sql ? check->sqlite_sql : check->sql;
}

/* The time as it is stored: microseconds, of which SQLite's clock knows the thousands. */
#define NOW "CAST(strftime('%s', 'now') AS INTEGER) * 1000000" \
	    " + CAST(substr(strftime('%f', 'now'), 4) AS INTEGER) * 1000"

static const char *default_sql(const struct rowan_field *field)
{
	const char *sql = field->sqlite_default ? field->sqlite_default : field->server_default;

	if (sql && field->type == ROWAN_TYPE_DATETIME && strcasecmp(sql, "CURRENT_TIMESTAMP") == 0)
		return NOW;
	return sql;
}

/*
 * STRICT tables know no date and no boolean.  The key of a table, being INTEGER,
 * is its rowid, which SQLite numbers where NULL is inserted.  A write transaction
 * is IMMEDIATE: one that only finds out later that it has to wait cannot.  Columns
 * convert what is put into them, and refuse where a cast would lose something.
 */
const struct dialect dialect_sqlite = {
	.name = "sqlite",
	.placeholder = '?',
	.types = {
		[ROWAN_TYPE_INT16] = "INTEGER",
		[ROWAN_TYPE_INT32] = "INTEGER",
		[ROWAN_TYPE_INT64] = "INTEGER",
		[ROWAN_TYPE_BOOL] = "INTEGER",
		[ROWAN_TYPE_DOUBLE] = "REAL",
		[ROWAN_TYPE_TEXT] = "TEXT",
		[ROWAN_TYPE_BYTES] = "BLOB",
		[ROWAN_TYPE_DATETIME] = "INTEGER",
		[ROWAN_TYPE_DATE] = "TEXT",
		[ROWAN_TYPE_TIME] = "TEXT",
		[ROWAN_TYPE_UUID] = "BLOB",
	},
	.own_type = own_type,
	.check_sql = check_sql,
	.default_sql = default_sql,
	.generated_key = "",
	.generate = "NULL",
	.table_options = " STRICT",
	.begin_write = "BEGIN IMMEDIATE",
	.begin_change = "BEGIN IMMEDIATE",
	.defer_keys = "PRAGMA defer_foreign_keys = ON",
	.no_limit = " LIMIT -1",
	.bool_check = true,
};
