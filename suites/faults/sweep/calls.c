/* SPDX-License-Identifier: MIT */
#include "sweep.h"

#include <sqlite3.h>

/*
 * SQLite itself: each call of the driver to it fails, with each kind of code; the linker
 * leads them here (--wrap).  A statement that fails is not executed, and a transaction
 * that SQLite would have ended stays open: that too has to be put right.
 */

static int code;

/* WRAP(type, name, what it gives when it fails, (parameters), (arguments)) */
#define WRAP(type_, name_, failure_, parameters_, arguments_) \
	type_ __real_##name_ parameters_; \
	type_ __wrap_##name_ parameters_; \
	type_ __wrap_##name_ parameters_ \
	{ return fuse_blows(&calls_injector) ? (failure_) : __real_##name_ arguments_; }

WRAP(int, sqlite3_exec, code,
     (sqlite3 *db, const char *sql, int (*row)(void *, int, char **, char **), void *context,
      char **error), (db, sql, row, context, error))
WRAP(int, sqlite3_step, code, (sqlite3_stmt *statement), (statement))
WRAP(int, sqlite3_db_config, code, (sqlite3 *db, int what, int value, int *out),
     (db, what, value, out))
WRAP(int, sqlite3_bind_null, code, (sqlite3_stmt *statement, int index), (statement, index))
WRAP(int, sqlite3_bind_int64, code, (sqlite3_stmt *statement, int index, sqlite3_int64 value),
     (statement, index, value))
WRAP(int, sqlite3_bind_double, code, (sqlite3_stmt *statement, int index, double value),
     (statement, index, value))
WRAP(int, sqlite3_bind_text, code,
     (sqlite3_stmt *statement, int index, const char *text, int length, void (*end)(void *)),
     (statement, index, text, length, end))
WRAP(int, sqlite3_bind_blob, code,
     (sqlite3_stmt *statement, int index, const void *data, int size, void (*end)(void *)),
     (statement, index, data, size, end))
WRAP(int, sqlite3_bind_text64, code,
     (sqlite3_stmt *statement, int index, const char *text, sqlite3_uint64 length,
      void (*end)(void *), unsigned char encoding),
     (statement, index, text, length, end, encoding))
WRAP(int, sqlite3_bind_blob64, code,
     (sqlite3_stmt *statement, int index, const void *data, sqlite3_uint64 size,
      void (*end)(void *)),
     (statement, index, data, size, end))

/* What gives an object back besides its code gives none when it fails. */
int __real_sqlite3_open_v2(const char *name, sqlite3 **out, int flags, const char *vfs);
int __wrap_sqlite3_open_v2(const char *name, sqlite3 **out, int flags, const char *vfs);
int __wrap_sqlite3_open_v2(const char *name, sqlite3 **out, int flags, const char *vfs)
{
	*out = NULL;
	return fuse_blows(&calls_injector) ? code : __real_sqlite3_open_v2(name, out, flags, vfs);
}

int __real_sqlite3_prepare_v2(sqlite3 *db, const char *sql, int size, sqlite3_stmt **out,
			      const char **tail);
int __wrap_sqlite3_prepare_v2(sqlite3 *db, const char *sql, int size, sqlite3_stmt **out,
			      const char **tail);
int __wrap_sqlite3_prepare_v2(sqlite3 *db, const char *sql, int size, sqlite3_stmt **out,
			      const char **tail)
{
	*out = NULL;
	return fuse_blows(&calls_injector) ? code : __real_sqlite3_prepare_v2(db, sql, size, out, tail);
}

int __real_sqlite3_prepare_v3(sqlite3 *db, const char *sql, int size, unsigned flags,
			      sqlite3_stmt **out, const char **tail);
int __wrap_sqlite3_prepare_v3(sqlite3 *db, const char *sql, int size, unsigned flags,
			      sqlite3_stmt **out, const char **tail);
int __wrap_sqlite3_prepare_v3(sqlite3 *db, const char *sql, int size, unsigned flags,
			      sqlite3_stmt **out, const char **tail)
{
	*out = NULL;
	return fuse_blows(&calls_injector) ? code : __real_sqlite3_prepare_v3(db, sql, size, flags, out, tail);
}

static void choose(int kind)
{
	code = kind;
}

static bool allows(int kind, const struct rowan_error *error)
{
	int want = kind == SQLITE_BUSY ? ROWAN_TIMEOUT
		 : kind == SQLITE_NOMEM ? ROWAN_NO_MEMORY : ROWAN_OPERATIONAL;

	return error->code == want && error->native_code == kind;
}

#define OPTIONS "journal_mode=wal&synchronous=off"
static const struct variant variants[] = {
	{ "I/O error, ", OPTIONS, SQLITE_IOERR_READ },
	{ "full, ", OPTIONS, SQLITE_FULL },
	{ "busy, ", OPTIONS, SQLITE_BUSY },
	{ "no memory, ", OPTIONS, SQLITE_NOMEM },
	{ "corrupt, ", OPTIONS, SQLITE_CORRUPT },
	{ "interrupted, ", OPTIONS, SQLITE_INTERRUPT },
	{ NULL, NULL, 0 },
};

const struct injector calls_injector = {
	.name = "lite2_calls", .id = "lite-2", .variants = variants,
	.choose = choose, .allows = allows,
};
