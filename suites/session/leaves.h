/* SPDX-License-Identifier: MIT */
#ifndef SUITES_SESSION_LEAVES_H
#define SUITES_SESSION_LEAVES_H

/*
 * A table of ten leaves, steps that change it in transactions and savepoints, and a plain
 * model of what should come of each.
 */

#include <stdbool.h>

#define DEPTH 20	/* savepoints in savepoints */
#define LEAVES 10	/* keys 1, 2 .. */
#define LABELS 14	/* so that two often want the same */
#define LONGEST 99	/* .. that is no longer than it may be */

enum kind { BEGIN, SAVEPOINT, RELEASE, ROLLBACK_TO, COMMIT, ROLLBACK, ADD, PUT_IN, RENAME, DELETE };

/* Parent 0: it has none. */
struct leaf_row { int id, label, parent; };

struct step {
	enum kind kind;
	struct leaf_row rows[2];	/* to be written, if anything; PUT_IN takes both */
};

/* What came of it. */
#define ROWS_SIZE (LEAVES * 12)
struct outcome {
	int code;
	char rows[ROWS_SIZE];	/* "3=7<1 ": leaf 3 is called 7 and below leaf 1 */
};

struct expected { int label, parent; };		/* label 0: there is no such leaf */

/* What is so now; all zeros in the beginning. */
extern struct expectations {
	struct expected leaf[LEAVES + 1];
	struct expected pasts[DEPTH + 1][LEAVES + 1];	/* the last commit; each savepoint */
	int depth;
	bool open;			/* a transaction */
	int error;			/* that waits */
} model;

/* The code that the step returns; `model` is then what it leaves. */
int expect(const struct step *step);

/* In the words of an outcome: model.leaf, or one of the pasts. */
void list_expected(const struct expected leaf[LEAVES + 1], char rows[ROWS_SIZE]);

#endif
