/* SPDX-License-Identifier: MIT */
#include "indexes.h"

#include "deb822.h"

#include <stdlib.h>
#include <string.h>

TestSuite(deb822, .timeout = 60);

/* A reader of some text, and what it finds. */
struct reading {
	FILE *in;
	struct deb822 *reader;
	struct deb822_stanza stanza;
	struct faults faults;
};

static void begin(struct reading *reading, const char *text, size_t size)
{
	*reading = (struct reading){ .in = open_bytes(text, size) };
	reading->reader = deb822_open(reading->in, "text", &reading->faults);
	cr_assert(reading->reader);
}

static void end(struct reading *reading)
{
	deb822_close(reading->reader);
	fclose(reading->in);
	faults_free(&reading->faults);
}

static const char *next_package(struct reading *reading)
{
	int status = deb822_next(reading->reader, &reading->stanza);

	cr_assert(status >= 0, "deb822_next() failed: %s", strerror(-status));
	return status ? deb822_find(&reading->stanza, "Package")->value : NULL;
}

static const char *value_of(const struct reading *reading, const char *field)
{
	const struct deb822_field *found = deb822_find(&reading->stanza, field);

	return found ? found->value : NULL;
}

Test(deb822, fields_have_names_values_and_lines)
{
	static const char text[] =
		"\n# about a\nPackage: a\nversion:1.0  \nEmpty:\nDepends: b,\n# in between\n\tc\n d  \n"
		"  \n\nPackage: b\r\nVersion: 2";
	struct reading reading;

	begin(&reading, text, strlen(text));
	assert_text(next_package(&reading), "a");
	assert_int(reading.stanza.line, 3);
	assert_int(reading.stanza.count, 4);
	assert_text(value_of(&reading, "VERSION"), "1.0");
	assert_text(value_of(&reading, "Empty"), "");
	assert_text(value_of(&reading, "Depends"), "b,\n\n\tc\n d");
	assert_int(deb822_find(&reading.stanza, "Depends")->line, 6);
	assert_null(value_of(&reading, "Source"));
	assert_text(next_package(&reading), "b");
	assert_int(reading.stanza.line, 12);
	assert_text(value_of(&reading, "Version"), "2");
	assert_null(next_package(&reading));
	assert_int(reading.faults.count, 0);
	end(&reading);
}

Test(deb822, nothing_holds_no_stanza)
{
	static const char *const texts[] = { "", "\n", "\n\n  \n", "# a\n\n# b\n" };

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct reading reading;

		begin(&reading, texts[i], strlen(texts[i]));
		assert_null(next_package(&reading));
		assert_int(reading.faults.count, 0);
		end(&reading);
	}
}

/* Each between two good stanzas: the first ends at line 2, so it begins at line 3. */
Test(deb822, malformed_stanza_is_reported_once_with_its_line_and_skipped)
{
	static const struct { const char *text; size_t size; int line; const char *why; } cases[] = {
#define CASE(text_, line_, why_) { text_, sizeof(text_) - 1, line_, why_ }
		CASE("Version: 1\n", 3, "no Package field"),
		CASE("Package:\n", 3, "Package field is empty"),
		CASE("Package: x\nwithout\nagain\n", 4, "no colon in 'without'"),
		CASE(" begins so\nPackage: x\n", 3, "no field to continue with"),
		CASE("Package: x\n: y\n", 4, "no field name"),
		CASE("Package: x\nTwo Words: y\n", 4, "no field name: 'Two Words'"),
		CASE("Package: x\n-Dash: y\n", 4, "no field name: '-Dash'"),
		CASE("Package: x\nN\303\244me: y\n", 4, "no field name"),
		CASE("Package: x\nA: 1\n 2\na: 3\n", 6, "second field 'a'"),
		CASE("Package: x\nA: \377\n", 4, "not UTF-8"),
		CASE("Package: x\nA: \0\n", 4, "NUL"),
		CASE("Package: x\n\0\n", 4, "NUL"),
		CASE("Package: x\nA: b\n \0\nC\n", 5, "NUL"),
#undef CASE
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char text[256] = "Package: before\n\n";
		size_t size = strlen(text);
		struct reading reading;

		memcpy(text + size, cases[i].text, cases[i].size);
		size += cases[i].size;
		memcpy(text + size, "\nPackage: after\n", 16);
		begin(&reading, text, size + 16);
		assert_text(next_package(&reading), "before");
		assert_text(next_package(&reading), "after");
		assert_null(next_package(&reading));
		assert_fault(&reading.faults, 0, cases[i].line, cases[i].why);
		assert_int(reading.faults.count, 1);
		assert_text(reading.faults.items[0].file, "text");
		end(&reading);
	}
}

