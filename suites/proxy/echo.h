/* SPDX-License-Identifier: MIT */
#ifndef PROXY_ECHO_H
#define PROXY_ECHO_H

/*
 * A server that says what it hears, each connection in a thread of its own, and
 * the client's side of talking to it.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct echo;

struct echo *echo_open(void);
void echo_close(struct echo *echo);
/* "tcp://127.0.0.1:<port>"; lives as long as the server. */
const char *echo_url(const struct echo *echo);
/* All bytes it has got, once so many connections have come and gone. */
uint64_t echo_received(struct echo *echo, unsigned connections);

/* A connected socket, or -1 with errno set. */
int echo_connect(int port);
bool echo_send(int socket, const void *bytes, size_t length);
/* As many bytes as asked for, or what came before the end or an error (see errno). */
size_t echo_receive(int socket, void *bytes, size_t length);

#endif
