/* SPDX-License-Identifier: MIT */
#ifndef ROWAN_SANDBOX_H
#define ROWAN_SANDBOX_H

/*
 * Sandboxes, for tests: between these two calls the sessions of the engine begin,
 * commit and roll back as they like, and see what was committed before; at the end nothing of
 * it is left.
 *
 *	rowan_sandbox_begin(engine, &error);
 *	register_user(engine, "ada@example.org");	// commits
 *	..
 *	rowan_sandbox_end(engine, NULL);
 *
 * All that is done is in one transaction, on one connection, whatever the engine's pool,
 * and what a session takes for its transaction is a savepoint.  So there is one session
 * at work at a time: a second one in the same thread is ROWAN_MISUSE, in another thread it
 * waits.  rowan_begin() with .isolation and rowan_drop_all() are ROWAN_MISUSE.  What is
 * checked at a commit alone (PostgreSQL: deferred constraints, conflicts of serializable
 * transactions) is not checked.  Other engines on the database see nothing of it, and on
 * SQLite they can't write meanwhile.
 *
 * Both are refused while a session has a connection, in the middle of a transaction or
 * behind a read that nothing ended; the error names the line.  If the connection is lost,
 * sessions fail until the sandbox is ended.  `error` may be NULL.
 */

#include <rowan/engine.h>

#ifdef __cplusplus
extern "C" {
#endif

ROWAN_API int rowan_sandbox_begin(struct rowan_engine *engine, struct rowan_error *error);
ROWAN_API int rowan_sandbox_end(struct rowan_engine *engine, struct rowan_error *error);

#ifdef __cplusplus
}
#endif
#endif
