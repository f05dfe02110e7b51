/* SPDX-License-Identifier: MIT */
#ifndef ROWAN_HOOKS_H
#define ROWAN_HOOKS_H

/*
 * Hooks: functions of the program that take part when sessions write.
 *
 *	static int stamp(struct rowan_session *session, const struct rowan_write *write,
 *			 void *context)
 *	{
 *		if (write->model == &task_model && write->kind != ROWAN_WRITE_DELETE)
 *			((struct task *)write->row)->edited_by = *(const char **)context;
 *		return ROWAN_OK;
 *	}
 *
 *	static const struct rowan_hooks hooks = { .before_write = stamp, .context = &user };
 *	engine = rowan_engine_open(url, .hooks = &hooks);
 *
 * They are called by the thread whose session it is, in its transaction, and may use that
 * session for all but flush, commit, rollback, savepoints, clear and close: what they add,
 * edit and delete is part of the same flush, and before_write() is asked of that, too.
 * One that returns < 0 makes the flush fail with this code and everything undone;
 * rowan_fail() says why.
 *
 * What does not go through the unit of work is not told: rowan_insert_all(),
 * rowan_delete_where(), rowan_update_where(), and what the database does by itself.
 */

#include <rowan/model.h>

enum rowan_write_kind { ROWAN_WRITE_INSERT, ROWAN_WRITE_UPDATE, ROWAN_WRITE_DELETE };

struct rowan_write {
	enum rowan_write_kind kind;
	const struct rowan_model *model;
	void *row;		/* before an insert or update it may be written to */
	const void *stored;	/* before an update or delete: as the database has it; else NULL */
};

struct rowan_hooks {
	/* A flush begins: perhaps there is nothing to send. */
	int (*before_flush)(struct rowan_session *session, void *context);
	/* A row is about to be sent, and not validated yet: once in each flush. */
	int (*before_write)(struct rowan_session *session, const struct rowan_write *write,
			    void *context);
	/*
	 * It was written; keys are filled in, nothing is committed.  With this hook a commit
	 * on PostgreSQL takes a round trip more.
	 */
	int (*after_write)(struct rowan_session *session, const struct rowan_write *write,
			   void *context);
	/* The transaction is over, for good: the place to tell others.  No statements here. */
	void (*after_commit)(struct rowan_session *session, void *context);
	void (*after_rollback)(struct rowan_session *session, void *context);
	void *context;
};

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Let the session wait with this error, as if a call had failed: for hooks, default
 * factories and work that find something wrong.  The first error stays.  Returns its code.
 */
ROWAN_API int rowan_fail(struct rowan_session *session, int code, const char *format, ...)
	ROWAN_PRINTF_(3, 4);

#ifdef __cplusplus
}
#endif
#endif
