/* SPDX-License-Identifier: MIT */
#ifndef SUITES_ENGINE_SCRIPTED_H
#define SUITES_ENGINE_SCRIPTED_H

/*
 * A server that can be told to die: SQLite's driver, whose connections are said to be
 * lost or not by the script below.
 */

#include "work.h"

#include "engine/internal.h"

#include <pthread.h>

#define MOST_CONNECTIONS 256

extern struct script {
	pthread_mutex_t lock;
	struct driver_connection *opened[MOST_CONNECTIONS];
	int count;		/* opened so far */
	int dead;		/* the first so many are dead */
	int refusals;		/* still to come; < 0 = for ever */
	int attempts, refusing, most_refusing;
	int looks, pings;
	int last_timeout_ms;
} script;

extern struct driver scripted;		/* its functions may be replaced */
extern struct rowan_engine *engine;
extern struct rowan_error error;

void open_with(struct rowan_engine_options options);
#define open_engine(...) open_with((struct rowan_engine_options){ __VA_ARGS__ })

void nap(long ns);

void kill_all(void);

/* Make the idle ones older than they are. */
void age_idle(int64_t ns);

/* Take so many, and give them back. */
void borrow(int count);

#endif
