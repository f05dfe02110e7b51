/* SPDX-License-Identifier: MIT */
#ifndef PACKAGES_QUESTION_H
#define PACKAGES_QUESTION_H

/*
 * Questions to the loaded packages, each answered in several ways: by the same
 * code with its relations loaded differently, and by hand from the tables.
 * Whichever way is taken the answer must be the same; what it costs is not.
 */

#include "ids.h"
#include "models.h"

#include <stdio.h>

#define STRATEGY_COUNT 5
#define ASKING_RUNS 3	/* of which the fastest counts */

/* What the numbers mean is the question's. */
struct answer_row {
	int64_t values[3];
};

struct answer {
	struct answer_row *rows;
	size_t count, capacity;
};

/* One question being asked in one way. */
struct asking {
	struct rowan_session *session;
	enum rowan_loading loading;
	int64_t subject;	/* the id of what is asked about */
	size_t limit;
	struct answer *answer;
};

/* 0 or an error code of Rowan's. */
typedef int ask_function(struct asking *asking);

struct question {
	const char *name;	/* "closure" */
	const char *title;
	ask_function *by_relation;	/* through slots, loaded as asking->loading says */
	ask_function *by_hand;		/* rows of the tables, put together in C */
	/* In a few words, and in full. */
	void (*summarize)(const struct asking *asking, FILE *out);
	void (*show)(const struct asking *asking, FILE *out);
};

extern const struct question popular_question, closure_question, upkeep_question;

struct strategy_cost {
	const char *name;	/* "each", "batch", "selectin", "joined", "by hand" */
	double ms;
	uint64_t statements;
	int64_t rows;
	uint64_t warnings;	/* of N+1 */
};

struct outcome {
	const struct question *question;
	int64_t subject;
	size_t limit;
	struct answer answer;
	struct strategy_cost costs[STRATEGY_COUNT];
};

/*
 * Ask in every way.  ROWAN_DATA if two of them differ.  Free the outcome
 * either way.
 */
int question_ask(const struct question *question, struct rowan_engine *engine, int64_t subject,
		 size_t limit, struct outcome *out, struct rowan_error *error);
void outcome_free(struct outcome *outcome);

/* For those who answer: both report no memory as ROWAN_NO_MEMORY. */
int answer_add(struct answer *answer, int64_t first, int64_t second, int64_t third);
/* Ascending by the values from the first on. */
void answer_sort(struct answer *answer);

/* The code that the session's error has, which is ROWAN_OK if all went well. */
static inline int asking_status(const struct asking *asking)
{
	return rowan_error(asking->session)->code;
}

/* The rows from `first` on that begin with the same value. */
size_t answer_run(const struct answer *answer, size_t first);

/*
 * Read the packages whose ids are the values in this place of the rows, and do
 * nothing with them: what a by-hand answer needs to be as complete as one that
 * loaded relations.
 */
int asking_read_packages(struct asking *asking, size_t place);

/* "libc6", or a mark where it can't be read. */
const char *asking_package_name(const struct asking *asking, int64_t id);

#endif
