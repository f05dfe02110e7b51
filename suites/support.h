/* SPDX-License-Identifier: MIT */
#ifndef SUITES_SUPPORT_H
#define SUITES_SUPPORT_H

/*
 * What all suites share.  A test is named after the requirement it proves:
 * Test(constraints, m11_second_equal_value_is_refused).
 */

#include "fault.h"

#include <criterion/criterion.h>
#include <rowan.h>
#include <rowan/fixtures/counter.h>
#include <rowan/fixtures/engine.h>

/* ---- engines --------------------------------------------------------------- */

/*
 * For the .init of suites that take rowan_test_engine(): skips a test that is not for
 * the engine of this run, see excuses.c, and every test if the engine can't be had,
 * which is a failure where CI is set.
 */
void need_engine(void);

/* Where engines rightly differ: runs_on("sqlite"). */
bool runs_on(const char *engine);

/* A test that is excused and does not exist, in a suite that does; or NULL. */
struct criterion_test_set;
const char *stale_excuse(struct criterion_test_set *all);

/* ---- assertions ------------------------------------------------------------ */

/* Equal texts; NULL is a value of its own.  Prints both when they differ. */
#define assert_text(got_, want_) assert_text_((got_), (want_), __FILE__, __LINE__)
void assert_text_(const char *got, const char *want, const char *file, int line);

/* The text holds `part`; it does not. */
#define assert_contains(text_, part_) assert_contains_((text_), (part_), __FILE__, __LINE__)
void assert_contains_(const char *text, const char *part, const char *file, int line);
#define assert_lacks(text_, part_) assert_lacks_((text_), (part_), __FILE__, __LINE__)
void assert_lacks_(const char *text, const char *part, const char *file, int line);

/*
 * Equal numbers.  Prints both when they differ:
 * assert_int(rowan_count(session, rowan_select(user)), 3);
 */
#define assert_int(got_, want_) \
	assert_int_((int64_t)(got_), (int64_t)(want_), #got_, __FILE__, __LINE__)
void assert_int_(int64_t got, int64_t want, const char *what, const char *file, int line);

/* The pointer is NULL; prints the expression as it was written if not. */
#define assert_null(got_) assert_null_((got_), #got_, __FILE__, __LINE__)
void assert_null_(const void *got, const char *what, const char *file, int line);

/* The call returned ROWAN_OK, or this code: prints the code's name if not. */
#define assert_ok(call_) assert_code_((call_), ROWAN_OK, #call_, __FILE__, __LINE__)
#define assert_code(call_, code_) assert_code_((call_), (code_), #call_, __FILE__, __LINE__)
void assert_code_(int got, int want, const char *call, const char *file, int line);

/* The session waits with this error, and its message holds `part`. */
#define assert_error(session_, code_, part_) \
	assert_error_(rowan_error(session_), (code_), (part_), __FILE__, __LINE__)
void assert_error_(const struct rowan_error *error, int code, const char *part,
		   const char *file, int line);

/* assert_statements(engine, 2) { .. }: the block executes two statements. */
#define assert_statements(engine_, count_) \
	rowan_expect_statements(engine_, count_, fail_with_report_)
void fail_with_report_(const char *report, struct rowan_site site);

/*
 * record_fault("pool-7", .injections = 40, .survived = 40, .figure = "..."): notes what a
 * fault did, see fault.h; the test fails if something was wrong or leaked.
 */
#define record_fault(...) \
	record_fault_((struct fault_line){ .id = __VA_ARGS__ }, __FILE__, __LINE__)
void record_fault_(struct fault_line fault, const char *file, int line);

#endif
