/* SPDX-License-Identifier: MIT */
#include "base/alloc.h"
#include "base/error.h"
#include "driver/sqlite.h"

#include <string.h>

/*
 * Are the keys of a multi-row INSERT consecutive?  They are in a plain rowid
 * table without triggers whose keys are far from the largest one, beyond which
 * SQLite picks them at random.
 *
 * What a table is like is asked once.  Its statement below is stepped each time:
 * SQLite prepares it anew when the schema has changed, counts that, and
 * then, and only then, we ask again.
 */

#define FAR_ENOUGH (INT64_C(1) << 62)

struct key_table {
	struct key_table *next;
	char *name;
	sqlite3_stmt *newest;	/* the largest key so far */
	int prepared;		/* how often, when `plain` was found out */
	bool asked, plain;
};

/*
 * One row, true for a plain table: it is one (not a view or a virtual table),
 * has a rowid that no column hides, and neither it nor a temporary table of
 * its name has a trigger.
 */
static const char ask[] =
	"SELECT (SELECT count(*) = 1 AND sum(schema = 'main' AND type = 'table' AND wr = 0) = 1"
	" FROM pragma_table_list(?1))"
	" AND NOT EXISTS (SELECT 1 FROM pragma_table_xinfo(?1) WHERE lower(name) = '_rowid_')"
	" AND NOT EXISTS (SELECT 1 FROM main.sqlite_schema"
	"  WHERE type = 'trigger' AND tbl_name = ?1 COLLATE NOCASE)"
	" AND NOT EXISTS (SELECT 1 FROM temp.sqlite_schema"
	"  WHERE type = 'trigger' AND tbl_name = ?1 COLLATE NOCASE)";

static int prepare(sqlite3 *db, const char *sql, sqlite3_stmt **out)
{
	return sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, out, NULL);
}

/* Step to the only row and read its number. */
static int read_number(sqlite3_stmt *handle, int64_t *out)
{
	int status = sqlite3_step(handle);

	if (status != SQLITE_ROW) {
		sqlite3_reset(handle);
		return status == SQLITE_DONE ? SQLITE_INTERNAL : status;
	}
	*out = sqlite3_column_int64(handle, 0);
	return sqlite3_reset(handle);
}

static int ask_table(struct driver_connection *connection, const char *table, bool *out)
{
	int64_t plain = 0;
	int status = SQLITE_OK;

	if (!connection->ask_table)
		status = prepare(connection->db, ask, &connection->ask_table);
	if (status == SQLITE_OK)
		status = sqlite3_bind_text(connection->ask_table, 1, table, -1, SQLITE_STATIC);
	if (status == SQLITE_OK)
		status = read_number(connection->ask_table, &plain);
	*out = plain;
	return status;
}

static struct key_table *make_table(struct driver_connection *connection, const char *name)
{
	struct key_table *table = mem_alloc(sizeof(*table));

	if (!table)
		return NULL;
	table->name = mem_text(name);
	if (!table->name) {
		mem_free(table);
		return NULL;
	}
	table->next = connection->key_tables;
	connection->key_tables = table;
	return table;
}

static struct key_table *find_table(struct driver_connection *connection, const char *name)
{
	for (struct key_table *table = connection->key_tables; table; table = table->next)
		if (strcmp(table->name, name) == 0)
			return table;
	return make_table(connection, name);
}

/* A table without rowids has no such statement: *out stays NULL. */
static int prepare_newest(sqlite3 *db, const char *table, sqlite3_stmt **out)
{
	char *sql = sqlite3_mprintf("SELECT max(_rowid_) FROM \"%w\"", table);
	int status = sql ? prepare(db, sql, out) : SQLITE_NOMEM;

	sqlite3_free(sql);
	return status == SQLITE_ERROR ? SQLITE_OK : status;
}

/* SQLite's status. */
static int find_out(struct driver_connection *connection, struct key_table *table, bool *out)
{
	int64_t newest = 0;
	int status = SQLITE_OK, prepared;

	if (!table->newest)
		status = prepare_newest(connection->db, table->name, &table->newest);
	if (status != SQLITE_OK || !table->newest)
		return status;
	status = read_number(table->newest, &newest);
	if (status == SQLITE_ERROR) {
		/* No longer such a table: begin anew next time. */
		sqlite3_finalize(table->newest);
		table->newest = NULL;
		table->asked = false;
		return SQLITE_OK;
	}
	if (status != SQLITE_OK)
		return status;

	prepared = sqlite3_stmt_status(table->newest, SQLITE_STMTSTATUS_REPREPARE, 0);
	if (!table->asked || prepared != table->prepared) {
		status = ask_table(connection, table->name, &table->plain);
		table->asked = status == SQLITE_OK;
		table->prepared = prepared;
	}
	*out = table->asked && table->plain && newest < FAR_ENOUGH;
	return status;
}

int sqlite_contiguous_keys(struct driver_connection *connection, const char *name, bool *out,
			   struct rowan_error *error)
{
	struct key_table *table = find_table(connection, name);
	int status;

	*out = false;
	if (!table)
		return error_no_memory(error);
	status = find_out(connection, table, out);
	return status == SQLITE_OK ? ROWAN_OK : sqlite_fail(connection->db, status, error);
}

void sqlite_free_keys(struct driver_connection *connection)
{
	sqlite3_finalize(connection->ask_table);
	while (connection->key_tables) {
		struct key_table *table = connection->key_tables;

		connection->key_tables = table->next;
		sqlite3_finalize(table->newest);
		mem_free(table->name);
		mem_free(table);
	}
}
