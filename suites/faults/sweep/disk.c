/* SPDX-License-Identifier: MIT */
#include "sweep.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

/*
 * The disk below SQLite: a VFS in front of the system's, whose calls fail.  A write that
 * fails may have written a half.
 */

struct file {
	sqlite3_file base;
	sqlite3_file *real;
};

static sqlite3_vfs *below;
static bool full;

enum { BROKEN, FULL };

#define REAL(file_) (((struct file *)(file_))->real)
#define PASS(file_, method_, code_, ...) \
	(fuse_blows(&disk_injector) ? (code_) : REAL(file_)->pMethods->method_(REAL(file_), ##__VA_ARGS__))

static int file_close(sqlite3_file *file)
{
	return REAL(file)->pMethods->xClose(REAL(file));
}

static int file_read(sqlite3_file *file, void *data, int size, sqlite3_int64 at)
{
	return full ? REAL(file)->pMethods->xRead(REAL(file), data, size, at)
		    : fuse_blows(&disk_injector) ? SQLITE_IOERR_READ
			      : REAL(file)->pMethods->xRead(REAL(file), data, size, at);
}

static int file_write(sqlite3_file *file, const void *data, int size, sqlite3_int64 at)
{
	if (!fuse_blows(&disk_injector))
		return REAL(file)->pMethods->xWrite(REAL(file), data, size, at);
	REAL(file)->pMethods->xWrite(REAL(file), data, size / 2, at);
	return full ? SQLITE_FULL : SQLITE_IOERR_WRITE;
}

/* A full disk still reads, locks and forgets. */
#define UNLESS_FULL(call_, code_) (!full && fuse_blows(&disk_injector) ? (code_) : (call_))

static int file_truncate(sqlite3_file *file, sqlite3_int64 size)
{
	return UNLESS_FULL(REAL(file)->pMethods->xTruncate(REAL(file), size), SQLITE_IOERR_TRUNCATE);
}

static int file_sync(sqlite3_file *file, int flags)
{
	return UNLESS_FULL(REAL(file)->pMethods->xSync(REAL(file), flags), SQLITE_IOERR_FSYNC);
}

static int file_size(sqlite3_file *file, sqlite3_int64 *size)
{
	return UNLESS_FULL(REAL(file)->pMethods->xFileSize(REAL(file), size), SQLITE_IOERR_FSTAT);
}

static int file_lock(sqlite3_file *file, int level)
{
	return UNLESS_FULL(REAL(file)->pMethods->xLock(REAL(file), level), SQLITE_IOERR_LOCK);
}

static int file_unlock(sqlite3_file *file, int level)
{
	return REAL(file)->pMethods->xUnlock(REAL(file), level);
}

static int file_check_reserved(sqlite3_file *file, int *reserved)
{
	return UNLESS_FULL(REAL(file)->pMethods->xCheckReservedLock(REAL(file), reserved),
			   SQLITE_IOERR_CHECKRESERVEDLOCK);
}

static int file_control(sqlite3_file *file, int what, void *argument)
{
	return REAL(file)->pMethods->xFileControl(REAL(file), what, argument);
}

static int file_sector_size(sqlite3_file *file)
{
	return REAL(file)->pMethods->xSectorSize(REAL(file));
}

static int file_characteristics(sqlite3_file *file)
{
	return REAL(file)->pMethods->xDeviceCharacteristics(REAL(file));
}

static int file_shm_map(sqlite3_file *file, int page, int size, int extend, void volatile **out)
{
	if (!fuse_blows(&disk_injector))
		return REAL(file)->pMethods->xShmMap(REAL(file), page, size, extend, out);
	*out = NULL;
	return full ? SQLITE_FULL : SQLITE_IOERR_SHMMAP;
}

static int file_shm_lock(sqlite3_file *file, int offset, int count, int flags)
{
	if (flags & SQLITE_SHM_UNLOCK)
		return REAL(file)->pMethods->xShmLock(REAL(file), offset, count, flags);
	return UNLESS_FULL(REAL(file)->pMethods->xShmLock(REAL(file), offset, count, flags),
			   SQLITE_IOERR_SHMLOCK);
}

static void file_shm_barrier(sqlite3_file *file)
{
	REAL(file)->pMethods->xShmBarrier(REAL(file));
}

static int file_shm_unmap(sqlite3_file *file, int forget)
{
	return REAL(file)->pMethods->xShmUnmap(REAL(file), forget);
}

static const sqlite3_io_methods methods = {
	.iVersion = 2, .xClose = file_close, .xRead = file_read, .xWrite = file_write,
	.xTruncate = file_truncate, .xSync = file_sync, .xFileSize = file_size,
	.xLock = file_lock, .xUnlock = file_unlock, .xCheckReservedLock = file_check_reserved,
	.xFileControl = file_control, .xSectorSize = file_sector_size,
	.xDeviceCharacteristics = file_characteristics, .xShmMap = file_shm_map,
	.xShmLock = file_shm_lock, .xShmBarrier = file_shm_barrier, .xShmUnmap = file_shm_unmap,
};

static int disk_open(sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *file, int flags,
		     int *out_flags)
{
	struct file *own = (struct file *)file;
	int status;

	(void)vfs;
	own->base.pMethods = NULL;
	own->real = (sqlite3_file *)(own + 1);
	if (fuse_blows(&disk_injector))
		return full ? SQLITE_FULL : SQLITE_CANTOPEN;
	status = below->xOpen(below, name, own->real, flags, out_flags);
	if (own->real->pMethods)
		own->base.pMethods = &methods;
	return status;
}

static int disk_delete(sqlite3_vfs *vfs, const char *name, int sync)
{
	(void)vfs;
	return UNLESS_FULL(below->xDelete(below, name, sync), SQLITE_IOERR_DELETE);
}

static int disk_access(sqlite3_vfs *vfs, const char *name, int flags, int *result)
{
	(void)vfs;
	return UNLESS_FULL(below->xAccess(below, name, flags, result), SQLITE_IOERR_ACCESS);
}

/* In front of the system's, for whoever names none. */
static void install(void)
{
	static sqlite3_vfs disk;

	below = sqlite3_vfs_find(NULL);
	if (!below)
		abort();
	disk = *below;
	disk.iVersion = 2;
	disk.szOsFile = (int)sizeof(struct file) + below->szOsFile;
	disk.zName = "sweep";
	disk.xOpen = disk_open;
	disk.xDelete = disk_delete;
	disk.xAccess = disk_access;
	if (sqlite3_vfs_register(&disk, 1) != SQLITE_OK)
		abort();
}

static void choose(int kind)
{
	full = kind == FULL;
}

static bool allows(int kind, const struct rowan_error *error)
{
	(void)kind;
	return error->code == ROWAN_OPERATIONAL && error->native_code != 0;
}

static const struct variant variants[] = {
	{ "broken, WAL, ", "journal_mode=wal&synchronous=full", BROKEN },
	{ "broken, journal, ", "journal_mode=delete&synchronous=full", BROKEN },
	{ "full, WAL, ", "journal_mode=wal&synchronous=full", FULL },
	{ "full, journal, ", "journal_mode=delete&synchronous=full", FULL },
	{ NULL, NULL, 0 },
};

const struct injector disk_injector = {
	.name = "lite2_disk", .id = "lite-2", .variants = variants, .install = install,
	.choose = choose, .allows = allows,
};
