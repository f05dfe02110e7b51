/* SPDX-License-Identifier: MIT */
#ifndef BENCH_OPTIONS_H
#define BENCH_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Command lines: a table of what a program takes.
 *
 *	const struct option options[] = {
 *		{ "rounds", OPTION_NUMBER, &rounds, "N", "rounds per workload" },
 *		{ "gate", OPTION_FLAG, &gate, NULL, "exit 1 when a target is missed" },
 *	};
 *	options_parse(argc, argv, "What the program does.", options, 2);
 *
 * --name VALUE and --name=VALUE are the same.  --help is always there.  What is
 * not in the table, or not a number where one is wanted, is one line and exit 2.
 */
enum option_kind {
	OPTION_FLAG,	/* bool */
	OPTION_NUMBER,	/* long, at least 1 */
	OPTION_TEXT,	/* const char * */
};

struct option {
	const char *name;
	enum option_kind kind;
	void *value;
	const char *placeholder;	/* for --help; NULL for a flag */
	const char *help;
};

void options_parse(int argc, char **argv, const char *summary,
		   const struct option *options, size_t count);

/* "program: message, see --help" and exit 2. */
_Noreturn void usage_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
