/* SPDX-License-Identifier: MIT */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include <rowan/error.h>

/*
 * Fill `error` (which may be NULL) anew and return `code`.  The message is cut
 * to fit, never in the middle of a UTF-8 character.
 */
int error_set(struct rowan_error *error, int code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* ROWAN_NO_MEMORY; needs none itself. */
int error_no_memory(struct rowan_error *error);

/* More of the same line. */
void error_more(struct rowan_error *error, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* One more line, for reports of several mistakes. */
void error_add(struct rowan_error *error, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Put `length` bytes into a field of an error, cut like a message. */
void error_copy(char *field, size_t size, const char *text, size_t length);

/*
 * The message for a code, table, columns and constraint that a database named:
 * "email already exists", "title is missing".  Holds no SQL and no value.
 */
void error_describe(struct rowan_error *error);

#endif
