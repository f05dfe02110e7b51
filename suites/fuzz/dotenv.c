/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE	/* memfd_create() */

/* Files of settings: lines with names, or one line about what is wrong. */
#include "fuzz.h"

#include "engine/dotenv.h"

#include <sys/mman.h>
#include <unistd.h>

static int take(void *context, const struct dotenv_line *line, struct rowan_error *error)
{
	int *last = context;

	(void)error;
	must(line->number >= *last && line->number > 0);
	must(line->name[0] && line->value);
	must(strlen(line->name) == strcspn(line->name, "= \t\n"));
	*last = line->number;
	return ROWAN_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static int file = -1;
	struct rowan_error error = { 0 };
	char path[32];
	int last = 0, status;

	if (file < 0)
		file = memfd_create("env", MFD_CLOEXEC);
	must(file >= 0 && ftruncate(file, 0) == 0);
	must(pwrite(file, data, size, 0) == (ssize_t)size);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", file);
	status = dotenv_read(path, take, &last, &error);
	if (status < 0)
		must_be_told(&error, status, 1);
	return 0;
}
