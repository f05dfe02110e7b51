/* SPDX-License-Identifier: MIT */
#include "fuzz.h"

#include "base/utf8.h"

void must_be_told(const struct rowan_error *error, int status, int lines)
{
	size_t bad;

	must(status < 0 && error->code == status);
	must(error->message[0]);
	must(memchr(error->message, '\0', sizeof(error->message)));
	must(utf8_valid(error->message, strlen(error->message), &bad));
	for (const char *c = error->message; *c; c++)
		lines -= *c == '\n';
	must(lines > 0);
}
