/* SPDX-License-Identifier: MIT */
#include "support.h"

#include "base/error.h"
#include "base/utf8.h"

#include <string.h>

TestSuite(error, .timeout = 10);

Test(error, every_code_has_a_name_of_its_own)
{
	for (int code = ROWAN_UNKNOWN_OUTCOME; code <= ROWAN_OK; code++) {
		cr_assert(strcmp(rowan_error_name(code), "unknown") != 0, "code %d", code);
		for (int other = code + 1; other <= ROWAN_OK; other++)
			cr_assert(strcmp(rowan_error_name(code), rowan_error_name(other)) != 0);
	}
	assert_text(rowan_error_name(1), "unknown");
	assert_text(rowan_error_name(-1000), "unknown");
	assert_text(rowan_error_name(ROWAN_FOREIGN_KEY), "foreign key");
}

Test(error, only_constraints_are_about_integrity)
{
	for (int code = ROWAN_UNKNOWN_OUTCOME; code <= ROWAN_OK; code++)
		assert_int(rowan_is_integrity(code), code >= ROWAN_CHECK && code <= ROWAN_UNIQUE);
}

/* What a user of a user may read: no SQL, no value. */
Test(error, a_constraint_is_described_by_what_the_database_named)
{
	static const struct {
		int code;
		const char *table, *columns, *constraint, *message;
	} cases[] = {
		{ ROWAN_UNIQUE, "users", "email", "", "users: email already exists" },
		{ ROWAN_UNIQUE, "links", "task_id, tag_id", "",
		  "links: the combination task_id, tag_id already exists" },
		{ ROWAN_UNIQUE, "", "", "uq_users_lower_email",
		  "a row with these values already exists (uq_users_lower_email)" },
		{ ROWAN_NOT_NULL, "tasks", "title", "", "tasks: title is missing" },
		{ ROWAN_FOREIGN_KEY, "tasks", "owner_id", "",
		  "tasks: owner_id refers to a row that does not exist" },
		{ ROWAN_FOREIGN_KEY, "", "", "",
		  "a row refers to one that does not exist, or is still referred to" },
		{ ROWAN_CHECK, "tasks", "", "ck_tasks_status",
		  "tasks: a value is not allowed (ck_tasks_status)" },
		{ ROWAN_CHECK, "tasks", "status", "ck_tasks_status",
		  "tasks: status is not allowed" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct rowan_error error = { .code = cases[i].code };

		strcpy(error.table, cases[i].table);
		strcpy(error.columns, cases[i].columns);
		strcpy(error.constraint, cases[i].constraint);
		strcpy(error.message, "what was here before");
		error_describe(&error);
		assert_text(error.message, cases[i].message);
	}
}

Test(error, a_new_one_leaves_nothing_of_the_last)
{
	struct rowan_error error;

	memset(&error, 'x', sizeof(error));
	assert_code(error_set(&error, ROWAN_STALE, "%s changed", "users"), ROWAN_STALE);
	assert_text(error.message, "users changed");
	assert_text(error.table, "");
	cr_assert(!error.site.file);
	assert_code(error_no_memory(&error), ROWAN_NO_MEMORY);
	assert_text(error.message, "out of memory");
}

Test(error, several_mistakes_take_a_line_each)
{
	struct rowan_error error;

	error_set(&error, ROWAN_MISUSE, "model user:");
	error_add(&error, "%d fields", 3);
	error_more(&error, " and %s", "more");
	error_add(&error, "no key");
	assert_text(error.message, "model user:\n3 fields and more\nno key");
}

Test(error, long_messages_are_cut_between_characters)
{
	char text[1024];

	for (size_t shift = 0; shift < 4; shift++) {
		struct rowan_error error;
		char small[6];

		memset(text, 'a', shift);
		for (size_t i = 0; i < 250; i++)
			memcpy(text + shift + i * 4, "😀", 5);
		error_set(&error, ROWAN_DATA, "%s", text);
		cr_assert(utf8_valid(error.message, strlen(error.message), NULL));
		cr_assert_geq(strlen(error.message), sizeof(error.message) - 4);

		error_copy(small, sizeof(small), text, strlen(text));
		assert_int(strlen(small), shift < 2 ? shift + 4 : shift);
	}
}

Test(error, no_struct_is_fine)
{
	assert_code(error_set(NULL, ROWAN_DATA, "nobody listens"), ROWAN_DATA);
	assert_code(error_no_memory(NULL), ROWAN_NO_MEMORY);
	error_add(NULL, "nobody");
	error_more(NULL, "nobody");
}

/* What somebody typed may be anything; a message is a line that can be shown. */
Test(error, what_cannot_be_shown_is_masked)
{
	struct rowan_error error;

	error_set(&error, ROWAN_MISUSE, "no option \"%s\"", "a\nb\x1b[31m\xff\xe2\x82z\x7f\xc5\xbc");
	assert_text(error.message, "no option \"a?b?[31m???z?\xc5\xbc\"");
	error_add(&error, "nor %s", "\xc0\x80");
	assert_text(error.message, "no option \"a?b?[31m???z?\xc5\xbc\"\nnor ??");
}
