/* SPDX-License-Identifier: MIT */
#ifndef BENCH_MACHINE_H
#define BENCH_MACHINE_H

#include <jansson.h>

/* Processor, memory, kernel, compiler, SQLite .. of this run; a new object. */
json_t *machine_facts(void);

/* Write `value` to `path`, or die. */
void write_json(const char *path, json_t *value);

#endif
