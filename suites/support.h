/* SPDX-License-Identifier: MIT */
#ifndef SUITES_SUPPORT_H
#define SUITES_SUPPORT_H

/*
 * What all suites share.  A test is named after the requirement it proves:
 * Test(constraints, m11_second_equal_value_is_refused).
 */

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <rowan.h>

/* Equal texts; NULL is a value of its own.  Prints both when they differ. */
#define assert_text(got_, want_) assert_text_((got_), (want_), __FILE__, __LINE__)
void assert_text_(const char *got, const char *want, const char *file, int line);

/* The text holds `part`. */
#define assert_contains(text_, part_) assert_contains_((text_), (part_), __FILE__, __LINE__)
void assert_contains_(const char *text, const char *part, const char *file, int line);

#endif
