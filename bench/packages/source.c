/* SPDX-License-Identifier: MIT */
#include "source.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* ---- which files ---------------------------------------------------------- */

int sources_add(struct source_list *sources, const char *path)
{
	char **paths = array_room(sources->paths, &sources->capacity, sources->count,
				  sizeof(*paths));

	if (!paths)
		return -ENOMEM;
	sources->paths = paths;
	paths[sources->count] = strdup(path);
	if (!paths[sources->count])
		return -ENOMEM;
	sources->count++;
	return 0;
}

static int add_lists(struct source_list *sources, const char *lists)
{
	char pattern[4096];
	glob_t found;
	int status = 0;

	if (snprintf(pattern, sizeof(pattern), "%s/*_Packages*", lists) >= (int)sizeof(pattern))
		return -ENAMETOOLONG;
	switch (glob(pattern, 0, NULL, &found)) {
	case 0:
		break;
	case GLOB_NOMATCH:
		return 0;
	case GLOB_NOSPACE:
		return -ENOMEM;
	default:
		return -EIO;
	}
	for (size_t i = 0; i < found.gl_pathc && !status; i++)
		status = sources_add(sources, found.gl_pathv[i]);
	sources->has_lists = true;
	globfree(&found);
	return status;
}

int sources_find(struct source_list *sources, const char *status, const char *lists)
{
	int failure = 0;

	if (!access(status, R_OK))
		failure = sources_add(sources, status);
	return failure ? failure : add_lists(sources, lists);
}

void sources_free(struct source_list *sources)
{
	for (size_t i = 0; i < sources->count; i++)
		free(sources->paths[i]);
	free(sources->paths);
	*sources = (struct source_list){ 0 };
}

/* ---- unpacking ------------------------------------------------------------ */

struct unpacker {
	const char *suffix;
	const char *program;
};

/* All of them write to standard output when told -dc. */
static const char *unpacker_of(const char *path)
{
	static const struct unpacker unpackers[] = {
		{ ".lz4", "lz4" }, { ".xz", "xz" }, { ".gz", "gzip" },
		{ ".bz2", "bzip2" }, { ".zst", "zstd" },
	};
	size_t size = strlen(path);

	for (size_t i = 0; i < sizeof(unpackers) / sizeof(unpackers[0]); i++) {
		size_t suffix = strlen(unpackers[i].suffix);

		if (size > suffix && !strcmp(path + size - suffix, unpackers[i].suffix))
			return unpackers[i].program;
	}
	return NULL;
}

/* Start a program that writes to `out`.  0 or a negative errno. */
static int start(char *const arguments[], int out, pid_t *pid)
{
	posix_spawn_file_actions_t actions;
	int failure = posix_spawn_file_actions_init(&actions);

	if (failure)
		return -failure;
	failure = posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
	if (!failure)
		failure = posix_spawnp(pid, arguments[0], &actions, NULL, arguments, environ);
	posix_spawn_file_actions_destroy(&actions);
	return -failure;
}

/* Start what unpacks `path`; where that is not installed, apt's own reader of files. */
static int start_unpacker(const char *program, const char *path, int out, pid_t *pid)
{
	char *const own[] = { (char *)program, (char *)"-dc", (char *)"--", (char *)path, NULL };
	char *const apt[] = { (char *)"/usr/lib/apt/apt-helper", (char *)"cat-file",
			      (char *)path, NULL };
	int status = start(own, out, pid);

	return status == -ENOENT ? start(apt, out, pid) : status;
}

/* The program's end: a broken file, or one without its end, is one fault more. */
static int finish(struct catalog *catalog, pid_t pid, const char *program, const char *path)
{
	int state;

	while (waitpid(pid, &state, 0) < 0)
		if (errno != EINTR)
			return -errno;
	if (WIFEXITED(state) && !WEXITSTATUS(state))
		return 0;
	return fault_add(&catalog->faults, path, 0, "%s could not unpack all of it", program);
}

/* A pipe that programs started meanwhile do not hold open. */
static int open_pipe(int ends[2])
{
	if (pipe(ends))
		return -errno;
	fcntl(ends[0], F_SETFD, FD_CLOEXEC);
	fcntl(ends[1], F_SETFD, FD_CLOEXEC);
	return 0;
}

static int read_packed(struct catalog *catalog, const char *program, const char *path)
{
	int ends[2], status, end;
	pid_t pid;
	FILE *in;

	if (access(path, R_OK))
		return -errno;
	status = open_pipe(ends);
	if (status)
		return status;
	status = start_unpacker(program, path, ends[1], &pid);
	close(ends[1]);
	if (status) {
		close(ends[0]);
		return status;
	}
	in = fdopen(ends[0], "r");
	status = in ? catalog_read(catalog, in, path) : -ENOMEM;
	if (in)
		fclose(in);
	else
		close(ends[0]);
	end = finish(catalog, pid, program, path);
	return status ? status : end;
}

int source_read(struct catalog *catalog, const char *path)
{
	const char *program = unpacker_of(path);
	FILE *in;
	int status;

	if (program)
		return read_packed(catalog, program, path);
	in = fopen(path, "r");
	if (!in)
		return -errno;
	status = catalog_read(catalog, in, path);
	fclose(in);
	return status;
}
