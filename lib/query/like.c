/* SPDX-License-Identifier: MIT */
#include "query/like.h"

#include <string.h>

bool like_pattern(struct text *out, enum rowan_op op, const char *literal)
{
	if (op != ROWAN_OP_STARTS_WITH)
		text_add_char(out, '%');
	for (;;) {
		size_t plain = strcspn(literal, "%_\\");

		text_add_bytes(out, literal, plain);
		literal += plain;
		if (!*literal)
			break;
		text_add_char(out, '\\');
		text_add_char(out, *literal++);
	}
	if (op != ROWAN_OP_ENDS_WITH)
		text_add_char(out, '%');
	return !out->broken;
}
