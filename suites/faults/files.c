/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE	/* unshare() */

/* SQLite's files: full, read-only, garbled, and of processes that were killed. */
#include "support.h"

#include <rowan/fixtures.h>

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <sqlite3.h>

static char folder[64], path[96], url[256];

static void open_folder(void)
{
	snprintf(folder, sizeof(folder), "/tmp/rowan-files-XXXXXX");
	cr_assert(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/test.db", folder);
	snprintf(url, sizeof(url), "sqlite:///%s?journal_mode=wal", path);
}

static void close_folder(void)
{
	static const char *const ends[] = { "", "-wal", "-shm", "-journal" };
	char name[128];

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		snprintf(name, sizeof(name), "%s%s", path, ends[i]);
		unlink(name);
	}
	umount(folder);
	rmdir(folder);
}

TestSuite(files, .init = open_folder, .fini = close_folder, .timeout = 120);

static struct rowan_engine *open_file(void)
{
	struct rowan_error error;
	struct rowan_engine *engine = rowan_engine_open(url, .error = &error);

	cr_assert(engine, "%s", error.message);
	cr_assert(rowan_create_all(engine, sample_models, &error) == ROWAN_OK, "%s", error.message);
	return engine;
}

/* By SQLite alone, which knows best. */
static void assert_intact(void)
{
	sqlite3_stmt *statement;
	sqlite3 *db;

	assert_int(sqlite3_open(path, &db), SQLITE_OK);
	assert_int(sqlite3_prepare_v2(db, "PRAGMA integrity_check", -1, &statement, NULL), SQLITE_OK);
	assert_int(sqlite3_step(statement), SQLITE_ROW);
	assert_text((const char *)sqlite3_column_text(statement, 0), "ok");
	sqlite3_finalize(statement);
	sqlite3_close(db);
}

static int64_t count_users(struct rowan_engine *engine)
{
	rowan_scoped struct rowan_session *session = rowan_session_open(engine);

	return rowan_count(session, rowan_select(user));
}

/* ---- no space --------------------------------------------------------------------- */

/* Rows until there is no place for one more; how many were committed. */
static int64_t fill(struct rowan_session *session)
{
	int64_t stored = 0;

	for (;;) {
		struct category *category = category_build(session);

		category->description = rowan_text(session, "%20000s", "");
		rowan_add(session, category);
		if (rowan_commit(session) < 0)
			return stored;
		stored++;
	}
}

static void assert_survives_a_full_disk(void)
{
	struct rowan_engine *engine = open_file();
	struct rowan_session *session = rowan_session_open(engine);
	int64_t stored = fill(session);

	assert_error(session, ROWAN_OPERATIONAL, "full");
	cr_assert(stored > 5);
	assert_ok(rowan_rollback(session));
	assert_int(rowan_count(session, rowan_select(category)), stored);
	assert_ok(rowan_clear(session));

	/* What is deleted makes room; a delete itself needs some. */
	for (int64_t id = 1; id <= stored / 2; id++)
		if (rowan_delete_where(session, rowan_select(category,
			.where = rowan_eq(CATEGORY(id), id))) < 0 || rowan_commit(session) < 0)
			rowan_rollback(session);
	rowan_session_close(session);
	rowan_engine_close(engine);
	assert_intact();
}

Test(files, lite2_a_full_disk_takes_nothing_with_it)
{
	static const char *const modes[] = { "delete", "wal", "truncate" };

	/* A disk of its own, which nobody else sees. */
	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0) {
		record_fault("lite-2", .figure = "a small disk takes root");
		cr_skip_test("mounting takes root");
	}
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		cr_assert(mount("tmpfs", folder, "tmpfs", 0, "size=1m") == 0, "%s", strerror(errno));
		snprintf(url, sizeof(url), "sqlite:///%s?journal_mode=%s", path, modes[i]);
		assert_survives_a_full_disk();
		cr_assert(umount(folder) == 0);
	}
	record_fault("lite-2", .injections = 3, .survived = 3, .figure = "a disk of 1 MB was filled");
}

/* ---- no access ---------------------------------------------------------------------- */

