/* SPDX-License-Identifier: MIT */
#include "version.h"

#include <stddef.h>
#include <string.h>

struct span {
	const char *at, *end;
};

static int is_digit(const struct span *span)
{
	return span->at < span->end && *span->at >= '0' && *span->at <= '9';
}

/* A tilde sorts before the end, the end before letters, letters before the rest. */
static int rank(const struct span *span)
{
	char c = span->at < span->end ? *span->at : '\0';

	if (c == '~')
		return -1;
	if (!c || is_digit(span))
		return 0;
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ? c : (unsigned char)c + 256;
}

/* Numbers of any length: the one with more digits is greater, else the first that differs. */
static int compare_numbers(struct span *a, struct span *b)
{
	int difference = 0;

	while (is_digit(a) && *a->at == '0')
		a->at++;
	while (is_digit(b) && *b->at == '0')
		b->at++;
	while (is_digit(a) && is_digit(b)) {
		if (!difference)
			difference = *a->at - *b->at;
		a->at++;
		b->at++;
	}
	return is_digit(a) ? 1 : is_digit(b) ? -1 : difference;
}

/* Runs of non-digits and of digits, by turns. */
static int compare_parts(struct span a, struct span b)
{
	int difference;

	while (a.at < a.end || b.at < b.end) {
		while ((a.at < a.end && !is_digit(&a)) || (b.at < b.end && !is_digit(&b))) {
			difference = rank(&a) - rank(&b);
			if (difference)
				return difference;
			a.at++;
			b.at++;
		}
		difference = compare_numbers(&a, &b);
		if (difference)
			return difference;
	}
	return 0;
}

/* Split "epoch:upstream-revision" into its parts; what is missing is empty. */
static void split(const char *version, struct span parts[3])
{
	const char *colon = strchr(version, ':');
	const char *upstream = colon ? colon + 1 : version;
	const char *end = version + strlen(version), *dash = strrchr(upstream, '-');

	parts[0] = (struct span){ version, colon ? colon : version };
	parts[1] = (struct span){ upstream, dash ? dash : end };
	parts[2] = (struct span){ dash ? dash + 1 : end, end };
}

int version_compare(const char *a, const char *b)
{
	struct span as[3], bs[3];
	int difference = 0;

	split(a, as);
	split(b, bs);
	for (size_t i = 0; i < 3 && !difference; i++)
		difference = compare_parts(as[i], bs[i]);
	return difference;
}
