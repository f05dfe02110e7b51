/* SPDX-License-Identifier: MIT */
#include "echo.h"

#include <arpa/inet.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

struct echo {
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t ended;
	int listener;
	unsigned running, gone;	/* connections */
	uint64_t received;
	char url[32];
};

struct connection {
	struct echo *echo;
	int socket;
};

static void *converse(void *context)
{
	struct connection connection = *(struct connection *)context;
	struct echo *echo = connection.echo;
	char bytes[4096];
	ssize_t length;

	free(context);
	while ((length = recv(connection.socket, bytes, sizeof(bytes), 0)) > 0) {
		pthread_mutex_lock(&echo->lock);
		echo->received += (uint64_t)length;
		pthread_mutex_unlock(&echo->lock);
		if (!echo_send(connection.socket, bytes, (size_t)length))
			break;
	}
	close(connection.socket);
	pthread_mutex_lock(&echo->lock);
	echo->running--;
	echo->gone++;
	pthread_cond_broadcast(&echo->ended);
	pthread_mutex_unlock(&echo->lock);
	return NULL;
}

static void *serve(void *context)
{
	struct echo *echo = context;
	int client;

	while ((client = accept(echo->listener, NULL, NULL)) >= 0) {
		struct connection *connection = malloc(sizeof(*connection));
		pthread_t thread;

		*connection = (struct connection){ echo, client };
		pthread_mutex_lock(&echo->lock);
		echo->running++;
		pthread_mutex_unlock(&echo->lock);
		if (pthread_create(&thread, NULL, converse, connection))
			abort();
		pthread_detach(thread);
	}
	return NULL;
}

struct echo *echo_open(void)
{
	struct sockaddr_in any = { .sin_family = AF_INET,
				   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof(any);
	struct echo *echo = calloc(1, sizeof(*echo));

	pthread_mutex_init(&echo->lock, NULL);
	pthread_cond_init(&echo->ended, NULL);
	echo->listener = socket(AF_INET, SOCK_STREAM, 0);
	if (bind(echo->listener, (struct sockaddr *)&any, sizeof(any)) ||
	    listen(echo->listener, SOMAXCONN) ||
	    getsockname(echo->listener, (struct sockaddr *)&any, &size) ||
	    pthread_create(&echo->thread, NULL, serve, echo))
		abort();
	snprintf(echo->url, sizeof(echo->url), "tcp://127.0.0.1:%d", ntohs(any.sin_port));
	return echo;
}

void echo_close(struct echo *echo)
{
	shutdown(echo->listener, SHUT_RDWR);
	pthread_join(echo->thread, NULL);
	close(echo->listener);
	pthread_mutex_lock(&echo->lock);
	while (echo->running > 0)
		pthread_cond_wait(&echo->ended, &echo->lock);
	pthread_mutex_unlock(&echo->lock);
	pthread_cond_destroy(&echo->ended);
	pthread_mutex_destroy(&echo->lock);
	free(echo);
}

const char *echo_url(const struct echo *echo)
{
	return echo->url;
}

uint64_t echo_received(struct echo *echo, unsigned connections)
{
	uint64_t received;

	pthread_mutex_lock(&echo->lock);
	while (echo->gone < connections)
		pthread_cond_wait(&echo->ended, &echo->lock);
	received = echo->received;
	pthread_mutex_unlock(&echo->lock);
	return received;
}

int echo_connect(int port)
{
	struct sockaddr_in server = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port),
				      .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int client = socket(AF_INET, SOCK_STREAM, 0);

	if (connect(client, (struct sockaddr *)&server, sizeof(server)) == 0)
		return client;

	int reason = errno;

	close(client);
	errno = reason;
	return -1;
}

bool echo_send(int socket, const void *bytes, size_t length)
{
	const char *rest = bytes;

	while (length > 0) {
		ssize_t sent = send(socket, rest, length, MSG_NOSIGNAL);

		if (sent < 0)
			return false;
		rest += sent;
		length -= (size_t)sent;
	}
	return true;
}

size_t echo_receive(int socket, void *bytes, size_t length)
{
	char *start = bytes;
	size_t got = 0;

	errno = 0;
	while (got < length) {
		ssize_t more = recv(socket, start + got, length - got, 0);

		if (more <= 0)
			break;
		got += (size_t)more;
	}
	return got;
}
