/* SPDX-License-Identifier: MIT */
#ifndef DRIVER_VERB_H
#define DRIVER_VERB_H

#include <stdbool.h>

/* What a statement does to the transaction, by its first word. */
enum verb { VERB_WRITE, VERB_READ, VERB_BEGIN, VERB_COMMIT, VERB_ROLLBACK };

enum verb verb_of(const char *sql);

/* Whether something may be committed by it, inside (`open`) or outside of a transaction. */
bool verb_may_commit(enum verb verb, bool open);

#endif
