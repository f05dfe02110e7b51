/* SPDX-License-Identifier: MIT */
#include "session/session.h"

#include "base/utf8.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* ---- text in the session's memory --------------------------------------------- */

static const char *checked(struct rowan_session *session, const char *text, size_t size)
{
	size_t bad;

	if (utf8_valid(text, size, &bad))
		return text;
	session_fail(session, ROWAN_VALIDATION, (struct rowan_site){ 0 },
		     text[bad] ? "the text is not UTF-8 at byte %zu" : "the text has a NUL at byte %zu",
		     bad);
	return NULL;
}

const char *rowan_text(struct rowan_session *session, const char *format, ...)
{
	va_list arguments, again;
	char *text = NULL;
	int size;

	if (session_ready(session))
		return NULL;
	va_start(arguments, format);
	va_copy(again, arguments);
	size = vsnprintf(NULL, 0, format, arguments);
	if (size >= 0)
		text = arena_alloc(&session->arena, (size_t)size + 1);
	if (text)
		vsnprintf(text, (size_t)size + 1, format, again);
	va_end(again);
	va_end(arguments);
	if (!text) {
		session_no_memory(session, (struct rowan_site){ 0 });
		return NULL;
	}
	return checked(session, text, (size_t)size);
}

const char *rowan_text_copy(struct rowan_session *session, const char *text, size_t size)
{
	const char *copy;

	if (session_ready(session))
		return NULL;
	if (!text) {
		session_fail(session, ROWAN_MISUSE, (struct rowan_site){ 0 },
			     "rowan_text_copy: the text is NULL");
		return NULL;
	}
	if (!checked(session, text, size))
		return NULL;
	copy = arena_text(&session->arena, text, size);
	if (!copy)
		session_no_memory(session, (struct rowan_site){ 0 });
	return copy;
}

/* ---- expressions that own their operands --------------------------------------- */

/* What a copy could not be made of; the caller turns it into a fault. */
static bool keep_list(struct arena *arena, struct rowan_term *term)
{
	size_t count = term->right.list.count;
	size_t size = count * type_size((enum rowan_type)term->type);
	const void *items = arena_copy(arena, term->right.list.items, size);

	if (!items)
		return false;
	term->right.list.items = items;
	if (term->type != ROWAN_TYPE_TEXT)
		return true;
	for (size_t i = 0; i < count; i++) {
		const char **item = (const char **)(uintptr_t)items + i;

		if (*item && !(*item = arena_text(arena, *item, strlen(*item))))
			return false;
	}
	return true;
}

static bool keep_operand(struct arena *arena, struct rowan_term *term)
{
	if (term->operand == ROWAN_OPERAND_LIST)
		return keep_list(arena, term);
	if (term->operand != ROWAN_OPERAND_VALUE)
		return true;
	if (term->type == ROWAN_TYPE_TEXT)
		return (term->right.text = arena_text(arena, term->right.text,
						      strlen(term->right.text)));
	if (term->type == ROWAN_TYPE_BYTES)
		return (term->right.bytes.data = arena_copy(arena, term->right.bytes.data,
							    term->right.bytes.size));
	return true;
}

struct rowan_expr keep_expr(struct arena *arena, struct rowan_expr expr)
{
	struct rowan_expr kept = { 0 };
	struct rowan_term *terms;

	if (expr.fault || expr.length == 0)
		return expr;
	terms = arena_copy(arena, expr.terms, expr.length * sizeof(*terms));
	for (size_t i = 0; terms && i < expr.length; i++)
		if (!keep_operand(arena, &terms[i]))
			terms = NULL;
	if (!terms) {
		kept.fault = ROWAN_FAULT_NO_MEMORY;
		return kept;
	}
	kept.length = 1;
	kept.terms[0] = (struct rowan_term){ .op = ROWAN_OP_KEPT,
					     .right.kept = { terms, expr.length } };
	return kept;
}

struct rowan_expr rowan_keep(struct rowan_session *session, struct rowan_expr expr)
{
	return keep_expr(&session->arena, expr);
}
