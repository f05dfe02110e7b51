/* SPDX-License-Identifier: MIT */
#ifndef REPORT_POOLS_H
#define REPORT_POOLS_H

#include "report/page.h"

/* Every measurement on one storage. */
void put_pool_table(FILE *out, const json_t *cells, const char *storage);

/* What happened with more threads than can be served. */
void put_overloads(FILE *out, const json_t *part);

#endif
