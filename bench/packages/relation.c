/* SPDX-License-Identifier: MIT */
#include "relation.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS "0123456789"
#define CONSTRAINT_SIZE 256	/* longer ones are malformed */

struct cursor {
	const char *at;
	int line;
	struct relation_context *context;
};

static void skip_space(struct cursor *cursor)
{
	while (*cursor->at == ' ' || *cursor->at == '\t' || *cursor->at == '\n')
		cursor->line += *cursor->at++ == '\n';
}

/* Pass one character, and the white space behind it. */
static bool accept(struct cursor *cursor, char c)
{
	if (*cursor->at != c)
		return false;
	cursor->at++;
	skip_space(cursor);
	return true;
}

static int copy_span(struct cursor *cursor, size_t size, const char **out)
{
	*out = text_pool_copy(cursor->context->pool, cursor->at, size);
	cursor->at += size;
	return *out ? 0 : -ENOMEM;
}

/* name, or name:qualifier */
static int parse_name(struct cursor *cursor, struct relation *out)
{
	size_t size = strspn(cursor->at, LETTERS DIGITS "+-.");
	int status;

	if (!size || !strchr(LETTERS DIGITS, *cursor->at))
		return -EBADMSG;
	status = copy_span(cursor, size, &out->name);
	if (!status && *cursor->at == ':') {
		cursor->at++;
		size = strspn(cursor->at, LETTERS DIGITS "-");
		status = size ? copy_span(cursor, size, &out->qualifier) : -EBADMSG;
	}
	skip_space(cursor);
	return status;
}

/* What stands between the parentheses of (>= 1.2), with one space in between. */
static int parse_constraint(struct cursor *cursor, struct relation *out)
{
	static const char *const operators[] = { "<<", "<=", "=", ">=", ">>" };
	size_t size = strspn(cursor->at, "<=>"), i = 0;
	const char *operator = cursor->at;
	char text[CONSTRAINT_SIZE];
	int length;

	while (i < sizeof(operators) / sizeof(operators[0]) &&
	       (strlen(operators[i]) != size || memcmp(operators[i], operator, size)))
		i++;
	if (i == sizeof(operators) / sizeof(operators[0]))
		return -EBADMSG;
	cursor->at += size;
	skip_space(cursor);
	size = strspn(cursor->at, LETTERS DIGITS ".+-~:");
	if (!size || size > sizeof(text))
		return -EBADMSG;
	length = snprintf(text, sizeof(text), "%s %.*s", operators[i], (int)size, cursor->at);
	cursor->at += size;
	skip_space(cursor);
	if (length >= (int)sizeof(text) || !accept(cursor, ')'))
		return -EBADMSG;
	out->constraint = text_pool_copy(cursor->context->pool, text, (size_t)length);
	return out->constraint ? 0 : -ENOMEM;
}

/* "any", "linux-any" and "any-amd64" are patterns; Linux has no prefix: amd64. */
static bool architecture_matches(const char *pattern, size_t size, const char *architecture)
{
	if ((size == 3 && !memcmp(pattern, "any", 3)) ||
	    (size == 9 && !memcmp(pattern, "linux-any", 9) && !strchr(architecture, '-')))
		return true;
	if (size > 4 && !memcmp(pattern, "any-", 4)) {
		pattern += 4;
		size -= 4;
	}
	return strlen(architecture) == size && !memcmp(pattern, architecture, size);
}

/* [amd64 i386] or [!armel !armhf], behind the bracket. */
static int parse_restriction(struct cursor *cursor, bool *applies)
{
	bool matches = false, negated = false, first = true;

	do {
		bool exclude = accept(cursor, '!');
		size_t size = strspn(cursor->at, LETTERS DIGITS "-");

		if (!size || (!first && exclude != negated))
			return -EBADMSG;
		if (architecture_matches(cursor->at, size, cursor->context->architecture))
			matches = true;
		negated = exclude;
		first = false;
		cursor->at += size;
		skip_space(cursor);
	} while (!accept(cursor, ']'));
	*applies = matches != negated;
	return 0;
}

static int parse_alternative(struct cursor *cursor, struct relation *out, bool *applies)
{
	int status = parse_name(cursor, out);

	*applies = true;
	if (!status && accept(cursor, '('))
		status = parse_constraint(cursor, out);
	if (!status && accept(cursor, '['))
		status = parse_restriction(cursor, applies);
	return status;
}

/* Up to the comma, or the end. */
static int parse_choice(struct cursor *cursor, struct relations *relations, int choice)
{
	do {
		struct relation relation = { .choice = choice, .pre = cursor->context->pre };
		struct relation *items;
		bool applies;
		int status = parse_alternative(cursor, &relation, &applies);

		if (status)
			return status;
		if (!applies)
			continue;
		items = array_room(relations->items, &relations->capacity, relations->count,
				   sizeof(*items));
		if (!items)
			return -ENOMEM;
		relations->items = items;
		items[relations->count++] = relation;
	} while (accept(cursor, '|'));
	return *cursor->at && *cursor->at != ',' ? -EBADMSG : 0;
}

/* Report the choice that begins at `from`, and go to its end. */
static int skip_choice(struct cursor *cursor, const struct cursor *from)
{
	size_t size = strcspn(from->at, ",");
	size_t shown = strcspn(from->at, ",\n");

	for (; cursor->at < from->at + size; cursor->at++)
		cursor->line += *cursor->at == '\n';
	return fault_add(cursor->context->faults, cursor->context->file, from->line,
			 "malformed relation '%.*s'", fault_quote(from->at, shown), from->at);
}

int relations_parse(struct relations *relations, const char *text,
		    struct relation_context *context)
{
	struct cursor cursor = { text, context->line, context };
	int status = 0;

	skip_space(&cursor);
	if (!*cursor.at)
		return 0;
	do {
		struct cursor from = cursor;
		size_t count = relations->count;

		status = parse_choice(&cursor, relations, context->choice + 1);
		if (status == -EBADMSG) {
			relations->count = count;
			status = skip_choice(&cursor, &from);
		} else if (relations->count > count) {
			context->choice++;
		}
	} while (!status && accept(&cursor, ','));
	return status;
}
