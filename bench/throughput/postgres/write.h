/* SPDX-License-Identifier: MIT */
#ifndef THROUGHPUT_POSTGRES_WRITE_H
#define THROUGHPUT_POSTGRES_WRITE_H

/* Ways to write rows one by one, whatever is done to them. */

#include "throughput/postgres/connection.h"

struct writing {
	enum pq_statement statement;
	ExecStatusType status;			/* of what it returns */
	/* The parameters of row i; what to do with its result, if anything. */
	void (*give)(struct world *world, long i, struct pq_params *params);
	void (*take)(struct world *world, long i, const PGresult *result, enum pq_way way);
};

/* In one transaction: each row a round trip; .. 250 of them. */
void write_rows(struct world *world, const struct writing *writing, long count, enum pq_way way);
void write_pipelined(struct world *world, const struct writing *writing, long count);

/* As a side's finish(). */
void postgres_tidy(void *context, long count);

#endif
