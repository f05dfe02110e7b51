/* SPDX-License-Identifier: MIT */
#include "eager/network.h"

#include "dataset.h"
#include "server.h"

#include <rowan/fixtures/proxy.h>
#include <sqlite3.h>
#include <stdio.h>

#define PINGS 41

static void open_server(struct network *network, const char *url)
{
#ifdef ROWAN_POSTGRES
	server_title(url, network->title, sizeof(network->title));
	network->database = server_database(url, "eager", NULL);
	network->proxy = rowan_proxy_open(network->database);
	if (!network->proxy)
		die("there is no way to the server but the direct one");
	network->distant = dataset_engine(rowan_proxy_url(network->proxy, network->database));
#else
	(void)network;
	die("this build has no PostgreSQL for %s", url);
#endif
}

void network_open(struct network *network, const char *url)
{
	if (is_server(url)) {
		open_server(network, url);
	} else {
		network->database = url;
		snprintf(network->title, sizeof(network->title), "SQLite %s", sqlite3_libversion());
	}
	network->direct = dataset_engine(network->database);
}

void network_close(struct network *network)
{
	rowan_engine_close(network->distant);
	rowan_engine_close(network->direct);
	rowan_proxy_close(network->proxy);
}

void network_settle(struct network *network)
{
#ifdef ROWAN_POSTGRES
	if (network->distant)
		server_settle(network->database);
#else
	(void)network;
#endif
}

struct rowan_engine *network_at(struct network *network, long latency_ms)
{
	if (network->proxy)
		rowan_proxy_delay(network->proxy, ROWAN_PROXY_BOTH,
				  latency_ms > 0 ? (int)latency_ms * 500 : 0, 0);
	return latency_ms > 0 ? network->distant : network->direct;
}

uint64_t network_round_trips(struct network *network)
{
	return network->proxy ? rowan_proxy_counts(network->proxy).round_trips : 0;
}

double network_ping_ns(struct network *network, long latency_ms)
{
	double median = 0;
#ifdef ROWAN_POSTGRES
	struct series series = { 0 };
	PGconn *pg;

	network_at(network, latency_ms);
	pg = server_connect(latency_ms > 0 ? rowan_proxy_url(network->proxy, network->database)
					   : network->database);
	for (int i = 0; i < PINGS; i++) {
		int64_t started = time_ns();

		PQclear(PQexec(pg, ""));
		series_add(&series, (double)(time_ns() - started));
	}
	PQfinish(pg);
	median = series_percentile(&series, 50);
	series_free(&series);
#else
	(void)network, (void)latency_ms;
#endif
	return median;
}
