/* SPDX-License-Identifier: MIT */
#ifndef ROWAN_SESSION_H
#define ROWAN_SESSION_H

/*
 * Sessions: a unit of work.
 *
 *	rowan_scoped struct rowan_session *session = rowan_session_open(engine);
 *
 *	struct task *task = rowan_new(session, task);
 *	task->title = "Write it";
 *	rowan_set_one(session, task, owner, ada);
 *	rowan_add(session, task);
 *	if (rowan_commit(session) != ROWAN_OK)
 *		fprintf(stderr, "%s\n", rowan_error(session)->message);
 *
 * A session belongs to one thread at a time, one per request or job.  It takes a
 * connection from the pool with its first statement and gives it back at commit,
 * rollback or close.
 *
 * Rows.  A session hands out `const` rows, which live in its memory until
 * rowan_clear() or its end.  The same row of the database has the same address
 * each time it is read (the identity map); within a transaction the first
 * reading counts.  rowan_edit() gives the writable row, and is the only way to
 * it; what changed is found by comparing, when the session is flushed.
 *
 * Text assigned to a row is borrowed until the flush, which copies it.
 *
 * Transactions.  Reads run on their own until something is flushed; the flush
 * then begins a transaction.  rowan_begin() begins one earlier.  A query sees
 * what was flushed: it does not flush by itself.
 *
 * Queries are run by <rowan/result.h>, relations loaded and changed by <rowan/relation.h>.
 *
 * Errors wait: see <rowan/error.h>.  A session in error stays so until
 * rowan_rollback(), which also restores the rows in memory.
 */

#include <rowan/engine.h>
#include <rowan/query.h>

/*
 * What a session may ask of the database while it is open; 0 = as much as it likes.  What
 * would be more fails with ROWAN_BUDGET before it is executed, and names the line of the
 * program; a relation that is loaded row by row names the option that helps.  BEGIN,
 * COMMIT and savepoints cost nothing.
 */
struct rowan_budget {
	int64_t statements;	/* executed; on SQLite a flush takes one for each row it updates */
	int64_t rows;		/* read by queries and for relations */
	int repeats;		/* of one query, get or load by one line of the program */
	int ms;			/* after the session was opened a statement may still begin */
};

struct rowan_session_options {
	/* How relations load that no option names: BATCH, EACH or RAISE. */
	enum rowan_loading lazy;
	struct rowan_budget budget;
	/*
	 * After a commit rows are taken to be as they were, so that rowan_get() gives them
	 * without a statement.  By default they are read anew, in place, when they are next
	 * asked for: others may have changed them.
	 */
	bool keep_on_commit;
	struct rowan_error *error;	/* filled when opening fails; may be NULL */
	char sentinel_;
};

/*
 * What a transaction sees of others.  SQLite's are always serializable.  In
 * PostgreSQL a REPEATABLE_READ or SERIALIZABLE one may end in ROWAN_CONFLICT, also
 * at its commit, and is then to be run again: see rowan_transaction().
 */
enum rowan_isolation {
	ROWAN_ISOLATION_DEFAULT,	/* the database's; PostgreSQL: READ_COMMITTED */
	ROWAN_READ_COMMITTED, ROWAN_REPEATABLE_READ, ROWAN_SERIALIZABLE,
};

struct rowan_begin_options {
	bool write;	/* take the write lock now (SQLite: BEGIN IMMEDIATE) */
	enum rowan_isolation isolation;
	bool read_only;		/* a write, or a lock, is ROWAN_MISUSE */
	bool deferrable;	/* with SERIALIZABLE and read_only: wait for a safe snapshot */
	char sentinel_;
};

/* A value for the member of this name: see rowan_new_from(). */
struct rowan_named_value {
	const char *name;
	struct rowan_value value;
};

/* A piece of work that is one transaction; < 0 rolls it back. */
typedef int rowan_work(struct rowan_session *session, void *context);

struct rowan_transaction_options {
	enum rowan_isolation isolation;
	bool read_only, deferrable;
	int attempts;		/* at most; 0 = 5, 1 = never again */
	int *attempts_made;	/* filled; may be NULL */
	enum rowan_loading lazy;	/* of the session */
	struct rowan_budget budget;	/* of the session: for each attempt anew */
	struct rowan_error *error;	/* filled on failure; may be NULL */
	char sentinel_;
};

