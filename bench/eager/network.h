/* SPDX-License-Identifier: MIT */
#ifndef EAGER_NETWORK_H
#define EAGER_NETWORK_H

/*
 * The way to the database: into the process, or straight to a server, or to the same
 * server through a proxy that takes its time and counts round trips.
 */

#include "harness.h"

struct network {
	struct rowan_engine *direct, *distant;	/* `distant` is NULL without a server */
	struct rowan_proxy *proxy;
	const char *database;			/* its URL */
	char title[64];				/* "SQLite 3.40.1" */
};

/* On a server: a database of our own, at its URL. */
void network_open(struct network *network, const char *url);
void network_close(struct network *network);

/* After tables were filled. */
void network_settle(struct network *network);

/* The engine to use for a distance; 0 and less is no detour. */
struct rowan_engine *network_at(struct network *network, long latency_ms);
uint64_t network_round_trips(struct network *network);

/* What a round trip really takes at that distance; only with a server. */
double network_ping_ns(struct network *network, long latency_ms);

#endif
