/* SPDX-License-Identifier: MIT */
#ifndef PACKAGES_FAULTS_H
#define PACKAGES_FAULTS_H

#include <stddef.h>

/* What was found wrong in an index, and skipped. */
struct fault {
	const char *file;	/* borrowed */
	int line;		/* from 1; 0 = the file as a whole */
	char *why;		/* one line, valid UTF-8 */
};

struct faults {
	struct fault *items;
	size_t count, capacity;
};

/* 0, or -ENOMEM. */
int fault_add(struct faults *faults, const char *file, int line, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
void faults_free(struct faults *faults);

/*
 * How many bytes of `text` to quote: at most `size`, not too many for a line,
 * and no character cut in two.  For "%.*s".
 */
int fault_quote(const char *text, size_t size);

#endif
