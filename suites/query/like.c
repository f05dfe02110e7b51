/* SPDX-License-Identifier: MIT */
#include "shop.h"

#include "query/like.h"

TestSuite(like, .timeout = 30);

Test(like, q06_literal_text_is_escaped_and_wrapped)
{
	static const struct {
		const char *literal, *contains, *starts, *ends;
	} cases[] = {
		{ "", "%%", "%", "%" },
		{ "a", "%a%", "a%", "%a" },
		{ "50%_off", "%50\\%\\_off%", "50\\%\\_off%", "%50\\%\\_off" },
		{ "%", "%\\%%", "\\%%", "%\\%" },
		{ "\\", "%\\\\%", "\\\\%", "%\\\\" },
		{ "a\\%b", "%a\\\\\\%b%", "a\\\\\\%b%", "%a\\\\\\%b" },
		{ "naïve ☃", "%naïve ☃%", "naïve ☃%", "%naïve ☃" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct text text = { 0 };

		cr_assert(like_pattern(&text, ROWAN_OP_CONTAINS, cases[i].literal));
		assert_text(text.data, cases[i].contains);
		text_clear(&text);
		cr_assert(like_pattern(&text, ROWAN_OP_STARTS_WITH, cases[i].literal));
		assert_text(text.data, cases[i].starts);
		text_clear(&text);
		cr_assert(like_pattern(&text, ROWAN_OP_ENDS_WITH, cases[i].literal));
		assert_text(text.data, cases[i].ends);
		text_release(&text);
	}
}

Test(like, a_text_that_is_broken_stays_so)
{
	struct text text = { .broken = true };

	cr_assert_not(like_pattern(&text, ROWAN_OP_CONTAINS, "a"));
}