Test(files, lite2_what_may_only_be_read_is_read)
{
	struct rowan_engine *engine = open_file();
	struct rowan_session *session = rowan_session_open(engine);

	user_create(session);
	assert_ok(rowan_commit(session));
	rowan_session_close(session);
	rowan_engine_close(engine);

	snprintf(url, sizeof(url), "sqlite:///%s?mode=ro", path);
	engine = rowan_engine_open(url);
	session = rowan_session_open(engine);
	assert_int(rowan_count(session, rowan_select(user)), 1);
	user_create(session);
	assert_error(session, ROWAN_OPERATIONAL, "readonly");
	assert_ok(rowan_rollback(session));
	assert_int(rowan_count(session, rowan_select(user)), 1);
	rowan_session_close(session);
	rowan_engine_close(engine);
	record_fault("lite-2", .injections = 1, .survived = 1, .figure = "a file that is read-only");
}

Test(files, lite2_what_cannot_be_opened_is_named)
{
	static const char *const wrong[] = { "/no/such/folder/x.db", "/tmp", "/proc/x.db" };

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct rowan_engine *engine;
		struct rowan_session *session;

		snprintf(url, sizeof(url), "sqlite:///%s", wrong[i]);
		engine = rowan_engine_open(url);
		session = rowan_session_open(engine);
		cr_assert(rowan_count(session, rowan_select(user)) < 0);
		assert_error(session, ROWAN_OPERATIONAL, wrong[i]);
		assert_ok(rowan_rollback(session));
		rowan_session_close(session);
		rowan_engine_close(engine);
	}
	record_fault("lite-2", .injections = 3, .survived = 3, .figure = "files that cannot be opened");
}

/* ---- garbled --------------------------------------------------------------------------- */

static void make_file(void)
{
	struct rowan_engine *engine;
	struct rowan_session *session;

	snprintf(url, sizeof(url), "sqlite:///%s?journal_mode=delete&synchronous=off", path);
	engine = open_file();
	session = rowan_session_open(engine);
	assert_ok(user_create_batch(session, 50, .tasks = 4));
	assert_ok(rowan_commit(session));
	rowan_session_close(session);
	rowan_engine_close(engine);
}

static void copy_with_errors(const char *bytes, size_t size, struct rowan_fake *fake)
{
	int file = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);
	uint64_t errors = 1 + rowan_fake_below(fake, 8);
	char *copy = malloc(size);

	cr_assert(copy && file >= 0);
	memcpy(copy, bytes, size);
	for (uint64_t i = 0; i < errors; i++) {
		size_t at = rowan_fake_below(fake, size), length = 1 + rowan_fake_below(fake, 300);

		for (size_t n = at; n < at + length && n < size; n++)
			copy[n] = (char)rowan_fake_bits(fake);
	}
	cr_assert(write(file, copy, size) == (ssize_t)size);
	close(file);
	free(copy);
}

/* Everything is read and something written: right, or wrong and said so. */
static int use_file(void)
{
	struct rowan_engine *engine = rowan_engine_open(url);
	struct rowan_session *session = rowan_session_open(engine);
	struct rowan_result *result = rowan_exec(session, rowan_select(user,
		.load = { rowan_selectin(user, tasks, task, categories) }));
	const struct user *user;
	int status;

	while ((user = rowan_next(result)))
		cr_assert(user->email && user->name);
	user_create(session);
	status = rowan_commit(session);
	if (status < 0)
		cr_assert(rowan_error(session)->message[0]);
	assert_ok(rowan_rollback(session));
	rowan_session_close(session);
	assert_int(rowan_engine_stats(engine).in_use, 0);
	rowan_engine_close(engine);
	return status;
}

Test(files, lite2_a_garbled_file_is_an_error_and_never_a_crash)
{
	struct rowan_fake fake = rowan_fake();
	const char *times = getenv("ROWAN_GARBLED");
	long rounds = times ? atol(times) : 150, refused = 0;
	char figure[64];
	struct stat stat_of;
	char *bytes;
	int file;

	make_file();
	file = open(path, O_RDONLY | O_CLOEXEC);
	cr_assert(fstat(file, &stat_of) == 0);
	bytes = malloc((size_t)stat_of.st_size);
	cr_assert(bytes && read(file, bytes, (size_t)stat_of.st_size) == stat_of.st_size);
	close(file);
	for (long i = 0; i < rounds; i++) {
		int status;

		copy_with_errors(bytes, (size_t)stat_of.st_size, &fake);
		status = use_file();
		refused += status < 0;
		cr_assert(status == ROWAN_OK || status == ROWAN_OPERATIONAL ||
			  status == ROWAN_DATA || rowan_is_integrity(status), "%s",
			  rowan_error_name(status));
	}
	free(bytes);
	cr_assert(refused > 0);
	snprintf(figure, sizeof(figure), "files with bytes overwritten, %ld refused", refused);
	record_fault("lite-2", .injections = rounds, .survived = rounds, .figure = figure);
}

