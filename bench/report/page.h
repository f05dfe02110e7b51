/* SPDX-License-Identifier: MIT */
#ifndef REPORT_PAGE_H
#define REPORT_PAGE_H

/*
 * The report: one HTML file that needs nothing else.  `results` is what
 * results.json holds; a part that was not run has no section.
 */

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

void page_write(FILE *out, const json_t *results);

/* ---- what the sections share ----------------------------------------------- */

/* Text with &, < and > made harmless. */
void put_text(FILE *out, const char *text);

/* "158 ns", "4.18 us", "12.3 ms": three digits, in the unit that suits. */
#define DURATION_SIZE 24
const char *duration(double ns, char buffer[DURATION_SIZE]);

/* "141,893" */
#define COUNT_SIZE 32
const char *grouped(double count, char buffer[COUNT_SIZE]);

/* A member of a nested object by path, "rowan_ns.median"; 0 or "" if there is none. */
double number_at(const json_t *object, const char *path);
const char *text_at(const json_t *object, const char *path);

/* The cell of an eager part with this size, or NULL. */
const json_t *eager_cell(const json_t *eager, long levels, long fanout, long parents);

/* Whether the part is about a server. */
bool on_postgres(const json_t *part);

/* Workloads that were written by hand in several ways: whether there are any, and all of them. */
bool has_ways(const json_t *workloads);
void put_ways(FILE *out, const json_t *workloads);

/* One paragraph: what the figures come to. */
void verdict_write(FILE *out, const json_t *results);
void peers_verdict(FILE *out, const json_t *part);

void throughput_section(FILE *out, const json_t *part);
void peers_section(FILE *out, const json_t *part);
void eager_section(FILE *out, const json_t *part);
void distance_section(FILE *out, const json_t *part);
void pools_section(FILE *out, const json_t *part);
void pools_server_section(FILE *out, const json_t *part);
void process_section(FILE *out, const json_t *part);
void fixtures_section(FILE *out, const json_t *part);
void packages_section(FILE *out, const json_t *part);

#endif
