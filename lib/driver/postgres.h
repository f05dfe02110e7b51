/* SPDX-License-Identifier: MIT */
#ifndef DRIVER_POSTGRES_H
#define DRIVER_POSTGRES_H

/*
 * What the parts of the PostgreSQL driver share.  Nothing else includes this.
 *
 * A statement is prepared by the server together with its first execution, and
 * what is executed while nothing else waits takes libpq's plain way: no pipeline
 * mode, one round trip.  Everything else goes through the pipeline: a queue of
 * parts (postgres_pipeline.c), each of which the server answers in turn.
 */

#include "base/arena.h"
#include "driver/driver.h"
#include "driver/verb.h"

#include <libpq-fe.h>

/* Something that was sent and is not answered yet. */
struct part {
	enum part_kind {
		PART_COMMAND,	/* deferred, or one of our own */
		PART_PARSE,	/* of the next statement */
		PART_RUN,	/* of a statement whose rows are to be read */
		PART_POSTED,	/* .. whose answer is kept until it is received */
		PART_CLOSE,	/* DEALLOCATE: of no consequence */
		PART_SYNC,	/* after a failure nothing is executed up to here */
	} kind;
	enum verb verb;
	bool commits;		/* if its answer is lost, nobody knows whether it was done */
	struct driver_statement *statement;	/* NULL: none, or gone since */
	unsigned number;	/* of the statement that is closed */
};

/* What became of a statement that was posted. */
struct answer {
	enum {
		ANSWER_DONE,
		ANSWER_FAILED,		/* `failure` says why */
		ANSWER_NOT_RUN,		/* something sent before it failed */
		ANSWER_ROLLED_BACK,	/* a COMMIT that was none */
		ANSWER_NO_MEMORY,	/* for its keys */
		ANSWER_BAD_KEYS,
		ANSWER_LOST,
		ANSWER_UNKNOWN,		/* lost, perhaps committed */
	} what;
	PGresult *failure;
	int64_t changed;
	size_t first_key, key_count;
};

struct pipeline {
	struct part *parts;		/* from `head` on not answered */
	size_t head, count, capacity;
	struct answer *answers;		/* from `next_answer` on not received */
	size_t next_answer, answer_count, answer_capacity;
	size_t posted;			/* parts whose answers are still to come */
	size_t segment;			/* the first answer that the next SYNC can undo */
	int64_t *keys;
	size_t key_count, key_capacity;
	int key_status;			/* ROWAN_OK, or why the keys could not be taken */
	PGresult *cause;		/* why what comes next is not executed */
	bool wrapped;			/* in a transaction of our own, for the time-out's sake */
	bool autocommit;		/* something was written that the next SYNC commits */
};

struct driver_connection {
	PGconn *pg;
	bool pooled;		/* by transaction: nothing may be kept in the server's session */
	bool lost;
	bool told;		/* .. by the server's own word: it did nothing more */
	bool unknown;		/* .. and perhaps it has committed */
	bool transaction;	/* one is open, after the last answer */
	bool open;		/* .. after all that was sent */
	int statement_timeout_ms;
	unsigned last_number;	/* of statements */
	int64_t changed;
	struct driver_statement *reading;	/* its rows are still to come */

	char **deferred;	/* commands to go with the next statement */
	size_t deferred_count, deferred_capacity;
	unsigned *closing;	/* statements to be deallocated */
	size_t closing_count, closing_capacity;
	struct pipeline pipeline;
};

/* Room for a parameter's bytes, where they are not sent from where they are. */
union cell {
	int64_t number;
	char bytes[8];
};

/* Parameters, in the arrays that libpq wants. */
struct params {
	int count, capacity;
	Oid *types;
	const char **values;
	int *lengths, *formats;
	union cell *cells;
	struct arena arrays;	/* of bind_list() and bind_rows() */
};

/* How the server writes a column. */
enum kind {
	KIND_OTHER, KIND_USER, KIND_INT2, KIND_INT4, KIND_INT8, KIND_BOOL, KIND_FLOAT4, KIND_FLOAT8,
	KIND_TEXT, KIND_BYTES, KIND_DATETIME, KIND_DATE, KIND_TIME, KIND_UUID,
};

struct column {
	Oid type;
	enum kind kind;
};

struct driver_statement {
	struct driver_connection *connection;
	char *sql;
	enum verb verb;
	enum { UNPREPARED, PREPARING, PREPARED } state;
	unsigned number;	/* of its name */
	char name[24];
	bool again;		/* to be prepared anew: types of parameters or columns changed */
	bool few;		/* rows: take them at once */
	bool running;		/* between the first step and the last */
	bool commits;		/* see struct part */
	size_t queued;		/* parts of the pipeline that name it */
	struct params params;

