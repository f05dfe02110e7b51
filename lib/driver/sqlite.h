/* SPDX-License-Identifier: MIT */
#ifndef DRIVER_SQLITE_H
#define DRIVER_SQLITE_H

/* What the parts of the SQLite driver share.  Nothing else includes this. */

#include "base/text.h"
#include "driver/driver.h"

#include <sqlite3.h>

struct list_buffer;
struct key_table;

struct driver_connection {
	sqlite3 *db;
	sqlite3_stmt *ask_table;	/* sqlite_keys.c: prepared when first needed */
	struct key_table *key_tables;
};

struct driver_statement {
	sqlite3_stmt *handle;
	struct list_buffer *lists;	/* sqlite_list.c */
};

/* The failure `status` of the last call for `db`. */
int sqlite_fail(sqlite3 *db, int status, struct rowan_error *error);

int sqlite_bind_row(struct driver_statement *statement, int first, const struct slot *slots,
		    size_t count, const void *row, struct rowan_error *error);
int sqlite_bind_rows(struct driver_statement *statement, int first, const struct slot *slots,
		     size_t count, const void *const *rows, size_t row_count,
		     struct rowan_error *error);
int sqlite_bind_value(struct driver_statement *statement, int index, enum rowan_type type,
		      const void *value, struct rowan_error *error);

/* "2024-02-29", or NULL for a day or time that has no such text of fixed length. */
const char *sqlite_date_text(struct rowan_date date, char buffer[ROWAN_DATE_SIZE]);
const char *sqlite_time_text(struct rowan_time time, char buffer[ROWAN_TIME_SIZE]);

int sqlite_bind_list(struct driver_statement *statement, int index, enum rowan_type type,
		     const void *items, size_t count, struct rowan_error *error);
/* After the statement's reset: long buffers go, the others are kept for the next list. */
void sqlite_trim_lists(struct driver_statement *statement);
void sqlite_free_lists(struct driver_statement *statement);

int sqlite_read_row(struct driver_statement *statement, int first, const struct slot *slots,
		    size_t count, struct arena *arena, void *row, struct rowan_error *error);

int sqlite_contiguous_keys(struct driver_connection *connection, const char *name, bool *out,
			   struct rowan_error *error);
void sqlite_free_keys(struct driver_connection *connection);

#endif