struct rowan_commit_options {
	bool clear;	/* then forget all rows, as rowan_clear() does */
	char sentinel_;
};

#ifdef __cplusplus
extern "C" {
#endif

/* ---- life ------------------------------------------------------------------ */

/*
 * No connection is taken yet.  NULL, with options.error filled, when there is no
 * memory, no engine, .lazy is not BATCH, EACH or RAISE, or a budget is negative.
 */
ROWAN_API struct rowan_session *rowan_session_open_(struct rowan_engine *engine,
						    struct rowan_session_options options,
						    struct rowan_site site);

/* Roll back what is not committed, free every row, give back the connection. */
ROWAN_API void rowan_session_close(struct rowan_session *session);

/*
 * Forget all rows and free their memory: every row and result of this session
 * is gone.  A little memory for the book-keeping of as many rows is kept.
 * ROWAN_MISUSE while something waits to be flushed.
 */
ROWAN_API int rowan_clear(struct rowan_session *session);

/* The first failure since the last rollback; its code is ROWAN_OK if none. */
ROWAN_API const struct rowan_error *rowan_error(const struct rowan_session *session);

/* ---- transactions ---------------------------------------------------------- */

/* Begin a transaction now; on PostgreSQL together with its first statement. */
ROWAN_API int rowan_begin_(struct rowan_session *session, struct rowan_begin_options options,
			   struct rowan_site site);

/*
 * Send what waits: inserts with parents before children, then updates, then
 * deletes with children first; batched by table.  Everything is validated first
 * and nothing is sent if a row is not valid.  Generated keys are filled in.
 *
 * New rows that refer to each other in a circle are inserted with NULL in one of the
 * foreign keys, which is filled in when all are there; ROWAN_MISUSE if none of them can be
 * NULL (one with a .server_default can't).  Before rows of a circle are deleted one of their keys becomes NULL.  Such a row takes
 * one statement more, which its version counts.
 */
ROWAN_API int rowan_flush_(struct rowan_session *session, struct rowan_site site);

/* Flush, then make it permanent.  Rows stay readable. */
ROWAN_API int rowan_commit_(struct rowan_session *session, struct rowan_commit_options options,
			    struct rowan_site site);

/*
 * Savepoints: what is done after rowan_savepoint() can be undone without undoing
 * what was done before.  They nest: release and rollback_to speak of the innermost.
 *
 *	rowan_savepoint(session);
 *	if (try_something(session) == ROWAN_OK)
 *		rowan_release(session);
 *	else
 *		rowan_rollback_to(session);	// the error is cleared, work goes on
 *
 * A savepoint flushes first, and begins the transaction if there is none.  While
 * one is open a failed flush does not roll back the transaction: it waits for
 * rowan_rollback_to().  That ends the savepoint and restores the rows in memory as
 * rowan_rollback() does; commit and rollback end all of them.  If the transaction has
 * ended by itself (the server is gone, or a failed COMMIT ended it) there is nothing to
 * go back to: the error stays, says so, and only rowan_rollback() helps.
 */
ROWAN_API int rowan_savepoint_(struct rowan_session *session, struct rowan_site site);
ROWAN_API int rowan_release_(struct rowan_session *session, struct rowan_site site);
ROWAN_API int rowan_rollback_to_(struct rowan_session *session, struct rowan_site site);

/*
 * Run a piece of work in a session and a transaction of its own, and commit; if it
 * or the commit fails, everything is rolled back.  Returns what the work returned if
 * that is < 0; else an error that its session waits with; else, when all is stored,
 * what the work returned.  On SQLite it takes the write lock first, unless read_only.
 *
 * After ROWAN_CONFLICT (and, on SQLite, a lock that was not to be had) the whole work
 * is run again, in a fresh session, after a pause of up to 1, 2, 4 .. 200 ms at random.
 * Work may return ROWAN_CONFLICT itself.  ROWAN_UNKNOWN_OUTCOME is never retried.  Work
 * that had an effect outside of the database says so by rowan_no_retry(), and is then
 * not run again.  Work that commits or rolls back itself is ROWAN_MISUSE.
 */
ROWAN_API int rowan_transaction_(struct rowan_engine *engine, rowan_work *work, void *context,
				 struct rowan_transaction_options options,
				 struct rowan_site site);
ROWAN_API void rowan_no_retry(struct rowan_session *session);

/*
 * Undo everything since the last commit, in the database and in memory: edited
 * rows have their old values, added rows are new again and keep what was written
 * into them but not their generated key, deleted rows are back.  Clears the
 * error.
 */
ROWAN_API int rowan_rollback(struct rowan_session *session);

/* ---- memory ---------------------------------------------------------------- */

/*
 * Text in the session's memory: formatted, or `size` bytes copied.  NULL, and
 * an error, for invalid UTF-8, a NUL among the bytes, or no memory.
 */
ROWAN_API const char *rowan_text(struct rowan_session *session, const char *format, ...)
	ROWAN_PRINTF_(2, 3);
ROWAN_API const char *rowan_text_copy(struct rowan_session *session, const char *text, size_t size);

/* ---- the functions behind the macros below --------------------------------- */

/*
 * Also for code that works with any model and has it as a value, as suites/session/generic.c
 * shows: a query of it is (struct rowan_query){ .model = model, .site = ROWAN_HERE, .. }.
 */

ROWAN_API void *rowan_new_(struct rowan_session *session, const struct rowan_model *model,
			   struct rowan_site site);
ROWAN_API void *rowan_new_from_(struct rowan_session *session, const struct rowan_model *model,
				const struct rowan_named_value *values, size_t count,
				struct rowan_site site);
ROWAN_API int rowan_set_all_(struct rowan_session *session, void *row,
			     const struct rowan_named_value *values, size_t count,
			     struct rowan_site site);
ROWAN_API int rowan_validate_(struct rowan_session *session, const void *row,
			      struct rowan_site site);
ROWAN_API int rowan_add_(struct rowan_session *session, const void *row, struct rowan_site site);
ROWAN_API int rowan_add_all_(struct rowan_session *session, const void *rows, size_t count,
			     struct rowan_site site);
ROWAN_API const void *rowan_get_(struct rowan_session *session, const struct rowan_model *model,
				 const struct rowan_value *key, size_t count,
				 struct rowan_site site);
ROWAN_API void *rowan_edit_(struct rowan_session *session, const struct rowan_model *model,
			    const void *row, struct rowan_site site);
ROWAN_API int rowan_delete_(struct rowan_session *session, const struct rowan_model *model,
			    const void *row, struct rowan_site site);
ROWAN_API void *rowan_merge_(struct rowan_session *session, const struct rowan_model *model,
			     const void *values, struct rowan_site site);
ROWAN_API int rowan_expunge_(struct rowan_session *session, const struct rowan_model *model,
			     const void *row, struct rowan_site site);
ROWAN_API int rowan_refresh_(struct rowan_session *session, const struct rowan_model *model,
			     const void *row, struct rowan_site site);
ROWAN_API int rowan_insert_all_(struct rowan_session *session, const struct rowan_model *model,
				const void *rows, size_t count, struct rowan_site site);
ROWAN_API void rowan_session_cleanup_(struct rowan_session **session);

#ifdef __cplusplus
}
#else

