/* SPDX-License-Identifier: MIT */
#include "base/nearest.h"

#include <string.h>

#define LONGEST 63

static unsigned least(unsigned a, unsigned b, unsigned c)
{
	if (b < a)
		a = b;
	return c < a ? c : a;
}

/*
 * How many characters have to be put in, taken out, changed or swapped with their
 * neighbour to make one text of the other: line by line of the table of all
 * beginnings of both, of which the last three are kept.
 */
static unsigned count_edits(const char *from, const char *to)
{
	const size_t height = strlen(from), width = strlen(to);
	unsigned lines[3][LONGEST + 1];

	for (size_t x = 0; x <= width; x++)
		lines[0][x] = (unsigned)x;
	for (size_t y = 1; y <= height; y++) {
		const unsigned *above = lines[(y - 1) % 3], *swapped = lines[(y + 1) % 3];
		unsigned *line = lines[y % 3];

		line[0] = (unsigned)y;
		for (size_t x = 1; x <= width; x++) {
			line[x] = least(above[x - 1] + (from[y - 1] != to[x - 1]), above[x] + 1,
					line[x - 1] + 1);
			if (y > 1 && x > 1 && from[y - 1] == to[x - 2] && from[y - 2] == to[x - 1])
				line[x] = least(line[x], swapped[x - 2] + 1, line[x]);
		}
	}
	return lines[height % 3][width];
}

void nearest_add(struct nearest *nearest, const char *name)
{
	const size_t length = strlen(name);
	unsigned edits;

	if (length > LONGEST || strlen(nearest->wanted) > LONGEST)
		return;
	edits = count_edits(nearest->wanted, name);
	/* More than a third changed is another word. */
	if (edits > (length < 3 ? 1 : length / 3) || (nearest->found && edits >= nearest->edits_))
		return;
	nearest->found = name;
	nearest->edits_ = edits;
}
