/* SPDX-License-Identifier: MIT */
#ifndef SUITES_SERVER_SCRIPT_H
#define SUITES_SERVER_SCRIPT_H

#include <stdbool.h>

/*
 * Run a command of scripts/postgres for the server `name`; false if it failed.  `line` is
 * the last that it said.  For programs with a server of their own.
 */
bool server_script(const char *command, const char *name, const char *options, char line[256]);

#endif
