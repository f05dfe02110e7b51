/* SPDX-License-Identifier: MIT */

/*
 * Clients that talk through a proxy while its weather changes: for ThreadSanitizer,
 * which Criterion's own processes do not bear.  A plain program: it ends with 0 if
 * every answer was right as far as it came.
 *
 *	proxy_stress [changes [seed]]
 */

#include "echo.h"

#include <rowan/fixtures/proxy.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define CLIENTS 4

static struct rowan_proxy *proxy;
static bool stop;

struct client {
	pthread_t thread;
	unsigned answers, wrong;
};

static void pause_ms(long ms)
{
	struct timespec pause = { .tv_nsec = ms * 1000000 };

	nanosleep(&pause, NULL);
}

static bool converse(struct client *client, int socket, unsigned *next)
{
	char request[64], answer[64];
	int length = snprintf(request, sizeof(request), "request %u;", (*next)++);
	size_t got;

	if (!echo_send(socket, request, (size_t)length))
		return false;
	got = echo_receive(socket, answer, (size_t)length);
	client->wrong += memcmp(request, answer, got) != 0;
	client->answers += got == (size_t)length;
	return got == (size_t)length;
}

static void *talk(void *context)
{
	struct client *client = context;
	unsigned next = 0;

	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
		int socket = echo_connect(rowan_proxy_port(proxy));

		if (socket < 0) {
			pause_ms(1);
			continue;
		}
		while (converse(client, socket, &next) && next % 50 != 0)
			;
		close(socket);
	}
	return NULL;
}

static unsigned draw(uint64_t *random, unsigned limit)
{
	*random = *random * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (unsigned)(*random >> 33) % limit;
}

static void change_weather(uint64_t *random)
{
	enum rowan_proxy_way way = (enum rowan_proxy_way)draw(random, 3);
	enum rowan_proxy_end end = (enum rowan_proxy_end)draw(random, 2);

	switch (draw(random, 8)) {
	case 0: rowan_proxy_delay(proxy, way, 200, 200); break;
	case 1: rowan_proxy_stall(proxy, way, draw(random, 2)); break;
	case 2: rowan_proxy_cut(proxy, end); break;
	case 3: rowan_proxy_cut_after(proxy, way, draw(random, 500), end); break;
	case 4: rowan_proxy_cut_at(proxy, way, "7;", ROWAN_PROXY_BEFORE, end); break;
	case 5: rowan_proxy_cut_at(proxy, way, "3;", ROWAN_PROXY_AFTER, end); break;
	case 6: rowan_proxy_refuse(proxy, draw(random, 2)); break;
	default: rowan_proxy_heal(proxy); break;
	}
}

int main(int argc, char **argv)
{
	long changes = argc > 1 ? atol(argv[1]) : 500;
	uint64_t random = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
	struct client clients[CLIENTS] = { 0 };
	unsigned answers = 0, wrong = 0;
	struct echo *server = echo_open();

	proxy = rowan_proxy_open(echo_url(server));
	if (!proxy)
		return 1;
	for (int i = 0; i < CLIENTS; i++)
		if (pthread_create(&clients[i].thread, NULL, talk, &clients[i]))
			return 1;
	for (long i = 0; i < changes; i++) {
		change_weather(&random);
		pause_ms(1);
	}
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	rowan_proxy_heal(proxy);
	rowan_proxy_cut(proxy, ROWAN_PROXY_CLOSE);
	for (int i = 0; i < CLIENTS; i++) {
		pthread_join(clients[i].thread, NULL);
		answers += clients[i].answers;
		wrong += clients[i].wrong;
	}
	printf("%ld changes, %u answers, %u wrong, %llu cuts\n", changes, answers, wrong,
	       (unsigned long long)rowan_proxy_counts(proxy).cuts);
	rowan_proxy_close(proxy);
	echo_close(server);
	return wrong > 0 || answers == 0;
}
