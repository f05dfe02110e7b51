/* SPDX-License-Identifier: MIT */
#include "support.h"

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

TestSuite(uuid, .timeout = 60);

static int compare(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct rowan_uuid));
}

Test(uuid, m08_ten_thousand_are_unique_and_of_version_4)
{
	enum { COUNT = 10000 };
	static struct rowan_uuid ids[COUNT];

	for (size_t i = 0; i < COUNT; i++) {
		ids[i] = rowan_uuid4();
		assert_int(ids[i].bytes[6] >> 4, 4);
		assert_int(ids[i].bytes[8] >> 6, 2);	/* the variant of RFC 4122 */
	}
	qsort(ids, COUNT, sizeof(ids[0]), compare);
	for (size_t i = 1; i < COUNT; i++)
		cr_assert(compare(&ids[i - 1], &ids[i]) < 0);
}

/* Every bit that is not fixed is set in some and clear in others. */
Test(uuid, all_other_bits_are_random)
{
	struct rowan_uuid any = { { 0 } }, all;

	memset(&all, 0xff, sizeof(all));
	for (int i = 0; i < 1000; i++) {
		struct rowan_uuid id = rowan_uuid4();

		for (size_t byte = 0; byte < sizeof(id.bytes); byte++) {
			any.bytes[byte] |= id.bytes[byte];
			all.bytes[byte] &= id.bytes[byte];
		}
	}
	for (size_t byte = 0; byte < sizeof(any.bytes); byte++) {
		unsigned fixed = byte == 6 ? 0xf0 : byte == 8 ? 0xc0 : 0;

		assert_int((any.bytes[byte] & ~all.bytes[byte] & 0xff) | fixed, 0xff);
	}
}

/* The child writes its UUID down a pipe; it must not assert. */
Test(uuid, a_fork_makes_others)
{
	struct rowan_uuid mine, of_child;
	int ends[2], status;
	pid_t child;

	rowan_uuid4();
	assert_int(pipe(ends), 0);
	child = fork();
	if (child == 0) {
		mine = rowan_uuid4();
		_exit(write(ends[1], &mine, sizeof(mine)) != (ssize_t)sizeof(mine));
	}
	mine = rowan_uuid4();
	assert_int(read(ends[0], &of_child, sizeof(of_child)), sizeof(of_child));
	waitpid(child, &status, 0);
	assert_int(status, 0);
	cr_assert(compare(&mine, &of_child) != 0);
}

Test(uuid, survives_its_text)
{
	char text[ROWAN_UUID_SIZE];

	for (int i = 0; i < 10000; i++) {
		struct rowan_uuid id = rowan_uuid4(), back = { { 0 } };

		cr_assert(rowan_uuid_parse(rowan_uuid_format(id, text), &back), "%s", text);
		cr_assert(compare(&id, &back) == 0, "%s", text);
	}
}

Test(uuid, text_is_in_the_order_of_its_bytes)
{
	static const struct rowan_uuid id = { {
		0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77,
		0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff } };
	struct rowan_uuid back;
	char text[ROWAN_UUID_SIZE];

	assert_text(rowan_uuid_format(id, text), "00112233-4455-6677-8899-aabbccddeeff");
	cr_assert(rowan_uuid_parse("00112233-4455-6677-8899-AABBCCDDEEFF", &back));
	cr_assert(compare(&id, &back) == 0);
}

Test(uuid, text_that_is_refused)
{
	static const char *const cases[] = {
		"", "0", "00112233-4455-6677-8899-aabbccddeef", "00112233445566778899aabbccddeeff",
		"00112233-4455-6677-8899-aabbccddeeff0", "00112233-4455-6677-8899-aabbccddeeff ",
		"{00112233-4455-6677-8899-aabbccddeeff}", "0011223-34455-6677-8899-aabbccddeeff",
		"g0112233-4455-6677-8899-aabbccddeeff", "00112233-4455-6677-8899_aabbccddeeff",
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct rowan_uuid id = { { 7 } };

		cr_assert_not(rowan_uuid_parse(cases[i], &id), "%s", cases[i]);
		assert_int(id.bytes[0], 7);
	}
	cr_assert_not(rowan_uuid_parse(NULL, &(struct rowan_uuid){ { 0 } }));
}
