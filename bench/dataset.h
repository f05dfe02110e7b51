/* SPDX-License-Identifier: MIT */
#ifndef BENCH_DATASET_H
#define BENCH_DATASET_H

/*
 * What is in the tables: a row's values follow from its number alone, so that
 * every database filled with the same sizes is the same.
 */

#include "models.h"

struct dataset_size {
	long users;
	long tasks_per_user;
	long comments_per_task;		/* 0: there is no table of comments */
	long users_with_comments;	/* the first ones; 0 = all */
};

/* Values of row `number`, from 1; its text lives until the next call. */
void dataset_user(long number, struct user *user);
void dataset_task(long number, long users, struct task *task);
void dataset_comment(long number, struct comment *comment);

/* rowan_engine_open(), or the library's own words on stderr and exit 1. */
struct rowan_engine *dataset_engine(const char *url);

/*
 * Create the tables and fill them.  A database that has a table of users already
 * is refused: it may be somebody's.
 */
void dataset_create(struct rowan_engine *engine, struct dataset_size size);
void dataset_drop(struct rowan_engine *engine, struct dataset_size size);

/* The session's error on stderr and exit 1, unless `status` is ROWAN_OK. */
void must(struct rowan_session *session, int status);

/* What one row adds to a checksum: cheap, but every column counts. */
static inline uint64_t mix(uint64_t sum, uint64_t value)
{
	return (sum ^ value) * UINT64_C(0x9e3779b97f4a7c15);
}

static inline uint64_t mix_text(uint64_t sum, const char *text)
{
	return mix(sum, text ? (unsigned char)text[0] : 256);
}

#endif
