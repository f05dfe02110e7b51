/* SPDX-License-Identifier: MIT */
/*
 * Tests that are wrong on purpose: run.sh wants each of them to be caught.  They
 * hide what they do from the compiler, which would warn.
 */
#include <criterion/criterion.h>

#include <limits.h>
#include <stdlib.h>

TestSuite(mistakes, .timeout = 20);

static void *volatile kept;

Test(mistakes, leak)
{
	kept = malloc(24);
	kept = NULL;
}

Test(mistakes, use_after_free)
{
	char *volatile memory = malloc(24);

	free(memory);
	cr_assert(memory[3] == memory[3]);
}

Test(mistakes, signed_overflow)
{
	volatile int n = INT_MAX;

	n++;
	cr_assert(n == n);
}