/*
 * A session that closes itself on every way out of its block:
 *	rowan_scoped struct rowan_session *session = rowan_session_open(engine);
 */
#define rowan_scoped __attribute__((cleanup(rowan_session_cleanup_)))

/* rowan_session_open(engine), rowan_session_open(engine, .lazy = ROWAN_LOAD_RAISE) */
#define rowan_session_open(...) ROWAN_SESSION_OPEN_(__VA_ARGS__, .sentinel_ = 0)
#define ROWAN_SESSION_OPEN_(engine_, ...) \
	rowan_session_open_((engine_), (struct rowan_session_options){ __VA_ARGS__ }, ROWAN_HERE)

/* rowan_begin(session), rowan_begin(session, .write = true) */
#define rowan_begin(...) ROWAN_BEGIN_(__VA_ARGS__, .sentinel_ = 0)
#define ROWAN_BEGIN_(session_, ...) \
	rowan_begin_((session_), (struct rowan_begin_options){ __VA_ARGS__ }, ROWAN_HERE)
#define rowan_flush(session_) rowan_flush_((session_), ROWAN_HERE)
/* rowan_commit(session), rowan_commit(session, .clear = true) */
#define rowan_commit(...) ROWAN_COMMIT_(__VA_ARGS__, .sentinel_ = 0)
#define ROWAN_COMMIT_(session_, ...) \
	rowan_commit_((session_), (struct rowan_commit_options){ __VA_ARGS__ }, ROWAN_HERE)

