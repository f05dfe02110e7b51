/* SPDX-License-Identifier: MIT */
/* Names in another case, and the plural of English ones. */
#include "model/draft.h"

#include <string.h>

static bool is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

static char lower(char c)
{
	return is_upper(c) ? (char)(c - 'A' + 'a') : c;
}

static char upper(char c)
{
	return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

/* Whether a word begins at `c` that no "_" sets apart: the C of TaskCategory, the S of HTTPServer. */
static bool begins_word(const char *name, const char *c)
{
	if (c == name || c[-1] == '_' || !is_upper(*c))
		return false;
	return !is_upper(c[-1]) || (c[1] && c[1] != '_' && !is_upper(c[1]));
}

static void add_in_snake_case(struct text *text, const char *name)
{
	for (const char *c = name; *c; c++) {
		if (begins_word(name, c))
			text_add_char(text, '_');
		text_add_char(text, lower(*c));
	}
}

static void add_in_camel_case(struct text *text, const char *name)
{
	const char *c = name + strspn(name, "_");

	text_add_bytes(text, name, (size_t)(c - name));
	for (bool first = true; *c; c++) {
		bool begins = !first && (c[-1] == '_' || begins_word(name, c));

		if (*c != '_')
			text_add_char(text, begins ? upper(*c) : lower(*c));
		first = false;
	}
}

void add_in_case(struct text *text, const char *name, enum rowan_case wanted)
{
	if (wanted == ROWAN_CASE_CAMEL)
		add_in_camel_case(text, name);
	else
		add_in_snake_case(text, name);
}

static bool ends_in(const struct text *text, const char *end)
{
	size_t length = strlen(end);

	return text->length >= length &&
	       memcmp(text->data + text->length - length, end, length) == 0;
}

/* boxes, branches; categories, but days; tasks */
void make_plural(struct text *text)
{
	static const char *const hissing[] = { "s", "x", "z", "ch", "sh" };

	if (text->broken || text->length < 2)
		return;
	for (size_t i = 0; i < sizeof(hissing) / sizeof(hissing[0]); i++) {
		if (ends_in(text, hissing[i])) {
			text_add(text, "es");
			return;
		}
	}
	if (ends_in(text, "y") && !strchr("aeiou", text->data[text->length - 2])) {
		text->length--;
		text_add(text, "ies");
		return;
	}
	text_add_char(text, 's');
}
