/* SPDX-License-Identifier: MIT */
#include "support.h"

#include "arguments.h"

#include <unistd.h>

TestSuite(command, .timeout = 60);

/* getopt keeps its place in globals: one parse per process of a test. */
static int parse(struct arguments *arguments, char **words)
{
	int count = 0;

	while (words[count])
		count++;
	return arguments_parse(arguments, count, words);
}

#define WORDS(...) ((char *[]){ (char *)"bench-packages", __VA_ARGS__, NULL })

Test(command, options_are_taken)
{
	struct arguments arguments;

	assert_int(parse(&arguments, WORDS((char *)"--index", (char *)"a", (char *)"--index=b",
		(char *)"--package", (char *)"git", (char *)"--maintainer", (char *)"Ada",
		(char *)"--engine", (char *)"sqlite:///x", (char *)"--json", (char *)"-",
		(char *)"--limit", (char *)"7")), 0);
	assert_int(arguments.indexes.count, 2);
	assert_text(arguments.indexes.paths[1], "b");
	assert_text(arguments.package, "git");
	assert_text(arguments.maintainer, "Ada");
	assert_text(arguments.engine, "sqlite:///x");
	assert_text(arguments.json, "-");
	assert_int(arguments.limit, 7);
	sources_free(&arguments.indexes);
}

Test(command, nothing_is_asked_for_by_default)
{
	struct arguments arguments;

	assert_int(arguments_parse(&arguments, 1, (char *[]){ (char *)"bench-packages", NULL }), 0);
	assert_text(arguments.engine, "sqlite://");
	assert_null(arguments.package);
	assert_int(arguments.limit, 20);
	assert_int(arguments.help, false);
}

Test(command, mistakes_are_usage_errors)
{
	static char *const mistakes[] = {
		(char *)"--limit=0", (char *)"--limit=x", (char *)"--limit=1x", (char *)"--limit=",
		(char *)"--limit=99999999999999999999", (char *)"--unknown", (char *)"stray",
		(char *)"--package",
	};

	for (size_t i = 0; i < sizeof(mistakes) / sizeof(mistakes[0]); i++) {
		struct arguments arguments;

		optind = 1;
		assert_int(parse(&arguments, WORDS(mistakes[i])), 2);
		sources_free(&arguments.indexes);
	}
}
