/* SPDX-License-Identifier: MIT */
#include "support.h"

#include "version.h"

TestSuite(version, .timeout = 60);

Test(version, order_is_the_one_of_dpkg)
{
	static const struct { const char *older, *newer; } pairs[] = {
		{ "1.9", "1.10" }, { "1.0", "1.0.1" }, { "1.0-1", "1.0-2" }, { "9", "1:0" },
		{ "2.0~rc1", "2.0" }, { "2.0~rc1-1", "2.0-0" }, { "1.0~~", "1.0~" },
		{ "1.0~~", "1.0~~a" }, { "1.0a", "1.0+b" }, { "1.0", "1.0+b" }, { "1.0", "1.0a" },
		{ "1.2.3-1", "1.2.3-1+b1" }, { "1-1-1", "1-1-2" }, { "0.99", "0.100" },
		{ "1.99999999999999999999", "1.100000000000000000000" }, { "1.0-1~deb12u1", "1.0-1" },
	};

	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		cr_assert(version_compare(pairs[i].older, pairs[i].newer) < 0,
			  "%s is not before %s", pairs[i].older, pairs[i].newer);
		cr_assert(version_compare(pairs[i].newer, pairs[i].older) > 0,
			  "%s is not after %s", pairs[i].newer, pairs[i].older);
	}
}

Test(version, what_says_the_same_is_equal)
{
	static const struct { const char *a, *b; } pairs[] = {
		{ "1.0", "1.0" }, { "0:1.0", "1.0" }, { "1.0-0", "1.0" }, { "1.01", "1.1" },
		{ "", "" }, { "1.", "1.0" },
	};

	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		cr_assert(version_compare(pairs[i].a, pairs[i].b) == 0, "%s is not %s",
			  pairs[i].a, pairs[i].b);
}
