/* SPDX-License-Identifier: MIT */
#include "model/draft.h"
#include "model/types.h"

#include <string.h>

/*
 * What reading a row does not write: found once, so that a row need not be zeroed
 * as a whole before it is read.
 */

static void cover(unsigned char *covered, size_t size, size_t offset, size_t length)
{
	for (size_t i = offset; i < offset + length && i < size; i++)
		covered[i] = 1;
}

static void cover_members(const struct plan *plan, unsigned char *covered)
{
	size_t size = plan->model->size;

	for (size_t i = 0; i < plan->column_count; i++) {
		const struct slot *slot = &plan->slots[i];

		if (slot->type < ROWAN_TYPE_COUNT_)	/* else check.c refuses it */
			cover(covered, size, slot->offset, slot->value - slot->offset +
			      type_size((enum rowan_type)slot->type));
	}
	for (size_t i = 0; i < plan->relation_count; i++) {
		const struct rowan_relation *relation = &plan->model->relations[i];

		cover(covered, size, relation->offset, relation->many
		      ? sizeof(ROWAN_MANY(char)) : sizeof(ROWAN_ONE(char)));
	}
}

void find_loose_words(struct draft *draft, struct plan *plan)
{
	size_t size = plan->model->size, words = (size + 7) / 8;
	unsigned char *covered = draft_alloc(draft, words * 8);
	uint32_t *loose = draft_alloc(draft, words * sizeof(*loose));

	if (!covered || !loose)
		return;
	cover_members(plan, covered);
	memset(covered + size, 1, words * 8 - size);
	for (size_t word = 0; word < words; word++)
		if (memchr(covered + word * 8, 0, 8))
			loose[plan->loose_count++] = (uint32_t)word;
	plan->loose_words = loose;
}
