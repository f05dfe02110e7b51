/* SPDX-License-Identifier: MIT */
#ifndef SUITES_SESSION_PLACES_H
#define SUITES_SESSION_PLACES_H

/*
 * A database that several sessions write to at the same time, and several engines are
 * opened on: on SQLite it is a file, which readers of and writers to do not wait for
 * each other as they do in memory.
 */

#include "sample.h"

/* Open `engine` and `session` on one with the sample's and the bank's tables; and close. */
void open_place(void);
void close_place(void);
extern const char *place_url;

/* Run SQL that must work, in `engine` but besides all sessions. */
void execute(const char *sql);

#endif
