/* SPDX-License-Identifier: MIT */
#include "options.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *program = "bench";

void usage_error(const char *format, ...)
{
	va_list args;

	fprintf(stderr, "%s: ", program);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputs("; --help shows what there is\n", stderr);
	exit(2);
}

static void print_help(const char *summary, const struct option *options, size_t count)
{
	printf("Usage: %s [options]\n\n%s\n\n", program, summary);
	for (size_t i = 0; i < count; i++) {
		char left[64];

		snprintf(left, sizeof(left), "--%s%s%s", options[i].name,
			 options[i].placeholder ? " " : "",
			 options[i].placeholder ? options[i].placeholder : "");
		printf("  %-20s %s\n", left, options[i].help);
	}
	printf("  %-20s %s\n", "--help", "this");
}

static const struct option *find(const struct option *options, size_t count,
				 const char *name, size_t length)
{
	for (size_t i = 0; i < count; i++)
		if (strlen(options[i].name) == length && !memcmp(options[i].name, name, length))
			return &options[i];
	return NULL;
}

static void set(const struct option *option, const char *text)
{
	char *end;
	long number;

	if (option->kind == OPTION_TEXT) {
		*(const char **)option->value = text;
		return;
	}
	errno = 0;
	number = strtol(text, &end, 10);
	if (errno || end == text || *end || number < 1)
		usage_error("--%s takes a number from 1 on, not '%s'", option->name, text);
	*(long *)option->value = number;
}

void options_parse(int argc, char **argv, const char *summary,
		   const struct option *options, size_t count)
{
	const char *slash = strrchr(argv[0], '/');

	program = slash ? slash + 1 : argv[0];
	for (int i = 1; i < argc; i++) {
		const struct option *option;
		const char *name;
		size_t length;

		if (strncmp(argv[i], "--", 2) != 0)
			usage_error("unexpected argument '%s'", argv[i]);
		name = argv[i] + 2;
		length = strcspn(name, "=");
		if (!strcmp(name, "help")) {
			print_help(summary, options, count);
			exit(0);
		}
		option = find(options, count, name, length);
		if (!option)
			usage_error("unknown option '%s'", argv[i]);
		if (option->kind == OPTION_FLAG) {
			if (name[length])
				usage_error("--%s takes no value", option->name);
			*(bool *)option->value = true;
		} else if (name[length]) {
			set(option, name + length + 1);
		} else if (i + 1 < argc) {
			set(option, argv[++i]);
		} else {
			usage_error("--%s needs a value", option->name);
		}
	}
}
