/* SPDX-License-Identifier: MIT */
#ifndef PACKAGES_ARGUMENTS_H
#define PACKAGES_ARGUMENTS_H

#include "source.h"

/* What the command line says; text is borrowed from it. */
struct arguments {
	struct source_list indexes;	/* none: the machine's own */
	const char *package, *maintainer;	/* NULL: chosen */
	const char *engine;
	const char *json;		/* NULL: not wanted */
	size_t limit;
	bool help;
};

/* 0, or 2 after a line on stderr that says what was wrong. */
int arguments_parse(struct arguments *arguments, int argc, char **argv);
void arguments_help(FILE *out);

#endif
