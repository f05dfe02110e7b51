/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>

int larger(int a, int b);

Test(half, larger)
{
	cr_assert_eq(larger(2, 1), 2);
}