	PGresult *result;	/* the rows that are here */
	int row, row_count;
	int column_count, column_capacity;
	struct column *columns;
};

/* ---- postgres_error.c ---------------------------------------------------------- */

bool postgres_failed(const PGresult *result);
/* "40001", or "" where the failure is libpq's own. */
const char *postgres_sqlstate(const PGresult *result);
/* A failure that leaves the connection unusable; one of which the server did not tell. */
bool postgres_is_fatal(const PGresult *result);
bool postgres_is_silent(const PGresult *result);
/* A failure that the server lives to tell: it commits nothing then.  NULL is none. */
bool postgres_refused(const PGresult *result);
/* A COMMIT that succeeded in ending the transaction, but not in committing. */
bool postgres_rolled_back(enum verb verb, PGresult *result);
int postgres_fail_rolled_back(struct rowan_error *error);
/* The connection is busy with a statement's rows. */
int postgres_fail_reading(struct rowan_error *error);
/* What the server said. */
int postgres_fail(const struct driver_connection *connection, const PGresult *result,
		  struct rowan_error *error);
/* libpq's own complaint, in a field of an error: one line. */
void postgres_complaint(const PGconn *pg, struct rowan_error *error);
/* The connection is gone. */
int postgres_gone(struct driver_connection *connection, bool unknown, struct rowan_error *error);

/* ---- postgres_connect.c -------------------------------------------------------- */

int postgres_open(const struct driver_target *target, struct driver_connection **out,
		  struct rowan_error *error);
void postgres_close(struct driver_connection *connection);
void postgres_abandon(struct driver_connection *connection);
bool postgres_alive(struct driver_connection *connection, bool ping);
int postgres_discard(struct driver_connection *connection, struct rowan_error *error);
/* A monotonic clock. */
int64_t postgres_now_ms(void);
/* Wait for the socket until a deadline (0 = none); false if that has passed. */
bool postgres_wait(const PGconn *pg, short events, int64_t deadline);
/* What makes the time-out that of a transaction. */
#define TIMEOUT_SIZE 64
void postgres_timeout_sql(const struct driver_connection *connection, char sql[TIMEOUT_SIZE]);

/* ---- postgres.c ------------------------------------------------------------------ */

int postgres_execute(struct driver_connection *connection, const char *sql,
		     struct rowan_error *error);

/* ---- postgres_bind.c, postgres_array.c ------------------------------------------ */

int postgres_bind_row(struct driver_statement *statement, int first, const struct slot *slots,
		      size_t count, const void *row, struct rowan_error *error);
int postgres_bind_value(struct driver_statement *statement, int index, enum rowan_type type,
			const void *value, struct rowan_error *error);
int postgres_bind_list(struct driver_statement *statement, int index, enum rowan_type type,
		       const void *items, size_t count, struct rowan_error *error);
int postgres_bind_rows(struct driver_statement *statement, int first, const struct slot *slots,
		       size_t count, const void *const *rows, size_t row_count,
		       struct rowan_error *error);

/* A value as the server reads it. */
struct wire {
	const char *data;
	size_t size;
};

/*
 * Encode a value that is not NULL: into `cell`, or where it is.  `name` is a slot's
 * or NULL, then it is parameter `index`.
 */
int postgres_encode(enum rowan_type type, const void *value, bool checked, union cell *cell,
		    struct wire *out, const char *name, int index, struct rowan_error *error);
/* Put a parameter where libpq finds it; NULL data is SQL's NULL. */
int postgres_set_param(struct driver_statement *statement, int index, Oid type,
		       struct wire wire, struct rowan_error *error);
/* Room for the parameters that the statement's text has. */
int postgres_make_params(struct driver_statement *statement, struct rowan_error *error);
void postgres_reset_params(struct params *params);
void postgres_free_params(struct params *params);

#define POSTGRES_PARAMS_MAX 65535	/* the wire counts them with 16 bits */
/* The longest value that the server takes. */
#define POSTGRES_VALUE_MAX ((size_t)0x3fffffff)

/* ---- postgres_type.c ------------------------------------------------------------- */

/* Type OIDs, from PostgreSQL's pg_type.dat. */
Oid postgres_type_oid(enum rowan_type type);
Oid postgres_array_oid(enum rowan_type type);
enum kind postgres_kind(Oid type);
const char *postgres_type_name(Oid type);	/* NULL: one that we do not know */

/* ---- postgres_read.c ------------------------------------------------------------- */

