/* SPDX-License-Identifier: MIT */
#ifndef SESSION_WRITE_H
#define SESSION_WRITE_H

/* Statements that write rows of one table that have the same columns to be written. */

#include "session/outbox.h"

struct written {
	enum statement_kind kind;	/* INSERT, UPDATE or DELETE */
	const struct plan *plan;
	struct rowan_site site;
	uint16_t *columns;
	size_t count;			/* of the columns */
	struct slot *slots;		/* what is bound of a row: the columns, then the key */
	size_t slot_count;
	bool takes_keys;		/* the database numbers the rows, and tells how */
	bool counted;			/* the server sees by itself that rows are missing */
	/*
	 * Columns that are left out and are to be read back, ended by NULL; else NULL.  They
	 * come row by row, behind the key, in place of the keys alone.
	 */
	const struct column **left_out;
	struct slot *left_out_slots, *key_slots;
	size_t left_out_count;
	void *key_row;			/* room for a key that comes */
	const void **rows;		/* to be filled: what is bound, at most .. */
	size_t most;			/* .. so many to a statement */
};

/* Nothing written yet; then its columns; then the key by which rows are found. */
int written_init(struct rowan_session *session, struct written *written,
		 enum statement_kind kind, const struct plan *plan, struct rowan_site site);
void written_add(struct written *written, size_t column);
void written_add_once(struct written *written, const struct column *column);
void written_add_key(struct written *written);
/*
 * All columns of an INSERT of rows like `row`: without the one that the database numbers,
 * if that has no value, and those that are not set and that the database has a value for.
 */
void written_add_all(struct written *written, bool with_key, const void *row);

/* Whether two rows leave out the same of those. */
bool written_alike(const struct plan *plan, const void *a, const void *b);

/* The columns that were left out are to be read back; to be said after adding. */
int written_read_back(struct rowan_session *session, struct written *written);

/* Settle `most`, for so many rows to come. */
int written_most(struct rowan_session *session, struct written *written, size_t rows);

/* Whether a statement is not to take another row after so many with so much text. */
bool written_full(const struct written *written, size_t rows, size_t bytes);

/* Bind written->rows and post the statement; `posted` says what comes of it. */
int written_post(struct rowan_session *session, const struct written *written,
		 struct posted *posted, size_t rows);

#endif
