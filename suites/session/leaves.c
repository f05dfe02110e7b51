/* SPDX-License-Identifier: MIT */
#include "leaves.h"

#include <rowan/error.h>

#include <stdio.h>
#include <string.h>

struct expectations model;

static int fail(int code)
{
	model.error = code;
	return code;
}

static bool is_taken(int label, int except)
{
	for (int i = 1; i <= LEAVES; i++)
		if (i != except && model.leaf[i].label == label)
			return true;
	return false;
}

/* Nothing is sent that is not valid; parents are asked for when all rows are there. */
static int expect_leaves(const struct leaf_row *rows, int count)
{
	for (int i = 0; i < count; i++)
		if (rows[i].label > LONGEST)
			return ROWAN_VALIDATION;
	for (int i = 0; i < count; i++) {
		if (model.leaf[rows[i].id].label || is_taken(rows[i].label, 0))
			return ROWAN_UNIQUE;
		model.leaf[rows[i].id] = (struct expected){ rows[i].label, rows[i].parent };
	}
	for (int i = 0; i < count; i++)
		if (rows[i].parent && !model.leaf[rows[i].parent].label)
			return ROWAN_FOREIGN_KEY;
	return ROWAN_OK;
}

static int expect_delete(int id)
{
	for (int i = 1; i <= LEAVES; i++)
		if (i != id && model.leaf[i].label && model.leaf[i].parent == id)
			return ROWAN_FOREIGN_KEY;
	model.leaf[id] = (struct expected){ 0 };
	return ROWAN_OK;
}

static int expect_rename(int id, int label)
{
	if (label > LONGEST)
		return ROWAN_VALIDATION;
	if (is_taken(label, id))
		return ROWAN_UNIQUE;
	model.leaf[id].label = label;
	return ROWAN_OK;
}

/* A statement that fails leaves nothing. */
static int expect_write(const struct step *step)
{
	const int id = step->rows[0].id;
	struct expected before[LEAVES + 1];
	int code = ROWAN_OK;

	memcpy(before, model.leaf, sizeof(before));
	if (step->kind == ADD || step->kind == PUT_IN)
		code = expect_leaves(step->rows, step->kind == ADD ? 1 : 2);
	else if (model.leaf[id].label)
		code = step->kind == DELETE ? expect_delete(id)
					    : expect_rename(id, step->rows[0].label);
	if (code == ROWAN_OK) {
		model.open |= memcmp(before, model.leaf, sizeof(before)) != 0;
		return ROWAN_OK;
	}
	memcpy(model.leaf, before, sizeof(before));
	return fail(code);
}

static void go_back(int depth)
{
	memcpy(model.leaf, model.pasts[depth], sizeof(model.leaf));
	model.error = ROWAN_OK;
}

static void note_past(int depth)
{
	memcpy(model.pasts[depth], model.leaf, sizeof(model.leaf));
}

/* The ends of what was begun; these two also mend what failed. */
static int expect_return(enum kind kind)
{
	if (kind == ROLLBACK) {
		go_back(0);
		model.depth = 0;
		model.open = false;
	} else if (model.depth == 0) {
		return model.error ? model.error : fail(ROWAN_MISUSE);
	} else {
		go_back(model.depth--);
	}
	return ROWAN_OK;
}

int expect(const struct step *step)
{
	if (step->kind == ROLLBACK || step->kind == ROLLBACK_TO)
		return expect_return(step->kind);
	if (model.error)
		return model.error;
	switch (step->kind) {
	case BEGIN:
		if (model.open)
			return fail(ROWAN_MISUSE);
		model.open = true;
		return ROWAN_OK;
	case SAVEPOINT:
		model.open = true;
		note_past(++model.depth);
		return ROWAN_OK;
	case RELEASE:
		if (model.depth == 0)
			return fail(ROWAN_MISUSE);
		model.depth--;
		return ROWAN_OK;
	case COMMIT:
		note_past(0);
		model.depth = 0;
		model.open = false;
		return ROWAN_OK;
	default:
		return expect_write(step);
	}
}

void list_expected(const struct expected leaf[LEAVES + 1], char rows[ROWS_SIZE])
{
	size_t used = 0;

	rows[0] = '\0';
	for (int i = 1; i <= LEAVES; i++)
		if (leaf[i].label)
			used += (size_t)snprintf(rows + used, ROWS_SIZE - used, "%d=%d<%d ", i,
						 leaf[i].label, leaf[i].parent);
}
