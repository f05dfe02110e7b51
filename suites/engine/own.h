/* SPDX-License-Identifier: MIT */
#ifndef SUITES_ENGINE_OWN_H
#define SUITES_ENGINE_OWN_H

/*
 * A PostgreSQL of this program's own, which its tests may stop, kill and freeze: a
 * private cluster by scripts/postgres, from before the first test until after the last.
 */

#include "work.h"

/* For .init: skips the test if there is no such server. */
void need_own_server(void);

/* Its URL with options, "/postgres?sslmode=require", for the superuser or "ada:secret". */
const char *own_url(const char *rest);
const char *own_url_as(const char *user, const char *rest);

/* A command of scripts/postgres: "restart", "tls expired".  The last line that it prints. */
const char *own_server(const char *command);

/* The certificate that clients trust. */
const char *own_root(void);

#endif
