/* SPDX-License-Identifier: MIT */
#ifndef QUERY_LIKE_H
#define QUERY_LIKE_H

#include "base/text.h"

#include <rowan/expr.h>

/*
 * Append the pattern that finds literal text: for ROWAN_OP_CONTAINS, STARTS_WITH
 * and ENDS_WITH, with the backslash as its escape.  False when there is no
 * memory.
 */
bool like_pattern(struct text *out, enum rowan_op op, const char *literal);

#endif