Test(files, lite2_what_is_no_database_is_said_so)
{
	FILE *file = fopen(path, "w");
	struct rowan_engine *engine = rowan_engine_open(url);
	struct rowan_session *session = rowan_session_open(engine);

	cr_assert(file);
	for (int i = 0; i < 1000; i++)
		fputs("Dear diary, ", file);
	fclose(file);
	cr_assert(rowan_count(session, rowan_select(user)) < 0);
	assert_error(session, ROWAN_OPERATIONAL, "not a database");
	assert_error(session, ROWAN_OPERATIONAL, path);
	rowan_session_close(session);
	rowan_engine_close(engine);
}

/* ---- killed -------------------------------------------------------------------------------- */

/* Commit row after row, and say which are. */
static void write_rows(int pipe_end)
{
	struct rowan_engine *engine = rowan_engine_open(url);
	struct rowan_session *session = rowan_session_open(engine);

	for (;;) {
		struct user *user = rowan_new(session, user);
		int64_t id;

		if (!user)
			_exit(1);
		*user = (struct user){ .hashed_password = "x", .name = "acknowledged" };
		user->email = rowan_text(session, "%d-%p", (int)getpid(), (void *)user);
		rowan_add(session, user);
		if (rowan_commit(session) < 0)
			_exit(1);
		id = user->id;
		if (write(pipe_end, &id, sizeof(id)) != sizeof(id))
			_exit(1);
	}
}

/*
 * The largest that was acknowledged before it was killed: some us after the first was, or
 * now and then while it opens the file.  0 if none was.
 */
static int64_t kill_writer(struct rowan_fake *fake)
{
	bool early = rowan_fake_below(fake, 4) == 0;
	long us = (long)rowan_fake_below(fake, early ? 20000 : 5000);
	int64_t id = 0, next;
	int ends[2], status;
	pid_t child;

	cr_assert(pipe2(ends, O_CLOEXEC) == 0);
	child = fork();
	cr_assert(child >= 0);
	if (child == 0)
		write_rows(ends[1]);
	close(ends[1]);
	if (!early && read(ends[0], &next, sizeof(next)) == sizeof(next))
		id = next;
	nanosleep(&(struct timespec){ .tv_nsec = us * 1000 }, NULL);
	kill(child, SIGKILL);
	while (read(ends[0], &next, sizeof(next)) == sizeof(next))
		id = next;
	close(ends[0]);
	waitpid(child, &status, 0);
	cr_assert(WIFSIGNALED(status), "the writer failed by itself");
	return id;
}

Test(files, lite3_what_was_acknowledged_is_there_after_a_kill)
{
	static const char *const modes[] = { "wal", "delete" };
	struct rowan_fake fake = rowan_fake();
	const char *times = getenv("ROWAN_KILLS");
	long kills = times ? atol(times) : 200, working = 0;
	int64_t before = 0;
	char figure[96];

	snprintf(url, sizeof(url), "sqlite:///%s", path);
	rowan_engine_close(open_file());
	for (long i = 0; i < kills; i++) {
		struct rowan_engine *engine;
		int64_t acknowledged, there;

		/* What was written outlives a process without being synchronized. */
		snprintf(url, sizeof(url), "sqlite:///%s?journal_mode=%s&synchronous=off", path,
			 modes[i % 2]);
		acknowledged = kill_writer(&fake);
		engine = rowan_engine_open(url);
		there = count_users(engine);
		rowan_engine_close(engine);
		cr_assert(there >= acknowledged, "%ld of %ld acknowledged rows", (long)there,
			  (long)acknowledged);
		cr_assert(there <= (acknowledged ? acknowledged : before) + 1);
		working += acknowledged > 0;
		before = there;
		assert_intact();
	}
	cr_assert(working > 0);
	snprintf(figure, sizeof(figure), "%ld in the middle of work; %ld rows, none of those "
		 "acknowledged lost", working, (long)before);
	record_fault("lite-3", .injections = kills, .survived = kills, .figure = figure);
}
