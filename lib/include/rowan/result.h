/* SPDX-License-Identifier: MIT */
#ifndef ROWAN_RESULT_H
#define ROWAN_RESULT_H

/*
 * What comes of a query (<rowan/query.h>) that a session runs: rows, or one value.
 *
 *	struct rowan_result *tasks = rowan_exec(session, rowan_select(task, .limit = 20));
 *	const struct task *task;
 *
 *	while ((task = rowan_next(tasks)))
 *		puts(task->title);
 */

#include <rowan/session.h>

struct rowan_result;

#ifdef __cplusplus
extern "C" {
#endif

/* ---- results --------------------------------------------------------------- */

/*
 * A result holds all its rows; walking through it never touches the database.
 * It lives as long as its rows.  Each of these takes NULL, the result of a query
 * that failed, and then returns NULL.
 */

/* The next row, or NULL after the last. */
ROWAN_API const void *rowan_next(struct rowan_result *result);

/* The first row, or NULL if there is none. */
ROWAN_API const void *rowan_first(struct rowan_result *result);

/* The only row; none is ROWAN_NO_ROW, several are ROWAN_MANY_ROWS. */
ROWAN_API const void *rowan_one(struct rowan_result *result);

/* The only row or NULL; several are ROWAN_MANY_ROWS. */
ROWAN_API const void *rowan_one_or_none(struct rowan_result *result);

/*
 * All rows: const struct user *const *users = rowan_all(result);
 * with rowan_result_count() of them.
 */
ROWAN_API const void *rowan_all(struct rowan_result *result);
ROWAN_API size_t rowan_result_count(const struct rowan_result *result);

/* ---- streams --------------------------------------------------------------- */

/*
 * Rows one after another as the database gives them, in memory that does not grow:
 * for results that are too big to hold.  A row, untracked and read-only, lives until
 * the next is asked for.  While a stream is open its session does nothing else
 * (ROWAN_MISUSE) but rowan_rollback() and rowan_rollback_to(), which end it, as
 * rowan_session_close() does.  Relations can't be loaded: a query with loading options
 * is refused, and so is rowan_load().  Close a stream also after its last row, or early.
 * NULL is fine.  A row that can't be read ends the stream: the session's error says why.
 */
struct rowan_stream;
ROWAN_API const void *rowan_stream_next(struct rowan_stream *stream);
/* ROWAN_OK, or the error that ended the stream early. */
ROWAN_API int rowan_stream_close(struct rowan_stream *stream);

/* ---- the functions behind the macros below --------------------------------- */

ROWAN_API struct rowan_result *rowan_exec_(struct rowan_session *session,
					   const struct rowan_query *query);
ROWAN_API struct rowan_stream *rowan_stream_(struct rowan_session *session,
					     const struct rowan_query *query);
ROWAN_API struct rowan_value rowan_scalar_(struct rowan_session *session,
					   const struct rowan_query *query);
ROWAN_API int64_t rowan_count_(struct rowan_session *session, const struct rowan_query *query);
ROWAN_API int64_t rowan_delete_where_(struct rowan_session *session,
				      const struct rowan_query *query);
ROWAN_API int64_t rowan_update_where_(struct rowan_session *session,
				      const struct rowan_query *query,
				      const struct rowan_assignment *set);	/* ended by NONE */

#ifdef __cplusplus
}
#else

/* Run a query.  The rows, or NULL on error. */
#define rowan_exec(session_, ...) \
	rowan_exec_((session_), &(const struct rowan_query[]){ __VA_ARGS__ }[0])

/*
 * The query's aggregate.  Its type is NONE on error; every integer comes as INT64,
 * in `.as.i`; NULL has `.null` set.
 */
#define rowan_scalar(session_, ...) \
	rowan_scalar_((session_), &(const struct rowan_query[]){ __VA_ARGS__ }[0])

/* How many rows the query would give, limit and offset included; < 0 on error. */
#define rowan_count(session_, ...) \
	rowan_count_((session_), &(const struct rowan_query[]){ __VA_ARGS__ }[0])

/*
 * Delete the rows that the condition matches, at once and by one statement, in the
 * session's transaction; how many there were, or < 0 on error.  What waits to be
 * flushed is not looked at.  Rows that the session holds are read anew when they
 * are next asked for, and so are relations.  Without a condition the query must
 * say `.all_rows = true`.
 */
#define rowan_delete_where(session_, ...) \
	rowan_delete_where_((session_), &(const struct rowan_query[]){ __VA_ARGS__ }[0])

/*
 * Update the rows that the condition matches, likewise:
 *
 *	rowan_update_where(session, rowan_select(task, .where = open_tasks_of(7)),
 *		rowan_assign(TASK(owner_id), 8), rowan_assign(TASK(due_date), NULL),
 *		rowan_increase(TASK(moves), 1));
 *
 * Values are checked first, as a flush does it.  Columns with .on_update that are not named
 * get the value that one call of their factory gives, and a version counts.  The primary
 * key can't be changed.  A sum, or another column's value, that the column can't hold is
 * ROWAN_DATA.
 */
#define rowan_update_where(session_, query_, ...) \
	rowan_update_where_((session_), &(const struct rowan_query[]){ query_ }[0], \
		(const struct rowan_assignment[]){ __VA_ARGS__, { { .op = ROWAN_OP_NONE } } })

/* Run a query and read its rows one by one; NULL on error. */
#define rowan_stream(session_, ...) \
	rowan_stream_((session_), &(const struct rowan_query[]){ __VA_ARGS__ }[0])

#endif /* __cplusplus */
#endif