Test(deb822, utf8_is_what_rfc_3629_says)
{
	static const struct { const char *text; bool valid; } cases[] = {
		{ "a", true }, { "\303\266", true }, { "\342\202\254", true },
		{ "\360\237\214\263", true }, { "\364\217\277\277", true },
		{ "\355\237\277", true }, { "\356\200\200", true },
		{ "\200", false }, { "\300\200", false }, { "\301\277", false },
		{ "\340\237\277", false }, { "\355\240\200", false }, { "\360\217\277\277", false },
		{ "\364\220\200\200", false }, { "\370\210\200\200\200", false },
		{ "\303", false }, { "\342\202", false }, { "\303a", false }, { "\377", false },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		cr_assert(deb822_is_utf8(cases[i].text, strlen(cases[i].text)) == cases[i].valid,
			  "case %zu", i);
}

/* "Package: x", a line of `length` bytes, and a good stanza. */
static void read_long_line(struct reading *reading, size_t length)
{
	static const char before[] = "Package: x\n", after[] = "\n\nPackage: after\n";
	size_t size = sizeof(before) - 1 + length + sizeof(after) - 1;
	char *text = malloc(size);

	cr_assert(text);
	memset(text, 'a', size);
	memcpy(text, before, sizeof(before) - 1);
	memcpy(text + sizeof(before) - 1, "A: ", 3);
	memcpy(text + sizeof(before) - 1 + length, after, sizeof(after) - 1);
	begin(reading, text, size);
	free(text);
}

Test(deb822, line_may_be_long_but_not_endless)
{
	struct reading reading;

	read_long_line(&reading, DEB822_LINE_MAX);
	assert_text(next_package(&reading), "x");
	assert_int(strlen(value_of(&reading, "A")), DEB822_LINE_MAX - 3);
	assert_text(next_package(&reading), "after");
	assert_int(reading.faults.count, 0);
	end(&reading);

	read_long_line(&reading, DEB822_LINE_MAX + 1);
	assert_text(next_package(&reading), "after");
	assert_fault(&reading.faults, 0, 2, "too long");
	end(&reading);
}

Test(deb822, faults_quote_the_beginning_of_long_text_and_no_half_characters)
{
	char text[512] = "Package: x\n";
	struct reading reading;

	strcat(text, "x");
	for (int i = 0; i < 100; i++)
		strcat(text, "\303\266");
	begin(&reading, text, strlen(text));
	assert_null(next_package(&reading));
	assert_fault(&reading.faults, 0, 2, "no colon in 'x\303\266");
	assert_int(strlen(reading.faults.items[0].why) < 100, true);
	assert_int(deb822_is_utf8(reading.faults.items[0].why,
				  strlen(reading.faults.items[0].why)), true);
	end(&reading);
}

Test(deb822, reader_reports_what_it_cannot_read)
{
	struct faults faults = { 0 };
	struct deb822_stanza stanza;
	FILE *in = fopen("/", "r");	/* a directory opens, but does not read */
	struct deb822 *reader;

	cr_assert(in);
	reader = deb822_open(in, "/", &faults);
	assert_int(deb822_next(reader, &stanza) < 0, true);
	deb822_close(reader);
	fclose(in);
}
