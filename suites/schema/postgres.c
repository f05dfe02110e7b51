/* SPDX-License-Identifier: MIT */
#include "database.h"

#include <libpq-fe.h>
#include <stdio.h>

static PGconn *database;

static bool run(const char *sql)
{
	PGresult *result = PQexec(database, sql);
	ExecStatusType status = PQresultStatus(result);

	PQclear(result);
	return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

static void ignore(void *context, const char *notice)
{
	(void)context;
	(void)notice;
}

static void open_connection(const char *url_of_database)
{
	database = PQconnectdb(url_of_database);
	cr_assert(PQstatus(database) == CONNECTION_OK, "%s", PQerrorMessage(database));
	PQsetNoticeProcessor(database, ignore, NULL);
}

static void close_connection(void)
{
	PQfinish(database);
}

static const char *look_up(const char *sql)
{
	static char text[4096];
	PGresult *rows = PQexec(database, sql);
	size_t at = 0;

	text[0] = '\0';
	cr_assert(PQresultStatus(rows) == PGRES_TUPLES_OK, "%s: %s", sql, PQerrorMessage(database));
	for (int i = 0; i < PQntuples(rows) && at < sizeof(text); i++)
		at += (size_t)snprintf(text + at, sizeof(text) - at, "%s%s", at ? " " : "",
				       PQgetvalue(rows, i, PQnfields(rows) - 1));
	cr_assert(at < sizeof(text), "%s: too much", sql);
	PQclear(rows);
	return text;
}

const struct witness postgres_witness = {
	.open = open_connection,
	.close = close_connection,
	.look = look_up,
	.run = run,
	.tables = "SELECT relname FROM pg_class WHERE relkind = 'r'"
		  " AND relnamespace = current_schema()::regnamespace ORDER BY oid",
	.indexes = "SELECT relname FROM pg_class JOIN pg_index ON indexrelid = pg_class.oid"
		   " WHERE relnamespace = current_schema()::regnamespace"
		   " AND NOT indisunique ORDER BY relname",
	.columns = "SELECT attname || ':' || format_type(atttypid, atttypmod)"
		   " || CASE WHEN attnotnull THEN '' ELSE '?' END"
		   " FROM pg_attribute JOIN pg_class ON attrelid = pg_class.oid"
		   " WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace"
		   " AND attnum > 0 AND NOT attisdropped ORDER BY pg_class.oid, attnum",
	.keys = "SELECT conrelid::regclass || '.' || attname || '>' || confrelid::regclass"
		" FROM pg_constraint JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1]"
		" WHERE contype = 'f' ORDER BY 1",
	.explain = "EXPLAIN ",
	.everything = "SELECT line FROM ("
		      "SELECT relname || attname || format_type(atttypid, atttypmod) || attnotnull"
		      " || attidentity::text AS line FROM pg_attribute"
		      " JOIN pg_class ON attrelid = pg_class.oid WHERE attnum > 0"
		      " AND relnamespace = current_schema()::regnamespace UNION ALL"
		      " SELECT conname || pg_get_constraintdef(oid) FROM pg_constraint"
		      " WHERE connamespace = current_schema()::regnamespace) AS lines ORDER BY line",
};
