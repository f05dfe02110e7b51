/* SPDX-License-Identifier: MIT */
#include "echo.h"
#include "support.h"

#include <rowan/fixtures/proxy.h>

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static struct echo *server;
static struct rowan_proxy *proxy;

static void open_both(void)
{
	server = echo_open();
	proxy = rowan_proxy_open(echo_url(server));
	cr_assert(proxy);
}

static void close_both(void)
{
	rowan_proxy_close(proxy);
	echo_close(server);
}

TestSuite(proxy, .init = open_both, .fini = close_both, .timeout = 30);

static int dial(void)
{
	int client = echo_connect(rowan_proxy_port(proxy));

	cr_assert(client >= 0, "%s", strerror(errno));
	return client;
}

/* What comes back of `text`, up to the end of the connection. */
static const char *ask(int client, const char *text)
{
	static char answer[256];
	size_t length;

	cr_assert(echo_send(client, text, strlen(text)));
	length = echo_receive(client, answer, strlen(text));
	answer[length] = '\0';
	return answer;
}

static bool silent(int client)
{
	struct pollfd poll_client = { .fd = client, .events = POLLIN };

	return poll(&poll_client, 1, 50) == 0;
}

static int64_t now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* ---- forwarding ------------------------------------------------------------ */

Test(proxy, forwards_what_it_gets_both_ways)
{
	size_t size = 3000000;
	char *sent = malloc(size), *got = malloc(size);
	int client = dial();

	for (size_t i = 0; i < size; i++)
		sent[i] = (char)(i * 31 >> 3);
	/* A piece at a time: an echo with both buffers full waits for ever. */
	for (size_t at = 0; at < size; at += 30000) {
		cr_assert(echo_send(client, sent + at, 30000));
		assert_int(echo_receive(client, got + at, 30000), 30000);
	}
	assert_int(memcmp(sent, got, size), 0);
	close(client);
	assert_int(echo_received(server, 1), size);
	free(sent);
	free(got);
}

Test(proxy, the_end_travels_behind_the_last_bytes)
{
	char answer[8];
	int client = dial();

	rowan_proxy_delay(proxy, ROWAN_PROXY_BOTH, 5000, 0);
	cr_assert(echo_send(client, "bye", 3));
	shutdown(client, SHUT_WR);
	assert_int(echo_receive(client, answer, sizeof(answer)), 3);
	assert_int(errno, 0);
	close(client);
	assert_int(echo_received(server, 1), 3);
}

Test(proxy, a_server_that_is_not_there_is_a_reset)
{
	struct rowan_proxy *nowhere;
	char url[64], byte;
	int client;

	rowan_proxy_refuse(proxy, true);
	snprintf(url, sizeof(url), "tcp://localhost:%d", rowan_proxy_port(proxy));
	nowhere = rowan_proxy_open(url);
	cr_assert(nowhere);
	client = echo_connect(rowan_proxy_port(nowhere));
	assert_int(echo_receive(client, &byte, 1), 0);
	assert_int(errno, ECONNRESET);
	close(client);
	rowan_proxy_close(nowhere);
}

/* ---- counting -------------------------------------------------------------- */

Test(proxy, counts_bytes_and_round_trips)
{
	struct rowan_proxy_counts counts;
	int first = dial(), second = dial();

	for (int i = 0; i < 5; i++)
		ask(first, "hello");
	ask(second, "hi");

	counts = rowan_proxy_connection_counts(proxy, 0);
	assert_int(counts.connections, 1);
	assert_int(counts.round_trips, 5);
	assert_int(counts.bytes_up, 25);
	assert_int(counts.bytes_down, 25);
	assert_int(rowan_proxy_connection_counts(proxy, 1).round_trips, 1);
	assert_int(rowan_proxy_connection_counts(proxy, 2).connections, 0);

	counts = rowan_proxy_counts(proxy);
	assert_int(counts.connections, 2);
	assert_int(counts.open, 2);
	assert_int(counts.cuts, 0);
	assert_int(counts.round_trips, 6);
	assert_int(counts.bytes_down, 27);
	close(first);
	close(second);
}

