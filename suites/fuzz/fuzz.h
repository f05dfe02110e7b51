/* SPDX-License-Identifier: MIT */
#ifndef SUITES_FUZZ_H
#define SUITES_FUZZ_H

/*
 * What the fuzzers share: bytes that decide what is done, and a way to say that it came
 * out wrong.  libFuzzer calls LLVMFuzzerTestOneInput(); in an ordinary build main.c does,
 * with what is in the corpus.
 */

#include <rowan/error.h>

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The input, eaten from its front; behind its end there are zeros. */
struct food {
	const uint8_t *data;
	size_t size;
};

static inline uint8_t eat(struct food *food)
{
	if (food->size == 0)
		return 0;
	food->size--;
	return *food->data++;
}

static inline unsigned eat_below(struct food *food, unsigned limit)
{
	return eat(food) % limit;
}

static inline int64_t eat_int(struct food *food)
{
	uint64_t number = 0;

	for (unsigned bytes = 1 + eat_below(food, 8); bytes > 0; bytes--)
		number = number << 8 | eat(food);
	return (int64_t)number;
}

/* Up to the next zero, as text; `size` is the buffer's. */
static inline char *eat_text(struct food *food, char *buffer, size_t size)
{
	size_t length = 0;
	uint8_t c;

	while (length + 1 < size && (c = eat(food)) != 0)
		buffer[length++] = (char)c;
	buffer[length] = '\0';
	return buffer;
}

#define must(condition_) \
	((condition_) ? (void)0 : (fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition_), abort()))

/* A message says something, in whole characters, on as many lines as it may. */
void must_be_told(const struct rowan_error *error, int status, int lines);

#endif
