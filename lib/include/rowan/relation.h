/* SPDX-License-Identifier: MIT */
#ifndef ROWAN_RELATION_H
#define ROWAN_RELATION_H

/*
 * The relations of rows (<rowan/model.h>): what they lead to, and changing that.  Options
 * of a query load them ahead of time (<rowan/query.h>).
 */

#include <rowan/session.h>

#ifdef __cplusplus
extern "C" {
#endif

ROWAN_API void rowan_load_(struct rowan_session *session, const void *row, size_t slot,
			   uintptr_t state, struct rowan_site site);
ROWAN_API int rowan_set_one_(struct rowan_session *session, void *row, size_t slot,
			     const void *target, struct rowan_site site);
ROWAN_API int rowan_append_(struct rowan_session *session, const void *row, size_t slot,
			    const void *target, struct rowan_site site);
ROWAN_API int rowan_remove_(struct rowan_session *session, const void *row, size_t slot,
			    const void *target, struct rowan_site site);

#ifdef __cplusplus
}
#else

/*
 * A relation's slot, loaded if it was not:
 *
 *	rowan_load(session, task, owner).row->email
 *	for (size_t i = 0; i < rowan_load(session, user, tasks).count; i++)
 *		puts(user->tasks.rows[i]->title);
 *
 * A loaded slot costs one comparison.  After an error the slot stays empty.  The
 * row is a macro argument that is evaluated more than once.  To load and look
 * later: (void)rowan_load(session, user, tasks);
 */
#define rowan_load(session_, row_, slot_) \
	(*(((row_)->slot_.state_ & ROWAN_SLOT_LOADED_) ? (void)0 : \
	   rowan_load_((session_), (row_), ROWAN_SLOT_(row_, slot_), \
		(row_)->slot_.state_, ROWAN_HERE), &(row_)->slot_))
#define ROWAN_SLOT_LOADED_ ((uintptr_t)1)
#define ROWAN_SLOT_(row_, slot_) ((size_t)((const char *)&(row_)->slot_ - (const char *)(row_)))

/* The target must be a row of the type that the slot holds. */
#define ROWAN_TARGET_(row_, slot_, target_) (1 ? (target_) : (row_)->slot_.of_)

/*
 * Point a to-one relation of a writable row at `target`, or at NULL.  The
 * foreign key follows: now, or at the flush if `target` is not stored yet.
 */
#define rowan_set_one(session_, row_, slot_, target_) \
	rowan_set_one_((session_), (row_), \
		ROWAN_SLOT_(row_, slot_) + 0 * sizeof((row_)->slot_.row), \
		ROWAN_TARGET_(row_, slot_, target_), ROWAN_HERE)

/*
 * Add `target` to a to-many relation, or take it out.  With a link model a link
 * row is added or deleted, and what is already there is left alone; without
 * one, the foreign key of `target`, a writable row, is set, or set to NULL.  A
 * new row comes into the work with the row it is appended to: now, or when that is
 * added; a rollback undoes the appending, also one to a savepoint.  One that is taken
 * out of a relation with ROWAN_CASCADE_DELETE_ORPHAN is deleted by the flush.
 */
#define rowan_append(session_, row_, slot_, target_) \
	rowan_append_((session_), (row_), \
		ROWAN_SLOT_(row_, slot_) + 0 * sizeof((row_)->slot_.rows), \
		ROWAN_TARGET_(row_, slot_, target_), ROWAN_HERE)
#define rowan_remove(session_, row_, slot_, target_) \
	rowan_remove_((session_), (row_), \
		ROWAN_SLOT_(row_, slot_) + 0 * sizeof((row_)->slot_.rows), \
		ROWAN_TARGET_(row_, slot_, target_), ROWAN_HERE)

#endif /* __cplusplus */
#endif