Test(proxy, requests_that_wait_for_nothing_are_one_round_trip)
{
	char answers[200];
	int client = dial();

	rowan_proxy_stall(proxy, ROWAN_PROXY_DOWN, true);
	for (int i = 0; i < 100; i++)
		cr_assert(echo_send(client, "ab", 2));
	while (rowan_proxy_counts(proxy).bytes_up < 200)
		;
	rowan_proxy_heal(proxy);
	assert_int(echo_receive(client, answers, 200), 200);
	assert_int(rowan_proxy_counts(proxy).round_trips, 1);
	assert_int(rowan_proxy_counts(proxy).bytes_down, 200);
	ask(client, "and now?");
	assert_int(rowan_proxy_counts(proxy).round_trips, 2);
	close(client);
}

/* ---- a slow network -------------------------------------------------------- */

Test(proxy, nothing_arrives_before_its_time)
{
	int client = dial();
	int64_t started;

	rowan_proxy_delay(proxy, ROWAN_PROXY_UP, 20000, 0);
	rowan_proxy_delay(proxy, ROWAN_PROXY_DOWN, 10000, 0);
	started = now_us();
	assert_text(ask(client, "late"), "late");
	cr_assert(now_us() - started >= 30000);
	rowan_proxy_heal(proxy);
	assert_text(ask(client, "in time"), "in time");
	close(client);
}

Test(proxy, jitter_keeps_the_order)
{
	char sent[200], got[200];
	int client = dial();

	rowan_proxy_seed(proxy, 7);
	rowan_proxy_delay(proxy, ROWAN_PROXY_BOTH, 100, 2000);
	for (size_t i = 0; i < sizeof(sent); i++) {
		struct timespec pause = { .tv_nsec = 100000 };

		sent[i] = (char)i;
		cr_assert(echo_send(client, &sent[i], 1));
		nanosleep(&pause, NULL);
	}
	assert_int(echo_receive(client, got, sizeof(got)), sizeof(got));
	assert_int(memcmp(sent, got, sizeof(got)), 0);
	close(client);
}

Test(proxy, a_stalled_way_forwards_nothing_until_it_is_released)
{
	static const enum rowan_proxy_way ways[] = {
		ROWAN_PROXY_UP, ROWAN_PROXY_DOWN, ROWAN_PROXY_BOTH,
	};
	char answer[5] = "";
	int client = dial();

	for (size_t i = 0; i < 3; i++) {
		rowan_proxy_stall(proxy, ways[i], true);
		cr_assert(echo_send(client, "wait", 4));
		cr_assert(silent(client));
		rowan_proxy_stall(proxy, ways[i], false);
		assert_int(echo_receive(client, answer, 4), 4);
		assert_text(answer, "wait");
	}
	close(client);
}

/* ---- a broken one ---------------------------------------------------------- */

Test(proxy, a_cut_is_an_end_or_a_reset_as_asked)
{
	static const struct {
		enum rowan_proxy_end end;
		int seen;
	} ends[] = { { ROWAN_PROXY_CLOSE, 0 }, { ROWAN_PROXY_RESET, ECONNRESET } };

	for (size_t i = 0; i < 2; i++) {
		int client = dial();
		char byte;

		assert_text(ask(client, "there?"), "there?");
		rowan_proxy_cut(proxy, ends[i].end);
		assert_int(echo_receive(client, &byte, 1), 0);
		assert_int(errno, ends[i].seen);
		assert_int(rowan_proxy_counts(proxy).cuts, i + 1);
		close(client);
	}
	assert_int(echo_received(server, 2), 12);
	close(dial());
}

Test(proxy, a_cut_after_n_bytes_lets_n_bytes_pass)
{
	for (unsigned bytes = 0; bytes <= 10; bytes++) {
		int client = dial();
		char expected[12] = "0123456789A";

		rowan_proxy_cut_after(proxy, ROWAN_PROXY_DOWN, bytes, ROWAN_PROXY_CLOSE);
		expected[bytes] = '\0';
		assert_text(ask(client, "0123456789A"), expected);
		close(client);
		assert_int(rowan_proxy_counts(proxy).cuts, bytes + 1);
		assert_int(echo_received(server, bytes + 1), 11 * (bytes + 1));
	}
	int client = dial();

	assert_text(ask(client, "only once"), "only once");
	close(client);
}

Test(proxy, a_request_cut_after_n_bytes_reaches_the_server_so_far)
{
	char answer[16];
	int client = dial();

	rowan_proxy_delay(proxy, ROWAN_PROXY_DOWN, 20000, 0);
	rowan_proxy_cut_after(proxy, ROWAN_PROXY_UP, 7, ROWAN_PROXY_RESET);
	cr_assert(echo_send(client, "0123456789", 10));
	assert_int(echo_receive(client, answer, 10), 0);
	assert_int(errno, ECONNRESET);
	close(client);
	assert_int(echo_received(server, 1), 7);
}

