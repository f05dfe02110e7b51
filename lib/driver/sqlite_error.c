/* SPDX-License-Identifier: MIT */
#include "base/error.h"
#include "driver/sqlite.h"

#include <string.h>

static const char no_parent[] = "FOREIGN KEY constraint failed";

/* From extended result codes, or from primary ones where all are alike. */
static int kind_of(int status, const char *words)
{
	switch (status) {
	case SQLITE_CONSTRAINT_UNIQUE:
	case SQLITE_CONSTRAINT_PRIMARYKEY:
	case SQLITE_CONSTRAINT_ROWID:
		return ROWAN_UNIQUE;
	case SQLITE_CONSTRAINT_FOREIGNKEY:
		return ROWAN_FOREIGN_KEY;
	case SQLITE_CONSTRAINT_NOTNULL:
		return ROWAN_NOT_NULL;
	case SQLITE_CONSTRAINT_TRIGGER:	/* what ON DELETE RESTRICT is made of, or a check by RAISE() */
		return strcmp(words, no_parent) == 0 ? ROWAN_FOREIGN_KEY : ROWAN_CHECK;
	case SQLITE_CONSTRAINT_CHECK:
		return ROWAN_CHECK;
	case SQLITE_CONSTRAINT_DATATYPE:
		return ROWAN_DATA;
	}
	switch (status & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return ROWAN_TIMEOUT;
	case SQLITE_MISMATCH:
	case SQLITE_TOOBIG:
	case SQLITE_RANGE:
		return ROWAN_DATA;
	case SQLITE_NOMEM:
		return ROWAN_NO_MEMORY;
	default:
		return ROWAN_OPERATIONAL;
	}
}

static void add_column(struct rowan_error *error, const char *name, size_t length)
{
	size_t used = strlen(error->columns);

	if (used && used + 2 < sizeof(error->columns)) {
		memcpy(error->columns + used, ", ", 3);
		used += 2;
	}
	error_copy(error->columns + used, sizeof(error->columns) - used, name, length);
}

/* "tasks.owner_id, tasks.title" is the table and its columns. */
static void split_columns(const char *list, struct rowan_error *error)
{
	while (*list) {
		size_t length = strcspn(list, ",");
		const char *dot = memchr(list, '.', length);

		if (!dot)
			break;
		error_copy(error->table, sizeof(error->table), list, (size_t)(dot - list));
		add_column(error, dot + 1, (size_t)(list + length - dot - 1));
		list += length + strspn(list + length, ", ");
	}
}

/*
 * SQLite names what failed in its message only:
 *	UNIQUE constraint failed: users.email
 *	UNIQUE constraint failed: index 'uq_users_lower_email'
 *	NOT NULL constraint failed: tasks.title
 *	CHECK constraint failed: ck_tasks_status
 *	cannot store TEXT value in INTEGER column tasks.owner_id
 */
static void find_names(const char *words, struct rowan_error *error)
{
	const char *names = strstr(words, "constraint failed: ");
	const char *column = strstr(words, " column ");

	if (error->code == ROWAN_DATA && column) {
		split_columns(column + strlen(" column "), error);
		return;
	}
	if (!names)
		return;
	names += strlen("constraint failed: ");
	if (error->code == ROWAN_CHECK) {
		error_copy(error->constraint, sizeof(error->constraint), names, strlen(names));
	} else if (strncmp(names, "index '", 7) == 0) {
		names += 7;
		error_copy(error->constraint, sizeof(error->constraint), names,
			   strcspn(names, "'"));
	} else {
		split_columns(names, error);
	}
}

/*
 * What is not there, by the names that the statement has for it: of these the message is
 * SQLite's own.
 *	no such column: users.nickname
 *	table users has no column named nickname
 */
static bool names_what_is_missing(const char *words)
{
	return strncmp(words, "no such column: ", 16) == 0 ||
	       (strncmp(words, "table ", 6) == 0 && strstr(words, " has no column named "));
}

/* SQLite's own sentence for the code: it holds neither SQL nor values. */
static void explain(int status, const char *words, struct rowan_error *error)
{
	static const char no_table[] = "no such table: ";
	int code = error->code;

	if (rowan_is_integrity(code)) {
		find_names(words, error);
		error_describe(error);
	} else if (status == SQLITE_CONSTRAINT_DATATYPE) {
		find_names(words, error);
		error_copy(error->message, sizeof(error->message), words, strlen(words));
	} else if (status == SQLITE_BUSY_SNAPSHOT) {
		error_set(error, code, "another transaction wrote first: one that reads and "
				       "then writes has to begin as a writing one");
	} else if (strncmp(words, no_table, strlen(no_table)) == 0) {
		const char *table = words + strlen(no_table);

		error_set(error, code, "%s", words);
		error_copy(error->table, sizeof(error->table), table, strlen(table));
	} else if (names_what_is_missing(words)) {
		error_set(error, code, "%s", words);
	} else {
		error_set(error, code, "%s", sqlite3_errstr(status));
	}
}

int sqlite_fail(sqlite3 *db, int status, struct rowan_error *error)
{
	const char *words = db ? sqlite3_errmsg(db) : sqlite3_errstr(status);

	error_set(error, kind_of(status, words), "%s", "");
	if (error->code == ROWAN_NO_MEMORY)
		error_no_memory(error);
	else
		explain(status, words, error);
	error->native_code = status;
	error_copy(error->database, sizeof(error->database), words, strlen(words));
	return error->code;
}
