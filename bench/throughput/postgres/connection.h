/* SPDX-License-Identifier: MIT */
#ifndef THROUGHPUT_POSTGRES_CONNECTION_H
#define THROUGHPUT_POSTGRES_CONNECTION_H

/*
 * libpq alone: one connection, every statement prepared once and kept, values in
 * binary.  What is done the simple way instead, in text and by PQexecParams(), is
 * written with the same functions.
 */

#include "throughput/workload.h"

#include <libpq-fe.h>

enum pq_statement {
	PQ_BEGIN, PQ_COMMIT,
	PQ_INSERT_TASK, PQ_INSERT_TASKS, PQ_INSERT_TASKS_ARRAY, PQ_INSERT_TASKS_BULK,
	PQ_GET_TASK, PQ_ALL_TASKS, PQ_FIRST_TASKS, PQ_TASKS_AFTER, PQ_LIST_TASKS,
	PQ_USERS, PQ_TASKS_OF, PQ_TASKS_OF_ALL, PQ_USERS_AND_TASKS,
	PQ_UPDATE_TASK, PQ_UPDATE_TASKS, PQ_DELETE_TASK, PQ_DELETE_TASKS,
	PQ_STATEMENTS
};

/* As an array's elements and COPY's columns are made: bytes that grow. */
struct pq_bytes {
	char *data;
	size_t length, capacity;
};

#define MOST_PARAMS 6

struct raw_postgres {
	PGconn *pg;		/* the twin's */
	PGconn *rowans;		/* in Rowan's database, to bring it in order */
	struct pq_bytes bytes[MOST_PARAMS];
};

/* PQexecParams() with text, or PQexecPrepared() with binary values. */
enum pq_way { PQ_TEXT, PQ_PREPARED };

struct pq_params {
	enum pq_way way;
	int count;
	const char *values[MOST_PARAMS];
	int lengths[MOST_PARAMS], formats[MOST_PARAMS];
	char cells[MOST_PARAMS][40];
};

const char *pq_text(enum pq_statement which);
const char *pq_name(enum pq_statement which);

/* Ends the program with the server's words if `done` is false. */
void pq_check(PGconn *pg, bool done);
/* The result, which is of that kind. */
PGresult *pq_expect(PGconn *pg, PGresult *result, ExecStatusType status);

/* ---- parameters ----------------------------------------------------------- */

static inline void pq_put16(char *out, uint16_t value)
{
	for (int i = 0; i < 2; i++)
		out[i] = (char)(value >> (8 - 8 * i));
}

static inline void pq_put32(char *out, uint32_t value)
{
	for (int i = 0; i < 4; i++)
		out[i] = (char)(value >> (24 - 8 * i));
}

static inline void pq_put64(char *out, uint64_t value)
{
	for (int i = 0; i < 8; i++)
		out[i] = (char)(value >> (56 - 8 * i));
}

/* timestamptz: microseconds from 2000 on. */
#define PQ_EPOCH_US INT64_C(946684800000000)

void pq_add_int64(struct pq_params *params, int64_t value);
void pq_add_int32(struct pq_params *params, int32_t value);
void pq_add_bool(struct pq_params *params, bool value);
void pq_add_text(struct pq_params *params, const char *value);	/* borrowed */
void pq_add_time(struct pq_params *params, int64_t us);
void pq_add_task(struct pq_params *params, const struct raw_task *task);
void pq_add_bytes(struct pq_params *params, const struct pq_bytes *bytes);

/* Room for `size` bytes more, which are then filled. */
char *pq_extend(struct pq_bytes *bytes, size_t size);

/* An array of so many elements, each of which is then added. */
enum pq_type { PQ_BOOL = 16, PQ_INT8 = 20, PQ_INT4 = 23, PQ_VARCHAR = 25, PQ_TIME = 1184 };
void pq_start_array(struct pq_bytes *bytes, enum pq_type type, bool nulls, long count);
void pq_put_text(struct pq_bytes *bytes, const char *value);
void pq_put_int64(struct pq_bytes *bytes, int64_t value);
void pq_put_int32(struct pq_bytes *bytes, int32_t value);
void pq_put_bool(struct pq_bytes *bytes, bool value);

/* ---- running -------------------------------------------------------------- */

PGresult *pq_run(struct raw_postgres *pq, enum pq_statement which,
		 const struct pq_params *params, ExecStatusType status);
/* Begins to run a prepared statement; its rows come one at a time, NULL after the last. */
void pq_stream(struct raw_postgres *pq, enum pq_statement which,
	       const struct pq_params *params);
PGresult *pq_next_row(struct raw_postgres *pq);

/* Hands a prepared statement to the pipeline; takes its result out again. */
void pq_send(struct raw_postgres *pq, enum pq_statement which, const struct pq_params *params);
PGresult *pq_receive(struct raw_postgres *pq, ExecStatusType status);

/* ---- rows ----------------------------------------------------------------- */

static inline uint64_t pq_get64(const char *bytes)
{
	const unsigned char *b = (const unsigned char *)bytes;

	return (uint64_t)b[0] << 56 | (uint64_t)b[1] << 48 | (uint64_t)b[2] << 40 |
	       (uint64_t)b[3] << 32 | (uint64_t)b[4] << 24 | (uint64_t)b[5] << 16 |
	       (uint64_t)b[6] << 8 | (uint64_t)b[7];
}

static inline uint32_t pq_get32(const char *bytes)
{
	const unsigned char *b = (const unsigned char *)bytes;

	return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | (uint32_t)b[3];
}

static inline int64_t pq_int64(const PGresult *result, int row, int column)
{
	return (int64_t)pq_get64(PQgetvalue(result, row, column));
}

/* Columns first, first + 1, .. of a row. */
struct raw_task *pq_read_task(struct raw_arena *arena, const PGresult *result, int row,
			      int first, enum pq_way way);
struct raw_user *pq_read_user(struct raw_arena *arena, const PGresult *result, int row,
			      enum pq_way way);
/* All of them, in a chain; the result is freed. */
struct raw_task *pq_read_tasks(struct world *world, PGresult *result, enum pq_way way);

#endif