Test(proxy, a_text_is_cut_before_or_after_in_pieces_too)
{
	static const struct {
		const char *pieces[4], *text;
		enum rowan_proxy_way way;
		enum rowan_proxy_moment moment;
		unsigned heard;		/* by the server */
		unsigned answered;
	} cases[] = {
		{ { "BEGIN;COMMIT;x" }, "COMMIT", ROWAN_PROXY_UP, ROWAN_PROXY_BEFORE, 6, 0 },
		{ { "BEGIN;COMMIT;x" }, "COMMIT", ROWAN_PROXY_UP, ROWAN_PROXY_AFTER, 14, 0 },
		{ { "BEGIN;COMMIT;x" }, "COMMIT", ROWAN_PROXY_DOWN, ROWAN_PROXY_BEFORE, 14, 6 },
		{ { "BEGIN;COMMIT;x" }, "COMMIT", ROWAN_PROXY_DOWN, ROWAN_PROXY_AFTER, 14, 14 },
		{ { "BEGIN;COMM", "IT;" }, "COMMIT", ROWAN_PROXY_UP, ROWAN_PROXY_BEFORE, 10, 10 },
		{ { "BEGIN;COMM", "IT;" }, "COMMIT", ROWAN_PROXY_UP, ROWAN_PROXY_AFTER, 13, 10 },
		{ { "COMCOM", "COMMI", "T" }, "COMMIT", ROWAN_PROXY_UP, ROWAN_PROXY_AFTER, 12, 11 },
		{ { "aab", "aaa", "b" }, "aaab", ROWAN_PROXY_DOWN, ROWAN_PROXY_BEFORE, 7, 6 },
	};

	for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint64_t before = echo_received(server, i);
		size_t answered = 0;
		int client = dial();

		rowan_proxy_cut_at(proxy, cases[i].way, cases[i].text, cases[i].moment,
				   ROWAN_PROXY_CLOSE);
		for (size_t j = 0; cases[i].pieces[j]; j++)
			answered += strlen(ask(client, cases[i].pieces[j]));
		assert_int(rowan_proxy_counts(proxy).cuts, i + 1);
		assert_int(answered, cases[i].answered);
		close(client);
		assert_int(echo_received(server, i + 1) - before, cases[i].heard);
	}
}

Test(proxy, refuses_new_connections_and_keeps_old_ones)
{
	int client = dial();

	assert_text(ask(client, "old"), "old");
	for (int i = 0; i < 3; i++) {
		rowan_proxy_refuse(proxy, true);
		assert_int(echo_connect(rowan_proxy_port(proxy)), -1);
		assert_int(errno, ECONNREFUSED);
		assert_text(ask(client, "still"), "still");
		rowan_proxy_refuse(proxy, false);
		close(dial());
	}
	close(client);
}

/* ---- URLs ------------------------------------------------------------------ */

Test(proxy, writes_itself_into_a_url)
{
	static const struct {
		const char *url, *before, *behind;
	} urls[] = {
		{ "postgresql://me:pw@db.example.org:5433/app?sslmode=disable",
		  "postgresql://me:pw@", "/app?sslmode=disable" },
		{ "postgresql://[::1]:5433/app", "postgresql://", "/app" },
		{ "postgresql://[::1]", "postgresql://", "" },
		{ "postgresql://a%40b@localhost?dbname=x", "postgresql://a%40b@", "?dbname=x" },
	};

	for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
		char want[128];

		snprintf(want, sizeof(want), "%s127.0.0.1:%d%s", urls[i].before,
			 rowan_proxy_port(proxy), urls[i].behind);
		assert_text(rowan_proxy_url(proxy, urls[i].url), want);
	}
}

Test(proxy, knows_a_url_without_one_host)
{
	static const char *const urls[] = {
		"postgresql:///app", "postgresql://a,b/app", "postgresql://a:1,b:2/app",
		"localhost:5432", "postgresql://localhost:x/", "postgresql://[::1/app",
	};

	for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
		assert_null(rowan_proxy_url(proxy, urls[i]));
		assert_null(rowan_proxy_open(urls[i]));
	}
}
