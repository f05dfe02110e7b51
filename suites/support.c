/* SPDX-License-Identifier: MIT */
#include "support.h"

#include <criterion/hooks.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * One seed for all tests of a run.  Each test is a process of its own and
 * inherits it from the environment.
 */
static void set_seed(void)
{
	char seed[24];

	snprintf(seed, sizeof(seed), "%" PRIu32, (uint32_t)rowan_now().us);
	if (setenv("ROWAN_SEED", seed, 0) == 0)
		fprintf(stderr, "ROWAN_SEED=%s\n", getenv("ROWAN_SEED"));
}

ReportHook(PRE_ALL)(struct criterion_test_set *tests)
{
	const char *missing = rowan_test_engine_missing(), *stale = stale_excuse(tests);

	set_seed();
	if (missing)
		fprintf(stderr, "SKIPPED, %s\n", missing);
	if (stale) {
		fprintf(stderr, "suites/excuses.c excuses %s, and there is no such test\n", stale);
		exit(1);
	}
}

ReportHook(POST_ALL)(struct criterion_global_stats *stats)
{
	(void)stats;
	rowan_test_cleanup();
}

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

void assert_lacks_(const char *text, const char *part, const char *file, int line)
{
	cr_assert(text && !strstr(text, part), "%s:%d: \"%s\" holds \"%s\"",
		  file, line, shown(text), part);
}

void assert_int_(int64_t got, int64_t want, const char *what, const char *file, int line)
{
	cr_assert(got == want, "%s:%d: %s is %" PRId64 ", not %" PRId64, file, line, what, got, want);
}

void assert_null_(const void *got, const char *what, const char *file, int line)
{
	cr_assert(!got, "%s:%d: %s is not NULL", file, line, what);
}

static const char *code_name(int code)
{
	return code == ROWAN_OK ? "ROWAN_OK" : rowan_error_name(code);
}

void assert_code_(int got, int want, const char *call, const char *file, int line)
{
	cr_assert(got == want, "%s:%d: %s: %s, not %s", file, line, call, code_name(got),
		  code_name(want));
}

void assert_error_(const struct rowan_error *error, int code, const char *part,
		   const char *file, int line)
{
	cr_assert(error->code == code, "%s:%d: %s (%s), not %s", file, line,
		  code_name(error->code), error->message, code_name(code));
	assert_contains_(error->message, part, file, line);
}

void fail_with_report_(const char *report, struct rowan_site site)
{
	cr_assert_fail("%s:%d: %s", site.file, site.line, report);
}

void record_fault_(struct fault_line fault, const char *file, int line)
{
	if (!fault.engine)
		fault.engine = rowan_test_engine_name();
	fault.test = criterion_current_test->name;
	cr_assert(fault.wrong == 0 && fault.leaked == 0, "%s:%d: %s: %ld wrong, %ld leaked", file,
		  line, fault.id, fault.wrong, fault.leaked);
	cr_assert(fault_note(&fault), "%s:%d: ROWAN_FAULTS can't be written", file, line);
}
