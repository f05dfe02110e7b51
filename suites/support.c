/* SPDX-License-Identifier: MIT */
#include "support.h"

#include <string.h>

static const char *shown(const char *text)
{
	return text ? text : "(null)";
}

void assert_text_(const char *got, const char *want, const char *file, int line)
{
	bool equal = got && want ? strcmp(got, want) == 0 : got == want;

	cr_assert(equal, "%s:%d: got  \"%s\"\n      want \"%s\"", file, line, shown(got), shown(want));
}

void assert_contains_(const char *text, const char *part, const char *file, int line)
{
	cr_assert(text && strstr(text, part), "%s:%d: \"%s\" does not hold \"%s\"",
		  file, line, shown(text), part);
}
