/* SPDX-License-Identifier: MIT */
/* The types that columns are given in place of their members'. */
#include "model/draft.h"

#include <string.h>
#include <strings.h>

#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_"

/* It goes into SQL as it is: words, one list in parentheses after the other, []. */
static bool is_plausible(const char *type)
{
	bool inside = false;

	if (!*type || !strchr(LETTERS, *type))
		return false;
	for (; *type; type++) {
		if (*type == '(' || *type == ')') {
			if (inside == (*type == '('))
				return false;
			inside = !inside;
		} else if (*type == ',' ? !inside : !strchr(LETTERS "0123456789 .[]", *type)) {
			return false;
		}
	}
	return !inside;
}

/* Those of a fixed length: values are cast to their column's type, which cuts them. */
static bool is_fixed(const char *type)
{
	static const char *const words[] = { "char", "character", "nchar", "national", "bit" };
	size_t length = strspn(type, LETTERS);
	const char *rest = type + length + strspn(type + length, " ");

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strlen(words[i]) == length && strncasecmp(type, words[i], length) == 0)
			return strncasecmp(rest, "varying", strlen("varying")) != 0;
	}
	return false;
}

static void check_postgres_type(struct draft *draft, const struct column *column)
{
	const char *type = column->field->postgres_type;

	if (!type)
		return;
	if (!is_plausible(type))
		mistake(draft, "%s.%s: .postgres_type is no name of a type", COLUMN_NAMES(column));
	else if (is_fixed(type))
		mistake(draft, "%s.%s: .postgres_type: %s cuts what is longer: use a varying one",
			COLUMN_NAMES(column), type);
}

static void check_sqlite_type(struct draft *draft, const struct column *column)
{
	static const char *const strict[] = { "INTEGER", "INT", "REAL", "TEXT", "BLOB", "ANY" };
	const char *type = column->field->sqlite_type;

	if (!type)
		return;
	if (column == column->plan->generated && strcasecmp(type, "INTEGER") != 0) {
		mistake(draft, "%s.%s: .sqlite_type: a key that SQLite numbers is INTEGER",
			COLUMN_NAMES(column));
		return;
	}
	for (size_t i = 0; i < sizeof(strict) / sizeof(strict[0]); i++) {
		if (strcasecmp(type, strict[i]) == 0)
			return;
	}
	mistake(draft, "%s.%s: .sqlite_type is not INTEGER, REAL, TEXT, BLOB or ANY",
		COLUMN_NAMES(column));
}

void check_own_types(struct draft *draft, const struct column *column)
{
	check_postgres_type(draft, column);
	check_sqlite_type(draft, column);
}