#define rowan_savepoint(session_) rowan_savepoint_((session_), ROWAN_HERE)
#define rowan_release(session_) rowan_release_((session_), ROWAN_HERE)
#define rowan_rollback_to(session_) rowan_rollback_to_((session_), ROWAN_HERE)

/* rowan_transaction(engine, transfer, &order, .isolation = ROWAN_SERIALIZABLE) */
#define rowan_transaction(...) ROWAN_TRANSACTION_(__VA_ARGS__, .sentinel_ = 0)
#define ROWAN_TRANSACTION_(engine_, work_, context_, ...) \
	rowan_transaction_((engine_), (work_), (context_), \
		(struct rowan_transaction_options){ __VA_ARGS__ }, ROWAN_HERE)

/* `row`, refused by the compiler if it is not a row of that model. */
#define ROWAN_ROW_OF_(model_, row_) (1 ? (row_) : (const struct model_ *)0)

/*
 * A new row with its defaults, not yet part of the work: rowan_add() makes it
 * so.  An integer primary key of 0 is generated by the database.
 */
#define rowan_new(session_, model_) \
	((struct model_ *)rowan_new_((session_), &model_##_model, ROWAN_HERE))

/*
 * Members by name, for data that comes as names and values:
 *
 *	struct rowan_named_value values[] = {
 *		{ "title", ROWAN_VALUE("Write it") }, { "due_date", ROWAN_NULL },
 *	};
 *
 *	struct task *task = rowan_new_from(session, task, values, 2);
 *	rowan_set_all(session, task, values, 2);
 *	rowan_set(session, task, "title", "Write it well");
 *
 * A new row has its defaults first; others are writable rows.  Values are converted
 * where nothing is lost: 3.0 to an integer 3, 1 to true.  Any other mistake is
 * ROWAN_VALIDATION, one line for each: a name that the model has not, with the one that
 * is most like it; a value of another type, or out of range; NULL where none may be.
 * Nothing is set then, and rowan_new_from() gives NULL.  Text is borrowed until the flush.
 */
#define rowan_new_from(session_, model_, ...) \
	((struct model_ *)rowan_new_from_((session_), &model_##_model, __VA_ARGS__, ROWAN_HERE))
#define rowan_set_all(session_, row_, ...) \
	rowan_set_all_((session_), (row_), __VA_ARGS__, ROWAN_HERE)
#define rowan_set(session_, row_, name_, value_) \
	rowan_set_all_((session_), (row_), &(const struct rowan_named_value){ \
		(name_), ROWAN_VALUE(value_) }, 1, ROWAN_HERE)

/*
 * What a flush would say of a writable row, now, and without a database: ROWAN_OK, or
 * ROWAN_VALIDATION with a line for each rule that is broken.  For rows of models without
 * a table, which are never flushed.
 */
#define rowan_validate(session_, row_) rowan_validate_((session_), (row_), ROWAN_HERE)

/*
 * Insert at the next flush a row that rowan_new() made, and with it the new rows
 * that its foreign keys follow, and those appended to it.  Adding twice is once.
 */
#define rowan_add(session_, row_) rowan_add_((session_), (row_), ROWAN_HERE)
/* rowan_add_all(session, tasks, 3): an array of pointers to new rows. */
#define rowan_add_all(session_, rows_, count_) \
	rowan_add_all_((session_), (rows_), (count_), ROWAN_HERE)

/*
 * The row with this primary key, or NULL if there is none.  A row that the
 * session already holds costs no statement.  A composite key is given in the
 * order of the model's fields: rowan_get(session, task_category, 1, 2).
 */
#define rowan_get(session_, model_, ...) \
	((const struct model_ *)rowan_get_((session_), &model_##_model, \
		ROWAN_VALUES_(__VA_ARGS__), ROWAN_HERE))

/* The writable row behind a row that this session handed out; NULL on error. */
#define rowan_edit(session_, model_, row_) \
	((struct model_ *)rowan_edit_((session_), &model_##_model, \
		ROWAN_ROW_OF_(model_, row_), ROWAN_HERE))

/*
 * Delete at the next flush.  A row that was never stored is ROWAN_MISUSE.  Rows that
 * refer to it make the flush fail, unless their relation has .cascade, and they are
 * deleted, too, or their foreign key .on_delete.
 */
#define rowan_delete(session_, model_, row_) \
	rowan_delete_((session_), &model_##_model, ROWAN_ROW_OF_(model_, row_), ROWAN_HERE)

/*
 * Read the row anew, over its unflushed edits; its relations are unloaded.
 * ROWAN_STALE if the row is gone.
 */
#define rowan_refresh(session_, model_, row_) \
	rowan_refresh_((session_), &model_##_model, ROWAN_ROW_OF_(model_, row_), ROWAN_HERE)

/*
 * Take over a struct from elsewhere: another session's row, a form's values.  The stored
 * row with its primary key, read if need be, gets all its columns; if there is none, or
 * the key is yet to be generated, it becomes a new row that is added.  Returns the
 * writable row.  With a version, ROWAN_STALE if the stored row has another one.  Text is
 * borrowed until the flush; relations are not looked at.
 *
 *	struct task *task = rowan_merge(session, task, &from_form);
 */
#define rowan_merge(session_, model_, values_) \
	((struct model_ *)rowan_merge_((session_), &model_##_model, \
		ROWAN_ROW_OF_(model_, values_), ROWAN_HERE))

/*
 * Let go of a row: what was written into it is not stored, and when it is next asked for
 * it is read as another one.  Its memory stays until the session is cleared.  One that
 * was added is new again.  ROWAN_MISUSE while a transaction is open.
 */
#define rowan_expunge(session_, model_, row_) \
	rowan_expunge_((session_), &model_##_model, ROWAN_ROW_OF_(model_, row_), ROWAN_HERE)

/*
 * Insert `count` structs at once, without making them rows of the session: the fast
 * way in for many.  They are validated first, and sent as they are: no default is applied
 * but those that the database puts in; keys that it numbers are not told.  rowan_insert_all(session, task, tasks, 10000), of an array of structs.
 */
#define rowan_insert_all(session_, model_, rows_, count_) \
	rowan_insert_all_((session_), &model_##_model, \
		ROWAN_ROW_OF_(model_, rows_), (count_), ROWAN_HERE)

/* Each argument as a value, with its count: `values, count`. */
#define ROWAN_VALUES_(...) \
	ROWAN_VALUES_PICK_(__VA_ARGS__, ROWAN_VALUES_4_, ROWAN_VALUES_3_, ROWAN_VALUES_2_, \
		ROWAN_VALUES_1_, 0)(__VA_ARGS__)
#define ROWAN_VALUES_PICK_(a_, b_, c_, d_, pick_, ...) pick_
#define ROWAN_VALUES_1_(a_) \
	(const struct rowan_value[]){ ROWAN_VALUE(a_) }, 1
#define ROWAN_VALUES_2_(a_, b_) \
	(const struct rowan_value[]){ ROWAN_VALUE(a_), ROWAN_VALUE(b_) }, 2
#define ROWAN_VALUES_3_(a_, b_, c_) \
	(const struct rowan_value[]){ ROWAN_VALUE(a_), ROWAN_VALUE(b_), ROWAN_VALUE(c_) }, 3
#define ROWAN_VALUES_4_(a_, b_, c_, d_) \
	(const struct rowan_value[]){ ROWAN_VALUE(a_), ROWAN_VALUE(b_), ROWAN_VALUE(c_), \
		ROWAN_VALUE(d_) }, 4

#endif /* __cplusplus */
#endif