/* Note the columns of a result that came. */
int postgres_describe(struct driver_statement *statement, struct rowan_error *error);
int postgres_read_row(struct driver_statement *statement, int first, const struct slot *slots,
		      size_t count, struct arena *arena, void *row, struct rowan_error *error);
bool postgres_is_null(struct driver_statement *statement, int column);
int64_t postgres_read_int(struct driver_statement *statement, int column);

/* A value as it came. */
struct value {
	enum kind kind;
	const char *data;
	size_t size;
};

static inline struct value postgres_value(const PGresult *result, int row, int column,
					  enum kind kind)
{
	return (struct value){
		.kind = kind,
		.data = PQgetvalue(result, row, column),
		.size = (size_t)PQgetlength(result, row, column),
	};
}

/* ---- postgres_pipeline.c: sending ------------------------------------------------ */

/* An array with room for `wanted` items in all, at least one; NULL leaves it as it was. */
void *postgres_grow(void *items, size_t *capacity, size_t wanted, size_t size);

/* Queue a statement, and what has to go before it, as PART_RUN or PART_POSTED. */
int postgres_queue(struct driver_statement *statement, enum part_kind kind,
		   struct rowan_error *error);
/* An answer for a statement that had nothing to do. */
int postgres_answer_done(struct driver_connection *connection, struct rowan_error *error);
/* The end of a segment: let the server answer. */
int postgres_sync(struct driver_connection *connection, struct rowan_error *error);

/* A command that goes with the next statement. */
int postgres_defer(struct driver_connection *connection, const char *sql,
		   struct rowan_error *error);
/* After a BEGIN. */
int postgres_begun(struct driver_connection *connection, struct rowan_error *error);
void postgres_drop_deferred(struct driver_connection *connection);
bool postgres_begin_deferred(const struct driver_connection *connection);
/* The transaction that ends was to begin with the next statement: nothing to be done. */
bool postgres_is_empty_transaction(const struct driver_connection *connection, enum verb verb);
/* Deallocate a statement at the next opportunity. */
void postgres_close_later(struct driver_connection *connection, unsigned number);

/* ---- postgres_answer.c: what the server answers ---------------------------------- */

/* Look whether a result, or that there is none, is the end of the connection. */
void postgres_note_lost(struct driver_connection *connection, const PGresult *result);
/*
 * Read to the end of what one command gives: its last result, or the first failure.
 * The keys of a row that comes by itself are taken.
 */
PGresult *postgres_collect(struct driver_connection *connection);
/* Take the answers up to the PART_RUN; and, when its rows are read, those behind it. */
void postgres_reach_run(struct driver_connection *connection);
void postgres_leave_run(struct driver_connection *connection);
/* Take all answers: then nothing is in the pipeline, and libpq not in its mode. */
void postgres_settle(struct driver_connection *connection);
/* Whether something may be committed whose answer did not come yet. */
bool postgres_commits(const struct pipeline *pipeline);
/* No round trip is under way: ask libpq what it left behind. */
void postgres_note_transaction(struct driver_connection *connection);

/* ---- postgres_keys.c, postgres_receive.c ----------------------------------------- */

/* Add the keys that an INSERT returned, if it did. */
void postgres_take_keys(struct pipeline *pipeline, const PGresult *result);
int postgres_receive(struct driver_connection *connection, struct driver_outcome *outcome,
		     struct rowan_error *error);
/* Forget answers that nobody asked for. */
void postgres_drop_answers(struct driver_connection *connection);

/* ---- postgres_prepare.c ------------------------------------------------------------ */

#define CLOSING_MANY 64		/* deallocate now, and not just when it costs nothing */
#define STATEMENT_NAME "rowan_%u"

int postgres_prepare(struct driver_connection *connection, const char *sql, size_t length,
		     struct driver_statement **out, struct rowan_error *error);
void postgres_finalize(struct driver_statement *statement);
/* Give it a name that was not used before. */
void postgres_rename(struct driver_statement *statement);
/* A result may say that it has to be prepared again. */
void postgres_note_result(struct driver_statement *statement, const PGresult *result);
/* Hand its execution to libpq, by its name or with its text; whether that went well. */
bool postgres_send_run(const struct driver_statement *statement);

/* ---- postgres_statement.c ---------------------------------------------------------- */

int postgres_step(struct driver_statement *statement, struct rowan_error *error);
void postgres_reset(struct driver_statement *statement);
int postgres_send(struct driver_statement *statement, struct rowan_error *error);
/* Read what is left of rows that nobody wants. */
void postgres_stop_reading(struct driver_connection *connection);

#endif
