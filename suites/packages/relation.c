/* SPDX-License-Identifier: MIT */
#include "indexes.h"

#include "relation.h"

#include <stdlib.h>
#include <string.h>

TestSuite(relation, .timeout = 60);

struct parsed {
	struct relations relations;
	struct text_pool pool;
	struct faults faults;
};

/* As of a field in line 10 of an amd64 package. */
static struct parsed parse(const char *text)
{
	struct parsed parsed = { 0 };
	struct relation_context context = {
		.file = "text", .line = 10, .architecture = "amd64",
		.pool = &parsed.pool, .faults = &parsed.faults,
	};

	assert_int(relations_parse(&parsed.relations, text, &context), 0);
	return parsed;
}

static void release(struct parsed *parsed)
{
	free(parsed->relations.items);
	text_pool_free(&parsed->pool);
	faults_free(&parsed->faults);
}

/* "1 name:qualifier (constraint)", one after the other. */
static void describe(const struct parsed *parsed, char *out, size_t size)
{
	size_t used = 0;

	*out = '\0';
	for (size_t i = 0; i < parsed->relations.count; i++) {
		const struct relation *relation = &parsed->relations.items[i];

		used += (size_t)snprintf(out + used, size - used, "%s%d %s%s%s%s%s%s", i ? "; " : "",
			relation->choice, relation->name, relation->qualifier ? ":" : "",
			relation->qualifier ? relation->qualifier : "",
			relation->constraint ? " (" : "",
			relation->constraint ? relation->constraint : "",
			relation->constraint ? ")" : "");
	}
}

Test(relation, alternatives_constraints_qualifiers_and_restrictions)
{
	static const struct { const char *text, *want; } cases[] = {
		{ "", "" }, { " \n ", "" },
		{ "a", "1 a" },
		{ "a, b|c ,d", "1 a; 2 b; 2 c; 3 d" },
		{ "libc6 (>= 2.36)", "1 libc6 (>= 2.36)" },
		{ "a(<<1:2.0~rc1-1+b2), a( >>  0 )", "1 a (<< 1:2.0~rc1-1+b2); 2 a (>> 0)" },
		{ "a (= 1), b (<= 2)", "1 a (= 1); 2 b (<= 2)" },
		{ "perl:any, gcc:arm64 (>= 4:12)", "1 perl:any; 2 gcc:arm64 (>= 4:12)" },
		{ "libstdc++6, lib.x+y-1", "1 libstdc++6; 2 lib.x+y-1" },
		{ "a [amd64], b [i386], c [!amd64], d [!i386 !armhf]", "1 a; 2 d" },
		{ "a [i386 amd64], b (>= 1) [linux-any], c [any-amd64], d [any]",
		  "1 a; 2 b (>= 1); 3 c; 4 d" },
		{ "a [any-i386], b [hurd-any], c [!any]", "" },
		{ "a [i386] | b, c", "1 b; 2 c" },
		{ "a,\n b (>=\n 1),\n c |\n d", "1 a; 2 b (>= 1); 3 c; 3 d" },
	};
	char got[256];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct parsed parsed = parse(cases[i].text);

		describe(&parsed, got, sizeof(got));
		assert_text(got, cases[i].want);
		assert_int(parsed.faults.count, 0);
		release(&parsed);
	}
}

/* The neighbours on both sides stay. */
Test(relation, malformed_choice_is_reported_and_left_out)
{
	static const char *const malformed[] = {
		"", "(>= 1)", "b (>= 1", "b (1)", "b (>=)", "b (>= )", "b (=> 1)", "b (> 1)",
		"b (>= 1 2)", "b (>= 1))", "b:", "b: any", "b c", "b |", "| b", "b || c",
		"b [amd64", "b []", "b [amd64 !i386]", "b | c (", "+b", "b <stage1>", "b;", "\303\266",
	};
	char text[256], got[256];

	for (size_t i = 0; i < sizeof(malformed) / sizeof(malformed[0]); i++) {
		struct parsed parsed;

		snprintf(text, sizeof(text), "a (>= 1), %s, z", malformed[i]);
		parsed = parse(text);
		describe(&parsed, got, sizeof(got));
		assert_text(got, "1 a (>= 1); 2 z");
		snprintf(text, sizeof(text), "malformed relation '%s'", malformed[i]);
		assert_fault(&parsed.faults, 0, 10, text);
		assert_int(parsed.faults.count, 1);
		release(&parsed);
	}
}

Test(relation, fault_has_the_line_that_its_choice_begins_in)
{
	struct parsed parsed = parse("a,\n b,\n\n c (,\n d |\n (,\n e");
	char got[256];

	describe(&parsed, got, sizeof(got));
	assert_text(got, "1 a; 2 b; 3 e");
	assert_fault(&parsed.faults, 0, 13, "'c ('");
	assert_fault(&parsed.faults, 1, 14, "'d |'");
	assert_int(parsed.faults.count, 2);
	release(&parsed);
}

Test(relation, endless_constraint_is_malformed)
{
	char text[1024] = "a (>= 1";
	struct parsed parsed;

	memset(text + strlen(text), '1', 600);
	strcat(text, "), b");
	parsed = parse(text);
	assert_int(parsed.relations.count, 1);
	assert_text(parsed.relations.items[0].name, "b");
	assert_int(parsed.faults.count, 1);
	release(&parsed);
}
