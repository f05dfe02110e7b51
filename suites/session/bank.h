/* SPDX-License-Identifier: MIT */
#ifndef SUITES_SESSION_BANK_H
#define SUITES_SESSION_BANK_H

/* What threads get in each other's way with: money to be moved, and jobs to be done. */

#include <rowan.h>

struct account {
	int64_t id;
	int64_t balance;
};
extern const struct rowan_model account_model;

struct job {
	int64_t id;
	bool done;
	int64_t worker;		/* who did it */
	int64_t times;		/* how often: 1 is right */
};
extern const struct rowan_model job_model;

#define ACCOUNT(member_) rowan_column(account, member_)
#define JOB(member_) rowan_column(job, member_)

extern const struct rowan_model *const bank_models[];

/* Accounts 1, 2, .. with 1,000 each; jobs 1, 2, .. to be done. */
int bank_open(struct rowan_engine *engine, size_t accounts, size_t jobs);

/* The money of all accounts; < 0 on error. */
int64_t bank_total(struct rowan_engine *engine);

/* What happened to the transactions of some threads. */
#define BANK_ATTEMPTS 10
struct bank_figures {
	unsigned done, failed;
	unsigned attempts[BANK_ATTEMPTS + 1];	/* how many took so many; the last: or more */
	struct rowan_error error;		/* the last failure's */
};

/*
 * Threads that move money at random between the accounts, each with `transfers`
 * transactions that read two rows and write them.  With `lock` the rows are locked
 * when they are read; else the isolation level has to see to it.
 */
struct bank_figures bank_transfer(struct rowan_engine *engine, size_t accounts, size_t threads,
				  size_t transfers, bool lock, enum rowan_isolation isolation);

#endif
