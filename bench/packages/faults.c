/* SPDX-License-Identifier: MIT */
#include "faults.h"

#include "memory.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define QUOTE_SIZE 60

int fault_add(struct faults *faults, const char *file, int line, const char *format, ...)
{
	struct fault *items = array_room(faults->items, &faults->capacity, faults->count,
					 sizeof(*items));
	char why[256];
	va_list arguments;

	if (!items)
		return -ENOMEM;
	faults->items = items;
	va_start(arguments, format);
	vsnprintf(why, sizeof(why), format, arguments);
	va_end(arguments);
	items[faults->count] = (struct fault){ file, line, strdup(why) };
	if (!items[faults->count].why)
		return -ENOMEM;
	faults->count++;
	return 0;
}

void faults_free(struct faults *faults)
{
	for (size_t i = 0; i < faults->count; i++)
		free(faults->items[i].why);
	free(faults->items);
	*faults = (struct faults){ 0 };
}

int fault_quote(const char *text, size_t size)
{
	if (size > QUOTE_SIZE) {
		size = QUOTE_SIZE;
		while (size && ((unsigned char)text[size] & 0xC0) == 0x80)
			size--;
	}
	return (int)size;
}
