/* SPDX-License-Identifier: MIT */
#include "support.h"

#include "base/nearest.h"

TestSuite(nearest, .timeout = 20);

static const char *nearest_to(const char *wanted)
{
	static const char *const names[] = { "title", "tile", "owner_id", "description", "id" };
	struct nearest nearest = { .wanted = wanted };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		nearest_add(&nearest, names[i]);
	return nearest.found;
}

Test(nearest, a_slip_finds_its_word_and_another_word_finds_none)
{
	static const struct { const char *wanted, *found; } cases[] = {
		{ "title", "title" },
		{ "titel", "title" },
		{ "teitl", NULL },		/* two slips in five letters */
		{ "titl", "title" },
		{ "ttitle", "title" },
		{ "tale", "tile" },
		{ "owner", NULL },
		{ "owner-id", "owner_id" },
		{ "ownerid", "owner_id" },
		{ "descripton", "description" },
		{ "desciptoin", "description" },
		{ "ic", "id" },
		{ "xy", NULL },
		{ "", NULL },
		{ "a_name_that_is_longer_than_any_that_a_database_would_take_for_a_column", NULL },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_text(nearest_to(cases[i].wanted), cases[i].found);
}
