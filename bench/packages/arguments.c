/* SPDX-License-Identifier: MIT */
#include "arguments.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#define LIMIT_DEFAULT 20
#define LIMIT_MAX 100000

void arguments_help(FILE *out)
{
	fputs("Usage: bench-packages [option]..\n"
	      "\n"
	      "Load Debian package indexes into Rowan models, ask three questions, and compare\n"
	      "what the ways to load relations cost.\n"
	      "\n"
	      "  --index FILE       read this index (plain, .gz, .xz, .lz4, .bz2, .zst); may be\n"
	      "                     repeated.  Otherwise: " DPKG_STATUS " and\n"
	      "                     " APT_LISTS "/*_Packages*\n"
	      "  --package NAME     whose dependencies to follow (git, or the one with most)\n"
	      "  --maintainer TEXT  whose packages to list: part of a name or address (the one\n"
	      "                     with most packages)\n"
	      "  --engine URL       where to store them (sqlite://, in memory)\n"
	      "  --json FILE        write the results there too; - is standard output\n"
	      "  --limit N          length of lists that are printed (20)\n"
	      "  --help             print this\n", out);
}

static int usage(const char *what, const char *value)
{
	fprintf(stderr, "bench-packages: %s '%s'; see --help\n", what, value);
	return 2;
}

static int parse_limit(struct arguments *arguments, const char *text)
{
	char *end;
	long limit;

	errno = 0;
	limit = strtol(text, &end, 10);
	if (end == text || *end || errno || limit < 1 || limit > LIMIT_MAX)
		return usage("--limit takes a number from 1 to 100000, not", text);
	arguments->limit = (size_t)limit;
	return 0;
}

static int take_option(struct arguments *arguments, int option, const char *value)
{
	switch (option) {
	case 'i':
		if (!sources_add(&arguments->indexes, value))
			return 0;
		return usage("no memory for --index", value);
	case 'p':
		arguments->package = value;
		return 0;
	case 'm':
		arguments->maintainer = value;
		return 0;
	case 'e':
		arguments->engine = value;
		return 0;
	case 'j':
		arguments->json = value;
		return 0;
	case 'l':
		return parse_limit(arguments, value);
	case 'h':
		arguments->help = true;
		return 0;
	default:	/* getopt_long() has said what is wrong */
		return 2;
	}
}

int arguments_parse(struct arguments *arguments, int argc, char **argv)
{
	static const struct option options[] = {
		{ "index", required_argument, NULL, 'i' },
		{ "package", required_argument, NULL, 'p' },
		{ "maintainer", required_argument, NULL, 'm' },
		{ "engine", required_argument, NULL, 'e' },
		{ "json", required_argument, NULL, 'j' },
		{ "limit", required_argument, NULL, 'l' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	int option, status = 0;

	*arguments = (struct arguments){ .engine = "sqlite://", .limit = LIMIT_DEFAULT };
	while (!status && (option = getopt_long(argc, argv, "", options, NULL)) != -1)
		status = take_option(arguments, option, optarg);
	if (!status && optind < argc)
		status = usage("unexpected argument", argv[optind]);
	return status;
}
