/* SPDX-License-Identifier: MIT */
/* In place of postgres.c where libpq is not built in: every test is skipped. */
#include "database.h"

const struct witness postgres_witness;
